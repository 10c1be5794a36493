//! Kept results: written, listed, opened again, forgotten.

use super::workers::explorer_events;
use super::{Again, App, LibraryMsg, Notice, Opening};
use crate::store::{self, KeptResult};
use crate::work::{Explorer, Keeping, Model};
use js_sys::Array;
use web_sys::{File, FilePropertyBag};
use yew::Context;

/// Saves results that were deleted, as they were.
pub(super) fn save_again(ctx: &Context<App>, results: Vec<KeptResult>) {
    ctx.link().send_future(async move {
        for result in &results {
            // What the browser has no more space for is missing in the list.
            let _ = store::keep(result).await;
        }
        LibraryMsg::Listed(store::list().await)
    });
}

impl App {
    /// Handles a message. Returns whether the page must be drawn again.
    pub(super) fn on_library(&mut self, ctx: &Context<App>, msg: LibraryMsg) -> bool {
        match msg {
            LibraryMsg::Keep => self.keep(ctx),
            LibraryMsg::Written(kept) => self.on_kept(kept),
            LibraryMsg::Listed(listed) => self.on_listed(listed),
            LibraryMsg::Open(number) => self.open_kept(ctx, number),
            LibraryMsg::Rename(number) => {
                self.library.renaming = number;
                self.chrome.focus = number.map(|_| "rename");
            }
            LibraryMsg::Renamed(number, title) => {
                self.library.renaming = None;
                let title = Some(title.trim().to_owned()).filter(|title| !title.is_empty());
                if let Some(model) = &mut self.current.model
                    && matches!(model.keeping, Keeping::Kept(there) if there == number)
                {
                    model.title = title.clone();
                }
                ctx.link().send_future(async move {
                    LibraryMsg::Listed(store::rename(number, title).await)
                });
            }
            LibraryMsg::Forget(which) => {
                self.forget_kept(ctx, which);
            }
        }
        true
    }

    /// Asks what the browser keeps.
    pub(super) fn list_kept(&self, ctx: &Context<App>) {
        ctx.link()
            .send_future(async { LibraryMsg::Listed(store::list().await) });
    }

    /// Keeps the result.
    fn keep(&mut self, ctx: &Context<App>) {
        let Some(model) = self.current.model.as_mut() else {
            return;
        };
        let Some(result) = model.to_keep() else {
            return;
        };
        if model.keeping == Keeping::No {
            model.keeping = Keeping::Writing(result.at);
            ctx.link().send_future(async move {
                let kept = store::keep(&result).await;
                LibraryMsg::Written(kept.map(|number| (number, Box::new(result))))
            });
        }
    }

    /// Handles the end of keeping a result.
    fn on_kept(&mut self, kept: Result<(u32, Box<store::KeptResult>), String>) {
        match kept {
            Ok((number, result)) => {
                let written = Keeping::Writing(result.at);
                self.chrome.announcement =
                    format!("{} is saved in this browser", result.called()).into();
                self.library.results.push((number, *result));
                // Another result may have come meanwhile.
                if let Some(model) = self
                    .current
                    .model
                    .as_mut()
                    .filter(|model| model.keeping == written)
                {
                    model.keeping = Keeping::Kept(number);
                }
            }
            Err(cause) => {
                if let Some(model) = &mut self.current.model
                    && let Keeping::Writing(_) = model.keeping
                {
                    model.keeping = Keeping::No;
                }
                self.chrome.notice = Some(Notice::error(
                    format!("The browser could not save this result: {cause}."),
                    "It stays open until you close this tab. Private windows and full disks save nothing; download the raw .BTF instead.",
                ));
            }
        }
    }

    /// Takes the list of kept results.
    fn on_listed(&mut self, listed: Result<Vec<(u32, store::KeptResult)>, String>) {
        if listed
            .as_ref()
            .err()
            .is_some_and(|cause| cause == store::NEWER)
        {
            self.chrome.notice = Some(Notice::error(
                format!(
                    "Results saved in this browser cannot be listed: {}.",
                    store::NEWER
                ),
                "They are untouched. Reload the page to get the newer version; until then nothing can be saved.",
            ));
        }
        // A browser without IndexedDB has no kept results.
        self.library.results = listed.unwrap_or_default();
        if let Some(model) = &mut self.current.model
            && let Keeping::Kept(number) = model.keeping
            && !self
                .library
                .results
                .iter()
                .any(|(there, _)| *there == number)
        {
            model.keeping = Keeping::No;
        }
    }

    /// Forgets one kept result or all. What is forgotten can be saved again as long as the notice is there.
    fn forget_kept(&mut self, ctx: &Context<App>, which: Option<u32>) {
        let results = self.library.results.iter();
        let forgotten = results.filter(|(number, _)| which.is_none_or(|which| which == *number));
        let forgotten: Vec<KeptResult> = forgotten.map(|(_, result)| result.clone()).collect();
        let what = match forgotten.as_slice() {
            [] => return,
            [one] => format!("{} was deleted from this browser.", one.called()),
            all => format!("{} results were deleted from this browser.", all.len()),
        };
        let notice = Notice::plain(what, "");
        self.chrome.notice = Some(notice.with_again(Some(Again::Saved(forgotten))));
        ctx.link()
            .send_future(async move { LibraryMsg::Listed(store::forget(which).await) });
    }

    /// Opens a kept result, or asks first if it would replace something.
    fn open_kept(&mut self, ctx: &Context<App>, number: u32) {
        let found = self
            .library
            .results
            .iter()
            .find(|(there, _)| *there == number);
        let Some((_, result)) = found else { return };
        let parts = Array::of1(&result.btf);
        let options = FilePropertyBag::new();
        let file = File::new_with_blob_sequence_and_options(&parts, &result.name, &options);
        if let Ok(file) = file {
            let opening = Opening {
                raw: true,
                kept_result: Some(number),
                ..Opening::of(file)
            };
            self.open(ctx, opening);
        }
    }

    /// Shows a kept result.
    pub(super) fn reopen(&mut self, ctx: &Context<App>, file: File, number: u32) {
        let found = self
            .library
            .results
            .iter()
            .find(|(there, _)| *there == number);
        let Some((_, result)) = found else { return };
        let explorer = Explorer::start(&self.work.explorer, &explorer_events(ctx));
        let model = Model::of_kept(file, number, result, explorer);
        self.take_model(ctx, model);
        self.show_result();
    }
}
