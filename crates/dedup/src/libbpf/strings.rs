//! The string pass.

use crate::Error;
use btf::{Btf, BtfExt, StringOffset, StringTable, TypeId, names_mut};
use budget::{Budget, Resource};
use rustc_hash::FxHashMap;

/// Rebuilds the own strings: each once, in the order in which types name them first, and none that no
/// type names. Strings that the base has are taken from there. Those of `ext` come after the types'.
pub(crate) fn rebuild(
    btf: &mut Btf,
    ext: Option<&mut BtfExt>,
    budget: Budget,
) -> Result<(), Error> {
    let start = btf.strings().start();
    let old = btf.strings().as_bytes().to_vec();
    let base = btf.base().cloned();
    let of_base = base_strings(base.as_deref());
    let mut new = if base.is_some() {
        StringTable::split(start)
    } else {
        StringTable::new()
    };
    // Strings can be suffixes of each other, so that together they are far longer than the section.
    let mut names = budget.allowance(Resource::Names, (btf.type_bytes() + old.len()) as u64);
    // Names that start at the same place need no second look at the bytes.
    let mut moved: FxHashMap<u32, u32> = FxHashMap::default();
    let mut move_name = |name: &mut u32| {
        if *name == 0 || *name < start {
            return Ok(());
        }
        if let Some(&to) = moved.get(name) {
            *name = to;
            return Ok(());
        }
        let string = string_at(&old, *name - start);
        names.spend(string.len() as u64 + 1)?;
        let to = place(string, &of_base, &mut new)?;
        moved.insert(*name, to);
        *name = to;
        Ok::<(), Error>(())
    };
    let (first, end) = (btf.first_id(), btf.end_id());
    for id in first.0..end.0 {
        if let Some(words) = btf.words_mut(TypeId(id)) {
            names_mut(words).try_for_each(&mut move_name)?;
        }
    }
    if let Some(ext) = ext {
        ext.try_for_each_name(&mut move_name)?;
    }
    btf.set_strings(new);
    Ok(())
}

fn place(
    string: &[u8],
    of_base: &FxHashMap<&[u8], u32>,
    new: &mut StringTable,
) -> Result<u32, Error> {
    if string.is_empty() {
        return Ok(0);
    }
    if let Some(&offset) = of_base.get(string) {
        return Ok(offset);
    }
    let offset = new.intern(string).ok_or(btf::Error::TooLarge {
        what: "more than 4 GiB of strings",
    })?;
    Ok(offset.0)
}

/// Offsets of the strings of all bases, by content; the outermost base comes first.
fn base_strings(mut next: Option<&Btf>) -> FxHashMap<&[u8], u32> {
    let mut bases = Vec::new();
    while let Some(base) = next {
        bases.push(base);
        next = base.base().map(|base| &**base);
    }
    let mut strings = FxHashMap::default();
    for base in bases.into_iter().rev() {
        for (StringOffset(offset), string) in base.strings().iter() {
            strings.entry(string).or_insert(offset);
        }
    }
    strings
}

fn string_at(strings: &[u8], offset: u32) -> &[u8] {
    let rest = strings.get(offset as usize..).unwrap_or_default();
    let end = rest.iter().position(|&b| b == 0).unwrap_or(rest.len());
    &rest[..end]
}
