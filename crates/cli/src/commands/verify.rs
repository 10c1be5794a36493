//! `btfscope verify`: the kernel's rules.

use crate::args::{VerifyArgs, Whom};
use crate::failure::{Failure, one_line};
use crate::input;
use crate::stdout::Stdout;
use crate::table::number;
use btf::WriteOptions;
use btf::verify::{MAX_PROBLEMS, Subject, VerifyError, problems, verify_as};
use std::fmt::Write;
use std::process::ExitCode;

/// Checks the kernel's rules. The exit code is 1 if one is broken.
pub fn run(args: &VerifyArgs) -> Result<ExitCode, Failure> {
    let base = input::base(args.base.as_deref())?;
    let mut bytes = input::btf_bytes(&args.file)?;
    let base = match (input::distilled_base(&args.file)?, base) {
        (Some(own), Some(base)) => {
            let relocated = input::relocated(&args.file, &bytes, own, &base)?;
            let written = relocated.to_bytes(WriteOptions::default());
            bytes = written.map_err(|error| Failure::of(&args.file, error))?;
            Some(base)
        }
        (Some(own), None) => Some(own),
        (None, base) => base,
    };
    let subject = match args.subject {
        Whom::Program => Subject::Program,
        Whom::Kernel => Subject::Kernel,
    };
    let found = match verify_as(&bytes, base.as_ref(), subject) {
        Ok(btf) => {
            let types = number(btf.len() as u64);
            crate::stdout::print(&format!("{types} types, no rule broken.\n"))?;
            return Ok(ExitCode::SUCCESS);
        }
        // All of them, not only the first.
        Err(VerifyError::Type(_)) => {
            let btf = input::parse(&args.file, &bytes, base.as_ref())?;
            problems(&btf, subject, MAX_PROBLEMS)
                .iter()
                .map(ToString::to_string)
                .collect()
        }
        Err(error) => vec![error.to_string()],
    };
    let mut out = Stdout::lock();
    let printed = found
        .iter()
        .try_for_each(|problem| writeln!(out, "{}", one_line(problem)));
    out.finish(printed).or_else(Failure::unless_reader_gone)?;
    let count = match found.len() {
        1 => "1 problem".to_owned(),
        MAX_PROBLEMS => format!("{} problems or more", number(MAX_PROBLEMS as u64)),
        many => format!("{} problems", number(many as u64)),
    };
    Err(Failure::of(
        &args.file,
        format!("{count}; the kernel refuses this BTF"),
    ))
}
