//! Packages, archives, compressed files, and boot images that are unpacked: what is in them takes their place. A chunk of its own.

use super::packages::{Arrival, Arrivals, MAY_REMAIN, Order, Packages, Purpose, Unpacked};
use super::{Again, App, Failed, Notice, Origin, Pair, UnpackMsg, View, WorkMsg};
use crate::browser::{remove_preference, set_title};
use crate::views::unpacking as drawn;
use crate::work::{
    Code, ENGINE_SECONDS, Events, SpoolFolder, Unpacker, WorkerEvent, WorkerId, allowed, swept,
    ten_times,
};
use protocol::death::Death;
use protocol::failure::Failure;
use protocol::figures::bytes_text;
use protocol::files::GivenFile;
use protocol::unpack::{self, UnpackResponse, Wanted};
use std::collections::VecDeque;
use std::rc::Rc;
use web_sys::File;
use yew::html::Scope;
use yew::{Context, Html};

struct Task {
    order: Order,
    /// Files that cannot be unpacked, and why.
    failed: Vec<(Arrival, Failure)>,
}

impl From<Order> for Task {
    fn from(order: Order) -> Task {
        Task {
            order,
            failed: Vec::new(),
        }
    }
}

/// Files that are unpacked, one after the other.
pub struct Unpacking {
    /// Who does it.
    pub unpacker: Unpacker,
    task: Task,
    later: VecDeque<Task>,
    /// Paths of the kernels in the file, of which one is to be chosen.
    pub choice: Vec<String>,
    told_tenths: u32,
}

impl Unpacking {
    /// The name of the file that it is at.
    pub fn name(&self) -> String {
        let file = self.unpacker.file.as_ref();
        file.map(File::name).unwrap_or_default()
    }

    /// Puts files in the place of the one that they came out of.
    fn replace(&mut self, unpacked: Vec<unpack::Unpacked>) -> Vec<Kept> {
        let arrivals = &mut self.task.order.arrivals;
        let Some(at) = arrivals.packed() else {
            return Vec::new();
        };
        let packed = arrivals.files.remove(at).given;
        let mut kept = Vec::new();
        for (after, unpacked) in unpacked.into_iter().enumerate() {
            let file = unpacked.file;
            let path = match packed.path.rsplit_once('/') {
                Some((folder, _)) => format!("{folder}/{}", file.name()),
                None => file.name(),
            };
            let given = GivenFile {
                path,
                file: file.clone(),
            };
            let kind = unpacked.kind;
            arrivals.files.insert(at + after, Arrival { given, kind });
            kept.push(Kept {
                file,
                origin: Origin {
                    package: packed.file.clone(),
                    path: unpacked.path,
                    advice: unpacked.advice,
                },
                _folder: self.unpacker.folder().filter(|_| unpacked.in_folder),
            });
        }
        kept
    }

    /// Leaves the packed file out that cannot be unpacked.
    fn refuse(&mut self, failure: Failure) {
        let arrivals = &mut self.task.order.arrivals;
        if let Some(at) = arrivals.packed() {
            let refused = arrivals.files.remove(at);
            self.task.failed.push((refused, failure));
        }
    }

    /// What a screen reader is told, every tenth of a file.
    fn announcement(&mut self) -> Option<String> {
        let tenths = (self.unpacker.share() * 10.0) as u32;
        if tenths <= self.told_tenths {
            return None;
        }
        self.told_tenths = tenths;
        Some(format!("{}: {tenths}0 percent read", self.name()))
    }
}

/// A file that came out of a package, and is in use.
struct Kept {
    file: File,
    origin: Origin,
    _folder: Option<Rc<SpoolFolder>>,
}

/// Packages on their way in, and what came out of them.
pub struct Unpackers {
    /// The code from which workers start.
    code: Code,
    running: Option<Unpacking>,
    kept: Vec<Kept>,
    /// The names of the modules in packages.
    names: Vec<(File, Rc<Vec<String>>)>,
    /// A worker that removes what earlier tabs have left.
    sweeper: Option<Unpacker>,
}

impl Unpackers {
    /// Nothing is unpacked yet.
    pub fn new() -> Unpackers {
        Unpackers {
            code: Code::new("unpack", ENGINE_SECONDS),
            running: None,
            kept: Vec::new(),
            names: Vec::new(),
            sweeper: None,
        }
    }

