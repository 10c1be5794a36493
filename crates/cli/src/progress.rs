//! The progress line that a long run shows on a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, stderr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A run shorter than this shows nothing.
const DELAY: Duration = Duration::from_secs(1);
/// How often the line is drawn.
const TICK: Duration = Duration::from_millis(100);

/// How far the work is, counted by the threads that do it.
#[derive(Debug, Default)]
pub struct Tally {
    /// How many units are encoded.
    pub units: AtomicU64,
    /// How many types units have emitted, before any sharing.
    pub types: AtomicU64,
    /// How many bytes of the stage are done.
    pub bytes: AtomicU64,
}

/// The stage that is shown.
#[derive(Clone, Debug)]
struct Shown {
    title: &'static str,
    /// All bytes of the stage, if they are counted.
    total: Option<u64>,
    since: Instant,
}

#[derive(Debug)]
struct State {
    tally: Tally,
    shown: Mutex<Shown>,
    finished: AtomicBool,
}

/// A line on standard error with stage, bytes, units, types, and time, drawn by a thread of its own so
/// that it moves whatever the others do. Without a terminal, neither thread nor line exists.
#[derive(Debug)]
pub struct Progress {
    state: Arc<State>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts with the stage `title`.
    pub fn start(title: &'static str) -> Progress {
        let state = Arc::new(State {
            tally: Tally::default(),
            shown: Mutex::new(Shown {
                title,
                total: None,
                since: Instant::now(),
            }),
            finished: AtomicBool::new(false),
        });
        let thread = stderr().is_terminal().then(|| {
            let state = Arc::clone(&state);
            std::thread::Builder::new()
                .name("progress".to_owned())
                .spawn(move || draw(&state))
        });
        Progress {
            state,
            // If the thread cannot be started, the run goes on without the line.
            thread: thread.and_then(Result::ok),
        }
    }

    /// Starts another stage, of `total` bytes if they are counted. Units and types are not reset.
    pub fn stage(&self, title: &'static str, total: Option<u64>) {
        self.state.tally.bytes.store(0, Ordering::Relaxed);
        let mut shown = self
            .state
            .shown
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *shown = Shown {
            title,
            total,
            since: Instant::now(),
        };
    }

    /// Forgets what was counted: the work begins again.
    pub fn begin_again(&self) {
        let Tally {
            bytes,
            units,
            types,
        } = &self.state.tally;
        for counter in [bytes, units, types] {
            counter.store(0, Ordering::Relaxed);
        }
    }

    /// The counters for the threads.
    pub fn tally(&self) -> &Tally {
        &self.state.tally
    }
}

impl Drop for Progress {
    /// Removes the line.
    fn drop(&mut self) {
        self.state.finished.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _panicked = thread.join();
        }
    }
}

fn draw(state: &State) {
    let started = Instant::now();
    let mut bar: Option<ProgressBar> = None;
    while !state.finished.load(Ordering::Acquire) {
        std::thread::park_timeout(TICK);
        if started.elapsed() < DELAY {
            continue;
        }
        let bar = bar.get_or_insert_with(|| {
            ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(20))
                .with_elapsed(started.elapsed())
        });
        let shown = state.shown.lock().unwrap_or_else(PoisonError::into_inner);
        show(bar, &shown.clone(), &state.tally);
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
}

fn show(bar: &ProgressBar, shown: &Shown, tally: &Tally) {
    let template = match shown.total {
        Some(_) => {
            "{spinner} {prefix:<16} [{bar:24}] {decimal_bytes}/{decimal_total_bytes} {msg}  {elapsed_precise}"
        }
        None => "{spinner} {prefix:<16} {msg}  {elapsed_precise}",
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> ").tick_chars("-\\|/ "));
    }
    let bytes = tally.bytes.load(Ordering::Relaxed);
    match shown.total {
        Some(total) => {
            bar.set_length(total);
            bar.set_position(bytes.min(total));
        }
        None => bar.unset_length(),
    }
    bar.set_prefix(shown.title);
    bar.set_message(counts(shown, tally, bytes));
    bar.tick();
}

/// The rate, units, and types, if they are known.
fn counts(shown: &Shown, tally: &Tally, bytes: u64) -> String {
    let mut parts = Vec::new();
    let seconds = shown.since.elapsed().as_secs_f64();
    if bytes > 0 && seconds > 0.2 {
        parts.push(format!("{:.0} MB/s", bytes as f64 / 1e6 / seconds));
    }
    let units = tally.units.load(Ordering::Relaxed);
    if units > 0 {
        parts.push(format!("{} units", crate::table::number(units)));
    }
    let types = tally.types.load(Ordering::Relaxed);
    if types > 0 {
        parts.push(format!("{} types", crate::table::number(types)));
    }
    parts.join("  ")
}
