//! Where everything is in a file with new sections.
//!
//! New sections, the table of section names and the section header table go to the end of the file;
//! the ELF header says where. Everything else keeps its place: other sections' bytes and offsets,
//! the program headers and every segment. Section indexes keep their meaning, since headers are only
//! replaced or added at the end; names too, since the table of names only grows, also where it
//! doubles as the symbols' string table.

use object::elf;

use crate::error::Error;
use crate::header::SectionHeader;
use crate::parse::{Elf, read_extent};
use crate::patch_relocations::{Moves, moved};
use crate::read::refuse_beyond_end;
use crate::read_at::ReadAt;
use crate::section::Section;
use crate::splice::{Piece, Splice};
use crate::tail::copied_end;

/// What is appended to the name of a loaded section if a new one takes its name: `.BTF.loaded`.
pub const BTF_LOADED_SUFFIX: &str = ".loaded";

/// What a table of section names is called.
const NAMES: &str = ".shstrtab";

/// Where the section header table is aligned.
const TABLE_ALIGN: u64 = 8;

/// What was done for a new section.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SectionChange {
    /// The file had no section of this name.
    Added,
    /// The file had one that was not loaded. Its header now points to the new bytes.
    Replaced,
    /// The file had one that is part of the loaded image. Its bytes stay, and a new section was added.
    Appended {
        /// The name that the loaded section has now, with [`BTF_LOADED_SUFFIX`].
        loaded: String,
    },
    /// The new file has no section of this name, except one that is loaded.
    Removed,
}

/// The section headers and names of the new file, and what of the old file is no longer needed.
pub(crate) struct Patch<'a> {
    elf: &'a Elf,
    headers: Vec<SectionHeader>,
    /// Whether a section's bytes stay where they are; those of added ones do not exist yet.
    stays: Vec<bool>,
    names: Vec<u8>,
    names_index: usize,
    /// Ranges of the old file that nothing refers to any more.
    dead: Vec<(u64, u64)>,
}