    fn begin(&mut self, app: &mut App, ctx: &Context<App>, task: Task) {
        if let Some(running) = &mut self.running {
            return running.later.push_back(task);
        }
        self.sweeper = None;
        self.running = Some(Unpacking {
            unpacker: Unpacker::start(&self.code, &events(ctx), false),
            task,
            later: VecDeque::new(),
            choice: Vec::new(),
            told_tenths: 0,
        });
        self.go_on(app, ctx);
        if app.work.job.is_none() && app.is_unpacking() {
            app.show_progress();
            set_title("Unpacking…");
        }
    }

    /// Goes on with the next packed file, or hands over what came out.
    fn go_on(&mut self, app: &mut App, ctx: &Context<App>) {
        while let Some(running) = &mut self.running {
            let Order {
                purpose,
                arrivals,
                wanted,
            } = &running.task.order;
            if let Some(next) = arrivals.packed().and_then(|at| arrivals.files.get(at)) {
                let file = next.given.file.clone();
                running.told_tenths = 0;
                let wanted = wanted.clone();
                app.work.unpacked = Some(Unpacked {
                    name: file.name(),
                    purpose: *purpose,
                });
                running.unpacker.unpack(&file, wanted);
                return;
            }
            let next = running.later.pop_front();
            let done = match next {
                Some(next) => std::mem::replace(&mut running.task, next),
                None => match self.running.take() {
                    Some(running) => running.task,
                    None => return,
                },
            };
            app.work.unpacked = None;
            hand_over(app, ctx, done);
        }
    }

    fn on_worker(
        &mut self,
        app: &mut App,
        ctx: &Context<App>,
        id: WorkerId,
        event: WorkerEvent,
    ) -> bool {
        if self.sweeper.as_ref().is_some_and(|it| it.has(id)) {
            if let Some(others) = swept(event) {
                self.sweeper = None;
                if !others {
                    remove_preference(MAY_REMAIN);
                }
            }
            return false;
        }
        let running = self.running.as_mut();
        let Some(running) = running.filter(|it| it.unpacker.has(id)) else {
            return false;
        };
        match running.unpacker.on_event(id, event) {
            Ok(Some(UnpackResponse::Several(paths))) => {
                app.chrome.announcement = "Several kernels: choose one".into();
                app.chrome.focus = Some("confirm");
                running.choice = paths;
            }
            Ok(Some(UnpackResponse::Done(unpacked))) => {
                self.kept.extend(running.replace(unpacked));
                self.go_on(app, ctx);
            }
            Ok(Some(UnpackResponse::Names(names))) => {
                let package = running.unpacker.file.clone();
                self.names
                    .extend(package.map(|package| (package, Rc::new(names))));
                running.replace(Vec::new());
                self.go_on(app, ctx);
            }
            Ok(Some(UnpackResponse::Modules { found, missing })) => {
                if !missing.is_empty() {
                    let what = format!(
                        "{} does not contain {}.",
                        running.name(),
                        missing.join(", ")
                    );
                    let next = "The kernel may have it built in; otherwise check the name, and whether another package has the modules.";
                    let refused = &mut running.task.order.arrivals.refused;
                    refused.push((what, next.to_owned()));
                }
                self.kept.extend(running.replace(found));
                self.go_on(app, ctx);
            }
            Ok(Some(UnpackResponse::Failed(failure))) => {
                running.refuse(failure);
                self.go_on(app, ctx);
            }
            Ok(_) => {
                if let Some(said) = running.announcement() {
                    app.chrome.announcement = said.into();
                }
            }
            Err(death) => {
                let failure = stopped(&running.name(), &death, running.unpacker.memory);
                running.unpacker = Unpacker::start(&self.code, &events(ctx), false);
                running.refuse(failure);
                self.go_on(app, ctx);
            }
        }
        true
    }
}

