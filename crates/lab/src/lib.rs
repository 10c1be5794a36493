//! The classroom's laboratory: what people type becomes units of BTF, and the real engine is watched while it
//! deduplicates them.
//!
//! ```text
//! setup     what was typed, and the switches; as a link, as a file
//! c, raw    a unit's text -> its types, laid out as on an Abi
//! packed    a text in a link
//! units     units side by side, on a base if there is one
//! run       the exact engine over them; event: what it told
//! steps     events that belong together; state: how far a run is after each; sentence, base_mark, pass, difference, spell: in words
//! strings   the string section before and after the first pass
//! fast      the fast path over the same units
//! compare   two algorithms on the same units, step by step
//! distilled what another build of a module's base must have
//! ladder    the drawing of a step: pairs in rows; blob: the result byte by byte
//! algorithm  the algorithm in seven lines, and the line of a step; timeline: steps on a line
//! drawing   steps of the ladder as SVG files
//! session   all of it together: Lab; view: what there is to show, as plain data
//! neighbourhood  a type of a kernel with what is around it
//! practice  questions from a seed
//! check     whether an exercise is done: expressions over its result
//! step_name a step as lessons name it; happening: what happens in steps
//! scenario  setups to begin with
//! ```
//!
//! C is read by the crate lang-c; layout follows the System V ABI, as gcc and clang do, against which it is tested.
#![forbid(unsafe_code)]

mod abi;
pub mod algorithm;
mod asked;
mod base_mark;
mod blob;
pub mod c;
pub mod check;
pub mod compare;
mod difference;
mod distilled;
pub mod drawing;
mod event;
mod fast;
mod happening;
mod label;
pub mod ladder;
mod link;
mod neighbourhood;
mod packed;
pub mod pass;
pub mod practice;
pub mod raw;
mod run;
pub mod scenario;
mod sentence;
mod session;
mod setup;
mod similar;
mod spell;
mod state;
mod step_name;
mod steps;
mod strings;
mod timeline;
mod units;
mod view;

pub use abi::Abi;
pub use asked::Asked;
pub use blob::{Blob, Field, Section, blob};
pub use distilled::{DistilledBase, Relocated};
pub use event::{Event, MOST_EVENTS, Recorder};
pub use fast::{FastPath, fast_path};
pub use happening::Happening;
pub use neighbourhood::neighbourhood;
pub use packed::{PackedError, pack, unpack};
pub use run::{Run, run};
pub use sentence::{sentence, sentences};
pub use session::{Lab, Seek};
pub use setup::{MOST_UNITS, Setup, SetupError};
pub use spell::spell;
pub use state::{Assumption, Replaced, State};
pub use step_name::{StepName, StepNameError};
pub use steps::{Found, Stays, Step, Then, What, steps};
pub use strings::{NameVisit, StringRow, Strings};
pub use timeline::{Segment, Timeline};
pub use units::Units;
pub use view::{Moment, Overview, Pane, PaneError, PaneNote, Row, Tone, Work};
