//! Errors of unpacking as what the page shows: the cause, the next step.

use protocol::failure::Failure;
use protocol::figures::counted;
use protocol::text::capitalised;
use unpack::Error;

/// What to do where the browser has no room.
const NO_ROOM: &str = "Free some space, or take the kernel out with the command btfscope unpack, and open that. In a private window there may be no storage at all.";
/// What to open instead of a package without a kernel.
const ANOTHER: &str = "Choose the package with the kernel’s debug information (-dbg, -dbgsym, -debuginfo), or the one with its image.";

/// The failure that an error is.
pub fn of(name: &str, error: &Error) -> Failure {
    let mut failure = match error {
        Error::NoKernel {
            elsewhere: Some(elsewhere),
            ..
        } => failure(
            name,
            "it contains no kernel and no BTF",
            &format!("{}.", capitalised(elsewhere)),
        ),
        Error::NoKernel { modules: 0, .. } => {
            failure(name, "it contains no kernel and no BTF", ANOTHER)
        }
        Error::NoKernel { modules, .. } => {
            let modules = counted(*modules, "module", "modules");
            let cause = format!("it contains no kernel, but {modules}");
            failure(
                name,
                &cause,
                &format!(
                    "{ANOTHER} For the modules, use btfscope unpack --modules, and drop what comes out on their kernel."
                ),
            )
        }
        Error::Write { written: 0, source } => failure(name, &source.to_string(), NO_ROOM),
        Error::Write { .. } => failure(name, &error.to_string(), NO_ROOM),
        Error::OverBudget(_) => Failure {
            title: "Far more than a file of this size needs".to_owned(),
            ..failure(
                name,
                &error.to_string(),
                "Get the file again if it may be damaged.",
            )
        },
        error => {
            let text = error.to_string();
            match text.rsplit_once("; ") {
                Some((cause, advice)) => failure(
                    name,
                    cause,
                    &(capitalised(advice.trim_end_matches('.')) + "."),
                ),
                None => failure(name, &text, "Get the file again, or choose another."),
            }
        }
    };
    failure.details = details(error);
    failure
}

/// For a report: where it is.
fn details(error: &Error) -> Vec<(String, String)> {
    let mut details = vec![("Stage".to_owned(), "unpack".to_owned())];
    let mut add = |name: &str, value: String| details.push((name.to_owned(), value));
    if let Some(place) = error.place() {
        add("Part", place.part.clone());
        add("Offset", format!("{:#x}", place.offset));
        if let Some(entry) = &place.entry {
            add("Entry", entry.clone());
        }
    }
    details
}

/// A file that was asked for by its name and cannot be opened.
pub fn neither(name: &str) -> Failure {
    let cause = "what is in it is neither an ELF file nor BTF";
    failure(name, cause, "Choose another file.")
}

/// The browser did not write what came out, or does not read it.
pub fn unwritten(name: &str, cause: &str) -> Failure {
    failure(name, cause, NO_ROOM)
}

fn failure(name: &str, cause: &str, advice: &str) -> Failure {
    let cause = cause.trim_end_matches('.');
    Failure {
        title: "This file cannot be unpacked".to_owned(),
        cause: format!("{name} cannot be unpacked: {cause}."),
        advice: advice.to_owned(),
        ..Failure::default()
    }
}
