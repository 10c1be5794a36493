//! Events of workers, given to what they work for: the job, its result, a comparison, modules.

use super::{App, Failed, Notice, Opening, View, WorkMsg, companions};
use crate::notification;
use crate::work::{Events, Explorer, Model, Outcome, Standby, WorkerEvent, WorkerId};
use protocol::death::Death;
use protocol::explorer::Response;
use protocol::figures::counted;
use std::rc::Rc;
use yew::Context;

impl App {
    /// Starts the workers of the first job, once nothing warms up any more.
    pub(super) fn stand_by(&mut self, ctx: &Context<App>) {
        let idle =
            self.work.warm_up.is_none() && self.work.job.is_none() && self.current.model.is_none();
        if let (Some(engine), true) = (&self.work.engine, idle) {
            self.work.standby = Standby::start(engine, &events(ctx));
        }
    }

    pub(super) fn on_worker(
        &mut self,
        ctx: &Context<App>,
        id: WorkerId,
        event: WorkerEvent,
    ) -> bool {
        if (self.inbox.matching.as_ref()).is_some_and(|it| it.reads_with(id)) {
            return self.on_matching(event);
        }
        if self.current.kernels.reads_with(id) {
            return self.on_kernel_file(ctx, event);
        }
        if self.current.comparing.reads_with(id) {
            return self.on_second_file(ctx, event);
        }
        if let Some(warm_up) = self.work.warm_up.as_mut().filter(|it| it.worker() == id) {
            if warm_up.on_event(event) {
                self.work.warm_up = None;
                self.stand_by(ctx);
            }
            return false;
        }
        if self.work.standby.on_event(id, &event) {
            return false;
        }
        // The clock draws the progress of a running job, not every message.
        match &mut self.work.job {
            Some(job) => {
                let outcome = job.on_event(id, event);
                self.end(ctx, outcome)
            }
            None => {
                let over = self.current.modules.on_event(id, event);
                if over {
                    self.end_modules();
                }
                over
            }
        }
    }

    pub(super) fn on_explorer(
        &mut self,
        ctx: &Context<App>,
        id: WorkerId,
        event: WorkerEvent,
    ) -> bool {
        let event = match self.on_kernel(id, event) {
            Ok(drawn) => return drawn,
            Err(event) => event,
        };
        if let Some(comparison) = self.current.comparing.answered_by(id) {
            if let WorkerEvent::Died(death) = &event {
                let notice = replaced("the comparison", comparison.subject(), death);
                let events = explorer_events(ctx);
                if (comparison.restart(&self.work.explorer, &events, death)).is_some() {
                    self.chrome.notice = Some(notice);
                    return true;
                }
            }
            let drawn = comparison.on_explorer(event);
            return self.current.comparing.settle() || drawn;
        }
        let Some(model) = self
            .current
            .model
            .as_mut()
            .filter(|model| model.worker() == id)
        else {
            return false;
        };
        let response = match event.read_as() {
            Ok(received) => received.response,
            Err(death) => {
                self.explorer_died(ctx, &death);
                return true;
            }
        };
        match response {
            Response::Opened => return false,
            Response::NotOpened(failure) if failure.is_over_budget() => {
                let larger = self.work.opening.as_ref().map(Opening::with_more);
                let notice = Notice::error(failure.cause, failure.advice);
                self.chrome.notice = Some(notice.with_again(larger));
            }
            Response::NotOpened(failure) if model.reopened => {
                let name = model.called();
                self.current.model = None;
                self.show(View::Start);
                self.chrome.notice = Some(Notice::error(
                    format!("The saved result {name} is damaged. {}", failure.cause),
                    "Delete it, and encode the file again.",
                ));
            }
            Response::NotOpened(failure) => {
                self.chrome.notice = Some(Notice::error(failure.cause, failure.advice));
            }
            Response::SitesRefused(cause) => self.inline_refused(&cause),
            // The component that asked draws it.
            Response::Answered { ticket, answer } => {
                model.client.settle(ticket, Ok(answer));
                return false;
            }
            Response::Refused { ticket, cause } => {
                model.client.settle(ticket, Err(cause));
                return false;
            }
        }
        true
    }

