//! The workers that decompress blocks, seen from the one that unpacks.

use crate::outside::{Outside, unpacked};
use js_sys::Uint8Array;
use protocol::blocks::{BlockRequest, BlockResponse};
use protocol::codec::{Bytes, from_js, to_js};
use protocol::port;
use protocol::unpack::UnpackResponse;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use unpack::{BlockFormat, BlockPool, PackedBlock};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{MessageEvent, MessagePort};

/// Blocks that one has at a time: one that it decompresses, and the next.
const EACH: usize = 2;
/// Bytes of WebAssembly memory that all helpers together may take. The one that unpacks takes 25 MB.
const ALL_MEMORY: u64 = 112 << 20;
/// Bytes that a helper takes besides twice its dictionary: the next block's is made where the last one's does not fit any more.
const OWN_MEMORY: u64 = 2 << 20;

/// The pool of all of them.
pub struct Helpers {
    /// How many there may be.
    workers: usize,
    /// `None` for those that have died.
    helpers: Vec<Option<Helper>>,
    help: Help,
    blocks: VecDeque<Block>,
    tickets: u32,
    /// Whoever waits for the first block.
    waits: Option<Waker>,
}

/// Whether helpers were asked for.
#[derive(PartialEq)]
enum Help {
    NotAsked,
    Asked,
    Here,
}

struct Helper {
    port: MessagePort,
    /// The tickets of its blocks.
    has: Vec<u32>,
    _answers: Closure<dyn FnMut(MessageEvent)>,
}

struct Block {
    ticket: u32,
    format: BlockFormat,
    /// Not in this worker's memory, which never shrinks.
    stream: Uint8Array,
    most: u32,
    dictionary: u64,
    state: State,
}

enum State {
    Waiting,
    /// A helper has it.
    Given,
    Done(Result<Bytes, String>),
}

impl Default for Helpers {
    fn default() -> Helpers {
        Helpers {
            workers: 1,
            helpers: Vec::new(),
            help: Help::NotAsked,
            blocks: VecDeque::new(),
            tickets: 0,
            waits: None,
        }
    }
}

impl Helpers {
    /// For a file that so many workers may decompress.
    pub fn begin(&mut self, workers: u32) {
        self.workers = workers.max(1) as usize;
        self.blocks.clear();
    }

    /// Takes the ports of helpers.
    pub fn take_ports(this: &Rc<RefCell<Helpers>>, ports: &js_sys::Array) {
        let mut helpers = this.borrow_mut();
        helpers.help = Help::Here;
        for port in ports.iter() {
            let (at, weak) = (helpers.helpers.len(), Rc::downgrade(this));
            let answers = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                if let Some(this) = weak.upgrade() {
                    this.borrow_mut().on_answer(at, event);
                }
            });
            let port: MessagePort = port.unchecked_into();
            port.set_onmessage(Some(answers.as_ref().unchecked_ref()));
            helpers.helpers.push(Some(Helper {
                port,
                has: Vec::new(),
                _answers: answers,
            }));
        }
        helpers.hand_out();
    }

    /// A helper has died: others get its blocks.
    pub fn lose(&mut self, number: u32) {
        let lost = self.helpers.get_mut(number as usize).and_then(Option::take);
        let Some(lost) = lost else { return };
        for block in &mut self.blocks {
            if lost.has.contains(&block.ticket) {
                block.state = State::Waiting;
            }
        }
        self.hand_out();
    }

    fn on_answer(&mut self, number: usize, event: MessageEvent) {
        // What cannot be read is from no helper of this build.
        let Ok(BlockResponse { ticket, unpacked }) = from_js(event.data()) else {
            return self.lose(number as u32);
        };
        if let Some(Some(helper)) = self.helpers.get_mut(number) {
            helper.has.retain(|has| *has != ticket);
        }
        // One that was not waited for any more is not there.
        let mut blocks = self.blocks.iter_mut();
        if let Some(block) = blocks.find(|block| block.ticket == ticket) {
            block.state = State::Done(unpacked);
        }
        self.hand_out();
    }

    /// Gives blocks to helpers that have room, and wakes whoever waits if there is nothing to wait for.
    fn hand_out(&mut self) {
        for round in 1..=EACH {
            let mut alive = 0;
            for helper in &mut self.helpers {
                let Some(one) = helper else { continue };
                alive += 1;
                let mut blocks = self.blocks.iter_mut();
                let waiting = blocks.find(|block| matches!(block.state, State::Waiting));
                let (Some(block), true) = (waiting, one.has.len() < round) else {
                    continue;
                };
                if alive > at_once(block.dictionary) {
                    continue;
                }
                let request = BlockRequest {
                    ticket: block.ticket,
                    is_zstd: block.format == BlockFormat::Zstd,
                    stream: Bytes(block.stream.clone()),
                    most: block.most,
                };
                let sent = to_js(&request).map(|request| one.port.post_message(&request));
                match sent {
                    Ok(Ok(())) => {
                        block.state = State::Given;
                        one.has.push(block.ticket);
                    }
                    // Whoever takes the block decompresses it.
                    _ => *helper = None,
                }
            }
        }
        if !self.must_wait()
            && let Some(waits) = self.waits.take()
        {
            waits.wake();
        }
    }

    /// Whether the first block will come from elsewhere, and has not yet.
    fn must_wait(&self) -> bool {
        let is_helped = || match self.help {
            Help::NotAsked => false,
            Help::Asked => true,
            Help::Here => self.helpers.iter().any(Option::is_some),
        };
        match self.blocks.front().map(|block| &block.state) {
            None | Some(State::Done(_)) => false,
            Some(State::Given) => true,
            Some(State::Waiting) => is_helped(),
        }
    }
}

impl BlockPool for Helpers {
    fn width(&self) -> usize {
        match self.workers {
            0 | 1 => 0,
            many => many * EACH - 1,
        }
    }

    fn submit(&mut self, block: PackedBlock) {
        self.tickets = self.tickets.wrapping_add(1);
        self.blocks.push_back(Block {
            ticket: self.tickets,
            format: block.format(),
            stream: Uint8Array::from(block.stream()),
            most: u32::try_from(block.most()).unwrap_or(u32::MAX),
            dictionary: block.dictionary(),
            state: State::Waiting,
        });
        // A single block is not worth a worker.
        if self.help == Help::NotAsked && self.blocks.len() > 1 {
            self.help = Help::Asked;
            port::post(&UnpackResponse::WantsHelp);
        }
        self.hand_out();
    }

    fn take(&mut self) -> io::Result<Box<dyn Read>> {
        let Some(block) = self.blocks.pop_front() else {
            return Ok(Box::new(io::empty()));
        };
        let bytes = match block.state {
            State::Done(Ok(Bytes(bytes))) => bytes,
            State::Done(Err(cause)) => return Err(io::Error::other(cause)),
            // Nobody else does it, or it is needed before a helper has it.
            State::Waiting | State::Given => unpacked(block.format, block.stream, block.most)?,
        };
        Ok(Box::new(Outside::new(bytes)))
    }

    fn clear(&mut self) {
        self.blocks.clear();
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if !self.must_wait() {
            return Poll::Ready(());
        }
        self.waits = Some(context.waker().clone());
        Poll::Pending
    }
}

/// How many helpers decompress blocks with such a dictionary: at least one. It is always the first of those that live, since their
/// memory never shrinks.
fn at_once(dictionary: u64) -> usize {
    let each = dictionary.saturating_mul(2).saturating_add(OWN_MEMORY);
    usize::try_from(ALL_MEMORY / each).unwrap_or(1).max(1)
}
