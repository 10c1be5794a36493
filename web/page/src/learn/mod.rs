//! The classroom: the laboratory, the course, the presenter's screens, what is printed.
//!
//! ```text
//! lab_worker  the laboratory's worker, shared by all laboratories of the page
//! lab_view    a component, one laboratory: units, the engine's steps, a task; drawn by panes, lit, stage, timeline, ladder, declarations,
//!             steps_text, side, algorithm, task, blob, strings
//! course_view all lessons; lesson: one of them, of figure and question, with labels, problems; lesson_file, opened: one from a file or link; screen: for the presenter, with present; print: handout and slides; glossary
//! side_by_side two algorithms on the same units
//! embed       a figure alone, for a frame in another page
//! keys        which key is which step; text: the texts of lessons
//! practice    questions from a seed; kept: what a student answered; results: as a code, and those of a class
//! ```

mod algorithm;
mod blob;
mod course_view;
mod declarations;
mod embed;
mod figure;
mod glossary;
mod kept;
mod keys;
mod lab_view;
mod lab_worker;
mod labels;
mod ladder;
mod lesson;
mod lesson_file;
mod lesson_list;
mod lit;
mod opened;
mod panes;
mod practice;
mod present;
mod print;
mod problems;
mod question;
mod results;
mod save_drawing;
mod screen;
mod sections;
mod side;
mod side_by_side;
mod stage;
mod steps_text;
mod strings;
mod task;
mod text;
mod timeline;

pub use embed::{Embedded, LessonFigure, lesson_figure};

use crate::app::{Learn, LessonAt};
use crate::browser::{hash, set_hash, window};
use gloo_events::EventListener;
use lab::{Asked, Seek, Setup, StepName};
use lab_view::{KeysFor, LabView, Layout};
use lab_worker::{LabClient, LabWorker};
use lesson_file::shows_lesson;
use opened::Origin;
use present::{Places, RoomQuestion, RoomStop, Tools, Turn};
use protocol::explorer::UnitText;
use protocol::lab::SetupSource;
use protocol::place::Parameters;
use std::rc::Rc;
use web_sys::File;
use yew::prelude::*;

/// A kernel's own numbers for the first lesson.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbers {
    /// The name under which it is shown.
    pub name: String,
    /// Units of it; none where that is not known.
    pub units: Option<u64>,
    /// Types before and after.
    pub types: (u64, u64),
    /// Bytes before and after.
    pub bytes: (u64, u64),
}

/// What the classroom is given.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The view that is shown.
    pub view: Learn,
    /// Of the loaded kernel.
    pub numbers: Option<Numbers>,
    /// What units of it say of a type, for the laboratory.
    pub unit_texts: Option<Rc<Vec<UnitText>>>,
    /// Whether the laboratory is shown to a room.
    pub presenting: bool,
    /// Ends that.
    pub leave: Callback<()>,
    /// The file of a lesson that was given last, by its number.
    pub lesson_file: Option<(u32, File)>,
    /// Takes the file of a lesson.
    pub choose: Callback<File>,
}

pub struct Classroom {
    worker: LabWorker,
    /// What the laboratory's page is set up with.
    address: LabAddress,
    /// Where figures were left on the presenter's screens.
    places: Places,
    /// For what the worker does without a laboratory.
    client: LabClient,
    /// The lesson that is on its way, and what went wrong with the one before.
    awaited: Option<Origin>,
    failed: Option<(Origin, String)>,
    /// Whether the link to a lesson was copied.
    said: Option<String>,
    _listeners: Vec<EventListener>,
}

/// What stands behind the laboratory's address.
#[derive(Clone, Debug, PartialEq)]
struct LabAddress {
    /// None where the address says nothing.
    from: Option<SetupSource>,
    seek: Seek,
    /// The question that the link asks.
    stops: Rc<Vec<RoomStop>>,
}

pub enum Msg {
    /// The address changed.
    Moved,
    /// The laboratory's units or step are others.
    At(String, u32),
    /// A lesson was read: its name, its bytes.
    Read(Origin, String, Result<Vec<u8>, String>),
    /// The link to the lesson that is open is wanted.
    CopyLesson,
    /// It is packed.
    Packed(Result<String, String>),
    /// It was copied, or could not be.
    Copied(bool),
    /// The worker died: why.
    Died(String),
}

