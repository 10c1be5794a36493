//! Files that were given: what they are, and what they are to each other.

use super::{App, Notice, Opening};
use web::figures::counted;
use web::intake::{FileKind, classify, refusal, sort};
use web_sys::File;
use yew::Context;

/// Files of one sort that a sentence names; of the rest it gives the number.
const NAMED: usize = 4;

impl App {
    /// Looks at what files are; opens the one that can be opened, with the modules beside it.
    pub(super) fn take_in(
        &mut self,
        ctx: &Context<App>,
        heads: Vec<(File, Result<Vec<u8>, String>)>,
        mut refused: Vec<(String, String)>,
    ) {
        let (mut files, mut kinds) = (Vec::new(), Vec::new());
        for (file, head) in heads {
            let name = file.name();
            match head {
                Err(error) => refused.push((
                    format!("{name} cannot be read: {error}"),
                    "If it is a folder, choose a file in it; otherwise choose it again.".to_owned(),
                )),
                Ok(head) => match refusal(&name, &head) {
                    Some(refusal) => refused.push(refusal),
                    None => {
                        kinds.push(classify(&name, &head));
                        files.push(file);
                    }
                },
            }
        }
        let sorted = sort(&kinds, self.model.is_some() || self.job.is_some());
        if !sorted.rivals.is_empty() {
            let names: Vec<String> = (sorted.rivals.iter().take(NAMED))
                .filter_map(|at| files.get(*at).map(File::name))
                .collect();
            let more = match sorted.rivals.len() - names.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            self.notice = Some(Notice::error(
                format!(
                    "{}{more}: each of these {} could be the kernel, but one is opened at a time.",
                    names.join(", "),
                    counted(sorted.rivals.len() as u64, "file", "files")
                ),
                "Give one of them, with the modules that belong to it.",
            ));
            return;
        }
        let pick = |at: &usize| files.get(*at).cloned();
        let mut modules: Vec<File> = sorted.modules.iter().filter_map(pick).collect();
        let opening = sorted.kernel.and_then(|at| {
            let (file, kind) = (files.get(at)?.clone(), kinds.get(at)?);
            Some(Opening {
                file,
                raw: *kind == FileKind::Btf,
                modules: Vec::new(),
            })
        });
        let nothing = opening.is_none() && modules.is_empty();
        match opening {
            // An object file that opens alone is no kernel for the modules that wait.
            Some(mut opening) => {
                if sorted.kernel.and_then(|at| kinds.get(at)) != Some(&FileKind::Object) {
                    let mut kept = std::mem::take(&mut self.kept);
                    kept.retain(|file| modules.iter().all(|other| other.name() != file.name()));
                    modules.extend(kept);
                }
                opening.modules = modules;
                self.open(ctx, opening);
            }
            None => self.take_modules(ctx, modules),
        }
        if refused.is_empty() {
            return;
        }
        let (what, next) = told(refused);
        self.notice = Some(match nothing {
            true => Notice::error(what, next),
            false => Notice::plain(format!("Left aside: {what}"), next),
        });
    }
}

/// What was refused, in a few sentences.
fn told(refused: Vec<(String, String)>) -> (String, String) {
    let count = refused.len();
    let (what, mut next): (Vec<String>, Vec<String>) = refused.into_iter().take(NAMED).unzip();
    let more = match count.saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" And {more} more."),
    };
    next.dedup();
    (what.join(" ") + &more, next.join(" "))
}
