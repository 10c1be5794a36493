//! Comparing two files: either side is chosen, read, swapped; what was compared stays until the next is ready.

use super::intake::{packed, refused};
use super::packages::{Order, Purpose};
use super::workers::{events, explorer_events};
use super::{App, Link, Notice, Opening, Pair, View, samples};
use crate::browser::{head, set_hash, set_title};
use crate::explore::Side;
use crate::programs::Compared;
use crate::work::{ComparedTypes, Comparison, ComparisonState, Reading, WorkerEvent, WorkerId};
use js_sys::Array;
use protocol::files::GivenFile;
use protocol::intake::HEAD_BYTES;
use protocol::job_result::Origin;
use wasm_bindgen::JsValue;
use web_sys::{Blob, File};
use yew::Context;

/// Where the types of a side come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// The result that is open.
    Result,
    /// The result that is kept under this number.
    Kept(u32),
    /// The BTF of a kernel that comes with the page.
    Bundled,
    /// A file of the user.
    File(File),
}

/// Messages about the comparison.
pub enum CompareMsg {
    /// Take one side from here. The other side stays; at first it is the result that is open.
    Choose(Side, Source),
    /// The first bytes of a file that was given for a side; none for a third, which is asked about.
    Read(Option<Side>, GivenFile, Result<Vec<u8>, String>),
    /// The kernel that comes with the page was fetched, or cannot be.
    Fetched(Side, Result<File, String>),
    /// Exchange the sides.
    Swap,
    /// Stop reading.
    Cancel,
    /// Compare the two kernels that came together.
    Pair,
    /// Compare two kernels on which programs were checked.
    Of(Compared),
    /// Compare the file that waits for a confirmation with the result, instead of opening it.
    Pending,
    /// Where a third file goes.
    Third(Side),
}

/// What is compared, and what is on its way.
#[derive(Default)]
pub struct Comparing {
    /// What is shown.
    pub shown: Option<Comparison>,
    /// What takes its place once it is ready.
    pub next: Option<Comparison>,
    /// The side whose file is read.
    pub reading: Option<(Side, Reading)>,
    /// The other side, if it is not what is shown: a pair of files is read one after the other.
    waiting: Option<Waiting>,
    /// A third file: which side it takes is asked.
    pub third: Option<File>,
    /// What went wrong last: the file, the cause, and what to do.
    pub failed: Option<(String, String, String)>,
}

enum Waiting {
    /// The second is read when the first is.
    File(File),
    /// The first was read.
    Types(ComparedTypes),
}

impl Comparing {
    /// Whether something is read or opened.
    pub fn is_under_way(&self) -> bool {
        let opening = |it: &Option<Comparison>| {
            it.as_ref()
                .is_some_and(|it| matches!(it.state, ComparisonState::Opening))
        };
        self.reading.is_some() || opening(&self.next) || opening(&self.shown)
    }

    /// Whether this worker reads a file.
    pub fn reads_with(&self, id: WorkerId) -> bool {
        self.reading
            .as_ref()
            .is_some_and(|(_, reading)| reading.worker() == id)
    }

    /// Whether it may yet read a file.
    pub fn uses(&self, file: &File) -> bool {
        let reading = self.reading.as_ref().map(|(_, reading)| &reading.file);
        let waiting = match &self.waiting {
            Some(Waiting::File(file)) => Some(file),
            _ => None,
        };
        [reading, waiting, self.third.as_ref()].contains(&Some(file))
    }

    /// The comparison for which this explorer answers.
    pub fn answered_by(&mut self, id: WorkerId) -> Option<&mut Comparison> {
        let all = [&mut self.shown, &mut self.next];
        let mut all = all.into_iter().flatten();
        all.find(|it| it.explorer() == id)
    }

    /// Shows the next comparison if it is ready. Returns whether it did.
    pub fn settle(&mut self) -> bool {
        match self.next.take() {
            Some(next) if matches!(next.state, ComparisonState::Ready(_)) => {
                self.shown = Some(next);
                true
            }
            Some(Comparison {
                state: ComparisonState::Failed(cause, advice),
                second,
                ..
            }) => {
                self.failed = Some((second.called, cause, advice));
                true
            }
            next => {
                self.next = next;
                false
            }
        }
    }
}

