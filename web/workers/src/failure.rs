//! Errors of the engine as what the page shows: a title, the cause, the next step.

use crate::companions::CompanionFiles;
use elf::ReadErrorKind;
use pipeline::{NotOpened, Plan};
use protocol::companions::{advice, names, not_given};
use protocol::failure::{Cut, Failure};
use protocol::figures::{counted, grouped};
use protocol::text::sentence;

/// The file itself could not be read.
pub fn unreadable(cause: String) -> Failure {
    Failure {
        title: "The file cannot be read".to_owned(),
        cause: sentence(&cause),
        advice: "Choose the file again.".to_owned(),
        ..Failure::default()
    }
}

/// A file that asks for more than its budget allows has a title and advice of its own.
fn known(failure: Failure) -> Failure {
    if !failure.is_over_budget() {
        return failure;
    }
    Failure {
        title: "Far more than a file of this size needs".to_owned(),
        advice: "Get the file again if it may be damaged.".to_owned(),
        ..failure
    }
}

/// BTF that cannot be opened.
pub fn of_btf(cause: &str) -> Failure {
    known(Failure {
        title: "This BTF cannot be opened".to_owned(),
        cause: sentence(cause),
        advice: "Get the file again. The BTF of a module is split BTF, which can’t be opened on its own: open the .ko together with its kernel.".to_owned(),
        details: vec![("Error".to_owned(), "btf".to_owned())],
        ..Failure::default()
    })
}

/// A module whose kernel has another byte order.
pub fn other_byte_order() -> Failure {
    Failure {
        title: "Not a module of this kernel".to_owned(),
        cause: "Its byte order is not that of the kernel’s BTF.".to_owned(),
        advice: "Open it together with the vmlinux it was built for.".to_owned(),
        ..Failure::default()
    }
}

/// A module without a result: the sentences speak of a kernel where they need not.
pub fn of_module(
    error: &pipeline::Error,
    companions: &CompanionFiles,
    plan: Option<&Plan>,
) -> Failure {
    let mut failure = with_missing(error, companions, plan);
    if let pipeline::Error::NoDwarf { has_btf, .. } = error {
        failure.cause = match has_btf {
            true => "It has no debug information (no .debug_info section), only a .BTF section of its own.",
            false => "It has no debug information (no .debug_info section).",
        }
        .to_owned();
        failure.advice = "The modules a distribution installs are stripped. Use those of its -dbg (or -debuginfo) package, under /usr/lib/debug.".to_owned();
        if *has_btf {
            failure.advice += " Or open the kernel’s own BTF (/sys/kernel/btf/vmlinux) instead of its vmlinux; the module’s own .BTF is then used directly.";
        }
    }
    failure
}

/// A job that ended without a result, perhaps for want of files that the input refers to.
pub fn with_missing(
    error: &pipeline::Error,
    companions: &CompanionFiles,
    plan: Option<&Plan>,
) -> Failure {
    use pipeline::Error;
    let mut failure = of_job(error);
    failure.missing = companions.missing_without(plan, error);
    if failure.missing.is_empty() {
        return failure;
    }
    let names = names(&failure.missing);
    match error {
        Error::SplitUnits { .. } => {
            failure.cause = format!(
                "It was built with -gsplit-dwarf: its types are in {}: {names}.",
                not_given(&failure.missing)
            );
        }
        Error::Supplementary {
            cause: NotOpened::Missing { .. },
            ..
        } => {
            failure.cause = format!(
                "The types that it shares with other files are in {names}, a supplementary file made by dwz, which is missing."
            );
        }
        _ => return failure,
    }
    failure.advice = advice(&failure.missing, companions.input());
    failure
}

