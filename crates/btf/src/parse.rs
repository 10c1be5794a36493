//! Reading a `.BTF` section.

use crate::header::{HEADER_LEN_LAYOUT, LayoutEntry};
use crate::kind::FIRST_NEWER;
use crate::layout::KnownLong;
use crate::{Btf, Endian, Error, Header, Info, Layout, StringTable, TypeId, walk};
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

/// Bytes that [`read`] asks for at once.
pub(crate) const PIECE: usize = 1 << 16;

impl Btf {
    /// Reads the bytes of a `.BTF` section that has no base: a kernel's, a BPF object's, a program's.
    ///
    /// The bytes are those of the section alone, as `/sys/kernel/btf/vmlinux` or
    /// `objcopy --dump-section .BTF=FILE` gives them. Both byte orders, both header lengths, and a layout section are
    /// recognised (see [`Header`]). Each type is checked to lie within the section; references and names are not
    /// checked: see [`Btf::check_references`], and [`verify`](crate::verify) for the kernel's rules.
    ///
    /// ```
    /// use btf::{Btf, Endian};
    ///
    /// let btf = Btf::parse(&std::fs::read("tests/data/inventory.btf")?)?;
    /// assert_eq!(btf.len(), 14);
    /// assert_eq!(btf.endian, Endian::Little);
    ///
    /// let error = Btf::parse(b"\x7fELF").unwrap_err();
    /// assert_eq!(error.to_string(), "this is not BTF: it starts with 0x457f, not with 0xeb9f");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// All variants of [`Error`] but [`Error::BadReference`], [`Error::BadName`], [`Error::BadType`], and [`Error::TooLarge`]: the header
    /// is none, its sections do not fit or memory does not suffice for them, the strings do not start and end with NUL, or a type is cut
    /// short or of a kind whose length is unknown.
    pub fn parse(bytes: &[u8]) -> Result<Btf, Error> {
        parse(bytes, None)
    }

    /// Reads the bytes of the `.BTF` section of split BTF, such as a module's, whose ids and string offsets continue
    /// those of `base`.
    ///
    /// Split BTF does not name its base. With a wrong one it is read, and means something else or fails
    /// [`Btf::check_references`]. Call [`Btf::index_strings`] on a base to which names will be added.
    ///
    /// ```
    /// use btf::{Btf, TypeId, WriteOptions};
    /// use std::sync::Arc;
    ///
    /// let base = Arc::new(Btf::parse(&std::fs::read("tests/data/inventory.btf")?)?);
    /// let mut module = Btf::split(Arc::clone(&base));
    /// let pointer = module.add_ptr(TypeId(1))?;
    /// let bytes = module.to_bytes(WriteOptions::default())?;
    ///
    /// let read = Btf::parse_split(&bytes, &base)?;
    /// assert_eq!(read.first_id(), base.end_id());
    /// assert_eq!(read.name(TypeId(1)), "int"); // a type of the base
    /// assert_eq!(read.get(pointer), module.get(pointer));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Btf::parse`].
    pub fn parse_split(bytes: &[u8], base: &Arc<Btf>) -> Result<Btf, Error> {
        parse(bytes, Some(Arc::clone(base)))
    }
}

/// Reads the bytes of a `.BTF` section; with `base` as split BTF. [`Btf::parse`] and [`Btf::parse_split`] are the
/// same by their own names.
///
/// # Errors
///
/// As [`Btf::parse`].
pub fn parse(bytes: &[u8], base: Option<Arc<Btf>>) -> Result<Btf, Error> {
    let at = |offset: u64, to: &mut [u8]| {
        // `Header::read` has checked that the sections lie inside.
        let range = usize::try_from(offset).ok().and_then(|at| bytes.get(at..));
        if let Some(from) = range.and_then(|from| from.get(..to.len())) {
            to.copy_from_slice(from);
        }
        Ok(())
    };
    read(bytes.len() as u64, at, base)
}

