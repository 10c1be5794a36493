//! The list of all lessons.

use super::lesson::own;
use super::lesson_file::picker;
use super::lesson_list::LessonList;
use crate::app::{Learn, LessonAt, View};
use course::languages;
use web_sys::File;
use yew::prelude::*;

/// Draws the list of lessons.
pub fn view(choose: &Callback<File>) -> Html {
    let minutes: u16 = own().filter_map(|(_, lesson)| lesson.minutes).sum();
    let address = |learn: Learn| View::Learn(learn).address().into_owned();
    html! {
        <div class="course">
            <h1 id="title" tabindex="-1">{ "How type dedup works" }</h1>
            <p class="lead-note">{ format!("Nine lessons: {minutes} minutes as a talk, about twice that with the tasks. Each has a figure that runs in the real engine, a question, and a task that the engine checks.") }</p>
            <LessonList />
            <section class="beside">
                <h2>{ "Also here" }</h2>
                <ul>
                    <li><a href={address(Learn::Lab)}>{ "Lab" }</a>{ ": type C declarations and watch dedup at work on them." }</li>
                    <li><a href={address(Learn::Practice)}>{ "Practice" }</a>{ ": questions about small units, made at random, which the engine answers." }</li>
                    <li><a href={address(Learn::Answers)}>{ "Your answers" }</a>{ ": what is done, and a code to hand in." }</li>
                    <li><a href={address(Learn::SideBySide)}>{ "Side by side" }</a>{ ": two algorithms on the same units, such as that of 2018 and today’s." }</li>
                    <li><a href={address(Learn::Glossary)}>{ "Glossary" }</a>{ ": the terms used here." }</li>
                    <li><a href={address(Learn::Screen(LessonAt::Own(0), 0))}>{ "Presenter screens" }</a>{ ": one idea per screen, with the arrow keys." }</li>
                    <li><a href={address(Learn::Handout)}>{ "Handout" }</a>{ " and " }<a href={address(Learn::Slides)}>{ "slides" }</a>{ " to print." }</li>
                    <li>{ "For teachers: " }<a href={address(Learn::Results)}>{ "Results of a class" }</a>{ ", from the codes of its students." }</li>
                    <li>{ translated() }</li>
                </ul>
            </section>
            <section class="beside">
                <h2>{ "Lessons of your own" }</h2>
                <p class="lead-note">{ "A lesson is a text file: Markdown, with units, figures, questions, and exercises that the engine checks. Drop one here, or choose it. It stays on this computer. Each lesson above can be saved as such a file, to start from." }</p>
                <p>{ picker(choose) }</p>
            </section>
        </div>
    }
}

/// Lessons in other languages than English.
fn translated() -> Html {
    let others = own().enumerate().flat_map(|(number, (at, _))| {
        let other = languages(number).filter(|(code, _)| *code != "en");
        other.map(move |(code, name)| (at, number, code, name))
    });
    let link = |(at, number, code, name): (LessonAt, usize, &'static str, &'static str)| {
        let address = View::Learn(Learn::Lesson(at)).address();
        html! { <>{ format!("Lesson {} ", number + 1) }<a href={format!("{address}?lang={code}")}>{ "in " }<span lang={code}>{ name }</span></a>{ "." }</> }
    };
    html! { <>{ for others.map(link) }</> }
}
