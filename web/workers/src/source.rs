//! The user's file as a source of bytes: slices read synchronously, which only workers may.

use crate::failure;
use elf::{ReadAt, ReadError};
use js_sys::Uint8Array;
use protocol::failure::Failure;
use std::cell::RefCell;
use std::ops::Range;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, FileReaderSync};

/// The first read-ahead at a place. Reading on from there doubles it.
const FIRST_CHUNK: u64 = 1 << 20;
/// The largest read-ahead. A slice costs some 0.6 ms whatever its size; larger ones are hardly faster.
const LAST_CHUNK: u64 = 8 << 20;
/// Places that are read from at the same time, such as section headers, names and a section.
const CHUNKS: usize = 3;

/// A file read by ranges, with read-ahead. Chunks lie outside the wasm memory.
#[derive(Debug)]
pub struct FileSource {
    blob: Blob,
    len: u64,
    reader: FileReaderSync,
    /// The latest first.
    chunks: RefCell<Vec<Chunk>>,
    /// What is to be read next.
    expected: RefCell<Range<u64>>,
}

#[derive(Debug)]
struct Chunk {
    start: u64,
    bytes: Uint8Array,
}

impl Chunk {
    fn end(&self) -> u64 {
        self.start + u64::from(self.bytes.length())
    }

    fn has(&self, offset: u64) -> bool {
        (self.start..self.end()).contains(&offset)
    }
}

impl FileSource {
    /// A source on a file, or on bytes that the page holds.
    ///
    /// # Errors
    ///
    /// When the browser has no reader for it: its own words.
    pub fn new(blob: &Blob) -> Result<FileSource, String> {
        let reader = FileReaderSync::new().map_err(|error| said(&error))?;
        Ok(FileSource {
            blob: blob.clone(),
            len: blob.size() as u64,
            reader,
            chunks: RefCell::default(),
            expected: RefCell::default(),
        })
    }

    fn slice(&self, start: u64, end: u64) -> Result<Uint8Array, JsValue> {
        let slice = self.blob.slice_with_f64_and_f64(start as f64, end as f64)?;
        Ok(Uint8Array::new(
            self.reader.read_as_array_buffer(&slice)?.unchecked_ref(),
        ))
    }

    /// Reads more than a chunk at once would hold, in steps, past the cache.
    fn read_large(&self, offset: u64, buf: &mut [u8]) -> Result<(), JsValue> {
        let mut start = offset;
        for part in buf.chunks_mut(LAST_CHUNK as usize) {
            let end = start + part.len() as u64;
            copy(&self.slice(start, end)?, 0, part)?;
            start = end;
        }
        Ok(())
    }

    fn read_cached(&self, mut offset: u64, mut buf: &mut [u8]) -> Result<(), JsValue> {
        let mut chunks = self.chunks.borrow_mut();
        while !buf.is_empty() {
            let chunk = match chunks.iter().position(|chunk| chunk.has(offset)) {
                Some(at) => chunks.remove(at),
                None => self.load(&mut chunks, offset, buf.len() as u64)?,
            };
            let len = (chunk.end() - offset).min(buf.len() as u64);
            let (part, rest) = std::mem::take(&mut buf).split_at_mut(len as usize);
            copy(&chunk.bytes, (offset - chunk.start) as u32, part)?;
            chunks.insert(0, chunk);
            offset += len;
            buf = rest;
        }
        Ok(())
    }

    /// Reads the chunk that begins at `offset`, and makes room for it.
    fn load(&self, chunks: &mut Vec<Chunk>, offset: u64, wanted: u64) -> Result<Chunk, JsValue> {
        let expected = self.expected.borrow();
        // Going on where a chunk ends: it has been read, and more is read at once.
        let before = chunks.iter().position(|chunk| chunk.end() == offset);
        let before = before.map(|at| u64::from(chunks.remove(at).bytes.length()));
        let ahead = match before {
            _ if expected.contains(&offset) => {
                let left = expected.end - offset;
                left.div_ceil(left.div_ceil(LAST_CHUNK))
            }
            Some(len) => (len * 2).min(LAST_CHUNK),
            None => FIRST_CHUNK,
        };
        chunks.truncate(CHUNKS - 1);
        Ok(Chunk {
            start: offset,
            bytes: self.slice(offset, (offset + ahead.max(wanted)).min(self.len))?,
        })
    }
}

/// Copies from JS memory, refusing a slice that came back short.
fn copy(from: &Uint8Array, start: u32, to: &mut [u8]) -> Result<(), JsValue> {
    let end = u64::from(start) + to.len() as u64;
    if end > u64::from(from.length()) {
        return Err(JsValue::from_str(
            "the browser returned fewer bytes than the file has",
        ));
    }
    from.subarray(start, end as u32).copy_to(to);
    Ok(())
}

/// More than any BTF: a kernel with everything built in has some 10 MB.
const LARGEST_BTF: u64 = 512 << 20;

impl FileSource {
    /// All its bytes, which are to be BTF.
    ///
    /// # Errors
    ///
    /// When it is larger than any BTF, or cannot be read.
    pub fn read_btf(&self) -> Result<Vec<u8>, Failure> {
        if self.len > LARGEST_BTF {
            return Err(failure::of_btf(&format!(
                "it has {} bytes, more than any BTF",
                self.len
            )));
        }
        let mut bytes = vec![0; self.len as usize];
        self.read_at(0, &mut bytes)
            .map_err(|error| failure::unreadable(error.to_string()))?;
        Ok(bytes)
    }
}

impl ReadAt for FileSource {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        let len = buf.len() as u64;
        if offset.checked_add(len).is_none_or(|end| end > self.len) {
            return Err(ReadError::end_of_source(offset, len));
        }
        let read = if len >= FIRST_CHUNK {
            self.read_large(offset, buf)
        } else {
            self.read_cached(offset, buf)
        };
        read.map_err(|error| ReadError::failed(offset, len, said(&error)))
    }

    fn will_read(&self, range: Range<u64>) {
        *self.expected.borrow_mut() = range;
    }
}

/// What the browser said, and what it mostly means.
fn said(error: &JsValue) -> String {
    let text = error
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()))
        .or_else(|| {
            js_sys::Reflect::get(error, &"message".into())
                .ok()
                .and_then(|text| text.as_string())
        })
        .or_else(|| error.as_string())
        .unwrap_or_else(|| "no reason given".to_owned());
    format!("{text} (was the file changed, moved or removed after it was chosen?)")
}
