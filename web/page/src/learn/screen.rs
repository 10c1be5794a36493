//! The presenter's screens: one idea each, with nothing around. One key goes through the steps of a figure, and then to
//! the next screen.

use super::lab_view::{KeysFor, LabView, Layout};
use super::lab_worker::LabWorker;
use super::present::{self, Places, Tools, Turn};
use super::{Numbers, lesson, text};
use crate::app::{Learn, View};
use course::{LESSONS, Lesson, Show};
use protocol::lab::SetupSource;
use yew::prelude::*;

/// What a screen shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ScreenContent {
    Title,
    Idea(usize),
    Figure,
    Question,
    Answer,
}

/// Screens of a lesson.
fn screens(lesson: &Lesson) -> Vec<ScreenContent> {
    let ideas = (0..lesson.ideas.len()).map(ScreenContent::Idea);
    [ScreenContent::Title]
        .into_iter()
        .chain(ideas)
        .chain([
            ScreenContent::Figure,
            ScreenContent::Question,
            ScreenContent::Answer,
        ])
        .collect()
}

/// The screen of a lesson, both from 0.
pub fn view(
    at: usize,
    screen: usize,
    worker: &LabWorker,
    numbers: Option<&Numbers>,
    places: &Places,
) -> Html {
    let Some(lesson) = LESSONS.get(at) else {
        return Html::default();
    };
    let all = screens(lesson);
    let screen = screen.min(all.len() - 1);
    let shown = all.get(screen).copied().unwrap_or(ScreenContent::Title);
    let body = match shown {
        ScreenContent::Title => html! {
            <div class="words"><p class="eye">{ format!("{} of {}", at + 1, LESSONS.len()) }</p>
                <h1 id="title" tabindex="-1">{ lesson.title }</h1></div>
        },
        ScreenContent::Idea(number) => match lesson.ideas.get(number) {
            Some(idea) => html! {
                <div class="words"><p class="eye">{ lesson.title }</p>
                    <h1 id="title" tabindex="-1">{ idea.says }</h1><p class="more">{ idea.more }</p></div>
            },
            None => Html::default(),
        },
        ScreenContent::Figure => html! {
            <div class="whole"><h1 id="title" class="vh" tabindex="-1">{ format!("{}: figure", lesson.title) }</h1>
                if lesson.figure.show == Show::Kernel { { lesson::kernel(numbers) } }
                <Figure lesson={at} worker={worker.clone()} places={places.clone()} /></div>
        },
        ScreenContent::Question => html! {
            <div class="words"><p class="eye">{ "Predict" }</p>
                <h1 id="title" tabindex="-1">{ text::marked(lesson.question.ask) }</h1>
                <ul class="choices">{ for lesson.question.choices.iter().map(|choice| html! { <li>{ text::marked(choice.says) }</li> }) }</ul></div>
        },
        ScreenContent::Answer => html! {
            <div class="words"><p class="eye">{ lesson.question.choices.get(lesson.question.right).map(|choice| text::marked(choice.says)) }</p>
                <h1 id="title" tabindex="-1">{ text::marked(lesson.question.why) }</h1></div>
        },
    };
    let address = |learn: Learn| View::Learn(learn).address().into_owned();
    let listed = LESSONS.iter().enumerate().flat_map(|(at, lesson)| {
        screens(lesson)
            .into_iter()
            .enumerate()
            .map(move |(screen, content)| {
                let title = match content {
                    ScreenContent::Title => lesson.title.to_owned(),
                    ScreenContent::Idea(number) => lesson
                        .ideas
                        .get(number)
                        .map_or_else(String::new, |idea| idea.says.to_owned()),
                    ScreenContent::Figure => "Figure".to_owned(),
                    ScreenContent::Question => "Question".to_owned(),
                    ScreenContent::Answer => "Answer".to_owned(),
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
    let has_own_bar = shown == ScreenContent::Figure
        && !matches!(lesson.figure.show, Show::Bytes | Show::Strings);
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
    lesson: usize,
    worker: LabWorker,
    places: Places,
}

/// A lesson's figure, at the step at which it was left.
#[component]
fn Figure(props: &FigureProps) -> Html {
    let Some(lesson) = LESSONS.get(props.lesson) else {
        return Html::default();
    };
    let (places, at) = (props.places.clone(), props.lesson);
    let seek = use_state(|| places.enter(at, lesson::first_step(lesson)));
    let layout = match lesson.figure.show {
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
        <LabView worker={props.worker.clone()} from={SetupSource::Scenario(lesson.figure.scenario.to_owned())}
            seek={*seek} begin={lesson::first_step(lesson)} followed=true layout={layout} fast={lesson.figure.show == Show::Fast} moved={moved} turned={turned}
            keys={if matches!(lesson.figure.show, Show::Bytes | Show::Strings) { KeysFor::Nothing } else { KeysFor::Presenter }} />
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
    LESSONS.get(lesson).is_some_and(|lesson| {
        screens(lesson).get(screen) == Some(&ScreenContent::Figure)
            && lesson.figure.show != Show::Bytes
    })
}

fn next(lesson: usize, screen: usize) -> Option<Learn> {
    let last = screens(LESSONS.get(lesson)?).len() - 1;
    match screen < last {
        true => Some(Learn::Screen(lesson, screen + 1)),
        false => LESSONS
            .get(lesson + 1)
            .map(|_| Learn::Screen(lesson + 1, 0)),
    }
}

fn previous(lesson: usize, screen: usize) -> Option<Learn> {
    match (screen.checked_sub(1), lesson.checked_sub(1)) {
        (Some(screen), _) => Some(Learn::Screen(lesson, screen)),
        (None, Some(lesson)) => {
            let last = screens(LESSONS.get(lesson)?).len() - 1;
            Some(Learn::Screen(lesson, last))
        }
        (None, None) => None,
    }
}
