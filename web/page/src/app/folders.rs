//! Reads dropped folders with kernels, modules, and their companions, at any depth.

use super::View;
use crate::browser::describe;
use js_sys::{Array, Function, Promise};
use protocol::beside::is_wanted_beside;
use protocol::files::GivenFile;
use protocol::intake::is_wanted_in_folder;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransfer, File, FileSystemDirectoryEntry, FileSystemDirectoryReader, FileSystemEntry,
    FileSystemFileEntry,
};

/// How many files are taken; no kernel has as many modules.
const MOST_FILES: usize = 20_000;

/// What was dropped.
#[derive(Default)]
pub struct Dropped {
    files: Vec<GivenFile>,
    folders: Vec<FileSystemDirectoryEntry>,
}

/// Files, and remarks on the folders from which they came.
#[derive(Default)]
pub struct FoundFiles {
    pub files: Vec<GivenFile>,
    /// Sentences: what is wrong, and what to do.
    pub remarks: Vec<(String, String)>,
}

/// A file by its name, or by its path in the folder that was chosen.
pub fn named(file: File) -> GivenFile {
    let path = js_sys::Reflect::get(&file, &"webkitRelativePath".into());
    let path = path.ok().and_then(|path| path.as_string());
    GivenFile {
        path: path
            .filter(|path| !path.is_empty())
            .unwrap_or_else(|| file.name()),
        file,
    }
}

/// What a drop carries. It exists only while the event is handled; folders are read later.
pub fn carried(transfer: &DataTransfer) -> Dropped {
    let mut dropped = Dropped::default();
    let items = transfer.items();
    for item in (0..items.length()).filter_map(|at| items.get(at)) {
        if item.kind() != "file" {
            continue;
        }
        let entry = item.webkit_get_as_entry().ok().flatten();
        match entry.filter(FileSystemEntry::is_directory) {
            Some(folder) => dropped.folders.push(folder.unchecked_into()),
            None => dropped
                .files
                .extend(item.get_as_file().ok().flatten().map(named)),
        }
    }
    dropped
}

/// Walks the folders.
pub async fn walk(dropped: Dropped) -> FoundFiles {
    let mut found = FoundFiles {
        files: dropped.files,
        remarks: Vec::new(),
    };
    for folder in dropped.folders {
        let name = folder.name();
        let before = found.files.len();
        if let Err(error) = search(folder, &mut found.files).await {
            found.remarks.push((
                format!("The folder {name} cannot be read: {error}."),
                "Choose the files in it.".to_owned(),
            ));
        } else if found.files.len() == before {
            found.remarks.push((
                format!("The folder {name} contains no vmlinux, no modules (*.ko) and no split debug information (*.dwo, *.dwp, *.dwz)."),
                "Choose a vmlinux, another ELF file with debug information, or a BTF file."
                    .to_owned(),
            ));
        }
    }
    if found.files.len() >= MOST_FILES {
        found.remarks.push((
            format!("Only the first {MOST_FILES} files were read."),
            "Add the rest separately.".to_owned(),
        ));
    }
    found
}

async fn search(
    folder: FileSystemDirectoryEntry,
    files: &mut Vec<GivenFile>,
) -> Result<(), String> {
    let mut open = vec![folder];
    while let Some(folder) = open.pop() {
        let reader = folder.create_reader();
        loop {
            let entries = some_entries(&reader).await.map_err(|e| describe(&e))?;
            if entries.length() == 0 {
                break;
            }
            for entry in entries.iter() {
                let entry: FileSystemEntry = entry.unchecked_into();
                if entry.is_directory() {
                    open.push(entry.unchecked_into());
                } else if is_wanted(&entry.full_path()) {
                    if files.len() >= MOST_FILES {
                        return Ok(());
                    }
                    let file = file_of(entry.unchecked_ref())
                        .await
                        .map_err(|error| describe(&error))?;
                    files.push(GivenFile {
                        path: entry.full_path(),
                        file,
                    });
                }
            }
        }
    }
    Ok(())
}

/// Whether a file in a folder is worth a look: the check of programs takes more.
fn is_wanted(path: &str) -> bool {
    match View::from_address() {
        Some(View::Programs) => is_wanted_beside(path),
        _ => is_wanted_in_folder(path),
    }
}

/// The next entries of a folder; none at its end.
async fn some_entries(reader: &FileSystemDirectoryReader) -> Result<Array, JsValue> {
    let promise = Promise::new(&mut |resolve: Function, reject: Function| {
        let asked = reader.read_entries_with_callback_and_callback(&resolve, &reject);
        if let Err(error) = asked {
            let _ = reject.call1(&JsValue::NULL, &error);
        }
    });
    Ok(JsFuture::from(promise).await?.unchecked_into())
}

async fn file_of(entry: &FileSystemFileEntry) -> Result<File, JsValue> {
    let promise = Promise::new(&mut |resolve: Function, reject: Function| {
        entry.file_with_callback_and_callback(&resolve, &reject);
    });
    Ok(JsFuture::from(promise).await?.unchecked_into())
}
