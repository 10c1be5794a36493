//! What the laboratory does when its worker opened units, refused them, or died: which units count, which are kept for
//! *Undo*, and what the address says.

use super::update::Msg;
use super::{DEFAULT, LabView, Origin, Replaced};
use lab::Seek;
use protocol::lab::{Opened, SetupSource};
use std::rc::Rc;
use yew::prelude::*;

impl LabView {
    pub(super) fn opened(&mut self, ctx: &Context<LabView>, opened: Box<Opened>) {
        self.awaited = false;
        if self.sought == ctx.props().begin {
            self.begun = opened.moment.step;
        }
        if self.stale {
            // What was typed since counts, not what comes back.
            self.stale = false;
            self.edited(ctx);
        } else {
            self.setup = opened.setup.clone();
        }
        self.panes.clone_from(&opened.overview.panes);
        self.address.clone_from(&opened.overview.link);
        if let Some(replaced) = self.replaced.last_mut().filter(|it| it.after.is_none()) {
            replaced.after = Some(opened.setup.clone());
        }
        let shows_something = |shown: &Rc<Opened>| !shown.overview.before.is_empty();
        // While a text has an error, the last drawing stays at its step.
        if !self.is_broken() || !self.opened.as_ref().is_some_and(shows_something) {
            self.moment = opened.moment.clone();
            if self.told.take().is_some() {
                ctx.link().send_message(Msg::Tell);
            }
            self.opened = Some(Rc::new(*opened));
            self.room = None;
            self.find_stops(ctx);
            self.renew_sections(ctx);
        }
        self.tell(ctx);
    }

    /// Keeps the units that others are about to take the place of. A scenario's need not be kept: from one to the next,
    /// what was typed before them is what counts.
    pub(super) fn replace_own(&mut self) {
        if self.scenarios.iter().all(|one| one.setup != self.setup) {
            self.replace();
        } else if self.can_undo()
            && let Some(replaced) = self.replaced.last_mut()
        {
            replaced.after = None;
        }
    }

    /// Keeps the units that others are about to take the place of.
    pub(super) fn replace(&mut self) {
        /// More of them is more than anybody goes back.
        const MOST: usize = 20;
        if self.replaced.len() == MOST {
            self.replaced.remove(0);
        }
        self.replaced.push(Replaced {
            before: self.setup.clone(),
            step: self.moment.step,
            after: None,
        });
    }

    pub(super) fn refused(&mut self, ctx: &Context<LabView>, cause: String) {
        self.awaited = false;
        // A file that could not be opened takes the place of nothing.
        if let Some(replaced) = self.replaced.last_mut().filter(|it| it.after.is_none()) {
            replaced.after = Some(self.setup.clone());
        }
        self.notice = Some((
            false,
            match self.origin {
                Origin::Link | Origin::Scenario(_) => {
                    self.replace_own();
                    let example = SetupSource::Scenario(DEFAULT.to_owned());
                    self.open(ctx, example, Seek::Start);
                    self.keeps_address = true;
                    cause
                }
                Origin::File | Origin::Units => format!("The file could not be opened: {cause}."),
            },
        ));
    }

    pub(super) fn died(&mut self, cause: &str) {
        self.awaited = false;
        self.stale = false;
        self.lost = true;
        self.playing = None;
        self.notice = Some((
            false,
            format!(
                "The lab stopped: {cause}. Your text is still here; continue, and the lab restarts."
            ),
        ));
    }

    /// Tells where the laboratory is, for the address.
    pub(super) fn tell(&self, ctx: &Context<LabView>) {
        if !self.address.is_empty() && !self.keeps_address {
            let setup = match &self.origin {
                Origin::Scenario(slug) => format!("scenario={slug}"),
                _ => format!("s={}", self.address),
            };
            ctx.props().moved.emit((setup, self.moment.step));
        }
    }
}
