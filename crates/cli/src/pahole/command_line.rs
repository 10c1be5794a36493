//! Reads pahole's command line.

use super::VERSION;
use super::features::{Chosen, supported};
use super::options::{self, Asks, Known, Takes};
use crate::args::{EncodeArgs, FormArgs};
use crate::failure::Failure;
use crate::file_name::of_file;
use lexopt::{Arg, Parser};
use pipeline::Languages;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// What a command line asks for.
#[derive(Debug)]
pub enum Request {
    /// To print this text.
    Print(String),
    /// To encode a file.
    Encode {
        args: Box<EncodeArgs>,
        /// Unknown features that the user wants to be told about.
        ignored: Vec<String>,
    },
}

/// Reads the words, the command's name first. `exclude` is what the environment says about languages to
/// leave out; an option overrides it.
///
/// # Errors
///
/// If an option cannot be understood or done; the message names it.
pub fn parse(
    words: impl IntoIterator<Item = OsString>,
    exclude: Option<&str>,
) -> Result<Request, Failure> {
    let exclude = exclude.map(languages).transpose()?;
    let mut line = Line {
        encode: false,
        detached: None,
        base: None,
        jobs: Some(1),
        chosen: Chosen::new(),
        only: None,
        exclude,
        exclude_unit: None,
        kabi_prefix: None,
        numeric_version: false,
        files: Vec::new(),
    };
    let mut parser = Parser::from_iter(words);
    while let Some(word) = parser.next().map_err(refused)? {
        let option = match word {
            Arg::Value(file) => {
                line.files.push(PathBuf::from(file));
                continue;
            }
            Arg::Long(name) => named(name)?,
            Arg::Short(letter) => options::short(letter)
                .ok_or_else(|| Failure::new(format!("unknown option -{letter} (see --help)")))?,
        };
        let value = match option.takes {
            Takes::Nothing => None,
            Takes::Value => Some(parser.value().map_err(refused)?),
            Takes::Optional => parser.optional_value(),
        };
        if let Some(text) = line.take(option, value)? {
            return Ok(Request::Print(text));
        }
    }
    line.request()
}

fn named(name: &str) -> Result<Known, Failure> {
    options::long(name).map_err(|like| {
        Failure::new(if like.is_empty() {
            format!("unknown option --{name} (see --help)")
        } else {
            format!(
                "--{name} could be --{}; write it in full",
                like.join(" or --")
            )
        })
    })
}

fn refused(error: lexopt::Error) -> Failure {
    Failure::new(format!("{error} (see --help)"))
}

/// What the words so far ask for.
struct Line {
    encode: bool,
    detached: Option<PathBuf>,
    base: Option<PathBuf>,
    /// `None` for one thread for each processor.
    jobs: Option<u16>,
    chosen: Chosen,
    /// The only languages to encode, or those to leave out; not both.
    only: Option<Languages>,
    exclude: Option<Languages>,
    /// As with pahole, the last one counts.
    exclude_unit: Option<String>,
    kabi_prefix: Option<String>,
    numeric_version: bool,
    files: Vec<PathBuf>,
}

impl Line {
    /// Takes one option. Returns a text if the option asks only to print it.
    fn take(&mut self, option: Known, value: Option<OsString>) -> Result<Option<String>, Failure> {
        let text = || text(option, value.as_deref());
        match option.asks {
            Asks::Help => return Ok(Some(HELP.to_owned())),
            Asks::Version => return Ok(Some(format!("v{}.{}\n", VERSION.0, VERSION.1))),
            Asks::BtfscopeVersion => {
                return Ok(Some(format!("btfscope {}\n", env!("CARGO_PKG_VERSION"))));
            }
            Asks::SupportedFeatures => return Ok(Some(format!("{}\n", supported().join(",")))),
            Asks::NumericVersion => self.numeric_version = true,
            Asks::Encode => self.encode = true,
            Asks::Detached => {
                self.encode = true;
                self.detached = value.map(PathBuf::from).map(of_file);
            }
            Asks::Base => self.base = value.map(PathBuf::from),
            Asks::Jobs => {
                self.jobs = match value {
                    None => None,
                    Some(_) => Some(jobs(&text()?)?),
                }
            }
            Asks::Languages => {
                (self.only, self.exclude) = (Some(languages(&text()?)?), None);
            }
            Asks::OtherLanguages => {
                (self.only, self.exclude) = (None, Some(languages(&text()?)?));
            }
            Asks::Features { strict } => self.chosen.list(&text()?, strict)?,
            Asks::AllFeatures => self.chosen.list("all", true)?,
            Asks::Feature(name, on) => _ = self.chosen.on.set(name, on),
            Asks::Formats => formats(&text()?)?,
            Asks::UnitPrefix => self.exclude_unit = Some(text()?),
            Asks::NamePrefix => self.kabi_prefix = Some(text()?),
            Asks::Nothing => {}
            Asks::NotHad => {
                return Err(Failure::new(format!(
                    "--{} changes what pahole encodes, and this command cannot do so; leave the option out, or take pahole itself",
                    option.name
                )));
            }
            Asks::Else => {
                return Err(Failure::new(format!(
                    "--{} is of no use for encoding BTF, which is all this command does; for it, take pahole itself, or see btfscope --help",
                    option.name
                )));
            }
        }
        Ok(None)
    }

