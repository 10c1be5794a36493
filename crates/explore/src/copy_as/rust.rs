//! A struct of Rust with the layout that BTF gives it.
//!
//! Every gap is a field, so that offsets do not depend on how Rust aligns. A struct whose members or size are not aligned
//! for Rust is `packed`. Bit-fields share an array of bytes, from which methods read them.

use super::behind;
use btf::layout::{Resolved, Shapes, size_of};
use btf::{Array, Btf, Data, Endian, Kind, Member, TypeId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::fmt::Write;

/// How many structs a struct is written with.
const MOST_STRUCTS: usize = 20_000;
/// How many pointers and dimensions of arrays the type of a member may have.
const MOST_STEPS: usize = 32;
/// Text longer than this is refused.
pub(super) const MOST_TEXT: usize = 16 << 20;

/// Words that Rust does not take as names, in ascending order.
const KEYWORDS: [&str; 52] = [
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// The struct, and before it those that it contains.
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
        aligns: FxHashMap::default(),
        opaque: Vec::new(),
        text: String::new(),
    };
    writer.name(root, &name);
    let all = contained(btf, root, |id| {
        btf.get(id)
            .into_iter()
            .flat_map(btf::Type::members)
            .collect()
    })?;
    // Their names are theirs, whoever points at them first.
    for &id in &all {
        let own = btf.name(id).into_owned();
        writer.name(id, &own);
    }
    for id in all {
        writer.composite(id);
        if writer.text.len() > MOST_TEXT {
            return Err(format!(
                "{name} takes more than {} MiB as Rust; the BTF may be damaged",
                MOST_TEXT >> 20
            ));
        }
    }
    let mut text = format!(
        "// {name}: the layout is that of BTF. Bytes of no member are fields named _pad.\n\
         #![allow(non_camel_case_types, non_snake_case, dead_code)]\n\n"
    );
    for id in &writer.opaque {
        if let Some(name) = writer.names.get(id) {
            let _ = writeln!(
                text,
                "#[repr(C)]\n#[derive(Clone, Copy)]\npub struct {name} {{\n    _opaque: [u8; 0],\n}}\n"
            );
        }
    }
    text.push_str(&writer.text);
    Ok(text)
}

/// The structs and unions that one contains by value through these members, each behind those that it contains itself.
pub(super) fn contained(
    btf: &Btf,
    root: TypeId,
    members: impl Fn(TypeId) -> Vec<Member>,
) -> Result<Vec<TypeId>, String> {
    let (mut order, mut seen) = (Vec::new(), FxHashSet::default());
    let mut stack = vec![(root, false)];
    while let Some((id, done)) = stack.pop() {
        if done {
            order.push(id);
            continue;
        }
        if !seen.insert(id) {
            continue;
        }
        if seen.len() > MOST_STRUCTS {
            return Err(format!("it contains more than {MOST_STRUCTS} structs"));
        }
        stack.push((id, true));
        for member in members(id) {
            let (element, _) = elements(btf, member.ty);
            if btf.kind(element).is_composite() {
                stack.push((element, false));
            }
        }
    }
    Ok(order)
}

/// The type of the elements of arrays in arrays, and how many of them each has, the outermost first.
pub(super) fn elements(btf: &Btf, id: TypeId) -> (TypeId, Vec<u32>) {
    let (mut id, mut counts) = (behind(btf, id), Vec::new());
    while let Some(Data::Array(Array { element, count, .. })) = btf.get(id).map(btf::Type::data) {
        if counts.len() == MOST_STEPS {
            break;
        }
        counts.push(count);
        id = behind(btf, element);
    }
    (id, counts)
}

struct Writer<'a> {
    btf: &'a Btf,
    shapes: Shapes<'a>,
    names: FxHashMap<TypeId, String>,
    taken: FxHashSet<String>,
    /// The alignment of what is written already.
    aligns: FxHashMap<TypeId, u64>,
    /// Structs that are only pointed at.
    opaque: Vec<TypeId>,
    text: String,
}

/// A type in Rust, with its alignment there.
struct Spelled {
    text: String,
    align: u64,
}

