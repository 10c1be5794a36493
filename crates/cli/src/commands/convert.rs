//! `btfscope convert`: the same types in another form.

use crate::args::{ByteOrder, ConvertArgs};
use crate::failure::Failure;
use crate::file::Source;
use crate::input;
use crate::output::{self, Output};
use btf::Endian;
use std::process::ExitCode;

/// Writes the types of a file in another form.
pub fn run(args: &ConvertArgs) -> Result<ExitCode, Failure> {
    let paths = [Some(args.file.as_path()), args.base.as_deref()];
    let inputs = Source::open_regular(paths.into_iter().flatten())?;
    let base = input::base(args.base.as_deref())?;
    let mut btf = input::checked_btf(&args.file, base.as_ref())?;
    let output = Output::check(&args.output, &inputs.iter().collect::<Vec<_>>())?;
    if args.form.sort {
        btf.sort_by_name();
    }
    if let Some(order) = args.endian {
        btf.endian = match order {
            ByteOrder::Little => Endian::Little,
            ByteOrder::Big => Endian::Big,
        };
    }
    let form = args.form.keeping(&args.file, &btf)?;
    let bytes = btf
        .to_bytes(form)
        .map_err(|error| Failure::of(&args.file, error))?;
    output::commit(vec![output.write_bytes(&bytes)?], &inputs)?;
    Ok(ExitCode::SUCCESS)
}
