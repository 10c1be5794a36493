//! Types as JSON, with the keys and values of `bpftool -j btf dump file X`.
//!
//! One deviation: the values of an unsigned ENUM are its 32-bit values, where bpftool 7.1 widens those
//! from 0x80000000 on to 64 bits with their sign.

use super::{encoding, linkage, name};
use crate::{Btf, Data, FwdKind, Kind, Type, TypeId};
use core::fmt::{self, Write};

/// Writes `{"types":[…]}` with every own type of `btf`, on one line without a line end.
///
/// # Errors
///
/// Those of `out`.
pub fn write_all(out: &mut dyn Write, btf: &Btf) -> fmt::Result {
    out.write_str("{\"types\":[")?;
    for (index, (id, ty)) in btf.types().enumerate() {
        if index > 0 {
            out.write_char(',')?;
        }
        write(out, btf, id, ty)?;
    }
    out.write_str("]}")
}

/// Writes the object of one type, own or the base's; nothing for an id that does not exist.
///
/// # Errors
///
/// Those of `out`.
pub fn write_type(out: &mut dyn Write, btf: &Btf, id: TypeId) -> fmt::Result {
    match btf.get(id) {
        Some(ty) => write(out, btf, id, ty),
        None => Ok(()),
    }
}

fn write(out: &mut dyn Write, btf: &Btf, id: TypeId, ty: Type<'_>) -> fmt::Result {
    let kind = ty.kind().name();
    write!(out, "{{\"id\":{},\"kind\":\"{kind}\",", id.0)?;
    key_name(out, &name(btf, ty.name()))?;
    match ty.data() {
        Data::Int(int) => write!(
            out,
            ",\"size\":{},\"bits_offset\":{},\"nr_bits\":{},\"encoding\":\"{}\"",
            int.size,
            int.offset,
            int.bits,
            encoding(int.encoding)
        )?,
        Data::Ptr { target }
        | Data::Typedef { target }
        | Data::Volatile { target }
        | Data::Const { target }
        | Data::Restrict { target }
        | Data::TypeTag { target } => write!(out, ",\"type_id\":{}", target.0)?,
        Data::Array(array) => write!(
            out,
            ",\"type_id\":{},\"index_type_id\":{},\"nr_elems\":{}",
            array.element.0, array.index.0, array.count
        )?,
        Data::Struct { size, .. } | Data::Union { size, .. } => {
            write!(out, ",\"size\":{size},\"vlen\":{}", ty.vlen())?;
            list(out, "members", ty.members(), |out, member| {
                key_name(out, &name(btf, member.name))?;
                let (id, offset) = (member.ty.0, member.bit_offset);
                write!(out, ",\"type_id\":{id},\"bits_offset\":{offset}")?;
                if member.bitfield_size != 0 {
                    write!(out, ",\"bitfield_size\":{}", member.bitfield_size)?;
                }
                Ok(())
            })?;
        }
        Data::Enum { size, signed } | Data::Enum64 { size, signed } => {
            let encoding = if signed { "SIGNED" } else { "UNSIGNED" };
            let vlen = ty.vlen();
            write!(
                out,
                ",\"encoding\":\"{encoding}\",\"size\":{size},\"vlen\":{vlen}"
            )?;
            list(out, "values", ty.enumerators(), |out, value| {
                key_name(out, &name(btf, value.name))?;
                write!(out, ",\"val\":{}", value.value)
            })?;
        }
        Data::Fwd(FwdKind::Struct) => out.write_str(",\"fwd_kind\":\"struct\"")?,
        Data::Fwd(FwdKind::Union) => out.write_str(",\"fwd_kind\":\"union\"")?,
        Data::Func {
            proto: target,
            linkage: number,
        }
        | Data::Var {
            target,
            linkage: number,
        } => {
            let linkage = linkage(number);
            write!(out, ",\"type_id\":{},\"linkage\":\"{linkage}\"", target.0)?;
        }
        Data::FuncProto { result } => {
            write!(out, ",\"ret_type_id\":{},\"vlen\":{}", result.0, ty.vlen())?;
            list(out, "params", ty.params(), |out, param| {
                key_name(out, &name(btf, param.name))?;
                write!(out, ",\"type_id\":{}", param.ty.0)
            })?;
        }
        Data::Datasec { size } => {
            write!(out, ",\"size\":{size},\"vlen\":{}", ty.vlen())?;
            list(out, "vars", ty.variables(), |out, var| {
                let (id, offset, size) = (var.ty.0, var.offset, var.size);
                write!(out, "\"type_id\":{id},\"offset\":{offset},\"size\":{size}")
            })?;
        }
        Data::Float { size } => write!(out, ",\"size\":{size}")?,
        Data::DeclTag { target, component } => {
            let id = target.0;
            write!(out, ",\"type_id\":{id},\"component_idx\":{component}")?;
        }
        Data::Other => write_newer(out, btf, ty)?,
    }
    out.write_char('}')
}