impl Writer<'_> {
    /// A name that no other struct has.
    fn name(&mut self, id: TypeId, wanted: &str) -> String {
        if let Some(name) = self.names.get(&id) {
            return name.clone();
        }
        let plain = match wanted {
            "" => format!("anonymous_{}", id.0),
            wanted => identifier(wanted),
        };
        let mut name = plain.clone();
        if !self.taken.insert(name.clone()) {
            name = format!("{plain}_{}", id.0);
            self.taken.insert(name.clone());
        }
        self.names.insert(id, name.clone());
        name
    }

    /// Writes a struct or union; what it contains is written.
    fn composite(&mut self, id: TypeId) {
        let Some(ty) = self.btf.get(id) else { return };
        let size = u64::from(ty.size().unwrap_or(0));
        let own = self.btf.name(id).into_owned();
        let name = self.name(id, &own);
        let is_union = ty.kind() == Kind::Union;
        let (mut fields, mut methods) = (String::new(), String::new());
        let (mut align, mut fits) = (1, true);
        // Where the last field ends, and the bit-fields since.
        let mut at = 0;
        let mut bits: Vec<(String, Resolved)> = Vec::new();
        let mut taken = FxHashSet::default();
        for (index, member) in ty.members().enumerate() {
            let field = self.shapes.resolve(&member);
            let raw = self.btf.str(member.name);
            let mut plain = match &*raw {
                "" => format!("anonymous_{index}"),
                raw => identifier(raw),
            };
            if !taken.insert(plain.clone()) {
                plain = format!("{plain}_{index}");
            }
            if field.width > 0 {
                if is_union {
                    let bytes = (field.bit_offset % 8 + field.width).div_ceil(8);
                    let _ = writeln!(fields, "    pub _bits_{index}: [u8; {bytes}],");
                    getter(
                        self.btf,
                        &mut methods,
                        &plain,
                        &field,
                        &format!("_bits_{index}"),
                        0,
                        bytes,
                        true,
                    );
                } else {
                    bits.push((plain, field));
                }
                continue;
            }
            let spelled = self.spell(member.ty);
            if is_union {
                align = align.max(spelled.align);
                let _ = writeln!(fields, "    pub {plain}: {},", spelled.text);
                continue;
            }
            self.bit_fields(&mut bits, &mut fields, &mut methods, &mut at);
            let offset = field.bit_offset / 8;
            pad(&mut fields, &mut at, offset);
            if offset < at || !field.bit_offset.is_multiple_of(8) {
                // Members that overlap exist in damaged BTF alone.
                let _ = writeln!(fields, "    // {plain} overlaps the member before it");
                continue;
            }
            fits &= offset.is_multiple_of(spelled.align);
            align = align.max(spelled.align);
            let _ = writeln!(fields, "    pub {plain}: {},", spelled.text);
            at = offset.saturating_add(field.size);
        }
        self.bit_fields(&mut bits, &mut fields, &mut methods, &mut at);
        if is_union {
            let _ = writeln!(fields, "    _size: [u8; {size}],");
        } else {
            pad(&mut fields, &mut at, size);
        }
        fits &= size.is_multiple_of(align);
        let repr = if fits { "C" } else { "C, packed" };
        let word = if is_union { "union" } else { "struct" };
        let _ = writeln!(
            self.text,
            "#[repr({repr})]\n#[derive(Clone, Copy)]\npub {word} {name} {{\n{fields}}}\n"
        );
        if !methods.is_empty() {
            let _ = writeln!(self.text, "impl {name} {{\n{methods}}}\n");
        }
        self.aligns.insert(id, if fits { align } else { 1 });
    }

    /// Writes the bit-fields that lie together as one array of bytes.
    fn bit_fields(
        &self,
        bits: &mut Vec<(String, Resolved)>,
        fields: &mut String,
        methods: &mut String,
        at: &mut u64,
    ) {
        let mut from = 0;
        while from < bits.len() {
            let start = bits[from].1.bit_offset / 8;
            let mut end = start;
            let mut to = from;
            // Up to the next byte that no bit-field has, or to one before the first: members of damaged types have no order.
            while let Some((_, field)) = bits
                .get(to)
                .filter(|(_, field)| (start..=end).contains(&(field.bit_offset / 8)))
            {
                end = end.max((field.bit_offset + field.width).div_ceil(8));
                to += 1;
            }
            if start >= *at {
                pad(fields, at, start);
                let storage = format!("_bits_{start}");
                let _ = writeln!(fields, "    pub {storage}: [u8; {}],", end - start);
                for (name, field) in &bits[from..to] {
                    getter(
                        self.btf,
                        methods,
                        name,
                        field,
                        &storage,
                        start,
                        end - start,
                        false,
                    );
                }
                *at = end;
            }
            from = to;
        }
        bits.clear();
    }

    /// The type of a member in Rust.
    fn spell(&mut self, id: TypeId) -> Spelled {
        let (element, counts) = elements(self.btf, id);
        let mut spelled = self.plain(element);
        for count in counts.iter().rev() {
            spelled.text = format!("[{}; {count}]", spelled.text);
        }
        spelled
    }

    fn plain(&mut self, id: TypeId) -> Spelled {
        let size = size_of(self.btf, id).unwrap_or(0);
        let bytes = || Spelled {
            text: format!("[u8; {size}]"),
            align: 1,
        };
        let number = |prefix: &str| match size {
            1 | 2 | 4 | 8 => Spelled {
                text: format!("{prefix}{}", size * 8),
                align: size,
            },
            _ => bytes(),
        };
        let Some(ty) = self.btf.get(id) else {
            return bytes();
        };
        match ty.data() {
            Data::Int(int) if int.encoding.0 & 4 != 0 && size == 1 => Spelled {
                text: "bool".to_owned(),
                align: 1,
            },
            Data::Int(int) => number(if int.encoding.is_signed() { "i" } else { "u" }),
            Data::Float { .. } if matches!(size, 4 | 8) => number("f"),
            Data::Enum { .. } | Data::Enum64 { .. } => {
                number(if ty.kind_flag() { "i" } else { "u" })
            }
            // The machine's pointers may be of another size than those of the Rust that compiles this.
            Data::Ptr { .. } if size != 8 => number("u"),
            Data::Ptr { target } => Spelled {
                text: self.pointer(target),
                align: 8,
            },
            Data::Struct { .. } | Data::Union { .. } => match self.aligns.get(&id) {
                Some(&align) => Spelled {
                    text: self.names.get(&id).cloned().unwrap_or_default(),
                    align,
                },
                // A struct in itself: damaged BTF.
                None => bytes(),
            },
            _ => bytes(),
        }
    }

    /// A pointer: to a struct by its name, to a number by its type, otherwise to anything.
    fn pointer(&mut self, target: TypeId) -> String {
        let (mut id, mut is_const, mut steps) = (target, false, String::new());
        for _ in 0..MOST_STEPS {
            let word = if is_const { "*const " } else { "*mut " };
            let Some(ty) = self.btf.get(id) else { break };
            match ty.data() {
                Data::Const { target } => {
                    is_const = true;
                    id = target;
                    continue;
                }
                Data::Volatile { target }
                | Data::Restrict { target }
                | Data::TypeTag { target }
                | Data::Typedef { target } => {
                    id = target;
                    continue;
                }
                Data::Ptr { target } => {
                    steps.push_str(word);
                    is_const = false;
                    id = target;
                    continue;
                }
                Data::FuncProto { .. } if steps.is_empty() => {
                    return "Option<unsafe extern \"C\" fn()>".to_owned();
                }
                Data::Struct { .. } | Data::Union { .. } | Data::Fwd(_) => {
                    let own = self.btf.name(id).into_owned();
                    if own.is_empty() {
                        break;
                    }
                    // A forward and the definition of its name are one type.
                    let defined = self
                        .btf
                        .find(Kind::Struct, &own)
                        .filter(|_| ty.kind() == Kind::Fwd);
                    let id = defined.unwrap_or(id);
                    let is_new = !self.names.contains_key(&id);
                    let name = self.name(id, &own);
                    if is_new {
                        self.opaque.push(id);
                    }
                    return format!("{steps}{word}{name}");
                }
                Data::Int(_) | Data::Float { .. } => {
                    return format!("{steps}{word}{}", self.plain(id).text);
                }
                _ => break,
            }
        }
        let word = if is_const { "*const " } else { "*mut " };
        format!("{steps}{word}core::ffi::c_void")
    }
}

