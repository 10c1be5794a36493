//! What goes into each file of a release.

use crate::archive::{self, Entry};
use crate::deb::{self, Control};
use crate::failure::Failure;
use crate::metadata::{COMMAND_TARGETS, Metadata};
use crate::{NOTICES, sbom};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use time::OffsetDateTime;
use time::format_description::well_known::{Rfc2822, Rfc3339};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const HOMEPAGE: &str = env!("CARGO_PKG_REPOSITORY");
/// The revision of the Debian package, of one version of btfscope.
const REVISION: u32 = 1;
const PROGRAMS: [&str; 2] = ["btfscope", "btfscope-pahole"];
/// Texts from the top folder that every archive of the command has.
const TEXTS: [&str; 5] = [
    "README.md",
    "CHANGELOG.md",
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "NOTICE",
];
/// The targets of Debian packages, and what Debian calls them.
const DEBIAN: [(&str, &str); 2] = [
    ("x86_64-unknown-linux-gnu", "amd64"),
    ("aarch64-unknown-linux-gnu", "arm64"),
];

/// What was built, and where the files go.
#[derive(Debug, Default)]
pub struct Options {
    /// `bin/TARGET/`, `man/`, `completions/`, `profiles/` and `page/`.
    pub work: PathBuf,
    /// Made anew.
    pub out: PathBuf,
    /// What it was built from.
    pub commit: String,
    /// When that was committed, in seconds since 1970: the time of every file in an archive.
    pub epoch: u64,
    pub targets: Vec<String>,
}

/// A release in the making.
struct Release<'a> {
    root: &'a Path,
    options: &'a Options,
    when: OffsetDateTime,
    files: Vec<(String, Vec<u8>)>,
}

/// Makes all files, and `SHA256SUMS` over them.
pub fn run(root: &Path, options: &Options) -> Result<(), Failure> {
    for target in &options.targets {
        if !COMMAND_TARGETS.contains(&target.as_str()) {
            return Err(Failure::Usage(format!(
                "{target} is no target of a release"
            )));
        }
    }
    let seconds = i64::try_from(options.epoch).unwrap_or_default();
    let when = OffsetDateTime::from_unix_timestamp(seconds)
        .map_err(|error| Failure::Usage(format!("--epoch: {error}")))?;
    let mut release = Release {
        root,
        options,
        when,
        files: Vec::new(),
    };
    for target in &options.targets {
        release.tarball(target)?;
        if let Some((_, architecture)) = DEBIAN.iter().find(|(name, _)| name == target) {
            release.package(target, architecture)?;
        }
    }
    release.page()?;
    release.papers()?;
    release.write()
}

