//! Writing a `.BTF` section.

use crate::header::{HEADER_LEN, HEADER_LEN_LAYOUT, MAGIC};
use crate::kind::FIRST_NEWER;
use crate::{Btf, Error, Kind, Layout, TypeId};
use alloc::vec::Vec;

/// Byte order of a section: that of the machine for which the types were compiled. The magic number shows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Endian {
    /// The lowest byte first: x86-64, most of Arm and RISC-V.
    #[default]
    Little,
    /// The highest byte first: s390x.
    Big,
}

/// Which header to write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum HeaderForm {
    /// 24 bytes, which every reader knows.
    #[default]
    Plain,
    /// 32 bytes, and no layout section: what libbpf 1.8 writes. Kernels take it, older tools may not.
    Wide,
    /// 32 bytes and a layout section. Kernels before 7.1 refuse it.
    Layout,
}

/// How to write a section. The default is what every reader accepts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct WriteOptions {
    /// Length of the header, and whether a layout section follows the types.
    pub header: HeaderForm,
}

impl WriteOptions {
    /// The form that loses nothing: with a layout section if `btf` was read with one.
    pub fn keeping(btf: &Btf) -> WriteOptions {
        WriteOptions {
            header: match btf.layout {
                Some(_) => HeaderForm::Layout,
                None => HeaderForm::Plain,
            },
        }
    }
}

impl Btf {
    /// The layout section with which it was read, or the current one, with entries for all newer kinds that exist.
    fn layout_to_write(&self) -> Layout {
        let mut layout = self.layout.clone().unwrap_or_else(Layout::current);
        let known = |kind: &Kind| kind.shape().is_some();
        let last = self.types().map(|(_, ty)| ty.kind()).filter(known).max();
        // All three kinds of locations come together.
        if last.is_some_and(|last| last.number() >= FIRST_NEWER) {
            layout.extend_to(Kind::LocSec);
        }
        layout
    }

    /// The first type whose length only the layout section gives. With one, [`HeaderForm::Layout`] is the form to write,
    /// or nobody can read the result.
    pub fn needs_layout(&self) -> Option<TypeId> {
        let mut types = self.types();
        let found = types.find(|(_, ty)| matches!(ty.kind(), Kind::Unknown(_)));
        found.map(|(id, _)| id)
    }

    /// The bytes of the `.BTF` section in the byte order of [`Btf::endian`]: header, types, layout if `options` ask for
    /// it, strings. Of split BTF only the own types and strings are written.
    ///
    /// The same types and strings give the same bytes. With the default options, BTF that was read from a section with
    /// the plain header and no gaps is written as it was.
    ///
    /// ```
    /// use btf::{Btf, Endian, HeaderForm, WriteOptions};
    ///
    /// let bytes = std::fs::read("tests/data/inventory.btf")?;
    /// let btf = Btf::parse(&bytes)?;
    /// assert_eq!(btf.to_bytes(WriteOptions::default())?, bytes);
    ///
    /// let wide = WriteOptions { header: HeaderForm::Wide };
    /// let big = btf.with_endian(Endian::Big).to_bytes(wide)?;
    /// assert_eq!(big.len(), bytes.len() + 8);
    /// assert_eq!(big[..2], [0xeb, 0x9f]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] if types, layout, and strings together are longer than 4 GiB.
    pub fn to_bytes(&self, options: WriteOptions) -> Result<Vec<u8>, Error> {
        let too_large = |_| Error::TooLarge {
            what: "more than 4 GiB in one section",
        };
        let layout = match options.header {
            HeaderForm::Plain | HeaderForm::Wide => None,
            HeaderForm::Layout => Some(self.layout_to_write()),
        };
        let strings = self.strings.as_bytes();
        let type_len = u32::try_from(self.type_bytes()).map_err(too_large)?;
        let str_len = u32::try_from(strings.len()).map_err(too_large)?;
        let layout_len = layout
            .as_ref()
            .map_or(0, |layout| layout.entries.len() as u32 * 4);
        let str_off = type_len
            .checked_add(layout_len)
            .filter(|offset| offset.checked_add(str_len).is_some())
            .ok_or(Error::TooLarge {
                what: "more than 4 GiB in one section",
            })?;
        let hdr_len = match options.header {
            HeaderForm::Plain => HEADER_LEN,
            HeaderForm::Wide | HeaderForm::Layout => HEADER_LEN_LAYOUT,
        };

        let mut out = Vec::with_capacity(hdr_len as usize + str_off as usize + strings.len());
        let word = |out: &mut Vec<u8>, value: u32| {
            out.extend(match self.endian {
                Endian::Little => value.to_le_bytes(),
                Endian::Big => value.to_be_bytes(),
            });
        };
        let half = |value: u16| match self.endian {
            Endian::Little => value.to_le_bytes(),
            Endian::Big => value.to_be_bytes(),
        };
        out.extend(half(MAGIC));
        out.extend([1, 0]);
        for value in [hdr_len, 0, type_len, str_off, str_len] {
            word(&mut out, value);
        }
        match options.header {
            HeaderForm::Plain => {}
            HeaderForm::Wide => out.extend([0; 8]),
            HeaderForm::Layout => {
                word(&mut out, type_len);
                word(&mut out, layout_len);
            }
        }
        let start = out.len();
        out.resize(start + type_len as usize, 0);
        let places = out[start..].chunks_exact_mut(4).zip(&self.words);
        // A loop for each order of bytes is a copy, or nearly one.
        match self.endian {
            Endian::Little => places.for_each(|(to, word)| to.copy_from_slice(&word.to_le_bytes())),
            Endian::Big => places.for_each(|(to, word)| to.copy_from_slice(&word.to_be_bytes())),
        }
        for entry in layout.iter().flat_map(|layout| &layout.entries) {
            out.extend([entry.info_size, entry.element_size]);
            out.extend(half(entry.flags));
        }
        out.extend_from_slice(strings);
        Ok(out)
    }
}
