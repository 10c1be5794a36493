//! Results: one takes the place of another; kept in the browser, opened again, forgotten.

use super::workers::explorer_events;
use super::{App, Listing, Msg, Notice, Opening, View};
use crate::store;
use crate::work::{Explorer, Keeping, Model, Modules};
use gloo_timers::future::TimeoutFuture;
use js_sys::Array;
use protocol::figures::{bytes_text, counted};
use web_sys::{File, FilePropertyBag};
use yew::Context;

/// Milliseconds after which a result counts as shown.
const SHOWN_MS: u32 = 200;

impl App {
    /// Shows a result in the place of the one before.
    pub(super) fn take_model(&mut self, ctx: &Context<App>, model: Model) {
        let after = model.files.statistics.after;
        self.announcement = format!(
            "Done: {}, {}",
            counted(after.types, "type", "types"),
            bytes_text(after.bytes)
        )
        .into();
        self.left_out = None;
        self.model = Some(model);
        self.comparison = None;
        ctx.link().send_future(async {
            TimeoutFuture::new(SHOWN_MS).await;
            Msg::Shown
        });
        // Those of the model before stood on its types.
        self.modules = Modules::default();
        self.scope = None;
        self.module = None;
        self.listing = Listing::default();
    }

    /// Looks what is kept in the browser.
    pub(super) fn list_stored(&self, ctx: &Context<App>) {
        ctx.link()
            .send_future(async { Msg::Stored(store::list().await) });
    }

    /// Keeps the result.
    pub(super) fn store(&mut self, ctx: &Context<App>) {
        let Some(model) = self.model.as_mut() else {
            return;
        };
        let Some(result) = model.to_keep() else {
            return;
        };
        if model.kept == Keeping::No {
            model.kept = Keeping::Writing(result.at);
            ctx.link().send_future(async move {
                let kept = store::keep(&result).await;
                Msg::Kept(kept.map(|number| (number, Box::new(result))))
            });
        }
    }

    /// Takes word of what was written.
    pub(super) fn stored(&mut self, kept: Result<(u32, Box<store::Stored>), String>) {
        match kept {
            Ok((number, result)) => {
                let written = Keeping::Writing(result.at);
                self.announcement = format!("{} is kept in this browser", result.name).into();
                self.stored.push((number, *result));
                // Another result may have come meanwhile.
                if let Some(model) = self.model.as_mut().filter(|model| model.kept == written) {
                    model.kept = Keeping::Kept(number);
                }
            }
            Err(cause) => {
                if let Some(model) = &mut self.model
                    && let Keeping::Writing(_) = model.kept
                {
                    model.kept = Keeping::No;
                }
                self.notice = Some(Notice::error(
                    format!("The browser did not keep this result: {cause}."),
                    "It is here until the tab closes. A private window, or a full disk, keeps nothing; \
                     the raw .BTF can be downloaded instead.",
                ));
            }
        }
    }

    /// Takes what is kept now.
    pub(super) fn take_stored(&mut self, listed: Result<Vec<(u32, store::Stored)>, String>) {
        // A browser without such a store has none to show.
        self.stored = listed.unwrap_or_default();
        if let Some(model) = &mut self.model
            && let Keeping::Kept(number) = model.kept
            && !self.stored.iter().any(|(there, _)| *there == number)
        {
            model.kept = Keeping::No;
        }
    }

    /// Forgets what is kept.
    pub(super) fn forget_stored(&self, ctx: &Context<App>, which: Option<u32>) {
        ctx.link()
            .send_future(async move { Msg::Stored(store::forget(which).await) });
    }

    /// Opens a kept result, or asks for a word first when it would replace something.
    pub(super) fn open_stored(&mut self, ctx: &Context<App>, number: u32) {
        let found = self.stored.iter().find(|(there, _)| *there == number);
        let Some((_, result)) = found else { return };
        let parts = Array::of1(&result.btf);
        let options = FilePropertyBag::new();
        let file = File::new_with_blob_sequence_and_options(&parts, &result.name, &options);
        if let Ok(file) = file {
            let opening = Opening {
                raw: true,
                stored: Some(number),
                ..Opening::of(file)
            };
            self.open(ctx, opening);
        }
    }

    /// Shows a kept result.
    pub(super) fn reopen(&mut self, ctx: &Context<App>, file: File, number: u32) {
        let found = self.stored.iter().find(|(there, _)| *there == number);
        let Some((_, result)) = found else { return };
        let explorer = Explorer::start(&self.explorer, &explorer_events(ctx));
        let model = Model::kept(file, number, result, explorer);
        self.take_model(ctx, model);
        self.show(View::Overview);
    }
}
