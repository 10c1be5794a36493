//! `btfscope dump`: all types.

use crate::args::{DumpArgs, DumpForm};
use crate::failure::Failure;
use crate::stdout::Stdout;
use crate::{inline, input};
use btf::print::{c, json, raw};
use std::fmt::Write;
use std::process::ExitCode;

/// Prints all types, raw, as JSON, or as C.
pub fn run(args: &DumpArgs) -> Result<ExitCode, Failure> {
    let read = || match inline::part(&args.file, args.base.as_deref(), args.inline)? {
        Some(part) => part.parse(&args.file),
        None => input::btf(&args.file, input::base(args.base.as_deref())?.as_ref()),
    };
    let mut out;
    let printed = match args.format {
        // Lines and JSON also show BTF with references that lead nowhere, since users may want to see them.
        DumpForm::Raw => {
            let btf = input::named(&args.file, read()?)?;
            out = Stdout::lock();
            raw::write_all(&mut out, &btf).map_err(|error| Failure::of(&args.file, error))
        }
        DumpForm::Json => {
            let btf = input::named(&args.file, read()?)?;
            out = Stdout::lock();
            json::write_all(&mut out, &btf)
                .and_then(|()| out.write_char('\n'))
                .map_err(|error| Failure::of(&args.file, error))
        }
        DumpForm::C => {
            let btf = input::checked(&args.file, read()?, args.base.is_some())?;
            let btf = input::written(&args.file, btf)?;
            out = Stdout::lock();
            c::print_c(&btf, &mut out).map_err(|error| Failure::of(&args.file, error))
        }
    };
    out.finish(printed)?;
    Ok(ExitCode::SUCCESS)
}
