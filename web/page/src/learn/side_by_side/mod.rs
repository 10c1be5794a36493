//! Two algorithms on the same units, side by side: their steps beside each other, the first difference, what is left.

mod address;
mod draw;

use super::lab_worker::{LabClient, LabWorker};
use address::Address;
use gloo_events::{EventListener, EventListenerOptions};
use lab::compare::{Algorithm, Comparison};
use lab::scenario::Scenario;
use lab::{Moment, Seek};
use protocol::lab::{Compare, GoTo, ListScenarios, OpenBy, Opened, SetupSource};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    pub worker: LabWorker,
}

/// Where to go among the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    Row(u32),
    Next,
    Back,
    NextDifference,
    LastDifference,
    Start,
    End,
}

pub struct SideBySide {
    labs: [LabClient; 2],
    address: Address,
    /// Counts what is opened, so that of two answers the later one counts.
    turn: u32,
    opened: [Option<Rc<Opened>>; 2],
    moments: [Moment; 2],
    comparison: Option<Rc<Comparison>>,
    scenarios: Rc<Vec<Scenario>>,
    notice: Option<String>,
    row: u32,
    list: NodeRef,
    _listeners: [EventListener; 2],
}

pub enum Msg {
    /// One of the two runs is there.
    Opened(u32, usize, Result<Box<Opened>, String>),
    Compared(u32, Result<Comparison, String>),
    /// A run is at another step.
    At(u32, usize, Result<Moment, String>),
    Scenarios(Result<Vec<Scenario>, String>),
    Go(To),
    /// Another algorithm on a side.
    Choose(usize, Algorithm),
    /// Other units.
    Pick(String),
    /// The address changed.
    Moved,
    /// The worker died: why.
    Died(String),
}

impl Component for SideBySide {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<SideBySide>) -> SideBySide {
        let lab = || ctx.props().worker.lab(ctx.link().callback(Msg::Died));
        let labs = [lab(), lab()];
        labs[0].ask(ListScenarios, ctx.link().callback(Msg::Scenarios));
        let link = ctx.link().clone();
        let moved = EventListener::new(&crate::browser::window(), "hashchange", move |_| {
            link.send_message(Msg::Moved);
        });
        let mut view = SideBySide {
            labs,
            address: Address::read(),
            turn: 0,
            opened: [None, None],
            moments: [Moment::default(), Moment::default()],
            comparison: None,
            scenarios: Rc::default(),
            notice: None,
            row: 0,
            list: NodeRef::default(),
            _listeners: [moved, keys(ctx)],
        };
        view.open(ctx);
        view
    }

    fn update(&mut self, ctx: &Context<SideBySide>, msg: Msg) -> bool {
        match msg {
            Msg::Opened(turn, ..) | Msg::Compared(turn, _) | Msg::At(turn, ..)
                if turn != self.turn =>
            {
                return false;
            }
            Msg::Opened(_, side, Ok(opened)) => {
                self.moments[side] = opened.moment.clone();
                self.opened[side] = Some(Rc::new(*opened));
                self.settle(ctx);
            }
            Msg::Compared(_, Ok(comparison)) => {
                self.comparison = Some(Rc::new(comparison));
                self.settle(ctx);
            }
            Msg::At(_, side, Ok(moment)) => self.moments[side] = moment,
            Msg::Scenarios(Ok(scenarios)) => self.scenarios = Rc::new(scenarios),
            Msg::Opened(_, _, Err(cause))
            | Msg::Compared(_, Err(cause))
            | Msg::At(_, _, Err(cause))
            | Msg::Scenarios(Err(cause)) => {
                self.notice = Some(format!("The comparison could not be made: {cause}."));
            }
            Msg::Go(to) => self.go(ctx, to),
            Msg::Choose(side, algorithm) => {
                self.address.algorithms[side] = algorithm;
                self.address.row = None;
                self.open(ctx);
            }
            Msg::Pick(slug) => {
                self.address.from = SetupSource::Scenario(slug);
                self.address.row = None;
                self.open(ctx);
            }
            Msg::Moved => {
                let address = Address::read();
                if address == self.address
                    || !crate::browser::window()
                        .location()
                        .hash()
                        .is_ok_and(|hash| hash.starts_with("#/learn/side"))
                {
                    return false;
                }
                self.address = address;
                self.open(ctx);
            }
            Msg::Died(cause) => {
                self.notice = Some(format!(
                    "The lab stopped: {cause}. Choose an algorithm or a scenario to start it again."
                ));
            }
        }
        true
    }

    fn rendered(&mut self, _ctx: &Context<SideBySide>, _first: bool) {
        if let Some(list) = self.list.cast::<web_sys::Element>() {
            draw::scroll_to_current(&list);
        }
    }

    fn view(&self, ctx: &Context<SideBySide>) -> Html {
        draw::view(self, ctx.link())
    }
}