/// Like [`parse`], for a section of `len` bytes that is not in memory: `at(offset, buffer)` fills the buffer with the
/// bytes from `offset` on, counted from the start of the section.
///
/// The section is read in pieces of at most 64 KiB (strings and layout in one each), so that the types are in memory
/// once.
///
/// ```
/// use std::io::{Read, Seek, SeekFrom};
///
/// let mut file = std::fs::File::open("tests/data/inventory.btf")?;
/// let len = file.metadata()?.len();
/// let at = |offset, buffer: &mut [u8]| -> Result<(), Box<dyn std::error::Error>> {
///     file.seek(SeekFrom::Start(offset))?;
///     Ok(file.read_exact(buffer)?)
/// };
/// # // `E: From<Error>` holds for a boxed error.
/// let btf = btf::read(len, at, None)?;
/// assert_eq!(btf.len(), 14);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// Those of `at`, and of [`Btf::parse`].
pub fn read<E: From<Error>>(
    len: u64,
    mut at: impl FnMut(u64, &mut [u8]) -> Result<(), E>,
    base: Option<Arc<Btf>>,
) -> Result<Btf, E> {
    read_at(0, len, &mut at, base).map(|(btf, _)| btf)
}

/// Reads the BTF that begins at `start`, of which at most `len` bytes exist. Gives the offset behind it too.
pub(crate) fn read_at<E: From<Error>>(
    start: u64,
    len: u64,
    at: &mut impl FnMut(u64, &mut [u8]) -> Result<(), E>,
    base: Option<Arc<Btf>>,
) -> Result<(Btf, u64), E> {
    let mut fixed = [0; HEADER_LEN_LAYOUT as usize];
    let fixed = &mut fixed[..len.min(u64::from(HEADER_LEN_LAYOUT)) as usize];
    at(start, fixed)?;
    let (header, big) = Header::read(fixed, len)?;
    let body = start + u64::from(header.hdr_len);
    let endian = if big { Endian::Big } else { Endian::Little };
    let words = read_words(
        body + u64::from(header.type_off),
        header.type_len,
        endian,
        at,
    )?;
    let layout = if header.hdr_len >= HEADER_LEN_LAYOUT && header.layout_len != 0 {
        let mut bytes = room("layout", header.layout_len, header.layout_len)?;
        bytes.resize(header.layout_len as usize, 0);
        at(body + u64::from(header.layout_off), &mut bytes)?;
        Some(read_layout(&bytes, endian))
    } else {
        None
    };
    let mut strings = room("string", header.str_len, header.str_len)?;
    strings.resize(header.str_len as usize, 0);
    at(body + u64::from(header.str_off), &mut strings)?;
    check_strings(&strings, base.is_some())?;

    let string_start = base.as_ref().map_or(0, |base| base.strings.end());
    let mut btf = Btf {
        base,
        words,
        starts: Vec::new(),
        strings: StringTable::from_bytes(string_start, strings),
        long: KnownLong::default(),
        endian,
        layout,
    };
    btf.starts = index_types(&btf)?;
    Ok((btf, body + header.body_len()))
}

/// Memory for `count` values of a section. Its length was compared with that of the file, but the file may have holes.
pub(crate) fn room<T>(section: &'static str, len: u32, count: u32) -> Result<Vec<T>, Error> {
    let mut values = Vec::new();
    match values.try_reserve_exact(count as usize) {
        Ok(()) => Ok(values),
        Err(_) => Err(Error::OutOfMemory { section, len }),
    }
}

fn read_words<E: From<Error>>(
    offset: u64,
    len: u32,
    endian: Endian,
    at: &mut impl FnMut(u64, &mut [u8]) -> Result<(), E>,
) -> Result<Vec<u32>, E> {
    let mut words = room("type", len, len / 4)?;
    let mut buffer = vec![0; PIECE.min(len as usize)];
    let end = offset + u64::from(len);
    let mut next = offset;
    while next < end {
        let piece = (end - next).min(PIECE as u64) as usize;
        let piece = &mut buffer[..piece];
        at(next, piece)?;
        next += piece.len() as u64;
        extend_words(&mut words, piece, endian);
    }
    Ok(words)
}

