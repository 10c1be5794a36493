//! What the laboratory does with each message: what users type and press, and what its worker answers.

use super::{LabSide, LabView, Origin, Props};
use crate::browser::{copy, describe, save_text, select_line, window};
use crate::explore::png::save_png;
use crate::learn::present::{Room, RoomQuestion, Turn};
use crate::learn::save_drawing::Wanted;
use crate::learn::{panes, sections};
use gloo_timers::callback::Interval;
use lab::check::Verdict;
use lab::drawing::{Drawing, file_name};
use lab::scenario::Scenario;
use lab::{Abi, Asked, MOST_UNITS, Moment, Seek};
use protocol::lab::{
    Check, Draw, ExportSetup, FindSteps, GoTo, Open, Opened, SetupSource, TellSteps,
};
use std::rc::Rc;
use web_sys::File;
use yew::prelude::*;

/// Milliseconds of a step when the steps are played.
const STEP_MS: u32 = 900;

pub enum Msg {
    /// It was set up at this turn, or not.
    Opened(u32, Result<Box<Opened>, String>),
    /// It is at another step.
    At(Result<Box<Moment>, String>),
    /// Whether the task is done, from this check.
    Checked(u32, Result<Verdict, String>),
    /// The setup as the text of a file.
    Exported(Result<String, String>),
    /// Sections to save, and the module on another build.
    Sections(sections::Msg),
    /// The setups to begin with.
    Scenarios(Result<Vec<Scenario>, String>),
    /// All steps are wanted as text.
    Tell,
    /// All steps as text.
    Told(Result<Vec<String>, String>),
    /// The worker died: why.
    Died(String),
    /// A unit's text is another.
    Edit(usize, String),
    /// A unit's text is scrolled.
    Scrolled(usize, i32),
    /// Back to the units before a scenario, a file or a removal.
    Undo,
    /// Another unit.
    Add,
    /// A base below the units.
    AddBase,
    /// A unit less, or no base.
    Remove(usize),
    /// Another machine.
    Abi(Abi),
    /// The prelude is there, or is not.
    Prelude(bool),
    /// Forwards stand for definitions, or never do.
    KeepForwards(bool),
    /// All hashes are equal, or not.
    SameHash(bool),
    /// Each unit is a shard, or all are one.
    ManyShards(bool),
    /// Another step.
    Seek(Seek),
    /// A presenter's key.
    Turn(Turn),
    /// The steps of the questions to the room.
    Stops(Result<Vec<Option<u32>>, String>),
    /// The room takes this choice.
    Mark(usize),
    /// Show the answer.
    Answer,
    /// Go on with the steps, without an answer.
    TryIt,
    /// What is put into a link: the question, the answer.
    Asked(Asked),
    /// Copy a link that stops at this step.
    CopyStop,
    /// Fold a side of the laboratory, or show it again.
    Fold(LabSide),
    /// Draw again: what is drawn was changed.
    Redraw,
    /// Play, or pause.
    Play,
    /// The next step of a play.
    Tick,
    /// Take a scenario.
    Pick(String),
    /// Copy the link.
    Copy,
    /// Copy the line of HTML that shows the figure in another page.
    CopyEmbed,
    /// It was copied, or could not be.
    Copied(Copied, bool),
    /// Save steps as a drawing.
    SaveDrawing(Wanted),
    /// They are drawn, or not.
    Drawn(Wanted, Result<String, String>),
    /// The drawing is saved as PNG, or not.
    SavedPng(Result<(), String>),
    /// Save as a file.
    Export,
    /// Take a file.
    Import(File),
    /// It was read.
    Imported(Result<String, String>),
    /// A figure of strings is at this step.
    StringsAt(u32),
    /// Change a unit's text on a presenter's screen, or end that.
    EditHere(usize),
    /// Show the place of an error.
    Spot(usize, u32, Option<u32>),
    /// Is the task done?
    Check,
    /// One more hint.
    Hint,
    /// What is predicted.
    Number(String),
    /// Everything as the task began.
    Reset,
}

