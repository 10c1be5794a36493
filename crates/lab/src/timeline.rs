//! The steps of a run on a line: a segment a pass, longer the more steps it has, but never too short for its name.

/// The least length of a segment, as a part of the whole. There are seven passes, and `references` below a segment takes a
/// tenth of the lab's line.
const LEAST: f32 = 0.1;

/// The steps of a run on a line from 0 to 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// One for each pass, in order.
    pub segments: Vec<Segment>,
}

/// A pass on the line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// Its first step, from 1.
    pub first: u32,
    /// Its steps.
    pub steps: u32,
    /// Where it begins.
    pub start: f32,
    /// How long it is.
    pub length: f32,
}

impl Timeline {
    /// The line of a run: `passes` are the steps, from 1, at which its passes begin.
    pub fn new(passes: &[u32], steps: u32) -> Timeline {
        let ends = passes.iter().skip(1).copied();
        let ends = ends.chain([steps.saturating_add(1)]);
        let counts: Vec<u32> = passes
            .iter()
            .zip(ends)
            .map(|(&first, end)| end.saturating_sub(first))
            .collect();
        let all: u32 = counts.iter().sum();
        let shared = (1.0 - LEAST * counts.len() as f32).max(0.0);
        let mut start = 0.0;
        let segment = |(&first, steps): (&u32, u32)| {
            let length = LEAST + shared * steps as f32 / all.max(1) as f32;
            let own = Segment {
                first,
                steps,
                start,
                length,
            };
            start += length;
            own
        };
        Timeline {
            segments: passes.iter().zip(counts).map(segment).collect(),
        }
    }

    /// Where the line is after a step; 0 is before the first.
    pub fn place(&self, step: u32) -> f32 {
        let own = self.segments.iter().rfind(|own| own.first <= step);
        own.map_or(0.0, |own| {
            let taken = (step - own.first + 1).min(own.steps);
            own.start + own.length * taken as f32 / own.steps.max(1) as f32
        })
    }

    /// The pass at a place.
    pub fn segment(&self, place: f32) -> Option<&Segment> {
        self.segments.iter().rfind(|own| own.start <= place)
    }

    /// The step whose place is nearest.
    pub fn step(&self, place: f32) -> u32 {
        let own = self.segment(place);
        own.map_or(0, |own| {
            let part = ((place - own.start) / own.length).clamp(0.0, 1.0);
            own.first - 1 + (part * own.steps as f32).round() as u32
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_leads_back_to_its_step() {
        let line = Timeline::new(&[1, 2, 6, 20, 21, 30, 31], 40);
        for step in 0..=40 {
            assert_eq!(line.step(line.place(step)), step);
        }
        assert!((line.place(40) - 1.0).abs() < 1e-5);
        assert_eq!(line.place(0), 0.0);
        assert_eq!((line.step(-1.0), line.step(2.0)), (0, 40));
    }

    #[test]
    fn more_steps_make_a_longer_segment_and_one_step_can_be_seen() {
        let line = Timeline::new(&[1, 2, 200], 201);
        let lengths: Vec<f32> = line.segments.iter().map(|one| one.length).collect();
        assert!(lengths[0] >= LEAST && lengths[1] > 0.7 && lengths[2] > lengths[0]);
    }

    #[test]
    fn no_steps_make_an_empty_line() {
        let line = Timeline::new(&[], 0);
        assert_eq!((line.place(3), line.step(0.5)), (0.0, 0));
    }
}
