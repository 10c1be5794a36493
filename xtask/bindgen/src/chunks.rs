//! A program in chunks: the one that a page begins with, and those that it fetches when they are first needed.
//!
//! The program says where chunks begin (`wasm_split`), the linker's relocations say what is reached from where. Each chunk lies in
//! `snippets/`, which Trunk copies too, under a name that follows the whole program: a chunk fits no other.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// The folder of chunks, in the folder of the script.
const FOLDER: &str = "snippets";
/// From where the program imports what loads chunks; no such file remains.
const LOADER: &str = "./__wasm_split.js";
/// What loads chunks, and the place of their files in it.
const SCRIPT: &str = include_str!("chunks.js");
const FILES: &str = "const FILES = {};";

/// A program that was split.
pub struct Split {
    /// What wasm-bindgen is to read.
    pub main: PathBuf,
    /// The files of each chunk, as addresses beside the script.
    files: BTreeMap<String, Vec<String>>,
}

impl Split {
    /// Splits a program; its chunks replace those that lie in the folder.
    pub fn new(input: &Path, folder: &Path) -> Result<Self, Box<dyn Error>> {
        let bytes = fs::read(input)?;
        let mut sum = String::new();
        for byte in Sha256::digest(&bytes).iter().take(8) {
            sum.push_str(&format!("{byte:02x}"));
        }
        let (chunks, work) = (folder.join(FOLDER), folder.join("split"));
        for dir in [&chunks, &work] {
            let _ = fs::remove_dir_all(dir);
            fs::create_dir_all(dir)?;
        }
        let main = work.join("main.wasm");
        let mut options = wasm_split_cli_support::Options::new(&bytes);
        options.output_dir = &work;
        options.main_out_path = &main;
        options.link_name = LOADER;
        let split = wasm_split_cli_support::transform(options)
            .map_err(|error| format!("splitting {}: {error:#}", input.display()))?;
        for path in &split.split_modules {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            fs::rename(path, chunks.join(name(&stem, &sum)))?;
        }
        let addresses = |stems: Vec<String>| {
            let one = |stem: String| format!("./{FOLDER}/{}", name(&stem, &sum));
            stems.into_iter().map(one).collect()
        };
        let files = split.prefetch_map.into_iter();
        Ok(Self {
            main,
            files: files
                .map(|(chunk, stems)| (chunk, addresses(stems)))
                .collect(),
        })
    }

    /// Puts what loads the chunks into the program's script, in the place of its import.
    pub fn finish(&self, script: &Path) -> Result<(), Box<dyn Error>> {
        let text = fs::read_to_string(script)?;
        let Some(finished) = with_loader(&text, &self.files) else {
            return Err(format!("{} does not import {LOADER}", script.display()).into());
        };
        fs::write(script, finished)?;
        Ok(())
    }
}

fn name(stem: &str, sum: &str) -> String {
    let stem = stem.strip_prefix("split_").unwrap_or(stem);
    format!("{stem}-{sum}.wasm")
}

/// The script with the loader. wasm-bindgen writes `import * as NAME from "ADDRESS"` for each function that is imported from there.
fn with_loader(script: &str, files: &BTreeMap<String, Vec<String>>) -> Option<String> {
    let files: Vec<String> = files
        .iter()
        .map(|(chunk, files)| format!("{chunk}: {files:?}"))
        .collect();
    let files = format!("const FILES = {{ {} }};", files.join(", "));
    let mut loader = Some(SCRIPT.replace(FILES, &files));
    let mut first = "";
    let mut finished = String::with_capacity(script.len() + SCRIPT.len());
    for line in script.lines() {
        let import = line
            .strip_prefix("import * as ")
            .and_then(|rest| rest.split_once(" from "))
            .filter(|(_, address)| address.trim_matches(['"', '\'', ';']) == LOADER);
        match (import, loader.take()) {
            (None, kept) => {
                loader = kept;
                finished.push_str(line);
            }
            (Some((name, _)), Some(loader)) => {
                first = name;
                finished.push_str(&format!("const {name} = {};", loader.trim_end()));
            }
            (Some((name, _)), None) => finished.push_str(&format!("const {name} = {first};")),
        }
        finished.push('\n');
    }
    loader.is_none().then_some(finished)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loader_takes_the_place_of_its_import() {
        let files =
            BTreeMap::from([("help".to_owned(), vec!["./snippets/help-1.wasm".to_owned()])]);
        let script = "import * as import1 from \"./__wasm_split.js\"\n\
            import * as import2 from \"./__wasm_split.js\"\nlet wasm;\n";
        let text = with_loader(script, &files).unwrap();
        assert!(text.starts_with("const import1 = (() => {\n"), "{text}");
        assert!(text.contains("const FILES = { help: [\"./snippets/help-1.wasm\"] };"));
        assert!(
            text.ends_with("})();\nconst import2 = import1;\nlet wasm;\n"),
            "{text}"
        );
        assert_eq!(with_loader("let wasm;\n", &files), None);
    }
}
