//! `btfscope verify`: checks BTF by the kernel's rules.

use crate::args::{VerifyArgs, Whom};
use crate::failure::{Failure, one_line};
use crate::inline::{self, Part};
use crate::input;
use crate::stdout::Stdout;
use crate::table::number;
use btf::verify::{
    Feature, FeatureUse, MAX_PROBLEMS, Release, Subject, Target, VerifyError, features, problems,
    verify_as,
};
use btf::{Btf, WriteOptions};
use std::fmt::Write;
use std::ops::Range;
use std::process::ExitCode;
use std::sync::Arc;

/// Checks the kernel's rules. The exit code is 1 if one is broken.
pub fn run(args: &VerifyArgs) -> Result<ExitCode, Failure> {
    let Part { bytes, base } = match inline::part(&args.file, args.base.as_deref(), args.inline)? {
        Some(part) => part,
        None => types(args)?,
    };
    let target = Target {
        subject: match args.subject {
            Whom::Program => Subject::Program,
            Whom::Kernel => Subject::Kernel,
        },
        release: args.release,
    };
    let parts = match input::parts(&args.file, &bytes, base.as_ref()) {
        Ok(parts) => parts.ranges,
        // The error comes below, in the words of the kernel.
        Err(_) => Vec::new(),
    };
    if parts.len() > 1 {
        return several(args, &bytes, base.as_ref(), target, &parts);
    }
    let found = match verify_as(&bytes, base.as_ref(), target) {
        Ok(btf) => {
            let types = number(btf.len() as u64);
            let mut text = format!("{types} types, no rule broken.\n");
            text.push_str(&support(&features(&btf)));
            crate::stdout::print(&text)?;
            return Ok(ExitCode::SUCCESS);
        }
        // All problems, not only the first.
        Err(VerifyError::Type(_)) => {
            let btf = input::parse(&args.file, &bytes, base.as_ref())?;
            problems(&btf, target, MAX_PROBLEMS)
                .iter()
                .map(ToString::to_string)
                .collect()
        }
        Err(error) => vec![error.to_string()],
    };
    print_problems(&found)?;
    let count = match found.len() {
        1 => "1 problem".to_owned(),
        MAX_PROBLEMS => format!("{} problems or more", number(MAX_PROBLEMS as u64)),
        many => format!("{} problems", number(many as u64)),
    };
    let takers = takers(&bytes, base.as_ref(), target.subject);
    Err(Failure::of(
        &args.file,
        format!(
            "{count}; the kernel of Linux {} refuses this BTF{takers}",
            args.release
        ),
    ))
}

/// The types of the file; on the given base if they come with a distilled one.
fn types(args: &VerifyArgs) -> Result<Part, Failure> {
    let base = input::base(args.base.as_deref())?;
    let bytes = input::btf_bytes(&args.file)?;
    let (bytes, base) = match (input::distilled_base(&args.file)?, base) {
        (Some(own), Some(base)) => {
            let relocated = input::relocated(&args.file, &bytes, own, &base)?;
            let written = relocated.to_bytes(WriteOptions::keeping(&relocated));
            let written = written.map_err(|error| Failure::of(&args.file, error))?;
            (written, Some(base))
        }
        (Some(own), None) => (bytes, Some(own)),
        (None, base) => (bytes, base),
    };
    Ok(Part { bytes, base })
}

fn print_problems(found: &[String]) -> Result<(), Failure> {
    let mut out = Stdout::lock();
    let printed = found
        .iter()
        .try_for_each(|problem| writeln!(out, "{}", one_line(problem)));
    out.finish(printed).or_else(Failure::unless_reader_gone)
}

/// Checks each of several BTFs by itself. No kernel accepts them together.
fn several(
    args: &VerifyArgs,
    bytes: &[u8],
    base: Option<&Arc<Btf>>,
    target: Target,
    parts: &[Range<u64>],
) -> Result<ExitCode, Failure> {
    let mut found = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        // The ranges are those of `bytes`.
        let range = part.start as usize..part.end as usize;
        let part = bytes.get(range).unwrap_or_default();
        let problems = match verify_as(part, base, target) {
            Ok(_) => continue,
            Err(VerifyError::Type(_)) => {
                let btf = btf::parse(part, base.cloned());
                let btf = btf.map_err(|error| Failure::of(&args.file, error))?;
                let problems = problems(&btf, target, MAX_PROBLEMS);
                problems.iter().map(ToString::to_string).collect()
            }
            Err(error) => vec![error.to_string()],
        };
        let number = index + 1;
        found.extend(
            { problems }
                .iter()
                .map(|problem| format!("BTF {number}: {problem}")),
        );
        if found.len() >= MAX_PROBLEMS {
            break;
        }
    }
    found.truncate(MAX_PROBLEMS);
    print_problems(&found)?;
    let own = match found.len() {
        0 => "no rule is broken in any of them".to_owned(),
        MAX_PROBLEMS => format!("{} problems or more in them", number(MAX_PROBLEMS as u64)),
        1 => "1 problem in them".to_owned(),
        many => format!("{} problems in them", number(many as u64)),
    };
    Err(Failure::of(
        &args.file,
        format!(
            "this .BTF contains {} BTFs one after the other, and a kernel takes a single one (kernel: Unsupported section \
             found); {own}; run btfscope dedup on it first",
            number(parts.len() as u64)
        ),
    ))
}

/// What the BTF uses that not every kernel accepts, a line each, and which kernels accept it.
fn support(uses: &[FeatureUse]) -> String {
    let mut text = String::new();
    for one in uses {
        let first = one.first.map_or_else(String::new, |id| match one.types {
            1 => format!(": type {id}"),
            many => format!(": {} types, the first {id}", number(many)),
        });
        let since = one.feature.since();
        let refusers = match one.feature.refused_from() {
            Release::OLDEST => format!("Linux before {since} refuses"),
            from => format!("Linux from {from} until {since} refuses"),
        };
        let _ = writeln!(text, "{refusers} {}{first}", one.feature);
    }
    let takers = Feature::takers(uses.iter().map(|one| one.feature));
    if !uses.is_empty() {
        let _ = writeln!(text, "Accepted by Linux {}.", list(&takers));
    }
    text
}

/// Which kernels accept what the chosen one refuses, as the end of a sentence.
fn takers(bytes: &[u8], base: Option<&Arc<Btf>>, subject: Subject) -> String {
    let takes = |&release: &Release| verify_as(bytes, base, Target { subject, release }).is_ok();
    let takers: Vec<Release> = Release::LISTED.into_iter().filter(takes).collect();
    match takers.as_slice() {
        [] => format!(", as does every other from {} on", Release::OLDEST),
        takers => format!("; Linux {} would accept it", list(takers)),
    }
}

/// "5.10, 5.15, and 6.1"; releases of [`Release::LISTED`] in a row as "5.10 to 6.1".
fn list(releases: &[Release]) -> String {
    let mut runs: Vec<(Release, Release)> = Vec::new();
    let place = |release| Release::LISTED.iter().position(|listed| *listed == release);
    for &release in releases {
        match runs.last_mut() {
            Some((_, last)) if place(*last).map(|at| at + 1) == place(release) => *last = release,
            _ => runs.push((release, release)),
        }
    }
    let newest = |release| release == Release::NEWEST;
    let texts: Vec<String> = runs
        .into_iter()
        .map(|(first, last)| match (first == last, newest(last)) {
            (true, false) => first.to_string(),
            (_, true) => format!("{first} and newer"),
            (false, false) => format!("{first} to {last}"),
        })
        .collect();
    texts.join(", ")
}
