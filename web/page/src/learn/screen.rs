//! The presenter's screens: one idea each, with nothing around. One key goes through the steps of a figure, and then to
//! the next screen.

use super::lab_view::{KeysFor, LabView, Layout};
use super::lab_worker::LabWorker;
use super::present::{self, Places, Tools, Turn};
use super::{Numbers, figure, text};
use crate::app::{Learn, View};
use course::{Content, Figure, Lesson, Show, lessons};
use std::sync::Arc;
use yew::prelude::*;

/// What a screen shows; numbers are places among those of the lesson, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ScreenContent {
    Title,
    Idea(usize),
    Figure(usize),
    Question(usize),
    Answer(usize),
}

/// Screens of a lesson: its ideas, then figures and questions as they come.
fn screens(lesson: &Lesson) -> Vec<ScreenContent> {
    let mut all = vec![ScreenContent::Title];
    all.extend((0..lesson.ideas.len()).map(ScreenContent::Idea));
    let (mut figures, mut questions) = (0.., 0..);
    for part in &lesson.parts {
        match &part.content {
            Content::Figure(_) => all.extend(figures.next().map(ScreenContent::Figure)),
            Content::Question(_) => {
                let number = questions.next().unwrap_or(0);
                all.extend([
                    ScreenContent::Question(number),
                    ScreenContent::Answer(number),
                ]);
            }
            _ => {}
        }
    }
    all
}

