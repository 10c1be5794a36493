//! The list of all lessons.

use crate::app::{Learn, View};
use course::lessons;
use yew::prelude::*;

/// Draws the list of lessons.
pub fn view() -> Html {
    let minutes: u16 = lessons().iter().filter_map(|lesson| lesson.minutes).sum();
    let address = |learn: Learn| View::Learn(learn).address().into_owned();
    html! {
        <div class="course">
            <h1 id="title" tabindex="-1">{ "How type dedup works" }</h1>
            <p class="lead-note">{ format!("Nine lessons: {minutes} minutes as a talk, about twice that with the tasks. Each has a figure that runs in the real engine, a question, and a task that the engine checks. Nothing you do here is saved.") }</p>
            <ol class="lessons">
                { for lessons().iter().enumerate().map(|(at, lesson)| html! {
                    <li><a href={address(Learn::Lesson(at))}><span class="num">{ at + 1 }</span><b>{ &lesson.title }</b>
                        <span class="dim">{ lesson.minutes.map(|minutes| format!("{minutes} min")) }</span></a></li>
                }) }
            </ol>
            <section class="beside">
                <h2>{ "Also here" }</h2>
                <ul>
                    <li><a href={address(Learn::Lab)}>{ "Lab" }</a>{ ": type C declarations and watch dedup at work on them." }</li>
                    <li><a href={address(Learn::Practice)}>{ "Practice" }</a>{ ": questions about small units, made at random, which the engine answers." }</li>
                    <li><a href={address(Learn::Answers)}>{ "Your answers" }</a>{ ": what is done, and a code to hand in." }</li>
                    <li><a href={address(Learn::Glossary)}>{ "Glossary" }</a>{ ": the terms used here." }</li>
                    <li><a href={address(Learn::Screen(0, 0))}>{ "Presenter screens" }</a>{ ": one idea per screen, with the arrow keys." }</li>
                    <li><a href={address(Learn::Handout)}>{ "Handout" }</a>{ " and " }<a href={address(Learn::Slides)}>{ "slides" }</a>{ " to print." }</li>
                    <li>{ "For teachers: " }<a href={address(Learn::Results)}>{ "Results of a class" }</a>{ ", from the codes of its students." }</li>
                </ul>
            </section>
        </div>
    }
}
