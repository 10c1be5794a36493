//! Files on their way in: which are opened, and which wait.

use super::folders::named;
use super::library::save_again;
use super::packages::{Arrival, Arrivals, Order, Purpose};
use super::{
    Again, App, FoundFiles, InboxMsg, Learn, LessonAt, Notice, Opening, Pending, View, samples,
};
use crate::browser::head;
use crate::programs::Given;
use protocol::files::GivenFile;
use protocol::intake::{FileKind, HEAD_BYTES, classify, is_lesson};
use std::rc::Rc;
use yew::Context;

impl App {
    /// Handles a message. Returns whether the page must be drawn again.
    pub(super) fn on_inbox(&mut self, ctx: &Context<App>, msg: InboxMsg) -> bool {
        match msg {
            InboxMsg::Files(found) if found.files.is_empty() && found.remarks.is_empty() => {
                return false;
            }
            InboxMsg::Files(found)
                if found.files.iter().all(|given| is_lesson(&given.path))
                    && !found.files.is_empty() =>
            {
                self.take_lesson(found.files);
            }
            InboxMsg::Lesson(file) => self.take_lesson(vec![named(file)]),
            InboxMsg::Programs(files) => {
                look_at_programs(ctx, files);
                return false;
            }
            InboxMsg::Files(found) if self.view == View::Programs && !found.files.is_empty() => {
                look_at_programs(ctx, found.files);
                return false;
            }
            InboxMsg::ProgramHeads(heads) => self.take_programs(ctx, heads),
            InboxMsg::Files(found) if self.view == View::History && !found.files.is_empty() => {
                self.add_kernels(ctx, found.files);
                return false;
            }
            InboxMsg::Files(mut found) if self.view == View::Compare && found.files.len() == 1 => {
                if let Some(given) = found.files.pop() {
                    self.drop_on_comparison(ctx, given);
                }
                return false;
            }
            InboxMsg::Files(found) => {
                self.work.warm_up = None;
                self.inbox.matching = None;
                self.chrome.notice = None;
                ctx.link().send_future(async move {
                    InboxMsg::Heads(heads_of(found.files).await, found.remarks)
                });
                return false;
            }
            InboxMsg::Heads(heads, remarks) => self.take_in(ctx, heads, remarks),
            InboxMsg::Sample => {
                ctx.link()
                    .send_future(async { InboxMsg::Fetched(samples::fetch_sample().await) });
                return false;
            }
            InboxMsg::KernelSample => {
                ctx.link()
                    .send_future(async { InboxMsg::Fetched(samples::fetch_kernel().await) });
                return false;
            }
            InboxMsg::Named(path) => {
                ctx.link().send_future(async move {
                    match samples::fetch_named(&path).await {
                        Ok(file) => InboxMsg::Files(FoundFiles {
                            files: vec![named(file)],
                            remarks: Vec::new(),
                        }),
                        Err(cause) => InboxMsg::Fetched(Err(cause)),
                    }
                });
                return false;
            }
            InboxMsg::Fetched(Ok(file)) => {
                let raw = file.name() == samples::KERNEL_NAME;
                let opening = Opening {
                    raw,
                    leads_to: if raw { View::Types } else { View::Overview },
                    ..Opening::of(file)
                };
                self.open(ctx, opening);
            }
            InboxMsg::Fetched(Err(error)) => {
                self.chrome.notice = Some(Notice::error(
                    error,
                    "Reload the page, or choose a file of your own.",
                ));
            }
            InboxMsg::Confirm => {
                if let Some(pending) = self.inbox.pending.take() {
                    self.chrome.notice = None;
                    self.start(ctx, pending.opening);
                }
            }
            InboxMsg::OpenOfPair(at) => self.open_of_pair(ctx, at),
            InboxMsg::StartAgain(again) => {
                self.chrome.notice = None;
                match again {
                    Again::File(opening) | Again::Larger(opening) => self.start(ctx, *opening),
                    Again::Unpack(budget, order) => {
                        self.unpack_again(ctx, budget, Rc::unwrap_or_clone(order));
                    }
                    Again::Modules(files) => self.take_modules(ctx, files),
                    Again::Saved(results) => save_again(ctx, results),
                }
            }
            InboxMsg::LetGo(files) => {
                let unpacked = &mut self.inbox.unpacked_programs;
                unpacked.retain(|given| !files.contains(&given.file));
            }
            InboxMsg::ForgetOrphans => self.inbox.orphan_modules.clear(),
            InboxMsg::ForgetInline => self.inbox.inline = None,
            InboxMsg::ForgetUnclaimed => self.inbox.unclaimed.clear(),
        }
        true
    }