impl Release<'_> {
    /// The command for one target, with all that belongs to it.
    fn tarball(&mut self, target: &str) -> Result<(), Failure> {
        let top = format!("btfscope-{VERSION}-{target}");
        let mut entries = Vec::new();
        for program in PROGRAMS {
            entries.push(Entry::program(
                format!("{top}/{program}"),
                &self.program(target, program),
            )?);
        }
        for text in TEXTS {
            entries.push(Entry::read(format!("{top}/{text}"), &self.root.join(text))?);
        }
        let notices = self.root.join(NOTICES);
        entries.push(Entry::read(format!("{top}/third-party.txt"), &notices)?);
        entries.push(Entry::new(
            format!("{top}/version.txt"),
            self.version_text(),
        ));
        for folder in ["man", "completions"] {
            for (name, path) in list(&self.options.work.join(folder))? {
                entries.push(Entry::read(format!("{top}/{folder}/{name}"), &path)?);
            }
        }
        let bytes = archive::gzip(&archive::tar(&entries, "", self.options.epoch)?)?;
        self.files.push((format!("{top}.tar.gz"), bytes));
        Ok(())
    }

    fn package(&mut self, target: &str, architecture: &str) -> Result<(), Failure> {
        let version = format!("{VERSION}-{REVISION}");
        let mut entries = Vec::new();
        for program in PROGRAMS {
            let path = self.program(target, program);
            entries.push(Entry::program(format!("usr/bin/{program}"), &path)?);
        }
        let libc = entries
            .iter()
            .map(|entry| deb::libc_version(&entry.bytes))
            .max();
        for (name, path) in list(&self.options.work.join("man"))? {
            let page = archive::gzip(&read(&path)?)?;
            entries.push(Entry::new(format!("usr/share/man/man1/{name}.gz"), page));
        }
        let doc = "usr/share/doc/btfscope";
        for (name, place) in [
            (
                "btfscope.bash",
                "usr/share/bash-completion/completions/btfscope",
            ),
            ("_btfscope", "usr/share/zsh/vendor-completions/_btfscope"),
            (
                "btfscope.fish",
                "usr/share/fish/vendor_completions.d/btfscope.fish",
            ),
            ("_btfscope.ps1", &format!("{doc}/examples/_btfscope.ps1")),
        ] {
            let path = self.options.work.join("completions").join(name);
            entries.push(Entry::read(place, &path)?);
        }
        for (name, place) in [
            ("README.md", "README.md.gz"),
            ("CHANGELOG.md", "changelog.gz"),
            (NOTICES, "third-party.txt.gz"),
        ] {
            let text = archive::gzip(&read(&self.root.join(name))?)?;
            entries.push(Entry::new(format!("{doc}/{place}"), text));
        }
        let mit = String::from_utf8_lossy(&read(&self.root.join("LICENSE-MIT"))?).into_owned();
        let copyright = deb::copyright(HOMEPAGE, &mit);
        entries.push(Entry::new(format!("{doc}/copyright"), copyright));
        let date = self.when.format(&Rfc2822).map_err(|error| unsaid(&error))?;
        let changes = format!(
            "btfscope ({version}) unstable; urgency=medium\n\n  * Version {VERSION}; changelog.gz says what is new.\n\n \
             -- {}  {date}\n",
            deb::MAINTAINER
        );
        let changes = archive::gzip(changes.as_bytes())?;
        entries.push(Entry::new(format!("{doc}/changelog.Debian.gz"), changes));
        let control = Control {
            version: &version,
            architecture,
            homepage: HOMEPAGE,
            libc: libc.unwrap_or_default(),
        };
        let bytes = deb::package(&control, &entries, self.options.epoch)?;
        self.files
            .push((format!("btfscope_{version}_{architecture}.deb"), bytes));
        Ok(())
    }

    /// The page, for any host of static files.
    fn page(&mut self) -> Result<(), Failure> {
        let top = format!("btfscope-page-{VERSION}");
        let mut entries = Vec::new();
        for (name, path) in list(&self.options.work.join("page"))? {
            entries.push(Entry::read(format!("{top}/{name}"), &path)?);
        }
        let bytes = archive::zip(&entries, self.when.unix_timestamp())?;
        self.files.push((format!("{top}.zip"), bytes));
        Ok(())
    }

    /// What the compiler learnt, notices, and the bill of materials.
    fn papers(&mut self) -> Result<(), Failure> {
        let notices = read(&self.root.join(NOTICES))?;
        self.files
            .push((format!("btfscope-{VERSION}-third-party.txt"), notices));
        for (name, path) in list(&self.options.work.join("profiles"))? {
            self.files
                .push((format!("btfscope-{VERSION}-{name}"), read(&path)?));
        }
        let lock = read(&self.root.join("Cargo.lock"))?;
        let sums = sbom::sums(&String::from_utf8_lossy(&lock));
        let date = self.when.format(&Rfc3339).map_err(|error| unsaid(&error))?;
        let shipped = Metadata::of_release(self.root)?;
        let bill = sbom::bill(&shipped, &sums, VERSION, &self.options.commit, &date);
        let mut text = serde_json::to_string_pretty(&bill)
            .map_err(|error| Failure::Archive(format!("the bill of materials: {error}")))?;
        text.push('\n');
        self.files
            .push((format!("btfscope-{VERSION}.cdx.json"), text.into_bytes()));
        Ok(())
    }

    fn write(mut self) -> Result<(), Failure> {
        let out = &self.options.out;
        match std::fs::remove_dir_all(out) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Failure::io(out)(error));
            }
            _ => std::fs::create_dir_all(out).map_err(Failure::io(out))?,
        }
        self.files.sort();
        let mut sums = String::new();
        for (name, bytes) in &self.files {
            let path = out.join(name);
            std::fs::write(&path, bytes).map_err(Failure::io(&path))?;
            sums.push_str(&format!("{}  {name}\n", hex(&Sha256::digest(bytes))));
            println!("{:>12}  {name}", bytes.len());
        }
        let path = out.join("SHA256SUMS");
        std::fs::write(&path, sums).map_err(Failure::io(&path))
    }

    fn program(&self, target: &str, name: &str) -> PathBuf {
        self.options.work.join("bin").join(target).join(name)
    }

    fn version_text(&self) -> String {
        format!("btfscope {VERSION}\ncommit {}\n", self.options.commit)
    }
}

fn unsaid(error: &time::error::Format) -> Failure {
    Failure::Archive(format!("a date cannot be written: {error}"))
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(Failure::io(path))
}

/// The files of a folder and below it, by their names from there.
fn list(folder: &Path) -> Result<Vec<(String, PathBuf)>, Failure> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), folder.to_owned())];
    while let Some((before, folder)) = open.pop() {
        for entry in std::fs::read_dir(&folder).map_err(Failure::io(&folder))? {
            let path = entry.map_err(Failure::io(&folder))?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let name = format!("{before}{name}");
            match path.is_dir() {
                true => open.push((format!("{name}/"), path)),
                false => found.push((name, path)),
            }
        }
    }
    found.sort();
    Ok(found)
}

/// In hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
