//! One file out of another.

use crate::failed;
use crate::spools::{Room, RoomSpool, RoomSpools};
use elf::ReadAt;
use protocol::failure::Failure;
use protocol::intake::{HEAD_BYTES, classify_unpacked};
use protocol::port;
use protocol::unpack::{UnpackFile, UnpackResponse, Unpacked};
use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;
use unpack::{Content, DebugPackage, Error, Found, Limits, Wanted};
use workers::failure::unreadable;
use workers::source::FileSource;

/// Milliseconds between two messages about progress.
const OFTEN_MS: f64 = 100.0;

/// A file that came out.
pub struct Taken {
    found: Found<RoomSpool>,
    name: String,
    head: Vec<u8>,
}

/// Takes out what is asked for; or what to answer instead.
pub fn take(request: &UnpackFile, room: &Rc<Room>) -> Result<Taken, UnpackResponse> {
    let package = request.file.name();
    let source = FileSource::new(&request.file);
    let source = source.map_err(|cause| UnpackResponse::Failed(unreadable(cause)))?;
    let progress = Rc::<Progress>::default();
    let input = Box::new(Input {
        source,
        at: 0,
        progress: progress.clone(),
    });
    let limits = Limits::of(request.budget);
    let wanted = match &request.member {
        Some(path) => Wanted::Member(path.clone()),
        None => Wanted::Kernel,
    };
    let mut spools = RoomSpools {
        room: room.clone(),
        progress,
    };
    let found = unpack::open(&package, input, &limits)
        .and_then(|opened| unpack::extract(opened, &wanted, &limits, &mut spools));
    let found = match found {
        Ok(found) => found,
        Err(Error::Several { paths }) => return Err(UnpackResponse::Several(paths)),
        Err(error) => return Err(UnpackResponse::Failed(failed::of(&package, &error))),
    };
    if found.content == Content::Other {
        return Err(UnpackResponse::Failed(failed::neither(&package)));
    }
    let len = found.spool.len().min(HEAD_BYTES);
    let mut head = vec![0; len as usize];
    let read = found.spool.read_at(0, &mut head);
    read.map_err(|error| UnpackResponse::Failed(failed::unwritten(&package, &error.to_string())))?;
    Ok(Taken {
        name: found.file_name(&package),
        found,
        head,
    })
}

impl Taken {
    /// Gives the file to the page.
    pub async fn finish(self) -> UnpackResponse {
        let Taken { found, name, head } = self;
        let within = found.path.or_else(|| {
            let image = found.images.first();
            image.map(|image| (*image).to_owned())
        });
        let advice = found.banner.as_ref().and_then(DebugPackage::of);
        match found.spool.finish(&name).await {
            Ok((file, in_folder)) => UnpackResponse::Done(Box::new(Unpacked {
                file,
                kind: classify_unpacked(&name, &head),
                in_folder,
                within,
                advice: advice.map(|package| package.to_string()),
            })),
            Err(cause) => {
                let failure: Failure = failed::unwritten(&name, &cause);
                UnpackResponse::Failed(failure)
            }
        }
    }
}

/// How far it is, told to the page now and then.
#[derive(Default)]
pub struct Progress {
    read: Cell<u64>,
    written: Cell<u64>,
    told: Cell<f64>,
}

impl Progress {
    fn read(&self, bytes: u64) {
        self.read.set(self.read.get() + bytes);
        self.tell();
    }

    /// Bytes came out.
    pub fn wrote(&self, bytes: u64) {
        self.written.set(self.written.get() + bytes);
        self.tell();
    }

    fn tell(&self) {
        let now = port::now();
        if now - self.told.get() >= OFTEN_MS {
            self.told.set(now);
            port::post(&UnpackResponse::Progress {
                read: self.read.get(),
                written: self.written.get(),
            });
        }
    }
}

/// The user's file from front to back.
struct Input {
    source: FileSource,
    at: u64,
    progress: Rc<Progress>,
}

impl Read for Input {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let left = self.source.len().saturating_sub(self.at);
        let step = left.min(buf.len() as u64);
        let buf = buf.get_mut(..step as usize).unwrap_or_default();
        self.source
            .read_at(self.at, buf)
            .map_err(io::Error::other)?;
        self.at += step;
        self.progress.read(step);
        Ok(buf.len())
    }
}
