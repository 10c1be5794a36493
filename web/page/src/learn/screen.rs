//! The presenter's screens: one idea each, with nothing around. One key goes through the steps of a figure, and then to
//! the next screen.

use super::lab_view::{KeysFor, LabView, Layout};
use super::lab_worker::LabWorker;
use super::labels::{Labels, labels};
use super::lesson::{find, own};
use super::present::{self, Places, Room, RoomQuestion, Tools, Turn, room};
use super::{Numbers, figure, text};
use crate::app::{Learn, LessonAt, View};
use crate::browser::window;
use course::{Content, Figure, Lesson, NoteAt, Question, SLUGS, Show};
use gloo_events::EventListener;
use std::sync::Arc;
use yew::prelude::*;

/// What a screen shows; numbers are places among those of the lesson, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ScreenContent {
    Title,
    Idea(usize),
    Figure(usize),
    /// A question beside its drawing; then its answer.
    Stop(usize),
    StopAnswer(usize),
    Question(usize),
    Answer(usize),
}

impl ScreenContent {
    /// Where notes for it belong.
    fn notes(self) -> NoteAt {
        match self {
            ScreenContent::Title => NoteAt::Start,
            ScreenContent::Idea(number) => NoteAt::Idea(number + 1),
            ScreenContent::Figure(number) => NoteAt::Figure(number + 1),
            ScreenContent::Stop(number) | ScreenContent::StopAnswer(number) => {
                NoteAt::Stop(number + 1)
            }
            ScreenContent::Question(number) | ScreenContent::Answer(number) => {
                NoteAt::Question(number + 1)
            }
        }
    }

    /// Its title in the list of screens.
    fn title(self, lesson: &Lesson, words: &Labels) -> String {
        match self {
            ScreenContent::Title => lesson.title.clone(),
            ScreenContent::Idea(number) => lesson
                .ideas
                .get(number)
                .map_or_else(String::new, |idea| idea.says.plain()),
            ScreenContent::Figure(_) => "Figure".to_owned(),
            ScreenContent::Stop(_) | ScreenContent::Question(_) => "Question".to_owned(),
            ScreenContent::StopAnswer(_) | ScreenContent::Answer(_) => words.answer.to_owned(),
        }
    }
}

