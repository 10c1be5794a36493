//! A whole BTF: types, strings, and, for split BTF, the base.

use crate::layout::KnownLong;
use crate::{Endian, Error, Info, Kind, Layout, StringOffset, StringTable, Type, TypeId, find_ref};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// The types and strings of one `.BTF` section. With a base it is split BTF: its ids and string offsets continue those
/// of the base.
///
/// - Get one: [`Btf::parse`], [`Btf::parse_split`], [`read`](crate::read); or start with [`Btf::new`] or [`Btf::split`]
///   and add types.
/// - Look at it: [`Btf::types`], [`Btf::get`], [`Btf::find`], [`Btf::name`].
/// - Add to it: [`Btf::intern`] for names, then `add_…` ([`Btf::add_int`], [`Btf::add_composite`], …) for types, or
///   [`Btf::push`] for the words of any kind.
/// - Change it: [`Btf::words_mut`], [`Btf::retain`], [`Btf::permute`], [`Btf::sort_by_name`].
/// - Write it: [`Btf::to_bytes`].
///
/// What a method calls *own* is of this section, not of the base. A clone copies the own types and strings and shares
/// the base.
///
/// ```
/// use btf::Btf;
///
/// let btf = Btf::parse(&std::fs::read("tests/data/inventory.btf")?)?;
/// for (id, ty) in btf.types().take(2) {
///     println!("{id} {} '{}'", ty.kind(), btf.str(ty.name())); // [1] INT 'int', …
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Btf {
    pub(crate) base: Option<Arc<Btf>>,
    /// The type section, host byte order.
    pub(crate) words: Vec<u32>,
    /// Word at which each own type starts.
    pub(crate) starts: Vec<u32>,
    /// Strings of this section, without the base's.
    pub(crate) strings: StringTable,
    pub(crate) long: KnownLong,
    /// The byte order in which the section was read, and in which [`Btf::to_bytes`] writes. The words in memory have the
    /// host's.
    pub endian: Endian,
    /// The layout section with which it was read, if any. [`HeaderForm::Layout`](crate::HeaderForm::Layout) writes it.
    pub layout: Option<Layout>,
}

impl Default for Btf {
    fn default() -> Btf {
        Btf::new()
    }
}

impl Btf {
    /// An empty BTF: no types, the empty string, little-endian. [`Btf::with_endian`] changes the byte order.
    ///
    /// ```
    /// use btf::{Btf, Int, IntEncoding, Kind, Member, WriteOptions};
    ///
    /// // struct point { int x, y; };
    /// let mut btf = Btf::new();
    /// let int = Int { size: 4, encoding: IntEncoding::SIGNED, offset: 0, bits: 32 };
    /// let int = btf.add_int("int", int)?;
    /// let x = Member { name: btf.intern(b"x")?, ty: int, bit_offset: 0, bitfield_size: 0 };
    /// let y = Member { name: btf.intern(b"y")?, ty: int, bit_offset: 32, bitfield_size: 0 };
    /// let point = btf.add_composite(Kind::Struct, "point", 8, &[x, y])?;
    /// assert_eq!(btf.name(point), "point");
    /// assert_eq!(btf.to_bytes(WriteOptions::default())?.len(), 24 + 52 + 15); // header, types, strings
    /// # Ok::<(), btf::Error>(())
    /// ```
    pub fn new() -> Btf {
        Btf {
            base: None,
            words: Vec::new(),
            starts: Vec::new(),
            strings: StringTable::new(),
            long: KnownLong::default(),
            endian: Endian::default(),
            layout: None,
        }
    }

    /// An empty split BTF with `base` as its base, in the base's byte order.
    ///
    /// If names will be added, call [`Btf::index_strings`] on the base before it goes into the `Arc`.
    pub fn split(base: Arc<Btf>) -> Btf {
        Btf {
            strings: StringTable::split(base.strings.end()),
            long: KnownLong::default(),
            endian: base.endian,
            base: Some(base),
            words: Vec::new(),
            starts: Vec::new(),
            layout: None,
        }
    }

    /// The base; `None` unless this is split BTF.
    pub fn base(&self) -> Option<&Arc<Btf>> {
        self.base.as_ref()
    }

    /// The id of the first own type: 1, or the one after the base's last.
    pub fn first_id(&self) -> TypeId {
        self.base.as_ref().map_or(TypeId(1), |base| base.end_id())
    }

    /// The id after the last: that of the type that is added next.
    pub fn end_id(&self) -> TypeId {
        TypeId(self.first_id().0.saturating_add(self.starts.len() as u32))
    }

