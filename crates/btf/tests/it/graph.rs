//! Type graphs as short lines of text, both ways: `STRUCT s 8 a:1@0 b:2@32`. An INT that is not all of its bytes
//! says so: `INT n 4/7@3` has 7 bits from bit 3 on.

use btf::{
    Array, Btf, Data, FwdKind, Int, IntEncoding, Kind, Linkage, Member, Param, StringOffset, Type,
    TypeId, VarSection,
};
use std::fmt::Write;

/// Encodings of INTs, and what a line begins with.
const ENCODINGS: [(u8, &str); 4] = [(0, "UINT"), (1, "INT"), (2, "CHAR"), (4, "BOOL")];

/// Adds the types of the lines; `-` is an empty name. `STRING` adds a string that no type uses.
pub fn add(btf: &mut Btf, text: &str) {
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        add_line(btf, line).unwrap_or_else(|| panic!("cannot read {line:?}"));
    }
}

fn add_line(btf: &mut Btf, line: &str) -> Option<()> {
    let mut words = line.split(' ');
    let kind = words.next()?;
    let rest: Vec<&str> = words.collect();
    let number = |at: usize| rest.get(at)?.parse::<u32>().ok();
    let target = |at: usize| number(at).map(TypeId);
    let name = rest
        .first()
        .map(|name| name.trim_matches('-'))
        .unwrap_or("");
    match kind {
        "INT" | "UINT" | "CHAR" | "BOOL" => {
            let encoding = IntEncoding(ENCODINGS.iter().find(|known| known.1 == kind)?.0);
            let (size, part) = match rest.get(1)?.split_once('/') {
                Some((size, part)) => (size.parse().ok()?, Some(part)),
                None => (number(1)?, None),
            };
            let (bits, offset) = match part {
                Some(part) => {
                    let (bits, offset) = part.split_once('@').unwrap_or((part, "0"));
                    (bits.parse().ok()?, offset.parse().ok()?)
                }
                None => (size as u8 * 8, 0),
            };
            btf.add_int(
                name,
                Int {
                    size,
                    encoding,
                    offset,
                    bits,
                },
            )
        }
        "PTR" => btf.add_ptr(target(0)?),
        "CONST" => btf.add_reference(Kind::Const, "", target(0)?),
        "VOLATILE" => btf.add_reference(Kind::Volatile, "", target(0)?),
        "RESTRICT" => btf.add_reference(Kind::Restrict, "", target(0)?),
        "TYPEDEF" => btf.add_typedef(name, target(1)?),
        "STRING" => return btf.intern(name.as_bytes()).ok().map(drop),
        "TYPETAG" => btf.add_reference(Kind::TypeTag, name, target(1)?),
        "FLOAT" => btf.add_float(name, number(1)?),
        "VAR" => btf.add_var(name, target(1)?, Linkage::Static),
        "DATASEC" => {
            let variables: Option<Vec<VarSection>> = rest[2..]
                .iter()
                .map(|variable| {
                    let (ty, place) = variable.split_once('@')?;
                    let (offset, size) = place.split_once('+')?;
                    Some(VarSection {
                        ty: TypeId(ty.parse().ok()?),
                        offset: offset.parse().ok()?,
                        size: size.parse().ok()?,
                    })
                })
                .collect();
            btf.add_datasec(name, number(1)?, &variables?)
        }
        "ARRAY" => btf.add_array(Array {
            element: target(0)?,
            index: target(1)?,
            count: number(2)?,
        }),
        "FWD" => btf.add_fwd(name, FwdKind::Struct),
        "UFWD" => btf.add_fwd(name, FwdKind::Union),
        "STRUCT" | "UNION" => {
            let kind = if kind == "STRUCT" {
                Kind::Struct
            } else {
                Kind::Union
            };
            let members: Option<Vec<Member>> = rest[2..]
                .iter()
                .map(|member| read_member(btf, member))
                .collect();
            btf.add_composite(kind, name, number(1)?, &members?)
        }
        "ENUM" | "SENUM" | "ENUM64" | "SENUM64" => {
            let mut values = Vec::new();
            for value in &rest[2..] {
                let (name, value) = value.split_once('=')?;
                values.push((btf.intern(name.as_bytes()).ok()?, value.parse().ok()?));
            }
            let signed = kind.starts_with('S');
            match kind.ends_with("64") {
                true => btf.add_enum64(name, number(1)?, signed, &values),
                false => btf.add_enum(name, number(1)?, signed, &values),
            }
        }
        "PROTO" => {
            let mut params = Vec::new();
            for param in &rest[1..] {
                let (name, ty) = param.split_once(':')?;
                let name = btf.intern(name.as_bytes()).ok()?;
                params.push(Param {
                    name,
                    ty: TypeId(ty.parse().ok()?),
                });
            }
            btf.add_func_proto(target(0)?, &params)
        }
        "FUNC" => {
            let linkage = match rest.get(2) {
                None => Linkage::Static,
                Some(&"global") => Linkage::Global,
                Some(_) => return None,
            };
            btf.add_func(name, target(1)?, linkage)
        }
        "DECLTAG" => btf.add_decl_tag(name, target(1)?, rest.get(2)?.parse().ok()?),
        _ => return None,
    }
    .ok()?;
    Some(())
}

