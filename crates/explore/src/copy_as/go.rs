//! A struct of Go with the layout that BTF gives it.
//!
//! Every gap is a blank field. Go has no packed structs, so that a member which Go would align elsewhere is an array of
//! bytes; and no unions, of which the largest member is written, as the picture draws it. Pointers are numbers of their size:
//! Go's garbage collector would follow others. A program of a kernel with 32 bits aligns 64-bit numbers to 4 bytes, which
//! gives the same offsets, since none depends on what Go inserts.

use super::behind;
use super::rust::{MOST_TEXT, contained, elements};
use crate::definition::counted;
use btf::layout::{Resolved, Shapes, size_of};
use btf::print::c::type_name;
use btf::{Btf, Data, Kind, Member, TypeId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::fmt::Write;

/// How many typedefs are followed for a name.
const MOST_TYPEDEFS: usize = 32;
/// How many members of a union its comment names.
const MOST_ALTERNATIVES: usize = 8;

/// The struct, and after it those that it contains.
pub fn definitions(btf: &Btf, id: TypeId) -> Result<String, String> {
    let name = btf.name(id).into_owned();
    let root = behind(btf, id);
    if !btf.kind(root).is_composite() {
        return Err(format!(
            "{name} is no struct and no union: only these have a layout to copy"
        ));
    }
    let mut writer = Writer {
        btf,
        shapes: Shapes::new(btf),
        names: FxHashMap::default(),
        taken: FxHashSet::default(),
        known: FxHashMap::default(),
        text: String::new(),
    };
    // Reversed: the stack gives the first member's structs first.
    let all = contained(btf, root, |id| {
        writer.members(id).into_iter().rev().collect()
    })?;
    for (place, &id) in all.iter().enumerate() {
        let align = writer.align(id);
        writer.known.insert(id, (align, place));
    }
    let title = writer.name(root, &name);
    // Who contains others names the anonymous ones, so it comes first.
    for &id in all.iter().rev() {
        if id != root && size_of(btf, id) == Some(0) {
            continue;
        }
        writer.composite(id);
        if writer.text.len() > MOST_TEXT {
            return Err(format!(
                "{name} takes more than {} MiB as Go; the BTF may be damaged",
                MOST_TEXT >> 20
            ));
        }
    }
    let size = size_of(btf, root).unwrap_or(0);
    Ok(format!(
        "// Blank fields are padding and bit-fields; a union has its largest member.\n\n\
         package kernel\n\nimport \"unsafe\"\n\n{}\
         // Compiles only with the size that BTF gives it.\nvar _ [{size}]byte = [unsafe.Sizeof({title}{{}})]byte{{}}\n",
        writer.text
    ))
}

struct Writer<'a> {
    btf: &'a Btf,
    shapes: Shapes<'a>,
    names: FxHashMap<TypeId, String>,
    taken: FxHashSet<String>,
    /// The alignment of each struct in Go, and its place in the order of [`contained`].
    known: FxHashMap<TypeId, (u64, usize)>,
    text: String,
}