/// A job that ended without a result.
pub fn of_job(error: &pipeline::Error) -> Failure {
    use pipeline::Error;
    let (title, advice) = match error {
        Error::Elf(error) => return of_elf(error),
        Error::NoDwarf { .. } => (
            "No debug information in this file",
            "A distribution's stripped vmlinux has none: its -dbg (or -debuginfo) package has a vmlinux with it. For a kernel of your own, set CONFIG_DEBUG_INFO_DWARF5=y (or _DWARF4); for a program, compile with -g.",
        ),
        Error::UnitHeader { .. } => (
            "The debug information is damaged",
            "The file may be cut short or corrupted: get it again.",
        ),
        Error::Supplementary { .. } => (
            "A file that belongs to this one is missing",
            "Add it: distributions keep such files under /usr/lib/debug/.dwz.",
        ),
        Error::OtherSupplementary { .. } => (
            "A supplementary file of another build",
            "Add the file of the same build.",
        ),
        Error::SplitUnits { .. } => (
            "The types are in other files",
            "Add the .dwo files, or the .dwp package, that were built with this file.",
        ),
        Error::SplitFile => (
            "A part of another file",
            "Open the program or object file that it belongs to, together with this one.",
        ),
        Error::NothingChosen { .. } => (
            "No C code to encode",
            "Rust units are skipped, as in the kernel’s build. The command can encode them: btfscope encode --include-rust.",
        ),
        Error::Distill(_) => (
            "The kernel’s types cannot be distilled",
            "Encode without a distilled base.",
        ),
        Error::NothingEncoded { .. } => (
            "None of the units could be encoded",
            "Get the file again. If it is complete, please report it with the details below.",
        ),
        Error::NoTypes { .. } => (
            "No types in this file",
            "Build it with CONFIG_DEBUG_INFO=y, or -g.",
        ),
        Error::BadShard { .. } => (
            "Data between workers was damaged",
            "Start the job again; if it happens again, please report it.",
        ),
        _ => (
            "The types could not be written as BTF",
            "Please report it with the details below.",
        ),
    };
    // The command's sentences end with advice of their own; the page has a place for it.
    let cause = match error {
        Error::NoDwarf {
            link: Some(link), ..
        } => format!(
            "This ELF file has no debug information: it was moved into the file {link}, which belongs to it (.gnu_debuglink). Open that file."
        ),
        Error::NoDwarf { .. } => {
            "This ELF file has no debug information (no .debug_info section), and no .BTF section either.".to_owned()
        }
        Error::UnitHeader { offset, cause, .. } => {
            format!("The unit header at offset {offset:#x} of .debug_info is damaged: {cause}.")
        }
        Error::SplitFile => {
            "It contains only split debug information (a .dwo or .dwp file).".to_owned()
        }
        Error::NothingChosen { units, first } => format!(
            "All of its units ({}) were left out: {first}.",
            grouped(*units)
        ),
        Error::NoTypes { units } => format!(
            "The debug information of this file describes no types (in {}).",
            counted(*units, "unit", "units")
        ),
        _ => sentence(&error.to_string()),
    };
    known(Failure {
        title: title.to_owned(),
        cause,
        advice: advice.to_owned(),
        details: details(error),
        ..Failure::default()
    })
}

/// An ELF file that cannot be read.
pub fn of_elf(error: &elf::Error) -> Failure {
    use elf::Error;
    let again = "The download or copy probably stopped early: get the file again.";
    let cut = |what: &str, start: u64, size: u64, have: u64| {
        Some(Box::new(Cut {
            what: what.to_owned(),
            start,
            end: start.saturating_add(size),
            have,
        }))
    };
    let mut failure = Failure {
        title: "This ELF file cannot be read".to_owned(),
        cause: sentence(&error.to_string()),
        advice:
            "Get the file again. If readelf -SW reads it, please report it with the details below."
                .to_owned(),
        details: details(error),
        ..Failure::default()
    };
    match error {
        Error::Truncated {
            what,
            offset,
            need,
            have,
        } => failure.cut = cut(&format!("its {what}"), *offset, *need, *have),
        Error::SectionBeyondEnd {
            section,
            offset,
            size,
            file_len,
        } => {
            failure.cut = cut(section, *offset, *size, *file_len);
        }
        Error::Read(read) if read.kind != ReadErrorKind::EndOfSource => {
            return unreadable(error.to_string());
        }
        Error::Read(_) => {
            failure.title = "This file is cut short".to_owned();
            failure.advice = again.to_owned();
        }
        Error::NotElf { .. } => {
            failure.title = "Not an ELF file".to_owned();
            failure.advice =
                "Choose a vmlinux, another ELF file with debug information, or a BTF file."
                    .to_owned();
        }
        Error::OutOfMemory { .. } => {
            failure.title = "Out of memory".to_owned();
            failure.advice = "A browser gives a worker 4 GB at most. Close other tabs, or use the command: btfscope encode.".to_owned();
        }
        _ => {}
    }
    if let Some(Cut {
        what,
        start,
        end,
        have,
    }) = failure.cut.as_deref()
    {
        failure.title = "This file is cut short".to_owned();
        failure.cause = format!(
            "The file ends at {} bytes, but {what} runs to {}.",
            grouped(*have),
            grouped(*end)
        );
        failure.advice = again.to_owned();
        failure.details.push((
            "Place".to_owned(),
            format!(
                "{what}, offset {start:#x}, size {:#x}",
                end.saturating_sub(*start)
            ),
        ));
    }
    known(failure)
}

/// The engine's own words, for a report: a title and advice of the page's may stand in their place above.
fn details(error: &impl std::fmt::Display) -> Vec<(String, String)> {
    vec![("Error".to_owned(), error.to_string())]
}
