//! `btfscope encode`: BTF from DWARF.

use crate::allowed;
use crate::args::{EncodeArgs, StatsForm};
use crate::companions::{Beside, Named};
use crate::failure::{Failure, one_line, say};
use crate::file::{self, Source};
use crate::file_name::title;
use crate::inline;
use crate::input::{self, BASE_SECTION, SECTION, neither};
use crate::job::{self, Run};
use crate::output::{self, Output, Written};
use crate::{debug_file, memory, report, stdout, unpacked};
use btf::Btf;
use elf::{Elf, Joined, NewSection, ReadAt, Splice};
use pipeline::{FailedUnit, FileFormat, Languages, Options, Outcome, Stage};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::thread::available_parallelism;

/// How many units that could not be encoded are named on standard error; the statistics list more.
const FAILED: usize = 10;

/// Writes the BTF of an ELF file with DWARF, and prints what dedup saved.
pub fn run(args: &EncodeArgs) -> Result<ExitCode, Failure> {
    let source = Source::open(&args.file)?;
    refuse_other_files(&source)?;
    let base = input::base(args.base.as_deref())?;
    let outputs = Outputs::check(args, &source)?;
    if base.is_none() && distils(args) {
        return Err(Failure::of(
            &args.file,
            "the feature distilled_base needs a base to distill: name the BTF of the kernel (--base, --btf_base), or leave the feature out",
        ));
    }
    if asks_inline(args) && distils(args) {
        return Err(Failure::of(
            &args.file,
            "inline sites are based on the types before they are put on a distilled base, so the features inline and distilled_base exclude each other: run encode twice",
        ));
    }
    let mut run = Run::start();
    let halves = Halves::of(args, &source)?;
    let mut outcome = encode(args, &halves, base, &mut run).map_err(|failure| {
        let advice = failure
            .is_nothing_to_encode()
            .then(|| debug_package(&source));
        failure.and(advice.flatten())
    })?;
    let unpatched = outputs.write(&mut outcome, &source, &mut run)?;
    outcome.statistics.stages = run.finish();
    outcome.statistics.peak_memory = memory::peak();
    tell_failed(&outcome.statistics.units.failed);
    for note in &outcome.statistics.notes {
        if note.is_warning() {
            say(&format!("warning: {note}"));
        } else if !args.as_pahole {
            say(&format!("note: {note}"));
        }
    }
    let form = match outputs.are_none() {
        true => args.stats.or(Some(StatsForm::Text)),
        false => args.stats,
    };
    if let Some(form) = form {
        print_statistics(args, &outcome, form)?;
    }
    match unpatched {
        Some(failure) => Err(failure),
        None => Ok(ExitCode::SUCCESS),
    }
}

/// Whether the result is to be split BTF on a distilled base.
fn distils(args: &EncodeArgs) -> bool {
    let features = args.features;
    features.is_some_and(|features| features.distilled_base)
}

/// Whether inline sites are to be written.
fn asks_inline(args: &EncodeArgs) -> bool {
    args.features.is_some_and(|features| features.inline)
}

/// Where the debug information of a kernel without any is, if its distribution is known.
fn debug_package(source: &Source) -> Option<String> {
    let banner = unpack::banner(source).ok().flatten();
    banner.as_ref().and_then(unpacked::debug_package)
}

fn print_statistics(args: &EncodeArgs, outcome: &Outcome, form: StatsForm) -> Result<(), Failure> {
    match form {
        StatsForm::Text => {
            let name = one_line(&title(&args.file));
            stdout::print(&report::statistics(&name, &outcome.statistics))
        }
        StatsForm::Json => {
            let whole = report::WithSkipped {
                statistics: &outcome.statistics,
                skipped_functions: &outcome.skipped_functions,
            };
            let json = serde_json::to_string_pretty(&whole)
                .map_err(|error| Failure::new(format!("the statistics are no JSON: {error}")))?;
            stdout::print(&format!("{json}\n"))
        }
    }
}

/// The output files that the arguments name, checked before the work starts.
struct Outputs {
    raw: Option<Output>,
    /// The distilled base, next to `raw`.
    raw_base: Option<Output>,
    /// The inline sites, next to `raw`.
    raw_inline: Option<Output>,
    patched: Option<Output>,
    skipped: Option<Output>,
    /// Whether `patched` is the input itself.
    in_place: bool,
    /// The other files that the arguments name.
    named: Vec<Source>,
}

