//! How a cost grows: the exponent of bytes that explains the last two measurements.

use crate::LINEAR;
use crate::measure::Measurement;

/// Blocks below which the difference of two runs says nothing.
const FEWEST_BLOCKS: f64 = 40_000.0;
/// Bytes below which buffers of fixed size decide.
const LEAST_MEMORY: f64 = 200_000.0;

/// The measurements of one command on inputs of one generator.
#[derive(Clone, Debug)]
pub struct Growth {
    /// The generator's name.
    pub generator: String,
    /// The command's name.
    pub command: String,
    /// In the order of sizes, the smallest possible input first.
    pub measurements: Vec<Measurement>,
}

impl Growth {
    /// Puts measurements together; they come in the order of sizes.
    #[must_use]
    pub fn of(all: Vec<Measurement>) -> Vec<Growth> {
        let mut found: Vec<Growth> = Vec::new();
        for one in all {
            let same = |growth: &&mut Growth| {
                growth.generator == one.generator && growth.command == one.command
            };
            match found.iter_mut().rev().find(same) {
                Some(growth) => growth.measurements.push(one),
                None => found.push(Growth {
                    generator: one.generator.clone(),
                    command: one.command.clone(),
                    measurements: vec![one],
                }),
            }
        }
        found
    }

    /// Whether time or memory grows faster than the input. A command that was too expensive to be run on larger inputs
    /// counts as one that does.
    #[must_use]
    pub fn is_too_much(&self) -> bool {
        self.measurements.len() < 3
            || [self.time(), self.memory()]
                .iter()
                .flatten()
                .any(|exponent| *exponent > LINEAR)
    }

    /// The exponent of time, without what the smallest input takes; `None` where the time hardly grows.
    #[must_use]
    pub fn time(&self) -> Option<f64> {
        let start = self.measurements.first()?.cost.blocks as f64;
        self.exponent(|one| one.cost.blocks as f64 - start, FEWEST_BLOCKS)
    }

    /// The exponent of memory; `None` where the memory hardly grows. A peak is the largest of several amounts, not
    /// their sum, so nothing is subtracted.
    #[must_use]
    pub fn memory(&self) -> Option<f64> {
        self.exponent(|one| one.cost.memory as f64, LEAST_MEMORY)
    }

    /// The exponent between the last two measurements.
    fn exponent(&self, value: impl Fn(&Measurement) -> f64, least: f64) -> Option<f64> {
        let [_, .., earlier, later] = self.measurements.as_slice() else {
            return None;
        };
        if value(later) < least || later.bytes <= earlier.bytes {
            return None;
        }
        let ratio = value(later) / value(earlier).max(least / 16.0);
        Some(ratio.ln() / (later.bytes as f64 / earlier.bytes as f64).ln())
    }
}
