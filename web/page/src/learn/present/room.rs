//! Questions to the room: at a step of a figure, and on screens of their own.

use crate::learn::figure;
use crate::learn::lab_view::{LabView, Msg};
use crate::learn::text;
use course::{Figure, Lesson, Question, Stop};
use lab::{Asked, StepName};
use std::rc::Rc;
use std::sync::Arc;
use yew::html::Scope;
use yew::prelude::*;

/// A question at a step.
#[derive(Clone, Debug, PartialEq)]
pub struct RoomStop {
    /// The step that is shown beside it.
    pub step: StepName,
    pub question: RoomQuestion,
}

/// What the room is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum RoomQuestion {
    /// A question of a lesson, with choices.
    Lesson(Arc<Question>),
    /// A question of a link.
    Link(Asked),
}

/// How far a question is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Room {
    /// The choice that the room has taken: its place on the screen, from 0.
    pub marked: Option<usize>,
    /// Whether the answer is shown.
    pub answered: bool,
}

impl RoomQuestion {
    /// Choices that can be marked.
    pub fn choices(&self) -> usize {
        match self {
            RoomQuestion::Lesson(question) => question.choices.len(),
            RoomQuestion::Link(_) => 0,
        }
    }

    /// The question.
    pub fn ask(&self) -> Html {
        match self {
            RoomQuestion::Lesson(question) => text::marked(&question.ask),
            RoomQuestion::Link(asked) => text::plain_sentence(&asked.question),
        }
    }
}

/// Whether a question is asked at a step of this figure.
pub fn belongs(stop: &Stop, figure: &Figure) -> bool {
    let own = &stop.figure;
    figure::is_ladder(figure.show)
        && (&own.from, &own.base, &own.switches) == (&figure.from, &figure.base, &figure.switches)
}

/// The questions that a figure asks.
pub fn stops(lesson: &Lesson, figure: &Figure) -> Rc<Vec<RoomStop>> {
    let own = lesson.stops().filter(|stop| belongs(stop, figure));
    let stop = |stop: &Arc<Stop>| RoomStop {
        step: stop.figure.step,
        question: RoomQuestion::Lesson(stop.question.clone()),
    };
    Rc::new(own.map(stop).collect())
}

/// The question of the step that is shown, beside the drawing: choices, then the answer.
pub fn view(question: &RoomQuestion, room: Room, link: &Scope<LabView>) -> Html {
    let mark = link.callback(Msg::Mark);
    html! {
        <div class="room">
            { body(question, room, &mark) }
            if !room.answered {
                <div class="acts">
                    <button type="button" class="btn btn--primary" onclick={link.callback(|_| Msg::Answer)}>{ "Show the answer" }</button>
                    <button type="button" class="btn" title="Go on with the steps, to see what happens" onclick={link.callback(|_| Msg::TryIt)}>{ "Try it" }</button>
                </div>
            }
        </div>
    }
}

/// Choices and answer.
pub fn body(question: &RoomQuestion, room: Room, mark: &Callback<usize>) -> Html {
    match question {
        RoomQuestion::Lesson(question) => {
            html! { <>{ choices(question, room, mark) }{ for room.answered.then(|| why(question)) }</> }
        }
        RoomQuestion::Link(asked) if room.answered => {
            let answer = match asked.answer.as_str() {
                "" => html! { { "The link brings no answer: go on, and see." } },
                answer => text::plain_sentence(answer),
            };
            html! { <p class="room-why" role="status">{ answer }</p> }
        }
        RoomQuestion::Link(_) => Html::default(),
    }
}

fn choices(question: &Question, room: Room, mark: &Callback<usize>) -> Html {
    let order = question
        .order(crate::learn::question::seed())
        .into_iter()
        .enumerate();
    let choice = |(place, at): (usize, usize)| {
        let own = question.choices.get(at)?;
        let marked = room.marked == Some(place);
        let right = room.answered && own.is_right;
        let class = classes!(
            marked.then_some("marked"),
            right.then_some("right"),
            (room.answered && !own.is_right).then_some("wrong")
        );
        let mark = mark.clone();
        Some(html! {
            <li><button type="button" class={class} aria-pressed={marked.to_string()} disabled={room.answered} onclick={move |_| mark.emit(place)}>
                <b>{ place + 1 }</b><span>{ text::marked(&own.says) }
                    if right { <strong>{ " Right" }</strong> }
                    if marked && room.answered && !own.is_right { <em>{ " " }{ text::marked(&own.feedback) }</em> }</span></button></li>
        })
    };
    html! { <ol class="room-choices">{ for order.filter_map(choice) }</ol> }
}

fn why(question: &Question) -> Html {
    let said = question.right().filter(|right| !right.feedback.is_empty());
    html! { <>{ for said.map(|right| html! { <p class="room-why" role="status">{ text::marked(&right.feedback) }</p> }) }</> }
}
