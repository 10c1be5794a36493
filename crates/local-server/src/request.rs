//! The head of a request.

use std::io::{self, Read};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// The longest request line and headers, in bytes.
const LONGEST: usize = 16 << 10;
/// How long they may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A request, as far as files are concerned.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// `GET` or `HEAD` of this path, percent-decoded, without the slash at its start and without a query.
    File {
        path: String,
        /// Whether only the head of the answer is wanted.
        head_only: bool,
        /// The path with its slash and its escapes, as the request has it.
        target: String,
    },
    /// Something else than `GET` and `HEAD`.
    OtherMethod,
    /// A path that no file has.
    NoPath,
    /// The host that it names is not this computer, or it names none or several.
    OtherHost,
    /// More than 16 KiB.
    TooLong,
}

/// Reads the head of a request.
pub(crate) fn read(mut stream: &TcpStream) -> io::Result<Request> {
    let end = Instant::now() + PATIENCE;
    let mut head = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        // The time is for the whole head: a client that sends a byte now and then does not renew it.
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(left))?;
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        // The end may have begun in the bytes before.
        let from = head.len().saturating_sub(3);
        head.extend_from_slice(buffer.get(..count).unwrap_or_default());
        let is_whole = |bytes: &[u8]| bytes.windows(4).any(|four| four == b"\r\n\r\n");
        if head.len() > LONGEST {
            return Ok(Request::TooLong);
        }
        if is_whole(head.get(from..).unwrap_or_default()) {
            return Ok(parse(&String::from_utf8_lossy(&head)));
        }
    }
}

fn parse(head: &str) -> Request {
    // Another request may follow.
    let mut lines = head.lines().take_while(|line| !line.is_empty());
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (words.next(), words.next().unwrap_or_default());
    if !matches!(method, Some("GET" | "HEAD")) {
        return Request::OtherMethod;
    }
    let mut hosts = lines.filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("host").then(|| value.trim())
    });
    // A second name would leave open which of them counts.
    if !hosts.next().is_some_and(is_this_computer) || hosts.next().is_some() {
        return Request::OtherHost;
    }
    let path = target.split(['?', '#']).next().unwrap_or_default();
    match path.strip_prefix('/').and_then(percent_decoded) {
        Some(decoded) => Request::File {
            path: decoded,
            head_only: method == Some("HEAD"),
            target: path.to_owned(),
        },
        None => Request::NoPath,
    }
}

/// Whether a `Host` header names this computer. Any port does: connections may be forwarded.
fn is_this_computer(host: &str) -> bool {
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let name = match host.rsplit_once(':') {
        Some((name, port)) if is_port(port) => name,
        _ => host,
    };
    ["127.0.0.1", "[::1]", "localhost"]
        .iter()
        .any(|own| name.eq_ignore_ascii_case(own))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_names_a_file_and_this_computer() {
        let file = |path: &str, head_only, target: &str| Request::File {
            path: path.to_owned(),
            head_only,
            target: target.to_owned(),
        };
        for (head, expected) in [
            (
                "GET /a%20b/?q#f HTTP/1.1\r\nhost: LOCALHOST:80",
                file("a b/", false, "/a%20b/"),
            ),
            ("HEAD / HTTP/1.1\r\nHost: [::1]:8080", file("", true, "/")),
            ("GET / HTTP/1.1\r\nHost: 127.0.0.1", file("", false, "/")),
            ("POST / HTTP/1.1\r\nHost: localhost", Request::OtherMethod),
            ("", Request::OtherMethod),
            ("GET /%zz HTTP/1.1\r\nHost: localhost", Request::NoPath),
            ("GET x HTTP/1.1\r\nHost: localhost", Request::NoPath),
            ("GET / HTTP/1.1\r\nAccept: */*", Request::OtherHost),
            ("GET / HTTP/1.1\r\nHost: evil.example", Request::OtherHost),
            (
                "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example",
                Request::OtherHost,
            ),
            (
                "GET / HTTP/1.1\r\nHost: localhost.evil.example:80",
                Request::OtherHost,
            ),
        ] {
            assert_eq!(parse(head), expected, "{head}");
        }
    }
}
