//! `.BTF_ids`: the types and functions that the kernel's own code names, with the ids that the link writes.

use elf::{Elf, Endian, ReadAt, Symbols};
use std::collections::BTreeSet;

/// A set's flag: its functions are kfuncs (`BTF_SET8_KFUNCS`, Linux 6.9).
const SET_OF_KFUNCS: u32 = 1;
/// A set begins with its count and flags; a pair of id and flags follows for each function.
const PAIR: u64 = 8;
const SET: &[u8] = b"__BTF_ID__set8__";
const FUNC: &[u8] = b"__BTF_ID__func__";

/// The sets of kfuncs, and every function that the section names.
#[derive(Debug, Default)]
pub(crate) struct IdSets {
    pub kfuncs: Vec<IdSet>,
    /// Names of all functions, those of lists and of other sets too.
    pub functions: BTreeSet<String>,
}

/// A set of kfuncs.
#[derive(Debug)]
pub(crate) struct IdSet {
    /// The functions that symbols name, in the order of their places.
    pub functions: Vec<String>,
    /// Ids and flags, in the order in which they are. The link sorts them by id, and symbols stay where they were.
    pub pairs: Vec<(u32, u32)>,
}

impl IdSet {
    /// Whether the link has written ids.
    pub fn is_resolved(&self) -> bool {
        self.pairs.iter().any(|&(id, _)| id != 0)
    }
}

impl IdSets {
    /// Reads the section; nothing where the file has none, or not its bytes.
    pub fn read<R: ReadAt + ?Sized>(elf: &Elf, source: &R, symbols: &Symbols) -> IdSets {
        let section = elf
            .section(".BTF_ids")
            .filter(|section| !section.is_nobits());
        let Some((section, bytes)) =
            section.and_then(|section| Some((section, elf.read_section(source, section).ok()?)))
        else {
            return IdSets::default();
        };
        let word = |offset: u64| -> Option<u32> {
            let at = usize::try_from(offset).ok()?;
            let four = *bytes.get(at..)?.first_chunk::<4>()?;
            Some(match elf.endian {
                Endian::Little => u32::from_le_bytes(four),
                Endian::Big => u32::from_be_bytes(four),
            })
        };
        let (mut sets, mut functions) = (Vec::new(), Vec::new());
        for symbol in symbols.iter() {
            let Some(offset) = symbol.value.checked_sub(section.addr) else {
                continue;
            };
            if symbol.name.starts_with(SET) {
                let flags = offset.checked_add(4).and_then(word);
                if flags.is_some_and(|flags| flags & SET_OF_KFUNCS != 0) {
                    sets.push((offset, offset.saturating_add(symbol.size)));
                }
            } else if let Some(name) = symbol.name.strip_prefix(FUNC).and_then(without_number) {
                functions.push((offset, name));
            }
        }
        sets.sort_unstable();
        functions.sort_unstable();
        // Sets do not overlap: one ends where the next one begins, whatever size its symbol has.
        let starts: Vec<u64> = sets.iter().map(|&(start, _)| start).collect();
        let next = starts.into_iter().skip(1).chain([u64::MAX]);
        let kfuncs = sets.into_iter().zip(next).map(|((start, end), next)| {
            let end = end.min(next);
            let first = functions.partition_point(|&(offset, _)| offset < start + PAIR);
            let after = functions
                .partition_point(|&(offset, _)| offset < end)
                .max(first);
            let own = &functions[first..after];
            let pair = |at: u64| Some((word(at)?, word(at + 4)?));
            IdSet {
                functions: own.iter().map(|(_, name)| name.clone()).collect(),
                pairs: own
                    .iter()
                    .zip(0..)
                    .filter_map(|(_, nth): (_, u64)| pair(start + PAIR + nth * PAIR))
                    .collect(),
            }
        });
        IdSets {
            kfuncs: kfuncs.collect(),
            functions: functions.iter().map(|(_, name)| name.clone()).collect(),
        }
    }
}

/// The name is followed by two underscores and a number that makes the symbol unique.
fn without_number(symbol: &[u8]) -> Option<String> {
    let cut = symbol.windows(2).rposition(|pair| pair == b"__")?;
    Some(String::from_utf8_lossy(&symbol[..cut]).into_owned())
}