impl<'a> Patch<'a> {
    pub(crate) fn new<R: ReadAt + ?Sized>(elf: &'a Elf, source: &R) -> Result<Patch<'a>, Error> {
        let mut headers = Vec::new();
        elf.each_header(source, elf.sections.len(), |header| {
            headers.push(header);
            Ok(())
        })?;
        let mut dead = Vec::new();
        if headers.is_empty() {
            headers.push(SectionHeader::default());
        } else {
            let size = headers.len() as u64 * elf.class.section_header_size() as u64;
            dead.push((elf.header.shoff, size));
        }
        let stays = vec![true; headers.len()];
        let mut patch = Patch {
            elf,
            headers,
            stays,
            names: Vec::new(),
            names_index: 0,
            dead,
        };
        patch.take_names(source)?;
        Ok(patch)
    }

    /// The table of names moves to the end. One that is loaded must stay; then a copy gets its own section.
    fn take_names<R: ReadAt + ?Sized>(&mut self, source: &R) -> Result<(), Error> {
        let index = self.elf.shstrndx as usize;
        let old = self.elf.sections.get(index).filter(|_| index != 0);
        if let Some(section) = old {
            self.names = read_extent(source, &section.name, section.offset, section.size)?;
        }
        let known = self.names.len();
        if self.names.last() != Some(&0) {
            self.names.push(0);
        }
        // A name out of bounds is no name; the names that are added must not become it.
        let empty = u32::try_from(self.names.len() - 1).unwrap_or(0);
        for header in &mut self.headers {
            if header.name as usize >= known {
                header.name = empty;
            }
        }
        match old {
            Some(section) if !section.is_loaded() => {
                self.names_index = index;
                self.vacate(index, section);
            }
            _ => {
                let name = self.name(NAMES)?;
                self.names_index = self.add(SectionHeader {
                    name,
                    sh_type: elf::SHT_STRTAB.0,
                    align: 1,
                    ..SectionHeader::default()
                });
            }
        }
        Ok(())
    }

    /// The section's bytes do not stay where they are.
    fn vacate(&mut self, index: usize, section: &Section) {
        self.dead.push((section.offset, section.file_size()));
        if let Some(stays) = self.stays.get_mut(index) {
            *stays = false;
        }
    }

    fn add(&mut self, header: SectionHeader) -> usize {
        let index = self.headers.len();
        // Relocations of a damaged file can be for a section that did not exist; they must not become those of the new one.
        let for_new = |old: &&mut SectionHeader| {
            [elf::SHT_REL.0, elf::SHT_RELA.0].contains(&old.sh_type) && old.info as usize == index
        };
        for old in self.headers.iter_mut().filter(for_new) {
            old.info = 0;
        }
        self.headers.push(header);
        self.stays.push(false);
        index
    }

    /// The offset of a name, added if it is not there yet.
    fn name(&mut self, name: &str) -> Result<u32, Error> {
        let wanted = [name.as_bytes(), &[0]].concat();
        let offset = match self
            .names
            .windows(wanted.len())
            .position(|there| there == wanted)
        {
            Some(offset) => offset,
            None => {
                let offset = self.names.len();
                self.names.extend_from_slice(&wanted);
                offset
            }
        };
        u32::try_from(offset).map_err(|_| Error::PatchTooLarge {
            size: self.names.len() as u64,
        })
    }

    /// Makes the headers of sections that are not loaded unused ones.
    pub(crate) fn remove(&mut self, name: &str) {
        let elf = self.elf;
        for section in elf.sections.iter().filter(|section| section.name == name) {
            let index = section.index.0 as usize;
            if !section.is_loaded() && index != self.names_index {
                self.discard(section);
            }
        }
    }

    /// Makes the headers of the section and of its relocations unused ones.
    fn discard(&mut self, section: &'a Section) {
        for section in [section]
            .into_iter()
            .chain(self.elf.relocation_tables(section))
        {
            let index = section.index.0 as usize;
            self.vacate(index, section);
            if let Some(header) = self.headers.get_mut(index) {
                *header = SectionHeader::default();
            }
        }
    }

    /// Finds or makes the header for a new section.
    pub(crate) fn place(
        &mut self,
        name: &str,
        align: u64,
    ) -> Result<(usize, SectionChange, Option<&'a Section>), Error> {
        let elf = self.elf;
        let (mut replaced, mut renamed) = (None, None);
        let mut loaded_name = None;
        for section in elf.sections.iter().filter(|section| section.name == name) {
            if section.index.0 as usize == self.names_index {
                // Only a damaged file calls its table of names so; it cannot be both.
                let offset = self.name(NAMES)?;
                if let Some(header) = self.headers.get_mut(self.names_index) {
                    header.name = offset;
                }
            } else if section.is_loaded() {
                let loaded = format!("{name}{BTF_LOADED_SUFFIX}");
                let offset = match loaded_name {
                    Some(offset) => offset,
                    None => *loaded_name.insert(self.name(&loaded)?),
                };
                if let Some(header) = self.headers.get_mut(section.index.0 as usize) {
                    header.name = offset;
                }
                renamed = Some(loaded);
            } else if replaced.is_none() {
                replaced = Some(section);
            } else {
                // A reader that takes the last section of a name must not find the old bytes.
                self.discard(section);
            }
        }
        let header = SectionHeader {
            name: self.name(name)?,
            sh_type: elf::SHT_PROGBITS.0,
            align: align.max(1),
            ..SectionHeader::default()
        };
        let index = match replaced {
            Some(section) => {
                let index = section.index.0 as usize;
                self.vacate(index, section);
                if let Some(old) = self.headers.get_mut(index) {
                    *old = header;
                }
                index
            }
            None => self.add(header),
        };
        Ok((
            index,
            match (renamed, replaced) {
                (Some(loaded), _) => SectionChange::Appended { loaded },
                (None, Some(_)) => SectionChange::Replaced,
                (None, None) => SectionChange::Added,
            },
            replaced,
        ))
    }

    /// New contents of the relocation sections for a replaced section, by their index.
    pub(crate) fn move_relocations<R: ReadAt + ?Sized>(
        &mut self,
        source: &R,
        target: &Section,
        moves: Moves<'_>,
    ) -> Result<Vec<(usize, Piece)>, Error> {
        let elf = self.elf;
        let mut contents = Vec::new();
        for (of, index) in &elf.relocations {
            let index = *index as usize;
            if let Some(section) = elf.sections.get(index)
                && *of == target.index.0
                && let Some(bytes) = moved(elf, source, target, section, moves)?
            {
                self.vacate(index, section);
                if bytes.is_empty() {
                    if let Some(header) = self.headers.get_mut(index) {
                        header.size = 0;
                    }
                } else {
                    contents.push((index, Piece::Bytes(bytes)));
                }
            }
        }
        Ok(contents)
    }

    pub(crate) fn finish<R: ReadAt + ?Sized>(
        mut self,
        source: &R,
        mut contents: Vec<(usize, Piece)>,
    ) -> Result<Splice, Error> {
        let elf = self.elf;
        self.refuse_cut_short(source)?;
        let kept = self
            .headers
            .iter()
            .zip(&self.stays)
            .filter(|(header, stays)| **stays && has_bytes(header))
            .map(|(header, _)| header);
        let start = copied_end(elf, source, kept, std::mem::take(&mut self.dead))?;

        let head = elf.class.file_header_size() as u64;
        let mut tail = Tail {
            splice: Splice::default(),
            end: start,
        };
        tail.splice.push(Piece::Copy {
            offset: head,
            len: start.saturating_sub(head),
        });
        let names = Piece::Bytes(std::mem::take(&mut self.names));
        contents.push((self.names_index, names));
        for (index, piece) in contents {
            if let Some(header) = self.headers.get_mut(index) {
                header.offset = tail.align(header.align);
                header.size = piece.len();
                tail.push(piece);
            }
        }
        let table = tail.align(TABLE_ALIGN);
        let (shnum, shstrndx) = self.count_sections();
        tail.push(Piece::Bytes(self.encode_headers(table)?));
        let Tail { mut splice, end } = tail;
        let too_large = Error::PatchTooLarge { size: end };
        if elf.class == crate::Class::Elf32 && end > u64::from(u32::MAX) {
            return Err(too_large);
        }
        let header = elf
            .header
            .with_section_table(table, shnum, shstrndx)
            .ok_or(too_large)?;
        splice.pieces.insert(0, Piece::Bytes(header));
        Ok(splice)
    }

    /// New bytes behind a file that was cut short would look like the missing ones.
    fn refuse_cut_short<R: ReadAt + ?Sized>(&self, source: &R) -> Result<(), Error> {
        let file_len = source.len();
        for (section, stays) in self.elf.sections.iter().zip(&self.stays) {
            let size = section.file_size();
            if *stays && size != 0 {
                refuse_beyond_end(section, size, size, file_len)?;
            }
        }
        Ok(())
    }

    /// `e_shnum` and `e_shstrndx`. Numbers from `SHN_LORESERVE` on are in the null section's header.
    fn count_sections(&mut self) -> (u16, u16) {
        let limit = u64::from(elf::SHN_LORESERVE);
        let (count, names) = (self.headers.len() as u64, self.names_index as u64);
        let fits = |number: u64| {
            if number < limit {
                u16::try_from(number).ok()
            } else {
                None
            }
        };
        if let Some(null) = self.headers.first_mut() {
            null.size = if fits(count).is_some() { 0 } else { count };
            null.link = if fits(names).is_some() {
                0
            } else {
                u32::try_from(names).unwrap_or(0)
            };
        }
        (
            fits(count).unwrap_or(0),
            fits(names).unwrap_or(elf::SHN_XINDEX.0),
        )
    }

    fn encode_headers(&self, table: u64) -> Result<Vec<u8>, Error> {
        let mut bytes =
            Vec::with_capacity(self.headers.len() * self.elf.class.section_header_size());
        for header in &self.headers {
            let encoded = header.encode(self.elf.class, self.elf.endian);
            bytes.extend_from_slice(&encoded.ok_or(Error::PatchTooLarge { size: table })?);
        }
        Ok(bytes)
    }
}

fn has_bytes(header: &SectionHeader) -> bool {
    header.sh_type != elf::SHT_NOBITS.0 && header.sh_type != elf::SHT_NULL.0 && header.size != 0
}

/// The end of the new file as it grows.
struct Tail {
    splice: Splice,
    end: u64,
}

impl Tail {
    /// Pads to a multiple of `align`, which input may have chosen: only small powers of two are followed.
    fn align(&mut self, align: u64) -> u64 {
        let align = if align.is_power_of_two() && align <= 4096 {
            align
        } else {
            1
        };
        let padding = self.end.next_multiple_of(align) - self.end;
        self.push(Piece::Bytes(vec![0; padding as usize]));
        self.end
    }

    fn push(&mut self, piece: Piece) {
        self.end += piece.len();
        self.splice.push(piece);
    }
}
