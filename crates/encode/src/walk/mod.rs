//! The walk over a unit's entries.
//!
//! DIEs are read one by one ([`entries`]). A DIE whose children matter stays open as a [`Frame`](crate::frame::Frame)
//! until they have been walked ([`open`]); when it finishes, its type is written ([`close`]). DIEs of a name, a type and
//! a number at most take a shorter way ([`fast_path`]), and types that consist of such DIEs the shortest
//! ([`whole_types`]). [`annotations`] reads gcc's tags where a DIE names them. What needs the whole unit, such as references to later DIEs, is
//! settled at the end ([`conclude`]).

mod annotations;
mod close;
mod conclude;
mod context;
mod cycle;
mod encoder;
mod entries;
mod fast_path;
mod foreign;
mod foreign_dies;
mod member_pointer;
mod open;
mod pending;
mod root;
mod unit_walk;
mod variables;
mod whole_types;

pub use encoder::Encoder;
