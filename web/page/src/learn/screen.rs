//! The presenter's screens: one idea each, by the arrow keys, with nothing around.

use super::keys::key_of;
use super::lab_worker::LabWorker;
use super::{Numbers, lesson, text};
use crate::app::{Learn, View};
use crate::browser::window;
use course::{LESSONS, Lesson, Show};
use gloo_events::{EventListener, EventListenerOptions};
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
pub fn view(at: usize, screen: usize, worker: &LabWorker, numbers: Option<&Numbers>) -> Html {
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
                { lesson::figure(lesson, worker, true) }</div>
        },
        ScreenContent::Question => html! {
            <div class="words"><p class="eye">{ "Predict" }</p>
                <h1 id="title" tabindex="-1">{ text::marked(lesson.question.ask) }</h1>
                <ul class="choices">{ for lesson.question.choices.iter().map(|choice| html! { <li>{ text::marked(choice) }</li> }) }</ul></div>
        },
        ScreenContent::Answer => html! {
            <div class="words"><p class="eye">{ lesson.question.choices.get(lesson.question.right).copied().map(text::marked) }</p>
                <h1 id="title" tabindex="-1">{ text::marked(lesson.question.why) }</h1></div>
        },
    };
    html! {
        <div class="present">
            { body }
            <Keys />
            <p class="corner">{ format!("{}.{}", at + 1, screen + 1) }</p>
        </div>
    }
}

/// Listens to the keys. Where they lead from is what the address says: it is ahead of what is drawn.
#[component]
fn Keys() -> Html {
    use_effect_with((), |()| {
        let options = EventListenerOptions::enable_prevent_default();
        let listener = EventListener::new_with_options(&window(), "keydown", options, |event| {
            let Some(View::Learn(Learn::Screen(lesson, screen))) = View::from_address() else {
                return;
            };
            let Some(key) = key_of(event) else { return };
            let own = !has_steps(lesson, screen);
            let to = match key.key().as_str() {
                "PageDown" | "ArrowDown" => next(lesson, screen),
                "PageUp" | "ArrowUp" => previous(lesson, screen),
                "ArrowRight" | " " | "Enter" if own => next(lesson, screen),
                "ArrowLeft" | "Backspace" if own => previous(lesson, screen),
                "Escape" => Some(Learn::Lesson(lesson)),
                _ => return,
            };
            event.prevent_default();
            if let Some(to) = to {
                View::Learn(to).push();
            }
        });
        move || drop(listener)
    });
    Html::default()
}

/// Whether a screen is a figure of steps, whose keys the arrows are.
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
