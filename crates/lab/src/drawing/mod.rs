//! Drawings as files: a step, or steps one after the other, as an SVG that needs nothing else.
//!
//! ```text
//! colours  the page's colours as numbers
//! words    sentences in lines
//! picture  a step as shapes of SVG
//! ```
//!
//! Attributes of shapes say how they look, so a drawing that is put into a page changes nothing there. An animation is
//! one SVG with a group for each step; CSS shows one after the other.

mod colours;
mod picture;
mod words;

use crate::ladder::{Graph, described, ladder};
use crate::session::{Lab, Seek};
use crate::{Moment, pass};
use colours::Colours;
use picture::{Frame, escaped};
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// Steps of an animation: more of them would be a file of many megabytes.
pub const MOST_DRAWN: u32 = 200;

/// Milliseconds of a step: the least and the greatest number.
pub const PACE: (u32, u32) = (100, 60_000);

/// What is drawn, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawing {
    /// What it is called, such as the title of a scenario.
    pub title: String,
    /// The first step.
    pub first: u32,
    /// The last step; the first one again for a drawing that stands still.
    pub last: u32,
    /// Milliseconds of each step.
    pub pace: u32,
    /// Whether it is light on dark.
    pub dark: bool,
}

/// Why there is no drawing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DrawingError {
    /// No run: a text has an error, or the engine refused the units.
    #[error("these units have no steps to draw; mend what the lab says of them")]
    NoRun,
    /// No types.
    #[error("these units contain no types; declare some")]
    NoTypes,
    /// Steps that the run does not have.
    #[error("step {step} does not exist; the last one is {last}")]
    NoStep {
        /// The step that was asked for.
        step: u32,
        /// The last one.
        last: u32,
    },
    /// An animation that ends before it begins.
    #[error("step {last} comes before step {first}; name the earlier one first")]
    Backwards {
        /// The first step.
        first: u32,
        /// The last step.
        last: u32,
    },
    /// Too many steps for one file.
    #[error("{steps} steps are too many for one drawing; take at most {MOST_DRAWN}")]
    TooMany {
        /// How many were asked for.
        steps: u32,
    },
    /// A step that is too short or too long.
    #[error("a step of {} seconds cannot be shown; take {} to {}", f64::from(*pace) / 1e3, f64::from(PACE.0) / 1e3, PACE.1 / 1_000)]
    Pace {
        /// Milliseconds.
        pace: u32,
    },
}

/// The name of a drawing's file, without its extension: scenario and steps.
pub fn file_name(scenario: Option<&str>, first: u32, last: u32) -> String {
    let what = scenario.unwrap_or("lab");
    match first == last {
        true => format!("btfscope-{what}-step-{first}"),
        false => format!("btfscope-{what}-steps-{first}-{last}"),
    }
}

impl Lab {
    /// Draws steps as SVG. The step that is looked at stays.
    ///
    /// # Errors
    ///
    /// If there is no run, or it has no such steps.
    pub fn draw(&mut self, drawing: &Drawing) -> Result<String, DrawingError> {
        let Drawing {
            first, last, pace, ..
        } = *drawing;
        let overview = self.overview();
        if self.result().is_none() {
            return Err(DrawingError::NoRun);
        }
        if overview.before.is_empty() {
            return Err(DrawingError::NoTypes);
        }
        if let Some(step) = [first, last].into_iter().find(|&it| it > overview.steps) {
            return Err(DrawingError::NoStep {
                step,
                last: overview.steps,
            });
        }
        let Some(more) = last.checked_sub(first) else {
            return Err(DrawingError::Backwards { first, last });
        };
        if more >= MOST_DRAWN {
            return Err(DrawingError::TooMany {
                steps: more.saturating_add(1),
            });
        }
        if !(PACE.0..=PACE.1).contains(&pace) && more > 0 {
            return Err(DrawingError::Pace { pace });
        }
        let before = self.step();
        let moments: Vec<Moment> = (first..=last)
            .map(|step| self.seek(Seek::To(step)))
            .collect();
        self.seek(Seek::To(before));
        Ok(svg(&overview.graph, overview.steps, &moments, drawing))
    }
}

