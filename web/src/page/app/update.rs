//! What happens on which event.

use super::{App, Failed, Learn, Listing, Msg, Notice, Opening, Pending, View, companions};
use crate::browser::{
    describe, focus, has, head, is_dark, parameter, root, set_parameter, set_root, set_title,
};
use crate::work::{
    Comparison, Job, Model, Modules, Outcome, Standby, WarmUp, WorkerEvent, WorkerId,
};
use explore::Say;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Function, Reflect};
use pipeline::Stage;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web::figures::{bytes_text, counted};
use web::intake::HEAD_BYTES;
use web::protocol::{self, FunctionQuery};
use web_sys::{File, FilePropertyBag, Response};
use yew::{Callback, Context};

/// The sample's name beside the page.
const SAMPLE: &str = "sample.elf";
/// The types of a real kernel beside the page, packed with gzip.
const KERNEL: &str = "kernel.btf.bin";
/// What it is called.
const KERNEL_NAME: &str = "linux-6.12.btf";
/// Milliseconds after which a page that was loaded counts as at rest.
const REST_MS: u32 = 100;
/// Milliseconds after which a result counts as shown.
const SHOWN_MS: u32 = 200;
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
                if let Some(opening) = self.waiting.take() {
                    self.start(ctx, opening);
                } else {
                    ctx.link().send_future(async {
                        TimeoutFuture::new(REST_MS).await;
                        Msg::Rest(fetch_sample().await.ok())
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
                if let Some(model) = &self.model {
                    model.ask_repeats(ctx.link().callback(Msg::Repeated));
                    model.ask_ready();
                    model.ask_header();
                }
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
                    "Reload to use it, when you have what you want of this result: nothing of it is kept.",
                ));
            }
            Msg::Sample => {
                ctx.link()
                    .send_future(async { Msg::Fetched(fetch_sample().await) });
                return false;
            }
            Msg::KernelSample => {
                ctx.link()
                    .send_future(async { Msg::Fetched(fetch_kernel().await) });
                return false;
            }
            Msg::Fetched(Ok(file)) => {
                let raw = file.name() == KERNEL_NAME;
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
            Msg::ToLab(name) => {
                if let Some(model) = &mut self.model {
                    model.not_to_lab = None;
                    model.ask_to_lab(name);
                }
            }
            Msg::Repeated(say) => {
                if let (Some(model), Say::Repeated(rows)) = (&mut self.model, say) {
                    model.repeats = rows;
                }
            }
            Msg::Search => self.search(),
            Msg::Functions(query) => self.ask_functions(query),
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
        } = opening;
        self.coming = modules;
        let standby = std::mem::take(&mut self.standby);
        match Job::start(engine, standby, file, raw, companions, events(ctx)) {
            Ok(job) => {
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

    /// Starts the workers of the first job, once nothing warms up any more.
    fn stand_by(&mut self, ctx: &Context<App>) {
        let idle = self.warm_up.is_none() && self.job.is_none() && self.model.is_none();
        if let (Some(engine), true) = (&self.engine, idle) {
            self.standby = Standby::start(engine, &events(ctx));
        }
    }

    fn on_worker(&mut self, ctx: &Context<App>, id: WorkerId, event: WorkerEvent) -> bool {
        if self
            .model
            .as_ref()
            .is_some_and(|model| model.worker() == id)
        {
            return self.on_model(event);
        }
        if let Some(comparison) = self.comparison.as_mut().filter(|it| it.worker() == id) {
            return comparison.on_event(event);
        }
        if let Some(warm_up) = self.warm_up.as_mut().filter(|it| it.worker() == id) {
            if warm_up.on_event(event) {
                self.warm_up = None;
                self.stand_by(ctx);
            }
            return false;
        }
        if self.standby.on_event(id, &event) {
            return false;
        }
        // What is shown of a running job is drawn by the clock, not by every message.
        match &mut self.job {
            Some(job) => {
                let outcome = job.on_event(id, event);
                self.end(ctx, outcome)
            }
            None => {
                let over = self.modules.on_event(id, event);
                if over {
                    self.end_modules();
                }
                over
            }
        }
    }

    fn on_model(&mut self, event: WorkerEvent) -> bool {
        let Some(model) = &mut self.model else {
            return false;
        };
        match event {
            WorkerEvent::Died(cause) => {
                self.notice = Some(Notice::error(
                    format!(
                        "The worker that holds the result of {} stopped: {cause}.",
                        model.name
                    ),
                    "What is shown stays, and so do the downloads that are there; for more, open the file again.",
                ));
            }
            WorkerEvent::Said(envelope) => match envelope.response {
                protocol::Response::CHeader { bytes } => model.set_header(&bytes),
                protocol::Response::NoCHeader { cause } => model.header_failure = Some(cause),
                protocol::Response::Explored { ticket, say } => {
                    model.desk.answered(ticket, *say);
                    return false;
                }
                protocol::Response::NotToLab { cause } => model.not_to_lab = Some(cause),
                protocol::Response::ToLab(units) => {
                    self.given = Some(Rc::new(units));
                    self.show(View::Learn(Learn::Lab));
                }
                protocol::Response::Functions(page) => {
                    if let Some((query, shown)) = &mut self.functions {
                        // An answer to an earlier letter of the search is late.
                        if *query == page.query {
                            *shown = Some(page);
                        }
                    }
                }
                _ => return false,
            },
        }
        true
    }

    /// Ends the job with its outcome, if it has one.
    fn end(&mut self, ctx: &Context<App>, outcome: Option<Outcome>) -> bool {
        let Some(outcome) = outcome else { return false };
        let Some(job) = self.job.take() else {
            return false;
        };
        self.ticker = None;
        let file = job.file.clone();
        // Files that came while it ran may be those it missed, or its modules do.
        let late = std::mem::take(&mut self.loose);
        let used = !self.coming.is_empty();
        match outcome {
            Outcome::Finished(message) => {
                let mut model = Model::new(job, *message);
                if used {
                    companions::add(&mut model.companions, late.clone());
                }
                let after = model.files.statistics.after;
                self.announcement = format!(
                    "Done: {}, {}",
                    counted(after.types, "type", "types"),
                    bytes_text(after.bytes)
                )
                .into();
                self.functions = None;
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
                let coming = std::mem::take(&mut self.coming);
                if coming.is_empty() {
                    self.show(View::Overview);
                } else {
                    self.encode_modules(ctx, coming, file.size() as u64);
                }
            }
            Outcome::Failed(failure) => {
                let coming = std::mem::take(&mut self.coming);
                self.keep(coming);
                self.failed = Some(Failed {
                    companions: job.companions.clone(),
                    name: file.name(),
                    bytes: file.size() as u64,
                    file,
                    failure: *failure,
                });
                self.show(View::Error);
            }
        }
        self.take_companions(ctx, late, used);
        true
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

    fn ask_functions(&mut self, query: Option<FunctionQuery>) {
        let Some(query) = query else {
            self.functions = None;
            return;
        };
        if let Some(page) = self.module_functions(&query) {
            self.functions = Some((query, Some(page)));
            return;
        }
        if let Some(model) = &self.model {
            model.ask_functions(query.clone());
        }
        // What is shown stays until the answer comes.
        let shown = self.functions.take().and_then(|(_, shown)| shown);
        self.functions = Some((query, shown));
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
        } else if self.functions.is_some() {
            self.functions = None;
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
        match Comparison::start(engine, &events(ctx), model, file) {
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
            self.functions = None;
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

/// What is told of workers.
fn events(ctx: &Context<App>) -> Callback<(WorkerId, WorkerEvent)> {
    ctx.link().callback(|(id, event)| Msg::Worker(id, event))
}

/// The sample, from beside the page.
async fn fetch_sample() -> Result<File, String> {
    file_of(crate::work::fetch(SAMPLE).await?, SAMPLE).await
}

/// The types of a real kernel, from beside the page.
async fn fetch_kernel() -> Result<File, String> {
    let response = crate::work::fetch(KERNEL).await?;
    let failed = |error| describe(&error);
    let unpacked = || {
        // web-sys has no stable name for it yet.
        let class = Reflect::get(&js_sys::global(), &"DecompressionStream".into())?;
        let unpacking = Reflect::construct(
            class.unchecked_ref::<Function>(),
            &Array::of1(&"gzip".into()),
        )?;
        let packed = response.body().ok_or(JsValue::NULL)?;
        let bytes = packed.pipe_through(unpacking.unchecked_ref());
        Response::new_with_opt_readable_stream(Some(&bytes))
    };
    file_of(unpacked().map_err(failed)?, KERNEL_NAME).await
}

/// What a host sent as a file.
async fn file_of(response: Response, name: &str) -> Result<File, String> {
    let read = async { JsFuture::from(response.blob()?).await };
    let blob = read.await.map_err(|error| describe(&error))?;
    let parts = Array::of1(blob.unchecked_ref());
    let options = FilePropertyBag::new();
    File::new_with_blob_sequence_and_options(&parts, name, &options)
        .map_err(|error| describe(&error))
}