    fn request(mut self) -> Result<Request, Failure> {
        if self.numeric_version {
            return Ok(Request::Print(format!("{}{}\n", VERSION.0, VERSION.1)));
        }
        if !self.encode {
            return Err(Failure::new(
                "without -J or --btf_encode_detached pahole prints types; this command only encodes BTF (btfscope dump and btfscope show print it)",
            ));
        }
        let file = match self.files.as_slice() {
            [file] => file.clone(),
            [] => {
                return Err(Failure::new(
                    "no file is named; name the ELF file with DWARF to encode",
                ));
            }
            [_, second, ..] => {
                return Err(Failure::of(
                    second,
                    "only one file is encoded at a time; name the others in commands of their own",
                ));
            }
        };
        let in_place = self.detached.is_none();
        let args = EncodeArgs {
            skipped: None,
            file,
            output: self.detached.take(),
            patch: None,
            in_place,
            supplementary: None,
            sections_from: None,
            dwp: None,
            dwo_dir: Vec::new(),
            base: self.base.take(),
            features: Some(self.chosen.on),
            jobs: self.jobs,
            stats: None,
            form: FormArgs::default(),
            as_kernel: None,
            as_pahole: true,
            keep_refused: false,
            exclude_unit: self.exclude_unit.into_iter().collect(),
            kabi_prefix: self.kabi_prefix,
            include_rust: self.only.is_none() && self.exclude.is_none(),
            lang: self.only,
            lang_exclude: self.exclude,
        };
        Ok(Request::Encode {
            args: Box::new(args),
            ignored: self.chosen.ignored,
        })
    }
}

/// The value of an option that takes text.
fn text(option: Known, value: Option<&OsStr>) -> Result<String, Failure> {
    let value = value.unwrap_or_default();
    match value.to_str() {
        Some(text) => Ok(text.to_owned()),
        None => Err(Failure::new(format!(
            "the value of --{} is no text: {}",
            option.name,
            Path::new(value).display()
        ))),
    }
}

/// A number of threads; 0 means one, as in pahole.
fn jobs(text: &str) -> Result<u16, Failure> {
    match text.parse::<u16>() {
        Ok(jobs) => Ok(jobs.max(1)),
        Err(_) => Err(Failure::new(format!(
            "--jobs={text} is not a number of threads from 0 to {}",
            u16::MAX
        ))),
    }
}

fn formats(list: &str) -> Result<(), Failure> {
    match list.split(',').any(|format| format == "dwarf") {
        true => Ok(()),
        false => Err(Failure::new(format!(
            "--format_path={list}: BTF is made from DWARF alone; put dwarf into the list or leave the option out"
        ))),
    }
}

fn languages(list: &str) -> Result<Languages, Failure> {
    Languages::parse(list).map_err(|unknown| {
        let names: Vec<&str> = Languages::names().collect();
        Failure::new(format!(
            "unknown language {unknown}; the languages are {}",
            names.join(", ")
        ))
    })
}

pub const HELP: &str = "\
btfscope-pahole makes BTF from DWARF under the options that kernel builds give to pahole:

    make PAHOLE=btfscope-pahole

It tells the version of pahole that its results are compared with, and does nothing but encode: for
everything else there is btfscope.

Usage: btfscope-pahole -J [OPTION]... FILE
       btfscope-pahole --btf_encode_detached=OUT [OPTION]... FILE

Options may be cut short while they stay unique, and their order counts as with pahole.

  -J, --btf_encode             put the BTF into FILE as its section .BTF
      --btf_encode_detached=OUT
                               write the BTF to OUT and leave FILE as it is
      --btf_base=BASE          make split BTF on this BTF: a module's on its kernel's
      --btf_features=LIST      what to encode, separated by commas; default and all stand for many, a +
                               before the list adds it to the default; unknown names are named on
                               standard error and ignored
      --features=LIST          the same
      --btf_features_strict=LIST
                               the same, but unknown names are refused
      --supported_btf_features print the names of all features
      --lang_exclude=LIST      leave out units written in these languages; PAHOLE_LANG_EXCLUDE in the
                               environment says the same
      --lang=LIST              encode only units written in these languages
  -X, --cu_exclude=PREFIX      leave out units whose source file begins with PREFIX
      --kabi_prefix=PREFIX     write a name that begins with PREFIX as PREFIX alone
  -j, --jobs[=N]               threads; without a number one a processor; without -j one
  -V, --verbose                accepted
      --version, --numeric_version
                               the version of pahole, for scripts
      --btfscope-version       the version of btfscope

Without --btf_features these are on: var, decl_tag, type_tag, enum64. One by one:
      --btf_encode_force, --btf_gen_floats, --btf_gen_optimized, --btf_gen_all, --btf_attributes,
      --skip_encoding_btf_vars, --skip_encoding_btf_decl_tag, --skip_encoding_btf_type_tag,
      --skip_encoding_btf_enum64, --skip_encoding_btf_inconsistent_proto, --reproducible_build

Exit codes:
  0    done, also when FILE has no debug information, or none in the languages asked for: then no BTF
       is written, and a line on standard error says so
  1    an error, told on standard error; no file was written or replaced
  2    the command line is wrong, or asks for something else than to encode BTF
  101  a defect of btfscope itself
  102  memory ran out
";