/// What was copied.
pub enum Copied {
    Link,
    /// A link that stops at its step and asks.
    Stop,
    /// The line of HTML of a frame.
    Embed(String),
}

impl LabView {
    /// Handles a message. Returns whether the view must be drawn again.
    pub(super) fn handle(&mut self, ctx: &Context<LabView>, msg: Msg) -> bool {
        match msg {
            Msg::Opened(turn, _) if turn != self.turn => return false,
            Msg::Opened(_, Ok(opened)) => self.opened(ctx, opened),
            // Asked before the text had its error.
            Msg::At(Ok(_)) if self.is_broken() => return false,
            Msg::At(Ok(moment)) => {
                self.room = None;
                self.moment = *moment;
                if self.moment.step == self.steps() || self.stop(ctx.props()).is_some() {
                    self.playing = None;
                }
                self.tell(ctx);
            }
            Msg::Checked(check, _) if check != self.check => return false,
            Msg::Checked(_, Ok(verdict)) => {
                if let Some(place) = &ctx.props().kept {
                    place.change_exercise(|answer| {
                        answer.outcome = answer.outcome.tried(verdict.done);
                    });
                }
                self.verdict = Some(verdict);
            }
            Msg::Exported(Ok(text)) => {
                if let Err(error) = save_text("btfscope-lab.json", "application/json", &text) {
                    self.notice = Some((false, error));
                }
            }
            Msg::Tell => {
                self.catch_up(ctx);
                self.lab.ask(TellSteps, ctx.link().callback(Msg::Told));
                return false;
            }
            Msg::Told(Ok(told)) => self.told = Some(told),
            Msg::Sections(msg) => return self.update_sections(ctx, msg),
            Msg::Scenarios(Ok(scenarios)) => self.scenarios = Rc::new(scenarios),
            Msg::Opened(_, Err(cause)) => self.refused(ctx, cause),
            Msg::At(Err(cause))
            | Msg::Checked(_, Err(cause))
            | Msg::Exported(Err(cause))
            | Msg::Told(Err(cause))
            | Msg::Stops(Err(cause))
            | Msg::Scenarios(Err(cause)) => {
                self.notice = Some((false, format!("The lab cannot answer: {cause}.")));
            }
            Msg::Died(cause) => self.died(&cause),
            Msg::Edit(unit, text) => {
                if let Some(own) = self.setup.text_mut(unit) {
                    *own = text;
                }
                self.edited(ctx);
            }
            Msg::Add if self.setup.units.len() < MOST_UNITS => {
                self.setup.units.push(String::new());
                self.edited(ctx);
            }
            Msg::AddBase if self.setup.base.is_none() => {
                self.setup.base = Some(String::new());
                self.edited(ctx);
            }
            Msg::Remove(unit) if self.setup.is_base(unit) || self.setup.units.len() > 1 => {
                self.replace();
                self.setup.remove(unit);
                if let Some(replaced) = self.replaced.last_mut() {
                    replaced.after = Some(self.setup.clone());
                }
                self.edited(ctx);
            }
            Msg::Undo => {
                let Some(replaced) = self.replaced.pop() else {
                    return false;
                };
                self.playing = None;
                let step = Seek::To(replaced.step);
                self.open(ctx, SetupSource::Setup(replaced.before), step);
            }
            Msg::Add | Msg::AddBase | Msg::Remove(_) => return false,
            Msg::Abi(abi) => {
                self.setup.abi = abi;
                self.edited(ctx);
            }
            Msg::Prelude(on) => {
                self.setup.prelude = on;
                self.edited(ctx);
            }
            Msg::KeepForwards(keep) => {
                self.setup.keep_forwards = keep;
                self.edited(ctx);
            }
            Msg::SameHash(same) => {
                self.setup.same_hash = same;
                self.edited(ctx);
            }
            Msg::ManyShards(many) => {
                self.setup.many_shards = many;
                self.edited(ctx);
            }
            // The laboratory has no steps of a text with an error; those that are shown stay.
            Msg::Seek(_) | Msg::Play | Msg::Tick if self.is_broken() => {
                self.playing = None;
                return true;
            }
            Msg::Seek(seek) => {
                self.playing = None;
                self.seek(ctx, seek);
                return false;
            }
            Msg::Turn(turn) => {
                self.playing = None;
                self.turn(ctx, turn);
                return false;
            }
            Msg::Redraw => {}
            Msg::Play => self.play(ctx),
            Msg::Tick => {
                self.seek(ctx, Seek::Next);
                return false;
            }
            Msg::Pick(slug) => {
                self.playing = None;
                self.replace_own();
                self.open(ctx, SetupSource::Scenario(slug.clone()), Seek::Start);
                self.picked = Some(slug);
            }
            Msg::Copy => {
                let address = window().location().href().unwrap_or_default();
                self.copy(ctx, Copied::Link, address);
                return false;
            }
            Msg::CopyEmbed => {
                let line = self.iframe(ctx.props());
                self.copy(ctx, Copied::Embed(line.clone()), line);
                return false;
            }
            Msg::Copied(what, done) => {
                let text = match (what, done) {
                    (Copied::Link, true) if matches!(self.origin, Origin::Scenario(_)) => {
                        "Link copied. It names the scenario and the step.".to_owned()
                    }
                    (Copied::Link, true) => {
                        "Link copied. It contains the units, the options and the step.".to_owned()
                    }
                    (Copied::Stop, true) => {
                        "Link copied. It opens the lab at this step and asks your question."
                            .to_owned()
                    }
                    (Copied::Link | Copied::Stop, false) => {
                        "The browser blocked copying. Copy the link from the address bar."
                            .to_owned()
                    }
                    (Copied::Embed(_), true) => {
                        "HTML copied: a frame with these units at this step, for a page of yours."
                            .to_owned()
                    }
                    (Copied::Embed(line), false) => {
                        format!("The browser blocked copying. This is the line: {line}")
                    }
                };
                self.notice = Some((true, text));
            }
            Msg::StringsAt(step) => {
                self.string_step = step;
                return false;
            }
            Msg::SaveDrawing(wanted) => {
                self.catch_up(ctx);
                let title = self.scenario().map_or("", |one| one.title.as_str());
                let drawing = Drawing {
                    title: title.to_owned(),
                    first: wanted.steps.0,
                    last: wanted.steps.1,
                    pace: wanted.pace,
                    dark: wanted.dark,
                };
                let then = ctx.link().callback(move |svg| Msg::Drawn(wanted, svg));
                self.lab.ask(Draw(drawing), then);
                return false;
            }
            Msg::Drawn(wanted, Ok(svg)) => {
                let slug = self.scenario().map(|one| one.slug.as_str());
                let name = file_name(slug, wanted.steps.0, wanted.steps.1);
                if wanted.png {
                    ctx.link().send_future(async move {
                        Msg::SavedPng(save_png(&format!("{name}.png"), &svg).await)
                    });
                    return false;
                }
                return self.saved(save_text(&format!("{name}.svg"), "image/svg+xml", &svg));
            }
            Msg::Drawn(_, Err(cause)) => return self.saved(Err(cause)),
            Msg::SavedPng(saved) => return self.saved(saved),
            Msg::Export => {
                self.catch_up(ctx);
                self.lab
                    .ask(ExportSetup, ctx.link().callback(Msg::Exported));
                return false;
            }
            Msg::Import(file) => {
                ctx.link().send_future(async move {
                    let text = wasm_bindgen_futures::JsFuture::from(file.text()).await;
                    Msg::Imported(
                        text.map_err(|error| describe(&error))
                            .map(|text| text.as_string().unwrap_or_default()),
                    )
                });
                return false;
            }
            Msg::Imported(Ok(text)) => {
                self.replace_own();
                self.open(ctx, SetupSource::File(text), Seek::Start);
            }
            Msg::Imported(Err(error)) => self.notice = Some((false, error)),
            Msg::Stops(Ok(steps)) => {
                self.stop_steps = steps;
            }
            Msg::Mark(place) => {
                let choices = self.stop(ctx.props()).map_or(0, RoomQuestion::choices);
                let room = self.room.get_or_insert_default();
                if room.answered || place >= choices {
                    return false;
                }
                room.marked = Some(place).filter(|_| room.marked != Some(place));
            }
            Msg::Answer => self.room.get_or_insert_default().answered = true,
            Msg::TryIt => {
                self.room = None;
                self.seek(ctx, Seek::Next);
            }
            Msg::Asked(asked) => self.asked = asked,
            Msg::CopyStop => {
                let address = window().location().href().unwrap_or_default();
                let (step, asked) = (self.moment.step, self.asked.to_link());
                let whole = address
                    .split_once("&stop=")
                    .map_or(address.as_str(), |(own, _)| own);
                self.copy(
                    ctx,
                    Copied::Stop,
                    format!("{whole}&stop={step}&ask={asked}"),
                );
                return false;
            }
            Msg::Fold(side) => match self.is_folded(side) {
                true => self.folded.retain(|folded| *folded != side),
                false => self.folded.push(side),
            },
            Msg::Scrolled(unit, by) => {
                self.scrolled.insert(unit, by);
            }
            Msg::EditHere(unit) => {
                self.editing = Some(unit).filter(|_| self.editing != Some(unit));
            }
            Msg::Spot(unit, line, column) => {
                select_line(&panes::id(&ctx.props().layout, unit), line, column);
                return false;
            }
            Msg::Check => {
                self.catch_up(ctx);
                if let Some(task) = &ctx.props().task {
                    self.check += 1;
                    let check = self.check;
                    let question = Check {
                        check: task.check_text(),
                        start: ctx.props().from.clone(),
                        answer: self.number.trim().parse().ok(),
                    };
                    let then = ctx
                        .link()
                        .callback(move |verdict| Msg::Checked(check, verdict));
                    self.lab.ask(question, then);
                }
                return false;
            }
            Msg::Hint => self.hints += 1,
            Msg::Number(text) => {
                self.number = text;
                self.withdraw_verdict();
                self.keep_number(ctx);
            }
            Msg::Reset => {
                self.withdraw_verdict();
                self.hints = 0;
                self.number.clear();
                if let Some(place) = &ctx.props().kept {
                    place.change_exercise(|answer| answer.units.clear());
                    self.keep_number(ctx);
                }
                self.open(ctx, ctx.props().from.clone(), ctx.props().seek);
            }
        }
        true
    }