impl Packages for Unpackers {
    fn handle(&mut self, app: &mut App, ctx: &Context<App>, msg: UnpackMsg) -> bool {
        match msg {
            UnpackMsg::Unpack(order) => self.begin(app, ctx, Task::from(*order)),
            UnpackMsg::Sweep if self.running.is_none() => {
                self.sweeper = Some(Unpacker::start(&self.code, &events(ctx), true));
                return false;
            }
            UnpackMsg::Worker(id, event) => return self.on_worker(app, ctx, id, event),
            UnpackMsg::Take(path) => {
                if let Some(running) = &mut self.running
                    && let Some(file) = running.unpacker.file.clone()
                {
                    running.choice.clear();
                    running.unpacker.unpack(&file, Wanted::Member(path));
                }
            }
            UnpackMsg::Cancel => self.cancel(app),
            // The others are for who holds this.
            UnpackMsg::Sweep | UnpackMsg::Came(..) | UnpackMsg::Away => return false,
        }
        true
    }

    fn cancel(&mut self, app: &mut App) {
        let Some(running) = self.running.take() else {
            return;
        };
        app.work.unpacked = None;
        let (name, purpose) = (running.name(), running.task.order.purpose);
        let opening = match purpose {
            Purpose::OpenConfirmed => app.work.opening.take(),
            _ => None,
        };
        // With its worker.
        drop(running);
        let stays = match app.current.model.is_some() && purpose.is_opening() {
            true => "Your previous result is still open.",
            false => "",
        };
        let again = opening.map(|opening| Again::File(Box::new(opening)));
        app.chrome.announcement = "Cancelled".into();
        let notice = Notice::plain(format!("Unpacking {name} was cancelled."), stays);
        app.chrome.notice = Some(notice.with_again(again));
        app.leave_unpacking();
    }

    fn forget(&mut self, app: &App) {
        // Files that came out may wait for others.
        if self.running.is_none() {
            self.kept.retain(|kept| uses(app, &kept.file));
            let kept = &self.kept;
            self.names
                .retain(|(file, _)| kept.iter().any(|kept| kept.origin.package == *file));
        }
    }

    fn origin(&self, file: &File) -> Option<&Origin> {
        let kept = self.kept.iter().find(|kept| kept.file == *file);
        kept.map(|kept| &kept.origin)
    }

    fn names(&self, package: &File) -> Option<Rc<Vec<String>>> {
        let mut names = self.names.iter();
        let found = names.find(|(file, _)| file == package);
        found.map(|(_, names)| names.clone())
    }

    fn view(&self, link: &Scope<App>) -> Html {
        let running = self.running.as_ref();
        running.map_or_else(Html::default, |running| drawn::view(running, link))
    }

    fn notes(&self, app: &App, link: &Scope<App>) -> Html {
        let running = self.running.as_ref();
        running.map_or_else(Html::default, |running| drawn::notes(app, running, link))
    }
}

fn hand_over(app: &mut App, ctx: &Context<App>, task: Task) {
    let Task { order, mut failed } = task;
    let Order {
        purpose,
        mut arrivals,
        wanted,
    } = order;
    // What is under way is shown on.
    let shows =
        !arrivals.files.is_empty() || app.work.job.is_some() || app.current.modules.batch.is_some();
    if !shows && !failed.is_empty() {
        let (arrival, failure) = failed.remove(0);
        let again = again(app, purpose, &arrival, wanted, failure.is_over_budget());
        tell_refused(app, arrivals.refused);
        show(app, arrival, failure, again);
        return;
    }
    let failed = failed.into_iter();
    let failed = failed.map(|(_, failure)| (failure.cause, failure.advice));
    arrivals.refused.extend(failed);
    match purpose {
        Purpose::Open => app.sort_in(ctx, arrivals, false),
        Purpose::OpenConfirmed => app.sort_in(ctx, arrivals, true),
        Purpose::Compare(side) => {
            for file in arrivals.files {
                app.put_on_side(ctx, side, &file.given.file);
            }
            tell_refused(app, arrivals.refused);
        }
        Purpose::History => {
            for file in arrivals.files {
                app.read_kernel(ctx, file.given.file);
            }
            tell_refused(app, arrivals.refused);
        }
        Purpose::Programs => {
            tell_refused(app, std::mem::take(&mut arrivals.refused));
            let files = arrivals.files.iter().map(|file| file.given.clone());
            app.inbox.unpacked_programs.extend(files);
            if !arrivals.files.is_empty() {
                app.check_programs(arrivals, true);
            }
        }
        Purpose::List => tell_refused(app, arrivals.refused),
    }
    if purpose.is_opening() {
        app.leave_unpacking();
    }
}