    /// Starts another explorer for the result, and asks it what the page waits for.
    fn explorer_died(&mut self, ctx: &Context<App>, death: &Death) {
        let Some(model) = &mut self.current.model else {
            return;
        };
        let notice = replaced(
            &format!("the result of {}", model.called()),
            model.subject(),
            death,
        );
        let events = explorer_events(ctx);
        if (model.restart(&self.work.explorer, &events, death)).is_none() {
            self.chrome.notice = Some(Notice::error(
                format!(
                    "The worker that holds the result of {} stopped: {death}.",
                    model.called()
                ),
                "The page and its downloads stay usable; open the file again to explore further.",
            ));
            return;
        }
        self.chrome.notice = Some(notice);
        let module = self.current.scope.as_ref().and_then(|scope| scope.module());
        self.current.scope =
            module.map(|module| Rc::new(model.client.of_module(module.to_owned())));
        self.ask_what_follows(ctx);
        if let Some(list) = &self.current.left_out {
            self.ask_left_out(ctx, Some(list.question.clone()));
        }
    }

    /// Ends the job with its outcome, if it has one.
    pub(super) fn end(&mut self, ctx: &Context<App>, outcome: Option<Outcome>) -> bool {
        let Some(outcome) = outcome else { return false };
        let Some(job) = self.work.job.take() else {
            return false;
        };
        self.work.ticker = None;
        let pending = self.inbox.pending.take();
        let file = job.file.clone();
        // Files that came while it ran may be those it missed, or its modules do.
        let late = std::mem::take(&mut self.inbox.unclaimed);
        let used = !self.inbox.queued_modules.is_empty();
        match outcome {
            Outcome::Finished(message) => {
                let types = counted(message.statistics.after.types, "type", "types");
                notification::tell(&format!("{} is ready", file.name()), &types);
                let explorer = Explorer::start(&self.work.explorer, &explorer_events(ctx));
                let mut model = Model::new(job, *message, explorer);
                if used {
                    companions::add(&mut model.companions, late.clone());
                }
                self.take_model(ctx, model);
                let queued = std::mem::take(&mut self.inbox.queued_modules);
                if queued.is_empty() {
                    self.show_result();
                } else {
                    self.encode_modules(ctx, queued, file.size() as u64);
                    // The comparison that was asked for does not wait for the modules.
                    if self.current.comparing.is_under_way() {
                        self.show_result();
                    }
                }
            }
            Outcome::Failed(failure) => {
                notification::tell(
                    &format!("{} could not be encoded", file.name()),
                    &failure.title,
                );
                let queued = std::mem::take(&mut self.inbox.queued_modules);
                self.keep_orphans(queued);
                self.current.failed = Some(Failed {
                    companions: job.companions.clone(),
                    name: file.name(),
                    bytes: file.size() as u64,
                    file,
                    failure: *failure,
                    again: None,
                });
                self.show_after_job(View::Error);
            }
        }
        self.take_companions(ctx, late, used);
        // The question about the job is now one about its result.
        if let Some(pending) = pending {
            self.ask_again(ctx, pending);
        }
        true
    }
}

/// An explorer died while it was at `subject`, and nothing is lost.
fn replaced(what: &str, subject: Option<&str>, death: &Death) -> Notice {
    let at = subject.map_or(String::new(), |subject| format!(" at {subject}"));
    Notice::plain(
        format!("The worker that holds {what} stopped{at}: {death}."),
        match (death, subject) {
            (Death::Silent { .. }, Some(_)) => {
                "It was restarted; nothing is lost. Ask for less, such as a narrower search."
            }
            _ => "It was restarted; nothing is lost.",
        },
    )
}

/// What is told of the engine's workers.
pub(super) fn events(ctx: &Context<App>) -> Events {
    ctx.link()
        .callback(|(id, event)| WorkMsg::Worker(id, event))
}

/// What is told of explorers.
pub(super) fn explorer_events(ctx: &Context<App>) -> Events {
    ctx.link()
        .callback(|(id, event)| WorkMsg::Explorer(id, event))
}