/// Screens of a lesson: its ideas, then figures and questions as they come.
fn screens(lesson: &Lesson) -> Vec<ScreenContent> {
    let mut all = vec![ScreenContent::Title];
    all.extend((0..lesson.ideas.len()).map(ScreenContent::Idea));
    let (mut figures, mut stops, mut questions) = (0.., 0.., 0..);
    for part in &lesson.parts {
        match &part.content {
            Content::Figure(_) => all.extend(figures.next().map(ScreenContent::Figure)),
            Content::Stop(stop) => {
                let number = stops.next().unwrap_or(0);
                // A figure with the same units asks it at its step.
                if !lesson.figures().any(|figure| room::belongs(stop, figure)) {
                    all.extend([
                        ScreenContent::Stop(number),
                        ScreenContent::StopAnswer(number),
                    ]);
                }
            }
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

/// The screen of a lesson, from 0.
pub fn view(
    at: LessonAt,
    screen: usize,
    worker: &LabWorker,
    numbers: Option<&Numbers>,
    places: &Places,
) -> Html {
    let Some(lesson) = &find(at) else {
        return Html::default();
    };
    let words = labels(&lesson.language);
    let all = screens(lesson);
    let screen = screen.min(all.len() - 1);
    let shown = all.get(screen).copied().unwrap_or(ScreenContent::Title);
    let number = match at {
        LessonAt::Own(at) => format!("{}.", at + 1),
        LessonAt::Opened => String::new(),
    };
    let body = body(at, lesson, shown, worker, numbers, places);
    let address = |learn: Learn| View::Learn(learn).target().into_owned();
    let of_lesson = |(at, lesson): (LessonAt, &Lesson)| -> Vec<(String, String)> {
        let number = match at {
            LessonAt::Own(at) => format!("{}.", at + 1),
            LessonAt::Opened => String::new(),
        };
        let all = screens(lesson).into_iter().enumerate();
        all.map(|(screen, content)| {
            let title = content.title(lesson, labels(&lesson.language));
            (
                format!("{number}{} {title}", screen + 1),
                address(Learn::Screen(at, screen)),
            )
        })
        .collect()
    };
    let listed: Vec<(String, String)> = match at {
        LessonAt::Own(_) => own()
            .flat_map(|(at, lesson)| of_lesson((at, lesson)))
            .collect(),
        LessonAt::Opened => of_lesson((at, lesson)),
    };
    let turned = |turn: Turn| {
        let places = places.clone();
        move |_: MouseEvent| go(&places, turn)
    };
    let place = shown.notes();
    let notes: Vec<Html> = lesson
        .notes_at(&place)
        .flat_map(|note| note.text.iter().map(|prose| text::prose(prose, lesson)))
        .collect();
    let has_own_bar = drawn(lesson, shown).is_some_and(|figure| figure::is_ladder(figure.show));
    // Keys and tools, which may draw nothing, come last: Yew inserts the next screen before what followed them when they were
    // drawn, and the bar may be gone by then.
    html! {
        <div class="present" lang={lesson.language.clone()}>
            { body }
            if !has_own_bar {
                <nav class="corner" aria-label="Screens">
                    <span>{ format!("{number}{}", screen + 1) }</span>
                    <button type="button" class="btn btn--quiet" onclick={turned(Turn::LastScreen)}>{ words.back }</button>
                    <button type="button" class="btn btn--quiet" onclick={turned(Turn::NextScreen)}>{ words.next }</button>
                    <button type="button" class="btn btn--quiet" title="Esc" onclick={turned(Turn::Leave)}>{ words.leave }</button>
                </nav>
            }
            <Keys places={places.clone()} />
            <Tools screens={listed} here={address(Learn::Screen(at, screen))}
                notes={(!notes.is_empty()).then(|| html! { <>{ for notes }</> })} />
        </div>
    }
}

fn body(
    at: LessonAt,
    lesson: &Arc<Lesson>,
    shown: ScreenContent,
    worker: &LabWorker,
    numbers: Option<&Numbers>,
    places: &Places,
) -> Html {
    let words = labels(&lesson.language);
    match shown {
        ScreenContent::Title => html! {
            <div class="words">
                if let LessonAt::Own(at) = at { <p class="eye">{ format!("{} {} {}", at + 1, words.of, SLUGS.len()) }</p> }
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
        ScreenContent::Stop(number) | ScreenContent::StopAnswer(number) => {
            match lesson.stops().nth(number) {
                Some(stop) => html! {
                    <div class="stop" key={format!("stop {number}")}>
                        <QuestionScreen at={(at, STOPS_FROM + number)} question={stop.question.clone()} language={lesson.language.clone()} answered={matches!(shown, ScreenContent::StopAnswer(_))} places={places.clone()} />
                        <LabView worker={worker.clone()} from={figure::source(lesson, &stop.figure)} seek={figure::seek(stop.figure.step)} layout={Layout::Figure} />
                    </div>
                },
                None => Html::default(),
            }
        }
        ScreenContent::Question(number) | ScreenContent::Answer(number) => {
            match lesson.questions().nth(number) {
                Some(own) => html! {
                    <QuestionScreen at={(at, number)} question={own.clone()} language={lesson.language.clone()} answered={matches!(shown, ScreenContent::Answer(_))} places={places.clone()} />
                },
                None => Html::default(),
            }
        }
    }
}

/// Numbers of stops among the questions of a lesson begin here, so that each has its own mark.
const STOPS_FROM: usize = 1_000;

#[derive(Clone, PartialEq, Properties)]
struct QuestionProps {
    /// Which lesson, and which of its questions.
    at: (LessonAt, usize),
    question: Arc<Question>,
    /// In which its words are.
    language: String,
    answered: bool,
    places: Places,
}

/// A question for the room, with choices that keys and clicks mark; then its answer.
#[component]
fn QuestionScreen(props: &QuestionProps) -> Html {
    let redraw = use_force_update();
    let (places, at, count) = (props.places.clone(), props.at, props.question.choices.len());
    let answered = props.answered;
    let mark = Callback::from(move |place: usize| {
        if place < count && !answered {
            places.mark(at, place);
            redraw.force_update();
        }
    });
    {
        let mark = mark.clone();
        use_effect_with((at, answered), move |_| {
            let listener = EventListener::new(&window(), "keydown", move |event| {
                let key = super::keys::key_of(event);
                if let Some(place) = key.and_then(|key| super::keys::place_of(&key.key())) {
                    mark.emit(place);
                }
            });
            move || drop(listener)
        });
    }
    let room = Room {
        marked: props.places.marked(at),
        answered,
    };
    let question = RoomQuestion::Lesson(props.question.clone());
    let words = labels(&props.language);
    html! {
        <div class="words question-screen"><p class="eye">{ if answered { words.answer } else { words.predict } }</p>
            <h1 id="title" tabindex="-1">{ question.ask() }</h1>
            { present::room::body(&question, room, &mark) }</div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct FigureProps {
    lesson: Arc<Lesson>,
    /// Which lesson, and which of its figures.
    at: (LessonAt, usize),
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
    let layout = figure::layout(figure.show, Layout::Screen);
    let moved = {
        let places = places.clone();
        Callback::from(move |(_, step): (String, u32)| places.leave(at, step))
    };
    let turned = Callback::from(move |turn| go(&places, turn));
    html! {
        <LabView worker={props.worker.clone()} from={figure::source(&props.lesson, figure)}
            stops={room::stops(&props.lesson, figure)} seek={*seek} begin={first} until={figure.until.map(figure::seek)} followed=true layout={layout} fast={figure.show == Show::FastPath} moved={moved} turned={turned}
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
fn has_steps(at: LessonAt, screen: usize) -> bool {
    find(at).is_some_and(|lesson| {
        let shown = screens(&lesson).get(screen).copied();
        let figure = shown.and_then(|shown| drawn(&lesson, shown));
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

/// The last screen of a lesson.
fn last(at: LessonAt) -> Option<usize> {
    Some(screens(find(at)?.as_ref()).len() - 1)
}

fn next(at: LessonAt, screen: usize) -> Option<Learn> {
    match (screen < last(at)?, at) {
        (true, _) => Some(Learn::Screen(at, screen + 1)),
        (false, LessonAt::Own(own)) if own + 1 < SLUGS.len() => {
            Some(Learn::Screen(LessonAt::Own(own + 1), 0))
        }
        (false, _) => None,
    }
}

fn previous(at: LessonAt, screen: usize) -> Option<Learn> {
    match (screen.checked_sub(1), at) {
        (Some(screen), _) => Some(Learn::Screen(at, screen)),
        (None, LessonAt::Own(own)) => {
            let at = LessonAt::Own(own.checked_sub(1)?);
            Some(Learn::Screen(at, last(at)?))
        }
        (None, LessonAt::Opened) => None,
    }
}
