//! The paholes to measure, and what each is asked.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::Bench;
use super::contest::{Contestant, Role};
use crate::failure::{Because, Outcome};

/// What kernel builds ask of a pahole that knows features by name.
const FEATURES: &str = "--btf_features=encode_force,var,float,enum64,decl_tag,type_tag,optimized_func,consistent_func,\
                        decl_tag_kfuncs";

pub struct Pahole {
    path: PathBuf,
    /// As it tells it: `v1.24`.
    version: String,
}

impl Pahole {
    /// The system's, where it has one, and the one that `PAHOLE` names.
    pub fn all(bench: &Bench) -> Outcome<Vec<Self>> {
        let named = env::var_os("PAHOLE").filter(|path| !path.is_empty());
        let named = match named {
            Some(path) => Some(
                std::fs::canonicalize(&path)
                    .because(format!("PAHOLE is {}", Path::new(&path).display()))?,
            ),
            None => None,
        };
        let mut all = Vec::new();
        for path in bench.tools.find("pahole").into_iter().chain(named) {
            let version = bench.first_line(&path, &["--version"])?;
            all.push(Self { path, version });
        }
        Ok(all)
    }

    /// With its version: `pahole 1.32`.
    pub fn name(&self) -> String {
        format!("pahole {}", self.version.trim_start_matches('v'))
    }

    /// As a contestant that encodes `kernel` on so many threads.
    pub fn encoding(&self, kernel: &Path, threads: usize, out: &Path) -> Contestant {
        let mut args: Vec<OsString> = vec!["-J".into(), format!("-j{threads}").into()];
        args.extend(options(&self.version).iter().map(OsString::from));
        args.push("--lang_exclude=rust".into());
        let mut detached = OsString::from("--btf_encode_detached=");
        detached.push(out);
        args.extend([detached, kernel.into()]);
        Contestant {
            name: format!("{} -j{threads}", self.name()),
            role: Role::Peer,
            program: self.path.clone(),
            args,
            output: Some(out.to_path_buf()),
        }
    }
}

/// What kernel builds give to this version; features have names since 1.26.
fn options(version: &str) -> &'static [&'static str] {
    let number = version.trim_start_matches('v').split_once('.');
    let minor = number.and_then(|(_, minor)| minor.parse::<u32>().ok());
    match minor {
        Some(..=24) => &["--btf_gen_floats"],
        Some(25) => &[
            "--btf_gen_floats",
            "--skip_encoding_btf_inconsistent_proto",
            "--btf_gen_optimized",
        ],
        _ => &[FEATURES],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_is_asked_in_its_own_words() {
        assert_eq!(options("v1.24"), ["--btf_gen_floats"]);
        assert_eq!(options("v1.25").len(), 3);
        assert_eq!(options("v1.32"), [FEATURES]);
    }
}
