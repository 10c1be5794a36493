//! Why a package or image could not be opened.

use crate::advice::DebugPackage;
use crate::banner::Banner;
use std::fmt;
use std::io;

/// Where in an input something is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file or the part of it that was read: the package, or what came out of it, such as `data.tar`.
    pub part: String,
    /// Bytes from the start of this part.
    pub offset: u64,
    /// The entry of the archive that was read, if one was.
    pub entry: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at offset {:#x} of {}", self.offset, self.part)?;
        match &self.entry {
            Some(entry) => write!(f, " (in {entry})"),
            None => Ok(()),
        }
    }
}

/// Why a package or image could not be opened. The texts say what to do next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The input could not be read.
    #[error("it could not be read at offset {offset:#x}: {reason}")]
    Read {
        /// Bytes from the start of the input.
        offset: u64,
        /// The system's message.
        reason: String,
    },
    /// What comes out could not be written.
    #[error("what is unpacked could not be written after {written} bytes: {source}")]
    Write {
        /// Bytes that were written before.
        written: u64,
        /// The system's error.
        source: io::Error,
    },
    /// The input ends in the middle of something.
    #[error("it ends {place}, inside the {what}; it may have been cut short: get it again")]
    Cut {
        /// What ends early.
        what: &'static str,
        /// Where.
        place: Place,
    },
    /// Something is not what the format asks for.
    #[error("the {what} {place} is damaged: {reason}; get the file again")]
    Damaged {
        /// The structure that is damaged.
        what: &'static str,
        /// Where.
        place: Place,
        /// What is wrong with it.
        reason: String,
    },
    /// A checksum does not match.
    #[error("the checksum of {what} {place} does not match its bytes; get the file again")]
    Checksum {
        /// What the checksum is for.
        what: &'static str,
        /// Where the bytes end.
        place: Place,
    },
    /// The format has a feature that is not read.
    #[error(
        "{what} {place} cannot be read here; unpack it with its own tool, and open the file that comes out"
    )]
    Unsupported {
        /// The feature.
        what: String,
        /// Where.
        place: Place,
    },
    /// More comes out than a file of this size may contain.
    #[error("unpacking it gives {0}")]
    OverBudget(#[from] budget::OverBudget),
    /// The archive has too many entries.
    #[error(
        "it has more than {limit} entries ({place}); unpack it with its own tool, and open the file you want"
    )]
    TooManyEntries {
        /// How many are allowed.
        limit: u64,
        /// Where the next one begins.
        place: Place,
    },
    /// An entry's name is too long.
    #[error(
        "a name of {len} bytes {place} is longer than the {limit} that are allowed; the archive is probably damaged: get it again"
    )]
    LongName {
        /// Bytes of the name.
        len: u64,
        /// How many are allowed.
        limit: usize,
        /// Where.
        place: Place,
    },
    /// An entry's name leaves the folder in which the archive is unpacked.
    #[error(
        "the entry {name:?} {place} leads out of its folder; the archive is not trustworthy: get it from where it was made"
    )]
    OutsideName {
        /// The name.
        name: String,
        /// Where.
        place: Place,
    },
    /// There are too many layers.
    #[error(
        "it has more than {limit} compressions and archives around each other ({part}); unpack the outer ones first"
    )]
    TooDeep {
        /// How many are allowed.
        limit: usize,
        /// The innermost part that was reached.
        part: String,
    },
    /// The file that is asked for is an archive itself.
    #[error("{entry} is an archive in an archive; unpack the outer one first")]
    ArchiveInside {
        /// Its path.
        entry: String,
    },
    /// The archive has no file of that name.
    #[error("it contains no file {name:?}{}; btfscope unpack --list shows what it contains", near.as_ref().map(|near| format!(", but {near}")).unwrap_or_default())]
    NoMember {
        /// The name that was asked for.
        name: String,
        /// A file with a similar name.
        near: Option<String>,
    },
    /// Several files could be meant.
    #[error("it contains several kernels: {}; name one, as in FILE!{}", list(paths), paths.first().map_or("PATH", String::as_str))]
    Several {
        /// Their paths.
        paths: Vec<String>,
    },
    /// The archive contains neither a kernel nor BTF.
    #[error("it contains no kernel and no BTF{}{}; name the file to open as FILE!PATH (btfscope unpack --list shows what it contains)", modules_text(*modules), elsewhere.as_ref().map(|elsewhere| format!(": {elsewhere}")).unwrap_or_default())]
    NoKernel {
        /// How many modules it contains.
        modules: u64,
        /// Where the kernel is, if that is known.
        elsewhere: Option<String>,
    },
    /// More modules lie beside a kernel's BTF than are opened at a time.
    #[error(
        "it contains the BTF of more than {limit} modules; unpack it with its own tool, and open the folder"
    )]
    TooManyModules {
        /// How many are allowed.
        limit: usize,
    },
    /// The image contains neither an ELF file nor BTF.
    #[error("the boot image contains neither an ELF file nor BTF{}", stated(banner.as_ref()))]
    NothingInImage {
        /// What the image states about its kernel.
        banner: Option<Banner>,
    },
}