    /// Opens a setup at a step.
    pub(super) fn open(&mut self, ctx: &Context<LabView>, from: SetupSource, seek: Seek) {
        self.turn += 1;
        self.awaited = true;
        self.stale = false;
        self.lost = false;
        self.notice = None;
        self.sought = seek;
        self.keeps_address = false;
        self.origin = match &from {
            SetupSource::Setup(_) => Origin::Units,
            SetupSource::File(_) => Origin::File,
            SetupSource::Link(_) => Origin::Link,
            SetupSource::Scenario(slug) => Origin::Scenario(slug.clone()),
        };
        let turn = self.turn;
        let then = ctx.link().callback(move |opened| Msg::Opened(turn, opened));
        self.lab.ask(Open { from, seek }, then);
    }

    /// Runs the engine over what was typed; while it runs, the last state waits.
    pub(super) fn edited(&mut self, ctx: &Context<LabView>) {
        self.playing = None;
        self.notice = None;
        self.withdraw_verdict();
        if let Some(place) = &ctx.props().kept {
            place.change_exercise(|answer| answer.units = self.setup.units.clone());
        }
        if self.awaited {
            self.stale = true;
            return;
        }
        self.open_typed(ctx);
    }

    /// Opens what was typed at the step that is shown; whoever looks at the end goes on looking at the end.
    fn open_typed(&mut self, ctx: &Context<LabView>) {
        let seek = match self.steps() {
            steps if steps > 0 && self.moment.step == steps => Seek::End,
            _ => Seek::To(self.moment.step),
        };
        self.open(ctx, SetupSource::Setup(self.setup.clone()), seek);
    }

