//! The page's state, and what happens on which event.

mod answers;
mod companions;
mod folders;
mod input;
mod intake;
mod modules;
mod notice;
mod results;
mod route;
mod samples;
mod update;
mod workers;

pub use answers::{Answer, LeftOutList, left_out};
pub use folders::Found;
pub use input::list;
pub use modules::{Column, Listing};
pub use notice::{Failed, Notice, Opening, Pending, Tone};
pub use route::{Learn, View};

use crate::browser::{focus, set_root};
use crate::explore::ExplorerClient;
use crate::store::Stored;
use crate::views;
use crate::work::{
    Code, Comparison, Engine, Job, Model, Modules, Standby, WarmUp, WorkerEvent, WorkerId,
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

/// Everything the page knows.
pub struct App {
    /// What workers start from; `None` while it loads.
    pub engine: Option<Rc<Engine>>,
    /// What explorers start from.
    pub explorer: Code,
    /// The job under way.
    pub job: Option<Job>,
    /// The finished model; it stays until another is finished.
    pub model: Option<Model>,
    /// What it is held against.
    pub comparison: Option<Comparison>,
    /// Results that are kept in the browser, with their numbers.
    pub stored: Vec<(u32, Stored)>,
    /// The modules on it.
    pub modules: Modules,
    /// Modules that begin when the job under way is done.
    pub coming: Vec<File>,
    /// Modules that wait for their kernel.
    pub kept: Vec<File>,
    /// Files that wait for what refers to them.
    pub loose: Vec<GivenFile>,
    /// Whether modules get a distilled base.
    pub distils: bool,
    /// Which modules are listed, and how.
    pub listing: Listing,
    /// The module that is looked at.
    pub module: Option<ModuleId>,
    /// The module whose types are looked at.
    pub scope: Option<Rc<ExplorerClient>>,
    /// A type on its way to the laboratory: what units say of it.
    pub unit_texts: Option<Rc<Vec<UnitText>>>,
    /// Why the last job ended without a result.
    pub failed: Option<Failed>,
    /// A sentence above the view.
    pub notice: Option<Notice>,
    /// That there is a newer version of this page; said when there is nothing else to say.
    pub newer: Option<Notice>,
    /// A file that waits for the user's word.
    pub pending: Option<Pending>,
    /// A file that waits for the engine.
    pub waiting: Option<Opening>,
    /// What is shown.
    pub view: View,
    /// Whether the help panel is open.
    pub help: bool,
    /// Whether files are being dragged over the page.
    pub dragging: bool,
    /// Whether kinds are measured by bytes instead of count.
    pub by_bytes: bool,
    /// The list of functions left out, when it is open.
    pub left_out: Option<LeftOutList>,
    /// What a screen reader is told.
    pub announcement: AttrValue,
    /// What is to have the focus once it is drawn.
    focus: Option<&'static str>,
    told_tenths: u32,
    ticker: Option<Interval>,
    warm_up: Option<WarmUp>,
    standby: Standby,
    _listeners: Vec<EventListener>,
}

/// Something happened.
pub enum Msg {
    /// The engine is loaded, or cannot be.
    Loaded(Result<Engine, String>),
    /// The page is at rest; and the sample, to warm up with.
    Rest(Option<File>),
    /// A model has been shown: there is time for the C header.
    Shown,
    /// The user gave files.
    Files(Found),
    /// Their first bytes were read; and what there is to say of folders.
    Heads(
        Vec<(GivenFile, Result<Vec<u8>, String>)>,
        Vec<(String, String)>,
    ),
    /// The user wants no more of the modules that wait for a kernel.
    Forget,
    /// The user wants no more of the files that wait for what refers to them.
    ForgetLoose,
    /// Give modules a distilled base, or do not; those that are there are encoded anew.
    Distil(bool),
    /// List modules otherwise.
    List(Listing),
    /// Look at a module.
    Look(ModuleId),
    /// Look at the types of a module, at an address; or at the kernel's alone.
    Scope(Option<(String, String)>),
    /// The user wants the sample.
    Sample,
    /// There is a newer version of this page.
    Newer,
    /// The user wants the types of a real kernel.
    KernelSample,
    /// The sample was fetched.
    Fetched(Result<File, String>),
    /// Keep the result in the browser.
    Keep,
    /// It is kept under a number, or why not.
    Kept(Result<(u32, Box<Stored>), String>),
    /// What is kept in the browser, or why that cannot be told.
    Stored(Result<Vec<(u32, Stored)>, String>),
    /// Open a kept result.
    OpenStored(u32),
    /// Forget a kept result, or all.
    ForgetStored(Option<u32>),
    /// The user confirmed what was pending.
    Confirm,
    /// The user wants what is pending, or the notice, gone.
    Dismiss,
    /// The user ends the job.
    Cancel,
    /// A worker did something.
    Worker(WorkerId, WorkerEvent),
    /// An explorer did something.
    Explorer(WorkerId, WorkerEvent),
    /// A quarter of a second passed while a job runs.
    Tick,
    /// The address names another view.
    Routed,
    /// Open or close the help panel.
    Help(bool),
    /// Light to dark, or back.
    Theme,
    /// The presenter's screens of a lesson, or the laboratory large.
    Presenter,
    /// Files are dragged over the page, or not any more.
    Dragging(bool),
    /// Escape was pressed.
    Escape,
    /// Measure kinds by bytes, or by count.
    ByBytes(bool),
    /// Take a type to the laboratory.
    ToLab(String),
    /// An explorer answered a question of the page itself.
    Answer(WorkerId, Answer),
    /// The user wants to search.
    Search,
    /// Open the list of functions left out, change what it asks for, or close it.
    LeftOut(Option<ListLeftOut>),
}

impl Component for App {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<App>) -> App {
        for (parameter, attribute) in [("theme", "data-theme"), ("scale", "data-scale")] {
            if let Some(value) = crate::browser::parameter(parameter) {
                set_root(attribute, &value);
            }
        }
        if let View::Learn(Learn::Screen(..)) = View::from_address() {
            set_root("data-scale", "presenter");
        }
        ctx.link()
            .send_future(async { Msg::Loaded(crate::work::load().await) });
        App {
            engine: None,
            explorer: Code::new("explorer"),
            job: None,
            model: None,
            comparison: None,
            stored: Vec::new(),
            modules: Modules::default(),
            coming: Vec::new(),
            kept: Vec::new(),
            loose: Vec::new(),
            distils: false,
            listing: Listing::default(),
            module: None,
            scope: None,
            unit_texts: None,
            failed: None,
            notice: None,
            newer: None,
            pending: None,
            waiting: None,
            view: match View::from_address() {
                view @ View::Learn(_) => view,
                // Nothing is loaded that any other view could show.
                _ => View::Start,
            },
            help: false,
            dragging: false,
            by_bytes: false,
            left_out: None,
            announcement: AttrValue::default(),
            focus: None,
            told_tenths: 0,
            ticker: None,
            warm_up: None,
            standby: Standby::default(),
            _listeners: input::listen(ctx.link()),
        }
    }

    fn update(&mut self, ctx: &Context<App>, msg: Msg) -> bool {
        self.handle(ctx, msg)
    }

    fn view(&self, ctx: &Context<App>) -> Html {
        views::page(self, ctx.link())
    }

    fn rendered(&mut self, _ctx: &Context<App>, first: bool) {
        if let Some(id) = self.focus.take().filter(|_| !first) {
            focus(id);
        }
    }
}
