//! Connections.

use crate::request::{self, Request};
use crate::respond::{self, Frames};
use crate::site::Site;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use std::{fmt, io, thread};

/// How many ports after the wanted one are tried.
const TRIES: u16 = 100;
/// How many connections are answered at once. Further ones are closed. Each may hold a file beside its socket, and many systems let a
/// process have 1,024 of both.
const MOST_CONNECTIONS: usize = 256;
/// How long no connection is taken after one could not be: an error such as too many open files comes back at once.
const PAUSE: Duration = Duration::from_millis(20);
/// Bytes of stack for each: what it does is flat, and its buffer is on the heap.
const STACK: usize = 128 << 10;

/// A server that listens.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    port: u16,
}

/// Why no port can be listened on.
#[derive(Debug)]
pub struct BindError {
    /// The first port that was tried.
    pub port: u16,
    source: io::Error,
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let BindError { port, source } = self;
        write!(
            f,
            "no port from {port} to {} can be listened on: {source}",
            port.saturating_add(TRIES)
        )
    }
}

impl std::error::Error for BindError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

impl Server {
    /// Listens on 127.0.0.1 at this port, or at the next one that is free; at any free one if it is 0.
    ///
    /// # Errors
    ///
    /// [`BindError`] if none of 101 ports can be listened on.
    pub fn bind(port: u16) -> Result<Server, BindError> {
        let mut refused = io::Error::from(io::ErrorKind::AddrInUse);
        for next in port..=port.saturating_add(TRIES) {
            match TcpListener::bind((Ipv4Addr::LOCALHOST, next)).and_then(|listener| {
                let port = listener.local_addr()?.port();
                Ok(Server { listener, port })
            }) {
                Ok(server) => return Ok(server),
                Err(error) => refused = error,
            }
        }
        Err(BindError {
            port,
            source: refused,
        })
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address of the page.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Serves until the process ends.
    pub fn run(self, site: impl Site + 'static, frames: Frames) {
        let site: Arc<dyn Site> = Arc::new(site);
        let open = Arc::new(AtomicUsize::new(0));
        for stream in self.listener.incoming() {
            let Ok(stream) = stream else {
                thread::sleep(PAUSE);
                continue;
            };
            let Some(place) = Place::take(&open) else {
                continue;
            };
            let site = Arc::clone(&site);
            let connection = move || {
                // A connection that breaks is the client's business, no reason to stop.
                let _ = answer(&stream, &*site, frames).and_then(|()| respond::let_go(&stream));
                drop(place);
            };
            // Without a thread for it, the connection is closed.
            let _ = thread::Builder::new().stack_size(STACK).spawn(connection);
        }
    }
}

/// One of the connections that are answered at once; free again when dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(open: &Arc<AtomicUsize>) -> Option<Place> {
        let place = Place(Arc::clone(open));
        let before = open.fetch_add(1, Ordering::Relaxed);
        (before < MOST_CONNECTIONS).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn answer(stream: &TcpStream, site: &dyn Site, frames: Frames) -> io::Result<()> {
    let sentence = |status: &str, sentence: &str| respond::text(stream, status, sentence, frames);
    match request::read(stream)? {
        Request::File {
            path,
            head_only,
            target,
        } => respond::found(stream, site.find(&path), head_only, &target, frames),
        Request::OtherMethod => {
            sentence("405 Method Not Allowed", "only GET and HEAD are answered\n")
        }
        Request::NoPath => sentence("404 Not Found", "not found\n"),
        Request::OtherHost => sentence(
            "403 Forbidden",
            "the request names another host; open the page as http://127.0.0.1 or http://localhost\n",
        ),
        Request::TooLong => sentence(
            "431 Request Header Fields Too Large",
            "the request has more than 16 KiB\n",
        ),
    }
}