fn svg(graph: &Graph, steps: u32, moments: &[Moment], drawing: &Drawing) -> String {
    let colours = Colours::of(drawing.dark);
    let frames: Vec<Frame> = moments
        .iter()
        .map(|moment| Frame::new(graph, moment, ladder(graph, moment, &[]), steps))
        .collect();
    let size = picture::size(&frames);
    let (width, height) = (size.width, size.height);
    let title = title(drawing);
    let described: Vec<String> = moments.iter().map(|one| described(one, steps)).collect();
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-labelledby=\"btfscope-title btfscope-desc\" font-family=\"sans-serif\">\n\
         <title id=\"btfscope-title\">{}</title>\n<desc id=\"btfscope-desc\">{}</desc>",
        escaped(&title),
        escaped(&described.join("\n"))
    );
    if frames.len() > 1 {
        out += &styles(frames.len(), drawing.pace);
    }
    picture::begin(&mut out, &colours, drawing.dark, &size);
    let count = frames.len();
    for (number, frame) in frames.iter().enumerate() {
        if count > 1 {
            begin_step(&mut out, number, count, frame.moment.step, drawing.pace);
            picture::paper(&mut out, &colours, &size);
        }
        frame.write(&mut out, &colours, drawing.dark, &size);
        if count > 1 {
            picture::progress(&mut out, &colours, &size, number + 1, count);
            out += "</g>\n";
        }
    }
    out += "</svg>\n";
    out
}

fn title(drawing: &Drawing) -> String {
    let steps = match drawing.first == drawing.last {
        true => format!("step {}", drawing.first),
        false => format!("steps {} to {}", drawing.first, drawing.last),
    };
    match drawing.title.is_empty() {
        true => format!("btfscope: {steps}"),
        false => format!("{}: {steps}", drawing.title),
    }
}

/// Shows each group for its part of the whole time. Who asks for less motion sees the last step, and so does who does not
/// know CSS; a pointer over the drawing holds it.
fn styles(count: usize, pace: u32) -> String {
    let whole = count as f64 * f64::from(pace) / 1e3;
    let part = 100.0 / count as f64;
    format!(
        "<style>\n\
         @keyframes btfscope-steps {{ 0% {{ visibility: visible }} {part:.4}% {{ visibility: hidden }} 100% {{ visibility: hidden }} }}\n\
         .btfscope-step {{ animation: btfscope-steps {whole:.3}s step-end infinite }}\n\
         svg:hover .btfscope-step {{ animation-play-state: paused }}\n\
         @media (prefers-reduced-motion: reduce) {{ .btfscope-step {{ animation: none }} }}\n\
         </style>\n"
    )
}

fn begin_step(out: &mut String, number: usize, count: usize, step: u32, pace: u32) {
    // A group that is shown later is late in its own time already, so that all times are one.
    let ahead = (count - number) % count;
    let delay = ahead as f64 * f64::from(pace) / 1e3;
    let hidden = if number + 1 < count {
        " visibility=\"hidden\""
    } else {
        ""
    };
    let _ = writeln!(
        out,
        "<g class=\"btfscope-step\" data-step=\"{step}\" style=\"animation-delay: -{delay:.3}s\"{hidden}>"
    );
}

/// Pass and step, as they stand above the sentence.
fn above(moment: &Moment, steps: u32) -> String {
    let pass = moment.pass.and_then(|pass| {
        let name = pass::NAMES.get(pass as usize)?;
        Some(format!("pass {} of 7, {name}", pass + 1))
    });
    let pass = pass.unwrap_or_else(|| "before dedup".to_owned());
    format!("Step {} of {steps}: {pass}", moment.step)
}

/// The sentence without what stands above it.
fn sentence(moment: &Moment) -> String {
    let Some((_, says)) = moment
        .sentence
        .strip_prefix("Pass ")
        .and_then(|text| text.split_once(": "))
    else {
        return moment.sentence.clone();
    };
    let mut letters = says.chars();
    let first: Option<char> = letters.next();
    first.map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
