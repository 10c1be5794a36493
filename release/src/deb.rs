//! A Debian package: an archive of two archives, what it says of itself and what it installs.

use crate::archive::{Entry, gzip, tar};
use crate::failure::Failure;
use crate::pack::hex;
use md5::{Digest, Md5};
use std::fmt::Write as _;

/// What a package says of itself.
#[derive(Debug)]
pub struct Control<'a> {
    pub version: &'a str,
    /// `amd64`, `arm64`.
    pub architecture: &'a str,
    pub homepage: &'a str,
    /// The C library's version that the programs ask for at least.
    pub libc: (u32, u32),
}

/// Of whom a package is. Packages must name someone, and the project has no address of its own.
pub const MAINTAINER: &str = "btfscope developers <btfscope@packages.invalid>";

const DESCRIPTION: &str = "\
Description: turn DWARF into BTF, deduplicate, explore and compare types
 btfscope makes BTF (BPF Type Format) from the DWARF debug information of a
 Linux kernel, its modules or any ELF file, and deduplicates it as kernel
 builds do. It prints, searches, explains, compares and verifies BTF.
 .
 It comes with a page that does all this in a browser, without a network
 (btfscope serve), and teaches how deduplication works. btfscope-pahole takes
 the options that kernel builds give to pahole.
";

/// Makes the package from what it installs; paths are those of the installed system.
pub fn package(control: &Control, files: &[Entry], epoch: u64) -> Result<Vec<u8>, Failure> {
    let bytes: usize = files
        .iter()
        .map(|file| file.bytes.len().div_ceil(1024))
        .sum();
    let (major, minor) = control.libc;
    let text = format!(
        "Package: btfscope\nVersion: {}\nArchitecture: {}\nMaintainer: {MAINTAINER}\nInstalled-Size: {bytes}\n\
         Depends: libc6 (>= {major}.{minor}), libgcc-s1 (>= 4.2)\nSection: devel\nPriority: optional\n\
         Homepage: {}\n{DESCRIPTION}",
        control.version, control.architecture, control.homepage
    );
    let own = [
        Entry::new("control", text),
        Entry::new("md5sums", md5sums(files)),
    ];
    let members = [
        ("debian-binary", b"2.0\n".to_vec()),
        ("control.tar.gz", gzip(&with_top(&own, epoch)?)?),
        ("data.tar.gz", gzip(&with_top(files, epoch)?)?),
    ];
    let failed = |error: std::io::Error| Failure::Archive(format!("a Debian package: {error}"));
    let mut out = ar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = ar::Header::new(name.as_bytes().to_vec(), bytes.len() as u64);
        header.set_mode(0o100_644);
        header.set_mtime(epoch);
        out.append(&header, bytes.as_slice()).map_err(failed)?;
    }
    out.into_inner().map_err(failed)
}

/// An archive with its top folder as an entry, as dpkg makes them.
fn with_top(files: &[Entry], epoch: u64) -> Result<Vec<u8>, Failure> {
    let mut below: Vec<Entry> = Vec::new();
    for file in files {
        below.push(Entry {
            path: format!("./{}", file.path),
            ..file.clone()
        });
    }
    tar(&below, "", epoch)
}

/// The sums that dpkg checks installed files by (`dpkg --verify`). Nothing trusts them: that is what SHA256SUMS is for.
fn md5sums(files: &[Entry]) -> String {
    let mut text = String::new();
    let mut sorted: Vec<&Entry> = files.iter().collect();
    sorted.sort_by(|a, b| a.path.cmp(&b.path));
    for file in sorted {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}  {}", hex(&Md5::digest(&file.bytes)), file.path);
    }
    text
}

/// The newest version of glibc's symbols that a program names.
pub fn libc_version(program: &[u8]) -> (u32, u32) {
    const MARK: &[u8] = b"GLIBC_";
    let mut newest = (2, 17);
    for at in memchr_all(program, MARK) {
        let rest = program.get(at + MARK.len()..).unwrap_or_default();
        let end = rest.iter().position(|byte| !b"0123456789.".contains(byte));
        let version = rest.get(..end.unwrap_or(0)).unwrap_or_default();
        let mut parts = version.split(|byte| *byte == b'.');
        let mut part = || std::str::from_utf8(parts.next()?).ok()?.parse().ok();
        if let (Some(major), Some(minor)) = (part(), part()) {
            newest = newest.max((major, minor));
        }
    }
    newest
}

fn memchr_all<'a>(bytes: &'a [u8], mark: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let windows = bytes.windows(mark.len()).enumerate();
    windows.filter_map(move |(at, window)| (window == mark).then_some(at))
}

/// What the package says of licences, in Debian's form.
pub fn copyright(homepage: &str, mit: &str) -> String {
    // The licence's own words, after its title and the line of copyright.
    let words = mit
        .split_once("Permission is")
        .map_or("", |(_, words)| words);
    let mut licence = String::from(" Permission is");
    for (number, line) in words.trim_end().lines().enumerate() {
        let start = match (number, line.is_empty()) {
            (0, _) => "",
            (_, true) => "\n .",
            (_, false) => "\n ",
        };
        licence.push_str(start);
        licence.push_str(line);
    }
    format!(
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: btfscope\n\
         Source: {homepage}\n\
         Comment: The programs contain packages of others under the licences named in\n \
         /usr/share/doc/btfscope/third-party.txt.gz, with their texts and sources.\n\n\
         Files: *\nCopyright: 2026 The btfscope authors\nLicense: MIT or Apache-2.0\n\n\
         License: MIT\n{licence}\n\n\
         License: Apache-2.0\n On Debian systems the Apache License 2.0 is in\n /usr/share/common-licenses/Apache-2.0.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn the_newest_version_of_the_c_library_counts() {
        let program = b"\0GLIBC_2.3\0GLIBC_2.34\0GLIBC_2.9\0GLIBC_PRIVATE\0";
        assert_eq!(libc_version(program), (2, 34));
    }

    #[test]
    fn dpkg_reads_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.deb");
        let control = Control {
            version: "1.2.3-1",
            architecture: "amd64",
            homepage: "https://x.example",
            libc: (2, 34),
        };
        let mut run = Entry::new("usr/bin/btfscope", "x");
        run.executable = true;
        let files = [run, Entry::new("usr/share/doc/btfscope/copyright", "y")];
        let bytes = package(&control, &files, 1_000_000_000).expect("made");
        std::fs::write(&path, bytes).expect("written");
        let dpkg = |args: &[&str]| {
            let output = Command::new("dpkg-deb").args(args).arg(&path).output();
            let output = output.expect("dpkg-deb runs");
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
            String::from_utf8(output.stdout).expect("text")
        };
        let info = dpkg(&["--info"]);
        assert!(info.contains("Version: 1.2.3-1"), "{info}");
        assert!(
            info.contains("Depends: libc6 (>= 2.34), libgcc-s1 (>= 4.2)"),
            "{info}"
        );
        let contents = dpkg(&["--contents"]);
        assert!(contents.contains("-rwxr-xr-x root/root"), "{contents}");
        assert!(contents.contains("./usr/bin/btfscope"), "{contents}");
    }
}
