//! Further kernels, beside the result, for histories of types.

use super::comparing::Source;
use super::folders::named;
use super::intake::{packed, refused};
use super::packages::{Order, Purpose};
use super::workers::{events, explorer_events};
use super::{App, InboxMsg, Msg, Notice, samples};
use crate::browser::head;
use crate::work::{ComparedTypes, Kernel, Model, Reading, WorkerEvent, WorkerId};
use protocol::files::GivenFile;
use protocol::intake::HEAD_BYTES;
use protocol::job_result::Origin;
use std::collections::VecDeque;
use web_sys::File;
use yew::Context;

/// Messages about further kernels.
pub enum KernelMsg {
    /// Add one.
    Add(Source),
    /// A file that was given, and its first bytes.
    Read(GivenFile, Result<Vec<u8>, String>),
    /// The kernel that comes with the page was fetched, or cannot be.
    Fetched(Result<File, String>),
    /// Give the kernel that comes with the page to the check of programs.
    Bundled,
    /// Remove the one with this number.
    Remove(usize),
    /// Stop reading.
    Cancel,
}

/// Further kernels, in the order of their columns behind the result.
#[derive(Default)]
pub struct Kernels {
    /// Those that answer.
    pub open: Vec<Kernel>,
    /// The file that is read.
    pub reading: Option<Reading>,
    waiting: VecDeque<File>,
}

impl Kernels {
    /// Whether this worker reads a file.
    pub fn reads_with(&self, id: WorkerId) -> bool {
        self.reading.as_ref().is_some_and(|it| it.worker() == id)
    }

    /// Whether it may yet read a file.
    pub fn uses(&self, file: &File) -> bool {
        self.reading.as_ref().is_some_and(|it| it.file == *file) || self.waiting.contains(file)
    }
}

impl App {
    /// Handles a message. Returns whether the page must be drawn again.
    pub(super) fn on_kernels(&mut self, ctx: &Context<App>, msg: KernelMsg) -> bool {
        match msg {
            // The result is the first column already.
            KernelMsg::Add(Source::Result) => return false,
            KernelMsg::Add(Source::Kept(number)) => {
                let mut kept = self.library.results.iter();
                if let Some((_, result)) = kept.find(|(there, _)| *there == number) {
                    let types = ComparedTypes::of_kept(result);
                    self.add_kernel(ctx, types);
                }
            }
            KernelMsg::Add(Source::Bundled) => {
                ctx.link()
                    .send_future(async { KernelMsg::Fetched(samples::fetch_kernel().await) });
                return false;
            }
            KernelMsg::Add(Source::File(file)) => {
                let path = file.name();
                look_at(ctx, GivenFile { path, file });
                return false;
            }
            KernelMsg::Read(given, head) => {
                if let Some(packed) = packed(&given, &head) {
                    self.unpack(ctx, Order::of(Purpose::History, packed));
                } else {
                    match refused(&given, head) {
                        Some(notice) => self.chrome.notice = Some(notice),
                        None => self.read_kernel(ctx, given.file),
                    }
                }
            }
            KernelMsg::Fetched(Ok(file)) => self.read_kernel(ctx, file),
            KernelMsg::Fetched(Err(error)) => {
                self.chrome.notice = Some(Notice::error(error, "Choose a file of your own."));
            }
            KernelMsg::Bundled => {
                ctx.link().send_future(async {
                    match samples::fetch_kernel().await {
                        Ok(file) => Msg::from(InboxMsg::Programs(vec![named(file)])),
                        Err(error) => Msg::from(KernelMsg::Fetched(Err(error))),
                    }
                });
                return false;
            }
            KernelMsg::Remove(at) => {
                if at < self.current.kernels.open.len() {
                    self.current.kernels.open.remove(at);
                }
            }
            KernelMsg::Cancel => {
                self.current.kernels.reading = None;
                self.current.kernels.waiting.clear();
            }
        }
        true
    }

    /// Whether a kernel is at hand beside the result: added, kept, or the one that comes with the page.
    pub fn has_other_kernel(&self, model: &Model) -> bool {
        !self.current.kernels.open.is_empty()
            || !self.library.results.is_empty()
            || model.name != samples::KERNEL_NAME
    }

    /// Takes files that were dropped on the history.
    pub(super) fn add_kernels(&mut self, ctx: &Context<App>, files: Vec<GivenFile>) {
        for given in files {
            look_at(ctx, given);
        }
    }

    fn add_kernel(&mut self, ctx: &Context<App>, types: ComparedTypes) {
        let kernel = Kernel::open(&self.work.explorer, &explorer_events(ctx), types);
        self.current.kernels.open.push(kernel);
    }

    /// Reads a file, or has it wait for the one that is read.
    pub(super) fn read_kernel(&mut self, ctx: &Context<App>, file: File) {
        if self.current.kernels.reading.is_some() {
            return self.current.kernels.waiting.push_back(file);
        }
        let (Some(engine), Some(model)) = (&self.work.engine, &self.current.model) else {
            return;
        };
        let encode = model.origin == Origin::Encoded;
        match Reading::start(engine, &events(ctx), &file, encode, model.types_beside()) {
            Ok(reading) => self.current.kernels.reading = Some(reading),
            Err(error) => {
                self.chrome.notice = Some(Notice::error(
                    format!("The browser did not start a worker: {error}."),
                    "Reload the page; if that does not help, try another browser.",
                ));
            }
        }
    }

    /// Handles an event of the worker that reads a kernel. Returns whether the page must be drawn again.
    pub(super) fn on_kernel_file(&mut self, ctx: &Context<App>, event: WorkerEvent) -> bool {
        let Some(reading) = &mut self.current.kernels.reading else {
            return false;
        };
        let name = reading.name.clone();
        let Some(read) = reading.on_event(event) else {
            return true;
        };
        self.current.kernels.reading = None;
        match read {
            Ok(types) => self.add_kernel(ctx, types),
            Err((cause, advice)) => {
                let what = format!("{name} could not be added. {cause}");
                self.chrome.notice = Some(Notice::error(what, advice));
            }
        }
        if let Some(next) = self.current.kernels.waiting.pop_front() {
            self.read_kernel(ctx, next);
        }
        true
    }

    /// Handles an event of the explorer of a kernel; gives it back if it is of none.
    pub(super) fn on_kernel(
        &mut self,
        id: WorkerId,
        event: WorkerEvent,
    ) -> Result<bool, WorkerEvent> {
        let open = &mut self.current.kernels.open;
        let Some(at) = open.iter().position(|kernel| kernel.explorer() == id) else {
            return Err(event);
        };
        let Err((cause, advice)) = open[at].on_explorer(event) else {
            return Ok(false);
        };
        let kernel = open.remove(at);
        let what = format!("{} was removed. {cause}", kernel.called);
        self.chrome.notice = Some(Notice::error(what, advice));
        Ok(true)
    }
}

/// Reads the first bytes of a file, which tell what it is.
fn look_at(ctx: &Context<App>, given: GivenFile) {
    ctx.link().send_future(async move {
        let head = head(&given.file, HEAD_BYTES).await;
        KernelMsg::Read(given, head)
    });
}