/// `name:type@bits`, with `/width` for a bitfield.
fn read_member(btf: &mut Btf, text: &str) -> Option<Member> {
    let (name, rest) = text.split_once(':')?;
    let (ty, place) = rest.split_once('@')?;
    let (bits, width) = place.split_once('/').unwrap_or((place, "0"));
    Some(Member {
        name: btf.intern(name.as_bytes()).ok()?,
        ty: TypeId(ty.parse().ok()?),
        bit_offset: bits.parse().ok()?,
        bitfield_size: width.parse().ok()?,
    })
}

/// The own types as lines, each with its id in front.
pub fn lines(btf: &Btf) -> String {
    let mut out = String::new();
    for (id, ty) in btf.types() {
        let _ = write!(out, "{id} ");
        write_type(&mut out, btf, ty);
        out.push('\n');
    }
    out
}

fn write_type(out: &mut String, btf: &Btf, ty: Type<'_>) {
    let name = |offset: StringOffset| match btf.str(offset) {
        name if name.is_empty() => "-".into(),
        name => name,
    };
    let own = name(ty.name());
    let _ = match ty.data() {
        Data::Int(int) => {
            let known = ENCODINGS.iter().find(|known| known.0 == int.encoding.0);
            let kind = known.map_or("?", |known| known.1);
            let _ = write!(out, "{kind} {own} {}", int.size);
            let whole = u32::from(int.bits) == int.size * 8;
            match (whole, int.offset) {
                (true, 0) => Ok(()),
                (_, 0) => write!(out, "/{}", int.bits),
                (_, offset) => write!(out, "/{}@{offset}", int.bits),
            }
        }
        Data::Ptr { target } => write!(out, "PTR {}", target.0),
        Data::Const { target } => write!(out, "CONST {}", target.0),
        Data::Volatile { target } => write!(out, "VOLATILE {}", target.0),
        Data::Restrict { target } => write!(out, "RESTRICT {}", target.0),
        Data::Typedef { target } => write!(out, "TYPEDEF {own} {}", target.0),
        Data::Array(array) => {
            write!(
                out,
                "ARRAY {} {} {}",
                array.element.0, array.index.0, array.count
            )
        }
        Data::Fwd(FwdKind::Struct) => write!(out, "FWD {own}"),
        Data::Fwd(FwdKind::Union) => write!(out, "UFWD {own}"),
        Data::Struct { size, .. } => write!(out, "STRUCT {own} {size}"),
        Data::Union { size, .. } => write!(out, "UNION {own} {size}"),
        Data::Enum { size, signed } => {
            write!(out, "{}ENUM {own} {size}", if signed { "S" } else { "" })
        }
        Data::Enum64 { size, signed } => {
            write!(out, "{}ENUM64 {own} {size}", if signed { "S" } else { "" })
        }
        Data::FuncProto { result } => write!(out, "PROTO {}", result.0),
        Data::Func { proto, linkage } => {
            let linkage = match linkage {
                Linkage::Static => "",
                Linkage::Global => " global",
                _ => " ?",
            };
            write!(out, "FUNC {own} {}{linkage}", proto.0)
        }
        Data::DeclTag { target, component } => {
            write!(out, "DECLTAG {own} {} {component}", target.0)
        }
        Data::TypeTag { target } => write!(out, "TYPETAG {own} {}", target.0),
        Data::Float { size } => write!(out, "FLOAT {own} {size}"),
        Data::Var { target, .. } => write!(out, "VAR {own} {}", target.0),
        Data::Datasec { size } => write!(out, "DATASEC {own} {size}"),
        other => panic!("{other:?}"),
    };
    for variable in ty.variables() {
        let (ty, offset) = (variable.ty.0, variable.offset);
        let _ = write!(out, " {ty}@{offset}+{}", variable.size);
    }
    for member in ty.members() {
        let _ = write!(
            out,
            " {}:{}@{}",
            name(member.name),
            member.ty.0,
            member.bit_offset
        );
        if member.bitfield_size != 0 {
            let _ = write!(out, "/{}", member.bitfield_size);
        }
    }
    for value in ty.enumerators() {
        let _ = write!(out, " {}={}", name(value.name), value.value);
    }
    for param in ty.params() {
        let _ = write!(out, " {}:{}", name(param.name), param.ty.0);
    }
}