impl Writer<'_> {
    /// The members that are written: of a union, the largest.
    fn members(&self, id: TypeId) -> Vec<Member> {
        let Some(ty) = self.btf.get(id) else {
            return Vec::new();
        };
        if ty.kind() != Kind::Union {
            return ty.members().collect();
        }
        let bits = |member: &Member| {
            let field = self.shapes.resolve(member);
            match field.width {
                0 => field.size.saturating_mul(8),
                width => width,
            }
        };
        // Of several as large as each other, the first.
        let largest = ty.members().reduce(|best, next| {
            if bits(&next) > bits(&best) {
                next
            } else {
                best
            }
        });
        largest.into_iter().collect()
    }

    /// The alignment of a struct in Go: the largest of those members that keep their type.
    fn align(&self, id: TypeId) -> u64 {
        let size = size_of(self.btf, id).unwrap_or(0);
        let members = self.members(id).into_iter();
        let aligns = members.filter_map(|member| {
            let field = self.shapes.resolve(&member);
            let align = self.member_align(member.ty);
            let keeps = field.width == 0 && field.size > 0 && keeps(&field, align, size);
            keeps.then_some(align)
        });
        aligns.max().unwrap_or(1)
    }

    /// The alignment of a member's type in Go.
    fn member_align(&self, id: TypeId) -> u64 {
        let (element, _) = elements(self.btf, id);
        match self.btf.kind(element) {
            // A struct in itself, in damaged BTF, is not known yet.
            Kind::Struct | Kind::Union => self.known.get(&element).map_or(1, |known| known.0),
            _ => match self.scalar(element) {
                Some(_) => size_of(self.btf, element).unwrap_or(1),
                None => 1,
            },
        }
    }

    /// A number, an enumeration, or a pointer in Go; `None` for what Go has no type for.
    fn scalar(&self, id: TypeId) -> Option<String> {
        let size = size_of(self.btf, id).filter(|size| matches!(size, 1 | 2 | 4 | 8))?;
        let bits = size * 8;
        let signed = |signed: bool| format!("{}int{bits}", if signed { "" } else { "u" });
        let ty = self.btf.get(id)?;
        match ty.data() {
            Data::Int(int) if int.encoding.0 & btf::IntEncoding::BOOL.0 != 0 && size == 1 => {
                Some("bool".to_owned())
            }
            Data::Int(int) => Some(signed(int.encoding.is_signed())),
            Data::Enum { .. } | Data::Enum64 { .. } => Some(signed(ty.kind_flag())),
            Data::Float { .. } if size >= 4 => Some(format!("float{bits}")),
            Data::Ptr { .. } => Some(signed(false)),
            _ => None,
        }
    }

    /// A name that no other struct has.
    fn name(&mut self, id: TypeId, wanted: &str) -> String {
        if let Some(name) = self.names.get(&id) {
            return name.clone();
        }
        let mut name = exported(wanted);
        if !self.taken.insert(name.clone()) {
            name = format!("{name}{}", id.0);
            self.taken.insert(name.clone());
        }
        self.names.insert(id, name.clone());
        name
    }

    /// Writes a struct or union.
    fn composite(&mut self, id: TypeId) {
        let own = self.btf.name(id).into_owned();
        let name = self.name(id, &own);
        let size = size_of(self.btf, id).unwrap_or(0);
        let members = self.members(id);
        let (mut fields, mut at) = (String::new(), 0);
        let mut bits: Vec<(String, Resolved)> = Vec::new();
        let mut taken = FxHashSet::default();
        for (index, member) in members.iter().enumerate() {
            let field = self.shapes.resolve(member);
            let raw = self.btf.str(member.name).into_owned();
            if field.width > 0 {
                bits.push((raw, field));
                continue;
            }
            bit_fields(&mut bits, &mut fields, &mut at);
            let declared = comment(&type_name(self.btf, member.ty, &raw));
            let offset = field.bit_offset / 8;
            if field.size == 0 {
                // Go gives a last field without bytes some.
                let _ = writeln!(fields, "\t// {declared}: no bytes, at offset {offset}");
                continue;
            }
            if offset < at || !field.bit_offset.is_multiple_of(8) {
                // Members that overlap exist in damaged BTF alone.
                let _ = writeln!(fields, "\t// {declared} overlaps the member before it");
                continue;
            }
            blank(&mut fields, &mut at, offset);
            let mut plain = match &*raw {
                "" => format!("Anonymous{index}"),
                raw => exported(raw),
            };
            let (element, counts) = elements(self.btf, member.ty);
            let is_composite = self.btf.kind(element).is_composite();
            let place = |id| self.known.get(&id).map(|known| known.1);
            let fits = keeps(&field, self.member_align(member.ty), size);
            let (mut ty, mut has_comment) = match self.scalar(element) {
                Some(ty) => {
                    let is_number = matches!(self.btf.kind(element), Kind::Int | Kind::Float);
                    (ty, !is_number)
                }
                // A struct in itself, in damaged BTF, comes before what it contains.
                None if is_composite && place(element) < place(id) => {
                    let wanted = self.wanted(member.ty, &name, &plain);
                    (self.name(element, &wanted), false)
                }
                None => (String::new(), true),
            };
            if fits && !ty.is_empty() {
                for count in counts.iter().rev() {
                    ty = format!("[{count}]{ty}");
                }
            } else {
                (ty, has_comment) = (format!("[{}]byte", field.size), true);
            }
            // Members of an embedded struct are those of the struct around it, as in C.
            let is_embedded = raw.is_empty() && is_composite && !ty.starts_with('[');
            if is_embedded {
                plain = ty.clone();
            }
            if !taken.insert(plain.clone()) {
                plain = format!("{plain}{index}");
                taken.insert(plain.clone());
            }
            let says = match has_comment {
                true => format!(" // {declared}"),
                false => String::new(),
            };
            let _ = match is_embedded && plain == ty {
                true => writeln!(fields, "\t{ty}{says}"),
                false => writeln!(fields, "\t{plain} {ty}{says}"),
            };
            at = offset.saturating_add(field.size);
        }
        bit_fields(&mut bits, &mut fields, &mut at);
        blank(&mut fields, &mut at, size);
        let word = match self.btf.kind(id) {
            Kind::Union => "union",
            _ => "struct",
        };
        let what = comment(format!("{word} {own}").trim_end());
        let (size, all) = (counted(size, "byte"), self.alternatives(id));
        let _ = writeln!(
            self.text,
            "// {what}, {size}{all}\ntype {name} struct {{\n{fields}}}\n"
        );
    }

    /// Of a union, what the bytes can be.
    fn alternatives(&self, id: TypeId) -> String {
        if self.btf.kind(id) != Kind::Union {
            return String::new();
        }
        let members = self.btf.get(id).into_iter().flat_map(btf::Type::members);
        let mut names: Vec<String> = members
            .take(MOST_ALTERNATIVES + 1)
            .map(|member| comment(&self.btf.str(member.name)))
            .collect();
        if names.len() > MOST_ALTERNATIVES {
            names[MOST_ALTERNATIVES] = "…".to_owned();
        }
        for name in names.iter_mut().filter(|name| name.is_empty()) {
            "{…}".clone_into(name);
        }
        format!(": {}", names.join(" | "))
    }

    /// The name for the struct that a member has: its own, that of its typedef, or the member's behind that of the struct
    /// around it.
    fn wanted(&self, id: TypeId, outer: &str, member: &str) -> String {
        let (element, _) = elements(self.btf, id);
        let own = self.btf.name(element);
        if !own.is_empty() {
            return own.into_owned();
        }
        let mut id = id;
        let mut typedef = None;
        for _ in 0..MOST_TYPEDEFS {
            match self.btf.get(id).map(btf::Type::data) {
                Some(Data::Typedef { target }) => {
                    typedef = Some(self.btf.name(id).into_owned());
                    id = target;
                }
                Some(
                    Data::Const { target } | Data::Volatile { target } | Data::TypeTag { target },
                ) => id = target,
                Some(Data::Array(array)) => id = array.element,
                _ => break,
            }
        }
        typedef.unwrap_or_else(|| format!("{outer}{member}"))
    }
}

