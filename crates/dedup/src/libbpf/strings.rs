//! The string pass.

use crate::Error;
use btf::{Btf, BtfExt, StringOffset, StringTable, Type, TypeId, names_mut};
use budget::{Allowance, Budget, Resource};
use rustc_hash::FxHashMap;

/// Rebuilds the own strings: each once, in the order in which types name them first, and none that no
/// type names. Strings that the base has are taken from there. Those of `ext` come after the types'.
pub(crate) fn rebuild(
    btf: &mut Btf,
    ext: Option<&mut BtfExt>,
    budget: Budget,
) -> Result<(), Error> {
    let (base, old) = (btf.base().cloned(), btf.strings().as_bytes().to_vec());
    let mut moving = Moving::new(btf, base.as_deref(), &old, budget);
    let (first, end) = (btf.first_id(), btf.end_id());
    for id in first.0..end.0 {
        if let Some(words) = btf.words_mut(TypeId(id)) {
            names_mut(words).try_for_each(|name| moving.move_name(name))?;
        }
    }
    if let Some(ext) = ext {
        ext.try_for_each_name(&mut |name: &mut u32| moving.move_name(name))?;
    }
    btf.set_strings(moving.table);
    Ok(())
}

/// The rebuilt strings of a BTF, before they take the place of its own.
#[derive(Debug)]
pub struct NewStrings {
    table: StringTable,
    /// The new offset of each name, in the order in which the types say them.
    names: Vec<u32>,
}

impl NewStrings {
    /// Rebuilds the own strings of `btf`, as [`rebuild_strings`](crate::rebuild_strings) does. It only reads, so that other work on
    /// `btf` can go on at the same time.
    ///
    /// # Errors
    ///
    /// As [`rebuild_strings`](crate::rebuild_strings).
    pub fn of(btf: &Btf, budget: Budget) -> Result<NewStrings, Error> {
        let old = btf.strings().as_bytes();
        let mut moving = Moving::new(btf, btf.base().map(|base| &**base), old, budget);
        let mut names = Vec::new();
        for (_, ty) in btf.types() {
            moving.collect(ty, &mut names)?;
        }
        let table = moving.table;
        Ok(NewStrings { table, names })
    }

    /// Gives `btf`, whose types are still the same, these strings.
    pub fn put_into(self, btf: &mut Btf) {
        let (first, end) = (btf.first_id(), btf.end_id());
        let mut names = self.names.into_iter();
        for id in first.0..end.0 {
            if let Some(words) = btf.words_mut(TypeId(id)) {
                for (name, new) in names_mut(words).zip(&mut names) {
                    *name = new;
                }
            }
        }
        btf.set_strings(self.table);
    }
}

/// Strings on their way to a new table.
struct Moving<'o> {
    old: &'o [u8],
    start: u32,
    of_base: FxHashMap<&'o [u8], u32>,
    table: StringTable,
    /// Names that start at the same place need no second look at the bytes.
    known: FxHashMap<u32, u32>,
    /// Strings can be suffixes of each other, so that together they are far longer than the section.
    allowance: Allowance,
}

impl<'o> Moving<'o> {
    /// `old` are the own strings of `btf`.
    fn new(btf: &Btf, base: Option<&'o Btf>, old: &'o [u8], budget: Budget) -> Moving<'o> {
        let start = btf.strings().start();
        Moving {
            old,
            start,
            of_base: base_strings(base),
            table: match base {
                Some(_) => StringTable::split(start),
                None => StringTable::new(),
            },
            known: FxHashMap::default(),
            allowance: budget.allowance(Resource::Names, (btf.type_bytes() + old.len()) as u64),
        }
    }

    /// Adds the new offsets of a type's names.
    // Not inlined: a browser compiles a function well after some calls, but not while it runs.
    #[inline(never)]
    fn collect(&mut self, ty: Type<'_>, to: &mut Vec<u32>) -> Result<(), Error> {
        for mut name in ty.names() {
            self.move_name(&mut name.0)?;
            to.push(name.0);
        }
        Ok(())
    }

    /// Gives a name its new offset.
    fn move_name(&mut self, name: &mut u32) -> Result<(), Error> {
        if *name == 0 || *name < self.start {
            return Ok(());
        }
        if let Some(&to) = self.known.get(name) {
            *name = to;
            return Ok(());
        }
        let string = string_at(self.old, *name - self.start);
        self.allowance.spend(string.len() as u64 + 1)?;
        let to = place(string, &self.of_base, &mut self.table)?;
        self.known.insert(*name, to);
        *name = to;
        Ok(())
    }
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