    /// Number of own types. `void` and the types of the base are not counted.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether no own type exists.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// Length of the own type section in bytes.
    pub fn type_bytes(&self) -> usize {
        self.words.len() * 4
    }

    /// The words of all own types, one after the other, in the host's byte order.
    pub fn type_words(&self) -> &[u32] {
        &self.words
    }

    /// The type with this id, own or the base's; `None` for `void` and for ids that do not exist.
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

    /// Where an own type starts, in bytes from the start of the type section; `None` for other ids.
    pub fn offset_of(&self, id: TypeId) -> Option<u64> {
        let index = id.index().checked_sub(self.first_id().index())?;
        Some(u64::from(*self.starts.get(index)?) * 4)
    }

    /// The own types with their ids, in the order of ids. [`Btf::all_types`] starts with the base's.
    pub fn types(&self) -> impl ExactSizeIterator<Item = (TypeId, Type<'_>)> + Clone {
        let first = self.first_id().0;
        (0..self.starts.len()).map(move |index| {
            let range = self.word_range(index).unwrap_or_default();
            // Every entry of `starts` has at least three words: `push` and `parse` see to it.
            let ty = Type::from_words(&self.words[range]).unwrap_or_else(|| unreachable!());
            (TypeId(first + index as u32), ty)
        })
    }

    /// The kind of a type, own or the base's; [`Kind::Void`] for id 0 and for ids that do not exist.
    pub fn kind(&self, id: TypeId) -> Kind {
        self.get(id).map_or(Kind::Void, Type::kind)
    }

    /// The bytes of the string at `offset`, own or the base's, without NUL; `None` if `offset` lies beyond the strings.
    pub fn string(&self, offset: StringOffset) -> Option<&[u8]> {
        self.strings_with(offset)?.get(offset)
    }

    /// The first bytes of the string at `offset`, at most `most`.
    pub(crate) fn string_start(&self, offset: StringOffset, most: usize) -> Option<&[u8]> {
        self.strings_with(offset)?.get_start(offset, most)
    }

    /// The strings, own or a base's, among which an offset is.
    fn strings_with(&self, offset: StringOffset) -> Option<&StringTable> {
        let mut btf = self;
        while offset.0 < btf.strings.start() {
            btf = btf.base.as_deref()?;
        }
        Some(&btf.strings)
    }

