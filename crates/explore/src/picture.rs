//! The bytes of a struct: what fills each of them.

use crate::sort::sorted;
use btf::layout::{Row, StructLayout, resolve, strip_arrays};
use btf::{Btf, Kind, TypeId};
use serde::{Deserialize, Serialize};

/// How many blocks of one struct are drawn.
const MOST_BLOCKS: usize = 4_000;

/// A struct or union in memory. For a union the largest member is drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// The size in bytes.
    pub size: u64,
    /// What fills the bytes, in order and without gaps.
    pub blocks: Vec<Block>,
    /// The bitfields, in the order of their bits.
    pub bits: Vec<BitField>,
    /// Whether some of it is not drawn.
    pub cut: bool,
}

/// Bytes that belong together: a member, a hole, padding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// The first byte.
    pub start: u64,
    /// The byte after the last one.
    pub end: u64,
    /// What fills the bytes.
    pub filling: Filling,
}

/// What fills some bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Filling {
    /// A member.
    Member {
        /// The member's number among all rows of the layout.
        row: u32,
        /// Its name.
        name: String,
        /// The kind of its type, or of the elements of an array, behind typedefs and qualifiers.
        kind: Kind,
    },
    /// Bitfields that share these bytes.
    Bits {
        /// The row of the first bitfield.
        first: u32,
        /// The row of the last bitfield.
        last: u32,
    },
    /// Nothing: a hole between members.
    Hole,
    /// Nothing: padding after the last member.
    Padding,
}

/// A bitfield.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BitField {
    /// The bitfield's number among all rows of the layout.
    pub row: u32,
    /// Its name.
    pub name: String,
    /// The first bit, counted from the start of the struct.
    pub start: u64,
    /// The width in bits.
    pub width: u64,
}

/// Draws the layout of a struct or union.
pub fn picture(btf: &Btf, layout: &StructLayout) -> Picture {
    let mut picture = Picture {
        size: layout.size,
        ..Picture::default()
    };
    let mut members = Vec::new();
    // Rows to draw, and whether they are the members of a union.
    let mut stack = vec![(0..layout.rows.len(), layout.is_union)];
    while let Some((range, is_union)) = stack.pop() {
        let depth = layout.rows.get(range.start).map_or(0, |row| row.depth);
        let mut direct: Vec<usize> = range
            .clone()
            .filter(|&at| layout.rows.get(at).is_some_and(|row| row.depth == depth))
            .collect();
        if is_union {
            let largest = direct
                .iter()
                .copied()
                .max_by_key(|&at| (bytes(&layout.rows[at]), usize::MAX - at));
            direct = largest.into_iter().collect();
        }
        for at in direct {
            let row = &layout.rows[at];
            let inner = (at + 1..range.end)
                .take_while(|&next| layout.rows[next].depth > depth)
                .last();
            match (row.nested, inner) {
                // Arrays of anonymous structs are one block.
                (Some(nested), Some(last)) if resolves_to(btf, row.ty, nested.id) => {
                    stack.push((at + 1..last + 1, btf.kind(nested.id) == Kind::Union));
                }
                _ => members.push(at),
            }
        }
    }
    let key = |at: usize| (layout.rows.get(at).map(|row| row.offset), at);
    for at in sorted(&members, &|&a: &usize, &b: &usize| key(a).cmp(&key(b))) {
        add(btf, layout, at, &mut picture);
    }
    fill(&mut picture);
    picture
}

fn bytes(row: &Row) -> u64 {
    match row.bits {
        Some((first, width)) => (first + width).div_ceil(8),
        None => row.size,
    }
}

fn resolves_to(btf: &Btf, id: TypeId, to: TypeId) -> bool {
    resolve(btf, id).is_some_and(|(id, _)| id == to)
}

fn add(btf: &Btf, layout: &StructLayout, at: usize, picture: &mut Picture) {
    let Some(row) = layout.rows.get(at) else {
        return;
    };
    if picture.blocks.len() >= MOST_BLOCKS {
        picture.cut = true;
        return;
    }
    let number = u32::try_from(at).unwrap_or(u32::MAX);
    let name = btf.str(row.name).into_owned();
    let Some((first, width)) = row.bits else {
        if row.size > 0 {
            picture.blocks.push(Block {
                start: row.offset,
                end: row.offset.saturating_add(row.size),
                filling: Filling::Member {
                    row: number,
                    name,
                    kind: strip_arrays(btf, row.ty).map_or(Kind::Void, |(_, ty, _)| ty.kind()),
                },
            });
        }
        return;
    };
    let start = row.offset.saturating_mul(8).saturating_add(first);
    picture.bits.push(BitField {
        row: number,
        name,
        start,
        width,
    });
    let (from, to) = (start / 8, start.saturating_add(width).div_ceil(8));
    match picture.blocks.last_mut() {
        Some(Block {
            end,
            filling: Filling::Bits { last, .. },
            ..
        }) if from <= *end => {
            *end = to.max(*end);
            *last = number;
        }
        _ => picture.blocks.push(Block {
            start: from,
            end: to,
            filling: Filling::Bits {
                first: number,
                last: number,
            },
        }),
    }
}

/// Fills gaps with holes, and removes blocks that overlap others or lie beyond the end, as in damaged
/// types.
fn fill(picture: &mut Picture) {
    let mut blocks: Vec<Block> = Vec::with_capacity(picture.blocks.len());
    let mut at = 0;
    for mut block in std::mem::take(&mut picture.blocks) {
        block.start = block.start.max(at);
        block.end = block.end.min(picture.size);
        if block.end <= block.start {
            continue;
        }
        if block.start > at {
            blocks.push(Block {
                start: at,
                end: block.start,
                filling: Filling::Hole,
            });
        }
        at = block.end;
        blocks.push(block);
    }
    if at < picture.size && !picture.cut {
        blocks.push(Block {
            start: at,
            end: picture.size,
            filling: Filling::Padding,
        });
    }
    picture.blocks = blocks;
}
