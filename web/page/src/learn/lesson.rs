//! A lesson: text, figure, question, task.

use super::lab_view::{KeysFor, LabView, Layout};
use super::lab_worker::LabWorker;
use super::{Numbers, text};
use crate::app::{Learn, View};
use course::{LESSONS, Lesson, Question, Show};
use lab::{Seek, Setup};
use protocol::figures::{bytes_text, grouped};
use protocol::lab::SetupSource;
use yew::prelude::*;

/// The lesson of this number, from 0.
pub fn view(at: usize, worker: &LabWorker, numbers: Option<&Numbers>) -> Html {
    let Some(lesson) = LESSONS.get(at) else {
        return Html::default();
    };
    let address = |at: usize| View::Learn(Learn::Lesson(at)).address().into_owned();
    let previous = at
        .checked_sub(1)
        .and_then(|at| Some((address(at), LESSONS.get(at)?.title)));
    let next = LESSONS
        .get(at + 1)
        .map(|next| (address(at + 1), next.title));
    html! {
        <article class="lesson" key={lesson.slug}>
            <p class="eye">{ format!("Lesson {} of {}, {} minutes", at + 1, LESSONS.len(), lesson.minutes) }</p>
            <h1 id="title" tabindex="-1">{ lesson.title }</h1>
            <div class="lesson-cols">
                <div class="prose">
                    { for lesson.text.iter().map(|paragraph| html! { <p>{ text::marked(paragraph) }</p> }) }
                </div>
                <figure class="lesson-figure">
                    if lesson.figure.show == Show::Kernel { { kernel(numbers) } }
                    { figure(lesson, worker) }
                    <figcaption>{ text::marked(lesson.figure.caption) }{ " " }
                        <a href={format!("#/learn/lab?scenario={}", lesson.figure.scenario)}>{ "Open it in the lab" }</a></figcaption>
                </figure>
            </div>
            <div class="lesson-tasks">
                <section aria-labelledby="predict"><h2 id="predict">{ "Predict" }</h2>
                    <Ask question={at} /></section>
                <section aria-labelledby="exercise"><h2 id="exercise">{ "Task" }</h2>
                    { task(lesson, worker) }</section>
            </div>
            <footer class="lesson-foot">
                <p class="sources">{ "Sources: " }{ for lesson.sources.iter().map(|source| html! {
                    <a href={source.url} rel="noreferrer" target="_blank">{ source.title }</a> }) }</p>
                <nav class="lesson-nav" aria-label="Lessons">
                    if let Some((address, title)) = previous { <a class="btn" href={address}>{ format!("← {title}") }</a> }
                    <a class="btn" href={View::Learn(Learn::Course).address().into_owned()}>{ "All lessons" }</a>
                    <a class="btn" href={View::Learn(Learn::Screen(at, 0)).address().into_owned()}>{ "Present" }</a>
                    if let Some((address, title)) = next { <a class="btn btn--primary" href={address}>{ format!("{title} →") }</a> }
                </nav>
            </footer>
        </article>
    }
}

/// A lesson's figure.
fn figure(lesson: &'static Lesson, worker: &LabWorker) -> Html {
    let layout = match lesson.figure.show {
        Show::Bytes => Layout::Bytes,
        _ => Layout::Figure,
    };
    html! {
        <LabView worker={worker.clone()} from={SetupSource::Scenario(lesson.figure.scenario.to_owned())}
            seek={first_step(lesson)} layout={layout} keys={KeysFor::Steps} fast={lesson.figure.show == Show::Fast} />
    }
}

/// Where a lesson's figure begins.
pub fn first_step(lesson: &Lesson) -> Seek {
    match lesson.figure.show {
        Show::Kernel => Seek::End,
        Show::Bytes | Show::Fast => Seek::Start,
        Show::Steps(pass) => Seek::Pass(u32::from(pass)),
    }
}

fn task(lesson: &'static Lesson, worker: &LabWorker) -> Html {
    let from = match lesson.exercise.start {
        [] => SetupSource::Scenario(lesson.figure.scenario.to_owned()),
        units => SetupSource::Setup(Setup::of(units)),
    };
    html! {
        <LabView worker={worker.clone()} from={from} seek={Seek::End} layout={Layout::Task} task={lesson.slug} />
    }
}

/// A kernel's numbers: of the loaded one, or of Debian's 6.1.
pub fn kernel(numbers: Option<&Numbers>) -> Html {
    let own = numbers.cloned().unwrap_or(Numbers {
        name: "Debian’s Linux 6.1 cloud kernel".to_owned(),
        units: None,
        types: (3_409_960, 94_397),
        bytes: (132_500_000, 4_102_025),
    });
    let row = |what: &'static str, before: String, after: String| {
        html! { <tr><th scope="row">{ what }</th><td class="num">{ before }</td><td class="num">{ after }</td></tr> }
    };
    html! {
        <table class="saved" aria-label="A kernel before and after dedup">
            <caption>{ own.name }{ own.units.map(|units| format!(", {} units", grouped(units))) }</caption>
            <thead><tr><th scope="col"><span class="vh">{ "What" }</span></th><th scope="col" class="num">{ "Before" }</th><th scope="col" class="num">{ "After" }</th></tr></thead>
            <tbody>
                { row("Types", grouped(own.types.0), grouped(own.types.1)) }
                { row("BTF", bytes_text(own.bytes.0), bytes_text(own.bytes.1)) }
            </tbody>
        </table>
    }
}

#[derive(Clone, Copy, PartialEq, Properties)]
struct AskProps {
    /// The lesson's number.
    question: usize,
}

/// A question: choose, then see.
#[component]
fn Ask(props: &AskProps) -> Html {
    let chosen = use_state(|| None::<usize>);
    let shown = use_state(|| false);
    let Some(lesson) = LESSONS.get(props.question) else {
        return Html::default();
    };
    let Question {
        ask,
        choices,
        right,
        why,
    } = lesson.question;
    let choice = |at: usize, text: &'static str| {
        let chosen = chosen.clone();
        let mark = (*shown && at == right).then_some("is-right");
        html! {
            <label class={classes!("choice", mark)}>
                <input type="radio" name="predict" checked={*chosen == Some(at)} disabled={*shown} onchange={move |_| chosen.set(Some(at))} />
                <span>{ text::marked(text) }</span></label>
        }
    };
    let reveal = {
        let shown = shown.clone();
        move |_| shown.set(true)
    };
    let says = match *chosen {
        _ if !*shown => None,
        Some(own) if own == right => Some("Correct. "),
        Some(_) => Some("Not quite. "),
        None => Some(""),
    };
    html! {
        <div class="question">
            <fieldset><legend>{ text::marked(ask) }</legend>
                { for choices.iter().enumerate().map(|(at, text)| choice(at, text)) }</fieldset>
            if !*shown {
                <button type="button" class="btn" onclick={reveal}>
                    { if chosen.is_some() { "See the answer" } else { "Skip to the answer" } }</button>
            }
            <div aria-live="polite">
                if let Some(says) = says { <p class="answer"><b>{ says }</b>{ text::marked(why) }</p> }
            </div>
        </div>
    }
}
