//! A laboratory: units that people type, and the engine watched step by step. What it does with each message is in
//! `update`.

mod update;

pub use update::Msg;

use super::graph::scroll_to_current;
use super::lab_worker::{LabClient, LabWorker};
use super::{keys, panes, side, stage, task};
use course::Exercise;
use gloo_events::EventListener;
use gloo_timers::callback::Interval;
use lab::exercise::Verdict;
use lab::scenario::Scenario;
use lab::{Moment, Seek, Setup};
use protocol::lab::{ListScenarios, Opened, SetupSource};
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

/// What is drawn around the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Everything: the laboratory's page.
    Lab,
    /// A lesson's figure: the graph and its steps.
    Figure,
    /// A lesson's figure of bytes.
    Bytes,
    /// A lesson's task: the texts, and whether it is done.
    Task,
    /// The presenter's screen: large, nothing to type.
    Screen,
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
    /// Whether the page's keys are for it.
    #[prop_or_default]
    pub keys: bool,
    #[prop_or_default]
    pub task: Option<&'static str>,
    /// Whether the fast path is told of.
    #[prop_or_default]
    pub fast: bool,
    /// Its setup as a link, and its step, whenever one of them is another.
    #[prop_or_default]
    pub moved: Callback<(String, u32)>,
}

pub struct LabView {
    lab: LabClient,
    /// What was typed; what is shown may be older by a moment.
    pub setup: Setup,
    /// What the laboratory made of it.
    pub opened: Option<Rc<Opened>>,
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
    /// Something was typed while an answer was awaited.
    stale: bool,
    /// The worker died, and knows nothing of this laboratory any more.
    lost: bool,
    /// The step whose types were last brought into view, and where the graph is.
    seen: u32,
    pub graph: NodeRef,
    _keys: Option<EventListener>,
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
            stale: false,
            lost: false,
            seen: 0,
            graph: NodeRef::default(),
            _keys: props.keys.then(|| keys::steps(ctx.link())),
        };
        view.open(ctx, props.from.clone(), props.seek);
        view
    }

    fn changed(&mut self, ctx: &Context<LabView>, old: &Props) -> bool {
        let props = ctx.props();
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
            && let Some(graph) = self.graph.cast::<Element>()
        {
            scroll_to_current(&graph);
        }
    }

    fn view(&self, ctx: &Context<LabView>) -> Html {
        let link = ctx.link();
        let props = ctx.props();
        let notice = self.notice.as_ref().map(|(good, text)| match good {
            true => html! { <p class="said" role="status">{ text }</p> },
            false => html! { <p class="note note--error" role="alert">{ text }</p> },
        });
        match props.layout {
            Layout::Lab => html! {
                <div class="lab">
                    { panes::lab(self, link) }
                    <section class="stage" aria-label="The engine at work">
                        { notice }
                        { stage::view(self, link, true) }
                    </section>
                    { side::view(self, link) }
                </div>
            },
            Layout::Figure => html! {
                <div class="figure">{ notice }{ stage::view(self, link, false) }
                    if props.fast { { side::fast(self, link) } }
                </div>
            },
            Layout::Screen => html! {
                <div class="figure screen">{ notice }{ stage::view(self, link, false) }
                    if props.fast { { side::fast(self, link) } }
                </div>
            },
            Layout::Bytes => html! {
                <div class="figure">{ notice }{ super::blob::view(self) }</div>
            },
            Layout::Task => html! {
                <div class="task">{ notice }
                    if let Some(exercise) = exercise(props) { { task::view(self, exercise, link) } }
                </div>
            },
        }
    }
}

/// The task, by the name of its lesson.
fn exercise(props: &Props) -> Option<&'static Exercise> {
    let (_, lesson) = course::lesson(props.task?)?;
    Some(&lesson.exercise)
}

impl LabView {
    /// Steps of the run.
    pub fn steps(&self) -> u32 {
        self.opened
            .as_ref()
            .map_or(0, |opened| opened.overview.steps)
    }
}