fn modules_text(modules: u64) -> String {
    match modules {
        0 => String::new(),
        1 => ", but a module".to_owned(),
        many => format!(", but {many} modules"),
    }
}

fn stated(banner: Option<&Banner>) -> String {
    let Some(banner) = banner else {
        return String::new();
    };
    let release = &banner.release;
    let package = DebugPackage::of(banner).map(|package| format!("; {package}"));
    let package = package.unwrap_or_default();
    format!(" (Linux {release}, built without CONFIG_DEBUG_INFO_BTF){package}")
}

/// At most so many paths are listed in a message.
const LISTED: usize = 8;

fn list(paths: &[String]) -> String {
    let mut text = paths
        .iter()
        .take(LISTED)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    if let Some(more) = paths.len().checked_sub(LISTED).filter(|more| *more > 0) {
        text.push_str(&format!(" and {more} more"));
    }
    text
}

impl From<Error> for io::Error {
    /// Layers read each other through [`io::Read`], so an error travels as one of the system's.
    fn from(error: Error) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, error)
    }
}

impl Error {
    /// An error that came out of a layer: one of ours that travelled through [`io::Read`], an early end, or what the
    /// decompressor complains about.
    pub(crate) fn of(error: io::Error, what: &'static str, place: impl FnOnce() -> Place) -> Error {
        if error.get_ref().is_some_and(|inner| inner.is::<Error>()) {
            let inner = error.into_inner().map(|inner| inner.downcast::<Error>());
            return match inner {
                Some(Ok(ours)) => *ours,
                // The type was checked above.
                _ => Error::Cut {
                    what,
                    place: place(),
                },
            };
        }
        if let Some(inner) = nested(&error) {
            return inner;
        }
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Error::Cut {
                what,
                place: place(),
            },
            _ => Error::Damaged {
                what,
                place: place(),
                reason: error.to_string(),
            },
        }
    }
}

/// One of ours that a decompressor has wrapped in an error of its own. It cannot be moved out, so what counts is copied.
fn nested(error: &io::Error) -> Option<Error> {
    let mut cause: Option<&(dyn std::error::Error + 'static)> =
        error.get_ref().map(|inner| inner as _);
    while let Some(one) = cause {
        let ours = one
            .downcast_ref::<Error>()
            .or_else(|| one.downcast_ref::<io::Error>()?.get_ref()?.downcast_ref());
        if let Some(ours) = ours {
            return ours.copied();
        }
        cause = one.source();
    }
    None
}

impl Error {
    /// Where the input is damaged, if it is at one place.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        match self {
            Error::Cut { place, .. }
            | Error::Damaged { place, .. }
            | Error::Checksum { place, .. }
            | Error::Unsupported { place, .. }
            | Error::TooManyEntries { place, .. }
            | Error::LongName { place, .. }
            | Error::OutsideName { place, .. } => Some(place),
            _ => None,
        }
    }

    fn copied(&self) -> Option<Error> {
        Some(match self {
            Error::Read { offset, reason } => Error::Read {
                offset: *offset,
                reason: reason.clone(),
            },
            Error::Cut { what, place } => Error::Cut {
                what,
                place: place.clone(),
            },
            Error::Damaged {
                what,
                place,
                reason,
            } => Error::Damaged {
                what,
                place: place.clone(),
                reason: reason.clone(),
            },
            Error::Checksum { what, place } => Error::Checksum {
                what,
                place: place.clone(),
            },
            Error::OverBudget(over) => Error::OverBudget(*over),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place {
            part: "data.tar".to_owned(),
            offset: 512,
            entry: Some("boot/vmlinuz".to_owned()),
        }
    }

    #[test]
    fn an_error_passes_through_other_layers_as_it_is() {
        let first = Error::Checksum {
            what: "a gzip stream",
            place: place(),
        };
        let text = first.to_string();
        let wrapped = io::Error::other(io::Error::from(first));
        let outer = || Place {
            part: "outer".to_owned(),
            offset: 0,
            entry: None,
        };
        assert_eq!(Error::of(wrapped, "tar header", outer).to_string(), text);
        let early = Error::of(io::ErrorKind::UnexpectedEof.into(), "tar header", place);
        assert_eq!(
            early.to_string(),
            "it ends at offset 0x200 of data.tar (in boot/vmlinuz), inside the tar header; it may have been cut short: get it again"
        );
    }

    #[test]
    fn a_long_list_of_kernels_is_cut() {
        let paths: Vec<String> = (0..10).map(|one| format!("boot/vmlinux-{one}")).collect();
        let text = Error::Several { paths }.to_string();
        assert!(text.contains("boot/vmlinux-7 and 2 more"), "{text}");
        assert!(text.ends_with("as in FILE!boot/vmlinux-0"), "{text}");
    }
}
