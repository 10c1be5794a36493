//! The expression with which a BPF program reads a member on any kernel.

use super::behind;
use btf::print::c::type_name;
use btf::{Btf, Kind, Member, TypeId};

/// How deep anonymous structs inside one another are searched.
const MOST_NESTED: usize = 4096;

/// `BPF_CORE_READ(task_struct, mm, exe_file)` for `mm->exe_file`. Whether a step follows a pointer is seen from the types,
/// so `.` and `->` mean the same in `path`.
pub fn expression(btf: &Btf, id: TypeId, path: &str) -> Result<String, String> {
    let variable = btf.name(id).into_owned();
    let mut ty = behind(btf, id);
    if !btf.kind(ty).is_composite() {
        return Err(format!(
            "{variable} is no struct and no union: it has no members to read"
        ));
    }
    let variable = if variable.is_empty() {
        "ptr".to_owned()
    } else {
        variable
    };
    let mut text = String::new();
    let mut last: Option<(Member, bool)> = None;
    for step in path.replace("->", ".").split('.') {
        let step = step.trim();
        // What lies behind a pointer is another access, which the macro separates with a comma.
        let mut pointed = false;
        if btf.kind(ty) == Kind::Ptr {
            let target = btf.get(ty).and_then(btf::Type::target);
            ty = behind(btf, target.unwrap_or_default());
            pointed = true;
        }
        let Some(member) = member(btf, ty, step) else {
            let kind = btf.kind(ty);
            let at = match kind.is_composite() {
                true => format!(
                    "{} {}",
                    if kind == Kind::Union {
                        "union"
                    } else {
                        "struct"
                    },
                    btf.name(ty)
                ),
                false => format!("what is before it ({})", type_name(btf, ty, "")),
            };
            return Err(format!("{at} has no member {step}"));
        };
        if !text.is_empty() {
            text.push_str(if pointed { ", " } else { "." });
        }
        text.push_str(step);
        ty = behind(btf, member.ty);
        last = Some((member, btf.kind(ty) == Kind::Array));
    }
    let Some((member, is_array)) = last else {
        return Err("a path of members is missing, such as mm->exe_file".to_owned());
    };
    if member.bitfield_size > 0 {
        return Ok(match text.rsplit_once(", ") {
            None => format!("BPF_CORE_READ_BITFIELD_PROBED({variable}, {text})\n"),
            Some((before, field)) => {
                format!(
                    "BPF_CORE_READ_BITFIELD_PROBED(BPF_CORE_READ({variable}, {before}), {field})\n"
                )
            }
        });
    }
    if is_array || btf.kind(ty).is_composite() {
        let name = btf.str(member.name);
        let declared = type_name(btf, member.ty, &name);
        return Ok(format!(
            "{declared};\nBPF_CORE_READ_INTO(&{name}, {variable}, {text});\n"
        ));
    }
    Ok(format!("BPF_CORE_READ({variable}, {text})\n"))
}

/// The member of a name, anonymous structs and unions searched too.
fn member(btf: &Btf, ty: TypeId, name: &str) -> Option<Member> {
    let mut waiting = vec![ty];
    let mut seen = 0;
    while let Some(ty) = waiting.pop() {
        for member in btf.get(ty).into_iter().flat_map(btf::Type::members) {
            let found = btf.str(member.name);
            if found == name {
                return Some(member);
            }
            if found.is_empty() {
                waiting.push(behind(btf, member.ty));
            }
        }
        seen += 1;
        if seen > MOST_NESTED {
            return None;
        }
    }
    None
}
