//! Where unpacked files go: small ones into memory, others into files of the browser's private storage.

use crate::folder::{Folder, OpenFile, described};
use crate::take::Progress;
use elf::{ReadAt, ReadError};
use protocol::figures::bytes_text;
use std::cell::Cell;
use std::io;
use std::rc::Rc;
use unpack::{Spool, Spools};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FilePropertyBag, FileSystemReadWriteOptions};

/// Bytes that stay in memory, and that are written at a time.
const SMALL: usize = 1 << 20;
/// Bytes that all spools together have in memory where the browser gives no storage.
const MOST_IN_MEMORY: u64 = 64 << 20;

/// The room that the browser gives.
pub struct Room {
    folder: Result<Folder, String>,
    /// Bytes in memory of spools that have no file.
    in_memory: Cell<u64>,
    /// Bytes in files.
    in_files: Cell<u64>,
}

impl Default for Room {
    fn default() -> Room {
        Room::new(Err("it was not asked for any".to_owned()))
    }
}

impl Room {
    /// With a folder, or why there is none.
    pub fn new(folder: Result<Folder, String>) -> Room {
        Room {
            folder,
            in_memory: Cell::new(0),
            in_files: Cell::new(0),
        }
    }

    /// Opens so many files more, as far as the browser lets it.
    pub async fn reserve(&self, files: u32) {
        let Ok(folder) = &self.folder else { return };
        for _ in 0..files {
            if folder.add_file().await.is_err() {
                return;
            }
        }
    }

    /// Whether so many more bytes have room, as far as is known before.
    fn check(&self, bytes: u64) -> io::Result<()> {
        match &self.folder {
            Ok(folder) => {
                let taken = self.in_files.get() as f64;
                match folder
                    .space
                    .map(|(all, free)| (all, (free - taken).max(0.0)))
                {
                    Some((all, free)) if bytes as f64 > free => Err(io::Error::other(format!(
                        "{} come out, and the browser has room for {} ({} in all for pages of this address)",
                        bytes_text(bytes),
                        bytes_text(free as u64),
                        bytes_text(all as u64)
                    ))),
                    _ => Ok(()),
                }
            }
            Err(cause) => {
                let bytes = self.in_memory.get().saturating_add(bytes);
                match bytes > MOST_IN_MEMORY {
                    true => Err(io::Error::other(format!(
                        "more than {} come out, and the browser gives this page no storage: {cause}",
                        bytes_text(MOST_IN_MEMORY)
                    ))),
                    false => Ok(()),
                }
            }
        }
    }

    /// Whether so many more bytes may be in memory, where there are files too.
    fn has_memory_for(&self, bytes: usize) -> bool {
        self.in_memory.get().saturating_add(bytes as u64) <= MOST_IN_MEMORY
    }

    /// An open file; none where there is no folder.
    fn take_file(&self) -> io::Result<Option<OpenFile>> {
        let Ok(folder) = &self.folder else {
            return Ok(None);
        };
        match folder.files.borrow_mut().pop() {
            Some(file) => Ok(Some(file)),
            None => Err(io::Error::other("no file of its storage is open any more")),
        }
    }
}

/// Makes spools in a room.
pub struct RoomSpools {
    /// The room.
    pub room: Rc<Room>,
    /// Told of what is written.
    pub progress: Rc<Progress>,
}

/// A file that comes out.
pub struct RoomSpool {
    room: Rc<Room>,
    progress: Rc<Progress>,
    /// What is not in the file.
    bytes: Vec<u8>,
    file: Option<OpenFile>,
    /// Bytes in the file.
    written: u64,
}

impl Spools for RoomSpools {
    type Spool = RoomSpool;

    fn create(&mut self, size: Option<u64>) -> io::Result<RoomSpool> {
        self.room.check(size.unwrap_or(0))?;
        Ok(RoomSpool {
            room: self.room.clone(),
            progress: self.progress.clone(),
            bytes: Vec::new(),
            file: None,
            written: 0,
        })
    }
}

