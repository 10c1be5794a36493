//! A run of the exact engine over units, watched.

use crate::{Event, Recorder, Units};
use dedup::{Deduped, Error, Options};

/// A run that has ended.
#[derive(Clone, Debug)]
pub struct Run {
    /// What the engine told, in order.
    pub events: Vec<Event>,
    /// Events that were too many to be kept.
    pub left_out: u64,
    /// What it gave.
    pub deduped: Deduped,
}

/// Runs the engine.
///
/// # Errors
///
/// As [`dedup::dedup`].
pub fn run(units: &Units, options: &Options) -> Result<Run, Error> {
    let mut recorder = Recorder::default();
    let deduped = dedup::dedup_observed(units.btf.clone(), options, &mut recorder)?;
    Ok(Run {
        events: recorder.events,
        left_out: recorder.left_out,
        deduped,
    })
}
