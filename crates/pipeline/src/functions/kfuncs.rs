//! Kernel functions that BPF programs may call, as the kernel lists them in `.BTF_ids`.

use crate::sorting;
use btf::{Btf, TypeId};
use elf::{Elf, Endian, ReadAt, Symbols};
use rustc_hash::{FxHashMap, FxHashSet};

/// A set's flag: its functions are kfuncs (`BTF_SET8_KFUNCS`).
const SET_OF_KFUNCS: u32 = 1;
/// A kfunc's flag that becomes the tag `bpf_fastcall` (`KF_FASTCALL`).
pub(crate) const FASTCALL: u32 = 1 << 12;
/// Flags of a kfunc whose result, first or second parameter points into an arena (`KF_ARENA_RET`,
/// `KF_ARENA_ARG1`, `KF_ARENA_ARG2`).
pub(crate) const ARENA_RESULT: u32 = 1 << 13;
pub(crate) const ARENA_FIRST: u32 = 1 << 14;
pub(crate) const ARENA_SECOND: u32 = 1 << 15;
/// A set begins with its count and flags; a pair of id and flags follows for each function.
const PAIR: u64 = 8;

const SET: &[u8] = b"__BTF_ID__set8__";
const FUNC: &[u8] = b"__BTF_ID__func__";

/// Kfuncs by name, each with two readings of its flags.
#[derive(Default)]
pub(crate) struct Kfuncs {
    /// The flags that stand where the function's symbol says, as pahole takes them for its tags.
    pub at_symbol: FxHashMap<Vec<u8>, u32>,
    /// The flags that are meant. When a kernel is linked, `resolve_btfids` writes ids into the sets and sorts their
    /// pairs by them; symbols stay where they were, and no longer name the pair they point at.
    pub meant: FxHashMap<Vec<u8>, u32>,
    /// Whether the file has the section, but not its bytes.
    pub in_other_file: bool,
}

impl Kfuncs {
    /// Takes the flags that are meant for those at the symbols. A kfunc whose flags are not known keeps none: they
    /// would be another function's. Returns how many these are.
    pub fn prefer_meant(&mut self) -> u64 {
        let mut unknown = 0;
        for (name, flags) in &mut self.at_symbol {
            let meant = self.meant.get(name).copied();
            unknown += u64::from(meant.is_none());
            *flags = meant.unwrap_or(0);
        }
        unknown
    }

    /// The flags that are meant, sorted by name.
    pub fn into_meant(self) -> Vec<(String, u32)> {
        let meant = self.meant.into_iter();
        let mut flags: Vec<(String, u32)> = meant
            .map(|(name, flags)| (String::from_utf8_lossy(&name).into_owned(), flags))
            .collect();
        sorting::sort(&mut flags);
        flags
    }
}

/// The functions of a set, as its symbols name them, by their offsets in the section.
type Named = Vec<(u64, Vec<u8>)>;

/// A set of kfuncs.
#[derive(Debug)]
struct KfuncSet {
    /// Where its first pair is.
    start: u64,
    names: Named,
    /// Its pairs of id and flags.
    pairs: Vec<(u32, u32)>,
}

/// The sets of kfuncs of a file. Their ids are those of the file's own BTF.
#[derive(Debug, Default)]
pub(crate) struct KfuncSets {
    sets: Vec<KfuncSet>,
    /// The flags of each function where its symbol says.
    at_symbol: FxHashMap<Vec<u8>, u32>,
    in_other_file: bool,
}

impl KfuncSets {
    /// Reads the sets. A file without `.BTF_ids`, or with sets from before the flag existed (kernels up to 6.8), has none.
    ///
    /// # Errors
    ///
    /// When the section cannot be read.
    pub fn read<R: ReadAt + ?Sized>(
        elf: &Elf,
        source: &R,
        symbols: &Symbols,
    ) -> Result<KfuncSets, elf::Error> {
        let mut found = KfuncSets::default();
        let Some(section) = elf.section(".BTF_ids") else {
            return Ok(found);
        };
        if section.is_nobits() {
            found.in_other_file = true;
            return Ok(found);
        }
        let bytes = elf.read_section(source, section)?;
        let word = |offset: u64| -> Option<u32> {
            let at = usize::try_from(offset).ok()?;
            let four = *bytes.get(at..)?.first_chunk::<4>()?;
            Some(match elf.endian {
                Endian::Little => u32::from_le_bytes(four),
                Endian::Big => u32::from_be_bytes(four),
            })
        };
        // Behind a count or an id.
        let flags = |offset: u64| word(offset.checked_add(4)?);
        let section_start = section.addr;
        let mut sets = Vec::new();
        for symbol in symbols.with_prefix(SET) {
            let Some(offset) = symbol.value.checked_sub(section_start) else {
                continue;
            };
            if flags(offset).is_some_and(|flags| flags & SET_OF_KFUNCS != 0) {
                sets.push((offset, offset.saturating_add(symbol.size)));
            }
        }
        if sets.is_empty() {
            return Ok(found);
        }
        sorting::sort(&mut sets);
        let mut names: Vec<Named> = vec![Vec::new(); sets.len()];
        for symbol in symbols.with_prefix(FUNC) {
            let Some(rest) = symbol.name.strip_prefix(FUNC) else {
                continue;
            };
            let Some(offset) = symbol.value.checked_sub(section_start) else {
                continue;
            };
            let after = sets.partition_point(|&(first, _)| first <= offset);
            let set = after.checked_sub(1);
            let Some((set, &(first, end))) = set.and_then(|at| Some((at, sets.get(at)?))) else {
                continue;
            };
            if offset < first + PAIR || offset >= end {
                continue;
            }
            // The name is followed by two underscores and a number that makes the symbol unique.
            let Some(cut) = rest.windows(2).rposition(|pair| pair == b"__") else {
                continue;
            };
            // Of several sets the last symbol counts.
            let own = flags(offset).unwrap_or(0);
            found.at_symbol.insert(rest[..cut].to_vec(), own);
            if let Some(names) = names.get_mut(set) {
                names.push((offset, rest[..cut].to_vec()));
            }
        }
        for (&(first, end), names) in sets.iter().zip(names) {
            // One symbol a pair: sets that say otherwise say nothing, and cost nothing.
            let (start, count) = (first + PAIR, names.len() as u64);
            if end.saturating_sub(start) != count.saturating_mul(PAIR) {
                continue;
            }
            let offsets = (0..count).map(|at| start + at * PAIR);
            let pairs = offsets.filter_map(|at| Some((word(at)?, flags(at)?)));
            found.sets.push(KfuncSet {
                start,
                names,
                pairs: pairs.collect(),
            });
        }
        Ok(found)
    }

