//! The presenter's screens: one idea each, by the arrow keys, with nothing around.

use super::worker::Laboratory;
use super::{Numbers, key_of, lesson, text};
use crate::app::{Learn, View};
use crate::browser::window;
use course::{LESSONS, Lesson, Show};
use gloo_events::{EventListener, EventListenerOptions};
use yew::prelude::*;

/// What a screen shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Title,
    Idea(usize),
    Figure,
    Question,
    Answer,
}

/// Screens of a lesson.
fn screens(lesson: &Lesson) -> Vec<Shown> {
    let ideas = (0..lesson.ideas.len()).map(Shown::Idea);
    [Shown::Title]
        .into_iter()
        .chain(ideas)
        .chain([Shown::Figure, Shown::Question, Shown::Answer])
        .collect()
}

/// The screen of a lesson, both from 0.
pub fn view(at: usize, screen: usize, laboratory: &Laboratory, numbers: Option<&Numbers>) -> Html {
    let Some(lesson) = LESSONS.get(at) else {
        return Html::default();
    };
    let all = screens(lesson);
    let screen = screen.min(all.len() - 1);
    let shown = all.get(screen).copied().unwrap_or(Shown::Title);
    let body = match shown {
        Shown::Title => html! {
            <div class="words"><p class="eye">{ format!("{} of {}", at + 1, LESSONS.len()) }</p>
                <h1 id="title" tabindex="-1">{ lesson.title }</h1></div>
        },
        Shown::Idea(number) => match lesson.ideas.get(number) {
            Some(idea) => html! {
                <div class="words"><p class="eye">{ lesson.title }</p>
                    <h1 id="title" tabindex="-1">{ idea.says }</h1><p class="more">{ idea.more }</p></div>
            },
            None => Html::default(),
        },
        Shown::Figure => html! {
            <div class="whole"><h1 id="title" class="vh" tabindex="-1">{ format!("{}: figure", lesson.title) }</h1>
                if lesson.figure.show == Show::Kernel { { lesson::kernel(numbers) } }
                { lesson::figure(lesson, laboratory, true) }</div>
        },
        Shown::Question => html! {
            <div class="words"><p class="eye">{ "Predict" }</p>
                <h1 id="title" tabindex="-1">{ text::marked(lesson.question.ask) }</h1>
                <ul class="choices">{ for lesson.question.choices.iter().map(|choice| html! { <li>{ text::marked(choice) }</li> }) }</ul></div>
        },
        Shown::Answer => html! {
            <div class="words"><p class="eye">{ lesson.question.choices.get(lesson.question.right).copied().map(text::marked) }</p>
                <h1 id="title" tabindex="-1">{ text::marked(lesson.question.why) }</h1></div>
        },
    };
    html! {
        <div class="present">
            { body }
            <Keys lesson={at} screen={screen} figure={shown == Shown::Figure && lesson.figure.show != Show::Bytes} />
            <p class="corner">{ format!("{}.{}", at + 1, screen + 1) }</p>
        </div>
    }
}

#[derive(Clone, Copy, PartialEq, Properties)]
struct KeyProps {
    lesson: usize,
    screen: usize,
    /// The arrow keys to left and right are the figure's.
    figure: bool,
}

/// Listens to the keys.
#[component]
fn Keys(props: &KeyProps) -> Html {
    let props = *props;
    use_effect_with(props, move |_| {
        let options = EventListenerOptions::enable_prevent_default();
        let listener =
            EventListener::new_with_options(&window(), "keydown", options, move |event| {
                let Some(key) = key_of(event) else { return };
                let to = match key.key().as_str() {
                    "PageDown" | "ArrowDown" => next(props.lesson, props.screen),
                    "PageUp" | "ArrowUp" => previous(props.lesson, props.screen),
                    "ArrowRight" | " " | "Enter" if !props.figure => {
                        next(props.lesson, props.screen)
                    }
                    "ArrowLeft" | "Backspace" if !props.figure => {
                        previous(props.lesson, props.screen)
                    }
                    "Escape" => Some(Learn::Lesson(props.lesson)),
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
