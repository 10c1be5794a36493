//! What a stream is, and the entries of a package.

use crate::advice::debian_binary;
use crate::container::{Ar, Container, Cpio, Entry, Tar, Zip, payload};
use crate::decode::block::BlockPool;
use crate::decode::{self, Pool, Tail};
use crate::error::{Error, Place};
use crate::format::{Archive, Compression, Format, HEAD_BYTES};
use crate::layer::{Layer, Meter};
use crate::limits::Limits;
use crate::names;
use std::cell::RefCell;
use std::fmt;
use std::io::{self, Read};
use std::rc::Rc;

/// Bytes that are passed over at a time.
const STEP: u64 = 1 << 20;
/// The file in a Debian package that precedes all others.
const DEBIAN_MARK: &str = "debian-binary";

/// What an archive is for. A distribution's package contains one kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A Debian package.
    Debian,
    /// An RPM package.
    Rpm,
    /// A package of Arch Linux.
    Arch,
    /// A package of Alpine Linux.
    Alpine,
    /// Any other archive.
    Archive,
}

impl Kind {
    /// Whether it is a distribution's package.
    #[must_use]
    pub fn is_package(self) -> bool {
        self != Kind::Archive
    }

    /// The name of the format with its article.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Debian => "a Debian package",
            Kind::Rpm => "an RPM package",
            Kind::Arch => "a package of Arch Linux",
            Kind::Alpine => "a package of Alpine Linux",
            Kind::Archive => "an archive",
        }
    }
}

/// What a stream turned out to be.
#[derive(Debug)]
pub enum Opened<'a> {
    /// An archive.
    Package(Package<'a>),
    /// A single file, decompressed if it was compressed.
    File(FileStream<'a>),
}

/// A single file from front to back.
pub struct FileStream<'a> {
    pub(crate) layer: Layer<'a>,
    format: Format,
}

/// The entries of an archive. [`Read`] gives the bytes of the entry that came last.
pub struct Package<'a> {
    kind: Kind,
    container: Box<dyn Container + 'a>,
    limits: Limits,
    meter: Meter,
    /// The name of the file that it is.
    input: String,
    entries: u64,
    current: Option<String>,
}

/// Recognises what a stream is, and goes down to its archive or file. `name` is the file's.
///
/// # Errors
/// The stream cannot be read, is damaged, or has more layers than the limits allow.
pub fn open<'a>(
    name: &str,
    input: Box<dyn Read + 'a>,
    limits: &Limits,
) -> Result<Opened<'a>, Error> {
    open_with(name, input, limits, None)
}

/// As [`open`], with a pool that decompresses blocks of xz streams and zstd frames at the same time.
///
/// # Errors
/// As [`open`].
pub fn open_with<'a>(
    name: &str,
    input: Box<dyn Read + 'a>,
    limits: &Limits,
    pool: Option<Rc<RefCell<dyn BlockPool>>>,
) -> Result<Opened<'a>, Error> {
    let meter = Meter::new(limits.budget, pool.clone());
    let layer = Layer::bottom(name, input, &meter);
    let mut kind = kind_by_name(name);
    let mut opening = Opening {
        limits,
        pool,
        layers: 0,
    };
    let mut layer = opening.decompressed(layer)?;
    loop {
        let format = format_of(&mut layer)?;
        let container: Box<dyn Container + 'a> = match format {
            Format::Archive(Archive::Ar) => {
                let mut archive = Ar::open(layer, limits)?;
                let first = archive.next_entry()?;
                if first.is_none_or(|first| first.path != DEBIAN_MARK) {
                    // A library: its first member was read, and no kernel is a member of one.
                    return Ok(Package::opened(
                        Kind::Archive,
                        Box::new(archive),
                        limits,
                        &meter,
                        name,
                    ));
                }
                kind = Kind::Debian;
                layer = opening.decompressed(data_of(archive)?)?;
                continue;
            }
            Format::Archive(Archive::Rpm) => {
                kind = Kind::Rpm;
                layer = opening.decompressed(payload(layer)?)?;
                continue;
            }
            Format::Archive(Archive::Tar) => Box::new(Tar::new(layer, limits)),
            Format::Archive(Archive::Cpio) => Box::new(Cpio::new(layer, limits)),
            Format::Archive(Archive::Zip) => Box::new(Zip::new(layer, limits)),
            format => return Ok(Opened::File(FileStream { layer, format })),
        };
        return Ok(Package::opened(kind, container, limits, &meter, name));
    }
}

fn kind_by_name(name: &str) -> Kind {
    if name.contains(".pkg.tar") {
        Kind::Arch
    } else if name.ends_with(".apk") {
        Kind::Alpine
    } else {
        Kind::Archive
    }
}

/// The member of a Debian package with the files.
fn data_of(mut archive: Ar<'_>) -> Result<Layer<'_>, Error> {
    while let Some(entry) = archive.next_entry()? {
        if entry.path.starts_with("data.tar") {
            return Ok(archive.into_member(entry.path));
        }
    }
    Err(Error::Cut {
        what: "Debian package, before its data.tar",
        place: Place {
            part: archive.name().to_owned(),
            offset: archive.position(),
            entry: None,
        },
    })
}

fn format_of(layer: &mut Layer<'_>) -> Result<Format, Error> {
    let place = layer.place();
    let head = layer.peek(HEAD_BYTES);
    let head = head.map_err(|error| Error::of(error, "file", || place))?;
    Ok(Format::of(head))
}

/// Goes through layers, and counts them.
struct Opening<'l> {
    limits: &'l Limits,
    pool: Option<Pool>,
    layers: usize,
}