    /// The kfuncs of the sets; `existing` is the BTF that their ids are of.
    pub fn into_kfuncs(self, existing: Option<&Btf>) -> Kfuncs {
        let mut kfuncs = Kfuncs {
            at_symbol: self.at_symbol,
            meant: FxHashMap::default(),
            in_other_file: self.in_other_file,
        };
        for set in self.sets {
            let of_set = meant(set.pairs, set.start, set.names, existing);
            kfuncs.meant.extend(of_set);
        }
        kfuncs
    }
}

/// Which flags belong to which name of a set, that begins at an offset. Where the ids are of a BTF that is not here,
/// pairs in the order of their ids are taken as names in theirs: encoders write functions sorted by name.
fn meant(
    mut pairs: Vec<(u32, u32)>,
    start: u64,
    mut names: Named,
    existing: Option<&Btf>,
) -> Vec<(Vec<u8>, u32)> {
    if pairs.iter().all(|&(id, _)| id == 0) {
        let at = |offset: u64| pairs.get(((offset - start) / PAIR) as usize);
        let of = |(offset, name): (u64, Vec<u8>)| Some((name, at(offset)?.1));
        return names.into_iter().filter_map(of).collect();
    }
    if let Some(existing) = existing {
        let name = |id: u32| existing.string(existing.get(TypeId(id))?.name());
        let known: Vec<(Vec<u8>, u32)> = pairs
            .iter()
            .filter_map(|&(id, flags)| Some((name(id)?.to_vec(), flags)))
            .collect();
        let of_set: FxHashSet<&[u8]> = names.iter().map(|(_, name)| name.as_slice()).collect();
        if known
            .iter()
            .all(|(name, _)| of_set.contains(name.as_slice()))
        {
            return known;
        }
    }
    // A function that the BTF does not have has no id: which it is, nobody knows.
    if pairs.len() != names.len() || pairs.iter().any(|&(id, _)| id == 0) {
        return Vec::new();
    }
    sorting::sort(&mut pairs);
    sorting::sort_by(&mut names, |a, b| a.1.cmp(&b.1));
    let names = names.into_iter().map(|(_, name)| name);
    names
        .zip(pairs.into_iter().map(|(_, flags)| flags))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Named {
        let offsets = (8..).step_by(8);
        let names = names.iter().map(|name| name.as_bytes().to_vec());
        offsets.zip(names).collect()
    }

    fn said(pairs: &[(u32, u32)], of: &[&str], existing: Option<&Btf>) -> Vec<(String, u32)> {
        let found = meant(pairs.to_vec(), 8, names(of), existing).into_iter();
        let mut found: Vec<_> = found
            .map(|(name, flags)| (String::from_utf8(name).unwrap(), flags))
            .collect();
        found.sort();
        found
    }

    #[test]
    fn flags_follow_their_functions_when_ids_are_sorted() {
        let of = ["release", "acquire", "new"];
        let right = [("acquire", 1), ("new", 4), ("release", 2)]
            .map(|(name, flags)| (name.to_owned(), flags));
        // As compiled: by place.
        assert_eq!(said(&[(0, 2), (0, 1), (0, 4)], &of, None), right);
        // Resolved and sorted, acquire before new before release: symbols no longer fit.
        assert_eq!(said(&[(10, 1), (11, 4), (12, 2)], &of, None), right);
        // With the BTF that the ids are of, in any order of names.
        let mut btf = Btf::new();
        let proto = btf.add_func_proto(TypeId::VOID, &[]).unwrap();
        for name in ["release", "new", "acquire"] {
            btf.add_func(name, proto, btf::Linkage::Static).unwrap();
        }
        assert_eq!(said(&[(2, 2), (3, 4), (4, 1)], &of, Some(&btf)), right);
        // One without an id: it cannot be told which.
        assert_eq!(said(&[(0, 1), (11, 4), (12, 2)], &of, None), []);
    }
}
