//! A folder to work in, tools, and files to pack.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;
use unpack::{Error, Found, Limits, MemorySpool, MemorySpools, Opened, Wanted};

/// A kernel with DWARF: small, and for tests as good as any.
pub fn vmlinux() -> Vec<u8> {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/sample/sample.elf");
    fs::read(sample).expect("the sample")
}

/// The BTF of a real kernel.
pub fn kernel_btf() -> Vec<u8> {
    let sample = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/sample/kernel.btf.bin"
    );
    let packed = fs::read(sample).expect("the sample");
    let mut bytes = Vec::new();
    let mut unpacked = flate2::read::GzDecoder::new(&packed[..]);
    std::io::Read::read_to_end(&mut unpacked, &mut bytes).expect("gzip");
    bytes
}

/// A kernel with a `.BTF` section.
pub fn kernel_with_btf() -> Vec<u8> {
    let kernel = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/doctor/healthy.elf"
    );
    fs::read(kernel).expect("the kernel")
}

/// Bytes that do not compress well, the same each time.
pub fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1du64;
    let mut bytes = Vec::with_capacity(len);
    while bytes.len() < len {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        // Half of the bytes repeat, so that matches occur.
        bytes.extend((state & 0x0f0f_ffff_0000_ffff).to_le_bytes());
    }
    bytes.truncate(len);
    bytes
}

/// A folder in which tools run.
pub struct Place {
    folder: TempDir,
}

impl Place {
    pub fn new() -> Place {
        Place {
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file and the folders that it is in.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Place {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, bytes).expect("written");
        self
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).expect("read")
    }

    /// Runs a shell script.
    pub fn shell(&self, script: &str) -> &Place {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-e", "-c", script])
            .current_dir(self.folder.path());
        let output = command.env("LC_ALL", "C").output().expect("sh runs");
        assert!(
            output.status.success(),
            "{script}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        self
    }

    /// Takes the kernel out of a file.
    pub fn kernel(&self, name: &str) -> Result<Found<MemorySpool>, Error> {
        extract(name, &self.read(name), &Wanted::Kernel)
    }

    /// Takes a file out of a package.
    pub fn member(&self, name: &str, path: &str) -> Result<Found<MemorySpool>, Error> {
        extract(name, &self.read(name), &Wanted::Member(path.to_owned()))
    }

    /// The paths and bytes of all files in a package.
    pub fn files(&self, name: &str) -> Vec<(String, Vec<u8>)> {
        let bytes = self.read(name);
        files(name, &bytes).expect("a package")
    }
}

pub fn extract(name: &str, bytes: &[u8], wanted: &Wanted) -> Result<Found<MemorySpool>, Error> {
    let limits = Limits::default();
    // Reading in small pieces shows whoever counts on large ones.
    let opened = unpack::open(name, Box::new(Pieces(bytes)), &limits)?;
    unpack::extract(opened, wanted, &limits, &mut MemorySpools)
}

/// The paths and bytes of all files in a package.
pub fn files(name: &str, bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let Opened::Package(mut package) = unpack::open(name, Box::new(bytes), &Limits::default())?
    else {
        panic!("{name} is no package");
    };
    let mut files = Vec::new();
    while let Some(entry) = package.next_entry()? {
        if entry.kind == unpack::EntryKind::File {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut package, &mut bytes)
                .unwrap_or_else(|error| panic!("{name}, {}: {error}", entry.path));
            assert!(entry.size.is_none_or(|size| size == bytes.len() as u64));
            files.push((entry.path, bytes));
        }
    }
    files.sort();
    Ok(files)
}

/// Gives at most 1000 bytes at a time.
pub struct Pieces<'a>(pub &'a [u8]);

impl std::io::Read for Pieces<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let step = buf.len().min(1000);
        self.0.read(buf.get_mut(..step).unwrap_or_default())
    }
}
