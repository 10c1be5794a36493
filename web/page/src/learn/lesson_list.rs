//! The lessons of the course with what is done of each, and the switch that keeps it.

use super::kept::{self, KeepSwitch};
use super::lesson::own;
use crate::app::{Learn, View};
use course::{Content, Lesson};
use yew::prelude::*;

/// All lessons.
#[component]
pub fn LessonList() -> Html {
    // Counts how often answers were deleted, which the ticks do not notice by themselves.
    let deletions = use_state(|| 0_u32);
    let deleted = {
        let deletions = deletions.clone();
        Callback::from(move |()| deletions.set(*deletions + 1))
    };
    html! {
        <>
            <ol class="lessons">
                { for own().enumerate().map(|(number, (at, lesson))| html! {
                    <li><a href={View::Learn(Learn::Lesson(at)).address().into_owned()}><span class="num">{ number + 1 }</span><b>{ &lesson.title }</b>
                        <span class="dim">{ done(lesson) }{ lesson.minutes.map(|minutes| format!("{minutes} min")) }</span></a></li>
                }) }
            </ol>
            <KeepSwitch {deleted} />
        </>
    }
}

/// How much of a lesson is answered right, of its questions and its exercises.
fn done(lesson: &Lesson) -> String {
    let asks = |content: &Content| {
        matches!(
            content,
            Content::Question(_) | Content::Stop(_) | Content::Exercise(_)
        )
    };
    let all = lesson.parts.iter().filter(|part| asks(&part.content));
    let all = all.count();
    let right = kept::with(|answers| {
        let own = answers.lessons.get(&lesson.slug)?;
        let asked = own.questions.values().map(|own| own.outcome);
        let typed = own.exercises.values().map(|own| own.outcome);
        Some(asked.chain(typed).filter(|own| own.is_right()).count())
    });
    match right.unwrap_or(0) {
        0 => String::new(),
        right if right >= all => "✓ done, ".to_owned(),
        right => format!("{right} of {all} right, "),
    }
}
