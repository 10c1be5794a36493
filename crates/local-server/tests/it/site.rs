//! What is served, and what is not.

use crate::Served;
use local_server::{Bytes, Found, Frames, Server, Site};
use std::borrow::Cow;

#[test]
fn files_come_with_their_type_and_nothing_special() {
    let site = Served::new("files", Frames::Any);
    let home = site.ask("GET /?q=1");
    assert!(home.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"));
    assert!(home.contains("Cache-Control: no-cache\r\n") && home.ends_with("<p>home"));
    let wasm = site.ask("GET /app.wasm");
    assert!(wasm.contains("Content-Type: application/wasm\r\nContent-Length: 4\r\n"));
    let head = site.ask("HEAD /app.wasm");
    assert!(head.contains("Content-Length: 4\r\n") && head.ends_with("\r\n\r\n"));
    assert!(
        site.ask("GET /sub%20dir")
            .contains("Location: /sub%20dir/\r\n")
    );
    assert!(site.ask("GET /sub%20dir/").ends_with("<p>sub"));
    assert!(site.ask("GET /no%20page").starts_with("HTTP/1.1 404"));
    assert!(site.ask("GET /none").starts_with("HTTP/1.1 404"));
    assert!(site.ask("POST /").starts_with("HTTP/1.1 405"));
    assert!(site.send("nonsense\r\n\r\n").starts_with("HTTP/1.1 405"));
}

#[test]
fn parts_of_a_file_are_not_offered() {
    let site = Served::new("parts", Frames::Any);
    let ranged = "GET /app.wasm HTTP/1.1\r\nHost: localhost\r\nRange: bytes=1-2\r\n\r\n";
    let answer = site.send(ranged);
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("Content-Length: 4\r\n") && answer.ends_with("\0asm"));
    assert!(!answer.to_ascii_lowercase().contains("range"), "{answer}");
}

#[test]
fn nothing_outside_the_folder_is_served() {
    let site = Served::new("outside", Frames::Any);
    let mut targets = vec![
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/%zz",
        "x",
    ];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(site.path("secret.txt"), site.path("site/link.txt")).unwrap();
        targets.push("/link.txt");
    }
    for target in targets {
        let answer = site.ask(&format!("GET {target}"));
        assert!(answer.starts_with("HTTP/1.1 404 "), "{target}: {answer}");
    }
    // Nor through a folder that a link names.
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(site.path("."), site.path("site/up")).unwrap();
        for target in ["/up/secret.txt", "/up/", "/up/site/../secret.txt"] {
            let answer = site.ask(&format!("GET {target}"));
            assert!(answer.starts_with("HTTP/1.1 404 "), "{target}: {answer}");
        }
    }
    // Links within the folder are followed.
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(site.path("site/app.wasm"), site.path("site/same.wasm"))
            .unwrap();
        assert!(site.ask("GET /same.wasm").starts_with("HTTP/1.1 200 "));
    }
}

#[test]
fn a_name_of_another_host_gets_nothing() {
    let site = Served::new("host", Frames::Any);
    for host in [
        "Host: evil.example",
        "Host: evil.example:8080",
        "Host: localhost.evil.example",
        "Host: localhost\r\nHost: evil.example",
        "Host:",
        "Accept: */*",
    ] {
        let answer = site.send(&format!("GET / HTTP/1.1\r\n{host}\r\n\r\n"));
        assert!(answer.starts_with("HTTP/1.1 403 "), "{host}: {answer}");
        assert!(!answer.contains("home"));
    }
}

#[test]
fn browsers_neither_guess_types_nor_frame_the_page_elsewhere() {
    let own = Served::new("own", Frames::SameOrigin).ask("GET /");
    assert!(own.contains("X-Content-Type-Options: nosniff\r\n"));
    assert!(own.contains("X-Frame-Options: SAMEORIGIN\r\n"));
    assert!(own.contains("Content-Security-Policy: frame-ancestors 'self'\r\n"));
    let any = Served::new("any", Frames::Any).ask("GET /");
    assert!(any.contains("X-Content-Type-Options: nosniff\r\n") && !any.contains("rame-"));
}

#[test]
fn files_of_the_program_are_found_by_name_alone() {
    let files = Bytes::new([("index.html".to_owned(), Cow::Borrowed(&b"home"[..]))]);
    assert!(
        matches!(files.find(""), Found::Bytes("text/html; charset=utf-8", bytes) if *bytes == *b"home")
    );
    assert!(matches!(files.find("../index.html"), Found::Nothing));
}

#[test]
fn a_port_that_is_taken_gives_way_to_the_next() {
    let first = Server::bind(0).unwrap();
    let second = Server::bind(first.port()).unwrap();
    assert_ne!(first.port(), second.port());
}
