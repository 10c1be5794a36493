//! Serves the files of a page to browsers of this computer (127.0.0.1), as a plain web host would.
//!
//! ```text
//! site     which file a path means: those in a program, or those in a folder
//! request  the head of a request, read within limits of bytes and time
//! respond  the head of an answer, and its body
//! server   connections: how many at once, and what each may take
//! ```
//!
//! Whoever can connect is served, so each connection has limits: 16 KiB and 10 seconds for the head of its request, and for
//! the answer a time that depends on its length. A client that is slow holds one of 256 connections and nobody else.
//! A page of another host that resolves its own name to this computer gets nothing: a request must name the
//! server as `127.0.0.1`, `[::1]`, or `localhost`.
//!
//! ```
//! use local_server::{Bytes, Frames, Server};
//! use std::borrow::Cow;
//! use std::io::{Read, Write};
//!
//! let site = Bytes::new([("index.html".to_owned(), Cow::Borrowed(&b"<p>home"[..]))]);
//! let server = Server::bind(0)?;
//! let (address, port) = (server.address(), server.port());
//! std::thread::spawn(move || server.run(site, Frames::SameOrigin));
//!
//! let mut stream = std::net::TcpStream::connect(("127.0.0.1", port))?;
//! stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
//! let mut answer = String::new();
//! stream.read_to_string(&mut answer)?;
//! assert!(answer.ends_with("<p>home"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod request;
mod respond;
mod server;
mod site;

pub use respond::Frames;
pub use server::{BindError, Server};
pub use site::{Bytes, Folder, Found, Site};
