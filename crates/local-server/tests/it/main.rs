//! The server, asked over connections.

mod limits;
mod site;

use local_server::{Folder, Frames, Server};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::{env, fs, process, thread};

/// A folder with an inside and an outside, served; removed at the end.
struct Served {
    folder: PathBuf,
    port: u16,
}

impl Served {
    fn new(name: &str, frames: Frames) -> Served {
        let folder = env::temp_dir().join(format!("local-server-{name}-{}", process::id()));
        fs::create_dir_all(folder.join("site/sub dir")).unwrap();
        fs::create_dir_all(folder.join("site/no page")).unwrap();
        fs::write(folder.join("secret.txt"), "secret").unwrap();
        fs::write(folder.join("site/index.html"), "<p>home").unwrap();
        fs::write(folder.join("site/app.wasm"), [0, b'a', b's', b'm']).unwrap();
        fs::write(folder.join("site/sub dir/index.html"), "<p>sub").unwrap();
        let server = Server::bind(0).unwrap();
        let port = server.port();
        let site = Folder::new(&folder.join("site")).unwrap();
        thread::spawn(move || server.run(site, frames));
        Served { folder, port }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(Path::new(name))
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap()
    }

    /// The answer to a request line of this server's own page.
    fn ask(&self, line: &str) -> String {
        self.send(&format!("{line} HTTP/1.1\r\nHost: localhost\r\n\r\n"))
    }

    fn send(&self, request: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
