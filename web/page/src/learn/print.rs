//! What is printed, from the texts of the lessons: a handout of two pages, and slides.

use super::figure;
use super::lab_view::{KeysFor, LabView, Layout};
use super::lab_worker::LabWorker;
use super::question::seed;
use super::results::qr;
use super::text;
use crate::browser::window;
use course::{Figure, Lesson, Question, lessons};
use std::sync::Arc;
use yew::prelude::*;

/// All lessons on two pages: ideas, question, task, address, and lines to write on.
pub fn handout() -> Html {
    let base = address_of_page();
    let lesson = |(at, lesson): (usize, &Arc<Lesson>)| {
        let address = format!("{base}#/learn/{}", lesson.slug);
        html! {
            <section>
                <h2>{ format!("{}. {}", at + 1, lesson.title) }</h2>
                <ul>{ for lesson.ideas.iter().map(|idea| html! { <li>{ text::marked(&idea.says) }{ "." }</li> }) }</ul>
                { for lesson.questions().map(|question| html! { <p class="ask"><b>{ "Predict: " }</b>{ text::marked(&question.ask) }</p> }) }
                { for lesson.exercises().map(|exercise| html! { <p class="ask"><b>{ "Task: " }</b>{ text::marked(&exercise.task) }</p> }) }
                <p class="at mono">{ address }</p>
                <svg class="lines" width="100%" height="88" aria-hidden="true">{ for [29, 58, 87].map(|y| html! { <rect y={y.to_string()} width="100%" height="0.6" /> }) }</svg>
            </section>
        }
    };
    let course = format!("{base}#/learn");
    html! {
        <div class="handout">
            { print_button() }
            <header class="handout-head"><div><h1 id="title" tabindex="-1">{ "How type dedup works" }</h1>
                <p>{ "Nine lessons, each with a figure that runs in the real engine, a question, and a task that the engine checks." }</p>
                <p class="at mono">{ &course }</p></div>{ qr::view(&course, "The address of the course") }</header>
            <div class="handout-cols">{ for lessons().iter().enumerate().map(lesson) }</div>
        </div>
    }
}

/// One idea a page, 16:9, then the figures at their steps; the answer of a question repeats it.
pub fn slides(worker: &LabWorker) -> Html {
    let drawn = |lesson: &Arc<Lesson>, figure: &Arc<Figure>| {
        html! {
            <section class="slide drawn"><p class="eye">{ &lesson.title }</p>
                <LabView worker={worker.clone()} from={figure::source(lesson, figure)} seek={figure::seek(figure.step)}
                    layout={figure::layout(figure.show, Layout::Screen)} keys={KeysFor::Nothing} followed=true />
                <p>{ text::marked(&figure.caption) }</p></section>
        }
    };
    let choices = |question: &Question, answered: bool| {
        let choice = |at: usize| {
            let own = question.choices.get(at)?;
            let class = (answered && own.is_right).then_some("is-right");
            Some(html! { <li class={classes!(class)}>{ text::marked(&own.says) }</li> })
        };
        html! { <ol>{ for question.order(seed()).into_iter().filter_map(choice) }</ol> }
    };
    let asked = |question: &Arc<Question>| {
        html! {
            <>
                <section class="slide"><p class="eye">{ "Predict" }</p><h2>{ text::marked(&question.ask) }</h2>{ choices(question, false) }</section>
                <section class="slide answered"><p class="eye">{ "Answer" }</p><h2>{ text::marked(&question.ask) }</h2>{ choices(question, true) }
                    { for question.right().map(|right| html! { <p>{ text::marked(&right.feedback) }</p> }) }</section>
            </>
        }
    };
    let lesson = |(at, lesson): (usize, &Arc<Lesson>)| {
        html! {
            <>
                <section class="slide first"><p class="eye">{ format!("{}", at + 1) }</p><h2>{ &lesson.title }</h2></section>
                { for lesson.ideas.iter().map(|idea| html! {
                    <section class="slide"><p class="eye">{ &lesson.title }</p><h2>{ text::marked(&idea.says) }</h2><p>{ text::marked(&idea.more) }</p></section>
                }) }
                { for lesson.figures().map(|figure| drawn(lesson, figure)) }
                { for lesson.questions().map(asked) }
            </>
        }
    };
    html! {
        <div class="slides">
            <h1 id="title" class="vh" tabindex="-1">{ "How type dedup works: slides" }</h1>
            { print_button() }
            { for lessons().iter().enumerate().map(lesson) }
        </div>
    }
}

/// The address of this page, without what is behind `#`.
fn address_of_page() -> String {
    let address = window().location().href().unwrap_or_default();
    let page = address.split('#').next().unwrap_or_default();
    page.to_owned()
}

fn print_button() -> Html {
    let print = |_| {
        // A browser that does not print has nothing to say of it.
        let _ = window().print();
    };
    html! { <p class="no-print"><button type="button" class="btn btn--primary" onclick={print}>{ "Print" }</button></p> }
}
