//! Debug information in a file of its own: found by what the program says of it, and read together with the program.

use crate::failure::{Failure, say};
use crate::file::Source;
use crate::file_name;
use elf::{Elf, ReadAt};
use pipeline::Identity;
use std::path::{Path, PathBuf};

/// Where distributions keep debug files.
const FOLDER: &str = "/usr/lib/debug";
/// Bytes of a file read at a time.
const STEP: usize = 1 << 20;

/// The debug file of a program without debug information, if one is where its links lead: by its build id below
/// `/usr/lib/debug/.build-id`, then by the name in `.gnu_debuglink` beside it, in `.debug`, and below `/usr/lib/debug`.
/// A file of another build is named and passed over.
pub fn find(source: &Source) -> Result<Option<Source>, Failure> {
    let Ok(elf) = Elf::parse(source) else {
        // Encoding says what is wrong with it.
        return Ok(None);
    };
    if elf.sections.iter().any(has_debug_information) || file_name::is_stdin(source.path()) {
        return Ok(None);
    }
    let link = elf
        .debug_link(source)
        .map_err(|error| Failure::of(source.path(), error))?;
    let build_id = Identity::read(&elf, source).build_id;
    let mut places = Vec::new();
    if let Some((start, rest)) = build_id.as_deref().and_then(|id| id.split_at_checked(2)) {
        let place = Path::new(FOLDER).join(".build-id").join(start);
        places.push(place.join(format!("{rest}.debug")));
    }
    if let Some(link) = &link {
        places.extend(beside(source.path(), &link.name));
    }
    for place in places {
        if !place.is_file() || source.is_same_file(&place) {
            continue;
        }
        let found = Source::open(&place)?;
        match is_of_this_build(
            &found,
            build_id.as_deref(),
            link.as_ref().map(|link| link.crc),
        )? {
            true => {
                say(&format!(
                    "the debug information is taken from {}",
                    place.display()
                ));
                return Ok(Some(found));
            }
            false => say(&format!(
                "warning: {} is the debug file of another build and is not used",
                place.display()
            )),
        }
    }
    Ok(None)
}

fn has_debug_information(section: &elf::Section) -> bool {
    let is_info = section.is_named(".debug_info") || section.is_named(".debug_info.dwo");
    is_info && section.data_size() > 0
}

/// Where a debug file of this name may be.
fn beside(program: &Path, name: &str) -> Vec<PathBuf> {
    // The link is a name, not a way to other folders.
    let Some(name) = Path::new(name).file_name() else {
        return Vec::new();
    };
    let real = program
        .canonicalize()
        .unwrap_or_else(|_| program.to_owned());
    let folder = real.parent().unwrap_or(Path::new("")).to_owned();
    let mut places = vec![folder.join(name), folder.join(".debug").join(name)];
    if let Ok(below) = folder.strip_prefix("/") {
        places.push(Path::new(FOLDER).join(below).join(name));
    }
    places
}

/// Build ids tell where both files have one; else the checksum of the whole file does.
fn is_of_this_build(
    debug: &Source,
    build_id: Option<&str>,
    crc: Option<u32>,
) -> Result<bool, Failure> {
    let failed = |error: elf::Error| Failure::of(debug.path(), error);
    let elf = Elf::parse(debug).map_err(failed)?;
    match (build_id, Identity::read(&elf, debug).build_id, crc) {
        (Some(wanted), Some(found), _) => Ok(wanted == found),
        (_, _, Some(crc)) => Ok(checksum(debug)? == crc),
        _ => Ok(true),
    }
}

fn checksum(file: &Source) -> Result<u32, Failure> {
    let mut hasher = crc32fast::Hasher::new();
    let (mut at, len) = (0u64, file.len());
    let mut buffer = vec![0; STEP];
    while at < len {
        let step = usize::try_from(len - at).unwrap_or(STEP).min(STEP);
        let part = buffer.get_mut(..step).unwrap_or_default();
        file.read_at(at, part)
            .map_err(|error| Failure::of(file.path(), error))?;
        hasher.update(part);
        at += step as u64;
    }
    Ok(hasher.finalize())
}

/// The other half of a debug file, by `--sections-from`. Refused if it is of another build or has nothing to give.
pub fn other_half(source: &Source, path: &Path) -> Result<Source, Failure> {
    let other = Source::open(path)?;
    let failed = |of: &Source, error: elf::Error| Failure::of(of.path(), error);
    let (own, rest) = (
        Elf::parse(source).map_err(|error| failed(source, error))?,
        Elf::parse(&other).map_err(|error| failed(&other, error))?,
    );
    let ids = (
        Identity::read(&own, source).build_id,
        Identity::read(&rest, &other).build_id,
    );
    if let (Some(own), Some(rest)) = ids
        && own != rest
    {
        return Err(Failure::of(
            path,
            format!(
                "its build id is {rest}, but that of the file to encode is {own}; name the file from which the debug information was separated"
            ),
        ));
    }
    Ok(other)
}
