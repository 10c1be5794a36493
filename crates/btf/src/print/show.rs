//! One type, laid out as `pahole -C NAME` shows it: offsets, sizes, holes, cache lines.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
pub mod text;

use crate::layout::{CACHELINE, Combined, Nested, Row, StructLayout, struct_layout};
use crate::print::c::{CError, Limited, print_c_type};
use crate::print::raw;
use crate::{Btf, Kind, Type, TypeId};
use core::fmt::Write;
use text::Declared;

/// Prints a type with its layout: structs and unions with offset and size of every member, holes,
/// padding and cache lines; enumerations with their values; typedefs; for functions the prototype and
/// for variables the declaration. Ends with a line break.
///
/// ```
/// use btf::{Btf, Kind, print::show::show};
///
/// let btf = Btf::parse(&std::fs::read("tests/data/inventory.btf")?)?;
/// let item = btf.find(Kind::Struct, "item").expect("the sample has it");
/// let mut text = String::new();
/// show(&btf, item, &mut text)?;
/// assert!(text.contains("/* XXX 3 bytes hole, try to pack */"));
/// assert!(text.contains("/* size: 40, cachelines: 1, members: 6 */"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As [`print_c_type`].
pub fn show(btf: &Btf, id: TypeId, out: &mut dyn Write) -> Result<(), CError> {
    let Some(ty) = btf.get(id) else {
        return Ok(out.write_str("void\n")?);
    };
    let column = if ty.kind() == Kind::Union { 46 } else { 48 };
    let mut limited = Limited::new(out, 1 << 20, btf, 64);
    let mut show = Show {
        btf,
        column,
        after_padding: false,
        unit: None,
        out: &mut limited,
    };
    let result = show.any(id, ty);
    limited.explain(id, result)
}

struct Show<'a, 'o> {
    btf: &'a Btf,
    /// Where the comments of direct members start. pahole has it two columns further left in a union.
    column: usize,
    /// Whether the line before tells of padding, which a hole's line follows at once.
    after_padding: bool,
    /// Depth and storage unit of the bitfield before.
    unit: Option<(usize, u64)>,
    out: &'o mut dyn Write,
}

impl Show<'_, '_> {
    fn any(&mut self, id: TypeId, ty: Type<'_>) -> Result<(), CError> {
        match ty.kind() {
            Kind::Struct | Kind::Union => self.composite("", id, "")?,
            Kind::Enum | Kind::Enum64 => {
                self.enumeration(ty, 0)?;
                self.out.write_str(";\n")?;
            }
            Kind::Typedef => self.typedef(ty)?,
            // C has no words for them.
            Kind::LocParam | Kind::LocProto | Kind::LocSec => {
                raw::write_type(self.out, self.btf, id)?;
            }
            _ => {
                print_c_type(self.btf, id, self.out)?;
                self.out.write_char('\n')?;
            }
        }
        Ok(())
    }

    fn typedef(&mut self, ty: Type<'_>) -> Result<(), CError> {
        let name = self.btf.str(ty.name());
        let target = ty.target().unwrap_or_default();
        match self.btf.get(target) {
            Some(inner) if inner.kind().is_composite() && self.btf.name(target).is_empty() => {
                self.composite("typedef ", target, &format!(" {name}"))
            }
            Some(inner)
                if matches!(inner.kind(), Kind::Enum | Kind::Enum64)
                    && self.btf.name(target).is_empty() =>
            {
                self.out.write_str("typedef ")?;
                self.enumeration(inner, 0)?;
                Ok(writeln!(self.out, " {name};")?)
            }
            _ => {
                let text = text::declared(self.btf, target, &name, false);
                let width = match self.btf.kind(target) {
                    Kind::Array => 26,
                    _ => 0,
                };
                Ok(writeln!(
                    self.out,
                    "typedef {:<width$} {};",
                    text.left, text.right
                )?)
            }
        }
    }

    fn composite(&mut self, before: &str, id: TypeId, after: &str) -> Result<(), CError> {
        let Some(layout) = struct_layout(self.btf, id) else {
            return Ok(());
        };
        if layout.is_cut {
            return Err(CError::TooLong { id });
        }
        let (keyword, name) = (text::keyword(self.btf, id), self.btf.name(id));
        let space = if name.is_empty() { "" } else { " " };
        writeln!(self.out, "{before}{keyword}{space}{name} {{")?;
        let mut open: Vec<&Row> = Vec::new();
        for row in &layout.rows {
            while open.len() > row.depth
                && let Some(outer) = open.pop()
            {
                self.close(outer)?;
            }
            if self.row(row)? {
                open.push(row);
            }
        }
        while let Some(outer) = open.pop() {
            self.close(outer)?;
        }
        if !layout.is_union {
            self.summary(&layout)?;
        }
        self.out.write_char('}')?;
        let nested = Nested {
            id,
            packed: layout.packed,
            forced_alignment: layout.forced_alignment,
        };
        if after.is_empty() || layout.packed {
            self.attributes(&nested)?;
            self.out.write_str(after)?;
        } else {
            self.out.write_str(after)?;
            self.attributes(&nested)?;
        }
        Ok(self.out.write_str(";\n")?)
    }

