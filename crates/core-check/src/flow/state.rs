//! The state of a program at an instruction: registers and stack of each frame.

use super::value::Value;

/// The register that points to the end of a frame's stack.
const FRAME_POINTER: usize = 10;
/// The most frames, as in the verifier.
pub(crate) const MOST_FRAMES: usize = 8;
/// The most slots whose values are followed in a frame.
const MOST_SLOTS: usize = 64;

/// An instruction: its section and number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Place {
    pub section: u32,
    pub number: u32,
}

/// Part of a stack whose value is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slot {
    offset: i32,
    size: u32,
    value: Value,
}

/// What a function sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    registers: [Value; 11],
    slots: Vec<Slot>,
    /// Where the caller goes on.
    pub back: Option<Place>,
}

/// All frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State {
    pub at: Place,
    pub frames: Vec<Frame>,
    /// Whether a path leads to exactly this: it is not what several paths have in common.
    pub is_exact: bool,
}

impl State {
    /// At the first instruction of a function that can be given anything.
    pub fn entry(at: Place, arguments: Value) -> State {
        State {
            at,
            frames: vec![Frame::new(0, [arguments; 5], None)],
            is_exact: true,
        }
    }

    /// How many values on stacks it has.
    pub fn slots(&self) -> usize {
        self.frames.iter().map(|frame| frame.slots.len()).sum()
    }

    pub fn get(&self, register: u8) -> Value {
        let frame = self.frames.last();
        let value = frame.and_then(|frame| frame.registers.get(usize::from(register)));
        value.copied().unwrap_or(Value::Any)
    }

    pub fn set(&mut self, register: u8, value: Value) {
        let frame = self.frames.last_mut();
        if let Some(place) = frame.and_then(|frame| frame.registers.get_mut(usize::from(register)))
        {
            *place = value;
        }
    }

    /// Enters a function. `false` if there are too many frames.
    pub fn call(&mut self, at: Place, back: Place) -> bool {
        if self.frames.len() >= MOST_FRAMES {
            return false;
        }
        let arguments = [1, 2, 3, 4, 5].map(|register| self.get(register));
        self.frames
            .push(Frame::new(self.frames.len() as u8, arguments, Some(back)));
        self.at = at;
        true
    }

    /// Leaves a function. `false` if it was the last.
    pub fn leave(&mut self) -> bool {
        let result = match self.get(0) {
            // The stack of a frame ends with it.
            Value::Stack { frame, .. } if usize::from(frame) + 1 == self.frames.len() => Value::Any,
            result => result,
        };
        let Some(back) = self.frames.pop().and_then(|frame| frame.back) else {
            return false;
        };
        self.at = back;
        self.forget_arguments();
        self.set(0, result);
        true
    }

    /// A call of something outside: it may write where arguments point to.
    pub fn call_outside(&mut self) {
        for register in 1..=5 {
            if self.get(register) == Value::SomeStack {
                self.forget_stacks();
            }
            if let Value::Stack { frame, offset } = self.get(register)
                && let Some(frame) = self.frames.get_mut(usize::from(frame))
            {
                frame
                    .slots
                    .retain(|slot| slot.offset + (slot.size as i32) <= offset);
            }
        }
        self.forget_arguments();
        self.set(0, Value::Any);
    }

    fn forget_arguments(&mut self) {
        (1..=5).for_each(|register| self.set(register, Value::Any));
    }

    /// Reads a stack.
    pub fn load(&self, frame: u8, offset: i32, size: u32) -> Value {
        let Some(frame) = self.frames.get(usize::from(frame)) else {
            return Value::Any;
        };
        let slot = frame.slots.iter().find(|slot| slot.offset == offset);
        match slot {
            Some(slot) if slot.size >= size => slot.value.truncated(size),
            _ => Value::Any,
        }
    }

    /// Writes a stack.
    pub fn store(&mut self, frame: u8, offset: i32, size: u32, value: Value) {
        let Some(frame) = self.frames.get_mut(usize::from(frame)) else {
            return;
        };
        let end = offset.saturating_add(size as i32);
        frame.slots.retain(|slot| {
            slot.offset >= end || slot.offset.saturating_add(slot.size as i32) <= offset
        });
        let value = value.truncated(size);
        if value != Value::Any && frame.slots.len() < MOST_SLOTS {
            let slot = Slot {
                offset,
                size,
                value,
            };
            let place = frame.slots.partition_point(|other| other.offset < offset);
            frame.slots.insert(place, slot);
        }
    }

    /// Forgets what all stacks contain: something was written to an unknown place.
    pub fn forget_stacks(&mut self) {
        self.frames.iter_mut().for_each(|frame| frame.slots.clear());
    }

    /// Keeps only what holds in the other state too. `false` if the two are in different functions.
    pub fn join(&mut self, other: &State) -> bool {
        let same = |(a, b): (&Frame, &Frame)| a.back == b.back;
        if self.frames.len() != other.frames.len()
            || !self.frames.iter().zip(&other.frames).all(same)
        {
            return false;
        }
        for (ours, theirs) in self.frames.iter_mut().zip(&other.frames) {
            for (a, b) in ours.registers.iter_mut().zip(&theirs.registers) {
                *a = a.joined(*b);
            }
            ours.slots.retain_mut(|slot| {
                let mut all = theirs.slots.iter();
                let found = all.find(|one| (one.offset, one.size) == (slot.offset, slot.size));
                slot.value = found.map_or(Value::Any, |found| slot.value.joined(found.value));
                slot.value != Value::Any
            });
        }
        self.is_exact = false;
        true
    }

    /// Whether all that can follow was explored from the other state. Registers that are not read any more do not matter:
    /// `live` has a bit for each that is, in the innermost frame.
    pub fn is_covered_by(&self, other: &State, live: u16) -> bool {
        if self.frames.len() != other.frames.len() {
            return false;
        }
        let last = self.frames.len() - 1;
        let mut pairs = self.frames.iter().zip(&other.frames).enumerate();
        pairs.all(|(number, (ours, theirs))| {
            let mask = if number == last { live } else { 0x7c0 };
            ours.is_covered_by(theirs, mask)
        })
    }
}

impl Frame {
    fn new(number: u8, arguments: [Value; 5], back: Option<Place>) -> Frame {
        let mut registers = [Value::Any; 11];
        registers[1..=5].copy_from_slice(&arguments);
        registers[FRAME_POINTER] = Value::Stack {
            frame: number,
            offset: 0,
        };
        Frame {
            registers,
            slots: Vec::new(),
            back,
        }
    }

    fn is_covered_by(&self, other: &Frame, live: u16) -> bool {
        let mut registers = self.registers.iter().zip(&other.registers).enumerate();
        let slot_of = |wanted: &Slot| {
            let mut ours = self.slots.iter();
            ours.find(|slot| (slot.offset, slot.size) == (wanted.offset, wanted.size))
        };
        self.back == other.back
            && registers.all(|(number, (ours, theirs))| {
                live & 1 << number == 0 || ours.is_covered_by(*theirs)
            })
            && other.slots.iter().all(|theirs| {
                slot_of(theirs).is_some_and(|ours| ours.value.is_covered_by(theirs.value))
            })
    }
}