    /// The string at `offset` as text for people: bytes that are not UTF-8 become U+FFFD, and an offset beyond the
    /// strings gives `?`. To compare names, use [`Btf::string`].
    pub fn str(&self, offset: StringOffset) -> Cow<'_, str> {
        self.string(offset)
            .map_or(Cow::Borrowed("?"), String::from_utf8_lossy)
    }

    /// The name of a type as text for people, as [`Btf::str`] makes it; empty for anonymous types, `void`, and ids that
    /// do not exist.
    pub fn name(&self, id: TypeId) -> Cow<'_, str> {
        self.get(id)
            .map_or(Cow::Borrowed(""), |ty| self.str(ty.name()))
    }

    /// The own string section, without the base's.
    pub fn strings(&self) -> &StringTable {
        &self.strings
    }

    /// Builds the index of the own strings by content. Call it once on a BTF that becomes a base, before it is shared:
    /// without it, each [`Btf::intern`] of split BTF reads all of the base's strings.
    pub fn index_strings(&mut self) {
        self.strings.index_by_content();
    }

    /// The offset of `string`: the base's if it has the string, else that of the own section, to which the string is
    /// added if it is new. A NUL inside ends the string.
    ///
    /// ```
    /// use btf::{Btf, StringOffset};
    ///
    /// let mut btf = Btf::new();
    /// assert_eq!(btf.intern(b"pid")?, StringOffset(1));
    /// assert_eq!(btf.intern(b"tgid")?, StringOffset(5));
    /// assert_eq!(btf.intern(b"pid")?, StringOffset(1));
    /// # Ok::<(), btf::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] if the offsets would pass 4 GiB.
    pub fn intern(&mut self, string: &[u8]) -> Result<StringOffset, Error> {
        if string.is_empty() {
            return Ok(StringOffset::EMPTY);
        }
        if let Some(offset) = self.find_in_base(string) {
            return Ok(offset);
        }
        self.long.forget();
        self.strings.intern(string).ok_or(Error::TooLarge {
            what: "more than 4 GiB of strings",
        })
    }

    /// Adds a type by its words in the host's byte order (name, info, size or type, tail) and gives its id. The `add_…`
    /// methods are the same by fields; this one is for types copied from another BTF and for kinds without a method.
    ///
    /// Ids and names in the words are not checked, so a type may refer to one that is added later. A type of an unknown
    /// kind can have any number of words if no layout section gives its length.
    ///
    /// ```
    /// use btf::{Btf, Info, Kind, TypeId};
    ///
    /// let mut btf = Btf::new();
    /// let pointer = btf.push(&[0, Info::new(Kind::Ptr, 0, false).0, TypeId::VOID.0])?;
    /// assert_eq!(btf.kind(pointer), Kind::Ptr);
    /// # Ok::<(), btf::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::BadType`] if the number of words is not what the kind and its vlen ask for, and [`Error::TooLarge`] if
    /// the type section would pass 16 GiB or ids 32 bits.
    pub fn push(&mut self, words: &[u32]) -> Result<TypeId, Error> {
        let bad_type = |need: u64| {
            let info = Info(words.get(1).copied().unwrap_or_default());
            Error::BadType {
                kind: info.kind(),
                vlen: info.vlen(),
                need,
                have: words.len() as u64,
            }
        };
        let ty = Type::from_words(words).ok_or_else(|| bad_type(3))?;
        let need = self.tail_len(ty.info()).unwrap_or_else(|entry| {
            // No number of words fits; the whole words of the entry come nearest.
            let each = u64::from(entry.element_size) * u64::from(ty.vlen());
            Some((u64::from(entry.info_size) + each).div_ceil(4))
        });
        if let Some(need) = need.filter(|&need| need != ty.tail().len() as u64) {
            return Err(bad_type(3 + need));
        }
        let start = u32::try_from(self.words.len()).map_err(|_| Error::TooLarge {
            what: "more than 16 GiB of types",
        })?;
        let id = self.end_id();
        if id.0 == u32::MAX {
            return Err(Error::TooLarge {
                what: "more than four billion types",
            });
        }
        self.long.forget();
        self.words.extend_from_slice(words);
        self.starts.push(start);
        Ok(id)
    }

    /// The words of an own type, to change in place; `None` for other ids. Their number stays, so kind and vlen must
    /// keep the length: see [`refs_mut`](crate::refs_mut) and [`names_mut`](crate::names_mut).
    pub fn words_mut(&mut self, id: TypeId) -> Option<&mut [u32]> {
        let index = id.index().checked_sub(self.first_id().index())?;
        let range = self.word_range(index)?;
        self.long.forget();
        self.words.get_mut(range)
    }

    /// Removes the own types for which `keep` returns false; it is asked in the order of ids.
    ///
    /// The others move up and get new ids, and **references are left as they are**: the caller changes them
    /// ([`Btf::words_mut`]). Strings stay.
    pub fn retain(&mut self, mut keep: impl FnMut(TypeId) -> bool) {
        self.long.forget();
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

    /// Replaces the own string section. The names in the types are left as they are: the caller changes them
    /// ([`names_mut`](crate::names_mut)).
    pub fn set_strings(&mut self, strings: StringTable) {
        self.long.forget();
        self.strings = strings;
    }

    /// Checks that every reference of an own type names a type that exists, and that every name lies within the strings.
    /// The base is not checked.
    ///
    /// Reading does not check either, so that damaged BTF can be looked at. Call this before relying on references.
    /// [`verify`](crate::verify) checks the rest of the kernel's rules.
    ///
    /// ```
    /// use btf::{Btf, Error, TypeId};
    ///
    /// let mut btf = Btf::new();
    /// btf.add_ptr(TypeId(7))?;
    /// let error = btf.check_references().unwrap_err();
    /// assert!(matches!(error, Error::BadReference { target: TypeId(7), .. }));
    /// # Ok::<(), btf::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::BadReference`] or [`Error::BadName`] of the first type, in the order of ids, that has one.
    pub fn check_references(&self) -> Result<(), Error> {
        let end = self.end_id();
        let len = self.strings.end();
        for (id, ty) in self.types() {
            if let Some((_, target)) = find_ref(ty.words(), 0, |target| target >= end.0) {
                return Err(Error::BadReference {
                    id,
                    target: TypeId(target),
                    last: TypeId(end.0 - 1),
                });
            }
            let bad_name = |name: &StringOffset| name.0 >= len && !name.is_empty();
            if let Some(StringOffset(offset)) = ty.names().find(bad_name) {
                return Err(Error::BadName { id, offset, len });
            }
        }
        Ok(())
    }

    #[inline]
    pub(crate) fn word_range(&self, index: usize) -> Option<core::ops::Range<usize>> {
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