    /// Prints a member; true when it is an anonymous type whose members follow.
    fn row(&mut self, row: &Row) -> Result<bool, CError> {
        self.before(row)?;
        self.indent(row.depth + 1)?;
        if let Some(nested) = row.nested {
            let keyword = text::keyword(self.btf, nested.id);
            let qualifiers = text::qualifiers(self.btf, row.ty);
            writeln!(self.out, "{qualifiers}{keyword} {{")?;
            return Ok(true);
        }
        let name = self.btf.str(row.name);
        let anonymous = resolve_anonymous_enum(self.btf, row.ty);
        if let Some(ty) = anonymous {
            self.enumeration(ty, row.depth + 1)?;
            let declared = text::declared(self.btf, row.ty, &name, row.flexible);
            self.tail(row, &declared.right, 0)?;
        } else {
            let Declared { left, right } = text::declared(self.btf, row.ty, &name, row.flexible);
            let bits = row.bits.map(|(_, width)| format!(":{width}"));
            let width = text::width(26, row.depth);
            let mut line = format!("{left:<width$} {right}{}", bits.unwrap_or_default());
            if let Some(align) = row.forced_alignment {
                let _ = write!(line, " __attribute__((__aligned__({align})))");
            }
            line.push(';');
            self.placed(row, &line, text::width(self.column, row.depth))?;
        }
        self.after(row)?;
        Ok(false)
    }

    /// The closing line of an anonymous type.
    fn close(&mut self, row: &Row) -> Result<(), CError> {
        self.indent(row.depth + 1)?;
        self.out.write_char('}')?;
        let mut packed = 0;
        if let Some(nested) = row.nested {
            packed = self.attributes(&nested)?;
        }
        let name = self.btf.str(row.name);
        let declared = text::declared(self.btf, row.ty, &name, row.flexible);
        self.tail(row, &declared.right, packed)?;
        self.after(row)
    }

    /// What follows the brace of a type written out: name, attribute, place.
    fn tail(&mut self, row: &Row, name: &str, before: usize) -> Result<(), CError> {
        let space = if name.is_empty() { "" } else { " " };
        let mut line = format!("{space}{name}");
        if let Some(align) = row.forced_alignment {
            let _ = write!(line, " __attribute__((__aligned__({align})))");
        }
        let bits = row.bits.map(|(_, width)| format!(":{width}"));
        let bits = bits.unwrap_or_default();
        // The width of a bitfield does not count for the column, in pahole either.
        let width = (text::width(self.column, row.depth) + bits.len()).saturating_sub(1);
        let width = if self.btf.kind(row.ty) == Kind::Array {
            0
        } else {
            width.saturating_sub(before)
        };
        line.push_str(&bits);
        line.push(';');
        self.placed(row, &line, width)
    }

    fn placed(&mut self, row: &Row, line: &str, width: usize) -> Result<(), CError> {
        let Row { offset, size, .. } = row;
        match row.bits {
            Some((bit, _)) => {
                writeln!(
                    self.out,
                    "{line:<width$} /* {offset:>5}:{bit:>2} {size:>2} */"
                )?;
            }
            None => writeln!(self.out, "{line:<width$} /* {offset:>5} {size:>5} */")?,
        }
        Ok(())
    }

    /// Holes and cache lines before a member.
    fn before(&mut self, row: &Row) -> Result<(), CError> {
        let depth = row.depth + 1;
        let after_padding = core::mem::take(&mut self.after_padding);
        let same_unit = self.unit == Some((row.depth, row.offset));
        self.unit = row.bits.map(|_| (row.depth, row.offset));
        let gap = row.bit_hole > 0 || row.hole > 0 || row.combined.is_some();
        if after_padding != gap {
            self.out.write_char('\n')?;
        }
        if row.bit_hole > 0 {
            let s = plural(row.bit_hole);
            self.line(
                depth,
                &format!("/* XXX {} bit{s} hole, try to pack */", row.bit_hole),
            )?;
        }
        if row.hole > 0 {
            let s = plural(row.hole);
            self.line(
                depth,
                &format!("/* XXX {} byte{s} hole, try to pack */", row.hole),
            )?;
        }
        if row.bit_hole > 0 && row.bits.is_some() {
            let left = text::declared(self.btf, row.ty, "", false).left;
            let width = text::width(26, row.depth);
            let bits = if same_unit { row.bit_hole } else { 0 };
            if !same_unit {
                self.out.write_char('\n')?;
                self.line(depth, "/* Force alignment to the next boundary: */")?;
            }
            self.line(depth, &format!("{left:<width$} :{bits};"))?;
        }
        match row.combined {
            Some(Combined::WithNext) => {
                self.line(depth, "/* Bitfield combined with next fields */")?;
            }
            Some(Combined::WithPrevious) => {
                self.line(depth, "/* Bitfield combined with previous fields */")?;
            }
            None => {}
        }
        if gap {
            self.out.write_char('\n')?;
        }
        if let Some(boundary) = row.boundary {
            let start = boundary.line * CACHELINE;
            let ago = match boundary.ago {
                0 => String::new(),
                n => format!(" was {n} byte{} ago", plural(n)),
            };
            let text = format!(
                "/* --- cacheline {} boundary ({start} bytes){ago} --- */",
                boundary.line
            );
            self.line(depth, &text)?;
        }
        Ok(())
    }

