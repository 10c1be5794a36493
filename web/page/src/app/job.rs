//! The job: started, watched, cancelled.

use super::packages::{Order, Purpose};
use super::workers::events;
use super::{Again, App, ChromeMsg, Notice, Opening, View, WorkMsg, companions, samples};
use crate::browser::{parameter, remove_parameter, set_title};
use crate::chunks::Chunk;
use crate::work::{Job, WarmUp, allow};
use gloo_timers::future::TimeoutFuture;
use pipeline::Stage;
use std::rc::Rc;
use yew::Context;

/// Milliseconds after which a page that was loaded counts as at rest.
const REST_MS: u32 = 100;
/// Milliseconds after which the progress of a short job is shown: BTF that is opened as it is mostly takes less.
const LATE_MS: u32 = 150;
/// Milliseconds between two updates of a job's progress.
pub(super) const TICK_MS: u32 = 250;

impl App {
    /// Handles a message. Returns whether the page must be drawn again.
    pub(super) fn on_work(&mut self, ctx: &Context<App>, msg: WorkMsg) -> bool {
        match msg {
            WorkMsg::Loaded(Ok(engine)) => {
                self.work.engine = Some(Rc::new(engine));
                self.list_kept(ctx);
                self.start_matching(ctx);
                if let Some(opening) = self.inbox.opening.take() {
                    self.start(ctx, opening);
                } else {
                    ctx.link().send_future(async {
                        TimeoutFuture::new(REST_MS).await;
                        WorkMsg::Rest(samples::fetch_sample().await.ok())
                    });
                }
            }
            WorkMsg::Loaded(Err(error)) => {
                self.inbox.opening = None;
                self.chrome.notice = Some(Notice::error(
                    error,
                    "Reload the page; a job cannot start without it.",
                ));
            }
            WorkMsg::Rest(sample) => {
                self.sweep(ctx);
                let idle = self.work.job.is_none() && self.current.model.is_none();
                if let (Some(engine), Some(sample), true) = (&self.work.engine, sample, idle) {
                    self.work.warm_up = WarmUp::start(engine, sample, &events(ctx)).ok();
                }
                self.stand_by(ctx);
                // Who is in the classroom may open no file.
                if idle && self.view == View::Start {
                    self.fetch_ahead(ctx);
                }
                return false;
            }
            WorkMsg::Cancel => self.cancel(),
            WorkMsg::Notify(true) => {
                ctx.link().send_future(async {
                    crate::notification::ask().await;
                    WorkMsg::Notify(false)
                });
            }
            WorkMsg::Notify(false) => {}
            WorkMsg::Worker(id, event) => return self.on_worker(ctx, id, event),
            WorkMsg::Explorer(id, event) => return self.on_explorer(ctx, id, event),
            WorkMsg::Unpack(msg) => return self.on_unpack(ctx, msg),
            WorkMsg::Late(view) => {
                if !std::mem::take(&mut self.work.is_early) || self.work.job.is_none() {
                    return false;
                }
                // Who went elsewhere stays there.
                if self.view == view {
                    self.show_progress();
                }
            }
            WorkMsg::Tick => {
                if let Some(job) = &mut self.work.job {
                    job.on_tick();
                }
                self.announce_progress();
                self.tell_modules();
                self.announce_modules();
            }
        }
        true
    }

    /// Has what shows a result loaded, for a job that is to come or runs. If that fails, the view tries again.
    fn fetch_ahead(&self, ctx: &Context<App>) {
        let link = ctx.link().clone();
        wasm_bindgen_futures::spawn_local(async move {
            if Chunk::Result.load().await.is_ok() {
                link.send_message(ChromeMsg::Came(Chunk::Result));
            }
        });
        self.work.explorer.want(drop);
    }

