//! Which kernel a file is: its release, its architecture, its build id.
//!
//! A kernel carries the text that `/proc/version` shows, `Linux version RELEASE (BUILDER) …`, in its
//! read-only data. A module carries `vermagic=RELEASE FLAGS…` in `.modinfo`. Both may carry a build id.
//! Debug information that was separated from its program has the build id alone.

use elf::{Elf, Endian, ReadAt, Section};
use serde::{Deserialize, Serialize};

/// `NT_GNU_BUILD_ID`.
const BUILD_ID: u32 = 3;
/// Sections of notes are a few hundred bytes. A longer one is not read.
const NOTES_LIMIT: u64 = 64 << 10;
/// `.modinfo` of the largest modules, which list thousands of device aliases, has some 300 kB.
const MODINFO_LIMIT: u64 = 4 << 20;
/// How far into the read-only data the banner is looked for. Kernels with all drivers built in have some 20 MB.
const BANNER_LIMIT: u64 = 128 << 20;
/// How much of the read-only data is in memory at a time.
const WINDOW: u64 = 256 << 10;
const BANNER: &[u8] = b"Linux version ";
/// `__NEW_UTS_LEN`: a release is no longer than this.
const RELEASE_LEN: usize = 64;

/// What names the kernel that a file is, or the kernel that a module was built for.
///
/// ```
/// use pipeline::Identity;
///
/// let identity = Identity {
///     release: Some("6.1.0-47-cloud-amd64".to_owned()),
///     architecture: Some("x86_64".to_owned()),
///     ..Identity::default()
/// };
/// assert_eq!(identity.to_string(), "6.1.0-47-cloud-amd64 (x86_64)");
/// assert_eq!(identity.version(), Some((6, 1)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The release, as `uname -r` prints it: `6.1.0-47-cloud-amd64`.
    pub release: Option<String>,
    /// The architecture, as `uname -m` prints it: `x86_64`. None for a machine that Linux does not run on.
    pub architecture: Option<String>,
    /// The build id, in lower-case hexadecimal digits.
    pub build_id: Option<String>,
    /// A module's `vermagic`: the release of its kernel, and the settings that change its binary interface.
    pub vermagic: Option<String>,
    /// A module's name, as `lsmod` prints it.
    pub module: Option<String>,
}

impl Identity {
    /// Reads what an ELF file says of itself. What cannot be read is unknown, not an error: the file may be of use
    /// all the same.
    pub fn read<R: ReadAt + ?Sized>(elf: &Elf, source: &R) -> Identity {
        let modinfo = bytes(elf, source, ".modinfo", MODINFO_LIMIT);
        let field = |key: &str| {
            modinfo
                .as_deref()
                .and_then(|bytes| modinfo_field(bytes, key))
        };
        let vermagic = field("vermagic");
        let release = match &vermagic {
            Some(vermagic) => vermagic.split(' ').next().map(str::to_owned),
            None => banner(elf, source),
        };
        Identity {
            release,
            architecture: elf.architecture().map(str::to_owned),
            build_id: build_id(elf, source).map(|id| hex(&id)),
            vermagic,
            module: field("name"),
        }
    }

    /// The first two numbers of the release: 6 and 1 of `6.1.0-47-cloud-amd64`.
    #[must_use]
    pub fn version(&self) -> Option<(u32, u32)> {
        version_of(self.release.as_deref()?)
    }
}

/// The first two numbers of a release.
pub(crate) fn version_of(release: &str) -> Option<(u32, u32)> {
    let mut numbers = release.split(['.', '-', '+']);
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// The release and the architecture, as far as they are known.
impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.release, &self.architecture) {
            (Some(release), Some(architecture)) => write!(f, "{release} ({architecture})"),
            (Some(one), None) | (None, Some(one)) => f.write_str(one),
            (None, None) => f.write_str("unknown kernel"),
        }
    }
}

/// The build id of an ELF file: in a section of its own, or among the other notes of a kernel.
pub(crate) fn build_id<R: ReadAt + ?Sized>(elf: &Elf, source: &R) -> Option<Vec<u8>> {
    [".note.gnu.build-id", ".notes"]
        .iter()
        .find_map(|name| note(elf.endian, &bytes(elf, source, name, NOTES_LIMIT)?))
}

pub(crate) fn hex(id: &[u8]) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The build id among the notes of a section. Name and content of a note are padded to 4 bytes each.
fn note(endian: Endian, mut notes: &[u8]) -> Option<Vec<u8>> {
    let word = |bytes: &[u8], at: usize| -> Option<u32> {
        let bytes = *bytes.get(at..)?.first_chunk()?;
        Some(match endian {
            Endian::Little => u32::from_le_bytes(bytes),
            Endian::Big => u32::from_be_bytes(bytes),
        })
    };
    loop {
        let (name_len, len, kind) = (word(notes, 0)?, word(notes, 4)?, word(notes, 8)?);
        let start = 12usize.checked_add((name_len as usize).checked_next_multiple_of(4)?)?;
        let name = notes.get(12..12usize.checked_add(name_len as usize)?)?;
        let content = notes.get(start..start.checked_add(len as usize)?)?;
        if kind == BUILD_ID && name == b"GNU\0" {
            return Some(content.to_vec());
        }
        let next = start.checked_add((len as usize).checked_next_multiple_of(4)?)?;
        notes = notes.get(next..)?;
    }
}

