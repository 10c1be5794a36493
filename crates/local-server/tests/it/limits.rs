//! What one client can do to others.

use crate::Served;
use local_server::Frames;
use std::fs;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::time::Duration;

#[test]
fn clients_that_do_not_read_or_do_not_ask_hold_nobody_up() {
    let site = Served::new("slow", Frames::Any);
    // More than the system keeps for a connection.
    let large = fs::File::create(site.path("site/large")).unwrap();
    large.set_len(64 << 20).unwrap();
    let slow: Vec<_> = (0..200)
        .map(|at| {
            let mut stream = site.connect();
            let request: &[u8] = match at % 2 {
                0 => b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n",
                _ => b"GET / HTTP/1.1\r\nHo",
            };
            stream.write_all(request).unwrap();
            stream
        })
        .collect();
    for _ in 0..20 {
        assert!(site.ask("GET /").ends_with("<p>home"));
    }
    drop(slow);
}

#[test]
fn a_request_without_end_is_cut_short() {
    let site = Served::new("long", Frames::Any);
    let mut stream = site.connect();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
        .unwrap();
    // The server closes the connection long before all of this is sent.
    let sent = (0..64 << 10).find(|_| stream.write_all(&[b'x'; 1 << 10]).is_err());
    assert!(sent.is_some());
}

#[test]
fn a_long_request_is_told_its_limit() {
    let site = Served::new("told", Frames::Any);
    let long = "x".repeat(17 << 10);
    for request in [
        format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {long}\r\n\r\n"),
        format!("GET /{long} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        format!(
            "GET / HTTP/1.1\r\nHost: localhost\r\n{}\r\n",
            "X: y\r\n".repeat(4 << 10)
        ),
    ] {
        let answer = site.send(&request);
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
        assert!(answer.ends_with("the request has more than 16 KiB\n"));
    }
}

#[test]
fn a_connection_is_answered_once() {
    let site = Served::new("once", Frames::Any);
    let one = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let other = "GET /app.wasm HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let answer = site.send(&format!("{one}{other}{one}"));
    assert!(answer.contains("Connection: close\r\n") && answer.ends_with("<p>home"));
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
    // A body is no request, and its answer arrives although nobody asked for the body.
    let body = "x".repeat(1 << 20);
    let answer = site.send(&format!("POST / HTTP/1.1\r\nHost: localhost\r\n\r\n{body}"));
    assert!(answer.starts_with("HTTP/1.1 405 "), "{answer}");
}

#[test]
fn half_a_request_is_not_answered_and_holds_nothing() {
    let site = Served::new("half", Frames::Any);
    for half in ["", "G", "GET / HTTP/1.1\r\nHost: localhost\r\n", "\r\n\r"] {
        for _ in 0..100 {
            let mut stream = site.connect();
            stream.write_all(half.as_bytes()).unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).unwrap();
            assert_eq!(answer, b"", "{half:?}");
        }
    }
    assert!(site.ask("GET /").ends_with("<p>home"));
}

#[test]
fn connections_beyond_the_most_are_closed_until_others_end() {
    let site = Served::new("most", Frames::Any);
    let held: Vec<_> = (0..256).map(|_| site.connect()).collect();
    // The server takes connections in their order, so this one is one too many.
    let mut answer = Vec::new();
    let mut beyond = site.connect();
    let _closed = beyond.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let _reset = beyond.read_to_end(&mut answer);
    assert_eq!(answer, b"");
    drop(held);
    // Their threads end soon.
    let served = (0..200).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        let mut answer = Vec::new();
        let mut stream = site.connect();
        let _closed = stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        let _reset = stream.read_to_end(&mut answer);
        answer.ends_with(b"<p>home")
    });
    assert!(served);
}