impl App {
    /// Handles a message. Returns whether the page must be drawn again.
    pub(super) fn on_compare(&mut self, ctx: &Context<App>, msg: CompareMsg) -> bool {
        match msg {
            CompareMsg::Choose(side, Source::Result) => {
                if let Some(model) = &self.current.model
                    && let Some(types) = ComparedTypes::of_result(model)
                {
                    self.take_side(ctx, side, types);
                }
            }
            CompareMsg::Choose(side, Source::Kept(number)) => {
                let mut kept = self.library.results.iter();
                if let Some((_, result)) = kept.find(|(there, _)| *there == number) {
                    let types = ComparedTypes::of_kept(result);
                    self.take_side(ctx, side, types);
                }
            }
            CompareMsg::Choose(side, Source::Bundled) => {
                ctx.link().send_future(async move {
                    CompareMsg::Fetched(side, samples::fetch_kernel().await)
                });
                return false;
            }
            CompareMsg::Choose(side, Source::File(file)) => {
                let given = GivenFile {
                    path: file.name(),
                    file,
                };
                look_at(ctx, Some(side), given);
                return false;
            }
            CompareMsg::Read(side, given, head) => self.take_file(ctx, side, &given, head),
            CompareMsg::Fetched(side, Ok(file)) => self.read_side(ctx, side, &file),
            CompareMsg::Fetched(_, Err(error)) => {
                self.chrome.notice = Some(Notice::error(error, "Choose a file of your own."));
            }
            CompareMsg::Swap => {
                let shown = self.current.comparing.shown.as_ref();
                let Some(shown) = shown.filter(|_| self.view == View::Compare) else {
                    return false;
                };
                let (first, second) = (shown.second.clone(), shown.first.clone());
                self.compare_types(ctx, first, second);
            }
            CompareMsg::Cancel => self.cancel_comparison(),
            CompareMsg::Pair => self.compare_pair(ctx),
            CompareMsg::Of(compared) => self.compare_of_programs(ctx, compared),
            CompareMsg::Pending => {
                if let Some(pending) = self.inbox.pending.take() {
                    self.show(View::Compare);
                    let given = GivenFile {
                        path: pending.opening.file.name(),
                        file: pending.opening.file,
                    };
                    self.drop_on_comparison(ctx, given);
                }
            }
            CompareMsg::Third(side) => {
                if let Some(file) = self.current.comparing.third.take() {
                    self.read_side(ctx, side, &file);
                }
            }
        }
        true
    }

    /// Takes a file that was dropped on the comparison, or chosen there: the second, or a third.
    pub(super) fn drop_on_comparison(&mut self, ctx: &Context<App>, given: GivenFile) {
        let is_third = self.current.comparing.shown.is_some();
        look_at(ctx, (!is_third).then_some(Side::Second), given);
    }

    fn take_file(
        &mut self,
        ctx: &Context<App>,
        side: Option<Side>,
        given: &GivenFile,
        head: Result<Vec<u8>, String>,
    ) {
        if let Some(packed) = packed(given, &head) {
            return self.unpack(ctx, Order::of(Purpose::Compare(side), packed));
        }
        self.chrome.notice = refused(given, head);
        if self.chrome.notice.is_none() {
            self.put_on_side(ctx, side, &given.file);
        }
    }

    /// Takes a file for a side, or asks about a third.
    pub(super) fn put_on_side(&mut self, ctx: &Context<App>, side: Option<Side>, file: &File) {
        match side {
            Some(side) => self.read_side(ctx, side, file),
            None => {
                self.current.comparing.third = Some(file.clone());
                self.chrome.focus = Some("confirm");
            }
        }
    }

    /// Has a worker read the file of a side.
    fn read_side(&mut self, ctx: &Context<App>, side: Side, file: &File) {
        let (Some(engine), Some(model)) = (&self.work.engine, &self.current.model) else {
            return;
        };
        let encode = model.origin == Origin::Encoded;
        match Reading::start(engine, &events(ctx), file, encode, model.types_beside()) {
            Ok(reading) => {
                self.current.comparing.failed = None;
                self.current.comparing.next = None;
                self.current.comparing.reading = Some((side, reading));
            }
            Err(error) => {
                self.chrome.notice = Some(Notice::error(
                    format!("The browser did not start a worker: {error}."),
                    "Reload the page; if that does not help, try another browser.",
                ));
            }
        }
    }