/// Whether Go leaves a member where it is, and the struct at its size.
fn keeps(field: &Resolved, align: u64, size: u64) -> bool {
    (field.bit_offset / 8).is_multiple_of(align) && size.is_multiple_of(align)
}

/// A blank field for the bytes up to `to`.
fn blank(fields: &mut String, at: &mut u64, to: u64) {
    if *at < to {
        let _ = writeln!(fields, "\t_ [{}]byte", to - *at);
        *at = to;
    }
}

/// A blank field for the bytes of bit-fields, behind what it contains.
fn bit_fields(bits: &mut Vec<(String, Resolved)>, fields: &mut String, at: &mut u64) {
    let mut end = *at;
    for (name, field) in bits.drain(..) {
        end = end.max(field.bit_end().div_ceil(8));
        let (name, width) = (comment(&name), counted(field.width, "bit"));
        let first = field.bit_offset;
        let _ = writeln!(
            fields,
            "\t// {name}: {width} from bit {first} of the struct on"
        );
    }
    blank(fields, at, end);
}

/// A name that other packages see: `exe_file` becomes `ExeFile`.
fn exported(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let mut exported = String::with_capacity(name.len());
    for word in words {
        let mut rest = word.chars();
        exported.extend(rest.next().map(|first| first.to_ascii_uppercase()));
        exported.push_str(rest.as_str());
    }
    if !exported.starts_with(|c: char| c.is_ascii_uppercase()) {
        exported.insert(0, 'X');
    }
    exported
}

/// A text that stays on its line.
fn comment(text: &str) -> String {
    text.replace(|c: char| c.is_control(), "?")
}
