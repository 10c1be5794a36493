//! `btfscope relocate`: moves split BTF from its distilled base to another base.

use crate::args::RelocateArgs;
use crate::failure::Failure;
use crate::file::Source;
use crate::input;
use crate::output::{self, Output, base_path};
use btf::WriteOptions;
use std::process::ExitCode;
use std::sync::Arc;

/// Writes split BTF that is based on the given base instead of its distilled base.
pub fn run(args: &RelocateArgs) -> Result<ExitCode, Failure> {
    let base = Arc::new(input::checked_btf(&args.base, None)?);
    let beside = base_path(&args.file);
    let distilled = match &args.distilled {
        Some(path) => input::base(Some(path))?,
        None => match input::distilled_base(&args.file)? {
            Some(base) => Some(base),
            None => input::base(Some(&beside))?,
        },
    };
    let from = args.distilled.as_ref().unwrap_or(&beside);
    let inputs = Source::open_regular([args.file.as_path(), &args.base, from])?;
    let split = input::checked_btf(&args.file, distilled.as_ref())?;
    let output = Output::check(&args.output, &inputs.iter().collect::<Vec<_>>())?;
    let failed = |error: &dyn std::fmt::Display| Failure::of(&args.file, error);
    let relocated = btf::distill::relocate(&split, &base).map_err(|error| failed(&error))?;
    let bytes = relocated
        .to_bytes(WriteOptions::keeping(&relocated))
        .map_err(|error| failed(&error))?;
    output::commit(vec![output.write_bytes(&bytes)?], &inputs)?;
    Ok(ExitCode::SUCCESS)
}
