//! What happens on which event.

use super::workers::{events, explorer_events};
use super::{App, Learn, Msg, Notice, Opening, Pending, View, companions, samples};
use crate::browser::{
    focus, has, head, is_dark, parameter, root, set_parameter, set_root, set_title,
};
use crate::work::{Comparison, Job, WarmUp};
use gloo_timers::future::TimeoutFuture;
use pipeline::Stage;
use protocol::intake::HEAD_BYTES;
use std::rc::Rc;
use web_sys::File;
use yew::Context;

/// Milliseconds after which a page that was loaded counts as at rest.
const REST_MS: u32 = 100;
/// Milliseconds between two looks at a job.
pub(super) const TICK_MS: u32 = 250;

impl App {
    /// Does what a message asks for; whether the page is to be drawn anew.
    pub(super) fn handle(&mut self, ctx: &Context<App>, msg: Msg) -> bool {
        match msg {
            Msg::Loaded(Ok(engine)) => {
                self.engine = Some(Rc::new(engine));
                // Now, so that it takes no turn from what the page itself needs.
                crate::offline::keep(ctx.link().callback(|()| Msg::Newer));
                self.list_stored(ctx);
                if let Some(opening) = self.waiting.take() {
                    self.start(ctx, opening);
                } else {
                    ctx.link().send_future(async {
                        TimeoutFuture::new(REST_MS).await;
                        Msg::Rest(samples::fetch_sample().await.ok())
                    });
                }
            }
            Msg::Rest(sample) => {
                let idle = self.job.is_none() && self.model.is_none();
                if let (Some(engine), Some(sample), true) = (&self.engine, sample, idle) {
                    self.warm_up = WarmUp::start(engine, sample, &events(ctx)).ok();
                }
                self.stand_by(ctx);
                return false;
            }
            Msg::Shown => {
                self.ask_what_follows(ctx);
                return false;
            }
            Msg::Loaded(Err(error)) => {
                self.waiting = None;
                self.notice = Some(Notice::error(
                    error,
                    "Reload the page; a job cannot start without it.",
                ));
            }
            Msg::Files(found) if found.files.is_empty() && found.remarks.is_empty() => {
                return false;
            }
            Msg::Files(mut found) if self.view == View::Compare && found.files.len() == 1 => {
                if let Some(given) = found.files.pop() {
                    self.compare(ctx, &given.file);
                }
            }
            Msg::Files(found) => {
                self.warm_up = None;
                self.notice = None;
                ctx.link().send_future(async move {
                    let mut heads = Vec::new();
                    for given in found.files {
                        let bytes = head(&given.file, HEAD_BYTES).await;
                        heads.push((given, bytes));
                    }
                    Msg::Heads(heads, found.remarks)
                });
                return false;
            }
            Msg::Heads(heads, remarks) => self.take_in(ctx, heads, remarks),
            Msg::Forget => self.kept.clear(),
            Msg::ForgetLoose => self.loose.clear(),
            Msg::Distil(distils) => self.distil(ctx, distils),
            Msg::List(listing) => self.listing = listing,
            Msg::Look(id) => self.look(id),
            Msg::Scope(of) => self.look_into(of),
            Msg::Newer => {
                self.newer = Some(Notice::plain(
                    "A new version of this page is ready.".to_owned(),
                    "Reload to use it, when you have what you want of this result, or had it kept: a new page begins without it.",
                ));
            }
            Msg::Sample => {
                ctx.link()
                    .send_future(async { Msg::Fetched(samples::fetch_sample().await) });
                return false;
            }
            Msg::KernelSample => {
                ctx.link()
                    .send_future(async { Msg::Fetched(samples::fetch_kernel().await) });
                return false;
            }
            Msg::Fetched(Ok(file)) => {
                let raw = file.name() == samples::KERNEL_NAME;
                let opening = Opening {
                    raw,
                    ..Opening::of(file)
                };
                self.open(ctx, opening);
            }
            Msg::Fetched(Err(error)) => {
                self.notice = Some(Notice::error(
                    error,
                    "Reload the page, or choose a file of your own.",
                ));
            }
            Msg::Keep => self.store(ctx),
            Msg::Kept(kept) => self.stored(kept),
            Msg::Stored(listed) => self.take_stored(listed),
            Msg::OpenStored(number) => self.open_stored(ctx, number),
            Msg::ForgetStored(which) => {
                self.forget_stored(ctx, which);
                return false;
            }
            Msg::Confirm => {
                if let Some(pending) = self.pending.take() {
                    self.start(ctx, pending.opening);
                }
            }
            Msg::Dismiss => {
                // Modules that came with what is not wanted are not what was meant.
                let (pending, notice) = (self.pending.take(), self.notice.take());
                if pending.is_none() && notice.is_none() {
                    self.newer = None;
                }
            }
            Msg::Cancel => self.cancel(),
            Msg::Worker(id, event) => return self.on_worker(ctx, id, event),
            Msg::Explorer(id, event) => return self.on_explorer(ctx, id, event),
            Msg::Tick => {
                let outcome = self.job.as_mut().and_then(Job::on_tick);
                self.end(ctx, outcome);
                self.announce_progress();
                if self.modules.on_tick() {
                    self.end_modules();
                }
                self.tell_modules();
                self.announce_modules();
            }
            Msg::Routed => {
                let view = self.there(View::from_address());
                if view == self.view {
                    return false;
                }
                self.set_view(view);
            }
            Msg::Help(open) => {
                self.help = open && !self.help;
                self.focus = Some(if self.help { "help-close" } else { "help-open" });
            }
            Msg::Theme => {
                let theme = if is_dark() { "light" } else { "dark" };
                set_root("data-theme", theme);
                set_parameter("theme", theme);
            }
            Msg::Presenter => self.present(),
            Msg::Dragging(dragging) => {
                let changed = self.dragging != dragging;
                self.dragging = dragging;
                return changed;
            }
            Msg::Escape => return self.escape(),
            Msg::ByBytes(by_bytes) => self.by_bytes = by_bytes,
            Msg::ToLab(name) => self.ask_to_lab(ctx, name),
            Msg::Answer(from, answer) => {
                // A result that was replaced meanwhile is asked no more.
                let is_current = self.model.as_ref().is_some_and(|it| it.worker() == from);
                return is_current && self.on_answer(answer);
            }
            Msg::Search => self.search(),
            Msg::LeftOut(question) => self.ask_left_out(ctx, question),
        }
        true
    }

