//! A whole BTF: types, strings and, for split BTF, the base.

use crate::{Endian, Error, Kind, Layout, StringOffset, StringTable, Type, TypeId, walk};
use std::borrow::Cow;
use std::sync::Arc;

/// Types and strings of one `.BTF` section. With a base it is split BTF: its ids and string offsets
/// count on from the base's.
#[derive(Clone, Debug)]
pub struct Btf {
    pub(crate) base: Option<Arc<Btf>>,
    /// The type section, host byte order.
    pub(crate) words: Vec<u32>,
    /// Word at which each own type starts.
    pub(crate) starts: Vec<u32>,
    /// Strings of this section, without the base's.
    pub(crate) strings: StringTable,
    /// Byte order it was read in, or is to be written in.
    pub endian: Endian,
    /// The layout section it was read with.
    pub layout: Option<Layout>,
}

impl Default for Btf {
    fn default() -> Btf {
        Btf::new()
    }
}

impl Btf {
    /// An empty BTF: no types, and the empty string.
    pub fn new() -> Btf {
        Btf {
            base: None,
            words: Vec::new(),
            starts: Vec::new(),
            strings: StringTable::new(),
            endian: Endian::default(),
            layout: None,
        }
    }

    /// An empty split BTF on `base`.
    pub fn split(base: Arc<Btf>) -> Btf {
        Btf {
            strings: StringTable::split(base.strings.end()),
            endian: base.endian,
            base: Some(base),
            words: Vec::new(),
            starts: Vec::new(),
            layout: None,
        }
    }

    /// The base of split BTF.
    pub fn base(&self) -> Option<&Arc<Btf>> {
        self.base.as_ref()
    }

    /// Id of the first own type: 1, or one past the base's last.
    pub fn first_id(&self) -> TypeId {
        self.base.as_ref().map_or(TypeId(1), |base| base.end_id())
    }

    /// One past the last id.
    pub fn end_id(&self) -> TypeId {
        TypeId(self.first_id().0.saturating_add(self.starts.len() as u32))
    }

    /// Number of own types, base and `void` not counted.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there is no own type.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// Bytes of the own type section.
    pub fn type_bytes(&self) -> usize {
        self.words.len() * 4
    }

