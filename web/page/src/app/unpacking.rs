//! Packages, archives, compressed files, and boot images that are unpacked: what is in them takes their place. A chunk of its own.

use super::packages::{Arrival, Arrivals, MAY_REMAIN, Packages, Purpose, Unpacked};
use super::{Again, App, Notice, Origin, Pair, UnpackMsg, WorkMsg};
use crate::browser::{remove_preference, set_title};
use crate::views::unpacking as drawn;
use crate::work::{
    Code, ENGINE_SECONDS, Events, SpoolFolder, Unpacker, WorkerEvent, WorkerId, swept,
};
use protocol::files::GivenFile;
use protocol::intake::FileKind;
use protocol::unpack::{self, UnpackResponse, Wanted};
use std::collections::VecDeque;
use std::rc::Rc;
use web_sys::File;
use yew::html::Scope;
use yew::{Context, Html};

struct Task {
    purpose: Purpose,
    arrivals: Arrivals,
    /// The names of the modules that are taken out; otherwise kernels are.
    modules: Option<Vec<String>>,
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
        let arrivals = &mut self.task.arrivals;
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
    fn refuse(&mut self, what: String, next: String) {
        let arrivals = &mut self.task.arrivals;
        if let Some(at) = arrivals.packed() {
            arrivals.files.remove(at);
        }
        arrivals.refused.push((what, next));
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
            let arrivals = &running.task.arrivals;
            if let Some(next) = arrivals.packed().and_then(|at| arrivals.files.get(at)) {
                let file = next.given.file.clone();
                running.told_tenths = 0;
                let wanted = match &running.task.modules {
                    Some(names) => Wanted::Modules(names.clone()),
                    None => Wanted::Kernel,
                };
                running.unpacker.unpack(&file, wanted);
                app.work.unpacked = Some(Unpacked {
                    name: file.name(),
                    purpose: running.task.purpose,
                });
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
        if self.sweeper.as_ref().is_some_and(|it| it.worker() == id) {
            if let Some(others) = swept(event) {
                self.sweeper = None;
                if !others {
                    remove_preference(MAY_REMAIN);
                }
            }
            return false;
        }
        let running = self.running.as_mut();
        let Some(running) = running.filter(|it| it.unpacker.worker() == id) else {
            return false;
        };
        match running.unpacker.on_event(event) {
            Ok(Some(UnpackResponse::Several(paths))) => {
                app.chrome.announcement = "Several kernels: choose one".into();
                app.chrome.focus = Some("confirm");
                running.choice = paths;
            }
            Ok(Some(UnpackResponse::Done(unpacked))) => {
                self.kept.extend(running.replace(vec![*unpacked]));
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
                    running.task.arrivals.refused.push((what, next.to_owned()));
                }
                self.kept.extend(running.replace(found));
                self.go_on(app, ctx);
            }
            Ok(Some(UnpackResponse::Failed(failure))) => {
                running.refuse(failure.cause, failure.advice);
                self.go_on(app, ctx);
            }
            Ok(_) => {
                if let Some(said) = running.announcement() {
                    app.chrome.announcement = said.into();
                }
            }
            Err(death) => {
                let name = running.name();
                let what = format!("{name} cannot be unpacked: the worker stopped: {death}.");
                let next = "Choose the file again, or take the kernel out with the command btfscope unpack.";
                running.unpacker = Unpacker::start(&self.code, &events(ctx), false);
                running.refuse(what, next.to_owned());
                self.go_on(app, ctx);
            }
        }
        true
    }
}

impl Packages for Unpackers {
    fn handle(&mut self, app: &mut App, ctx: &Context<App>, msg: UnpackMsg) -> bool {
        match msg {
            UnpackMsg::Files(purpose, arrivals) => {
                let modules = None;
                let task = Task {
                    purpose,
                    arrivals,
                    modules,
                };
                self.begin(app, ctx, task);
            }
            UnpackMsg::Modules(package, names) => {
                let arrival = Arrival {
                    given: GivenFile {
                        path: package.name(),
                        file: package,
                    },
                    kind: FileKind::Packed,
                };
                let task = Task {
                    purpose: Purpose::Open,
                    arrivals: Arrivals {
                        files: vec![arrival],
                        refused: Vec::new(),
                    },
                    modules: Some(names),
                };
                self.begin(app, ctx, task);
            }
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
        let (name, purpose) = (running.name(), running.task.purpose);
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
        }
    }

    fn origin(&self, file: &File) -> Option<&Origin> {
        let kept = self.kept.iter().find(|kept| kept.file == *file);
        kept.map(|kept| &kept.origin)
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
    let Task {
        purpose, arrivals, ..
    } = task;
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
    }
    if purpose.is_opening() {
        app.leave_unpacking();
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
