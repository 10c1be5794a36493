//! `btfscope dedup`: equal types become one.

use crate::args::DedupArgs;
use crate::failure::Failure;
use crate::file::Source;
use crate::input;
use crate::output::Output;
use crate::progress::Progress;
use pipeline::Stage;
use std::path::Path;
use std::process::ExitCode;

/// Runs the command.
pub fn run(args: &DedupArgs) -> Result<ExitCode, Failure> {
    let progress = Progress::start(Stage::Plan.title());
    // What is no regular file cannot be written over by renaming.
    let inputs: Vec<Source> = [Some(args.file.as_path()), args.base.as_deref()]
        .into_iter()
        .flatten()
        .filter(|path| is_regular(path))
        .map(Source::open)
        .collect::<Result<_, _>>()?;
    let base = input::base(args.base.as_deref())?;
    let btf = input::btf(&args.file, base.as_ref())?;
    let output = Output::check(&args.output, &inputs.iter().collect::<Vec<_>>())?;

    progress.stage(Stage::Dedup.title(), None);
    let mut deduped = dedup::dedup(btf, &dedup::Options::default())
        .map_err(|error| Failure::of(&args.file, error))?;
    if args.form.sort {
        deduped.btf.sort_by_name();
    }
    progress.stage(Stage::Write.title(), None);
    let bytes = deduped
        .btf
        .to_bytes(args.form.write_options())
        .map_err(|error| Failure::of(&args.file, error))?;
    output.write_bytes(&bytes)?.commit()?;
    Ok(ExitCode::SUCCESS)
}

/// Whether it is a file that can be written over by renaming; a pipe or device cannot.
pub fn is_regular(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}
