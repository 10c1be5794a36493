//! When the stages of a job ran, and how far the whole is.

use pipeline::{Stage, StageSeconds};

/// A stage in its job; times are seconds since the job's start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// When it began; `None` while it waits.
    pub start: Option<f64>,
    /// When it ended; `None` while it runs.
    pub end: Option<f64>,
    /// How much of it is done, 0 to 1, where that is known.
    pub done: Option<f64>,
}

/// How long a job still takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TimeLeft {
    /// About as many seconds.
    Seconds(f64),
    /// Unknown: the running stage takes longer than estimated.
    Overdue,
}

/// The stages of a job.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    spans: [Span; Stage::ALL.len()],
}

/// Shares of a whole job that stages take, of a kernel on a common machine; only for the bar of the
/// whole job. They add up to 1.
const WEIGHTS: [f64; Stage::ALL.len()] = [0.03, 0.74, 0.04, 0.03, 0.12, 0.02, 0.02];

impl Default for Timeline {
    fn default() -> Timeline {
        Timeline {
            spans: [Span {
                start: None,
                end: None,
                done: None,
            }; Stage::ALL.len()],
        }
    }
}

impl Timeline {
    /// Every stage with its times.
    pub fn spans(&self) -> impl Iterator<Item = (Stage, Span)> + '_ {
        Stage::ALL.into_iter().zip(self.spans)
    }

    /// A stage's times.
    pub fn span(&self, stage: Stage) -> Span {
        self.spans[index(stage)]
    }

    /// A stage begins, unless it has.
    pub fn begin(&mut self, stage: Stage, now: f64) {
        self.spans[index(stage)].start.get_or_insert(now);
    }

    /// A stage ends; one that never began is left alone.
    pub fn end(&mut self, stage: Stage, now: f64) {
        let span = &mut self.spans[index(stage)];
        if span.start.is_some() && span.end.is_none() {
            span.end = Some(now);
            span.done = Some(1.0);
        }
    }

    /// Ends every running stage before `stage`, and begins it.
    pub fn advance(&mut self, stage: Stage, now: f64) {
        for earlier in Stage::ALL.into_iter().take(index(stage)) {
            self.end(earlier, now);
        }
        self.begin(stage, now);
    }

    /// How much of a stage is done.
    pub fn progress(&mut self, stage: Stage, done: f64) {
        let span = &mut self.spans[index(stage)];
        if span.end.is_none() {
            span.done = Some(done.clamp(0.0, 1.0));
        }
    }

    /// The latest stage that has begun.
    pub fn current(&self) -> Option<Stage> {
        let running = |(_, span): &(Stage, Span)| span.start.is_some() && span.end.is_none();
        let begun = |(_, span): &(Stage, Span)| span.start.is_some();
        // Merging runs beside encoding; what people wait for is the earlier one.
        self.spans()
            .find(running)
            .or_else(|| self.spans().filter(begun).last())
            .map(|(stage, _)| stage)
    }

    /// How much of the whole job is done, 0 to 1.
    pub fn whole(&self) -> f64 {
        self.spans
            .iter()
            .zip(WEIGHTS)
            .map(|(span, weight)| span.done.unwrap_or(0.0) * weight)
            .sum()
    }

    /// The time that is left, once enough of the encoding is done to tell. A stage whose progress is unknown counts
    /// down by the clock.
    pub fn time_left(&self, now: f64) -> Option<TimeLeft> {
        let encode = self.span(Stage::Encode);
        let (start, done) = (encode.start?, encode.done?);
        let spent = encode.end.unwrap_or(now) - start;
        if done < 0.08 || spent < 1.0 {
            return None;
        }
        let per_weight = spent / (done * WEIGHTS[index(Stage::Encode)]);
        let mut overdue = false;
        let left = self.spans.iter().zip(WEIGHTS).map(|(span, weight)| {
            let whole = per_weight * weight;
            match (span.start, span.end, span.done) {
                (_, Some(_), _) => 0.0,
                (_, None, Some(done)) => whole * (1.0 - done),
                (Some(start), None, None) => {
                    overdue |= now - start > whole;
                    (whole - (now - start)).max(0.0)
                }
                (None, None, None) => whole,
            }
        });
        let left = left.sum();
        Some(match overdue {
            true => TimeLeft::Overdue,
            false => TimeLeft::Seconds(left),
        })
    }

    /// Seconds per stage, of those that ended.
    pub fn stage_seconds(&self) -> Vec<StageSeconds> {
        self.spans()
            .filter_map(|(stage, span)| {
                Some(StageSeconds {
                    stage,
                    seconds: span.end? - span.start?,
                })
            })
            .collect()
    }
}

fn index(stage: Stage) -> usize {
    Stage::ALL
        .iter()
        .position(|other| *other == stage)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_shares_of_a_whole() {
        assert!((WEIGHTS.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_stage_ends_when_a_later_one_begins() {
        let mut timeline = Timeline::default();
        timeline.begin(Stage::Plan, 0.0);
        timeline.advance(Stage::Encode, 0.5);
        timeline.begin(Stage::Merge, 0.8);
        assert_eq!(timeline.current(), Some(Stage::Encode));
        timeline.end(Stage::Encode, 2.5);
        assert_eq!(timeline.current(), Some(Stage::Merge));
        timeline.advance(Stage::Functions, 3.0);
        let seconds: Vec<(Stage, f64)> = timeline
            .stage_seconds()
            .iter()
            .map(|s| (s.stage, s.seconds))
            .collect();
        assert_eq!(seconds.len(), 3);
        assert_eq!(seconds[1], (Stage::Encode, 2.0));
        assert!((seconds[2].1 - 2.2).abs() < 1e-9);
    }

    #[test]
    fn the_whole_never_shrinks_and_ends_at_one() {
        let mut timeline = Timeline::default();
        let mut last = 0.0;
        for (at, stage) in Stage::ALL.into_iter().enumerate() {
            timeline.advance(stage, at as f64);
            timeline.progress(stage, 0.5);
            assert!(timeline.whole() > last);
            last = timeline.whole();
        }
        timeline.end(Stage::Patch, 9.0);
        assert!((timeline.whole() - 1.0).abs() < 1e-9);
        timeline.progress(Stage::Patch, 0.1);
        assert!(
            (timeline.whole() - 1.0).abs() < 1e-9,
            "an ended stage stays done"
        );
    }

    #[test]
    fn time_left_waits_for_evidence() {
        let mut timeline = Timeline::default();
        timeline.advance(Stage::Encode, 0.0);
        timeline.progress(Stage::Encode, 0.01);
        assert_eq!(timeline.time_left(5.0), None);
        timeline.progress(Stage::Encode, 0.5);
        let Some(TimeLeft::Seconds(left)) = timeline.time_left(5.0) else {
            panic!("half of the encoding is enough");
        };
        assert!(left > 5.0 && left < 10.0, "{left}");
    }

    #[test]
    fn a_stage_of_unknown_progress_counts_down_and_is_overdue_in_the_end() {
        let mut timeline = Timeline::default();
        timeline.advance(Stage::Encode, 0.0);
        timeline.progress(Stage::Encode, 1.0);
        timeline.advance(Stage::Dedup, 10.0);
        let seconds = |now| match timeline.time_left(now) {
            Some(TimeLeft::Seconds(left)) => left,
            other => panic!("{other:?} at {now}"),
        };
        assert!((seconds(10.0) - seconds(11.0) - 1.0).abs() < 1e-9);
        assert_eq!(timeline.time_left(60.0), Some(TimeLeft::Overdue));
    }
}
