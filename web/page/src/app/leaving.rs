//! A question before the page is left, when that loses a result.

use super::App;
use crate::browser::window;
use crate::work::Keeping;
use gloo_events::{EventListener, EventListenerOptions};
use protocol::job_result::Origin;
use std::cell::Cell;
use std::rc::Rc;

/// Whether leaving loses something; the browser asks then, in its own words.
pub(super) struct Unsaved {
    loses: Rc<Cell<bool>>,
    _listener: EventListener,
}

impl Unsaved {
    pub fn set(&self, loses: bool) {
        self.loses.set(loses);
    }
}

impl Default for Unsaved {
    fn default() -> Unsaved {
        let loses = Rc::new(Cell::new(false));
        let seen = loses.clone();
        let options = EventListenerOptions::enable_prevent_default();
        let listener =
            EventListener::new_with_options(&window(), "beforeunload", options, move |event| {
                if seen.get() {
                    event.prevent_default();
                }
            });
        Unsaved {
            loses,
            _listener: listener,
        }
    }
}

impl App {
    /// Whether leaving loses work: a job under way, modules, or an encoded result that is not kept. BTF that was only
    /// read opens again at once.
    pub(super) fn would_lose(&self) -> bool {
        let is_lost = self.current.model.as_ref().is_some_and(|model| {
            model.origin == Origin::Encoded && !matches!(model.keeping, Keeping::Kept(_))
        });
        self.is_busy() || is_lost || !self.current.modules.rows.is_empty()
    }
}
