//! Units side by side, as an encoder lays them out before dedup.

use btf::{Btf, StringOffset, StringTable, TypeId};
use dedup::Options;
use std::ops::Range;
use std::sync::Arc;

/// The types of several units, one after the other. Each unit brings its own strings, so the same name can exist several
/// times.
///
/// With a base, the units are those of a module: their ids and strings continue the base's.
#[derive(Clone, Debug, Default)]
pub struct Units {
    /// All types of the units; split BTF if there is a base.
    pub btf: Btf,
    /// The ids of each unit.
    pub ids: Vec<Range<u32>>,
    /// Where the strings of each unit are.
    strings: Vec<Range<u32>>,
}

impl Units {
    /// Puts units behind each other, in their order.
    ///
    /// # Errors
    ///
    /// [`btf::Error`] when there is more than BTF can hold.
    pub fn of<'u>(units: impl IntoIterator<Item = &'u Btf>) -> Result<Units, btf::Error> {
        // The empty string is the first of a BTF that stands alone.
        Units::laid_out(Btf::new(), vec![0], units)
    }

    /// A BTF deduplicated, so that units can be on it.
    ///
    /// # Errors
    ///
    /// As [`dedup::dedup`].
    pub fn deduplicated(base: Btf, options: &Options) -> Result<Arc<Btf>, dedup::Error> {
        let mut base = dedup::dedup(base, options)?.btf;
        base.index_strings();
        Ok(Arc::new(base))
    }

    /// Puts the units of a module behind each other, and all of them behind their base.
    ///
    /// # Errors
    ///
    /// [`btf::Error`] when there is more than BTF can hold.
    pub fn on_base<'u>(
        base: &Arc<Btf>,
        units: impl IntoIterator<Item = &'u Btf>,
    ) -> Result<Units, btf::Error> {
        Units::laid_out(Btf::split(Arc::clone(base)), Vec::new(), units)
    }

    fn laid_out<'u>(
        btf: Btf,
        mut strings: Vec<u8>,
        units: impl IntoIterator<Item = &'u Btf>,
    ) -> Result<Units, btf::Error> {
        let begin = btf.strings().start();
        let end = |strings: &[u8]| {
            let length = u32::try_from(strings.len()).ok();
            length.and_then(|length| begin.checked_add(length))
        };
        let mut all = Units {
            btf,
            ..Units::default()
        };
        for unit in units {
            let first = all.btf.end_id().0;
            // Ids and strings of a unit begin at 1; the empty string is not repeated.
            let shift = first - 1;
            let own = unit.strings().as_bytes().get(1..).unwrap_or_default();
            let start = end(&strings).ok_or(TOO_LONG)?;
            let name_shift = start - 1;
            strings.extend(own);
            let end = end(&strings).ok_or(TOO_LONG)?;
            for (_, ty) in unit.types() {
                let mut words = ty.words().to_vec();
                for id in btf::refs_mut(&mut words) {
                    *id += if *id == 0 { 0 } else { shift };
                }
                for name in btf::names_mut(&mut words) {
                    *name += if *name == 0 { 0 } else { name_shift };
                }
                all.btf.push(&words)?;
            }
            all.ids.push(first..all.btf.end_id().0);
            all.strings.push(start..end);
        }
        all.btf.set_strings(StringTable::from_bytes(begin, strings));
        Ok(all)
    }

    /// The types of one BTF as one unit.
    pub fn whole(btf: Btf) -> Units {
        let ids = std::iter::once(btf.first_id().0..btf.end_id().0);
        Units {
            ids: ids.collect(),
            btf,
            strings: Vec::new(),
        }
    }

    /// The types of the base; none without one.
    pub fn base(&self) -> Option<&Arc<Btf>> {
        self.btf.base()
    }

    /// The unit of a type, from 0; none for a type of the base.
    pub fn unit_of(&self, id: TypeId) -> Option<usize> {
        self.ids.iter().position(|ids| ids.contains(&id.0))
    }

    /// The unit of a string, from 0.
    pub fn unit_of_string(&self, offset: StringOffset) -> Option<u32> {
        let at = self.strings.iter().position(|own| own.contains(&offset.0));
        at.and_then(|at| u32::try_from(at).ok())
    }
}

const TOO_LONG: btf::Error = btf::Error::TooLarge {
    what: "more than 4 GiB of strings",
};