    /// Has BPF objects checked on kernels; either may come first. What is packed is unpacked before.
    pub(super) fn take_programs(
        &mut self,
        ctx: &Context<App>,
        heads: Vec<(GivenFile, Result<Vec<u8>, String>)>,
    ) {
        let arrival = |(given, head): (GivenFile, Result<Vec<u8>, String>)| {
            // What cannot be read is told by the check.
            let kind = head.map_or(FileKind::Unknown, |head| classify(&given.path, &head));
            Arrival { given, kind }
        };
        let arrivals = Arrivals {
            files: heads.into_iter().map(arrival).collect(),
            refused: Vec::new(),
        };
        self.show(View::Programs);
        match arrivals.packed() {
            Some(_) => self.unpack(ctx, Order::of(Purpose::Programs, arrivals)),
            None => self.check_programs(arrivals, false),
        }
    }

    /// Gives files to the check of programs; some of them may have been unpacked for it.
    pub(super) fn check_programs(&mut self, arrivals: Arrivals, unpacked: bool) {
        let files = arrivals.files.into_iter().map(|file| file.given);
        let number = (self.inbox.programs.as_ref()).map_or(0, |given| given.number + 1);
        self.inbox.programs = Some(Given {
            number,
            files: files.collect(),
            unpacked,
        });
    }

    /// Shows a lesson: of several, the first.
    fn take_lesson(&mut self, files: Vec<GivenFile>) {
        let more = files.len() > 1;
        let Some(first) = files.into_iter().next() else {
            return;
        };
        self.chrome.notice = more.then(|| {
            Notice::plain(
                format!("One lesson is shown at a time: {}.", first.file.name()),
                "Open the others one by one.",
            )
        });
        let number = self
            .inbox
            .lesson
            .as_ref()
            .map_or(0, |(number, _)| number + 1);
        self.inbox.lesson = Some((number, first.file));
        self.show(View::Learn(Learn::Lesson(LessonAt::Opened)));
    }

    /// Asks about a file that waited for a job's end: the job is no longer in question, its result is.
    pub(super) fn ask_again(&mut self, ctx: &Context<App>, pending: Pending) {
        let notice = self.chrome.notice.take();
        self.open(ctx, pending.opening);
        self.chrome.notice = notice;
    }

    /// Opens a file, or asks first if it would replace something.
    pub(super) fn open(&mut self, ctx: &Context<App>, opening: Opening) {
        // Cleared here, not when the job starts, so that later notices about other files stay.
        self.chrome.notice = None;
        let instead_of = match (
            &self.work.job,
            &self.current.model,
            &self.current.modules.batch,
        ) {
            (Some(job), ..) => Some((job.file.name(), true)),
            (None, Some(_), Some(_)) => Some(("the modules".to_owned(), true)),
            (None, Some(model), None) => Some((model.called(), false)),
            (None, None, _) => None,
        };
        match instead_of {
            Some((instead_of, ends_job)) => {
                self.chrome.focus = Some("confirm");
                self.inbox.pending = Some(Pending {
                    opening,
                    instead_of,
                    ends_job,
                });
            }
            None => self.start(ctx, opening),
        }
    }
}

/// Reads the first bytes of files for the check of programs.
fn look_at_programs(ctx: &Context<App>, files: Vec<GivenFile>) {
    ctx.link()
        .send_future(async move { InboxMsg::ProgramHeads(heads_of(files).await) });
}

/// Files with their first bytes, or why these cannot be read.
async fn heads_of(files: Vec<GivenFile>) -> Vec<(GivenFile, Result<Vec<u8>, String>)> {
    let mut heads = Vec::with_capacity(files.len());
    for given in files {
        let bytes = head(&given.file, HEAD_BYTES).await;
        heads.push((given, bytes));
    }
    heads
}