/// Shows why a file cannot be unpacked, as for one that cannot be encoded.
fn show(app: &mut App, refused: Arrival, failure: Failure, again: Option<Again>) {
    let file = refused.given.file;
    app.current.failed = Some(Failed {
        companions: Vec::new(),
        name: file.name(),
        bytes: file.size() as u64,
        file,
        failure,
        again,
    });
    app.show_after_job(View::Error);
}

/// What starts it again, with a larger budget if that is what it lacked.
fn again(
    app: &App,
    purpose: Purpose,
    refused: &Arrival,
    wanted: Wanted,
    is_over_budget: bool,
) -> Option<Again> {
    if purpose == Purpose::OpenConfirmed {
        let opening = app.work.opening.as_ref();
        return opening.map(|opening| match is_over_budget {
            true => opening.with_more(),
            false => Again::File(Box::new(opening.clone())),
        });
    }
    let arrivals = Arrivals {
        files: vec![refused.clone()],
        refused: Vec::new(),
    };
    let order = Order {
        purpose,
        arrivals,
        wanted,
    };
    let more = is_over_budget.then(|| ten_times(allowed()));
    Some(Again::Unpack(more, Rc::new(order)))
}

/// The worker died.
fn stopped(name: &str, death: &Death, memory: f64) -> Failure {
    Failure {
        title: "A worker stopped".to_owned(),
        cause: format!(
            "{name} cannot be unpacked: the worker stopped: {}.",
            death.with_memory(memory)
        ),
        advice: "Choose the file again, or take the kernel out with the command btfscope unpack."
            .to_owned(),
        details: vec![
            ("Error".to_owned(), "page.worker-died".to_owned()),
            ("Stage".to_owned(), "unpack".to_owned()),
            (
                "Memory of this worker".to_owned(),
                bytes_text(memory as u64),
            ),
        ],
        ..Failure::default()
    }
}

fn tell_refused(app: &mut App, refused: Vec<(String, String)>) {
    for (what, next) in refused {
        app.chrome.notice = Some(Notice::error(what, next));
    }
}

/// Whether the page may yet read a file.
fn uses(app: &App, file: &File) -> bool {
    let (inbox, current) = (&app.inbox, &app.current);
    let openings = [&inbox.opening, &app.work.opening].into_iter().flatten();
    let pending = inbox.pending.iter().map(|pending| &pending.opening);
    let pair = inbox.pair.iter().flat_map(|Pair { kernels, .. }| kernels);
    let matching = inbox.matching.iter().flat_map(|it| it.kernels());
    let notice = app.chrome.notice.iter();
    let notice = notice.filter_map(|notice| notice.again.as_ref());
    let again = notice.clone().filter_map(Again::opening);
    let openings = openings.chain(pending).chain(pair);
    let mut openings = openings.chain(matching).chain(again);
    let given = |files: &[GivenFile]| files.iter().any(|given| given.file == *file);
    let one = |there: &Option<File>| there.as_ref() == Some(file);
    openings.any(|opening| opening.uses(file))
        || app.work.job.as_ref().is_some_and(|job| job.file == *file)
        || (current.model.as_ref())
            .is_some_and(|model| model.file == *file || given(&model.companions))
        || current.failed.as_ref().is_some_and(|it| it.file == *file)
        || one(&inbox.compare_with)
        || one(&inbox.inline)
        || inbox.queued_modules.contains(file)
        || inbox.orphan_modules.contains(file)
        || given(&inbox.unclaimed)
        || given(&inbox.unpacked_programs)
        || current.comparing.uses(file)
        || current.kernels.uses(file)
        || current.modules.rows.iter().any(|row| row.file == *file)
        || inbox.matching.iter().any(|it| given(it.modules()))
        || notice
            .clone()
            .any(|again| matches!(again, Again::Modules(files) if files.contains(file)))
}

/// What is told of unpackers.
fn events(ctx: &Context<App>) -> Events {
    ctx.link()
        .callback(|(id, event)| WorkMsg::Unpack(UnpackMsg::Worker(id, event)))
}
