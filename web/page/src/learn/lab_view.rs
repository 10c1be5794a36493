//! A laboratory: units that people type, and the engine watched step by step. What it does with each message is in
//! `update`.

mod embedding;
mod opening;
mod update;

pub use update::Msg;

use super::kept::Place;
use super::lab_worker::{LabClient, LabWorker};
use super::ladder::Scale;
use super::present::{Room, RoomQuestion, RoomStop, Turn};
use super::sections::Sections;
use super::{declarations, keys, lit, panes, side, stage, task};
use course::Exercise;
use gloo_events::EventListener;
use gloo_timers::callback::Interval;
use lab::check::Verdict;
use lab::ladder::{Lines, lines};
use lab::scenario::Scenario;
use lab::{Asked, Moment, Pane, Seek, Setup};
use protocol::lab::{ListScenarios, Opened, SetupSource};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use web_sys::Element;
use yew::html::Scope;
use yew::prelude::*;

/// The scenario that is shown where the address says nothing, or cannot be opened.
pub const DEFAULT: &str = "forward";

/// What is drawn around the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Everything: the laboratory's page.
    Lab,
    /// A lesson's figure: the graph and its steps.
    Figure,
    /// A lesson's figure of bytes.
    Bytes,
    /// A lesson's figure of strings.
    Strings,
    /// A lesson's task: the texts, and whether it is done.
    Task,
    /// The presenter's screen: large, nothing to type.
    Screen,
    /// The graph and its steps, filling a frame in another page.
    Embed,
}

/// What stands beside the laboratory's drawing and can make room for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabSide {
    /// The units, to the left.
    Units,
    /// What the engine knows, to the right.
    Details,
}

/// What the page's keys do for a laboratory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeysFor {
    /// Nothing.
    #[default]
    Nothing,
    /// They go through the steps.
    Steps,
    /// They go through the steps and on to the next screen.
    Presenter,
}

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    pub worker: LabWorker,
    /// What it is set up with.
    pub from: SetupSource,
    /// The step that it begins at.
    pub seek: Seek,
    /// What is drawn.
    pub layout: Layout,
    /// What the page's keys do.
    #[prop_or_default]
    pub keys: KeysFor,
    /// The step at which its presenter's screen begins: from there, back leads to the screen before.
    #[prop_or(Seek::Start)]
    pub begin: Seek,
    /// The step at which its presenter's screen ends; none: at the last one.
    #[prop_or_default]
    pub until: Option<Seek>,
    /// Where a presenter's key leads that is no step.
    #[prop_or_default]
    pub turned: Callback<Turn>,
    /// Questions to the room, each at its step.
    #[prop_or_default]
    pub stops: Rc<Vec<RoomStop>>,
    /// Whether a screen follows the last step.
    #[prop_or_default]
    pub followed: bool,
    #[prop_or_default]
    pub task: Option<Arc<Exercise>>,
    /// Where what is typed for the task is kept, if it is.
    #[prop_or_default]
    pub kept: Option<Place>,
    /// Whether the fast path is told of.
    #[prop_or_default]
    pub fast: bool,
    /// Whether it is all that a frame in another page shows.
    #[prop_or_default]
    pub embedded: bool,
    /// What stands behind its controls in such a frame.
    #[prop_or_default]
    pub foot: Html,
    /// Its setup as part of an address (`s=…` or `scenario=…`), and its step, whenever one of them is another.
    #[prop_or_default]
    pub moved: Callback<(String, u32)>,
}

pub struct LabView {
    pub(super) lab: LabClient,
    /// What was typed; what is shown may be older by a moment.
    pub setup: Setup,
    /// What the laboratory made of it, or of the last units before it that could be read.
    pub opened: Option<Rc<Opened>>,
    /// The texts, read: those that have an error too.
    pub panes: Vec<Pane>,
    /// What was typed, as part of an address.
    address: String,
    /// Where the setup that it was asked for last comes from.
    origin: Origin,
    /// The address could not be opened. It stays, so that it can be mended, until something is changed.
    keeps_address: bool,
    /// Setups that others took the place of, the last one last.
    replaced: Vec<Replaced>,
    pub moment: Moment,
    /// Setups to begin with.
    pub scenarios: Rc<Vec<Scenario>>,
    /// The one that was picked last.
    pub picked: Option<String>,
    /// Whether it plays.
    pub playing: Option<Interval>,
    /// What the user is to be told.
    pub notice: Option<(bool, String)>,
    /// Hints that are open.
    pub hints: usize,
    /// What was predicted.
    pub number: String,
    /// The verdict on the texts and the number as they are now.
    pub verdict: Option<Verdict>,
    /// Counts what makes a verdict outdated; a check carries it there and back.
    check: u32,
    /// Counts the times that it was set up, so that of two answers the later one counts; whether one is awaited.
    turn: u32,
    awaited: bool,
    /// The step to which it was asked to go when it was set up, and the one of its presenter's beginning, if that has a name.
    sought: Seek,
    begun: u32,
    /// Something was typed while an answer was awaited.
    stale: bool,
    /// The worker died, and knows nothing of this laboratory any more.
    lost: bool,
    /// The sentences of all steps, once they are asked for.
    pub told: Option<Vec<String>>,
    /// The steps of the questions; none where the run has no such step.
    stop_steps: Vec<Option<u32>>,
    /// The question that is asked now.
    pub room: Option<Room>,
    /// What is put into a link.
    pub asked: Asked,
    /// The unit that is changed on a presenter's screen.
    pub editing: Option<usize>,
    /// What has made room for the drawing.
    folded: Vec<LabSide>,
    /// The step of a figure of strings, which keeps it itself.
    string_step: u32,
    /// Sections to save, and the module on another build.
    pub sections: Sections,
    /// How far each unit's text is scrolled, in pixels.
    scrolled: BTreeMap<usize, i32>,
    /// The step whose lines were last brought into view, and where they are.
    seen: u32,
    place: NodeRef,
    keys: Vec<EventListener>,
}

