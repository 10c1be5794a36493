//! The current result: how it is replaced, compared, and asked.

use super::{App, Comparing, Kernels, Listing, ResultMsg, View};
use crate::work::{Model, Modules};
use gloo_timers::future::TimeoutFuture;
use protocol::figures::{bytes_text, counted};
use yew::Context;

/// Milliseconds after which a result counts as shown.
const SHOWN_MS: u32 = 200;

impl App {
    /// Handles a message. Returns whether the page must be drawn again.
    pub(super) fn on_result(&mut self, ctx: &Context<App>, msg: ResultMsg) -> bool {
        match msg {
            ResultMsg::Shown => {
                self.ask_what_follows(ctx);
                return false;
            }
            // Its keys have a meaning where the table of kinds is.
            ResultMsg::ByBytes(_) if !matches!(self.view, View::Overview | View::Module) => {
                return false;
            }
            ResultMsg::ByBytes(by_bytes) => {
                self.current.by_bytes = by_bytes;
                self.write_kinds();
            }
            ResultMsg::SortKinds(sorting) => {
                self.current.kinds = Some(sorting);
                self.write_kinds();
            }
            ResultMsg::LeftOut(question) => self.ask_left_out(ctx, question),
            ResultMsg::ToLab(name) => self.ask_to_lab(ctx, name),
            ResultMsg::Answer(from, answer) => {
                // A result that was replaced meanwhile is not asked any more.
                let model = self.current.model.as_ref();
                let is_current = model.is_some_and(|model| model.worker() == from);
                return is_current && self.on_answer(answer);
            }
            ResultMsg::OfKernel(of_kernel) => self.change_types(ctx, of_kernel),
            ResultMsg::ReadInline => self.read_inline(ctx),
            ResultMsg::Distil(distils) => self.distil(ctx, distils),
            ResultMsg::List(listing) => self.current.listing = listing,
            ResultMsg::Look(id) => self.look(id),
            ResultMsg::Scope(of) => self.look_into(of),
        }
        true
    }

    /// Shows a result instead of the one before.
    pub(super) fn take_model(&mut self, ctx: &Context<App>, model: Model) {
        let after = model.files.statistics.after;
        self.chrome.announcement = format!(
            "Done: {}, {}",
            counted(after.types, "type", "types"),
            bytes_text(after.bytes)
        )
        .into();
        self.current.left_out = None;
        self.current.model = Some(model);
        if let Some(file) = self.inbox.inline.take() {
            self.take_inline(file);
        }
        self.current.comparing = Comparing::default();
        // Other kernels are read as the result was: encoded, or as they are.
        self.current.kernels = Kernels::default();
        self.compare_as_asked(ctx);
        ctx.link().send_future(async {
            TimeoutFuture::new(SHOWN_MS).await;
            ResultMsg::Shown
        });
        // The modules of the model before were based on its types.
        self.current.modules = Modules::default();
        self.current.scope = None;
        self.current.module = None;
        self.current.listing = Listing::default();
    }
}