impl Component for Classroom {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Classroom>) -> Classroom {
        let link = ctx.link().clone();
        let moved = EventListener::new(&window(), "hashchange", move |_| {
            link.send_message(Msg::Moved);
        });
        let worker = LabWorker::default();
        let client = worker.lab(ctx.link().callback(Msg::Died));
        let mut classroom = Classroom {
            worker,
            address: LabAddress::of_address(),
            places: Places::shared(),
            client,
            awaited: None,
            failed: None,
            said: None,
            _listeners: vec![moved],
        };
        classroom.take_file(ctx);
        classroom.ask_for_lesson(ctx);
        classroom
    }

    fn update(&mut self, ctx: &Context<Classroom>, msg: Msg) -> bool {
        match msg {
            Msg::Moved => {
                let address = LabAddress::of_address();
                let other = ctx.props().view == Learn::Lab && address != self.address;
                self.address = address;
                self.ask_for_lesson(ctx) || other || shows_lesson(ctx.props().view)
            }
            Msg::At(address, step) => {
                if ctx.props().view == Learn::Lab {
                    // The question of a link stays with its units.
                    let hash = window().location().hash().unwrap_or_default();
                    let is_of_link = hash.contains(&format!("?{address}&"));
                    let stop = hash.split_once("&stop=").filter(|_| is_of_link);
                    let stop = stop.map_or_else(String::new, |(_, stop)| format!("&stop={stop}"));
                    set_hash(&format!("{}{stop}", lab_address(&address, step)));
                }
                false
            }
            msg => self.on_lesson(ctx, msg),
        }
    }

    fn changed(&mut self, ctx: &Context<Classroom>, old: &Props) -> bool {
        if ctx.props().view != old.view {
            self.address = LabAddress::of_address();
            self.said = None;
        }
        if ctx.props().lesson_file != old.lesson_file {
            self.take_file(ctx);
        }
        self.ask_for_lesson(ctx);
        true
    }

    fn view(&self, ctx: &Context<Classroom>) -> Html {
        let worker = &self.worker;
        let props = ctx.props();
        match props.view {
            Learn::Course => course_view::view(&props.choose),
            Learn::Lesson(LessonAt::Opened) | Learn::Screen(LessonAt::Opened, _)
                if !self.has_lesson() =>
            {
                self.without_lesson(props)
            }
            Learn::Lesson(at) => {
                lesson::view(at, worker, props.numbers.as_ref(), self.actions(ctx, at))
            }
            Learn::Screen(at, screen) => {
                screen::view(at, screen, worker, props.numbers.as_ref(), &self.places)
            }
            Learn::Glossary => glossary::view(),
            Learn::Practice => html! { <practice::Practice worker={worker.clone()} /> },
            Learn::Answers => html! { <results::OwnAnswers /> },
            Learn::Results => html! { <results::ClassResults /> },
            Learn::SideBySide => {
                html! { <side_by_side::SideBySide worker={worker.clone()} /> }
            }
            Learn::Handout => print::handout(),
            Learn::Slides => print::slides(worker),
            Learn::Lab => self.lab(ctx),
        }
    }
}

impl Classroom {
    fn lab(&self, ctx: &Context<Classroom>) -> Html {
        let props = ctx.props();
        let (layout, keys) = match props.presenting {
            true => (Layout::Screen, KeysFor::Presenter),
            false => (Layout::Lab, KeysFor::Steps),
        };
        let leave = props.leave.clone();
        let turned = Callback::from(move |turn| {
            if matches!(turn, Turn::Leave | Turn::Enter) {
                leave.emit(());
            }
        });
        html! {
            <>
                <h1 id="title" class="vh" tabindex="-1">{ "Lab: type dedup at work" }</h1>
                if let (None, Some(texts), false) = (&self.address.from, &props.unit_texts, props.presenting) {
                    { origin(texts) }
                }
                <LabView worker={self.worker.clone()} from={self.from(props)} seek={self.address.seek}
                    layout={layout} keys={keys} turned={turned} stops={self.address.stops.clone()}
                    moved={ctx.link().callback(|(address, step)| Msg::At(address, step))} />
                if props.presenting { <Tools /> }
            </>
        }
    }

    /// What the laboratory's page begins with: what the address says, else a type that was taken there.
    fn from(&self, props: &Props) -> SetupSource {
        let own_type = props.unit_texts.as_ref().map(|texts| {
            let units = texts.iter().map(|unit| unit.text.clone());
            SetupSource::Setup(Setup {
                units: units.collect(),
                ..Setup::default()
            })
        });
        let own = self.address.from.clone();
        own.or(own_type)
            .unwrap_or_else(|| SetupSource::Scenario(lab_view::DEFAULT.to_owned()))
    }
}

/// The lab's address: `setup` is `s=…` or `scenario=…`.
fn lab_address(setup: &str, step: u32) -> String {
    match step {
        0 => format!("#/learn/lab?{setup}"),
        _ => format!("#/learn/lab?{setup}&step={step}"),
    }
}

/// Which source files the units are.
fn origin(texts: &[UnitText]) -> Html {
    let named = texts
        .iter()
        .enumerate()
        .filter(|(_, unit)| !unit.unit.is_empty());
    let names: Vec<String> = named
        .map(|(at, unit)| format!("unit {} is {}", at + 1, unit.unit))
        .collect();
    match names.is_empty() {
        true => html! {
            <p class="note lab-note">{ "The types of the file after dedup. It does not record the types of each unit." }</p>
        },
        false => html! {
            <p class="note lab-note">{ format!("From the open file: {}. Types farther away are only declared.", names.join(", ")) }</p>
        },
    }
}

impl LabAddress {
    /// What the address says: a setup or a scenario, and a step.
    fn of_address() -> LabAddress {
        let parameters = Parameters::of(&hash());
        let value = |name: &str| parameters.get(name).map(str::to_owned);
        let from = match (value("s"), value("scenario")) {
            (Some(link), _) => Some(SetupSource::Link(link)),
            (None, Some(slug)) => Some(SetupSource::Scenario(slug)),
            (None, None) => None,
        };
        let number = |name: &str| value(name).and_then(|step| step.parse::<u32>().ok());
        let asked = value("ask").and_then(|asked| Asked::from_link(&asked).ok());
        let stop = number("stop").zip(asked).map(|(step, asked)| RoomStop {
            step: StepName::Number(step),
            question: RoomQuestion::Link(asked),
        });
        let step = number("step").or(number("stop"));
        LabAddress {
            from,
            seek: step.map_or(Seek::Start, Seek::To),
            stops: Rc::new(stop.into_iter().collect()),
        }
    }
}