impl Opening<'_> {
    /// What is in a layer, after all compressions around it.
    fn decompressed<'a>(&mut self, mut layer: Layer<'a>) -> Result<Layer<'a>, Error> {
        loop {
            let Format::Compressed(compression) = format_of(&mut layer)? else {
                return Ok(layer);
            };
            self.layers += 1;
            if self.layers > self.limits.layers {
                return Err(Error::TooDeep {
                    limit: self.limits.layers,
                    part: layer.name,
                });
            }
            // Blocks come out of a pool in their order, so it serves one layer.
            let pool = match compression {
                Compression::Xz | Compression::Zstd => self.pool.take(),
                _ => None,
            };
            layer = decode::open(compression, layer, Tail::Streams, pool.as_ref())?;
        }
    }
}

impl<'a> Package<'a> {
    fn opened(
        kind: Kind,
        container: Box<dyn Container + 'a>,
        limits: &Limits,
        meter: &Meter,
        input: &str,
    ) -> Opened<'a> {
        Opened::Package(Package {
            input: input.to_owned(),
            kind,
            container,
            limits: *limits,
            meter: meter.clone(),
            entries: 0,
            current: None,
        })
    }

    /// What the archive is for.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Bytes of the input that were read so far.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.meter.read()
    }

    /// Passes over the rest of the current entry, and goes to the next.
    ///
    /// # Errors
    /// The archive cannot be read, is damaged, or has more entries than the limits allow.
    pub fn next_entry(&mut self) -> Result<Option<Entry>, Error> {
        let entry = self.container.next_entry();
        self.current = None;
        let entry = entry.map_err(|error| self.placed(error))?;
        if let Some(entry) = &entry {
            self.entries += 1;
            if self.entries > self.limits.entries {
                return Err(Error::TooManyEntries {
                    limit: self.limits.entries,
                    place: self.place(),
                });
            }
            self.current = Some(entry.path.clone());
        }
        Ok(entry)
    }

    /// As [`Package::next_entry`], when all that it needs is there.
    pub(crate) async fn next_entry_when_ready(&mut self) -> Result<Option<Entry>, Error> {
        loop {
            self.meter.ready().await;
            match self.container.skip_some(STEP) {
                Ok(true) => {}
                Ok(false) => return self.next_entry(),
                Err(error) => return Err(self.placed(error)),
            }
        }
    }

    /// Waits until more of the current entry can be read.
    pub(crate) async fn ready(&self) {
        self.meter.ready().await;
    }

    /// The current entry's bytes as a file: decompressed if they are compressed.
    ///
    /// # Errors
    /// The entry cannot be read, is damaged, or has more layers than the limits allow.
    pub fn content(&mut self) -> Result<FileStream<'_>, Error> {
        self.content_after(Vec::new())
    }

    /// As [`Package::content`], if the entry's first bytes were read already.
    pub(crate) fn content_after<'p>(&'p mut self, head: Vec<u8>) -> Result<FileStream<'p>, Error> {
        let name = self.current.clone().unwrap_or_default();
        let (meter, limits) = (self.meter.clone(), self.limits);
        let input: Box<dyn Read + 'p> = Box::new(io::Cursor::new(head).chain(self));
        let layer = Layer::over(name, input, meter);
        let mut opening = Opening {
            limits: &limits,
            pool: None,
            // The archive is around it.
            layers: limits.layers / 2,
        };
        let mut layer = opening.decompressed(layer)?;
        let format = format_of(&mut layer)?;
        Ok(FileStream { layer, format })
    }

    /// That it has no kernel, but so many modules.
    pub(crate) fn no_kernel(&self, modules: u64) -> Error {
        let is_debian = self.kind == Kind::Debian;
        let elsewhere = is_debian.then(|| debian_binary(names::base(&self.input)));
        Error::NoKernel {
            modules,
            elsewhere: elsewhere.flatten(),
        }
    }

    fn place(&self) -> Place {
        Place {
            part: self.container.name().to_owned(),
            offset: self.container.position(),
            entry: self.current.clone(),
        }
    }

    /// Adds the entry to the place of an error.
    fn placed(&self, mut error: Error) -> Error {
        if let Error::Cut { place, .. }
        | Error::Damaged { place, .. }
        | Error::Checksum { place, .. }
        | Error::Unsupported { place, .. } = &mut error
            && place.entry.is_none()
        {
            place.entry.clone_from(&self.current);
        }
        error
    }
}

impl Read for Package<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self.container.read(buf) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                let error = Error::of(error, "entry", || self.place());
                Err(self.placed(error).into())
            }
            read => read,
        }
    }
}

impl FileStream<'_> {
    /// What the file is.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// The file's name without the endings of its compressions.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.layer.name
    }

    /// At most `most` bytes from the start of the rest, which stay to be read.
    ///
    /// # Errors
    /// The file cannot be read or is damaged.
    pub fn peek(&mut self, most: usize) -> Result<&[u8], Error> {
        let place = self.layer.place();
        let head = self.layer.peek(most);
        head.map_err(|error| Error::of(error, "file", || place))
    }
}

impl Read for FileStream<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.layer.read(buf)
    }
}

impl fmt::Debug for FileStream<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStream")
            .field("name", &self.layer.name)
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Package<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Package")
            .field("kind", &self.kind)
            .field("entries", &self.entries)
            .finish_non_exhaustive()
    }
}
