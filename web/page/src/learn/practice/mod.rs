//! Practice: questions from a seed, one after the other or as a set.
//!
//! ```text
//! question  one question: its units, what is asked, what was answered
//! answer    why the answer is right, and what becomes of each type
//! choose    what is asked about; set: how far a set is, and how it went
//! ```

mod answer;
mod choose;
mod question;
mod set;

use super::kept;
use super::lab_worker::{LabClient, LabWorker};
use crate::browser::{copy, focus, hash, set_hash, window};
use course::results::Outcome;
use gloo_events::EventListener;
use lab::practice::{Answer, Ask, Family, Level, Question, Seed};
use protocol::lab::Practise;
use protocol::practice::PracticePlace;
use std::collections::BTreeSet;
use std::rc::Rc;
use yew::prelude::*;

/// Questions of a set that the page offers.
const SET: usize = 10;

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    pub worker: LabWorker,
}

pub struct Practice {
    lab: LabClient,
    place: PracticePlace,
    /// The question of the set, from 0.
    at: usize,
    question: Option<Result<Rc<Question>, String>>,
    /// Counts questions, so that an answer of the worker to an earlier one is known.
    turn: u32,
    /// How each question went.
    outcomes: Vec<Outcome>,
    /// Choices that are marked now.
    chosen: BTreeSet<usize>,
    /// The number as it is typed.
    number: String,
    /// What was said to the last answer.
    said: Option<String>,
    /// Whether the set is over, and its results are shown.
    over: bool,
    /// Whether a link was copied.
    copied: Option<bool>,
    _moved: EventListener,
}

pub enum Msg {
    Moved,
    Came(u32, Result<Box<Question>, String>),
    Died(String),
    Choose(usize, bool),
    Number(String),
    Check,
    Show,
    Next,
    /// To a question of the set, from 0.
    GoTo(usize),
    About(Family, bool),
    Size(Level),
    /// A set that begins with the question that is shown.
    StartSet,
    Copy,
    Copied(bool),
    /// The answers that were kept are deleted.
    Deleted,
}

