//! Memory of all workers of a job, and its peak.

/// Bytes now and at most.
#[derive(Clone, Copy, Debug, Default)]
pub struct Memory {
    /// The sum of all wasm memories.
    pub now: f64,
    /// The largest sum there was.
    pub peak: f64,
}

impl Memory {
    /// Notes the memories there are now.
    pub fn note(&mut self, memories: impl Iterator<Item = f64>) {
        self.now = memories.sum();
        self.peak = self.peak.max(self.now);
    }
}
