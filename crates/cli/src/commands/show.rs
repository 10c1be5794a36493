//! `btfscope show`: one type with its layout.

use crate::args::ShowArgs;
use crate::failure::{Failure, one_line};
use crate::input;
use crate::stdout::Stdout;
use btf::print::c::CError;
use btf::print::show::show;
use btf::{Btf, TypeId};
use explore::Wanted;
use std::fmt::Write;
use std::process::ExitCode;

/// Runs the command.
pub fn run(args: &ShowArgs) -> Result<ExitCode, Failure> {
    let wanted = args.name.join(" ");
    let query = Wanted::parse(&wanted);
    let base = input::base(args.base.as_deref())?;
    let btf = input::checked_btf(&args.file, base.as_ref())?;
    let found = query.find(&btf);
    if found.is_empty() {
        return Err(Failure::of(&args.file, one_line(&query.not_found(&btf))));
    }
    let mut out = Stdout::lock();
    let printed = print(&mut out, &btf, &found);
    out.finish(printed.map_err(|error| Failure::of(&args.file, error)))?;
    Ok(ExitCode::SUCCESS)
}

fn print(out: &mut dyn Write, btf: &Btf, ids: &[TypeId]) -> Result<(), CError> {
    for (index, &id) in ids.iter().enumerate() {
        if index > 0 {
            out.write_char('\n')?;
        }
        if ids.len() > 1 {
            writeln!(out, "/* {id} {} */", btf.kind(id))?;
        }
        show(btf, id, out)?;
    }
    Ok(())
}
