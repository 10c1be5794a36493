//! What lies between members: holes, shared storage units of bitfields, padding, and alignment that
//! only an attribute explains.

use super::CACHELINE;
use super::size::Resolved;
use super::structs::{Combined, Holes, place};

/// Goes through the members of one struct in order.
pub(super) struct Gaps {
    /// Sums so far.
    pub holes: Holes,
    is_union: bool,
    size: u64,
    previous: Option<Previous>,
    /// End in bytes of the storage that the bitfields before share.
    unit_end: u64,
    /// Byte after the last member.
    end: u64,
    /// Byte after the last member that takes space: an empty marker does not explain a hole before it.
    used: u64,
}

/// The member before.
struct Previous {
    is_bitfield: bool,
    offset: u64,
    /// Byte after it, or after its storage unit.
    end: u64,
    bit_end: u64,
}

/// What is before a member.
pub(super) struct Gap {
    pub hole: u64,
    pub bit_hole: u64,
    pub combined: Option<Combined>,
    pub forced_alignment: Option<u64>,
}

impl Gaps {
    pub fn new(is_union: bool, size: u64) -> Gaps {
        Gaps {
            holes: Holes::default(),
            is_union,
            size,
            previous: None,
            unit_end: 0,
            end: 0,
            used: 0,
        }
    }

    /// The next member, whose type has the natural alignment `align`.
    pub fn add(&mut self, field: &Resolved, align: u64, packed: bool) -> Gap {
        let (offset, bits) = place(field);
        let mut gap = Gap {
            hole: 0,
            bit_hole: 0,
            combined: None,
            forced_alignment: None,
        };
        self.holes.members += 1;
        match bits {
            Some((_, width)) => self.holes.bitfield_bits += width,
            None => {
                self.holes.member_bytes = self.holes.member_bytes.saturating_add(field.size);
            }
        }
        if self.is_union {
            self.end = self.end.max(offset.saturating_add(field.size));
            self.used = self.end;
            return gap;
        }
        self.before(field, offset, bits.is_some(), &mut gap);
        if !packed && bits.is_none() && field.size > 0 {
            gap.forced_alignment = forced(self.used, offset, align);
        }
        if gap.forced_alignment.is_some() {
            self.holes.forced_alignments += 1;
            if gap.hole > 0 {
                self.holes.forced_holes += 1;
                self.holes.forced_hole_bytes =
                    self.holes.forced_hole_bytes.saturating_add(gap.hole);
            }
        }
        let end = offset.saturating_add(field.size);
        self.unit_end = match (&self.previous, bits) {
            // A bitfield in storage already begun shares it to its end.
            (Some(previous), Some(_)) if previous.is_bitfield && offset < self.unit_end => {
                self.unit_end.max(end)
            }
            _ => end,
        };
        self.end = self
            .end
            .max(if bits.is_some() { self.unit_end } else { end });
        if field.size > 0 {
            self.used = self.end;
        }
        self.previous = Some(Previous {
            is_bitfield: bits.is_some(),
            offset,
            end,
            bit_end: field.bit_end(),
        });
        gap
    }

    fn before(&mut self, field: &Resolved, offset: u64, is_bitfield: bool, gap: &mut Gap) {
        let none = Previous {
            is_bitfield: false,
            offset: 0,
            end: 0,
            bit_end: 0,
        };
        let previous = self.previous.as_ref().unwrap_or(&none);
        match (previous.is_bitfield, is_bitfield) {
            (false, false) => gap.hole = offset.saturating_sub(previous.end),
            (true, false) => {
                gap.bit_hole = (self.unit_end.min(offset) * 8).saturating_sub(previous.bit_end);
                gap.hole = offset.saturating_sub(self.unit_end);
                if offset < previous.end {
                    gap.combined = Some(Combined::WithNext);
                }
            }
            (false, true) => {
                gap.hole = offset.saturating_sub(previous.end);
                let start = offset.max(previous.end).saturating_mul(8);
                gap.bit_hole = field.bit_offset.saturating_sub(start);
                if offset < previous.end {
                    gap.combined = Some(Combined::WithPrevious);
                }
            }
            (true, true) if offset >= self.unit_end => {
                gap.bit_hole = self
                    .unit_end
                    .saturating_mul(8)
                    .saturating_sub(previous.bit_end);
                gap.hole = offset - self.unit_end;
            }
            (true, true) => {
                gap.bit_hole = field.bit_offset.saturating_sub(previous.bit_end);
                if offset > previous.offset {
                    gap.combined = Some(Combined::WithNext);
                } else if offset < previous.offset {
                    gap.combined = Some(Combined::WithPrevious);
                }
            }
        }
        if gap.hole > 0 {
            self.holes.holes += 1;
            self.holes.hole_bytes = self.holes.hole_bytes.saturating_add(gap.hole);
        }
        if gap.bit_hole > 0 {
            self.holes.bit_holes += 1;
            self.holes.bit_hole_bits = self.holes.bit_hole_bits.saturating_add(gap.bit_hole);
        }
    }

    /// After the last member of a struct whose natural alignment is `align`: sets the padding and
    /// gives the alignment that it tells of.
    pub fn finish(&mut self, align: u64, packed: bool) -> Option<u64> {
        if let Some(previous) = &self.previous
            && previous.is_bitfield
        {
            let end = self.unit_end.min(self.size).saturating_mul(8);
            self.holes.bit_padding = end.saturating_sub(previous.bit_end);
        }
        self.holes.padding = self.size.saturating_sub(self.end);
        if packed {
            return None;
        }
        forced(self.used, self.size, align)
    }
}

/// The alignment that an attribute asked for, when what could be at `end` is at `offset` instead: a
/// cache line's where that can be, else the least that can leave such a hole. `None` when the natural
/// alignment explains it.
fn forced(end: u64, offset: u64, natural: u64) -> Option<u64> {
    let hole = offset.checked_sub(end)?;
    if end.checked_next_multiple_of(natural)? >= offset {
        return None;
    }
    if hole < CACHELINE && offset.is_multiple_of(CACHELINE) {
        return Some(CACHELINE);
    }
    let align = hole.checked_add(1)?.checked_next_power_of_two()?;
    offset.is_multiple_of(align).then_some(align)
}