/// Where a laboratory's setup comes from.
#[derive(Clone, Debug, PartialEq)]
enum Origin {
    Units,
    File,
    Link,
    Scenario(String),
}

/// A setup that another one took the place of.
struct Replaced {
    before: Setup,
    /// The step that was shown.
    step: u32,
    /// The other one; none until the laboratory has it.
    after: Option<Setup>,
}

impl Component for LabView {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<LabView>) -> LabView {
        let props = ctx.props();
        let lab = props.worker.lab(ctx.link().callback(Msg::Died));
        if props.layout == Layout::Lab {
            lab.ask(ListScenarios, ctx.link().callback(Msg::Scenarios));
        }
        let mut view = LabView {
            lab,
            setup: Setup::default(),
            opened: None,
            panes: Vec::new(),
            address: String::new(),
            origin: Origin::Units,
            keeps_address: false,
            replaced: Vec::new(),
            moment: Moment::default(),
            scenarios: Rc::default(),
            picked: None,
            playing: None,
            notice: None,
            hints: 0,
            number: String::new(),
            verdict: None,
            check: 0,
            turn: 0,
            awaited: false,
            sought: props.seek,
            begun: 0,
            stale: false,
            lost: false,
            told: None,
            stop_steps: Vec::new(),
            room: None,
            asked: Asked::default(),
            editing: None,
            folded: Vec::new(),
            string_step: 0,
            sections: Sections::default(),
            scrolled: BTreeMap::new(),
            seen: 0,
            place: NodeRef::default(),
            keys: keys::listen(props.keys, ctx.link()),
        };
        let from = view.typed_before(props);
        view.open(ctx, from, props.seek);
        view
    }

    fn changed(&mut self, ctx: &Context<LabView>, old: &Props) -> bool {
        let props = ctx.props();
        if props.keys != old.keys {
            self.keys = keys::listen(props.keys, ctx.link());
        }
        if props.layout != old.layout {
            self.editing = None;
            self.room = None;
        }
        if props.stops != old.stops {
            self.find_stops(ctx);
        }
        if props.from != old.from || props.seek != old.seek {
            self.playing = None;
            self.open(ctx, props.from.clone(), props.seek);
        }
        true
    }

    fn update(&mut self, ctx: &Context<LabView>, msg: Msg) -> bool {
        self.handle(ctx, msg)
    }

    fn rendered(&mut self, _ctx: &Context<LabView>, _first: bool) {
        if std::mem::replace(&mut self.seen, self.moment.step) != self.moment.step
            && let Some(place) = self.place.cast::<Element>()
        {
            declarations::scroll_to_lit(&place);
            lit::scroll_to(&place, &self.lines());
        }
    }

    fn view(&self, ctx: &Context<LabView>) -> Html {
        let link = ctx.link();
        let props = ctx.props();
        let notice = self.notice.as_ref().map(|(good, text)| match good {
            true => html! { <p class="said" role="status">{ text }</p> },
            false => html! { <p class="note note--error" role="alert">{ text }</p> },
        });
        let is_in_lesson = !props.embedded && !props.followed;
        let copies = is_in_lesson.then(|| embed_button(link));
        match props.layout {
            Layout::Lab => html! {
                <div class={classes!("lab", self.is_folded(LabSide::Units).then_some("no-units"), self.is_folded(LabSide::Details).then_some("no-details"))}
                    ref={self.place.clone()}>
                    { panes::lab(self, link) }
                    <section class="stage" aria-label="The engine at work">
                        { notice }
                        { stage::view(self, ctx, Scale::Lab) }
                    </section>
                    { side::view(self, link) }
                </div>
            },
            Layout::Figure => html! {
                <div class="figure" ref={self.place.clone()}>{ notice }{ stage::view(self, ctx, Scale::Lesson) }
                    if props.fast { { side::fast(self, link) } }
                    { embed_button(link) }
                </div>
            },
            Layout::Embed => html! {
                <div class="figure" ref={self.place.clone()}>{ notice }{ stage::view(self, ctx, Scale::Embed) }</div>
            },
            Layout::Screen => html! {
                <div class={classes!("figure", "screen", self.room.is_some().then_some("asking"))} ref={self.place.clone()}>{ notice }{ stage::view(self, ctx, Scale::Presenter) }</div>
            },
            Layout::Strings => html! {
                <div class="figure">{ notice }{ super::strings::view(self, ctx) }{ copies }</div>
            },
            Layout::Bytes => html! {
                <div class="figure">{ notice }{ super::blob::view(self) }{ copies }</div>
            },
            Layout::Task => html! {
                <div class="task">{ notice }
                    if let Some(exercise) = &props.task { { task::view(self, exercise, link) } }
                </div>
            },
        }
    }
}

