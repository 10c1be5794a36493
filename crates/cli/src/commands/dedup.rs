//! `btfscope dedup`: deduplicates BTF.

use crate::allowed;
use crate::args::DedupArgs;
use crate::commands::object::Object;
use crate::failure::Failure;
use crate::file::Source;
use crate::input;
use crate::output::{self, Output};
use crate::progress::Progress;
use pipeline::Stage;
use std::path::PathBuf;
use std::process::ExitCode;

/// Writes the deduplicated types of a file, or the ELF file with them.
pub fn run(args: &DedupArgs) -> Result<ExitCode, Failure> {
    let progress = Progress::start(Stage::Plan.title());
    let paths = [Some(args.file.as_path()), args.base.as_deref()];
    let inputs = Source::open_regular(paths.into_iter().flatten())?;
    let base = input::base(args.base.as_deref())?;
    if base.is_some() && args.patch.is_some() && input::distilled_base(&args.file)?.is_some() {
        return Err(Failure::of(
            &args.file,
            "this module brings its own base (.BTF.base), and its types on another one would no longer fit that; leave \
             --base out, or write the raw BTF (-o)",
        ));
    }
    // A large file's types need not be in memory together, if nothing else depends on them.
    let pieces = match (&base, &args.patch) {
        (None, None) => input::pieces(&args.file),
        _ => None,
    };
    let read = || input::btf(&args.file, base.as_ref());
    let btf = match pieces {
        Some(_) => None,
        None => Some(read()?),
    };
    let inputs: Vec<&Source> = inputs.iter().collect();
    let output = |path: &Option<PathBuf>| match path {
        Some(path) => Output::check(path, &inputs).map(Some),
        None => Ok(None),
    };
    let (raw, patched) = (output(&args.output)?, output(&args.patch)?);
    if let (Some(raw), Some(patched)) = (&raw, &patched)
        && raw.is_same_file(patched)
    {
        return Err(Failure::of_output(
            raw.path(),
            "-o and --patch name the same file; name two",
        ));
    }
    let source = match &patched {
        Some(_) => Some(Source::open(&args.file)?),
        None => None,
    };
    let mut object = match (&source, &btf) {
        (Some(source), Some(btf)) => Some(Object::open(source, btf)?),
        _ => None,
    };

    progress.stage(Stage::Dedup.title(), None);
    let options = dedup::Options::default()
        .budget(allowed::budget())
        .resolve_forwards(!args.keep_forwards)
        .match_forwards(!args.keep_forwards);
    let failed = |error: dedup::Error| Failure::of(&args.file, error);
    let deduped = match pieces {
        Some(pieces) => dedup::dedup_in_pieces(pieces, &options).map_err(failed)?,
        None => None,
    };
    let mut deduped = match (deduped, btf) {
        (Some(deduped), _) => deduped,
        (None, btf) => {
            let btf = btf.map_or_else(read, Ok)?;
            let ext = object.as_mut().and_then(Object::ext);
            match ext {
                Some(ext) => dedup::dedup_with_ext(btf, ext, &options),
                None => dedup::dedup(btf, &options),
            }
            .map_err(failed)?
        }
    };
    if args.form.sort {
        deduped.sort_by_name(object.as_mut().and_then(Object::ext));
    }
    progress.stage(Stage::Write.title(), None);
    let form = args.form.keeping(&args.file, &deduped.btf)?;
    let bytes = deduped
        .btf
        .to_bytes(form)
        .map_err(|error| Failure::of(&args.file, error))?;
    // Both outputs or none: neither gets its name before both are complete.
    let mut written = Vec::new();
    if let Some(output) = &raw {
        written.push(output.write_bytes(&bytes)?);
    }
    let mut unpatched = None;
    if let (Some(output), Some(object), Some(source)) = (&patched, object, &source) {
        match object.patched(&deduped, bytes) {
            Ok(splice) => written.push(output.write_splice(&splice, source, &mut |_| {})?),
            Err(error) => {
                unpatched = Some(Failure::unpatched(source.path(), &error, raw.is_some()));
            }
        }
    }
    output::commit(written, source.as_ref().into_iter().chain(inputs))?;
    match unpatched {
        Some(failure) => Err(failure),
        None => Ok(ExitCode::SUCCESS),
    }
}