/// The screen of a lesson, both from 0.
pub fn view(
    at: usize,
    screen: usize,
    worker: &LabWorker,
    numbers: Option<&Numbers>,
    places: &Places,
) -> Html {
    let Some(lesson) = lessons().get(at) else {
        return Html::default();
    };
    let all = screens(lesson);
    let screen = screen.min(all.len() - 1);
    let shown = all.get(screen).copied().unwrap_or(ScreenContent::Title);
    let body = match shown {
        ScreenContent::Title => html! {
            <div class="words"><p class="eye">{ format!("{} of {}", at + 1, lessons().len()) }</p>
                <h1 id="title" tabindex="-1">{ &lesson.title }</h1></div>
        },
        ScreenContent::Idea(number) => match lesson.ideas.get(number) {
            Some(idea) => html! {
                <div class="words"><p class="eye">{ &lesson.title }</p>
                    <h1 id="title" tabindex="-1">{ text::marked(&idea.says) }</h1><p class="more">{ text::marked(&idea.more) }</p></div>
            },
            None => Html::default(),
        },
        ScreenContent::Figure(number) => match lesson.figures().nth(number) {
            Some(own) => html! {
                <div class="whole" key={number}><h1 id="title" class="vh" tabindex="-1">{ format!("{}: figure", lesson.title) }</h1>
                    if own.show == Show::Kernel { { figure::kernel(numbers) } }
                    <FigureScreen lesson={lesson.clone()} at={(at, number)} figure={own.clone()} worker={worker.clone()} places={places.clone()} /></div>
            },
            None => Html::default(),
        },
        ScreenContent::Question(number) => match lesson.questions().nth(number) {
            Some(question) => html! {
                <div class="words"><p class="eye">{ "Predict" }</p>
                    <h1 id="title" tabindex="-1">{ text::marked(&question.ask) }</h1>
                    <ul class="choices">{ for question.choices.iter().map(|choice| html! { <li>{ text::marked(&choice.says) }</li> }) }</ul></div>
            },
            None => Html::default(),
        },
        ScreenContent::Answer(number) => match lesson.questions().nth(number) {
            Some(question) => html! {
                <div class="words">
                    { for question.right().map(|right| html! { <p class="eye">{ text::marked(&right.says) }</p> }) }
                    <h1 id="title" tabindex="-1">{ for question.right().map(|right| html! { <>{ text::marked(&right.feedback) }{ " " }</> }) }</h1></div>
            },
            None => Html::default(),
        },
    };
    let address = |learn: Learn| View::Learn(learn).address().into_owned();
    let listed = lessons().iter().enumerate().flat_map(|(at, lesson)| {
        screens(lesson)
            .into_iter()
            .enumerate()
            .map(move |(screen, content)| {
                let title = match content {
                    ScreenContent::Title => lesson.title.clone(),
                    ScreenContent::Idea(number) => lesson
                        .ideas
                        .get(number)
                        .map_or_else(String::new, |idea| idea.says.plain()),
                    ScreenContent::Figure(_) => "Figure".to_owned(),
                    ScreenContent::Question(_) => "Question".to_owned(),
                    ScreenContent::Answer(_) => "Answer".to_owned(),
                };
                (
                    format!("{}.{} {title}", at + 1, screen + 1),
                    address(Learn::Screen(at, screen)),
                )
            })
    });
    let turned = |turn: Turn| {
        let places = places.clone();
        move |_: MouseEvent| go(&places, turn)
    };
    let has_own_bar = drawn(lesson, shown).is_some_and(|figure| figure::is_ladder(figure.show));
    html! {
        <div class="present">
            { body }
            <Keys places={places.clone()} />
            <Tools screens={listed.collect::<Vec<_>>()} here={address(Learn::Screen(at, screen))} />
            if !has_own_bar {
                <nav class="corner" aria-label="Screens">
                    <span>{ format!("{}.{}", at + 1, screen + 1) }</span>
                    <button type="button" class="btn btn--quiet" onclick={turned(Turn::LastScreen)}>{ "Back" }</button>
                    <button type="button" class="btn btn--quiet" onclick={turned(Turn::NextScreen)}>{ "Next" }</button>
                    <button type="button" class="btn btn--quiet" title="Esc" onclick={turned(Turn::Leave)}>{ "Leave" }</button>
                </nav>
            }
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct FigureProps {
    lesson: Arc<Lesson>,
    /// Which lesson, and which of its figures.
    at: (usize, usize),
    figure: Arc<Figure>,
    worker: LabWorker,
    places: Places,
}

/// A lesson's figure, at the step at which it was left.
#[component]
fn FigureScreen(props: &FigureProps) -> Html {
    let (places, at, figure) = (props.places.clone(), props.at, &props.figure);
    let first = figure::seek(figure.step);
    let seek = use_state(|| places.enter(at, first));
    let layout = match figure.show {
        Show::Bytes => Layout::Bytes,
        Show::Strings => Layout::Strings,
        _ => Layout::Screen,
    };
    let moved = {
        let places = places.clone();
        Callback::from(move |(_, step): (String, u32)| places.leave(at, step))
    };
    let turned = Callback::from(move |turn| go(&places, turn));
    html! {
        <LabView worker={props.worker.clone()} from={figure::source(&props.lesson, &figure.from, &figure.switches)}
            seek={*seek} begin={first} followed=true layout={layout} fast={figure.show == Show::FastPath} moved={moved} turned={turned}
            keys={if figure::is_ladder(figure.show) { KeysFor::Presenter } else { KeysFor::Nothing }} />
    }
}

#[derive(Clone, PartialEq, Properties)]
struct KeysProps {
    places: Places,
}

/// Listens to the keys of screens without steps. Where they lead from is what the address says: it is ahead of what is
/// drawn.
#[component]
fn Keys(props: &KeysProps) -> Html {
    let places = props.places.clone();
    use_effect_with((), |()| {
        let is_ours = || matches!(View::from_address(), Some(View::Learn(Learn::Screen(lesson, screen))) if !has_steps(lesson, screen));
        let turned = Callback::from(move |turn| go(&places, turn));
        let keys = present::listen(is_ours, turned.clone());
        let clicks = present::listen_to_clicks(is_ours, turned);
        move || drop((keys, clicks))
    });
    Html::default()
}

/// Goes to another screen from the one that the address names.
fn go(places: &Places, turn: Turn) {
    let Some(View::Learn(Learn::Screen(lesson, screen))) = View::from_address() else {
        return;
    };
    let back = matches!(turn, Turn::Back | Turn::LastScreen);
    let to = match turn {
        Turn::Next | Turn::NextScreen => next(lesson, screen),
        Turn::Back | Turn::LastScreen => previous(lesson, screen),
        Turn::Leave => Some(Learn::Lesson(lesson)),
        Turn::Enter => None,
    };
    if let Some(to) = to {
        places.turn(back);
        match to {
            // The history has one entry a lesson.
            Learn::Screen(other, _) if other == lesson => View::Learn(to).go(),
            _ => View::Learn(to).push(),
        }
    }
}

/// Whether a presenter's keys are those of a figure. What is drawn may be a screen that was left a moment ago: the address
/// decides. Outside of screens they are the laboratory's.
pub fn figure_has_keys() -> bool {
    match View::from_address() {
        Some(View::Learn(Learn::Screen(lesson, screen))) => has_steps(lesson, screen),
        _ => true,
    }
}

/// Whether a screen is a figure of steps.
fn has_steps(lesson: usize, screen: usize) -> bool {
    lessons().get(lesson).is_some_and(|lesson| {
        let shown = screens(lesson).get(screen).copied();
        let figure = shown.and_then(|shown| drawn(lesson, shown));
        figure.is_some_and(|figure| figure.show != Show::Bytes)
    })
}

/// The figure of a screen, if it is one.
fn drawn(lesson: &Lesson, shown: ScreenContent) -> Option<&Arc<Figure>> {
    match shown {
        ScreenContent::Figure(number) => lesson.figures().nth(number),
        _ => None,
    }
}

fn next(lesson: usize, screen: usize) -> Option<Learn> {
    let last = screens(lessons().get(lesson)?).len() - 1;
    match screen < last {
        true => Some(Learn::Screen(lesson, screen + 1)),
        false => lessons()
            .get(lesson + 1)
            .map(|_| Learn::Screen(lesson + 1, 0)),
    }
}

fn previous(lesson: usize, screen: usize) -> Option<Learn> {
    match (screen.checked_sub(1), lesson.checked_sub(1)) {
        (Some(screen), _) => Some(Learn::Screen(lesson, screen)),
        (None, Some(lesson)) => {
            let last = screens(lessons().get(lesson)?).len() - 1;
            Some(Learn::Screen(lesson, last))
        }
        (None, None) => None,
    }
}