impl Outputs {
    /// Checks that every output can be written and is not an input, and that no two are the same file.
    fn check(args: &EncodeArgs, source: &Source) -> Result<Outputs, Failure> {
        let named = named_inputs(args)?;
        let inputs: Vec<&Source> = std::iter::once(source).chain(&named).collect();
        let output = |path: Option<&PathBuf>| match path {
            Some(path) => Output::check(path, &inputs).map(Some),
            None => Ok(None),
        };
        let raw = output(args.output.as_ref())?;
        let base = raw.as_ref().filter(|_| distils(args));
        let inline = raw.as_ref().filter(|_| asks_inline(args));
        let outputs = Outputs {
            raw_base: base.map(|raw| raw.base(&inputs)).transpose()?,
            raw_inline: inline.map(|raw| raw.inline_sites(&inputs)).transpose()?,
            raw,
            patched: match args.in_place {
                true => Some(Output::in_place(source)?),
                false => output(args.patch.as_ref())?,
            },
            skipped: output(args.skipped.as_ref())?,
            in_place: args.in_place,
            named,
        };
        outputs.refuse_same_files()?;
        let all = [&outputs.raw, &outputs.patched, &outputs.skipped];
        let to_stdout = all.into_iter().flatten().find(|one| one.is_stdout());
        if let (Some(output), Some(_)) = (to_stdout, args.stats) {
            let cause = "--stats prints there too; name a file";
            return Err(Failure::of_output(output.path(), cause));
        }
        Ok(outputs)
    }

    fn refuse_same_files(&self) -> Result<(), Failure> {
        let Outputs {
            raw,
            raw_base,
            raw_inline,
            patched,
            skipped,
            in_place: _,
            named: _,
        } = self;
        let refuse = |one: &Option<Output>, other: &Option<Output>, cause: &str| match (one, other)
        {
            (Some(one), Some(other)) if one.is_same_file(other) => {
                Err(Failure::of_output(one.path(), cause))
            }
            _ => Ok(()),
        };
        let cause = "-o and --patch name the same file; name two";
        refuse(raw, patched, cause)?;
        let cause = "the distilled base of -o and --patch name the same file; name two";
        refuse(raw_base, patched, cause)?;
        let cause = "the inline sites of -o and --patch name the same file; name two";
        refuse(raw_inline, patched, cause)?;
        let cause = "--skipped names the file of another output; name another";
        [raw, raw_base, raw_inline, patched]
            .into_iter()
            .try_for_each(|other| refuse(skipped, other, cause))
    }

    fn are_none(&self) -> bool {
        self.raw.is_none() && self.patched.is_none() && self.skipped.is_none()
    }

    /// Writes all outputs or none: none gets its name before all are complete. If the file cannot be patched, the others are
    /// written, and the failure is given back.
    fn write(
        &self,
        outcome: &mut Outcome,
        source: &Source,
        run: &mut Run,
    ) -> Result<Option<Failure>, Failure> {
        let mut written = Vec::new();
        let mut unpatched = None;
        let (bytes, base_bytes) = match outcome.distilled.take() {
            Some(distilled) => (distilled.split, distilled.base),
            None => (std::mem::take(&mut outcome.bytes), Vec::new()),
        };
        if let Some(output) = &self.raw {
            run.enter(Stage::Write, None);
            written.push(output.write_bytes(&bytes)?);
        }
        if let Some(output) = &self.raw_base {
            written.push(output.write_bytes(&base_bytes)?);
        }
        let inline = outcome.inline.take().unwrap_or_default();
        if let Some(output) = &self.raw_inline {
            written.push(output.write_bytes(&inline)?);
        }
        if let Some(output) = &self.patched {
            run.enter(Stage::Patch, None);
            let sections = [
                (SECTION, bytes),
                (BASE_SECTION, base_bytes),
                (inline::SECTION, inline),
            ];
            match patched(source, sections) {
                Ok(splice) => written.push(write_patched(&splice, source, output, run)?),
                // Nothing else is written then.
                Err(error) if self.in_place => return Err(Failure::of(source.path(), error)),
                Err(error) => {
                    let others = self.raw.is_some() || self.skipped.is_some();
                    unpatched = Some(Failure::unpatched(source.path(), &error, others));
                }
            }
        }
        if let Some(output) = &self.skipped {
            let text = report::skipped_functions(&outcome.skipped_functions);
            written.push(output.write_bytes(text.as_bytes())?);
        }
        output::commit(written, self.named.iter().chain([source]))?;
        Ok(unpatched)
    }
}

/// Opens the other input files that the arguments name. They must exist; files that are only searched for
/// need not.
fn named_inputs(args: &EncodeArgs) -> Result<Vec<Source>, Failure> {
    for path in &args.dwo_dir {
        if !path.is_dir() {
            return Err(Failure::of(path, "the directory does not exist"));
        }
    }
    let base = args.base.iter().filter(|path| file::is_regular(path));
    base.chain(&args.supplementary)
        .chain(&args.sections_from)
        .chain(&args.dwp)
        .map(|path| Source::open(path))
        .collect()
}

/// Refuses a file of another format with a message for that format.
fn refuse_other_files(source: &Source) -> Result<(), Failure> {
    let (format, head) = input::format(source)?;
    match format {
        FileFormat::Elf => Ok(()),
        FileFormat::Btf => {
            let cause = "this is BTF already; encode takes an ELF file with DWARF (dump, show, stats, diff, dedup and verify take BTF)";
            let failure = Failure::of(source.path(), cause);
            Err(failure.and(unpacked::advice(source.path())))
        }
        _ => Err(neither(source.path(), format, &head, "an ELF file")),
    }
}

