//! The page's state, and what happens on which event.

mod answers;
mod chrome;
mod companions;
mod comparing;
mod current;
mod folders;
mod inbox;
mod inline;
mod input;
mod intake;
mod job;
mod kernels;
mod kinds;
mod leaving;
mod library;
mod link;
mod menus;
mod modules;
mod notice;
mod packages;
mod pair;
mod route;
mod samples;
mod unpacking;
mod workers;

pub use answers::{Answer, LeftOutList, left_out};
pub use comparing::{CompareMsg, Comparing, Source};
pub use folders::FoundFiles;
pub use input::{click, list};
pub use kernels::{KernelMsg, Kernels};
pub use kinds::KindColumn;
pub use link::Link;
pub use modules::{Column, Listing};
pub use notice::{Again, Failed, Notice, Opening, Pending, Tone};
pub use packages::{MAY_REMAIN, Order, Origin, Packages, UnpackMsg};
pub use pair::{Matching, Pair};
pub use route::{Learn, LessonAt, View};
pub use unpacking::{Unpackers, Unpacking};

use crate::browser::{focus, has, reveal_tab, set_root};
use crate::chunks::{self, Chunk};
use crate::explore::ExplorerClient;
use crate::explore::place::Seen;
use crate::programs::Given;
use crate::sorting::Sorting;
use crate::store::KeptResult;
use crate::views;
use crate::work::{
    Code, EXPLORER_SECONDS, Engine, Job, Model, Modules, Standby, WarmUp, WorkerEvent, WorkerId,
};
use explore::questions::ListLeftOut;
use gloo_events::EventListener;
use gloo_timers::callback::Interval;
use protocol::explorer::UnitText;
use protocol::files::GivenFile;
use protocol::queue::ModuleId;
use std::rc::Rc;
use web_sys::File;
use yew::prelude::*;

/// The state of the page.
pub struct App {
    /// The view that is shown.
    pub view: View,
    /// Everything around the view.
    pub chrome: Chrome,
    /// Files on their way in.
    pub inbox: Inbox,
    /// Results that the browser keeps.
    pub library: Library,
    /// The current result.
    pub current: Current,
    /// Workers and their code.
    pub work: Work,
    /// Whether leaving the page loses something.
    unsaved: leaving::Unsaved,
    _listeners: Vec<EventListener>,
}

/// Everything around the view.
#[derive(Default)]
pub struct Chrome {
    /// Whether the help panel is open.
    pub help: bool,
    /// Whether the box that finds everything is open.
    pub palette: bool,
    /// Whether offsets are written in hexadecimal.
    pub hex: bool,
    /// Whether the laboratory is shown to a room.
    pub presenting: bool,
    /// Whether files are being dragged over the page.
    pub dragging: bool,
    /// A sentence above the view.
    pub notice: Option<Notice>,
    /// That a newer version of this page exists; said when there is nothing else to say.
    pub newer: Option<Notice>,
    /// A link that waits for a result.
    pub link: Option<Link>,
    /// The chunks of the program that are here.
    pub chunks: Vec<Chunk>,
    /// What a screen reader is told.
    pub announcement: AttrValue,
    /// The id of the element that gets the focus once it is drawn.
    focus: Option<&'static str>,
    /// Whether the view has changed since the page was drawn.
    turned: bool,
}

/// Files on their way in.
#[derive(Default)]
pub struct Inbox {
    /// A file that waits for the engine.
    pub opening: Option<Opening>,
    /// A file that waits for the user's confirmation.
    pub pending: Option<Pending>,
    /// Two kernels that came together: which to open, or whether to compare them, is asked.
    pub pair: Option<Pair>,
    /// Two kernels whose modules have not been assigned.
    pub matching: Option<Matching>,
    /// A second kernel, with which the job's result is compared.
    compare_with: Option<File>,
    /// Modules that begin when the job under way is done.
    pub queued_modules: Vec<File>,
    /// Modules that wait for their kernel.
    pub orphan_modules: Vec<File>,
    /// Inline sites that come with the file of the job under way, or wait for the BTF on which they are based.
    pub inline: Option<File>,
    /// Companions that wait for a file that refers to them.
    pub unclaimed: Vec<GivenFile>,
    /// The file of a lesson that was given last; the number tells it from the one before.
    pub lesson: Option<(u32, File)>,
    /// Files that were given last to be checked as programs, or as kernels for them.
    pub programs: Option<Given>,
    /// Files that were unpacked for the check of programs, until it has what it needs of them.
    pub unpacked_programs: Vec<GivenFile>,
}

