//! `btfscope lab`: C declarations in, dedup watched.

use crate::args::LabArgs;
use crate::failure::{Failure, one_line};
use crate::stdout::Stdout;
use crate::table::{number, saved};
use btf::{Btf, TypeId};
use dedup::Options;
use lab::{Abi, Run, Units};
use std::fmt::{self, Write};
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

/// Bytes of a file that are read: the laboratory refuses anything near it.
const MOST_BYTES: u64 = 1 << 20;

/// Runs the command.
pub fn run(args: &LabArgs) -> Result<ExitCode, Failure> {
    let abi = match args.m32 {
        true => Abi::I386,
        false => Abi::X86_64,
    };
    let mut all = Vec::new();
    for path in &args.files {
        let unit = lab::c::unit(&text(path)?, abi);
        all.push(unit.map_err(|error| Failure::of(path, error))?);
    }
    let units = Units::of(&all).map_err(|error| Failure::new(error.to_string()))?;
    let options = Options {
        resolve_forwards: !args.keep_forwards,
        force_collisions: args.same_hash,
        ..Options::default()
    };
    let run = lab::run(&units, &options).map_err(|error| Failure::new(error.to_string()))?;
    let mut out = Stdout::lock();
    let printed = print(&mut out, args, &units, &run);
    out.finish(printed).or_else(Failure::unless_reader_gone)?;
    Ok(ExitCode::SUCCESS)
}

fn text(path: &Path) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = match path == Path::new("-") {
        true => std::io::stdin()
            .lock()
            .take(MOST_BYTES)
            .read_to_end(&mut bytes),
        false => {
            let (file, _) = crate::file::open(path)?;
            file.take(MOST_BYTES).read_to_end(&mut bytes)
        }
    };
    read.map_err(|error| Failure::of(path, error))?;
    String::from_utf8(bytes).map_err(|_| Failure::of(path, "this is no text in UTF-8"))
}

fn print(out: &mut dyn Write, args: &LabArgs, units: &Units, run: &Run) -> fmt::Result {
    let (before, after) = (&units.btf, &run.deduped.btf);
    for (path, ids) in args.files.iter().zip(&units.ids) {
        writeln!(out, "Unit {}", one_line(&path.display().to_string()))?;
        for id in ids.clone() {
            btf::print::raw::write_type(out, before, TypeId(id))?;
        }
        writeln!(out)?;
    }
    if args.steps {
        writeln!(out, "Steps")?;
        for event in &run.events {
            writeln!(out, "{}", lab::sentence(before, event))?;
        }
        if run.left_out > 0 {
            writeln!(out, "And {} more steps.", number(run.left_out))?;
        }
        writeln!(out)?;
    }
    writeln!(out, "After dedup")?;
    btf::print::raw::write_all(out, after)?;
    writeln!(out, "\nWhat became of each")?;
    for (id, _) in before.types() {
        let new = run.deduped.new_id(id);
        writeln!(out, "{id} {} -> {new}", lab::spell(before, id))?;
    }
    let size = |btf: &Btf| btf.type_bytes() as u64;
    let types = saved(before.len() as u64, after.len() as u64);
    let bytes = saved(size(before), size(after));
    writeln!(
        out,
        "\n{} types are {} now ({types} saved), {} bytes are {} ({bytes} saved)",
        number(before.len() as u64),
        number(after.len() as u64),
        number(size(before)),
        number(size(after)),
    )
}