    /// Starts a job, or shows a kept result. A running job ends.
    pub(super) fn start(&mut self, ctx: &Context<App>, opening: Opening) {
        let Some(engine) = self.work.engine.clone() else {
            self.inbox.opening = Some(opening);
            return;
        };
        // The address names a file only as long as that is the one that is open.
        let named = parameter("btf");
        if named.is_some_and(|path| samples::file_name(&path) != opening.file.name()) {
            remove_parameter("btf");
        }
        // Where it was not yet: while the job runs.
        self.fetch_ahead(ctx);
        self.work.warm_up = None;
        self.inbox.pending = None;
        self.current.failed = None;
        self.work.told_tenths = 0;
        // The job before this one ends with its workers.
        self.work.job = None;
        if self.current.modules.batch.is_some() {
            self.current.modules.cancel();
        }
        self.work.opening = Some(opening.clone());
        let Opening {
            file,
            raw,
            modules,
            companions,
            kept_result,
            types,
            reads_inline,
            budget,
            inline,
            leads_to: _,
            compare_with,
            packed,
        } = opening;
        self.inbox.compare_with = compare_with;
        allow(budget);
        if let Some(packed) = packed {
            let packed = Rc::unwrap_or_clone(packed);
            return self.unpack(ctx, Order::of(Purpose::OpenConfirmed, packed));
        }
        // Those that waited for a file are tried on this one.
        if inline.is_some() {
            self.inbox.inline = inline;
        }
        if let Some(number) = kept_result {
            return self.reopen(ctx, file, number);
        }
        self.inbox.queued_modules = modules;
        let standby = std::mem::take(&mut self.work.standby);
        let types = (types, reads_inline);
        match Job::start(engine, standby, file, raw, types, companions, events(ctx)) {
            Ok(job) => {
                self.work.job = Some(job);
                self.start_clock(ctx);
                // To draw it takes as long as the job. A link has its place in the history; a result before it makes way; modules come
                // after it, and are waited for where its progress is.
                self.work.is_early = raw
                    && self.chrome.link.is_none()
                    && self.current.model.is_none()
                    && self.inbox.queued_modules.is_empty();
                if self.work.is_early {
                    let view = self.view;
                    ctx.link().send_future(async move {
                        TimeoutFuture::new(LATE_MS).await;
                        WorkMsg::Late(view)
                    });
                } else {
                    self.show_progress();
                }
            }
            Err(error) => {
                self.chrome.notice = Some(Notice::error(
                    format!("The browser did not start a worker: {error}."),
                    "Reload the page; if that does not help, try another browser.",
                ));
            }
        }
    }

    /// Ends the job and its workers. The result before it stays.
    pub(super) fn cancel(&mut self) {
        let Some(job) = self.work.job.take() else {
            if self.work.unpacked.is_some() {
                self.cancel_unpacking();
            } else if self.current.modules.batch.is_some() {
                self.cancel_modules();
            }
            return;
        };
        self.work.ticker = None;
        let queued = std::mem::take(&mut self.inbox.queued_modules);
        if self.current.model.is_none() {
            self.keep_orphans(queued);
            companions::add(&mut self.inbox.unclaimed, job.companions.clone());
        }
        let name = job.file.name();
        drop(job);
        let again = self
            .work
            .opening
            .take()
            .map(|opening| Again::File(Box::new(opening)));
        self.chrome.announcement = "Cancelled".into();
        self.chrome.notice = Some(
            Notice::plain(
                format!("Encoding {name} was cancelled."),
                if self.current.model.is_some() {
                    "Your previous result is still open."
                } else {
                    ""
                },
            )
            .with_again(again),
        );
        self.show_after_job(if self.current.model.is_some() {
            View::Overview
        } else {
            View::Start
        });
    }

    /// Announces the job's progress to screen readers, every tenth of it.
    fn announce_progress(&mut self) {
        let Some(job) = &self.work.job else { return };
        let tenths = (job.timeline.whole() * 10.0) as u32;
        if tenths > self.work.told_tenths {
            self.work.told_tenths = tenths;
            if self.view == View::Progress {
                set_title(&format!("{tenths}0 % · Encoding…"));
            }
            let stage = job.timeline.current().map_or("", Stage::title);
            self.chrome.announcement = format!("{stage}, {tenths}0 percent").into();
        }
    }

    /// Whether the progress of something can be looked at.
    pub fn has_progress(&self) -> bool {
        self.is_busy() && !self.work.is_early
    }

    /// Whether something is being encoded.
    pub fn is_busy(&self) -> bool {
        self.work.job.is_some() || self.current.modules.batch.is_some() || self.is_unpacking()
    }
}
