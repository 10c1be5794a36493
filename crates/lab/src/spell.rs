//! Types as people write them.

use btf::{Btf, Data, FwdKind, Kind, TypeId};

/// References that a type's name follows: a pointer to a pointer to…
const DEEPEST: usize = 8;

/// A type as people write it: `struct list`, `*const char`, `[10]int`.
pub fn spell(btf: &Btf, id: TypeId) -> String {
    let mut text = String::new();
    let mut at = id;
    for _ in 0..DEEPEST {
        let Some(ty) = btf.get(at) else {
            return text + "void";
        };
        let name = btf.name(at);
        let tagged = |keyword: &str| match name.is_empty() {
            true => format!("{keyword} without a name"),
            false => format!("{keyword} {name}"),
        };
        let (prefix, target) = match ty.data() {
            Data::Array(array) => (format!("[{}]", array.count), array.element),
            _ => match (ty.kind(), ty.target()) {
                (Kind::Ptr, Some(target)) => ("*".to_owned(), target),
                (Kind::Const, Some(target)) => ("const ".to_owned(), target),
                (Kind::Volatile, Some(target)) => ("volatile ".to_owned(), target),
                (Kind::Restrict, Some(target)) => ("restrict ".to_owned(), target),
                (Kind::Struct, _) => return text + &tagged("struct"),
                (Kind::Union, _) => return text + &tagged("union"),
                (Kind::Enum | Kind::Enum64, _) => {
                    let declared = if ty.vlen() == 0 && text.is_empty() {
                        "forward "
                    } else {
                        ""
                    };
                    return text + declared + &tagged("enum");
                }
                (Kind::Fwd, _) => {
                    let keyword = match ty.data() {
                        Data::Fwd(FwdKind::Union) => "union",
                        _ => "struct",
                    };
                    // A pointer to a declared struct is a pointer to that struct.
                    let declared = if text.is_empty() { "forward " } else { "" };
                    return text + declared + &tagged(keyword);
                }
                (Kind::FuncProto, _) => return text + "prototype",
                (Kind::Func, _) => return text + &tagged("function"),
                (Kind::Typedef, _) => return text + &tagged("typedef"),
                (Kind::Var, _) => return text + &tagged("variable"),
                (Kind::Datasec, _) => return text + &tagged("section"),
                (Kind::DeclTag | Kind::TypeTag, _) => return text + &tagged("tag"),
                (kind, _) if name.is_empty() => return text + kind.name() + " without a name",
                _ => return text + as_in_c(&name),
            },
        };
        text += &prefix;
        at = target;
    }
    text + "…"
}

/// What people call the integers that DWARF calls by longer names.
pub fn as_in_c(name: &str) -> &str {
    match name {
        "long int" => "long",
        "long unsigned int" => "unsigned long",
        "long long int" => "long long",
        "long long unsigned int" => "unsigned long long",
        "short int" => "short",
        "short unsigned int" => "unsigned short",
        _ => name,
    }
}
