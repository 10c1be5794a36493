//! `btfscope distill`: split BTF on a distilled base.

use crate::args::DistillArgs;
use crate::failure::Failure;
use crate::file::Source;
use crate::input;
use crate::output::{self, Output};
use btf::WriteOptions;
use std::process::ExitCode;

/// Writes split BTF and the distilled base on which it is based.
pub fn run(args: &DistillArgs) -> Result<ExitCode, Failure> {
    let inputs = Source::open_regular([args.file.as_path(), &args.base])?;
    let inputs: Vec<&Source> = inputs.iter().collect();
    let base = input::base(Some(&args.base))?;
    let split = input::checked_btf(&args.file, base.as_ref())?;
    let split_output = Output::check(&args.output, &inputs)?;
    let base_output = split_output.base(&inputs)?;

    let failed = |error: &dyn std::fmt::Display| Failure::of(&args.file, error);
    let distilled = btf::distill::distill(&split).map_err(|error| failed(&error))?;
    let bytes = |btf: &btf::Btf| {
        btf.to_bytes(WriteOptions::keeping(btf))
            .map_err(|error| failed(&error))
    };
    let written = [
        split_output.write_bytes(&bytes(&distilled.split)?)?,
        base_output.write_bytes(&bytes(&distilled.base)?)?,
    ];
    output::commit(written.into(), inputs)?;
    Ok(ExitCode::SUCCESS)
}