    /// The type with this id, own or the base's; `None` for `void` and for ids there are not.
    #[inline]
    pub fn get(&self, id: TypeId) -> Option<Type<'_>> {
        let mut btf = self;
        loop {
            match id.0.checked_sub(btf.first_id().0) {
                Some(own) => {
                    let words = btf.word_range(own as usize)?;
                    return Type::from_words(&btf.words[words]);
                }
                None => btf = btf.base.as_deref()?,
            }
        }
    }

    /// Where an own type starts, in bytes from the start of the type section.
    pub fn offset_of(&self, id: TypeId) -> Option<u64> {
        let index = id.index().checked_sub(self.first_id().index())?;
        Some(u64::from(*self.starts.get(index)?) * 4)
    }

    /// Own types in the order of their ids.
    pub fn types(&self) -> impl ExactSizeIterator<Item = (TypeId, Type<'_>)> + Clone {
        let first = self.first_id().0;
        (0..self.starts.len()).map(move |index| {
            let range = self.word_range(index).unwrap_or_default();
            // Every entry of `starts` has at least three words: `push` and `parse` see to it.
            let ty = Type::from_words(&self.words[range]).unwrap_or_else(|| unreachable!());
            (TypeId(first + index as u32), ty)
        })
    }

    /// The kind of a type; `Void` for id 0 and for ids there are not.
    pub fn kind(&self, id: TypeId) -> Kind {
        self.get(id).map_or(Kind::Void, Type::kind)
    }

    /// The string at `offset`, own or the base's, as its bytes.
    pub fn string(&self, offset: StringOffset) -> Option<&[u8]> {
        let mut btf = self;
        while offset.0 < btf.strings.start() {
            btf = btf.base.as_deref()?;
        }
        btf.strings.get(offset)
    }

    /// The string at `offset` for people: invalid UTF-8 replaced, missing shown as `?`.
    pub fn str(&self, offset: StringOffset) -> Cow<'_, str> {
        self.string(offset)
            .map_or(Cow::Borrowed("?"), String::from_utf8_lossy)
    }

    /// The name of a type for people; empty when anonymous.
    pub fn name(&self, id: TypeId) -> Cow<'_, str> {
        self.get(id)
            .map_or(Cow::Borrowed(""), |ty| self.str(ty.name()))
    }

    /// The own string section.
    pub fn strings(&self) -> &StringTable {
        &self.strings
    }

    /// Builds the index of strings by content. Do it once on a BTF that is to be a base, before it is
    /// shared: looking up names in it then takes no scan.
    pub fn index_strings(&mut self) {
        self.strings.index_by_content();
    }

    /// The offset of `string`: the base's where it has it, else of the own section, added when new.
    pub fn intern(&mut self, string: &[u8]) -> Result<StringOffset, Error> {
        if string.is_empty() {
            return Ok(StringOffset::EMPTY);
        }
        if let Some(offset) = self.find_in_base(string) {
            return Ok(offset);
        }
        self.strings.intern(string).ok_or(Error::TooLarge {
            what: "more than 4 GiB of strings",
        })
    }

    /// Adds a type by its words (name, info, size or type, tail) and gives its id.
    ///
    /// The words must be as long as the kind and its `vlen` say.
    pub fn push(&mut self, words: &[u32]) -> Result<TypeId, Error> {
        let ty = Type::from_words(words).ok_or(Error::TooLarge {
            what: "a type of fewer than three words",
        })?;
        debug_assert!(walk::tail_words(ty.info()).is_none_or(|n| n == ty.tail().len() as u64));
        let start = u32::try_from(self.words.len()).map_err(|_| Error::TooLarge {
            what: "more than 16 GiB of types",
        })?;
        let id = self.end_id();
        if id.0 == u32::MAX {
            return Err(Error::TooLarge {
                what: "more than four billion types",
            });
        }
        self.words.extend_from_slice(words);
        self.starts.push(start);
        Ok(id)
    }

    /// The words of an own type, to be changed in place; their number stays.
    pub fn words_mut(&mut self, id: TypeId) -> Option<&mut [u32]> {
        let index = id.index().checked_sub(self.first_id().index())?;
        let range = self.word_range(index)?;
        self.words.get_mut(range)
    }

    /// Replaces types and strings by those that `keep` names, in ascending order of id, without
    /// touching references. Used by passes that renumber afterwards.
    pub fn retain(&mut self, mut keep: impl FnMut(TypeId) -> bool) {
        let first = self.first_id().0;
        let (mut to, mut kept) = (0usize, Vec::with_capacity(self.starts.len()));
        for index in 0..self.starts.len() {
            if !keep(TypeId(first + index as u32)) {
                continue;
            }
            let range = self.word_range(index).unwrap_or_default();
            let len = range.len();
            self.words.copy_within(range, to);
            kept.push(to as u32);
            to += len;
        }
        self.words.truncate(to);
        self.words.shrink_to_fit();
        kept.shrink_to_fit();
        self.starts = kept;
    }

    /// Replaces the own string section.
    pub fn set_strings(&mut self, strings: StringTable) {
        self.strings = strings;
    }

    /// Checks that every reference names a type there is and every name lies in a string section.
    pub fn check_references(&self) -> Result<(), Error> {
        let end = self.end_id();
        let len = self.strings.end();
        for (id, ty) in self.types() {
            walk::visit_refs(ty.words(), |target| {
                let target = TypeId(target);
                if target < end {
                    return Ok(());
                }
                Err(Error::BadReference {
                    id,
                    target,
                    last: TypeId(end.0 - 1),
                })
            })?;
            walk::visit_names(ty.words(), |offset| {
                if offset < len || offset == 0 {
                    return Ok(());
                }
                Err(Error::BadName { id, offset, len })
            })?;
        }
        Ok(())
    }

    #[inline]
    pub(crate) fn word_range(&self, index: usize) -> Option<std::ops::Range<usize>> {
        let start = *self.starts.get(index)? as usize;
        let end = self
            .starts
            .get(index + 1)
            .map_or(self.words.len(), |&end| end as usize);
        Some(start..end)
    }

    fn find_in_base(&self, string: &[u8]) -> Option<StringOffset> {
        let mut base = self.base.as_deref();
        while let Some(btf) = base {
            if let Some(offset) = btf.strings.find_in_index(string) {
                return Some(offset);
            }
            base = btf.base.as_deref();
        }
        None
    }
}
