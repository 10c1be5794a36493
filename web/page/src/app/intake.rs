//! Files that were given: what they are, and how they belong together.

use super::packages::{Arrival, Arrivals, Order, Purpose};
use super::{App, Notice, Opening, companions};
use crate::work::allowed;
use protocol::companions::Paths;
use protocol::figures::counted;
use protocol::files::GivenFile;
use protocol::intake::{FileKind, classify, find_modules, is_bpf, refusal, refusal_beside, sort};
use web_sys::File;
use yew::Context;

/// How many files of one sort a sentence names; the others are counted.
const NAMED: usize = 4;

impl App {
    /// Finds out what files are, has those unpacked that are packed, and opens the one that can be opened with those that belong to it.
    pub(super) fn take_in(
        &mut self,
        ctx: &Context<App>,
        heads: Vec<(GivenFile, Result<Vec<u8>, String>)>,
        mut refused: Vec<(String, String)>,
    ) {
        if self.are_programs(&heads) {
            return self.take_programs(ctx, heads);
        }
        let mut files = Vec::new();
        for (given, head) in heads {
            let name = given.file.name();
            match head {
                Err(error) => refused.push((
                    format!("{name} cannot be read: {error}"),
                    "If it is a folder, choose a file in it; otherwise choose the file again."
                        .to_owned(),
                )),
                Ok(head) => {
                    let kind = classify(&given.path, &head);
                    match refusal(kind, &name, &head) {
                        Some(refusal) => refused.push(refusal),
                        None => files.push(Arrival { given, kind }),
                    }
                }
            }
        }
        let arrivals = Arrivals { files, refused };
        let replaces = match self.work.engine {
            // Packed modules alone replace nothing that is there.
            Some(_) => arrivals.packed_kernel(),
            // No file is read before the page's second policy holds.
            None => arrivals.packed_first(),
        };
        if let Some(file) = replaces.cloned() {
            self.open(ctx, Opening::of_packed(file, arrivals));
        } else if arrivals.packed().is_some() {
            self.unpack(ctx, Order::of(Purpose::Open, arrivals));
        } else {
            self.sort_in(ctx, arrivals, false);
        }
    }

    /// Opens what can be opened of these files with those that belong to it. If it is `confirmed`, it may replace what is there.
    pub(super) fn sort_in(&mut self, ctx: &Context<App>, arrivals: Arrivals, confirmed: bool) {
        let Arrivals { files, mut refused } = arrivals;
        let mut kinds: Vec<FileKind> = files.iter().map(|file| file.kind).collect();
        let files: Vec<GivenFile> = files.into_iter().map(|file| file.given).collect();
        // A file that is missing may have any name and any form.
        let names: Vec<&str> = files.iter().map(|given| given.path.as_str()).collect();
        find_modules(&names, &mut kinds);
        let paths = Paths::new(files.iter().map(|given| given.path.clone()));
        for at in self.wanted(&paths) {
            kinds[at] = FileKind::Companion;
        }
        let sorted = sort(
            &kinds,
            self.current.model.is_some() || self.work.job.is_some(),
        );
        let given = |at: &usize| files.get(*at).cloned();
        let companions: Vec<GivenFile> = sorted.companions.iter().filter_map(given).collect();
        if let &[first, second] = sorted.rivals.as_slice()
            && let (Some(one), Some(other)) = (given(&first), given(&second))
        {
            let opening = |at: usize, file: &File| Opening {
                raw: kinds.get(at) == Some(&FileKind::Btf),
                companions: companions.clone(),
                ..Opening::of(file.clone())
            };
            let kernels = [opening(first, &one.file), opening(second, &other.file)];
            refused.extend(sorted.inline.iter().filter_map(given).map(|given| {
                (
                    format!(
                        "{} contains the inline sites of one kernel, and two kernels were given.",
                        given.file.name()
                    ),
                    "Open its kernel, then drop the file on it.".to_owned(),
                )
            }));
            let modules = sorted.modules.iter().filter_map(given).collect();
            self.ask_about_pair(ctx, kernels, modules);
            if !refused.is_empty() {
                self.chrome.notice = Some(refusals(refused, false));
            }
            return;
        }
        if !sorted.rivals.is_empty() {
            let names: Vec<String> = (sorted.rivals.iter().take(NAMED))
                .filter_map(|at| files.get(*at).map(|given| given.file.name()))
                .collect();
            let more = match sorted.rivals.len() - names.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            self.chrome.notice = Some(Notice::error(
                format!(
                    "{}{more}: each of these {} could be the kernel, but one is opened at a time.",
                    names.join(", "),
                    counted(sorted.rivals.len() as u64, "file", "files")
                ),
                "Open one or two of them, with the modules that belong to them.",
            ));
            return;
        }
        let file = |at: &usize| files.get(*at).map(|given| given.file.clone());
        let modules: Vec<File> = sorted.modules.iter().filter_map(file).collect();
        let inline = sorted.inline.first().and_then(file);
        refused.extend(sorted.inline.iter().skip(1).filter_map(given).map(|given| {
            (
                format!(
                    "{} is another file of inline sites; one belongs to a kernel.",
                    given.file.name()
                ),
                "Drop the one that belongs to the open kernel.".to_owned(),
            )
        }));
        let nothing = sorted.kernel.is_none()
            && modules.is_empty()
            && companions.is_empty()
            && inline.is_none();
        match sorted
            .kernel
            .and_then(|at| Some((file(&at)?, *kinds.get(at)?)))
        {
            Some((file, kind)) => {
                let opening = self.opening_with((file, kind), modules, companions, inline);
                match confirmed {
                    true => self.start(
                        ctx,
                        Opening {
                            budget: allowed(),
                            ..opening
                        },
                    ),
                    false => self.open(ctx, opening),
                }
            }
            None => {
                // Modules that came with companions may need them, whatever else does.
                let mut used = false;
                if !modules.is_empty()
                    && let Some(model) = &mut self.current.model
                {
                    companions::add(&mut model.companions, companions.clone());
                    used = self.work.job.is_none();
                }
                self.take_modules(ctx, modules);
                self.take_companions(ctx, companions, used);
                if let Some(inline) = inline {
                    self.take_inline(inline);
                }
            }
        }
        if refused.is_empty() {
            return;
        }
        let is_over_budget = |(what, _): &(String, String)| what.contains("btfscope --budget");
        let larger = match confirmed && refused.iter().any(is_over_budget) {
            true => self.work.opening.as_ref().map(Opening::with_more),
            false => None,
        };
        self.chrome.notice = Some(refusals(refused, nothing).with_again(larger));
    }
}

