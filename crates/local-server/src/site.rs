//! Which file a path means.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Component, Path, PathBuf};

/// Files by their paths.
pub trait Site: Send + Sync {
    /// What is at a path. It is percent-decoded, has no slash at its start, and can contain anything, `..` too.
    fn find(&self, path: &str) -> Found;
}

/// What is at a path.
#[derive(Debug)]
pub enum Found {
    /// A file in memory, with its media type.
    Bytes(&'static str, Cow<'static, [u8]>),
    /// A file on disk, likewise.
    File(&'static str, File),
    /// A folder whose page is at the path with a slash behind it.
    Folder,
    /// Nothing that may be served.
    Nothing,
    /// A file that cannot be opened now.
    Unavailable,
}

/// Files that are part of the program.
#[derive(Clone, Debug)]
pub struct Bytes(BTreeMap<String, Cow<'static, [u8]>>);

impl Bytes {
    /// These files, by their paths.
    pub fn new(files: impl IntoIterator<Item = (String, Cow<'static, [u8]>)>) -> Bytes {
        Bytes(files.into_iter().collect())
    }
}

impl Site for Bytes {
    fn find(&self, path: &str) -> Found {
        let path = if path.is_empty() { "index.html" } else { path };
        match self.0.get(path) {
            Some(bytes) => Found::Bytes(media_type(Path::new(path)), bytes.clone()),
            None => Found::Nothing,
        }
    }
}

/// The files in a folder and below it, read when they are asked for.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// The files in this folder.
    ///
    /// # Errors
    ///
    /// The system's error if it cannot be found.
    pub fn new(path: &Path) -> io::Result<Folder> {
        Ok(Folder(path.canonicalize()?))
    }
}

impl Site for Folder {
    fn find(&self, path: &str) -> Found {
        let Folder(root) = self;
        let is_below =
            |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
        if !Path::new(path).components().all(is_below) {
            return Found::Nothing;
        }
        let mut full = root.join(path);
        if path.is_empty() || path.ends_with('/') {
            full.push("index.html");
        }
        // A symbolic link may lead out of the folder.
        let full = match full.canonicalize() {
            Ok(full) if full.starts_with(root) => full,
            _ => return Found::Nothing,
        };
        if full.is_dir() {
            return match full.join("index.html").is_file() {
                true => Found::Folder,
                false => Found::Nothing,
            };
        }
        // Opening a pipe would wait for its writer.
        if !full.is_file() {
            return Found::Nothing;
        }
        match File::open(&full) {
            Ok(file) => Found::File(media_type(&full), file),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Found::Nothing,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Found::Nothing,
            // Too many files are open, for example.
            Err(_) => Found::Unavailable,
        }
    }
}

/// The media type of a file, by its name.
fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("woff2") => "font/woff2",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