    fn seek(&mut self, ctx: &Context<LabView>, seek: Seek) {
        match self.lost {
            true => self.open(ctx, SetupSource::Setup(self.setup.clone()), seek),
            false => self.lab.ask(
                GoTo(seek),
                ctx.link()
                    .callback(|moment: Result<_, _>| Msg::At(moment.map(Box::new))),
            ),
        }
    }

    /// A step, or what follows the steps.
    fn turn(&mut self, ctx: &Context<LabView>, turn: Turn) {
        let props = ctx.props();
        let step = self.moment.step;
        match turn {
            Turn::Leave if self.editing.is_some() => ctx
                .link()
                .send_message(Msg::EditHere(self.editing.unwrap_or_default())),
            Turn::Next | Turn::Back if self.turns_question(props, turn) => {
                ctx.link().send_message(Msg::Redraw);
            }
            Turn::Next if step < self.last_step(props.until) => {
                self.room = None;
                self.seek(ctx, Seek::Next);
            }
            Turn::Back if step > self.first_step(props.begin) => self.seek(ctx, Seek::Back),
            _ => props.turned.emit(turn),
        }
    }

    /// Takes a presenter's key to ask the question of the step, to show its answer, or to take either back.
    fn turns_question(&mut self, props: &Props, turn: Turn) -> bool {
        let is_there = self.stop(props).is_some();
        let next = match (turn, self.room) {
            (Turn::Next, None) if is_there => Some(Room::default()),
            (Turn::Next, Some(room)) if !room.answered => Some(Room {
                answered: true,
                ..room
            }),
            (Turn::Back, Some(room)) if room.answered => Some(Room {
                answered: false,
                ..room
            }),
            (Turn::Back, Some(_)) => None,
            _ => return false,
        };
        self.room = next;
        true
    }