impl RoomSpool {
    /// Writes what is in memory to the file.
    fn spill(&mut self) -> io::Result<()> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let full = |cause: String| {
            io::Error::other(format!(
                "the browser wrote no more to its storage: {cause} (the disk, or what it gives pages of this address, is full)"
            ))
        };
        let mut rest = self.bytes.as_slice();
        while !rest.is_empty() {
            let at = at(self.written);
            let wrote = file.access.write_with_u8_array_and_options(rest, &at);
            let wrote = wrote.map_err(|error| full(described(&error)))? as usize;
            if wrote == 0 {
                return Err(full("it took no bytes".to_owned()));
            }
            self.written += wrote as u64;
            let in_files = &self.room.in_files;
            in_files.set(in_files.get() + wrote as u64);
            rest = rest.get(wrote..).unwrap_or_default();
        }
        self.bytes.clear();
        Ok(())
    }

    /// The spool as a file of this name, and whether it lies in the folder.
    pub async fn finish(mut self, name: &str) -> Result<(File, bool), String> {
        self.spill().map_err(|error| error.to_string())?;
        let options = FilePropertyBag::new();
        let Some(OpenFile { handle, access }) = self.file.take() else {
            let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(self.bytes.as_slice()));
            let file = File::new_with_u8_array_sequence_and_options(&parts, name, &options);
            return Ok((file.map_err(|error| described(&error))?, false));
        };
        let made = async {
            access.flush()?;
            // A file that is open for writing cannot be read.
            access.close();
            let file = JsFuture::from(handle.get_file()).await?;
            let parts = js_sys::Array::of1(&file);
            let file = File::new_with_blob_sequence_and_options(&parts, name, &options)?;
            Ok::<File, JsValue>(file)
        };
        let file = made.await.map_err(|error| described(&error))?;
        if let Ok(folder) = &self.room.folder {
            // One that cannot be made is missed by what needs it.
            let _ = folder.add_file().await;
        }
        Ok((file, true))
    }
}

fn at(offset: u64) -> FileSystemReadWriteOptions {
    let options = FileSystemReadWriteOptions::new();
    options.set_at(offset as f64);
    options
}

impl Spool for RoomSpool {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.progress.wrote(bytes.len() as u64);
        if self.file.is_none() && self.bytes.len() + bytes.len() > SMALL {
            self.file = match self.room.take_file() {
                // A few more of the small ones stay in memory.
                Err(_) if self.room.has_memory_for(bytes.len()) => None,
                file => file?,
            };
        }
        if self.file.is_none() {
            self.room.check(bytes.len() as u64)?;
            let in_memory = &self.room.in_memory;
            in_memory.set(in_memory.get() + bytes.len() as u64);
        }
        let reserved = self.bytes.try_reserve(bytes.len());
        reserved.map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
        self.bytes.extend_from_slice(bytes);
        match self.bytes.len() >= SMALL {
            true => self.spill(),
            false => Ok(()),
        }
    }
}

impl Drop for RoomSpool {
    /// Makes room, and gives the file to the next spool.
    fn drop(&mut self) {
        let room = &self.room;
        match (&room.folder, self.file.take()) {
            (Ok(folder), Some(file)) => {
                let in_files = room.in_files.get().saturating_sub(self.written);
                room.in_files.set(in_files);
                if file.access.truncate_with_u32(0).is_ok() {
                    folder.files.borrow_mut().push(file);
                }
            }
            _ => {
                let bytes = self.bytes.len() as u64;
                room.in_memory
                    .set(room.in_memory.get().saturating_sub(bytes));
            }
        }
    }
}

impl ReadAt for RoomSpool {
    fn len(&self) -> u64 {
        self.written + self.bytes.len() as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        let len = buf.len() as u64;
        let end = offset.checked_add(len).filter(|end| *end <= self.len());
        let Some(end) = end else {
            return Err(ReadError::end_of_source(offset, len));
        };
        let in_file = self.written.min(end).saturating_sub(offset) as usize;
        let (from_file, from_memory) = buf.split_at_mut(in_file);
        if let Some(file) = &self.file {
            let failed = |cause: String| ReadError::failed(offset, len, cause);
            let mut done = 0;
            while let Some(rest) = from_file.get_mut(done..).filter(|rest| !rest.is_empty()) {
                let at = at(offset + done as u64);
                let read = file.access.read_with_u8_array_and_options(rest, &at);
                match read.map_err(|error| failed(described(&error)))? as usize {
                    0 => return Err(failed("the browser returned no bytes".to_owned())),
                    read => done += read,
                }
            }
        }
        let start = (offset + in_file as u64).saturating_sub(self.written) as usize;
        let there = self.bytes.get(start..).unwrap_or_default();
        if let Some(there) = there.get(..from_memory.len()) {
            from_memory.copy_from_slice(there);
        }
        Ok(())
    }
}