    fn after(&mut self, row: &Row) -> Result<(), CError> {
        if row.padding > 0 {
            let s = plural(row.padding);
            self.out.write_char('\n')?;
            let text = format!(
                "/* XXX last struct has {} byte{s} of padding */",
                row.padding
            );
            self.line(row.depth + 1, &text)?;
            self.after_padding = !row.last;
        }
        Ok(())
    }

    fn summary(&mut self, layout: &StructLayout) -> Result<(), CError> {
        let (out, holes) = (&mut *self.out, &layout.holes);
        let lines = layout.size.div_ceil(CACHELINE);
        writeln!(out)?;
        let size = layout.size;
        writeln!(
            out,
            "\t/* size: {size}, cachelines: {lines}, members: {} */",
            holes.members
        )?;
        if holes.holes > 0 || holes.bit_holes > 0 {
            write!(out, "\t/* sum members: {}", holes.member_bytes)?;
            if holes.holes > 0 {
                write!(
                    out,
                    ", holes: {}, sum holes: {}",
                    holes.holes, holes.hole_bytes
                )?;
            }
            writeln!(out, " */")?;
            let bits = holes.bitfield_bits;
            if holes.bit_holes > 0 {
                writeln!(
                    out,
                    "\t/* sum bitfield members: {bits} bits, bit holes: {}, sum bit holes: {} bits */",
                    holes.bit_holes, holes.bit_hole_bits
                )?;
            } else if bits > 0 {
                writeln!(
                    out,
                    "\t/* sum bitfield members: {bits} bits ({} bytes) */",
                    bits / 8
                )?;
            }
        }
        if holes.padding > 0 {
            writeln!(out, "\t/* padding: {} */", holes.padding)?;
        }
        if holes.paddings > 0 {
            let (n, sum) = (holes.paddings, holes.padding_bytes);
            writeln!(out, "\t/* paddings: {n}, sum paddings: {sum} */")?;
        }
        if holes.forced_alignments > 0 {
            write!(out, "\t/* forced alignments: {}", holes.forced_alignments)?;
            if holes.forced_holes > 0 {
                let (n, sum) = (holes.forced_holes, holes.forced_hole_bytes);
                write!(out, ", forced holes: {n}, sum forced holes: {sum}")?;
            }
            writeln!(out, " */")?;
        }
        if holes.bit_padding > 0 {
            writeln!(out, "\t/* bit_padding: {} bits */", holes.bit_padding)?;
        }
        match layout.size % CACHELINE {
            0 => {}
            last => writeln!(out, "\t/* last cacheline: {last} bytes */")?,
        }
        Ok(())
    }

    /// ` __attribute__(…)` of a struct; gives the length that counts for columns, which is that of
    /// `packed` only.
    fn attributes(&mut self, nested: &Nested) -> Result<usize, CError> {
        let mut text = String::new();
        if nested.packed {
            text.push_str(PACKED);
        }
        if let Some(align) = nested.forced_alignment {
            let _ = write!(text, " __attribute__((__aligned__({align})))");
        }
        self.out.write_str(&text)?;
        Ok(if nested.packed { PACKED.len() } else { 0 })
    }

    fn enumeration(&mut self, ty: Type<'_>, depth: usize) -> Result<(), CError> {
        let name = self.btf.str(ty.name());
        let space = if name.is_empty() { "" } else { " " };
        writeln!(self.out, "enum{space}{name} {{")?;
        let longest = ty
            .enumerators()
            .map(|value| self.btf.str(value.name).chars().count());
        // Names longer than any real one must not widen the column: a width is limited to 16 bits.
        let width = longest.max().unwrap_or(0).min(1000);
        for value in ty.enumerators() {
            self.indent(depth + 1)?;
            let name = self.btf.str(value.name);
            writeln!(self.out, "{name:<width$} = {},", value.value)?;
        }
        self.indent(depth)?;
        self.out.write_char('}')?;
        if ty.size() != Some(4) {
            self.out.write_str(PACKED)?;
        }
        Ok(())
    }

    fn line(&mut self, depth: usize, text: &str) -> Result<(), CError> {
        self.indent(depth)?;
        Ok(writeln!(self.out, "{text}")?)
    }

    fn indent(&mut self, depth: usize) -> Result<(), CError> {
        for _ in 0..depth {
            self.out.write_char('\t')?;
        }
        Ok(())
    }
}

/// The anonymous enumeration that a member's declaration writes out.
fn resolve_anonymous_enum(btf: &Btf, id: TypeId) -> Option<Type<'_>> {
    let ty = btf.get(id)?;
    let is_enum = matches!(ty.kind(), Kind::Enum | Kind::Enum64);
    (is_enum && btf.name(id).is_empty()).then_some(ty)
}

const PACKED: &str = " __attribute__((__packed__))";

fn plural(n: u64) -> &'static str {
    if n == 1 { "" } else { "s" }
}
