//! What one client can do to others.

use crate::Served;
use local_server::Frames;
use std::fs;
use std::io::Write;

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