    /// Handles an event of the worker that reads a file. Returns whether the page must be drawn again.
    pub(super) fn on_second_file(&mut self, ctx: &Context<App>, event: WorkerEvent) -> bool {
        let Some((side, reading)) = &mut self.current.comparing.reading else {
            return false;
        };
        let (side, tenths) = (*side, (reading.done * 10.0) as u32);
        match reading.on_event(event) {
            None => {
                let now = (reading.done * 10.0) as u32;
                if now > tenths {
                    self.chrome.announcement = format!("{}, {now}0 percent", reading.name).into();
                }
                if self.view == View::Compare {
                    set_title(&format!("{:.0} % · Compare", reading.done * 100.0));
                }
            }
            Some(Ok(types)) => {
                self.current.comparing.reading = None;
                if self.view == View::Compare {
                    set_title("Compare");
                }
                match self.current.comparing.waiting.take() {
                    Some(Waiting::File(second)) => {
                        self.read_side(ctx, Side::Second, &second);
                        self.current.comparing.waiting = Some(Waiting::Types(types));
                    }
                    Some(Waiting::Types(first)) => self.compare_types(ctx, first, types),
                    None => self.take_side(ctx, side, types),
                }
            }
            Some(Err((cause, advice))) => {
                let name = reading.name.clone();
                self.current.comparing.reading = None;
                self.current.comparing.waiting = None;
                self.current.comparing.failed = Some((name, cause, advice));
            }
        }
        true
    }

    /// Compares these types with those of the other side.
    fn take_side(&mut self, ctx: &Context<App>, side: Side, types: ComparedTypes) {
        let result = self
            .current
            .model
            .as_ref()
            .and_then(ComparedTypes::of_result);
        let other = match (&self.current.comparing.shown, side) {
            (Some(shown), Side::First) => Some(shown.second.clone()),
            (Some(shown), Side::Second) => Some(shown.first.clone()),
            (None, _) => result,
        };
        let Some(other) = other else { return };
        match side {
            Side::First => self.compare_types(ctx, types, other),
            Side::Second => self.compare_types(ctx, other, types),
        }
    }

    fn compare_types(&mut self, ctx: &Context<App>, first: ComparedTypes, second: ComparedTypes) {
        let (code, events) = (&self.work.explorer, explorer_events(ctx));
        let comparing = &mut self.current.comparing;
        comparing.reading = None;
        comparing.failed = None;
        comparing.next = Some(Comparison::start(code, &events, first, second));
    }

    /// Stops reading; what was compared before stays.
    pub(super) fn cancel_comparison(&mut self) {
        let comparing = &mut self.current.comparing;
        comparing.reading = None;
        comparing.waiting = None;
        comparing.next = None;
        self.chrome.announcement = "Cancelled".into();
        set_title("Compare");
    }

    /// Compares two kernels that came together. Without a result, the first is opened before.
    fn compare_pair(&mut self, ctx: &Context<App>) {
        let Some(pair) = self.inbox.pair.take() else {
            return;
        };
        if self.current.model.is_none() {
            return self.open(ctx, pair.to_compare());
        }
        let [first, second] = pair.kernels;
        self.show(View::Compare);
        self.read_side(ctx, Side::First, &first.file);
        self.current.comparing.waiting = Some(Waiting::File(second.file));
    }

    /// Compares two kernels, and shows what became of a type.
    fn compare_of_programs(&mut self, ctx: &Context<App>, compared: Compared) {
        let Compared { kernels, address } = compared;
        let [Ok(first), Ok(second)] = kernels.map(|(name, types)| as_file(&name, &types)) else {
            return;
        };
        let called = [first.name(), second.name()];
        self.inbox.pair = Some(Pair {
            kernels: [first, second].map(Opening::of),
            called,
            neither: String::new(),
        });
        // Without a result the first kernel is opened before, and the link waits for it.
        if self.current.model.is_none() {
            self.chrome.link = Some(Link::to_comparison(&address));
        }
        self.compare_pair(ctx);
        if self.view == View::Compare {
            set_hash(&address);
        }
    }

    /// Compares a result with the file that came together with its own.
    pub(super) fn compare_as_asked(&mut self, ctx: &Context<App>) {
        if let Some(second) = self.inbox.compare_with.take() {
            self.read_side(ctx, Side::Second, &second);
        }
    }
}

/// The types of a kernel under its name.
fn as_file(name: &str, types: &Blob) -> Result<File, JsValue> {
    let parts = Array::of1(types);
    File::new_with_blob_sequence(&parts, name)
}

/// Reads the first bytes of a file, which tell what it is.
fn look_at(ctx: &Context<App>, side: Option<Side>, given: GivenFile) {
    ctx.link().send_future(async move {
        let head = head(&given.file, HEAD_BYTES).await;
        CompareMsg::Read(side, given, head)
    });
}
