//! An ELF file whose `.BTF` is replaced together with what depends on it: in a BPF object, `.BTF.ext` and the
//! relocations for both.

use crate::allowed;
use crate::failure::Failure;
use crate::file::Source;
use crate::input;
use btf::{Btf, BtfExt, Kind, TypeId};
use dedup::Deduped;
use elf::{Elf, NewSection, Splice};
use pipeline::FileFormat;

/// The section that describes instructions by ids and strings of `.BTF`.
const BTF_EXT: &str = ".BTF.ext";

/// An ELF file with BTF, and what depends on the BTF.
pub struct Object<'a> {
    source: &'a Source,
    elf: Elf,
    ext: Option<BtfExt>,
    /// DATASECs, for which relocations exist: offset in `.BTF`, length, type.
    datasecs: Vec<(u64, u64, TypeId)>,
}

impl<'a> Object<'a> {
    /// Reads what depends on `btf`, which came from this file.
    pub fn open(source: &'a Source, btf: &Btf) -> Result<Object<'a>, Failure> {
        let failed = |error: elf::Error| Failure::of(source.path(), error);
        if input::format(source)?.0 != FileFormat::Elf {
            return Err(Failure::of(
                source.path(),
                "this is BTF alone, and --patch writes an ELF file; use -o",
            ));
        }
        let elf = allowed::elf(source).map_err(failed)?;
        let read = |name: &str| match elf.section(name) {
            Some(section) if !section.is_nobits() && section.size != 0 => elf
                .read_section_unrelocated(source, section)
                .map(Some)
                .map_err(failed),
            _ => Ok(None),
        };
        let ext = match read(BTF_EXT)? {
            Some(bytes) => {
                Some(BtfExt::parse(bytes).map_err(|error| Failure::of(source.path(), error))?)
            }
            None => None,
        };
        let bytes = read(input::SECTION)?.unwrap_or_default();
        let relocated = [".rel.BTF", ".rela.BTF"].map(|name| elf.section(name).is_some());
        if (ext.is_some() || relocated.contains(&true))
            && btf::parse_parts(&bytes, btf.base().cloned())
                .is_ok_and(|parts| parts.ranges.len() > 1)
        {
            return Err(Failure::of(
                source.path(),
                "its .BTF contains several BTFs, and which of them .BTF.ext and relocations belong to is not known; write \
                 the types alone (-o), or link BPF objects with `bpftool gen object`",
            ));
        }
        let types = types_start(&bytes, btf.endian);
        let datasecs = btf
            .types()
            .filter(|(_, ty)| ty.kind() == Kind::Datasec)
            .filter_map(|(id, ty)| Some((types + btf.offset_of(id)?, ty.byte_len() as u64, id)))
            .collect();
        Ok(Object {
            source,
            elf,
            ext,
            datasecs,
        })
    }

    /// The `.BTF.ext`, whose ids and strings must follow those of the BTF.
    pub fn ext(&mut self) -> Option<&mut BtfExt> {
        self.ext.as_mut()
    }

    /// The file with `bytes`, the encoded `deduped`, as its `.BTF`.
    pub fn patched(self, deduped: &Deduped, bytes: Vec<u8>) -> Result<Splice, elf::Error> {
        let types = types_start(&bytes, deduped.btf.endian);
        let datasecs = &self.datasecs;
        // DATASECs are never merged, so each one has a new place.
        let moves = |section: &str, offset: u64| {
            if section != input::SECTION {
                return Some(offset);
            }
            let at = datasecs.partition_point(|&(start, ..)| start <= offset);
            let &(start, len, id) = datasecs.get(at.checked_sub(1)?)?;
            let within = offset.checked_sub(start).filter(|&within| within < len)?;
            Some(types + deduped.btf.offset_of(deduped.new_id(id))? + within)
        };
        let section = |name: &str, bytes: Vec<u8>| NewSection {
            name: name.to_owned(),
            bytes,
            align: 4,
        };
        let mut sections = vec![section(input::SECTION, bytes)];
        sections.extend(self.ext.map(|ext| section(BTF_EXT, ext.into_bytes())));
        let patched = elf::patch_sections_moving(&self.elf, self.source, sections, &moves)?;
        Ok(patched.splice)
    }
}

/// The offset of the type section in the bytes of a `.BTF` section.
fn types_start(bytes: &[u8], endian: btf::Endian) -> u64 {
    let word = |at: usize| {
        let four = bytes.get(at..).and_then(|rest| rest.first_chunk::<4>());
        let four = four.copied().unwrap_or_default();
        u64::from(match endian {
            btf::Endian::Little => u32::from_le_bytes(four),
            btf::Endian::Big => u32::from_be_bytes(four),
        })
    };
    // `hdr_len` and `type_off`.
    word(4) + word(8)
}
