//! The encoders: pahole and ours.

use crate::run::{Workbench, exists};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the kernel build asks of pahole.
pub const FEATURES: &str = "encode_force,var,float,enum64,decl_tag,type_tag,optimized_func,consistent_func,decl_tag_kfuncs";

/// The version of pahole that we compare with.
pub const VERSION: &str = "v1.32";

/// Where the encoders are.
#[derive(Clone, Debug)]
pub struct Peers {
    /// pahole 1.32.
    pub pahole: String,
    /// The command `btfscope`.
    pub btfscope: String,
}

impl Peers {
    /// pahole from `BTFSCOPE_PAHOLE` or `PATH`, btfscope from `BTFSCOPE_BIN` or built here.
    ///
    /// # Errors
    ///
    /// When one is missing, or pahole is another version.
    pub fn find(bench: &Workbench) -> Result<Peers, String> {
        let pahole = std::env::var("BTFSCOPE_PAHOLE").unwrap_or_else(|_| "pahole".to_owned());
        let version = bench.must("", &format!("{pahole} --version"))?;
        if version.trim() != VERSION {
            return Err(format!(
                "{pahole} is {}, and the reference is {VERSION}; name that one in BTFSCOPE_PAHOLE",
                version.trim()
            ));
        }
        for name in ["bpftool", "python3"] {
            if !exists(name) {
                return Err(format!("{name} is needed to compare BTF and is not there"));
            }
        }
        let btfscope = match std::env::var_os("BTFSCOPE_BIN") {
            Some(path) => PathBuf::from(path),
            None => own_build()?,
        };
        Ok(Peers {
            pahole,
            btfscope: btfscope.display().to_string(),
        })
    }

    /// pahole's BTF of a file. `None`: it made none, and this is why.
    ///
    /// # Errors
    ///
    /// When it made none: its first word on that.
    pub fn reference(
        &self,
        bench: &Workbench,
        file: &Path,
        to: &Path,
        rust: bool,
    ) -> Result<(), String> {
        let exclude = if rust { "" } else { "--lang_exclude=rust" };
        let done = bench.run(
            "",
            &format!(
                "{} -J --btf_features={FEATURES} {exclude} --btf_encode_detached={} {}",
                self.pahole,
                to.display(),
                file.display()
            ),
        );
        // It ends with 0 on most trouble, so the file is what counts.
        if to.is_file() && done.ok {
            shorten_header(to).map_err(|error| format!("{}: {error}", to.display()))
        } else {
            Err(format!("pahole made no BTF: {}", done.complaint))
        }
    }

    /// Our BTF of a file, with these options of `encode`.
    ///
    /// # Errors
    ///
    /// When the command fails, or left a unit out.
    pub fn own(
        &self,
        bench: &Workbench,
        file: &Path,
        to: &Path,
        options: &str,
    ) -> Result<(), String> {
        let done = bench.run(
            "",
            &format!(
                "{} encode {options} --stats json -o {} {}",
                self.btfscope,
                to.display(),
                file.display()
            ),
        );
        if !done.ok {
            return Err(format!("btfscope: {}", done.complaint));
        }
        let statistics: serde_json::Value = serde_json::from_str(&done.output)
            .map_err(|error| format!("btfscope's statistics: {error}"))?;
        match statistics["units"]["failed"].as_array() {
            Some(list) if list.is_empty() => Ok(()),
            Some(list) => Err(format!("btfscope left units out: {list:?}")),
            None => Err("btfscope's statistics do not say which units failed".to_owned()),
        }
    }
}

/// Makes a header of 32 bytes, as libbpf 1.8 writes it, one of 24 bytes, which is all that `bpftool` reads
/// in the other byte order. Offsets count from the header's end.
fn shorten_header(file: &Path) -> std::io::Result<()> {
    let mut bytes = std::fs::read(file)?;
    let rest = bytes.get(24..32) == Some(&[0; 8]);
    match bytes.get_mut(4..8) {
        Some(len) if rest && len == [32, 0, 0, 0] => len[0] = 24,
        Some(len) if rest && len == [0, 0, 0, 32] => len[3] = 24,
        _ => return Ok(()),
    }
    bytes.drain(24..32);
    std::fs::write(file, bytes)
}

/// Builds the command in the target directory that this program runs from.
fn own_build() -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let folder = own.parent().ok_or("this program is in no folder")?;
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut build = Command::new(cargo);
    build
        .args(["build", "--quiet", "--package", "btfscope"])
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    if folder.ends_with("release") {
        build.arg("--release");
    }
    match build.status() {
        Ok(status) if status.success() => Ok(folder.join("btfscope")),
        Ok(status) => Err(format!("cargo build -p btfscope: {status}")),
        Err(error) => Err(format!("cargo: {error}")),
    }
}
