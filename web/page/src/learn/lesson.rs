//! A lesson: text, figure, question, task.

use super::lab_view::{KeysFor, LabView, Layout};
use super::lab_worker::LabWorker;
use super::{Numbers, text};
use crate::app::{Learn, View};
use course::{Choice, KERNEL_BYTES, KERNEL_TYPES, LESSONS, Lesson, Question, Show};
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
                    { for lesson.text.iter().map(|paragraph| html! { <text::Paragraph text={*paragraph} /> }) }
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
        Show::Strings => Layout::Strings,
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
        Show::Kernel | Show::Bytes | Show::Strings | Show::Fast => Seek::Start,
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
        types: KERNEL_TYPES,
        bytes: KERNEL_BYTES,
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

/// A question: choose and check, as often as one likes, or see the answer.
#[component]
fn Ask(props: &AskProps) -> Html {
    let chosen = use_state(|| None::<usize>);
    // The choice that was checked last; taking another one takes its answer away.
    let checked = use_state(|| None::<usize>);
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
    let done = *shown || *checked == Some(right);
    let choice = |at: usize, text: &'static str| {
        let (chosen, checked) = (chosen.clone(), checked.clone());
        let mark = (done && at == right).then_some("is-right");
        let is_chosen = *chosen == Some(at);
        let onchange = move |_| {
            chosen.set(Some(at));
            checked.set(None);
        };
        html! {
            <label class={classes!("choice", mark)}>
                <input type="radio" name="predict" checked={is_chosen} disabled={done} onchange={onchange} />
                <span>{ text::marked(text) }</span></label>
        }
    };
    let check = {
        let (chosen, checked) = (chosen.clone(), checked.clone());
        move |_| checked.set(*chosen)
    };
    let reveal = {
        let shown = shown.clone();
        move |_| shown.set(true)
    };
    let says = match *checked {
        Some(own) if own == right => Some(("Correct. ", why)),
        _ if *shown => Some(("", why)),
        Some(own) => choices.get(own).map(|own| ("Not quite. ", own.but)),
        None => None,
    };
    html! {
        <div class="question">
            <fieldset><legend>{ text::marked(ask) }</legend>
                { for choices.iter().enumerate().map(|(at, Choice { says, .. })| choice(at, says)) }</fieldset>
            if !done {
                <div class="acts">
                    <button type="button" class="btn" disabled={chosen.is_none()} onclick={check}>{ "Check answer" }</button>
                    <button type="button" class="btn btn--quiet" onclick={reveal}>{ "Show the answer" }</button>
                </div>
            }
            <div aria-live="polite">
                if let Some((verdict, says)) = says { <p class="answer"><b>{ verdict }</b>{ text::marked(says) }</p> }
            </div>
        </div>
    }
}
