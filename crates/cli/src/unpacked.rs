//! Files inside packages, compressed files, and boot images, as temporary files.
//!
//! `FILE!PATH` names a file in a package. What was taken out is kept until the command ends, since commands open their files
//! several times.

use crate::failure::Failure;
use crate::file_name::title;
use crate::progress::Progress;
use crate::{allowed, block_pool, platform, temporary};
use elf::{ReadAt, ReadError};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};
use unpack::{
    Content, DebugPackage, Error, Format, Found, HEAD_BYTES, Limits, Opened, Spool, Spools, Wanted,
};

/// Between a package and the path of a file in it.
const SEPARATOR: char = '!';

/// What was taken out, by the path on the command line.
static TAKEN: Mutex<Option<HashMap<PathBuf, Unpacked>>> = Mutex::new(None);

/// A file that was taken out of another.
#[derive(Debug)]
pub struct Unpacked {
    /// Its bytes.
    pub file: File,
    /// Where its debug information is, if it has none and its distribution is known.
    advice: Option<String>,
    /// The split BTF of modules beside it, by their paths in the package.
    modules: Vec<(String, File)>,
}

/// The package that a path names, and the file in it. A file of the whole name is preferred.
pub fn named(path: &Path) -> (PathBuf, Option<String>) {
    let whole = || (path.to_owned(), None);
    let Some(text) = path.to_str().filter(|text| text.contains(SEPARATOR)) else {
        return whole();
    };
    if path.exists() {
        return whole();
    }
    let mut ends = text.match_indices(SEPARATOR);
    let found = ends.find_map(|(at, _)| {
        let (package, member) = text.split_at_checked(at)?;
        let member = member.strip_prefix(SEPARATOR)?.to_owned();
        let is_package = Path::new(package).is_file();
        is_package.then(|| (PathBuf::from(package), Some(member)))
    });
    found.unwrap_or_else(whole)
}

/// The file that a path means, if it is inside the one that was opened; `None` if it is that file itself.
pub fn open(path: &Path, file: &File, member: Option<String>) -> Result<Option<File>, Failure> {
    let failed = |error: io::Error| Failure::of(path, format!("it could not be read: {error}"));
    let len = file.metadata().map_err(failed)?.len();
    let mut head = vec![0; HEAD_BYTES.min(usize::try_from(len).unwrap_or(HEAD_BYTES))];
    if platform::read_exact_at(file, &mut head, 0).is_err() {
        // Whoever reads the file says why it cannot be read.
        return Ok(None);
    }
    let name = path.to_string_lossy();
    if member.is_none() && !Format::of(&head).is_packed(&name) {
        return Ok(None);
    }
    let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
    let taken = taken.get_or_insert_default();
    if !taken.contains_key(path) {
        let input = Box::new(At { file, offset: 0 });
        let wanted = member.map_or(Wanted::Kernel, Wanted::Member);
        let unpacked = take(path, input, Some(len), &wanted)?;
        for (member, file) in &unpacked.modules {
            let module = Unpacked {
                file: file.try_clone().map_err(failed)?,
                advice: None,
                modules: Vec::new(),
            };
            taken.insert(inside(path, member), module);
        }
        taken.insert(path.to_owned(), unpacked);
    }
    let unpacked = taken.get(path);
    unpacked
        .map(|unpacked| unpacked.file.try_clone().map_err(failed))
        .transpose()
}

/// The path that names a file in a package.
fn inside(package: &Path, member: &str) -> PathBuf {
    let mut name = package.as_os_str().to_owned();
    name.push(SEPARATOR.to_string());
    name.push(member);
    PathBuf::from(name)
}

/// The modules that lie beside a kernel's BTF in an archive that was opened, as paths that can be opened.
pub fn modules_beside(path: &Path) -> Vec<PathBuf> {
    let taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
    let unpacked = taken.as_ref().and_then(|taken| taken.get(path));
    let modules = unpacked.iter().flat_map(|unpacked| &unpacked.modules);
    let mut paths: Vec<PathBuf> = modules.map(|(member, _)| inside(path, member)).collect();
    paths.sort();
    paths
}

