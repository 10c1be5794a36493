//! Answers.

use crate::site::Found;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

/// How long an answer may take if it is empty.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the rest of a request is read, and how many bytes of it.
const LAST_PATIENCE: Duration = Duration::from_secs(2);
const LAST_BYTES: usize = 4 << 20;
/// How many bytes a second a client must take at least.
const SLOWEST: u64 = 64 << 10;

/// Which pages may show the site in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frames {
    /// Pages of the site itself.
    SameOrigin,
    /// Any page.
    Any,
}

/// Sends what was found.
pub(crate) fn found(
    stream: &TcpStream,
    found: Found,
    head_only: bool,
    target: &str,
    frames: Frames,
) -> io::Result<()> {
    let (kind, length, mut body): (_, u64, Box<dyn Read>) = match found {
        Found::Bytes(kind, bytes) => {
            let length = bytes.len() as u64;
            (kind, length, Box::new(io::Cursor::new(bytes)))
        }
        Found::File(kind, file) => {
            let length = file.metadata()?.len();
            (kind, length, Box::new(file.take(length)))
        }
        Found::Folder => {
            // Relative addresses in the page count from the last slash.
            let location = format!("Location: {target}/\r\n");
            return head(stream, "301 Moved Permanently", &location, 0, frames);
        }
        Found::Nothing => return text(stream, "404 Not Found", "not found\n", frames),
        Found::Unavailable => {
            let sentence = "the file cannot be opened now; try again\n";
            return text(stream, "503 Service Unavailable", sentence, frames);
        }
    };
    let kind = format!("Content-Type: {kind}\r\n");
    head(stream, "200 OK", &kind, length, frames)?;
    if head_only {
        Ok(())
    } else {
        send(stream, &mut body, length)
    }
}

/// Sends a sentence.
pub(crate) fn text(
    stream: &TcpStream,
    status: &str,
    sentence: &str,
    frames: Frames,
) -> io::Result<()> {
    let kind = "Content-Type: text/plain; charset=utf-8\r\n";
    let length = sentence.len() as u64;
    head(stream, status, kind, length, frames)?;
    send(stream, &mut sentence.as_bytes(), length)
}

fn head(
    stream: &TcpStream,
    status: &str,
    extra: &str,
    length: u64,
    frames: Frames,
) -> io::Result<()> {
    let frames = match frames {
        Frames::SameOrigin => {
            "X-Frame-Options: SAMEORIGIN\r\nContent-Security-Policy: frame-ancestors 'self'\r\n"
        }
        Frames::Any => "",
    };
    let head = format!(
        "HTTP/1.1 {status}\r\n{extra}Content-Length: {length}\r\nCache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\n{frames}Connection: close\r\n\r\n"
    );
    send(stream, &mut head.as_bytes(), head.len() as u64)
}

/// Reads what the client has sent beyond the head of its request: a body, or further requests, which are not answered. If a connection is closed
/// before that is read, the system discards the answer, too.
pub(crate) fn let_go(mut stream: &TcpStream) -> io::Result<()> {
    stream.shutdown(Shutdown::Write)?;
    let end = Instant::now() + LAST_PATIENCE;
    let mut buffer = vec![0; 64 << 10];
    let mut read = 0;
    while read < LAST_BYTES {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        stream.set_read_timeout(Some(left))?;
        match stream.read(&mut buffer)? {
            0 => break,
            count => read += count,
        }
    }
    Ok(())
}

/// Sends bytes; an error if the client takes them too slowly.
fn send(mut stream: &TcpStream, body: &mut dyn Read, length: u64) -> io::Result<()> {
    let end = Instant::now() + PATIENCE + Duration::from_secs(length / SLOWEST);
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = body.read(&mut buffer)?;
        let mut piece = buffer.get(..count).unwrap_or_default();
        if piece.is_empty() {
            return Ok(());
        }
        while !piece.is_empty() {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            stream.set_write_timeout(Some(left))?;
            match stream.write(piece)? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                written => piece = piece.get(written..).unwrap_or_default(),
            }
        }
    }
}
