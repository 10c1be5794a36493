//! `btfscope lab --svg`: steps as the page draws them, as a file.

use super::{Input, LabArgs};
use crate::failure::Failure;
use crate::file_name::title;
use crate::output::{self, Output};
use clap::Args;
use lab::Lab;
use lab::drawing::Drawing;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Arguments of a drawing.
#[derive(Debug, Args)]
pub struct DrawArgs {
    /// Write a drawing of a step to this file, as SVG
    #[arg(long, value_name = "OUT")]
    pub svg: Option<PathBuf>,
    /// The step to draw, from 0, which is before the first one; by default the last
    #[arg(long, value_name = "N", requires = "svg")]
    pub step: Option<u32>,
    /// Draw all steps from --step to this one as an animation
    #[arg(long, value_name = "N", requires = "step")]
    pub to: Option<u32>,
    /// How long an animation shows each step; by default 2
    #[arg(long, value_name = "SECONDS", requires = "to")]
    pub seconds: Option<f64>,
    /// Draw light on dark
    #[arg(long, requires = "svg")]
    pub dark: bool,
}

/// Seconds of a step.
const PACE: f64 = 2.0;

/// Writes the drawing.
pub fn run(path: &Path, args: &LabArgs, input: Input) -> Result<ExitCode, Failure> {
    let is_input = |file: &PathBuf| match (file.canonicalize(), path.canonicalize()) {
        (Ok(file), Ok(path)) => file == path,
        _ => false,
    };
    if args.base.iter().chain(&args.files).any(is_input) {
        return Err(Failure::of(
            path,
            "this is an input file, which is not written over; name another file",
        ));
    }
    let output = Output::check(path, &[])?;
    let names: Vec<String> = input.names.iter().map(|name| title(name)).collect();
    let mut lab = Lab::new(input.setup);
    let own = &args.drawing;
    let first = own.step.unwrap_or_else(|| lab.overview().steps);
    let drawing = Drawing {
        title: input.scenario.map_or(names.join(", "), |one| one.title),
        first,
        last: own.to.unwrap_or(first),
        // What is no number of milliseconds, the drawing refuses.
        pace: (own.seconds.unwrap_or(PACE) * 1e3).round() as u32,
        dark: own.dark,
    };
    let svg = lab
        .draw(&drawing)
        .map_err(|error| Failure::new(error.to_string()))?;
    output::commit(vec![output.write_bytes(svg.as_bytes())?], [])?;
    Ok(ExitCode::SUCCESS)
}
