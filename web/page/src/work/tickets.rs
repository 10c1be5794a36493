//! Who waits for the answer to which question.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// Takes an answer, or why there is none.
pub type Then<A> = Box<dyn FnOnce(Result<A, String>)>;

/// Questions that are not answered yet. `A` is an answer as it comes: whoever asked knows its type.
pub struct Tickets<A> {
    next: Cell<u32>,
    waiting: RefCell<BTreeMap<u32, Then<A>>>,
}

impl<A> Default for Tickets<A> {
    fn default() -> Tickets<A> {
        Tickets {
            next: Cell::new(0),
            waiting: RefCell::default(),
        }
    }
}

impl<A> Tickets<A> {
    /// A ticket for a question; `then` gets the answer, or why there is none.
    pub fn issue(&self, then: Then<A>) -> u32 {
        let ticket = self.next.get();
        self.next.set(ticket.wrapping_add(1));
        self.waiting.borrow_mut().insert(ticket, then);
        ticket
    }

    /// Hands an answer to whoever asked.
    pub fn settle(&self, ticket: u32, answer: Result<A, String>) {
        let then = self.waiting.borrow_mut().remove(&ticket);
        if let Some(then) = then {
            then(answer);
        }
    }

    /// No answer will come any more, which whoever asked learns in another way.
    pub fn clear(&self) {
        self.waiting.take();
    }

    /// No answer will come any more: why.
    pub fn fail(&self, cause: &str) {
        for then in self.waiting.take().into_values() {
            then(Err(cause.to_owned()));
        }
    }
}
