//! The worker that takes kernels and modules out of packages, seen from the page.

use super::allowed::allowed;
use super::code::Code;
use super::job::worker_count;
use super::spool_folder::{SpoolFolder, next_name, remove_untold};
use super::worker::{Events, RunningWorker, WorkerEvent, WorkerId};
use crate::browser::now;
use js_sys::Array;
use protocol::death::Death;
use protocol::unpack::{Ports, UnpackFile, UnpackRequest, UnpackResponse, Wanted};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{File, MessageChannel};

/// A worker that unpacks, with those that help it; terminated when this is dropped. Its folder goes with it, unless a file in it is
/// used.
pub struct Unpacker {
    id: WorkerId,
    code: Code,
    events: Events,
    helpers: Vec<RunningWorker>,
    worker: Rc<RefCell<Option<RunningWorker>>>,
    /// The name of its folder, until the worker has told of it.
    folder_name: Option<String>,
    folder: Option<Rc<SpoolFolder>>,
    is_ready: bool,
    /// What waits for it to be ready.
    waiting: VecDeque<UnpackRequest>,
    /// The file that it is at.
    pub file: Option<File>,
    /// Bytes of it that were read.
    pub read: u64,
    /// Bytes that came out.
    pub written: u64,
    /// Bytes of its memory, at most.
    pub memory: f64,
    since: f64,
}

impl Unpacker {
    /// Starts one, once its code is there. If it only `sweeps`, it removes what tabs have left that are gone.
    pub fn start(code: &Code, events: &Events, sweeps: bool) -> Unpacker {
        let id = WorkerId::next();
        let worker = Rc::<RefCell<Option<RunningWorker>>>::default();
        let folder_name = if sweeps { None } else { next_name() };
        let all_events = events.clone();
        let (weak, events, folder) = (Rc::downgrade(&worker), events.clone(), folder_name.clone());
        code.want(move |engine| {
            let Some(worker) = weak.upgrade() else { return };
            let started = engine
                .map_err(Death::NotLoaded)
                .and_then(|engine| RunningWorker::start(id, &engine, &events));
            match started {
                Ok(running) => {
                    running.send(&UnpackRequest::Prepare { folder });
                    worker.replace(Some(running));
                }
                Err(death) => events.emit((id, WorkerEvent::Died(death))),
            }
        });
        Unpacker {
            id,
            code: code.clone(),
            events: all_events,
            helpers: Vec::new(),
            worker,
            folder_name,
            folder: None,
            is_ready: false,
            waiting: VecDeque::new(),
            file: None,
            read: 0,
            written: 0,
            memory: 0.0,
            since: now(),
        }
    }

    /// Whether this is its worker, or one that helps.
    pub fn has(&self, id: WorkerId) -> bool {
        self.id == id || self.helpers.iter().any(|helper| helper.id == id)
    }

    /// Has it take something out of a file.
    pub fn unpack(&mut self, file: &File, wanted: Wanted) {
        self.file = Some(file.clone());
        (self.read, self.written, self.since) = (0, 0, now());
        if let Wanted::Modules(names) = &wanted {
            let files = u32::try_from(names.len()).unwrap_or(u32::MAX);
            self.waiting.push_back(UnpackRequest::Reserve(files));
        }
        let request = UnpackFile {
            file: file.clone(),
            wanted,
            budget: allowed(),
            workers: worker_count(),
        };
        self.waiting
            .push_back(UnpackRequest::Unpack(Box::new(request)));
        self.send();
    }

    /// Sends what waits, if it is ready.
    fn send(&mut self) {
        let worker = self.worker.borrow();
        let (Some(worker), true) = (&*worker, self.is_ready) else {
            return;
        };
        if let Some(request) = self.waiting.pop_front() {
            self.is_ready = !matches!(request, UnpackRequest::Reserve(_));
            worker.send(&request);
        }
    }

    /// Starts workers that help.
    fn help(&mut self) {
        let (worker, events) = (self.worker.clone(), self.events.clone());
        let helpers = &mut self.helpers;
        let engine = self.code.here();
        let ports = Array::new();
        for engine in engine.iter().cycle().take(worker_count() as usize) {
            let started = RunningWorker::start(WorkerId::next(), engine, &events);
            // With fewer it takes longer.
            let (Ok(helper), Ok(channel)) = (started, MessageChannel::new()) else {
                break;
            };
            ports.push(&channel.port1());
            helper.send(&UnpackRequest::Help(Ports(Array::of1(&channel.port2()))));
            helpers.push(helper);
        }
        if let Some(worker) = &*worker.borrow() {
            worker.send(&UnpackRequest::Helpers(Ports(ports)));
        }
    }

    /// Takes what a worker did: the response, if that is about a file; or why it cannot go on.
    pub fn on_event(
        &mut self,
        id: WorkerId,
        event: WorkerEvent,
    ) -> Result<Option<UnpackResponse>, Death> {
        if let Some(number) = self.helpers.iter().position(|helper| helper.id == id) {
            if let (WorkerEvent::Died(_), Some(worker)) = (event, &*self.worker.borrow()) {
                worker.send(&UnpackRequest::Lost(number as u32));
            }
            return Ok(None);
        }
        let received = event.read_as::<UnpackResponse>()?;
        self.memory = self.memory.max(received.memory);
        match received.response {
            UnpackResponse::Ready { folders, .. } => {
                self.is_ready = true;
                if let (Some(name), false) = (self.folder_name.take(), folders.is_undefined()) {
                    let folder = SpoolFolder::new(folders.unchecked_into(), name);
                    self.folder = Some(Rc::new(folder));
                }
                self.send();
                Ok(None)
            }
            UnpackResponse::Progress { read, written } => {
                (self.read, self.written) = (read, written);
                Ok(None)
            }
            UnpackResponse::WantsHelp => {
                self.help();
                Ok(None)
            }
            response => Ok(Some(response)),
        }
    }

    /// The folder with what came out.
    pub fn folder(&self) -> Option<Rc<SpoolFolder>> {
        self.folder.clone()
    }

    /// How much of the file was read, 0 to 1.
    pub fn share(&self) -> f64 {
        let bytes = self.file.as_ref().map_or(0.0, |file| file.size());
        (self.read as f64 / bytes.max(1.0)).min(1.0)
    }

    /// Seconds since it began with the file.
    pub fn elapsed(&self) -> f64 {
        (now() - self.since) / 1000.0
    }
}

impl Drop for Unpacker {
    fn drop(&mut self) {
        if let Some(name) = self.folder_name.take() {
            remove_untold(name);
        }
    }
}

/// Whether folders of other tabs remain, if the answer of a worker that sweeps says so; nothing while it goes on.
pub fn swept(event: WorkerEvent) -> Option<bool> {
    match event.read_as::<UnpackResponse>() {
        Ok(received) => match received.response {
            UnpackResponse::Ready { others, .. } => Some(others),
            _ => None,
        },
        Err(_) => Some(true),
    }
}
