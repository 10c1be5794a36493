//! Two kernels that came together, with modules: each module goes to the kernel that it fits.

use super::workers::events;
use super::{App, Opening, View};
use crate::work::{EngineWorker, WorkerEvent, WorkerId};
use pipeline::Identity;
use protocol::called::called;
use protocol::engine::{self, IdentifyRequest};
use protocol::files::GivenFile;
use protocol::pair::{matched, neither};
use web_sys::File;
use yew::Context;

/// Two kernels, each with the modules that fit it: which to open, or whether to compare them, is asked.
#[derive(Clone, Debug)]
pub struct Pair {
    pub kernels: [Opening; 2],
    /// What the kernels are called.
    pub called: [String; 2],
    /// A sentence about the modules that fit neither.
    pub neither: String,
}

impl Pair {
    /// What the comparison opens first: the first kernel, with the second to compare with.
    pub fn to_compare(&self) -> Opening {
        let [first, second] = &self.kernels;
        Opening {
            compare_with: Some(second.file.clone()),
            leads_to: View::Compare,
            ..first.clone()
        }
    }
}

/// Two kernels whose modules have not been assigned: a worker reads which kernels the files are of.
pub struct Matching {
    kernels: [Opening; 2],
    modules: Vec<GivenFile>,
    worker: Option<EngineWorker<engine::Identify>>,
}

impl Matching {
    /// Whether this worker reads for it.
    pub fn reads_with(&self, id: WorkerId) -> bool {
        self.worker.as_ref().is_some_and(|worker| worker.id == id)
    }

    /// The kernels.
    pub fn kernels(&self) -> &[Opening] {
        &self.kernels
    }

    /// The modules of both.
    pub fn modules(&self) -> &[GivenFile] {
        &self.modules
    }
}

impl App {
    /// Asks what to do with two kernels, once it is known which modules belong to which.
    pub(super) fn ask_about_pair(
        &mut self,
        ctx: &Context<App>,
        kernels: [Opening; 2],
        modules: Vec<GivenFile>,
    ) {
        if modules.is_empty() {
            let called = kernels.each_ref().map(|kernel| kernel.file.name());
            return self.ask_pair(Pair {
                kernels,
                called,
                neither: String::new(),
            });
        }
        self.inbox.matching = Some(Matching {
            kernels,
            modules,
            worker: None,
        });
        self.start_matching(ctx);
    }

    fn ask_pair(&mut self, pair: Pair) {
        self.inbox.pair = Some(pair);
        self.chrome.focus = Some("confirm");
    }

    /// Has a worker read which kernels the files are of, as soon as the engine is loaded.
    pub(super) fn start_matching(&mut self, ctx: &Context<App>) {
        let (Some(engine), Some(matching)) = (&self.work.engine, &mut self.inbox.matching) else {
            return;
        };
        let kernels = matching.kernels.each_ref().map(|kernel| GivenFile {
            path: kernel.file.name(),
            file: kernel.file.clone(),
        });
        let files = kernels.into_iter().chain(matching.modules.iter().cloned());
        match EngineWorker::start(engine, &events(ctx), &[]) {
            Ok(worker) => {
                worker.ask(&IdentifyRequest(files.collect()));
                matching.worker = Some(worker);
            }
            Err(_) => self.on_identities(Vec::new()),
        }
    }

    /// Handles the answer of the worker. Returns true: the question is to be drawn.
    pub(super) fn on_matching(&mut self, event: WorkerEvent) -> bool {
        // Without an answer nothing is known of any file, and every module may fit both kernels.
        let answer = event.read::<engine::Identify>();
        self.on_identities(answer.map_or_else(|_| Vec::new(), |received| received.response.0));
        true
    }

    fn on_identities(&mut self, mut identities: Vec<Identity>) {
        let Some(matching) = self.inbox.matching.take() else {
            return;
        };
        let modules = matching.modules;
        identities.resize(modules.len() + 2, Identity::default());
        let of_modules = identities.split_off(2);
        let [first, second] = identities.as_slice() else {
            return;
        };
        let sorted = matched([first, second], &of_modules);
        let file = |at: &usize| modules.get(*at).map(|given| given.file.clone());
        let mut kernels = matching.kernels;
        for (kernel, list) in kernels.iter_mut().zip(&sorted.of) {
            kernel.modules = list.iter().filter_map(file).collect::<Vec<File>>();
        }
        let left_out: Vec<(String, Identity)> = (sorted.neither.iter())
            .filter_map(|at| Some((modules.get(*at)?.file.name(), of_modules.get(*at)?.clone())))
            .collect();
        let names = kernels.each_ref().map(|kernel| kernel.file.name());
        let called = [called(&names[0], first), called(&names[1], second)];
        self.ask_pair(Pair {
            kernels,
            called,
            neither: neither(&left_out),
        });
    }

    /// Opens one of the two kernels, with its modules.
    pub(super) fn open_of_pair(&mut self, ctx: &Context<App>, at: usize) {
        let pair = self.inbox.pair.take();
        let opening = pair.and_then(|pair| pair.kernels.into_iter().nth(at));
        if let Some(opening) = opening {
            self.open(ctx, opening);
        }
    }
}
