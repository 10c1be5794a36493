//! `btfscope serve`: the page's files, on this computer alone.

use crate::common::Place;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// A server, ended when this is dropped.
struct Serving {
    child: Child,
    address: String,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(place: &Place, more: &[&str]) -> Serving {
    let mut child = Command::new(env!("CARGO_BIN_EXE_btfscope"))
        .args(["serve", "--no-open", "--port", "18099"])
        .args(more)
        .arg("--dir")
        .arg(place.path("."))
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut line = String::new();
    let stdout = child.stdout.as_mut().expect("piped");
    BufReader::new(stdout).read_line(&mut line).expect("a line");
    let address = line
        .trim()
        .strip_prefix("The page is at http://")
        .and_then(|rest| rest.strip_suffix('/'))
        .expect("its address")
        .to_owned();
    Serving { child, address }
}

fn ask(serving: &Serving, request: &str) -> String {
    let mut stream = TcpStream::connect(&serving.address).expect("it listens");
    let text = format!("{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(text.as_bytes()).expect("it reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("it answers");
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn the_page_is_served_and_nothing_else() {
    let place = Place::new();
    place.write("index.html", "<p>home");
    place.write("app.wasm", "wasm");
    std::fs::create_dir(place.path("snippets")).expect("a folder");
    place.write("snippets/view.wasm", "wasm");
    let serving = serve(&place, &[]);
    assert!(serving.address.starts_with("127.0.0.1:"));
    for path in ["/", "/?theme=dark", "/index.html"] {
        let home = ask(&serving, &format!("GET {path}"));
        assert!(home.starts_with("HTTP/1.1 200 "), "{home}");
        assert!(home.contains("Content-Type: text/html; charset=utf-8"));
        assert!(home.ends_with("<p>home"));
    }
    for path in ["/app.wasm", "/snippets/view.wasm"] {
        let answer = ask(&serving, &format!("GET {path}"));
        assert!(
            answer.contains("Content-Type: application/wasm"),
            "{answer}"
        );
    }
    for path in [
        "/none",
        "/snippets",
        "/snippets/",
        "/../app.wasm",
        "/%2e%2e/etc/passwd",
        "//etc/passwd",
    ] {
        let answer = ask(&serving, &format!("GET {path}"));
        assert!(answer.starts_with("HTTP/1.1 404 "), "{path}: {answer}");
    }
    assert!(ask(&serving, "POST /").starts_with("HTTP/1.1 405 "));
    // A port that is taken gives way to the next.
    let second = serve(&place, &[]);
    assert_ne!(serving.address, second.address);
}

#[test]
fn other_pages_frame_it_only_with_the_option_and_other_names_get_nothing() {
    let place = Place::new();
    place.write("index.html", "<p>home");
    let own = serve(&place, &[]);
    let answer = ask(&own, "GET /");
    assert!(
        answer.contains("X-Frame-Options: SAMEORIGIN\r\n"),
        "{answer}"
    );
    assert!(answer.contains("X-Content-Type-Options: nosniff\r\n"));
    let any = ask(&serve(&place, &["--frames"]), "GET /");
    assert!(!any.contains("X-Frame-Options"), "{any}");
    assert!(any.contains("X-Content-Type-Options: nosniff\r\n"));
    let mut stream = TcpStream::connect(&own.address).expect("it listens");
    let request = "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n";
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
}

#[test]
fn two_hundred_slow_clients_hold_nobody_up() {
    let place = Place::new();
    place.write("index.html", "<p>home");
    let large = std::fs::File::create(place.path("large")).expect("made");
    large.set_len(64 << 20).expect("longer");
    let serving = serve(&place, &[]);
    let slow: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = TcpStream::connect(&serving.address).expect("it listens");
            let request = b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n";
            stream.write_all(request).expect("it reads");
            stream
        })
        .collect();
    for _ in 0..20 {
        assert!(ask(&serving, "GET /").ends_with("<p>home"));
    }
    drop(slow);
}

#[test]
fn a_folder_without_a_page_is_refused() {
    let place = Place::new();
    let line = place.run(["serve", "--no-open", "--dir", "."]).fails(1);
    assert!(line.contains("index.html is missing"), "{line}");
}
