//! Which section holds an address.

use crate::sorting;
use elf::Elf;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// `SHT_PROGBITS` and `SHT_NOBITS`.
const WITH_DATA: [u32; 2] = [1, 8];

/// The sections with data, by address. Where several hold an address, the first in the order of headers counts. That is
/// pahole's rule; per-CPU data starts at address 0 on x86, and so do sections without an address, which come later.
#[derive(Debug, Default)]
pub(crate) struct SectionMap {
    /// From each of these addresses to the next: the number of the section, if one is there.
    runs: Vec<(u64, Option<usize>)>,
}

impl SectionMap {
    /// The map of a file's sections.
    pub fn of(elf: &Elf) -> SectionMap {
        let sections = elf.sections.iter().enumerate();
        let with_data = sections.filter(|(_, section)| WITH_DATA.contains(&section.sh_type));
        SectionMap::new(with_data.map(|(number, section)| (number, section.addr, section.size)))
    }

    /// The map of sections: their numbers, addresses, and sizes.
    fn new(sections: impl Iterator<Item = (usize, u64, u64)>) -> SectionMap {
        let mut held: Vec<(u64, u64, usize)> = sections
            .map(|(number, addr, size)| (addr, addr.saturating_add(size), number))
            .collect();
        sorting::sort(&mut held);
        let mut edges: Vec<u64> = held.iter().flat_map(|&(from, to, _)| [from, to]).collect();
        sorting::sort(&mut edges);
        edges.dedup();
        let mut runs = Vec::with_capacity(edges.len());
        // Sections that have begun, the first in the order of headers on top; those that have ended leave when they get there.
        let mut begun: BinaryHeap<Reverse<(usize, u64)>> = BinaryHeap::new();
        let mut next = held.iter().peekable();
        for edge in edges {
            while let Some(&&(_, end, number)) = next.peek().filter(|held| held.0 <= edge) {
                begun.push(Reverse((number, end)));
                next.next();
            }
            while begun.peek().is_some_and(|Reverse((_, end))| *end <= edge) {
                begun.pop();
            }
            runs.push((edge, begun.peek().map(|Reverse((number, _))| *number)));
        }
        SectionMap { runs }
    }

    /// The number of the section that holds an address, counted by the file's section headers.
    pub fn find(&self, address: u64) -> Option<usize> {
        let after = self.runs.partition_point(|&(start, _)| start <= address);
        self.runs.get(after.checked_sub(1)?)?.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_first_section_that_holds_an_address_is_found(
            places in proptest::collection::vec((0u64..40, 0u64..20), 0..12)
        ) {
            let sections = places.iter().enumerate();
            let map = SectionMap::new(sections.map(|(number, &(addr, size))| (number, addr, size)));
            for address in 0..64 {
                let holds = |&(addr, size): &(u64, u64)| (addr..addr + size).contains(&address);
                prop_assert_eq!(map.find(address), places.iter().position(holds), "at {}", address);
            }
        }
    }
}
