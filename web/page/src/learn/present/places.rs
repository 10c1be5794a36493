//! Where each lesson's figure was left: it is found there again.

use crate::app::LessonAt;
use lab::Seek;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The places, shared by all screens.
#[derive(Clone, Default)]
pub struct Places(Rc<Inner>);

#[derive(Default)]
struct Inner {
    /// The step of each figure: which lesson, and which of its figures.
    steps: RefCell<BTreeMap<(LessonAt, usize), u32>>,
    /// What the room has taken of each question: which lesson, and which of its questions.
    marks: RefCell<BTreeMap<(LessonAt, usize), usize>>,
    /// Whether the next screen is entered from the one after it.
    behind: Cell<bool>,
}

impl PartialEq for Places {
    fn eq(&self, other: &Places) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

thread_local! {
    static SHARED: Places = Places::default();
}

impl Places {
    /// The places of this page: they outlive the screens.
    pub fn shared() -> Places {
        SHARED.with(Places::clone)
    }

    /// A figure is at this step.
    pub fn leave(&self, figure: (LessonAt, usize), step: u32) {
        self.0.steps.borrow_mut().insert(figure, step);
    }

    /// The room takes a choice of a question, or takes it back.
    pub fn mark(&self, question: (LessonAt, usize), place: usize) {
        let mut marks = self.0.marks.borrow_mut();
        if marks.remove(&question) != Some(place) {
            marks.insert(question, place);
        }
    }

    /// The choice that the room has taken.
    pub fn marked(&self, question: (LessonAt, usize)) -> Option<usize> {
        self.0.marks.borrow().get(&question).copied()
    }

    /// The next screen is entered from behind, or not.
    pub fn turn(&self, back: bool) {
        self.0.behind.set(back);
    }

    /// The step at which a figure is shown: its last one from behind, otherwise where it was left.
    pub fn enter(&self, figure: (LessonAt, usize), first: Seek) -> Seek {
        match (
            self.0.behind.replace(false),
            self.0.steps.borrow().get(&figure),
        ) {
            (true, _) => Seek::End,
            (false, Some(&step)) => Seek::To(step),
            (false, None) => first,
        }
    }
}
