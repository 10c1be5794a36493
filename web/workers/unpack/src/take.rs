//! One file out of another.

use crate::failed;
use crate::helpers::Helpers;
use crate::spools::{Room, RoomSpool, RoomSpools};
use elf::ReadAt;
use protocol::failure::Failure;
use protocol::intake::{FileKind, HEAD_BYTES, classify_unpacked};
use protocol::port;
use protocol::unpack::{UnpackFile, UnpackResponse, Unpacked, Wanted};
use std::cell::{Cell, RefCell};
use std::io::{self, Read};
use std::rc::Rc;
use unpack::{BlockPool, Content, DebugPackage, Error, Found, Limits, Opened, Role, module_name};
use workers::failure::unreadable;
use workers::source::FileSource;

/// Milliseconds between two messages about progress.
const OFTEN_MS: f64 = 100.0;

/// What came out.
pub enum Taken {
    /// The file that was asked for, and modules beside it.
    Kernel(Vec<TakenFile>),
    /// Modules, and the names of those that are not there.
    Modules(Vec<TakenFile>, Vec<String>),
    /// The names of the modules in it.
    Names(Vec<String>),
}

/// A file that came out.
pub struct TakenFile {
    found: Found<RoomSpool>,
    name: String,
    head: Vec<u8>,
}

/// Takes out what is asked for; or what to answer instead.
pub async fn take(
    request: &UnpackFile,
    room: &Rc<Room>,
    helpers: Rc<RefCell<Helpers>>,
) -> Result<Taken, UnpackResponse> {
    let package = request.file.name();
    let failed = |error: Error| match error {
        Error::Several { paths } => UnpackResponse::Several(paths),
        error => UnpackResponse::Failed(failed::of(&package, &error)),
    };
    let source = FileSource::new(&request.file);
    let source = source.map_err(|cause| UnpackResponse::Failed(unreadable(cause)))?;
    let progress = Rc::<Progress>::default();
    let input = Box::new(Input {
        source,
        at: 0,
        progress: progress.clone(),
    });
    let limits = Limits::of(request.budget);
    let mut spools = RoomSpools {
        room: room.clone(),
        progress,
    };
    let pool: Rc<RefCell<dyn BlockPool>> = helpers;
    let opened = unpack::open_with(&package, input, &limits, Some(pool)).map_err(failed)?;
    let wanted = match &request.wanted {
        Wanted::Kernel => unpack::Wanted::Kernel,
        Wanted::Member(path) => unpack::Wanted::Member(path.clone()),
        Wanted::Names => {
            let Opened::Package(mut opened) = opened else {
                return Ok(Taken::Names(Vec::new()));
            };
            let members = unpack::members_when_ready(&mut opened).await;
            let (members, _) = members.map_err(failed)?;
            let modules = members.iter().filter(|it| it.role == Role::Module);
            let mut names: Vec<String> = modules.filter_map(|it| module_name(&it.path)).collect();
            names.sort();
            names.dedup();
            return Ok(Taken::Names(names));
        }
        Wanted::Modules(names) => {
            let Opened::Package(mut opened) = opened else {
                return Err(failed(Error::NoKernel {
                    modules: 0,
                    elsewhere: None,
                }));
            };
            let modules = unpack::modules_when_ready(&mut opened, names, &mut spools).await;
            let modules = modules.map_err(failed)?;
            let files = modules.found.into_iter();
            let files = files.map(|found| TakenFile::new(found, &package));
            return Ok(Taken::Modules(
                files.collect::<Result<_, _>>()?,
                modules.missing,
            ));
        }
    };
    let found = unpack::extract_when_ready(opened, &wanted, &limits, &mut spools).await;
    let found = found.map_err(failed)?;
    if found.content == Content::Other {
        return Err(UnpackResponse::Failed(failed::neither(&package)));
    }
    let mut found = found;
    let modules = std::mem::take(&mut found.modules);
    let files = std::iter::once(found).chain(modules);
    let files = files.map(|found| TakenFile::new(found, &package));
    Ok(Taken::Kernel(files.collect::<Result<_, _>>()?))
}

impl Taken {
    /// Gives it to the page.
    pub async fn finish(self) -> UnpackResponse {
        match self {
            Taken::Kernel(files) => match finished(files).await {
                Ok(mut files) => {
                    for module in files.iter_mut().skip(1) {
                        module.kind = FileKind::Module;
                    }
                    UnpackResponse::Done(files)
                }
                Err(failure) => UnpackResponse::Failed(failure),
            },
            Taken::Modules(files, missing) => match finished(files).await {
                Ok(found) => UnpackResponse::Modules { found, missing },
                Err(failure) => UnpackResponse::Failed(failure),
            },
            Taken::Names(names) => UnpackResponse::Names(names),
        }
    }
}

async fn finished(files: Vec<TakenFile>) -> Result<Vec<Unpacked>, Failure> {
    let mut finished = Vec::new();
    for file in files {
        finished.push(file.finish().await?);
    }
    Ok(finished)
}

impl TakenFile {
    fn new(found: Found<RoomSpool>, package: &str) -> Result<TakenFile, UnpackResponse> {
        let len = found.spool.len().min(HEAD_BYTES);
        let mut head = vec![0; len as usize];
        let read = found.spool.read_at(0, &mut head);
        read.map_err(|error| {
            UnpackResponse::Failed(failed::unwritten(package, &error.to_string()))
        })?;
        Ok(TakenFile {
            name: found.file_name(package),
            found,
            head,
        })
    }

    async fn finish(self) -> Result<Unpacked, Failure> {
        let TakenFile { found, name, head } = self;
        let advice = found.banner.as_ref().and_then(DebugPackage::of);
        let made = found.spool.finish(&name).await;
        let (file, in_folder) = made.map_err(|cause| failed::unwritten(&name, &cause))?;
        Ok(Unpacked {
            file,
            kind: classify_unpacked(&name, &head),
            in_folder,
            path: found.path,
            advice: advice.map(|package| package.to_string()),
        })
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