/// The value of `key=value` in `.modinfo`, where each entry ends with a zero byte.
fn modinfo_field(modinfo: &[u8], key: &str) -> Option<String> {
    modinfo
        .split(|&byte| byte == 0)
        .find_map(|entry| entry.strip_prefix(key.as_bytes())?.strip_prefix(b"="))
        .map(|value| String::from_utf8_lossy(value).trim_end().to_owned())
}

/// The release in the kernel's banner, looked for window by window in the read-only data.
fn banner<R: ReadAt + ?Sized>(elf: &Elf, source: &R) -> Option<String> {
    let section = elf.section(".rodata").filter(|section| {
        !section.is_nobits() && !elf.is_relocatable() && section.random_access()
    })?;
    let end = section.data_size().min(BANNER_LIMIT);
    let mut window = Vec::new();
    let mut start = 0;
    while start < end {
        // Windows overlap, so that a banner at the border is whole in one of them.
        let overlap = (BANNER.len() + RELEASE_LEN + 1) as u64;
        let range = start..end.min(start + WINDOW + overlap);
        elf.read_section_range_into(source, section, range, &mut window)
            .ok()?;
        if let Some(release) = release_in(&window) {
            return Some(release);
        }
        start += WINDOW;
    }
    None
}

/// The release behind the first `Linux version ` that a number follows. A format string has `%s` there.
fn release_in(window: &[u8]) -> Option<String> {
    let starts = memchr::memmem::find_iter(window, BANNER);
    starts
        .filter_map(|at| window.get(at + BANNER.len()..))
        .find_map(|rest| {
            let len = rest.iter().position(|&byte| byte == b' ')?;
            let release = rest.get(..len.min(RELEASE_LEN))?;
            let plausible = release.first().is_some_and(u8::is_ascii_digit)
                && release.iter().all(u8::is_ascii_graphic);
            plausible.then(|| String::from_utf8_lossy(release).into_owned())
        })
}

/// The bytes of a small section.
fn bytes<R: ReadAt + ?Sized>(elf: &Elf, source: &R, name: &str, limit: u64) -> Option<Vec<u8>> {
    let section = elf.section(name)?;
    let is_small = |section: &&Section| !section.is_nobits() && section.data_size() <= limit;
    let section = Some(section).filter(is_small)?;
    elf.read_section_unrelocated(source, section).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gnu(kind: u32, name: &[u8], content: &[u8]) -> Vec<u8> {
        let mut note = Vec::new();
        for word in [name.len() as u32, content.len() as u32, kind] {
            note.extend_from_slice(&word.to_le_bytes());
        }
        for part in [name, content] {
            note.extend_from_slice(part);
            note.resize(note.len().next_multiple_of(4), 0);
        }
        note
    }

    #[test]
    fn the_build_id_of_a_kernel_follows_other_notes() {
        let mut notes = gnu(0x100, b"Linux\0", b"odd");
        notes.extend(gnu(BUILD_ID, b"GNU\0", &[0xab, 1, 2]));
        let id = note(Endian::Little, &notes).expect("the second note");
        assert_eq!(hex(&id), "ab0102");
        assert_eq!(note(Endian::Little, &gnu(BUILD_ID, b"Go\0", &[1])), None);
    }

    #[test]
    fn notes_whose_lengths_lie_have_no_build_id() {
        let mut notes = gnu(1, b"GNU\0", b"");
        notes[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(note(Endian::Little, &notes), None);
        assert_eq!(note(Endian::Big, &notes), None);
    }

    #[test]
    fn the_banner_is_the_text_with_a_number() {
        let rodata = b"Linux version %s (%s)\0Linux version 6.1.0-47-cloud-amd64 (builder) (gcc)\0";
        assert_eq!(release_in(rodata).as_deref(), Some("6.1.0-47-cloud-amd64"));
        assert_eq!(release_in(b"Linux version \x01\x02 x"), None);
        assert_eq!(release_in(b"Linux version 6.1"), None, "cut off");
    }

    #[test]
    fn a_module_names_its_kernel() {
        let modinfo = b"license=GPL\0name=tcp_bbr\0vermagic=6.1.0-47-cloud-amd64 SMP preempt \0";
        let field = |key| modinfo_field(modinfo, key);
        assert_eq!(field("name").as_deref(), Some("tcp_bbr"));
        let vermagic = Some("6.1.0-47-cloud-amd64 SMP preempt");
        assert_eq!(field("vermagic").as_deref(), vermagic);
        assert_eq!(field("verm"), None);
    }

    #[test]
    fn the_version_is_the_first_two_numbers() {
        let version = |release: &str| {
            let release = Some(release.to_owned());
            Identity {
                release,
                ..Identity::default()
            }
            .version()
        };
        assert_eq!(version("7.2.13+deb14-amd64"), Some((7, 2)));
        assert_eq!(version("6.12-rc1"), Some((6, 12)));
        assert_eq!(version("next"), None);
    }
}
