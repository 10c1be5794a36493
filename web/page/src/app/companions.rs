//! Companions of files: they come with these, or later, after the page has said which are missing.

use super::{App, Opening};
use pipeline::Companion;
use protocol::companions::Paths;
use protocol::figures::counted;
use protocol::files::GivenFile;
use protocol::queue::ModuleId;
use web_sys::File;
use yew::Context;

/// Adds files to others. A file replaces one with the same path.
pub fn add(to: &mut Vec<GivenFile>, files: Vec<GivenFile>) {
    for file in files {
        match to.iter_mut().find(|there| there.path == file.path) {
            Some(there) => *there = file,
            None => to.push(file),
        }
    }
}

/// Which of these paths are companions that an input misses.
fn answers(paths: &Paths, missing: &[Companion], input: &str) -> Vec<usize> {
    (missing.iter())
        .filter_map(|companion| paths.find(companion, input))
        .collect()
}

impl App {
    /// The input that misses companions, the result or a module: its name, and the companions.
    pub fn missing_in_result(
        &self,
        only: Option<ModuleId>,
    ) -> impl Iterator<Item = (&str, &[Companion])> {
        let model = (self.current.model.iter())
            .filter(move |_| only.is_none())
            .map(|model| (model.name.as_str(), model.files.missing.as_slice()));
        let modules = (self.current.modules.rows.iter())
            .filter(move |module| only.is_none_or(|id| module.id == id))
            .map(|module| (module.name.as_str(), module.missing()));
        let all = model.chain(modules);
        all.filter(|(_, missing)| !missing.is_empty())
    }

    /// Which of these paths are files that something misses, whatever they look like.
    pub(super) fn wanted(&self, paths: &Paths) -> Vec<usize> {
        let failed = (self.current.failed.iter())
            .map(|failed| (failed.name.as_str(), failed.failure.missing.as_slice()));
        failed
            .chain(self.missing_in_result(None))
            .flat_map(|(name, missing)| answers(paths, missing, name))
            .collect()
    }

    /// Takes files that others refer to. Where one was missing, what misses it is encoded anew; otherwise
    /// they wait for the file that comes next, unless they are of use already (`used`).
    pub(super) fn take_companions(
        &mut self,
        ctx: &Context<App>,
        files: Vec<GivenFile>,
        used: bool,
    ) {
        if files.is_empty() {
            return;
        }
        let paths = Paths::new(files.iter().map(|file| file.path.clone()));
        let wanted = |name: &str, missing: &[Companion]| !answers(&paths, missing, name).is_empty();
        if let Some(opening) = &mut self.inbox.opening {
            return add(&mut opening.companions, files);
        }
        if let Some(pending) = &mut self.inbox.pending {
            return add(&mut pending.opening.companions, files);
        }
        if self.work.job.is_some() {
            // What the job misses is known after its end.
            return add(&mut self.inbox.unclaimed, files);
        }
        if let Some(failed) = &self.current.failed
            && wanted(&failed.name, &failed.failure.missing)
        {
            let mut opening = Opening::of(failed.file.clone());
            opening.companions = failed.companions.clone();
            opening.modules = std::mem::take(&mut self.inbox.orphan_modules);
            add(&mut opening.companions, files);
            return self.start(ctx, opening);
        }
        let Some(model) = &mut self.current.model else {
            return add(&mut self.inbox.unclaimed, files);
        };
        let of_model = wanted(&model.name, &model.files.missing);
        let rows = &self.current.modules.rows;
        let again: Vec<File> = match of_model {
            true => rows.iter().map(|module| module.file.clone()).collect(),
            false => (rows.iter())
                .filter(|module| wanted(&module.name, module.missing()))
                .map(|module| module.file.clone())
                .collect(),
        };
        if of_model {
            let mut opening = Opening::of(model.file.clone());
            opening.reads_inline = model.reads_inline();
            opening.companions = model.companions.clone();
            opening.modules = again;
            add(&mut opening.companions, files);
            self.start(ctx, opening);
        } else if !again.is_empty() {
            add(&mut model.companions, files);
            self.take_modules(ctx, again);
        } else if !used {
            add(&mut self.inbox.unclaimed, files);
        }
    }

    /// A sentence about the companions that wait for the next file.
    pub fn unclaimed_files(&self) -> Option<String> {
        let (first, rest) = self.inbox.unclaimed.split_first()?;
        Some(match rest.len() as u64 {
            0 => format!(
                "{} contains debug information of another file.",
                first.file.name()
            ),
            more => format!(
                "{} and {} contain debug information of other files.",
                first.file.name(),
                counted(more, "other file", "other files")
            ),
        })
    }
}
