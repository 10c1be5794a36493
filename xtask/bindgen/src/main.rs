//! The part of the command `wasm-bindgen` that a build of the page needs.
//!
//! Its library compiles in a tenth of the time that the whole command takes. The options are the ones that Trunk gives, so
//! that Trunk can call this program as its `wasm-bindgen`.
#![forbid(unsafe_code)]

mod chunks;
mod imports;

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use chunks::Split;
use lexopt::prelude::*;
use wasm_bindgen_cli_support::Bindgen;

const HELP: &str = "\
page-bindgen --target web|no-modules --out-dir DIR --out-name NAME [--no-typescript] FILE.wasm

Writes DIR/NAME.js and DIR/NAME_bg.wasm. `web` is for a module of the page, whose chunks go into DIR/snippets; `no-modules` for a worker.";

/// What the command line asks for.
struct Options {
    input: PathBuf,
    folder: PathBuf,
    name: String,
    module: bool,
    typescript: bool,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("page-bindgen: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let Some(options) = parse(lexopt::Parser::from_env())? else {
        return Ok(());
    };
    fs::create_dir_all(&options.folder)?;
    let mut bindgen = Bindgen::new();
    bindgen
        .out_name(&options.name)
        .typescript(options.typescript);
    if options.module {
        let split = Split::new(&options.input, &options.folder)?;
        // Chunks import the program's memory and its table of functions.
        bindgen
            .input_path(&split.main)
            .keep_lld_exports(true)
            .web(true)?
            .generate(&options.folder)?;
        split.finish(&options.folder.join(format!("{}.js", options.name)))?;
    } else {
        bindgen
            .input_path(&options.input)
            .no_modules(true)?
            .generate(&options.folder)?;
    }
    imports::shorten(&options.folder, &options.name)?;
    Ok(())
}

/// Nothing where a question was asked, which is answered.
fn parse(mut parser: lexopt::Parser) -> Result<Option<Options>, Box<dyn Error>> {
    let (mut input, mut folder, mut name, mut module) = (None, None, None, None);
    let mut typescript = true;
    while let Some(arg) = parser.next()? {
        match arg {
            Short('h') | Long("help") => {
                println!("{HELP}");
                return Ok(None);
            }
            Short('V') | Long("version") => {
                println!("wasm-bindgen {}", wasm_bindgen_shared::version());
                return Ok(None);
            }
            Long("target") => {
                let target = parser.value()?.string()?;
                module = Some(match target.as_str() {
                    "web" => true,
                    "no-modules" => false,
                    other => {
                        return Err(format!("--target {other}: it is web or no-modules").into());
                    }
                });
            }
            Long("out-dir") => folder = Some(parser.value()?.into()),
            Long("out-name") => name = Some(parser.value()?.string()?),
            Long("no-typescript") => typescript = false,
            Value(file) if input.is_none() => input = Some(file.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    let missing = |what: &str| format!("{what} is missing; page-bindgen --help shows the options");
    Ok(Some(Options {
        input: input.ok_or_else(|| missing("the file"))?,
        folder: folder.ok_or_else(|| missing("--out-dir"))?,
        name: name.ok_or_else(|| missing("--out-name"))?,
        module: module.ok_or_else(|| missing("--target"))?,
        typescript,
    }))
}
