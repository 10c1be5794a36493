//! What happens on which event.

use super::{App, Failed, Msg, Notice, Opening, Pending, View};
use crate::browser::{head, is_dark, set_parameter, set_root, set_title};
use crate::work::{Job, Model, Outcome, WorkerEvent, WorkerId};
use gloo_timers::callback::Interval;
use pipeline::Stage;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web::figures::{bytes_text, counted};
use web::intake::{FileKind, HEAD_BYTES, classify, refusal};
use web::protocol::{FunctionQuery, Response};
use web_sys::{File, FilePropertyBag};
use yew::Context;

/// The sample's name beside the page.
const SAMPLE: &str = "sample.elf";
/// Milliseconds between two looks at a job.
const TICK_MS: u32 = 250;

impl App {
    /// Does what a message asks for; whether the page is to be drawn anew.
    pub(super) fn handle(&mut self, ctx: &Context<App>, msg: Msg) -> bool {
        match msg {
            Msg::Loaded(Ok(engine)) => {
                self.engine = Some(Rc::new(engine));
                if let Some(opening) = self.waiting.take() {
                    self.start(ctx, opening);
                }
            }
            Msg::Loaded(Err(error)) => {
                self.waiting = None;
                self.notice = Some(Notice::error(
                    error,
                    "Reload the page; a job cannot start without it.",
                ));
            }
            Msg::Files(files) if files.is_empty() => return false,
            Msg::Files(files) => {
                self.notice = None;
                ctx.link().send_future(async move {
                    let mut heads = Vec::new();
                    for file in files {
                        let bytes = head(&file, HEAD_BYTES).await;
                        heads.push((file, bytes));
                    }
                    Msg::Heads(heads)
                });
                return false;
            }
            Msg::Heads(heads) => self.take_in(ctx, heads),
            Msg::Sample => {
                ctx.link()
                    .send_future(async { Msg::Fetched(fetch_sample().await) });
                return false;
            }
            Msg::Fetched(Ok(file)) => self.open(ctx, Opening { file, raw: false }),
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
                self.pending = None;
                self.notice = None;
            }
            Msg::Cancel => self.cancel(),
            Msg::Worker(id, event) => return self.on_worker(id, event),
            Msg::Tick => {
                let outcome = self.job.as_mut().and_then(Job::on_tick);
                self.end(outcome);
                self.announce_progress();
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
            Msg::Dragging(dragging) => {
                let changed = self.dragging != dragging;
                self.dragging = dragging;
                return changed;
            }
            Msg::Escape => return self.escape(),
            Msg::ByBytes(by_bytes) => self.by_bytes = by_bytes,
            Msg::Functions(query) => self.ask_functions(query),
        }
        true
    }

    /// Looks at what files are; opens the one that can be opened.
    fn take_in(&mut self, ctx: &Context<App>, heads: Vec<(File, Result<Vec<u8>, String>)>) {
        let (mut openings, mut refused) = (Vec::new(), Vec::new());
        for (file, head) in heads {
            let name = file.name();
            match head {
                Err(error) => refused.push((
                    format!("{name} cannot be read: {error}"),
                    "If it is a folder, choose a file in it; otherwise choose it again.".to_owned(),
                )),
                Ok(head) => match refusal(&name, &head) {
                    Some(refusal) => refused.push(refusal),
                    None => openings.push(Opening {
                        file,
                        raw: classify(&name, &head) == FileKind::Btf,
                    }),
                },
            }
        }
        let text = |refused: Vec<(String, String)>| {
            let count = refused.len();
            let (what, next): (Vec<String>, Vec<String>) = refused.into_iter().take(4).unzip();
            let more = if count > 4 {
                format!(" And {} more.", count - 4)
            } else {
                String::new()
            };
            let mut next = next;
            next.dedup();
            (what.join(" ") + &more, next.join(" "))
        };
        if openings.len() > 1 {
            let what = format!(
                "{} were given, but one is opened at a time.",
                counted(openings.len() as u64, "file", "files")
            );
            self.notice = Some(Notice::error(
                what,
                "Comparing two kernels comes with a later release; choose one of them.",
            ));
            return;
        }
        match (openings.pop(), refused.is_empty()) {
            (None, true) => {}
            (None, false) => {
                let (what, next) = text(refused);
                self.notice = Some(Notice::error(what, next));
            }
            (Some(opening), all) => {
                self.open(ctx, opening);
                if !all {
                    let (what, next) = text(refused);
                    self.notice = Some(Notice::plain(format!("Left aside: {what}"), next));
                }
            }
        }
    }

