//! One type with everything that the explorer shows about it, as plain values.

use crate::address::Address;
use crate::address::spoken;
use crate::definition::{Line, Unfolded, definition, unfolded_definition};
use crate::explorer::Explorer;
use crate::facts::bytes_of;
use crate::group::Group;
use crate::picture::{Picture, picture};
use crate::users::{Use, UseKind};
use btf::layout::{CACHELINE, Holes, StructLayout, struct_layout};
use btf::{Btf, Kind, TypeId};
use serde::{Deserialize, Serialize};

/// A type, for its page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// The type's id in this BTF; another build gives it another one.
    pub id: u32,
    /// Kind and name, which outlive a rebuild.
    pub address: Address,
    /// The type as a heading: `struct sk_buff`.
    pub title: String,
    /// The kind, which decides the swatch.
    pub kind: Kind,
    /// Bytes in memory; `None` for types without a size, such as functions.
    pub size: Option<u64>,
    /// The definition as C.
    pub lines: Vec<Line>,
    /// The layout of a struct or union.
    pub memory: Option<Memory>,
    /// How many uses there are, by kind of use.
    pub users: Vec<(UseKind, u32)>,
    /// Copies before dedup; `None` without DWARF.
    pub copies: Option<u32>,
    /// Bytes that dedup saved on the type; `None` without DWARF.
    pub saved: Option<u64>,
    /// For a function: at how many sites it was inlined; `None` if that is not known of any function.
    pub inlined_at: Option<u32>,
    /// Whether only `.BTF.inline` has it: every call was inlined, or the function was left out of the types.
    pub only_inline: bool,
    /// All types of this name and kind; empty if this is the only one.
    pub namesakes: Vec<Address>,
    /// Forward declarations of the name that dedup did not replace by a definition.
    pub forwards: u32,
    /// The type as bpftool prints it.
    pub raw: String,
}

/// The layout of a struct or union in memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// How many cache lines of 64 bytes it takes.
    pub lines: u64,
    /// How many direct members it has.
    pub members: u64,
    /// How many holes are between members.
    pub holes: u64,
    /// Bytes in these holes.
    pub hole_bytes: u64,
    /// Unused bits next to bitfields.
    pub hole_bits: u64,
    /// Padding: unused bytes at the end.
    pub padding: u64,
    /// The size with the members in the best order, if that is smaller.
    pub reordered: Option<u64>,
    /// What fills each byte.
    pub picture: Picture,
}

/// A use of a type, as a row of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UseRow {
    /// In what way it uses the type.
    pub kind: UseKind,
    /// The struct, function, typedef, or variable that uses it.
    pub user: Address,
    /// The user with the member or parameter: `struct sk_buff_head.next`, `schedule()`.
    pub text: String,
    /// The member that has the type; `None` for other uses.
    pub member: Option<String>,
    /// Whether the use is through a pointer.
    pub pointer: bool,
}

impl Card {
    /// The card of a type; `None` for `void` and for an id without a type.
    pub fn of(explorer: &Explorer, id: TypeId) -> Option<Card> {
        Card::with(explorer, id, definition(explorer, id))
    }

    /// The card of a type with members of its definition unfolded, and with cache lines.
    pub fn unfolded(explorer: &Explorer, id: TypeId, unfolded: &Unfolded) -> Option<Card> {
        Card::with(explorer, id, unfolded_definition(explorer, id, unfolded))
    }

    fn with(explorer: &Explorer, id: TypeId, lines: Vec<Line>) -> Option<Card> {
        let btf = explorer.btf();
        let ty = btf.get(id)?;
        let layout = struct_layout(btf, id).filter(|layout| layout.id == id);
        let uses = explorer.users_of(id);
        let mut raw = String::new();
        // Writing to a string cannot fail.
        let _ = btf::print::raw::write_type(&mut raw, btf, id);
        let (namesakes, forwards) = namesakes(explorer, id);
        Some(Card {
            id: id.0,
            address: explorer.address(id),
            title: spoken(btf, id),
            kind: ty.kind(),
            size: bytes_of(btf, id),
            lines,
            memory: layout.map(|layout| memory(btf, &layout)),
            users: count(&uses),
            copies: explorer.copies().map(|copies| copies.of(id)),
            saved: explorer.copies().map(|copies| copies.saved(btf, id)),
            inlined_at: match ty.kind() {
                Kind::Func => explorer.inline_sites().count(id),
                _ => None,
            },
            only_inline: false,
            namesakes,
            forwards,
            raw,
        })
    }
}

