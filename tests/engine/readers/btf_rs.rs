//! btf-rs reads our BTF: every type is read, named and followed.

use btf_rs::{Btf, Type};

/// How many types btf-rs finds, those of the base left out.
///
/// # Errors
///
/// As btf-rs says.
pub fn types(bytes: &[u8], base: Option<&[u8]>) -> Result<usize, btf_rs::Error> {
    let Some(base) = base else {
        return walk(&Btf::from_bytes(bytes)?, 1);
    };
    let base = Btf::from_bytes(base)?;
    let known = (1u32..).take_while(|&id| base.resolve_type_by_id(id).is_ok());
    let first = 1 + known.count();
    walk(&Btf::from_split_bytes(bytes, &base)?, first)
}

fn walk(btf: &Btf, first: usize) -> Result<usize, btf_rs::Error> {
    let mut count = 0;
    for id in first.. {
        let Ok(ty) = btf.resolve_type_by_id(u32::try_from(id).unwrap_or(u32::MAX)) else {
            break;
        };
        count += 1;
        if let Some(own) = ty.as_btf_type() {
            if own.get_name_offset().is_some() {
                btf.resolve_name(own)?;
            }
            if own.get_type_id().is_some() {
                btf.resolve_chained_type(own)?;
            }
        }
        match &ty {
            Type::Struct(aggregate) | Type::Union(aggregate) => {
                for member in &aggregate.members {
                    btf.resolve_name(member)?;
                    btf.resolve_chained_type(member)?;
                }
            }
            Type::FuncProto(proto) => {
                btf.resolve_type_by_id(proto.return_type_id())?;
                for parameter in proto.parameters.iter().filter(|it| !it.is_variadic()) {
                    btf.resolve_name(parameter)?;
                    btf.resolve_chained_type(parameter)?;
                }
            }
            _ => {}
        }
    }
    Ok(count)
}