    /// Opens a file, or asks for a word first when it would replace something.
    fn open(&mut self, ctx: &Context<App>, opening: Opening) {
        let instead_of = match (&self.job, &self.model) {
            (Some(job), _) => Some((job.file.name(), true)),
            (None, Some(model)) => Some((model.name.clone(), false)),
            (None, None) => None,
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

    fn start(&mut self, ctx: &Context<App>, opening: Opening) {
        let Some(engine) = self.engine.clone() else {
            self.waiting = Some(opening);
            return;
        };
        self.pending = None;
        self.notice = None;
        self.failed = None;
        self.told_tenths = 0;
        // The job before this one ends with its workers.
        self.job = None;
        let events = ctx.link().callback(|(id, event)| Msg::Worker(id, event));
        match Job::start(engine, opening.file, opening.raw, events) {
            Ok(job) => {
                self.job = Some(job);
                let link = ctx.link().clone();
                self.ticker = Some(Interval::new(TICK_MS, move || link.send_message(Msg::Tick)));
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
        let Some(job) = self.job.take() else { return };
        self.ticker = None;
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

    fn on_worker(&mut self, id: WorkerId, event: WorkerEvent) -> bool {
        if self
            .model
            .as_ref()
            .is_some_and(|model| model.worker() == id)
        {
            return self.on_model(event);
        }
        let outcome = self.job.as_mut().and_then(|job| job.on_event(id, event));
        // What is shown of a running job is drawn by the clock, not by every message.
        self.end(outcome)
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
                Response::CHeader { bytes } => model.set_header(&bytes),
                Response::NoCHeader { cause } => model.header_failure = Some(cause),
                Response::Functions(page) => {
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
    fn end(&mut self, outcome: Option<Outcome>) -> bool {
        let Some(outcome) = outcome else { return false };
        let Some(job) = self.job.take() else {
            return false;
        };
        self.ticker = None;
        let file = job.file.clone();
        match outcome {
            Outcome::Finished(message) => {
                let seconds = job.elapsed();
                let model = Model::new(&file, seconds, *message, job.into_model_worker());
                let after = model.statistics.after;
                self.announcement = format!(
                    "Done: {}, {}",
                    counted(after.types, "type", "types"),
                    bytes_text(after.bytes)
                )
                .into();
                self.functions = None;
                self.model = Some(model);
                self.show(View::Overview);
            }
            Outcome::Failed(failure) => {
                self.failed = Some(Failed {
                    name: file.name(),
                    bytes: file.size() as u64,
                    failure: *failure,
                });
                self.show(View::Error);
            }
        }
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
        } else if self.job.is_some() && self.view == View::Progress {
            self.cancel();
        } else if self.functions.is_some() {
            self.functions = None;
        } else if self.notice.is_some() {
            self.notice = None;
        } else {
            return false;
        }
        true
    }

    /// Shows a view, as a new entry of the history.
    fn show(&mut self, view: View) {
        let view = self.there(view);
        if self.view != view {
            self.focus = Some("title");
        }
        self.set_view(view);
        view.push();
    }

    fn set_view(&mut self, view: View) {
        self.view = view;
        set_title(view.title());
    }

    /// A view, or where to go when it has nothing to show.
    fn there(&self, view: View) -> View {
        let empty = match view {
            View::Start => false,
            View::Progress => self.job.is_none(),
            View::Overview => self.model.is_none(),
            View::Error => self.failed.is_none(),
        };
        match (empty, self.model.is_some()) {
            (false, _) => view,
            (true, true) => View::Overview,
            (true, false) => View::Start,
        }
    }
}

/// The sample, from beside the page.
async fn fetch_sample() -> Result<File, String> {
    let response = crate::work::fetch(SAMPLE).await?;
    let read = async { wasm_bindgen_futures::JsFuture::from(response.blob()?).await };
    let blob = read
        .await
        .map_err(|error| crate::browser::describe(&error))?;
    let parts = js_sys::Array::of1(blob.unchecked_ref());
    let options = FilePropertyBag::new();
    File::new_with_blob_sequence_and_options(&parts, SAMPLE, &options)
        .map_err(|error| crate::browser::describe(&error))
}