impl UseRow {
    /// The row of a use.
    pub fn of(explorer: &Explorer, one: &Use) -> UseRow {
        let btf = explorer.btf();
        let mut text = spoken(btf, one.user);
        let name = btf.str(one.name);
        let is_member = matches!(one.kind, UseKind::Member | UseKind::Callback);
        match one.kind {
            UseKind::Member | UseKind::Callback if !name.is_empty() => {
                text = format!("{text}.{name}")
            }
            UseKind::Parameter if !name.is_empty() => {
                text = format!("{}({name})", text.trim_end_matches("()"));
            }
            _ => {}
        }
        UseRow {
            kind: one.kind,
            user: explorer.address(one.user),
            text,
            member: (is_member && !name.is_empty()).then(|| name.into_owned()),
            pointer: one.pointer,
        }
    }
}

fn count(uses: &[Use]) -> Vec<(UseKind, u32)> {
    let of = |kind: UseKind| uses.iter().filter(|one| one.kind == kind).count();
    let counts = UseKind::ALL.map(|kind| (kind, u32::try_from(of(kind)).unwrap_or(u32::MAX)));
    counts.into_iter().filter(|(_, count)| *count > 0).collect()
}

/// All types of the same name and kind, if there are others, and how many forward declarations of the name are left.
fn namesakes(explorer: &Explorer, id: TypeId) -> (Vec<Address>, u32) {
    let btf = explorer.btf();
    let kind_and_name = |id: TypeId| {
        let ty = btf.get(id)?;
        Some((Group::of(ty.kind()), btf.string(ty.name())?))
    };
    let Some((group, name)) = kind_and_name(id).filter(|(_, name)| !name.is_empty()) else {
        return (Vec::new(), 0);
    };
    let (mut same, mut forwards) = (Vec::new(), 0);
    for &other in explorer.named(name) {
        match kind_and_name(other) {
            Some((there, _)) if there == group => same.push(explorer.address(other)),
            _ if btf.kind(other) == Kind::Fwd && btf.kind(id).is_composite() => forwards += 1,
            _ => {}
        }
    }
    match same.len() {
        0 | 1 => (Vec::new(), forwards),
        _ => (same, forwards),
    }
}

fn memory(btf: &Btf, layout: &StructLayout) -> Memory {
    let Holes {
        members,
        holes,
        hole_bytes,
        bit_hole_bits,
        padding,
        ..
    } = layout.holes;
    Memory {
        lines: layout.size.div_ceil(CACHELINE),
        members,
        holes,
        hole_bytes,
        hole_bits: bit_hole_bits,
        padding,
        reordered: reordered(btf, layout),
        picture: picture(btf, layout),
    }
}

/// The size with members sorted by alignment, which leaves no holes: every type's size is a multiple of its
/// alignment. Bitfields that follow each other stay together, in whole storage units.
fn reordered(btf: &Btf, layout: &StructLayout) -> Option<u64> {
    // An attribute asked for this layout, so members stay where they are.
    if layout.is_union || layout.packed || layout.holes.forced_alignments > 0 {
        return None;
    }
    let mut shapes = btf::layout::Shapes::new(btf);
    let align = shapes.natural_align_of(layout.id)?.max(1);
    let (mut sum, mut run) = (0_u64, Run::default());
    for row in layout.rows.iter().filter(|row| row.depth == 0) {
        match row.bits {
            Some((_, width)) => run.add(width, row.size)?,
            None => sum = sum.checked_add(row.size)?.checked_add(run.end()?)?,
        }
    }
    let best = sum
        .checked_add(run.end()?)?
        .checked_next_multiple_of(align)?;
    (best < layout.size && layout.forced_alignment.is_none()).then_some(best)
}

/// Bitfields that follow each other without another member in between.
#[derive(Default)]
struct Run {
    bits: u64,
    /// Bytes of the largest storage unit among them.
    unit: u64,
}

impl Run {
    fn add(&mut self, width: u64, unit: u64) -> Option<()> {
        self.bits = self.bits.checked_add(width)?;
        self.unit = self.unit.max(unit);
        Some(())
    }

    /// Bytes that they take, in whole storage units.
    fn end(&mut self) -> Option<u64> {
        let Run { bits, unit } = std::mem::take(self);
        bits.div_ceil(8).checked_next_multiple_of(unit.max(1))
    }
}