/// Where the debug information of a file is that was taken out.
pub fn advice(path: &Path) -> Option<String> {
    let taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
    taken.as_ref()?.get(path)?.advice.clone()
}

/// Takes what is wanted out of a stream.
pub fn take(
    path: &Path,
    input: Box<dyn Read + '_>,
    len: Option<u64>,
    wanted: &Wanted,
) -> Result<Unpacked, Failure> {
    let found = extract(path, input, len, wanted)?;
    let mut file = found.spool.file;
    let rewound = file.rewind();
    rewound.map_err(|error| Failure::of(path, temporary::unwritten(error)))?;
    if found.content == Content::Other {
        let cause =
            "what is in it is neither ELF nor BTF; btfscope unpack --list shows what it contains";
        return Err(Failure::of(path, cause));
    }
    let modules = found.modules.into_iter();
    let modules = modules.filter_map(|module| Some((module.path?, module.spool.file)));
    Ok(Unpacked {
        file,
        advice: found.banner.as_ref().and_then(debug_package),
        modules: modules.collect(),
    })
}

/// The sentence about the debug information of a kernel.
pub fn debug_package(banner: &unpack::Banner) -> Option<String> {
    DebugPackage::of(banner).map(|package| package.to_string())
}

/// Takes what is wanted out of a stream of `len` bytes, if that is known.
pub fn extract(
    path: &Path,
    input: Box<dyn Read + '_>,
    len: Option<u64>,
    wanted: &Wanted,
) -> Result<Found<Temporary>, Failure> {
    let failed = |error: Error| failure(path, &error);
    let opened = open_stream(path, input, len).map_err(failed)?;
    let limits = Limits::of(allowed::budget());
    unpack::extract(opened, wanted, &limits, &mut TemporaryFiles).map_err(failed)
}

/// Opens a stream of `len` bytes, with progress and threads.
pub fn open_stream<'a>(
    path: &Path,
    input: Box<dyn Read + 'a>,
    len: Option<u64>,
) -> Result<Opened<'a>, Error> {
    let progress = Progress::start("unpack");
    progress.stage("unpack", len);
    let input = Box::new(Watched { input, progress });
    let limits = Limits::of(allowed::budget());
    let pool = Some(block_pool::threads());
    unpack::open_with(&title(path), input, &limits, pool)
}

/// The failure that an error of unpacking is.
pub fn failure(path: &Path, error: &Error) -> Failure {
    match error {
        // The system's sentence says all.
        Error::Write { written: 0, source } => Failure::of(path, source),
        error => Failure::of(path, error),
    }
}

/// A file from its start, whatever its own position is.
pub struct At<'a> {
    /// The file.
    pub file: &'a File,
    /// Where the next byte is.
    pub offset: u64,
}

impl Read for At<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = platform::read_at(self.file, buf, self.offset)?;
        self.offset += read as u64;
        Ok(read)
    }
}

/// Counts what is read for the progress line.
struct Watched<'a> {
    input: Box<dyn Read + 'a>,
    progress: Progress,
}

impl Read for Watched<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buf)?;
        let bytes = &self.progress.tally().bytes;
        bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Makes temporary files.
pub struct TemporaryFiles;

/// A temporary file without a name.
#[derive(Debug)]
pub struct Temporary {
    /// The file.
    pub file: File,
    len: u64,
}

impl Spools for TemporaryFiles {
    type Spool = Temporary;

    fn create(&mut self, size: Option<u64>) -> io::Result<Temporary> {
        let file = temporary::file(size)?;
        Ok(Temporary { file, len: 0 })
    }
}

impl Spool for Temporary {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).map_err(temporary::unwritten)?;
        self.len += bytes.len() as u64;
        Ok(())
    }
}

impl ReadAt for Temporary {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        let len = buf.len() as u64;
        if offset.checked_add(len).is_none_or(|end| end > self.len) {
            return Err(ReadError::end_of_source(offset, len));
        }
        let read = platform::read_exact_at(&self.file, buf, offset);
        read.map_err(|error| ReadError::failed(offset, len, error))
    }
}