/// Bytes of no member, up to `to`.
fn pad(fields: &mut String, at: &mut u64, to: u64) {
    if *at < to {
        let _ = writeln!(fields, "    pub _pad_{at}: [u8; {}],", to - *at);
        *at = to;
    }
}

/// A method that reads a bit-field from `storage`, which begins with byte `start` and has `bytes`.
#[allow(clippy::too_many_arguments)]
fn getter(
    btf: &Btf,
    methods: &mut String,
    name: &str,
    field: &Resolved,
    storage: &str,
    start: u64,
    bytes: u64,
    in_union: bool,
) {
    let first = field.bit_offset - start * 8;
    let (from, to) = (first / 8, (first + field.width).div_ceil(8));
    if to > bytes || to - from > 16 {
        return;
    }
    let bit = first - from * 8;
    let (shift, order) = match btf.endian {
        Endian::Little => (bit, "le"),
        // The most significant bit is the first.
        Endian::Big => (128 - bit - field.width, "be"),
    };
    let mask = match field.width {
        128.. => u128::MAX,
        width => (1 << width) - 1,
    };
    let read = match in_union {
        true => format!("unsafe {{ self.{storage} }}"),
        false => format!("self.{storage}"),
    };
    let copies: String = (from..to)
        .map(|byte| format!("        all[{}] = bytes[{byte}];\n", byte - from))
        .collect();
    let _ = writeln!(
        methods,
        "    /// {} bits from bit {} of the struct on, without a sign.\n    pub const fn {name}(&self) -> u128 {{\n        \
         let bytes = {read};\n        let mut all = [0; 16];\n{copies}        \
         (u128::from_{order}_bytes(all) >> {shift}) & {mask:#x}\n    }}",
        field.width, field.bit_offset
    );
}

/// A name that Rust takes.
fn identifier(name: &str) -> String {
    let good = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut name: String = name
        .chars()
        .map(|c| if good(c) { c } else { '_' })
        .collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) || name == "_" {
        name.insert(0, '_');
    }
    match &*name {
        "self" | "Self" | "super" | "crate" => name + "_",
        word if KEYWORDS.binary_search(&word).is_ok() => format!("r#{name}"),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn keywords_are_in_ascending_order() {
        assert!(super::KEYWORDS.is_sorted());
    }
}