impl App {
    /// Whether files are to be checked as programs: BPF objects that come beside a kernel or with one. An object alone opens as
    /// any other file.
    fn are_programs(&self, heads: &[(GivenFile, Result<Vec<u8>, String>)]) -> bool {
        let is_object =
            |head: &Result<Vec<u8>, String>| head.as_ref().is_ok_and(|head| is_bpf(head));
        let objects = heads.iter().filter(|(_, head)| is_object(head)).count();
        objects > 0 && (heads.len() > 1 || self.current.model.is_some() || self.work.job.is_some())
    }

    /// A file with the files that came with it, and those that waited for it.
    fn opening_with(
        &mut self,
        (file, kind): (File, FileKind),
        mut modules: Vec<File>,
        files: Vec<GivenFile>,
        inline: Option<File>,
    ) -> Opening {
        // An object file that opens alone is no kernel for the modules that wait.
        if kind != FileKind::Object {
            let mut orphans = std::mem::take(&mut self.inbox.orphan_modules);
            orphans.retain(|file| modules.iter().all(|other| other.name() != file.name()));
            modules.extend(orphans);
        }
        // A file that is opened again gets the same companions.
        let name = file.name();
        let before = match (&self.current.failed, &self.current.model) {
            (Some(failed), _) if failed.name == name => failed.companions.clone(),
            (_, Some(model)) if model.name == name => model.companions.clone(),
            _ => Vec::new(),
        };
        let mut companions = before;
        companions::add(&mut companions, std::mem::take(&mut self.inbox.unclaimed));
        companions::add(&mut companions, files);
        Opening {
            raw: kind == FileKind::Btf,
            modules,
            companions,
            inline: inline.or_else(|| self.inbox.inline.take()),
            ..Opening::of(file)
        }
    }
}

/// A file for a comparison or a history, if it must be unpacked first.
pub(super) fn packed(given: &GivenFile, head: &Result<Vec<u8>, String>) -> Option<Arrivals> {
    let kind = classify(&given.path, head.as_ref().ok()?);
    (kind == FileKind::Packed).then(|| Arrivals {
        files: vec![Arrival {
            given: given.clone(),
            kind,
        }],
        refused: Vec::new(),
    })
}

/// Why a file is not taken for a comparison or a history, by its first bytes; `None` for one that is.
pub(super) fn refused(given: &GivenFile, head: Result<Vec<u8>, String>) -> Option<Notice> {
    let name = given.file.name();
    let refused = match head {
        Err(error) => Some((
            format!("{name} cannot be read: {error}."),
            "Choose the file again.".to_owned(),
        )),
        Ok(head) => refusal_beside(classify(&given.path, &head), &name, &head),
    };
    refused.map(|(what, next)| Notice::error(what, next))
}

/// The notice about refused files: each fact with its own advice, files of the same advice together.
fn refusals(refused: Vec<(String, String)>, nothing: bool) -> Notice {
    let more = match refused.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" And {more} more."),
    };
    let mut groups: Vec<(String, String)> = Vec::new();
    for (what, next) in refused.into_iter().take(NAMED) {
        match groups.iter_mut().find(|(_, advice)| *advice == next) {
            Some((facts, _)) => *facts = format!("{facts} {what}"),
            None => groups.push((what, next)),
        }
    }
    let mut groups = groups.into_iter();
    let (what, next) = groups.next().unwrap_or_default();
    let mut notice = match nothing {
        true => Notice::error(what, next),
        false => Notice::plain(format!("Skipped: {what}"), next),
    };
    notice.rest = groups.collect();
    match notice.rest.last_mut() {
        Some((_, next)) => next.push_str(&more),
        None => notice.next.push_str(&more),
    }
    notice
}
