//! `btfscope-release`: what `cargo xtask release` and the check of licences call.
//!
//! ```text
//! metadata ─┬─> policy (deny.toml)
//!           ├─> notices (third-party.txt)
//!           └─> sbom (CycloneDX)
//! pack ─> archive (tar.gz, zip), deb ─> SHA256SUMS
//! ```
#![forbid(unsafe_code)]

mod archive;
mod deb;
mod failure;
mod licence_texts;
mod metadata;
mod notices;
mod pack;
mod policy;
mod sbom;

use failure::Failure;
use lexopt::prelude::*;
use metadata::Metadata;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const HELP: &str = "\
btfscope-release COMMAND, in the repository's top folder

  licences    hold every dependency's licence and source against deny.toml, and the notices against the dependencies
  notices     regenerate web/third-party.txt
  pack --work DIR --out DIR --commit HASH --epoch SECONDS --target TRIPLE...
              make a release's files from what `cargo xtask release` built";

/// Where the notices are kept, from the top folder.
const NOTICES: &str = "web/third-party.txt";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("btfscope-release: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    let root = std::env::current_dir().map_err(Failure::io(Path::new(".")))?;
    let mut parser = lexopt::Parser::from_env();
    let command = match parser.next()? {
        Some(Value(command)) => command.string()?,
        _ => {
            println!("{HELP}");
            return Ok(());
        }
    };
    match command.as_str() {
        "licences" => {
            let all = Metadata::of_everything(&root)?;
            policy::check(&policy::read(&root.join("deny.toml"))?, &all)?;
            let shipped = Metadata::of_release(&root)?;
            policy::check_shipped(&shipped)?;
            let wanted = notices::text(&root, &shipped)?;
            let path = root.join(NOTICES);
            let kept = std::fs::read_to_string(&path).map_err(Failure::io(&path))?;
            if kept != wanted {
                return Err(Failure::Stale { path });
            }
            println!(
                "licences: {} packages fit deny.toml, {} of them are shipped and named in {NOTICES}",
                all.foreign().count(),
                shipped.foreign().count()
            );
            Ok(())
        }
        "notices" => {
            let text = notices::text(&root, &Metadata::of_release(&root)?)?;
            let path = root.join(NOTICES);
            std::fs::write(&path, text).map_err(Failure::io(&path))
        }
        "pack" => pack::run(&root, &pack_options(parser)?),
        other => Err(Failure::Usage(format!("there is no command {other}"))),
    }
}

fn pack_options(mut parser: lexopt::Parser) -> Result<pack::Options, Failure> {
    let mut options = pack::Options::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Long("work") => options.work = PathBuf::from(parser.value()?),
            Long("out") => options.out = PathBuf::from(parser.value()?),
            Long("commit") => options.commit = parser.value()?.string()?,
            Long("epoch") => options.epoch = parser.value()?.parse()?,
            Long("target") => options.targets.push(parser.value()?.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(options)
}
