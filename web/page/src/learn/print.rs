//! What is printed, from the texts of the lessons: a handout of two pages, and slides.

use super::text;
use crate::browser::window;
use course::{Lesson, lessons};
use std::sync::Arc;
use yew::prelude::*;

/// All lessons in their ideas, on two pages.
pub fn handout() -> Html {
    let lesson = |(at, lesson): (usize, &Arc<Lesson>)| {
        html! {
            <section>
                <h2>{ format!("{}. {}", at + 1, lesson.title) }</h2>
                <ul>{ for lesson.ideas.iter().map(|idea| html! { <li><b>{ text::marked(&idea.says) }{ ". " }</b>{ text::marked(&idea.more) }</li> }) }</ul>
                { for lesson.questions().map(|question| html! { <p class="ask"><b>{ "Predict: " }</b>{ text::marked(&question.ask) }</p> }) }
            </section>
        }
    };
    html! {
        <div class="handout">
            { print_button() }
            <h1 id="title" tabindex="-1">{ "How type dedup works" }</h1>
            <div class="handout-cols">{ for lessons().iter().enumerate().map(lesson) }</div>
        </div>
    }
}

/// One idea a page.
pub fn slides() -> Html {
    let lesson = |(at, lesson): (usize, &Arc<Lesson>)| {
        html! {
            <>
                <section class="slide first"><p class="eye">{ format!("{}", at + 1) }</p><h2>{ &lesson.title }</h2></section>
                { for lesson.ideas.iter().map(|idea| html! {
                    <section class="slide"><p class="eye">{ &lesson.title }</p><h2>{ text::marked(&idea.says) }</h2><p>{ text::marked(&idea.more) }</p></section>
                }) }
                { for lesson.questions().map(|question| html! {
                    <>
                        <section class="slide"><p class="eye">{ "Predict" }</p><h2>{ text::marked(&question.ask) }</h2>
                            <ul>{ for question.choices.iter().map(|choice| html! { <li>{ text::marked(&choice.says) }</li> }) }</ul></section>
                        <section class="slide"><p class="eye">{ "Answer" }</p>
                            { for question.right().map(|right| html! { <h2>{ text::marked(&right.feedback) }</h2> }) }</section>
                    </>
                }) }
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

fn print_button() -> Html {
    let print = |_| {
        // A browser that does not print has nothing to say of it.
        let _ = window().print();
    };
    html! { <p class="no-print"><button type="button" class="btn btn--primary" onclick={print}>{ "Print" }</button></p> }
}