    /// Opens a file, or asks for a word first when it would replace something.
    pub(super) fn open(&mut self, ctx: &Context<App>, opening: Opening) {
        let instead_of = match (&self.job, &self.model, &self.modules.batch) {
            (Some(job), ..) => Some((job.file.name(), true)),
            (None, Some(_), Some(_)) => Some(("the modules".to_owned(), true)),
            (None, Some(model), None) => Some((model.name.clone(), false)),
            (None, None, _) => None,
        };
        match instead_of {
            Some((instead_of, ends_job)) => {
                self.focus = Some("confirm");
                self.pending = Some(Pending {
                    opening,
                    instead_of,
                    ends_job,
                });
            }
            None => self.start(ctx, opening),
        }
    }

    pub(super) fn start(&mut self, ctx: &Context<App>, opening: Opening) {
        let Some(engine) = self.engine.clone() else {
            self.waiting = Some(opening);
            return;
        };
        self.warm_up = None;
        self.pending = None;
        self.notice = None;
        self.failed = None;
        self.told_tenths = 0;
        // The job before this one ends with its workers.
        self.job = None;
        if self.modules.batch.is_some() {
            self.modules.cancel();
        }
        let Opening {
            file,
            raw,
            modules,
            companions,
            stored,
        } = opening;
        if let Some(number) = stored {
            return self.reopen(ctx, file, number);
        }
        self.coming = modules;
        let standby = std::mem::take(&mut self.standby);
        match Job::start(engine, standby, file, raw, companions, events(ctx)) {
            Ok(job) => {
                // Loaded meanwhile.
                self.explorer.want(drop);
                self.job = Some(job);
                self.start_clock(ctx);
                self.show(View::Progress);
            }
            Err(error) => {
                self.notice = Some(Notice::error(
                    format!("The browser does not start a worker: {error}."),
                    "Reload the page; if that does not help, try another browser.",
                ));
            }
        }
    }

    /// Ends the job and its workers; what was finished before stays.
    fn cancel(&mut self) {
        let Some(job) = self.job.take() else {
            if self.modules.batch.is_some() {
                self.cancel_modules();
            }
            return;
        };
        self.ticker = None;
        let coming = std::mem::take(&mut self.coming);
        if self.model.is_none() {
            self.keep(coming);
            companions::add(&mut self.loose, job.companions.clone());
        }
        let name = job.file.name();
        drop(job);
        self.announcement = "Cancelled".into();
        self.notice = Some(Notice::plain(
            format!("The job on {name} was cancelled."),
            if self.model.is_some() {
                "The result before it is still here."
            } else {
                "Choose the file again to start anew."
            },
        ));
        self.show(if self.model.is_some() {
            View::Overview
        } else {
            View::Start
        });
    }