/// Results that the browser keeps.
#[derive(Default)]
pub struct Library {
    /// In the order in which they were kept, with their numbers.
    pub results: Vec<(u32, KeptResult)>,
    /// The number of the one whose title is being edited.
    pub renaming: Option<u32>,
}

/// The current result, and what belongs to it.
#[derive(Default)]
pub struct Current {
    /// The finished model; it stays until another is finished.
    pub model: Option<Model>,
    /// Two files that are compared.
    pub comparing: Comparing,
    /// Further kernels, for histories.
    pub kernels: Kernels,
    /// The modules that are based on it.
    pub modules: Modules,
    /// Whether modules get a distilled base.
    pub distils: bool,
    /// Which modules are listed, and how.
    pub listing: Listing,
    /// The module that is shown.
    pub module: Option<ModuleId>,
    /// The module whose types are shown; `None` for the kernel's.
    pub scope: Option<Rc<ExplorerClient>>,
    /// A type's texts in its units, for the laboratory.
    pub unit_texts: Option<Rc<Vec<UnitText>>>,
    /// The list of left-out functions, if it is open.
    pub left_out: Option<LeftOutList>,
    /// Whether kinds are measured by bytes instead of count.
    pub by_bytes: bool,
    /// What the table of kinds is sorted by; at first by what there was before dedup, or else by what is left.
    pub kinds: Option<Sorting<KindColumn>>,
    /// The address that they are in.
    seen: Seen,
    /// Why the last job ended without a result.
    pub failed: Option<Failed>,
}

/// Workers and their code.
pub struct Work {
    /// The code from which the engine's workers start; `None` while it loads.
    pub engine: Option<Rc<Engine>>,
    /// The code from which explorers start.
    pub explorer: Code,
    /// What is done with packages; none before its chunk is needed.
    pub packages: Option<Box<dyn Packages>>,
    /// What is unpacked now.
    pub unpacked: Option<packages::Unpacked>,
    /// The job under way.
    pub job: Option<Job>,
    /// What the last job opened, so that it can start again.
    pub opening: Option<Opening>,
    warm_up: Option<WarmUp>,
    standby: Standby,
    /// Whether the job has only begun and is a short one, so that nothing is shown of it yet.
    is_early: bool,
    /// How many tenths of the job were announced to screen readers.
    told_tenths: u32,
    ticker: Option<Interval>,
}

/// An event, by the part of the state that it is for.
pub enum Msg {
    /// For [`Chrome`], or the view.
    Chrome(ChromeMsg),
    /// For [`Inbox`].
    Inbox(InboxMsg),
    /// For [`Library`].
    Library(LibraryMsg),
    /// For [`Current`].
    Result(ResultMsg),
    /// For [`Comparing`].
    Compare(CompareMsg),
    /// For [`Kernels`].
    Kernels(KernelMsg),
    /// For [`Work`].
    Work(WorkMsg),
}