/// Adds bytes of a file as words.
pub(crate) fn extend_words(words: &mut Vec<u32>, bytes: &[u8], endian: Endian) {
    let four = bytes.as_chunks::<4>().0.iter();
    match endian {
        Endian::Little => words.extend(four.map(|&word| u32::from_le_bytes(word))),
        Endian::Big => words.extend(four.map(|&word| u32::from_be_bytes(word))),
    }
}

fn read_layout(bytes: &[u8], endian: Endian) -> Layout {
    let entry = |&[info_size, element_size, a, b]: &[u8; 4]| LayoutEntry {
        info_size,
        element_size,
        flags: match endian {
            Endian::Little => u16::from_le_bytes([a, b]),
            Endian::Big => u16::from_be_bytes([a, b]),
        },
    };
    Layout {
        entries: bytes.as_chunks::<4>().0.iter().map(entry).collect(),
    }
}

/// A base's strings start with the empty one; a split section may be empty. Both end with NUL.
pub(crate) fn check_strings(bytes: &[u8], split: bool) -> Result<(), Error> {
    let good = match (bytes.first(), bytes.last()) {
        (Some(&first), Some(&0)) => split || first == 0,
        (None, None) => split,
        _ => false,
    };
    if good {
        Ok(())
    } else {
        Err(Error::BadStrings {
            len: bytes.len() as u32,
        })
    }
}

fn index_types(btf: &Btf) -> Result<Vec<u32>, Error> {
    let first = btf.first_id().0;
    let words = &btf.words;
    let mut starts = Vec::new();
    let mut at = 0usize;
    while at < words.len() {
        let id = TypeId(first.saturating_add(starts.len() as u32));
        let offset = at as u64 * 4;
        let have = (words.len() - at) as u64;
        let out_of_bounds = |need: u64| Error::TypeOutOfBounds {
            id,
            offset,
            need: need * 4,
            have: have * 4,
        };
        if have < 3 {
            return Err(out_of_bounds(3));
        }
        let info = Info(words[at + 1]);
        let tail = match btf.tail_len(info) {
            Ok(Some(tail)) => tail,
            Ok(None) => {
                return Err(Error::UnknownKind {
                    id,
                    offset,
                    kind: info.kind_number(),
                });
            }
            Err(LayoutEntry {
                info_size,
                element_size,
                ..
            }) => {
                return Err(Error::BadLayout {
                    id,
                    offset,
                    kind: info.kind(),
                    info_size,
                    element_size,
                });
            }
        };
        let need = 3 + tail;
        if need > have {
            return Err(out_of_bounds(need));
        }
        // `at` is below `header.type_len / 4`, which is a u32.
        starts.push(at as u32);
        at += need as usize;
    }
    starts.shrink_to_fit();
    Ok(starts)
}

impl Btf {
    /// How many words follow the first three: by the layout section, or, of kinds without an entry there, by the table.
    /// `Ok(None)` if neither knows the kind. The entry comes back as an error if no type of this crate can have the length
    /// that it gives.
    pub(crate) fn tail_len(&self, info: Info) -> Result<Option<u64>, LayoutEntry> {
        let known = walk::tail_len(info);
        if self.layout.is_none() && self.base.is_none() {
            return Ok(known);
        }
        let Some(entry) = layout_entry(self, info.kind_number()) else {
            return Ok(known);
        };
        let bytes =
            u64::from(entry.info_size) + u64::from(entry.element_size) * u64::from(info.vlen());
        if !bytes.is_multiple_of(4) {
            return Err(entry);
        }
        let len = bytes / 4;
        if info.kind_number() < FIRST_NEWER && known.is_some_and(|known| known != len) {
            return Err(entry);
        }
        Ok(Some(len))
    }
}

/// What the layout section has for a kind; split BTF falls back to its base's.
fn layout_entry(btf: &Btf, kind: u8) -> Option<LayoutEntry> {
    if kind == 0 {
        return None;
    }
    let mut owner = Some(btf);
    while let Some(btf) = owner {
        let layout = btf.layout.as_ref();
        let entry = layout.and_then(|layout| layout.entries.get(usize::from(kind)));
        if let Some(entry) = entry {
            return Some(*entry);
        }
        owner = btf.base.as_deref();
    }
    None
}
