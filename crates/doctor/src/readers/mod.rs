//! Programs and libraries that read a kernel's BTF, by version, and what each of them refuses.

mod table;

pub use table::{Judgement, Measured, measured};

use btf::verify::{Feature, NotRelease, Release};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A reader of BTF.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reader {
    /// libbpf, the library of C programs.
    Libbpf,
    /// bpftool, which contains a libbpf.
    Bpftool,
    /// cilium/ebpf, the library of Go programs.
    Cilium,
    /// aya-obj, a library of Rust programs.
    Aya,
    /// btf-rs, a library of Rust programs.
    BtfRs,
    /// A kernel of another release, which loads this BTF.
    Kernel,
}

impl Reader {
    /// All readers.
    pub const ALL: [Reader; 6] = [
        Reader::Libbpf,
        Reader::Bpftool,
        Reader::Cilium,
        Reader::Aya,
        Reader::BtfRs,
        Reader::Kernel,
    ];

    /// The name on the command line and in the table.
    pub fn name(self) -> &'static str {
        match self {
            Reader::Libbpf => "libbpf",
            Reader::Bpftool => "bpftool",
            Reader::Cilium => "cilium",
            Reader::Aya => "aya",
            Reader::BtfRs => "btf-rs",
            Reader::Kernel => "kernel",
        }
    }

    /// The name as people write it.
    pub fn title(self) -> &'static str {
        match self {
            Reader::Cilium => "cilium/ebpf",
            Reader::Aya => "aya-obj",
            Reader::Kernel => "Linux",
            other => other.name(),
        }
    }
}

/// A version of a reader, as somebody asks for it: `libbpf=1.4`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Who reads.
    pub reader: Reader,
    /// Its version: `1.4`.
    pub version: String,
}

/// The text names no reader with a version.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotAsked {
    /// There is no `=` with a version behind it.
    NoVersion(String),
    /// No reader has this name.
    Reader(String),
    /// The version does not begin with a number.
    Version(String),
    /// The kernel's release is not known.
    Release(String, NotRelease),
}

impl fmt::Display for NotAsked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotAsked::NoVersion(text) => {
                write!(
                    f,
                    "“{text}” has no version; write READER=VERSION, such as libbpf=1.4"
                )
            }
            NotAsked::Reader(name) => {
                let names = Reader::ALL.map(Reader::name).join(", ");
                write!(f, "“{name}” is no reader that is known; those are {names}")
            }
            NotAsked::Version(text) => {
                write!(f, "“{text}” is no version; write numbers, such as 1.4")
            }
            NotAsked::Release(text, error) => write!(f, "“{text}”: {error}"),
        }
    }
}

impl std::error::Error for NotAsked {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            NotAsked::Release(_, error) => Some(error),
            _ => None,
        }
    }
}

impl FromStr for Asked {
    type Err = NotAsked;

    fn from_str(text: &str) -> Result<Asked, NotAsked> {
        let (name, version) = text
            .split_once('=')
            .filter(|(_, version)| !version.is_empty())
            .ok_or_else(|| NotAsked::NoVersion(text.to_owned()))?;
        let reader = Reader::ALL.into_iter().find(|one| one.name() == name);
        let reader = reader.ok_or_else(|| NotAsked::Reader(name.to_owned()))?;
        let version = version.strip_prefix('v').unwrap_or(version);
        if reader == Reader::Kernel {
            let release = Release::from_str(version);
            release.map_err(|error| NotAsked::Release(version.to_owned(), error))?;
        } else if table::numbers(version).is_empty() {
            return Err(NotAsked::Version(version.to_owned()));
        }
        Ok(Asked {
            reader,
            version: version.to_owned(),
        })
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.reader.title(), self.version)
    }
}

/// Something in a BTF that not every reader knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// A header of more than 24 bytes, without a layout section.
    LongHeader,
    /// What not every kernel accepts.
    Of(Feature),
}

impl Content {
    /// What was measured.
    pub const MEASURED: [Content; 10] = [
        Content::Of(Feature::Float),
        Content::Of(Feature::DeclTag),
        Content::Of(Feature::TypeTag),
        Content::Of(Feature::Enum64),
        Content::Of(Feature::SignedEnum),
        Content::Of(Feature::TagAttribute),
        Content::LongHeader,
        Content::Of(Feature::Layout),
        Content::Of(Feature::WideVlen),
        Content::Of(Feature::Locations),
    ];

    /// The name of the input with which it was measured; `None` if it was not.
    pub fn input(self) -> Option<&'static str> {
        Some(match self {
            Content::LongHeader => "long-header",
            Content::Of(feature) => match feature {
                Feature::Float => "float",
                Feature::DeclTag => "decl-tag",
                Feature::TypeTag => "type-tag",
                Feature::Enum64 => "enum64",
                Feature::SignedEnum => "signed-enum",
                Feature::TagAttribute => "tag-attribute",
                Feature::Layout => "layout",
                Feature::WideVlen => "wide-vlen",
                Feature::Locations => "locations",
                _ => return None,
            },
        })
    }

    /// Whether a reader of a version reads it.
    pub fn judge(self, asked: &Asked) -> Judgement {
        if asked.reader != Reader::Kernel {
            return self.input().map_or(Judgement::Reads, |input| {
                table::judge(asked.reader, &asked.version, input)
            });
        }
        let (Content::Of(feature), Ok(release)) = (self, asked.version.parse()) else {
            // Every kernel takes a long header whose further fields are 0.
            return Judgement::Reads;
        };
        match feature.is_accepted_by(release) {
            true => Judgement::Reads,
            false => Judgement::Refuses {
                version: asked.version.clone(),
                message: format!("accepted since Linux {}", feature.since()),
            },
        }
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Content::LongHeader => f.write_str("a header of 32 bytes"),
            Content::Of(feature) => feature.fmt(f),
        }
    }
}
