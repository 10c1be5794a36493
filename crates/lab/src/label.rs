//! What stands at a type in a drawing, and at its references.

use btf::{Btf, Data, FwdKind, Kind, TypeId};

/// The text in a type's box: of this type alone, not of those it refers to.
pub fn label(btf: &Btf, id: TypeId) -> String {
    let Some(ty) = btf.get(id) else {
        return "void".to_owned();
    };
    let name = btf.name(id);
    let tagged = |keyword: &str| match name.is_empty() {
        true => format!("{keyword} {{…}}"),
        false => format!("{keyword} {name}"),
    };
    let of_void = |what: &str| match ty.target() {
        Some(TypeId(0)) => format!("{what} void"),
        _ => what.trim_end_matches(" to").to_owned(),
    };
    match ty.kind() {
        Kind::Struct => tagged("struct"),
        Kind::Union => tagged("union"),
        Kind::Enum | Kind::Enum64 => tagged("enum"),
        Kind::Fwd => match ty.data() {
            Data::Fwd(FwdKind::Union) => format!("union {name};"),
            _ => format!("struct {name};"),
        },
        Kind::Ptr => of_void("pointer to"),
        Kind::Const => of_void("const"),
        Kind::Volatile => of_void("volatile"),
        Kind::Restrict => of_void("restrict"),
        Kind::Array => match ty.data() {
            Data::Array(array) => format!("array [{}]", array.count),
            _ => "array".to_owned(),
        },
        Kind::FuncProto => "prototype".to_owned(),
        Kind::Func => format!("function {name}"),
        Kind::Typedef => format!("typedef {name}"),
        Kind::Var => format!("variable {name}"),
        Kind::Datasec => format!("section {name}"),
        Kind::DeclTag | Kind::TypeTag => format!("tag {name}"),
        kind if name.is_empty() => format!("{} {{…}}", kind.name()),
        _ => crate::spell::as_in_c(&name).to_owned(),
    }
}

/// What a type refers to, each with what the reference is called. `void` is left out.
pub fn references(btf: &Btf, id: TypeId) -> Vec<(String, TypeId)> {
    let Some(ty) = btf.get(id) else {
        return Vec::new();
    };
    let named = |offset| match btf.str(offset) {
        name if name.is_empty() => "(no name)".to_owned(),
        name => name.into_owned(),
    };
    let mut found: Vec<(String, TypeId)> = Vec::new();
    match ty.data() {
        Data::Array(array) => {
            found.push(("element".to_owned(), array.element));
            found.push(("index".to_owned(), array.index));
        }
        Data::FuncProto { result } => {
            found.push(("returns".to_owned(), result));
            found.extend(ty.params().map(|param| (named(param.name), param.ty)));
        }
        _ if ty.kind().is_composite() => {
            found.extend(ty.members().map(|member| (named(member.name), member.ty)));
        }
        _ if ty.kind() == Kind::Datasec => {
            found.extend(ty.variables().map(|variable| (String::new(), variable.ty)));
        }
        _ => found.extend(ty.target().map(|target| (String::new(), target))),
    }
    found.retain(|(_, target)| target.0 != 0);
    found
}
