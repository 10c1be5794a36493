//! Workers that give no sign for too long.
//!
//! A worker says of each message that it has dealt with it, and long work tells its progress; so a worker that still has
//! something to do and sends nothing hangs. What it did not do in that time is of no use to anybody, and it is ended.

use gloo_timers::callback::Interval;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Seconds for which a worker that reads whole files may be silent. On a kernel of 587 MB the longest silence was 0.8 seconds,
/// during dedup, with six times as many programs running as there were processors.
pub const ENGINE_SECONDS: u32 = 150;
/// Seconds for which a worker may be silent that answers about types. On the same kernel the longest silence was 1.0 seconds.
pub const EXPLORER_SECONDS: u32 = 60;
/// Seconds for which a laboratory may be silent: its inputs are small.
pub const LAB_SECONDS: u32 = 10;
/// Seconds for which the worker may be silent that checks programs: it tells of each object on each kernel.
pub const PROGRAMS_SECONDS: u32 = 60;

/// Milliseconds between two ticks. Ticks are counted, not milliseconds: in a tab in the background, and while the computer
/// sleeps, the page's timers stand still as its workers may.
const TICK_MS: u32 = 1000;

/// Watches one worker.
pub struct Watchdog(Rc<State>);

struct State {
    patience: u32,
    /// Messages to the worker with which it has not dealt.
    waiting: Cell<u32>,
    /// Ticks since it was heard.
    silent: Cell<u32>,
    /// Runs while something waits.
    clock: RefCell<Option<Interval>>,
    bark: Box<dyn Fn()>,
}

impl Watchdog {
    /// Calls `bark` once when the worker was silent for `patience` seconds.
    pub fn new(patience: u32, bark: impl Fn() + 'static) -> Watchdog {
        Watchdog(Rc::new(State {
            patience,
            waiting: Cell::new(0),
            silent: Cell::new(0),
            clock: RefCell::default(),
            bark: Box::new(bark),
        }))
    }

    /// The worker was given a message.
    pub fn given(&self) {
        self.0.waiting.set(self.0.waiting.get() + 1);
        if self.0.clock.borrow().is_some() {
            return;
        }
        self.0.silent.set(0);
        let weak = Rc::downgrade(&self.0);
        let clock = Interval::new(TICK_MS, move || {
            if let Some(state) = weak.upgrade() {
                state.tick();
            }
        });
        *self.0.clock.borrow_mut() = Some(clock);
    }

    /// The worker sent something.
    pub fn heard(&self) {
        self.0.silent.set(0);
    }

    /// The worker has dealt with a message.
    pub fn dealt(&self) {
        let waiting = self.0.waiting.get().saturating_sub(1);
        self.0.waiting.set(waiting);
        if waiting == 0 {
            self.stop();
        }
    }

    /// The worker has ended.
    pub fn stop(&self) {
        self.0.clock.take();
    }
}

impl State {
    fn tick(&self) {
        self.silent.set(self.silent.get() + 1);
        if self.silent.get() >= self.patience {
            self.clock.take();
            (self.bark)();
        }
    }
}