impl Component for Practice {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Practice>) -> Practice {
        let link = ctx.link().clone();
        let mut practice = Practice {
            lab: ctx.props().worker.lab(link.callback(Msg::Died)),
            place: PracticePlace::default(),
            at: 0,
            question: None,
            turn: 0,
            outcomes: Vec::new(),
            chosen: BTreeSet::new(),
            number: String::new(),
            said: None,
            over: false,
            copied: None,
            _moved: EventListener::new(&window(), "hashchange", move |_| {
                link.send_message(Msg::Moved);
            }),
        };
        practice.open(ctx, PracticePlace::of(&hash()));
        practice
    }

    fn update(&mut self, ctx: &Context<Practice>, msg: Msg) -> bool {
        if !matches!(msg, Msg::Copied(_) | Msg::Came(..)) {
            self.copied = None;
        }
        match msg {
            Msg::Moved => {
                let place = PracticePlace::of(&hash());
                let is_here = hash().starts_with("#/learn/practice");
                if !is_here || place == self.place {
                    return false;
                }
                self.open(ctx, place);
            }
            Msg::Came(turn, question) => {
                if turn != self.turn {
                    return false;
                }
                self.question = Some(question.map(|question| Rc::new(*question)));
            }
            Msg::Died(cause) => {
                self.question = Some(Err(format!("The lab’s worker has ended: {cause}.")));
            }
            Msg::Choose(at, on) => {
                if matches!(self.asked(), Some(Ask::One(_))) {
                    self.chosen.clear();
                }
                match on {
                    true => self.chosen.insert(at),
                    false => self.chosen.remove(&at),
                };
                self.said = None;
            }
            Msg::Number(number) => {
                self.number = number;
                self.said = None;
            }
            Msg::Check => self.check(),
            Msg::Show => {
                self.settle(Outcome::shown);
                self.said = None;
            }
            Msg::Next => match self.place.is_set {
                true => match self.at + 1 < self.place.seeds.len() {
                    true => self.ask(ctx, self.at + 1),
                    false => {
                        self.over = true;
                        focus("title");
                    }
                },
                false => {
                    let seed = self.place.choose(random());
                    let _ = window().location().set_hash(&self.place.one(seed));
                }
            },
            Msg::GoTo(at) => self.ask(ctx, at),
            Msg::About(family, on) => {
                self.place.families.retain(|own| *own != family);
                if on {
                    self.place.families.push(family);
                    self.place.families.sort_unstable();
                }
                self.renew_address();
            }
            Msg::Size(level) => {
                self.place.level = level;
                self.renew_address();
            }
            Msg::StartSet => {
                let first = self.place.choose(random());
                let _ = window().location().set_hash(&self.place.set(first, SET));
            }
            Msg::Copy => {
                let link = ctx.link().clone();
                wasm_bindgen_futures::spawn_local(async move {
                    let address = window().location().href().unwrap_or_default();
                    link.send_message(Msg::Copied(copy(&address).await));
                });
                return false;
            }
            Msg::Copied(done) => self.copied = Some(done),
            Msg::Deleted => {
                let place = self.place.clone();
                self.open(ctx, place);
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Practice>) -> Html {
        let link = ctx.link();
        let asked = match &self.question {
            _ if self.over => set::results(self, link),
            Some(Ok(question)) => question::view(self, question, link),
            Some(Err(why)) => html! { <p class="note note--error" role="alert">{ why }</p> },
            None => match &self.place.wrong {
                Some(why) => html! {
                    <p class="note note--error" role="alert">{ format!("This link is none of practice: {why}. ") }
                        <button type="button" class="btn" onclick={link.callback(|_| Msg::Next)}>{ "Another question" }</button></p>
                },
                None => {
                    html! { <p class="note" role="status">{ "The question is being made…" }</p> }
                }
            },
        };
        html! {
            <div class="practice">
                <h1 id="title" tabindex="-1">{ "Practice" }</h1>
                <p class="lead-note">{ "Small units at random, and what dedup makes of them. The engine of the lab answers every question. The seed in the address gives everyone the same one." }</p>
                if self.place.is_set { { set::progress(self, link) } }
                { asked }
                if !self.place.is_set { { choose::view(self, link) } }
                <section class="beside" aria-labelledby="answers-head"><h2 id="answers-head">{ "Your answers" }</h2>
                    <kept::KeepSwitch deleted={link.callback(|()| Msg::Deleted)} />
                    <p>{ "Sets count: " }<a href="#/learn/answers">{ "your results as a code" }</a>{ "." }</p></section>
            </div>
        }
    }
}

impl Practice {
    /// Shows what an address asks for.
    fn open(&mut self, ctx: &Context<Practice>, place: PracticePlace) {
        self.place = place;
        self.over = false;
        if self.place.seeds.is_empty() && self.place.wrong.is_none() {
            self.place.seeds.push(self.place.choose(random()));
            self.renew_address();
        }
        self.outcomes = vec![Outcome::Open; self.place.seeds.len()];
        if self.place.is_set {
            let kept = kept::with(|answers| {
                let set = answers.practice.iter().find(|set| set.address == hash());
                set.map(|set| set.outcomes.clone())
            });
            for (own, kept) in self.outcomes.iter_mut().zip(kept.unwrap_or_default()) {
                *own = kept;
            }
        }
        // A set goes on where it was left.
        let open = self
            .outcomes
            .iter()
            .position(|outcome| !outcome.is_settled());
        match open {
            None if !self.place.seeds.is_empty() => {
                self.over = true;
            }
            _ => self.ask(ctx, open.unwrap_or(0)),
        }
    }

    /// Puts what is asked about into the address of the question that is shown.
    fn renew_address(&self) {
        if let Some(seed) = self.seed() {
            set_hash(&self.place.one(seed));
        }
    }

    /// Has a question of the set made, and shows it.
    fn ask(&mut self, ctx: &Context<Practice>, at: usize) {
        let is_first = self.turn == 0;
        self.at = at;
        self.over = false;
        self.question = None;
        self.chosen.clear();
        self.number.clear();
        self.said = None;
        self.turn += 1;
        let turn = self.turn;
        if let Some(seed) = self.seed() {
            let came = ctx
                .link()
                .callback(move |question| Msg::Came(turn, question));
            self.lab.ask(Practise { seed }, came);
        }
        if !is_first {
            focus("title");
        }
    }

    fn seed(&self) -> Option<Seed> {
        self.place.seeds.get(self.at).copied()
    }

    fn asked(&self) -> Option<&Ask> {
        let question = self.question.as_ref()?.as_ref().ok()?;
        Some(&question.ask)
    }

    /// How the question that is shown went.
    pub fn outcome(&self) -> Outcome {
        self.outcomes.get(self.at).copied().unwrap_or_default()
    }

    fn settle(&mut self, change: impl FnOnce(Outcome) -> Outcome) {
        if let Some(outcome) = self.outcomes.get_mut(self.at) {
            *outcome = change(*outcome);
        }
        if self.place.is_set
            && let Some(first) = self.place.seeds.first()
        {
            let outcomes = self.outcomes.clone();
            kept::change(|answers| {
                answers.set(&hash(), &first.to_string()).outcomes = outcomes;
            });
        }
    }

    fn check(&mut self) {
        let Some(Ok(question)) = self.question.clone() else {
            return;
        };
        let own = match question.ask {
            Ask::Number => match self.number.trim().parse() {
                Ok(number) => Answer::Number(number),
                Err(_) => {
                    self.said = Some("Type a number first.".to_owned());
                    return;
                }
            },
            _ if self.chosen.is_empty() => {
                self.said = Some("Choose an answer first.".to_owned());
                return;
            }
            _ => Answer::Choices(self.chosen.iter().copied().collect()),
        };
        let right = own == question.right;
        self.settle(|outcome| outcome.tried(right));
        self.said = Some(match right {
            true => "Correct.".to_owned(),
            false => answer::not_quite(&question, &own),
        });
    }
}

/// A random number of the browser.
fn random() -> u32 {
    (js_sys::Math::random() * f64::from(u32::MAX)) as u32
}