/// Copies the figure for another page.
fn embed_button(link: &Scope<LabView>) -> Html {
    html! {
        <p class="acts figure-acts"><button type="button" class="btn btn--quiet" title="Copy a line of HTML that shows this figure in another page"
            onclick={link.callback(|_| Msg::CopyEmbed)}>{ "Copy embed" }</button></p>
    }
}

impl LabView {
    /// What the laboratory begins with: what was typed for the task before, if that is kept.
    fn typed_before(&mut self, props: &Props) -> SetupSource {
        let kept = props.kept.as_ref().map(Place::exercise).unwrap_or_default();
        self.number = kept.number;
        match (&props.from, kept.units.as_slice()) {
            (from, []) => from.clone(),
            (SetupSource::Setup(setup), _) => SetupSource::Setup(Setup {
                units: kept.units,
                ..setup.clone()
            }),
            _ => SetupSource::Setup(Setup {
                units: kept.units,
                ..Setup::default()
            }),
        }
    }

    /// The id of an element in it: a page may have several laboratories.
    pub fn id(&self, name: &str) -> String {
        format!("{name}-{}", self.lab.number())
    }

    /// Where it is drawn; none for a drawing that is no ladder.
    pub fn element(&self) -> Option<Element> {
        self.place.cast()
    }

    /// Whether a text has an error, so that what is shown is older.
    pub fn is_broken(&self) -> bool {
        self.panes.iter().any(|pane| pane.error.is_some())
    }

    /// The question at the step that is shown.
    pub fn stop<'p>(&self, props: &'p Props) -> Option<&'p RoomQuestion> {
        let at = self
            .stop_steps
            .iter()
            .position(|step| *step == Some(self.moment.step));
        props.stops.get(at?).map(|stop| &stop.question)
    }

    /// What was typed, as part of an address.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Whether a side has made room for the drawing.
    pub fn is_folded(&self, side: LabSide) -> bool {
        self.folded.contains(&side)
    }

    /// Whether the units can be put back that others took the place of: nothing was typed since.
    pub fn can_undo(&self) -> bool {
        let after = self.replaced.last().and_then(|it| it.after.as_ref());
        after.is_some_and(|after| after.texts().eq(self.setup.texts()))
    }

    /// Steps of the run.
    pub fn steps(&self) -> u32 {
        self.opened
            .as_ref()
            .map_or(0, |opened| opened.overview.steps)
    }

    /// The lines of the units' texts that the step is about; none while a text is newer than the step.
    pub fn lines(&self) -> Vec<Lines> {
        match &self.opened {
            Some(opened) if opened.setup.texts().eq(self.setup.texts()) => {
                let texts: Vec<String> = self.setup.texts().cloned().collect();
                lines(&opened.overview.graph, &self.moment, &texts)
            }
            _ => Vec::new(),
        }
    }

    /// How far a unit's text is scrolled, in pixels.
    pub fn scrolled(&self, unit: usize) -> i32 {
        self.scrolled.get(&unit).copied().unwrap_or(0)
    }

    /// The step at which a presenter's screen ends.
    fn last_step(&self, until: Option<Seek>) -> u32 {
        match until {
            Some(Seek::To(step)) => step.min(self.steps()),
            // A name is the lab's to resolve.
            _ => self.steps(),
        }
    }

    /// The step at which a presenter's screen begins.
    fn first_step(&self, begin: Seek) -> u32 {
        let passes = self.opened.as_ref().map(|opened| &opened.overview.passes);
        match begin {
            Seek::Pass(number) => passes
                .and_then(|passes| passes.get(number as usize))
                .copied()
                .unwrap_or(0),
            Seek::To(step) => step,
            Seek::Named(_) => self.begun,
            Seek::End => self.steps(),
            _ => 0,
        }
    }
}
