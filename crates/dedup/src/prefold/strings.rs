//! Strings in the order in which the whole input names them.

use super::Unfit;
use btf::{StringOffset, StringTable};
use budget::{Allowance, Budget, Resource};

/// New strings, and where the old ones went.
pub(super) struct Strings<'a> {
    old: &'a StringTable,
    /// Whether strings are rebuilt at all.
    rebuild: bool,
    new: StringTable,
    /// The new offset of each old one, 0 for none.
    moved: Vec<u32>,
    /// Bytes of names that may still be copied. What needs more is for the exact engine, which knows the budget of the
    /// caller.
    names: Allowance,
}

impl<'a> Strings<'a> {
    pub fn new(old: &'a StringTable, rebuild: bool) -> Strings<'a> {
        let len = if rebuild { old.as_bytes().len() } else { 0 };
        Strings {
            old,
            rebuild,
            new: StringTable::new(),
            moved: vec![0; len],
            names: Budget::STANDARD.allowance(Resource::Names, old.as_bytes().len() as u64),
        }
    }

    /// Gives the name of a type or of a part of it its new offset.
    ///
    /// # Errors
    ///
    /// When the name leads nowhere, or its string was met at another offset.
    #[inline]
    pub fn rename(&mut self, name: &mut u32) -> Result<(), Unfit> {
        if *name == 0 {
            return Ok(());
        }
        if !self.rebuild {
            return if *name < self.old.end() {
                Ok(())
            } else {
                Err(Unfit::Damaged)
            };
        }
        let moved = self.moved.get_mut(*name as usize).ok_or(Unfit::Damaged)?;
        if *moved == 0 {
            let string = self.old.get(StringOffset(*name)).ok_or(Unfit::Damaged)?;
            let bytes = string.len() as u64 + 1;
            self.names.spend(bytes).map_err(|_| Unfit::Damaged)?;
            let end = self.new.end();
            let offset = self.new.intern(string).ok_or(Unfit::Damaged)?;
            if string.is_empty() || offset.0 != end {
                return Err(Unfit::Strings);
            }
            *moved = offset.0;
        }
        *name = *moved;
        Ok(())
    }

    /// The strings of the result.
    pub fn finish(self) -> StringTable {
        if self.rebuild {
            self.new
        } else {
            self.old.clone()
        }
    }
}