    /// Tells a screen reader how far the job is, every tenth of it.
    fn announce_progress(&mut self) {
        let Some(job) = &self.job else { return };
        let tenths = (job.timeline.whole() * 10.0) as u32;
        if tenths > self.told_tenths {
            self.told_tenths = tenths;
            let stage = job.timeline.current().map_or("", Stage::title);
            self.announcement = format!("{stage}, {}0 percent", tenths).into();
        }
    }

    /// Closes what is open, or cancels the job that is looked at.
    fn escape(&mut self) -> bool {
        if self.help || self.dragging {
            self.focus = self.help.then_some("help-open");
            self.help = false;
            self.dragging = false;
        } else if self.pending.is_some() {
            self.pending = None;
        } else if self.is_busy() && self.view == View::Progress {
            self.cancel();
        } else if self.left_out.is_some() {
            self.left_out = None;
        } else if self.notice.is_some() {
            self.notice = None;
        } else if self.newer.is_some() {
            self.newer = None;
        } else {
            return false;
        }
        true
    }

    /// Holds the result against a second file.
    fn compare(&mut self, ctx: &Context<App>, file: &File) {
        let (Some(engine), Some(model)) = (&self.engine, &self.model) else {
            return;
        };
        let started = Comparison::start(
            engine,
            &events(ctx),
            &self.explorer,
            &explorer_events(ctx),
            model,
            file,
        );
        match started {
            Ok(comparison) => self.comparison = Some(comparison),
            Err(error) => {
                self.notice = Some(Notice::error(
                    format!("The browser does not start a worker: {error}."),
                    "Reload the page; if that does not help, try another browser.",
                ));
            }
        }
    }

    /// Puts the focus into a search: one that is there, or that of the types.
    fn search(&mut self) {
        let searches = [
            "module-search",
            "function-search",
            "type-search",
            "change-search",
            "signature-search",
        ];
        match searches.into_iter().find(|id| has(id)) {
            Some(there) => focus(there),
            None if self.model.is_some() => {
                self.show(View::Types);
                self.focus = Some("type-search");
            }
            None => {}
        }
    }

    /// Whether something is being encoded.
    pub fn is_busy(&self) -> bool {
        self.job.is_some() || self.modules.batch.is_some()
    }

    /// Shows a view, as a new entry of the history.
    pub(super) fn show(&mut self, view: View) {
        let view = self.there(view);
        if self.view != view {
            self.focus = Some("title");
        }
        self.set_view(view);
        view.push();
    }

    fn set_view(&mut self, view: View) {
        // The list of functions left out belongs to what was looked at.
        if self.view != view {
            self.left_out = None;
        }
        self.view = view;
        set_title(&view.title());
        // Screens are large; so is the laboratory when it is presented.
        let large = matches!(view, View::Learn(Learn::Screen(..)));
        if large || !matches!(view, View::Learn(Learn::Lab)) {
            let asked = parameter("scale").unwrap_or_default();
            set_root("data-scale", if large { "presenter" } else { &asked });
        }
    }

    /// A lesson becomes its screens; the laboratory becomes large, or small again.
    fn present(&mut self) {
        match self.view {
            View::Learn(Learn::Lesson(lesson)) => {
                self.show(View::Learn(Learn::Screen(lesson, 0)));
            }
            View::Learn(Learn::Lab) => {
                let large = root().and_then(|root| root.get_attribute("data-scale"));
                let large = large.as_deref() == Some("presenter");
                set_root("data-scale", if large { "" } else { "presenter" });
            }
            _ => {}
        }
    }

    /// A view, or where to go when it has nothing to show.
    fn there(&self, view: View) -> View {
        let empty = match view {
            View::Start | View::Learn(_) => false,
            View::Progress => !self.is_busy(),
            View::Modules => self.modules.rows.is_empty(),
            View::Module => self.module.is_none_or(|id| self.modules.get(id).is_none()),
            View::Overview
            | View::Types
            | View::Functions
            | View::Sources
            | View::NotMerged
            | View::Compare => self.model.is_none(),
            View::Error => self.failed.is_none(),
        };
        match (empty, self.model.is_some()) {
            (false, _) => view,
            (true, true) => View::Overview,
            (true, false) => View::Start,
        }
    }
}