/// The file that was named, and what else is read as a part of it.
struct Halves<'a> {
    named: &'a Source,
    /// Its debug file, if it has no debug information itself.
    debug: Option<Source>,
    /// The file that has the bytes of its sections, if it is a debug file.
    sections: Option<Source>,
}

impl Halves<'_> {
    fn of<'a>(args: &EncodeArgs, named: &'a Source) -> Result<Halves<'a>, Failure> {
        let sections = args.sections_from.as_deref();
        let sections = sections.map(|path| debug_file::other_half(named, path));
        let sections = sections.transpose()?;
        let debug = match sections {
            Some(_) => None,
            None => debug_file::find(named)?,
        };
        Ok(Halves {
            named,
            debug,
            sections,
        })
    }
}

fn encode(
    args: &EncodeArgs,
    halves: &Halves<'_>,
    base: Option<Arc<Btf>>,
    run: &mut Run,
) -> Result<Outcome, Failure> {
    let wanted = match args.jobs {
        Some(jobs) => usize::from(jobs),
        None => available_parallelism().map_or(1, usize::from),
    };
    let mut options = Options {
        workers: u32::try_from(wanted).unwrap_or(u32::MAX),
        budget: allowed::budget(),
        ..Options::default()
    };
    if let Some(features) = args.features {
        options.features = features;
    }
    options.write = args.form.write_options();
    options.sort = args.form.sort;
    options.kernel = args.as_kernel.unwrap_or_default();
    options.keep_refused = args.keep_refused;
    options.excluded_units = prefixes(&args.exclude_unit)?;
    options.kabi_prefix.clone_from(&args.kabi_prefix);
    options.base_release = args.base.as_deref().and_then(input::release);
    if let Some(only) = args.lang {
        options.excluded = only.others();
    } else if let Some(excluded) = args.lang_exclude {
        options.excluded = excluded;
    } else if args.include_rust {
        options.excluded = Languages::NONE;
    }
    let source = halves.named;
    let debug = halves.debug.as_ref().unwrap_or(source);
    let beside = Beside::new(
        debug.path(),
        Named {
            supplementary: args.supplementary.clone(),
            package: args.dwp.clone(),
            folders: args.dwo_dir.clone(),
        },
    );
    let other = match (&halves.debug, &halves.sections) {
        (Some(_), _) => Some(source),
        (None, sections) => sections.as_ref(),
    };
    let Some(other) = other else {
        return job::run(source, source.path(), &options, &beside, base, wanted, run);
    };
    let joined = Joined::new(debug, other).map_err(|error| Failure::of(other.path(), error))?;
    if joined.sections() == 0 && halves.sections.is_some() {
        return Err(Failure::of(
            other.path(),
            "it has the bytes of no section that the file to encode lacks; name the file from which the debug information was separated",
        ));
    }
    job::run(&joined, debug.path(), &options, &beside, base, wanted, run)
}

/// The prefixes of units to leave out: those given, and the lines of files.
fn prefixes(given: &[String]) -> Result<Vec<String>, Failure> {
    let mut prefixes = Vec::new();
    for prefix in given {
        let Some(path) = prefix.strip_prefix('@') else {
            prefixes.push(prefix.clone());
            continue;
        };
        let text =
            std::fs::read_to_string(path).map_err(|error| Failure::of(Path::new(path), error))?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        prefixes.extend(lines.map(str::to_owned));
    }
    // Nothing begins with nothing: an empty prefix would leave out every unit.
    match prefixes.iter().any(String::is_empty) {
        true => Err(Failure::new(
            "a unit is left out by the beginning of its name; the prefix given is empty",
        )),
        false => Ok(prefixes),
    }
}

/// The input with new sections. Of those without bytes the input's own are removed, since they are for other types.
fn patched(source: &Source, sections: [(&str, Vec<u8>); 3]) -> Result<Splice, elf::Error> {
    let elf = Elf::parse(source)?;
    let sections = sections
        .into_iter()
        .filter(|(name, bytes)| !bytes.is_empty() || elf.section(name).is_some())
        .map(|(name, bytes)| NewSection {
            name: name.to_owned(),
            bytes,
            align: 8,
        });
    Ok(elf::patch_sections(&elf, source, sections.collect())?.splice)
}

fn write_patched<'a>(
    splice: &Splice,
    source: &Source,
    output: &'a Output,
    run: &Run,
) -> Result<Written<'a>, Failure> {
    run.progress.stage(Stage::Patch.title(), Some(source.len()));
    let tally = run.progress.tally();
    output.write_splice(splice, source, &mut |done| {
        tally.bytes.store(done, Relaxed);
    })
}

fn tell_failed(units: &[FailedUnit]) {
    for unit in units.iter().take(FAILED) {
        let name = match &unit.name {
            Some(name) => format!(" ({})", Path::new(name).display()),
            None => String::new(),
        };
        let (offset, cause) = (unit.offset, &unit.cause);
        say(&format!(
            "warning: the unit at {offset:#x} of .debug_info{name} was left out: {cause}"
        ));
    }
    if units.len() > FAILED {
        let rest = units.len() - FAILED;
        say(&format!(
            "warning: {rest} more units were left out; --stats json lists them"
        ));
    }
}