impl SideBySide {
    /// Opens both runs and the comparison.
    fn open(&mut self, ctx: &Context<SideBySide>) {
        self.turn += 1;
        self.notice = None;
        self.opened = [None, None];
        self.comparison = None;
        let turn = self.turn;
        for (side, algorithm) in self.address.algorithms.into_iter().enumerate() {
            let question = OpenBy {
                from: self.address.from.clone(),
                algorithm,
                seek: Seek::Start,
            };
            let then = ctx
                .link()
                .callback(move |opened| Msg::Opened(turn, side, opened));
            self.labs[side].ask(question, then);
        }
        let question = Compare {
            from: self.address.from.clone(),
            algorithms: self.address.algorithms,
        };
        let then = ctx
            .link()
            .callback(move |comparison| Msg::Compared(turn, comparison));
        self.labs[0].ask(question, then);
    }

    /// Once all is there: to the row of the address, or to the first difference, or to the end.
    fn settle(&mut self, ctx: &Context<SideBySide>) {
        let (Some(comparison), [Some(_), Some(_)]) = (&self.comparison, &self.opened) else {
            return;
        };
        let row = match (self.address.row, comparison.first) {
            (Some(row), _) => row,
            (None, Some(first)) => first + 1,
            (None, None) => self.rows(),
        };
        self.go(ctx, To::Row(row));
    }

    /// The number of rows.
    fn rows(&self) -> u32 {
        let rows = self.comparison.as_ref().map_or(0, |own| own.rows.len());
        u32::try_from(rows).unwrap_or(u32::MAX)
    }

    fn go(&mut self, ctx: &Context<SideBySide>, to: To) {
        let Some(comparison) = self.comparison.clone() else {
            return;
        };
        let last = self.rows();
        let mut differences = (1u32..)
            .zip(&comparison.rows)
            .filter(|(_, row)| !row.same)
            .map(|(at, _)| at);
        self.row = match to {
            To::Row(row) => row.min(last),
            To::Next => (self.row + 1).min(last),
            To::Back => self.row.saturating_sub(1),
            To::NextDifference => differences.find(|&at| at > self.row).unwrap_or(last),
            To::LastDifference => differences
                .take_while(|&at| at < self.row)
                .last()
                .unwrap_or(0),
            To::Start => 0,
            To::End => last,
        };
        let turn = self.turn;
        for side in 0..2 {
            let step = self.step(side);
            if self.moments[side].step == step {
                continue;
            }
            let then = ctx
                .link()
                .callback(move |moment| Msg::At(turn, side, moment));
            self.labs[side].ask(GoTo(Seek::To(step)), then);
        }
        self.address.row = Some(self.row);
        if let Some(opened) = &self.opened[0] {
            self.address.write(&opened.overview.link);
        }
    }

    /// The step that a run has taken at the row.
    fn step(&self, side: usize) -> u32 {
        let rows = self.comparison.as_ref().map(|own| own.rows.as_slice());
        let taken = rows.and_then(|rows| rows.get(..self.row as usize));
        let steps = taken.unwrap_or_default().iter();
        steps.rev().find_map(|row| row.steps[side]).unwrap_or(0)
    }

    /// Whether a run does something in the row.
    fn acts(&self, side: usize) -> bool {
        let rows = self.comparison.as_ref().map(|own| own.rows.as_slice());
        let at = (self.row as usize).checked_sub(1);
        let row = rows.and_then(|rows| rows.get(at?));
        row.is_none_or(|row| row.steps[side].is_some())
    }
}

/// The keys: a row, or with Shift a difference.
fn keys(ctx: &Context<SideBySide>) -> EventListener {
    let link = ctx.link().clone();
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(
        &crate::browser::window(),
        "keydown",
        options,
        move |event| {
            let Some(key) = super::keys::key_of(event) else {
                return;
            };
            let to = match (key.key().as_str(), key.shift_key()) {
                ("ArrowRight", false) => To::Next,
                ("ArrowLeft", false) => To::Back,
                ("ArrowRight", true) => To::NextDifference,
                ("ArrowLeft", true) => To::LastDifference,
                ("Home", _) => To::Start,
                ("End", _) => To::End,
                _ => return,
            };
            event.prevent_default();
            link.send_message(Msg::Go(to));
        },
    )
}