/// The kinds of the format's newest state, by the words of the lines that bpftool prints.
fn write_newer(out: &mut dyn Write, btf: &Btf, ty: Type<'_>) -> fmt::Result {
    match ty.kind() {
        Kind::LocParam => {
            let Some(location) = ty.location() else {
                return Ok(());
            };
            let (size, flags, vlen) = (location.size, location.flags.0, ty.vlen());
            write!(out, ",\"size\":{size},\"flags\":{flags},\"vlen\":{vlen}")?;
            list(out, "values", location.values.iter(), |out, value| {
                write!(out, "\"value\":{value}")
            })?;
            write!(out, ",\"location\":\"{location}\"")
        }
        Kind::LocProto => {
            write!(out, ",\"vlen\":{}", ty.vlen())?;
            list(out, "params", ty.locations(), |out, id| {
                write!(out, "\"type_id\":{}", id.0)?;
                match btf.get(id).and_then(Type::location) {
                    Some(location) => write!(out, ",\"value\":\"{location}\""),
                    None => Ok(()),
                }
            })
        }
        Kind::LocSec => {
            write!(out, ",\"vlen\":{}", ty.vlen())?;
            list(out, "locs", ty.inline_sites(), |out, site| {
                let (func, proto, offset) = (site.func, site.locations.0, site.offset);
                let func_name = btf.get(func).map(Type::name).unwrap_or_default();
                key_name(out, &name(btf, func_name))?;
                write!(
                    out,
                    ",\"func_type_id\":{},\"loc_proto_type_id\":{proto},\"offset\":{offset}",
                    func.0
                )
            })
        }
        _ => write!(
            out,
            ",\"kind_number\":{},\"vlen\":{},\"bytes\":{}",
            ty.info().kind_number(),
            ty.vlen(),
            ty.byte_len()
        ),
    }
}

/// `,"key":[{…},{…}]`
fn list<T>(
    out: &mut dyn Write,
    key: &str,
    items: impl Iterator<Item = T>,
    mut item: impl FnMut(&mut dyn Write, T) -> fmt::Result,
) -> fmt::Result {
    write!(out, ",\"{key}\":[")?;
    for (index, value) in items.enumerate() {
        out.write_str(if index == 0 { "{" } else { ",{" })?;
        item(out, value)?;
        out.write_char('}')?;
    }
    out.write_char(']')
}

/// `"name":"…"`
fn key_name(out: &mut dyn Write, name: &str) -> fmt::Result {
    out.write_str("\"name\":")?;
    let plain = |byte: &u8| (b' '..0x7f).contains(byte) && *byte != b'"' && *byte != b'\\';
    if name.as_bytes().iter().all(plain) {
        return write!(out, "\"{name}\"");
    }
    out.write_char('"')?;
    for c in name.chars() {
        match c {
            '"' | '\\' => write!(out, "\\{c}")?,
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            '\u{8}' => out.write_str("\\b")?,
            '\u{c}' => out.write_str("\\f")?,
            '\0'..' ' => write!(out, "\\u{:04x}", u32::from(c))?,
            _ => out.write_char(c)?,
        }
    }
    out.write_char('"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::String;

    #[test]
    fn names_are_quoted_as_json_asks() {
        for code in (0..0x250).chain([0xfffd, 0x1f600]) {
            let name = String::from_iter(char::from_u32(code));
            let mut out = String::new();
            key_name(&mut out, &name).unwrap();
            let quoted = serde_json::to_string(&name).unwrap();
            assert_eq!(out, std::format!("\"name\":{quoted}"));
        }
    }
}
