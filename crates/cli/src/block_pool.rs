//! Threads that decompress blocks of xz streams and zstd frames.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Cursor, Read};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::available_parallelism;
use unpack::{BlockPool, PackedBlock};

/// More threads than this wait for the reader.
const MOST_THREADS: usize = 8;

type Answer = io::Result<Vec<u8>>;

struct Task {
    block: PackedBlock,
    answer: SyncSender<Answer>,
    /// Gone when nobody waits for the answer any more.
    wanted: Weak<()>,
}

/// Threads that are started when the first block comes, and end when the pool does.
pub struct Threads {
    width: usize,
    tasks: Option<Sender<Task>>,
    answers: VecDeque<(Receiver<Answer>, Arc<()>)>,
}

/// As many threads as processors.
pub fn threads() -> Rc<RefCell<dyn BlockPool>> {
    let processors = available_parallelism().map_or(1, usize::from);
    Rc::new(RefCell::new(Threads {
        width: processors.min(MOST_THREADS),
        tasks: None,
        answers: VecDeque::new(),
    }))
}

impl Threads {
    fn start(&self) -> Sender<Task> {
        let (tasks, waiting) = channel::<Task>();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..self.width {
            let waiting = Arc::clone(&waiting);
            let thread = std::thread::Builder::new().name("unpack".to_owned());
            // If no thread can be started, a task finds nobody, and is done by whoever gives it.
            let _started = thread.spawn(move || work(&waiting));
        }
        tasks
    }
}

fn work(waiting: &Mutex<Receiver<Task>>) {
    loop {
        let task = waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        let Ok(task) = task else { return };
        if task.wanted.strong_count() > 0 {
            // Nobody waits for it if the job ends meanwhile.
            let _unwanted = task.answer.send(task.block.unpack());
        }
    }
}

impl BlockPool for Threads {
    fn width(&self) -> usize {
        self.width
    }

    fn submit(&mut self, block: PackedBlock) {
        let tasks = self.tasks.take().unwrap_or_else(|| self.start());
        let (answer, later) = sync_channel(1);
        let waits = Arc::new(());
        let task = Task {
            block,
            answer,
            wanted: Arc::downgrade(&waits),
        };
        if let Err(refused) = tasks.send(task) {
            let Task { block, answer, .. } = refused.0;
            let _there = answer.send(block.unpack());
        }
        self.answers.push_back((later, waits));
        self.tasks = Some(tasks);
    }

    fn take(&mut self) -> io::Result<Box<dyn Read>> {
        let answer = self.answers.pop_front().map(|(later, _)| later.recv());
        match answer {
            Some(Ok(answer)) => Ok(Box::new(Cursor::new(answer?))),
            _ => Err(io::Error::other(
                "a thread that decompresses has ended early",
            )),
        }
    }

    fn clear(&mut self) {
        self.answers.clear();
    }
}
