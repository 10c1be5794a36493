//! Archives whose bytes depend on nothing but what is in them: names in order, one owner, one time.

use crate::failure::Failure;
use flate2::{Compression, GzBuilder};
use std::io::{self, Cursor, Write};
use std::path::Path;
use time::OffsetDateTime;

/// A file of an archive.
#[derive(Clone, Debug)]
pub struct Entry {
    /// From the archive's top, with slashes.
    pub path: String,
    pub bytes: Vec<u8>,
    pub executable: bool,
}

impl Entry {
    /// A plain file.
    pub fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Entry {
        Entry {
            path: path.into(),
            bytes: bytes.into(),
            executable: false,
        }
    }

    /// A file that is there already, under a name of its own.
    pub fn read(path: impl Into<String>, from: &Path) -> Result<Entry, Failure> {
        let bytes = std::fs::read(from).map_err(Failure::io(from))?;
        Ok(Entry::new(path, bytes))
    }

    /// A program.
    pub fn program(path: impl Into<String>, from: &Path) -> Result<Entry, Failure> {
        let executable = true;
        Ok(Entry {
            executable,
            ..Entry::read(path, from)?
        })
    }

    fn mode(&self) -> u32 {
        if self.executable { 0o755 } else { 0o644 }
    }
}

/// A tar archive; folders come before what is in them.
pub fn tar(entries: &[Entry], prefix: &str, epoch: u64) -> Result<Vec<u8>, Failure> {
    let failed = |error: io::Error| Failure::Archive(format!("a tar archive: {error}"));
    let mut out = tar::Builder::new(Vec::new());
    let mut append = |path: &str, kind: tar::EntryType, mode: u32, bytes: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_mtime(epoch);
        header.set_size(bytes.len() as u64);
        // Not what the current user is called.
        header.set_username("root")?;
        header.set_groupname("root")?;
        // `set_path` would take the `./` away that packages have in front.
        let name = format!("{prefix}{path}");
        match header.as_old_mut().name.get_mut(..name.len()) {
            Some(place) => place.copy_from_slice(name.as_bytes()),
            None => return Err(io::Error::other(format!("{name} is too long a name"))),
        }
        header.set_cksum();
        out.append(&header, bytes)
    };
    let mut folders: Vec<String> = Vec::new();
    for entry in sorted(entries) {
        for (end, _) in entry.path.match_indices('/') {
            let folder = entry.path.get(..=end).unwrap_or_default().to_owned();
            if !folders.contains(&folder) {
                append(&folder, tar::EntryType::Directory, 0o755, &[]).map_err(failed)?;
                folders.push(folder);
            }
        }
        append(
            &entry.path,
            tar::EntryType::Regular,
            entry.mode(),
            &entry.bytes,
        )
        .map_err(failed)?;
    }
    out.into_inner().map_err(failed)
}

/// Bytes as gzip has them, without a name or a time.
pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut out = GzBuilder::new()
        .mtime(0)
        .write(Vec::new(), Compression::best());
    out.write_all(bytes)
        .and_then(|()| out.finish())
        .map_err(|error| Failure::Archive(format!("gzip: {error}")))
}

/// A zip archive.
pub fn zip(entries: &[Entry], epoch: i64) -> Result<Vec<u8>, Failure> {
    let failed = |error: String| Failure::Archive(format!("a zip archive: {error}"));
    let when = OffsetDateTime::from_unix_timestamp(epoch).map_err(|e| failed(e.to_string()))?;
    let year = u16::try_from(when.year()).unwrap_or_default();
    let (month, day) = (u8::from(when.month()), when.day());
    let (hour, minute, second) = when.to_hms();
    let when = zip::DateTime::from_date_and_time(year, month, day, hour, minute, second);
    let when = when.map_err(|error| failed(error.to_string()))?;
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for entry in sorted(entries) {
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated)
            .compression_level(Some(9))
            .last_modified_time(when)
            .unix_permissions(entry.mode());
        out.start_file(entry.path.as_str(), options)
            .map_err(|error| failed(error.to_string()))?;
        out.write_all(&entry.bytes)
            .map_err(|error| failed(error.to_string()))?;
    }
    let out = out.finish().map_err(|error| failed(error.to_string()))?;
    Ok(out.into_inner())
}

fn sorted(entries: &[Entry]) -> Vec<&Entry> {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by(|a, b| a.path.cmp(&b.path));
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    fn entries() -> Vec<Entry> {
        let mut run = Entry::new("top/bin/run", "#!");
        run.executable = true;
        vec![run, Entry::new("top/a", "text\n")]
    }

    #[test]
    fn order_and_clock_do_not_matter() {
        let mut turned = entries();
        turned.reverse();
        for (a, b) in [
            (
                tar(&entries(), "", 1_000_000_000),
                tar(&turned, "", 1_000_000_000),
            ),
            (zip(&entries(), 1_000_000_000), zip(&turned, 1_000_000_000)),
        ] {
            assert_eq!(a.expect("made"), b.expect("made"));
        }
    }

    #[test]
    fn tar_reads_it_with_owners_modes_and_times() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.tar.gz");
        let bytes = gzip(&tar(&entries(), "./", 1_000_000_000).expect("made")).expect("made");
        std::fs::write(&path, bytes).expect("written");
        let output = Command::new("tar")
            .arg("-tvzf")
            .arg(&path)
            .env("TZ", "UTC")
            .output();
        let text = String::from_utf8(output.expect("tar runs").stdout).expect("text");
        let lines: Vec<String> = text
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(
            lines,
            [
                "drwxr-xr-x root/root 0 2001-09-09 01:46 ./top/",
                "-rw-r--r-- root/root 5 2001-09-09 01:46 ./top/a",
                "drwxr-xr-x root/root 0 2001-09-09 01:46 ./top/bin/",
                "-rwxr-xr-x root/root 2 2001-09-09 01:46 ./top/bin/run",
            ]
        );
    }
}
