//! A small server of static files on the loopback interface, as plain as the plainest web host.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::failure::{Because, Outcome, fail};

/// How many ports after the wanted one are tried.
const TRIES: u16 = 100;

/// The longest request line and headers that are read, in bytes.
const LONGEST_REQUEST: u64 = 16 * 1024;

const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    root: PathBuf,
    port: u16,
}

impl Server {
    /// Listens on 127.0.0.1 at `port`, or at the next one that is free.
    pub fn bind(root: &Path, port: u16) -> Outcome<Self> {
        let root = root
            .canonicalize()
            .because(format!("the folder {}", root.display()))?;
        for port in port..=port.saturating_add(TRIES) {
            match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
                Ok(listener) => {
                    let port = listener
                        .local_addr()
                        .because("the server's address")?
                        .port();
                    return Ok(Self {
                        listener,
                        root,
                        port,
                    });
                }
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
                Err(error) => return Err(error).because(format!("listening on port {port}")),
            }
        }
        fail(format!(
            "no port is free from {port} to {}",
            port.saturating_add(TRIES)
        ))
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Serves until the process ends.
    pub fn run(self) {
        for stream in self.listener.incoming().flatten() {
            let root = self.root.clone();
            // A connection that breaks is the visitor's business, not a reason to stop.
            thread::spawn(move || {
                let _ = answer(&stream, &root);
            });
        }
    }
}

fn answer(stream: &TcpStream, root: &Path) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(stream.take(LONGEST_REQUEST));
    let mut request = String::new();
    reader.read_line(&mut request)?;
    // The headers do not matter here, but must be read before the connection is closed.
    let mut header = String::new();
    while reader.read_line(&mut header)? > 2 {
        header.clear();
    }
    let mut words = request.split_whitespace();
    let (method, target) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    if method != "GET" && method != "HEAD" {
        return text(
            stream,
            "405 Method Not Allowed",
            "only GET and HEAD are answered\n",
        );
    }
    let Some(path) = local_path(root, target) else {
        return text(stream, "404 Not Found", "there is no such file\n");
    };
    if path.is_dir() {
        // Relative addresses in the page count from the last slash.
        let to = format!("{}/", target.split(['?', '#']).next().unwrap_or_default());
        return respond(
            stream,
            "301 Moved Permanently",
            &format!("Location: {to}\r\n"),
            0,
        );
    }
    let Ok(mut file) = File::open(&path) else {
        return text(stream, "404 Not Found", "there is no such file\n");
    };
    let length = file.metadata()?.len();
    let kind = format!("Content-Type: {}\r\n", media_type(&path));
    respond(stream, "200 OK", &kind, length)?;
    if method == "GET" {
        io::copy(&mut file, &mut &*stream)?;
    }
    Ok(())
}

fn text(stream: &TcpStream, status: &str, body: &str) -> io::Result<()> {
    let kind = "Content-Type: text/plain; charset=utf-8\r\n";
    respond(stream, status, kind, body.len() as u64)?;
    let mut stream = stream;
    stream.write_all(body.as_bytes())
}

fn respond(mut stream: &TcpStream, status: &str, extra: &str, length: u64) -> io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status}\r\n{extra}Content-Length: {length}\r\nCache-Control: no-cache\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes())
}

/// The file or folder that a request's target means, if it is there and under `root`.
fn local_path(root: &Path, target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?;
    let decoded = percent_decoded(path.strip_prefix('/')?)?;
    let relative = Path::new(&decoded);
    if !relative
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
    {
        return None;
    }
    let mut full = root.join(relative);
    if decoded.is_empty() || decoded.ends_with('/') {
        full.push("index.html");
    }
    // A symbolic link may lead out of the folder.
    let full = full.canonicalize().ok()?;
    full.starts_with(root).then_some(full)
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            let value = digit(rest.next())? * 16 + digit(rest.next())?;
            bytes.push(u8::try_from(value).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A folder with an inside and an outside, removed at the end.
    struct Site(PathBuf);

    impl Site {
        fn new(name: &str) -> Self {
            let dir = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
            fs::create_dir_all(dir.join("site/sub dir")).unwrap();
            fs::write(dir.join("secret.txt"), "secret").unwrap();
            fs::write(dir.join("site/index.html"), "<p>home").unwrap();
            fs::write(dir.join("site/app.wasm"), [0, b'a', b's', b'm']).unwrap();
            fs::write(dir.join("site/sub dir/index.html"), "<p>sub").unwrap();
            std::os::unix::fs::symlink(dir.join("secret.txt"), dir.join("site/link.txt")).unwrap();
            Self(dir.canonicalize().unwrap())
        }
    }

    impl Drop for Site {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn ask(port: u16, request: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    #[test]
    fn files_come_with_their_type_and_nothing_special() {
        let site = Site::new("server");
        let server = Server::bind(&site.0.join("site"), 0).unwrap();
        let port = server.port;
        thread::spawn(move || server.run());
        let home = ask(port, "GET /?q=1 HTTP/1.1\r\nHost: x\r\n\r\n");
        assert!(home.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"));
        assert!(home.contains("Cache-Control: no-cache\r\n") && home.ends_with("<p>home"));
        let wasm = ask(port, "GET /app.wasm HTTP/1.1\r\n\r\n");
        assert!(wasm.contains("Content-Type: application/wasm\r\nContent-Length: 4\r\n"));
        let head = ask(port, "HEAD /app.wasm HTTP/1.1\r\n\r\n");
        assert!(head.contains("Content-Length: 4\r\n") && head.ends_with("\r\n\r\n"));
        let moved = ask(port, "GET /sub%20dir HTTP/1.1\r\n\r\n");
        assert!(moved.contains("Location: /sub%20dir/\r\n"));
        assert!(ask(port, "GET /sub%20dir/ HTTP/1.1\r\n\r\n").ends_with("<p>sub"));
        assert!(ask(port, "GET /none HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404"));
        assert!(ask(port, "POST / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405"));
        assert!(ask(port, "nonsense\r\n\r\n").starts_with("HTTP/1.1 405"));
    }

    #[test]
    fn nothing_outside_the_folder_is_served() {
        let site = Site::new("outside");
        let root = site.0.join("site");
        for target in [
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/link.txt",
            "//etc/passwd",
            "/%2fetc/passwd",
            "/%zz",
            "x",
        ] {
            assert_eq!(local_path(&root, target), None, "{target}");
        }
        assert_eq!(
            local_path(&root, "/./app.wasm"),
            Some(root.join("app.wasm"))
        );
    }

    #[test]
    fn a_taken_port_gives_way_to_the_next() {
        let site = Site::new("port");
        let first = Server::bind(&site.0.join("site"), 18_437).unwrap();
        let second = Server::bind(&site.0.join("site"), first.port).unwrap();
        assert!(second.port > first.port);
    }
}
