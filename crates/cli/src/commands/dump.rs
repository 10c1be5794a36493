//! `btfscope dump`: all types.

use crate::args::{DumpArgs, DumpForm};
use crate::failure::Failure;
use crate::input;
use crate::stdout::Stdout;
use btf::print::{c, json, raw};
use std::fmt::Write;
use std::process::ExitCode;

/// Prints all types, raw, as JSON, or as C.
pub fn run(args: &DumpArgs) -> Result<ExitCode, Failure> {
    let base = input::base(args.base.as_deref())?;
    let mut out;
    let printed = match args.format {
        // Lines and JSON also show BTF with references that lead nowhere, since users may want to see them.
        DumpForm::Raw => {
            let btf = input::btf(&args.file, base.as_ref())?;
            out = Stdout::lock();
            raw::write_all(&mut out, &btf).map_err(|error| Failure::of(&args.file, error))
        }
        DumpForm::Json => {
            let btf = input::btf(&args.file, base.as_ref())?;
            out = Stdout::lock();
            json::write_all(&mut out, &btf)
                .and_then(|()| out.write_char('\n'))
                .map_err(|error| Failure::of(&args.file, error))
        }
        DumpForm::C => {
            let btf = input::checked_btf(&args.file, base.as_ref())?;
            out = Stdout::lock();
            c::print_c(&btf, &mut out).map_err(|error| Failure::of(&args.file, error))
        }
    };
    out.finish(printed)?;
    Ok(ExitCode::SUCCESS)
}