/// Messages about everything around the view, and which view is shown.
pub enum ChromeMsg {
    /// The address names another view.
    Routed,
    /// Open or close the help panel.
    Help(bool),
    /// Open or close the box that finds everything.
    Palette(bool),
    /// Offsets in decimal or hexadecimal.
    Hex,
    /// Copy the address of what is shown.
    CopyLink,
    /// Light to dark, or back.
    Theme,
    /// The presenter's screens of a lesson, or the laboratory large.
    Presenter,
    /// Files are dragged over the page, or not any more.
    Dragging(bool),
    /// Larger text, or smaller.
    TextSize(bool),
    /// Escape was pressed.
    Escape,
    /// The user wants to search.
    Search,
    /// A newer version of this page exists.
    Newer,
    /// A chunk of the program is here.
    Came(Chunk),
    /// Drop the link that waits for a result.
    ForgetLink,
    /// Dismiss the pending file, or the notice.
    Dismiss,
}

/// Files on their way in.
pub enum InboxMsg {
    /// The user gave files.
    Files(FoundFiles),
    /// The user chose the file of a lesson.
    Lesson(File),
    /// Files for the check of programs.
    Programs(Vec<GivenFile>),
    /// Files that the check of programs does not read any more.
    LetGo(Vec<File>),
    /// Their first bytes were read.
    ProgramHeads(Vec<(GivenFile, Result<Vec<u8>, String>)>),
    /// Their first bytes were read; and remarks on folders.
    Heads(
        Vec<(GivenFile, Result<Vec<u8>, String>)>,
        Vec<(String, String)>,
    ),
    /// The user wants the sample.
    Sample,
    /// The user wants the types of a real kernel.
    KernelSample,
    /// Fetch the file that the address names, from beside the page.
    Named(String),
    /// The sample was fetched.
    Fetched(Result<File, String>),
    /// The user confirmed what was pending.
    Confirm,
    /// Open one of two kernels that came together.
    OpenOfPair(usize),
    /// Start cancelled or failed work again.
    StartAgain(Again),
    /// Drop the modules that wait for a kernel.
    ForgetOrphans,
    /// Drop the inline sites that wait for their BTF.
    ForgetInline,
    /// Drop the companions that wait for a file.
    ForgetUnclaimed,
}

/// Results that the browser keeps.
pub enum LibraryMsg {
    /// Keep the result that is looked at.
    Keep,
    /// The number of a result that is now kept, or why it is not.
    Written(Result<(u32, Box<KeptResult>), String>),
    /// The kept results, or why they cannot be listed.
    Listed(Result<Vec<(u32, KeptResult)>, String>),
    /// Open a kept result.
    Open(u32),
    /// Edit the title of a kept result, or stop that.
    Rename(Option<u32>),
    /// The kept result of this number gets this title; an empty one takes its title away.
    Renamed(u32, String),
    /// Forget a kept result, or all.
    Forget(Option<u32>),
}

/// The current result.
pub enum ResultMsg {
    /// A model has been shown, so there is time for the C header.
    Shown,
    /// Measure kinds by bytes, or by count.
    ByBytes(bool),
    /// Sort the table of kinds.
    SortKinds(Sorting<KindColumn>),
    /// Open the list of functions left out, change what it asks for, or close it.
    LeftOut(Option<ListLeftOut>),
    /// Take a type to the laboratory.
    ToLab(String),
    /// An explorer answered a question of the page itself.
    Answer(WorkerId, Answer),
    /// Encode the file again, to the types that its kernel carries or to the encoder's.
    OfKernel(bool),
    /// Encode the file again with inline sites.
    ReadInline,
    /// Give modules a distilled base or not; existing ones are encoded again.
    Distil(bool),
    /// Change how modules are listed.
    List(Listing),
    /// Show a module.
    Look(ModuleId),
    /// Show the types of a module at an address, or those of the kernel alone.
    Scope(Option<(String, String)>),
}

/// Workers and their code.
pub enum WorkMsg {
    /// The engine is loaded, or cannot be.
    Loaded(Result<Engine, String>),
    /// The page is at rest; and the sample, to warm up with.
    Rest(Option<File>),
    /// The user ends the job.
    Cancel,
    /// The user wants to be told when the job ends; or has answered the browser's question about it.
    Notify(bool),
    /// A worker of the engine did something.
    Worker(WorkerId, WorkerEvent),
    /// An explorer did something.
    Explorer(WorkerId, WorkerEvent),
    /// About packages and images.
    Unpack(UnpackMsg),
    /// A short job that began in this view has taken its time.
    Late(View),
    /// A quarter of a second passed while a job runs.
    Tick,
}