    /// Asks which steps the questions to the room are at.
    pub(super) fn find_stops(&mut self, ctx: &Context<LabView>) {
        let names: Vec<_> = ctx.props().stops.iter().map(|stop| stop.step).collect();
        self.stop_steps.clear();
        if !names.is_empty() {
            self.lab
                .ask(FindSteps(names), ctx.link().callback(Msg::Stops));
        }
    }

    /// Copies a text, and tells whether the browser let it.
    fn copy(&self, ctx: &Context<LabView>, what: Copied, text: String) {
        let link = ctx.link().clone();
        wasm_bindgen_futures::spawn_local(async move {
            let done = copy(&text).await;
            link.send_message(Msg::Copied(what, done));
        });
    }

    /// Says why a drawing was not saved. Returns whether there is anything to say.
    fn saved(&mut self, saved: Result<(), String>) -> bool {
        let failed = saved.err();
        let is_failed = failed.is_some();
        if let Some(cause) = failed {
            self.notice = Some((false, format!("The drawing was not saved: {cause}.")));
        }
        is_failed
    }

    /// The scenario that is shown: as long as nothing was typed into it.
    pub(super) fn scenario(&self) -> Option<&Scenario> {
        self.scenarios.iter().find(|one| one.setup == self.setup)
    }

    /// Keeps the number that was typed.
    fn keep_number(&self, ctx: &Context<LabView>) {
        if let Some(place) = &ctx.props().kept {
            place.change_exercise(|answer| answer.number = self.number.clone());
        }
    }

    /// Drops the verdict, and one that is still on its way.
    fn withdraw_verdict(&mut self) {
        self.check += 1;
        self.verdict = None;
    }

    /// Gives the laboratory the texts as they are now: it may have been restarted, or know only an earlier text.
    fn catch_up(&mut self, ctx: &Context<LabView>) {
        if self.lost || self.stale {
            self.open_typed(ctx);
        }
    }

    fn play(&mut self, ctx: &Context<LabView>) {
        if self.playing.take().is_some() {
            return;
        }
        if self.moment.step == self.steps() {
            self.seek(ctx, Seek::Start);
        }
        let link = ctx.link().clone();
        self.playing = Some(Interval::new(STEP_MS, move || link.send_message(Msg::Tick)));
    }
}