macro_rules! messages {
    ($($part:ident($message:ident)),* $(,)?) => {$(
        impl From<$message> for Msg {
            fn from(message: $message) -> Msg {
                Msg::$part(message)
            }
        }
    )*};
}

messages! {
    Chrome(ChromeMsg),
    Inbox(InboxMsg),
    Library(LibraryMsg),
    Result(ResultMsg),
    Compare(CompareMsg),
    Kernels(KernelMsg),
    Work(WorkMsg),
}

impl Component for App {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<App>) -> App {
        for (parameter, attribute) in [("theme", "data-theme"), ("scale", "data-scale")] {
            let asked = crate::browser::parameter(parameter);
            if let Some(value) = asked.or_else(|| crate::browser::preference(parameter)) {
                set_root(attribute, &value);
            }
        }
        let address = View::from_address();
        if let Some(View::Learn(Learn::Screen(..))) = address {
            set_root("data-scale", "presenter");
        }
        let newer = ctx.link().callback(|()| ChromeMsg::Newer);
        ctx.link().send_future(async move {
            let engine = crate::work::load().await;
            if engine.is_ok() {
                // Only now, so that it does not delay what the page itself needs, and before nothing may be registered any more.
                crate::offline::keep(newer);
                crate::browser::shut().await;
            }
            WorkMsg::Loaded(engine)
        });
        if let Some(path) = crate::browser::parameter("btf") {
            ctx.link().send_message(InboxMsg::Named(path));
        }
        App {
            view: match address {
                Some(view @ (View::Learn(_) | View::Programs)) => view,
                // Nothing is loaded that any other view could show.
                _ => View::Start,
            },
            chrome: Chrome {
                link: Link::from_address(),
                hex: crate::browser::preference("offsets").as_deref() == Some("hex"),
                notice: address.is_none().then(chrome::unknown_address),
                ..Chrome::default()
            },
            inbox: Inbox::default(),
            library: Library::default(),
            current: Current::default(),
            work: Work {
                engine: None,
                explorer: Code::new("explorer", EXPLORER_SECONDS),
                packages: None,
                unpacked: None,
                job: None,
                opening: None,
                warm_up: None,
                standby: Standby::default(),
                is_early: false,
                told_tenths: 0,
                ticker: None,
            },
            unsaved: leaving::Unsaved::default(),
            _listeners: [input::listen(ctx.link()), menus::listen()]
                .into_iter()
                .flatten()
                .collect(),
        }
    }

    fn update(&mut self, ctx: &Context<App>, msg: Msg) -> bool {
        match msg {
            Msg::Chrome(msg) => self.on_chrome(msg),
            Msg::Inbox(msg) => self.on_inbox(ctx, msg),
            Msg::Library(msg) => self.on_library(ctx, msg),
            Msg::Result(msg) => self.on_result(ctx, msg),
            Msg::Compare(msg) => self.on_compare(ctx, msg),
            Msg::Kernels(msg) => self.on_kernels(ctx, msg),
            Msg::Work(msg) => self.on_work(ctx, msg),
        }
    }

    fn view(&self, ctx: &Context<App>) -> Html {
        views::page(self, ctx.link())
    }

    fn rendered(&mut self, _ctx: &Context<App>, first: bool) {
        self.unsaved.set(self.would_lose());
        self.forget_unpacked();
        // What is to get the focus may be in a chunk that is on its way.
        if (!has(chunks::AWAY) || first)
            && let Some(id) = self.chrome.focus.take().filter(|_| !first)
        {
            focus(id);
        }
        if std::mem::take(&mut self.chrome.turned) {
            reveal_tab();
        }
    }
}
