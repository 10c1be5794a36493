//! What is wrong with the file of a lesson, line by line.

use course::{Lesson, Problem};
use protocol::figures::counted;
use yew::prelude::*;

/// The list of all problems; nothing if there are none.
pub fn list(name: &str, lesson: &Lesson) -> Html {
    if lesson.problems.is_empty() {
        return Html::default();
    }
    let found = counted(lesson.problems.len() as u64, "problem", "problems");
    html! {
        <section class="note note--error lesson-problems" lang="en" aria-labelledby="problems">
            <h2 id="problems">{ format!("{found} in {name}") }</h2>
            <ol>{ for lesson.problems.iter().map(|one| html! { <li>{ problem(one) }</li> }) }</ol>
        </section>
    }
}

/// What takes the place of a block that cannot be shown.
pub fn in_place(one: &Problem) -> Html {
    html! { <div class="note note--error lesson-problem" lang="en">{ problem(one) }</div> }
}

fn problem(one: &Problem) -> Html {
    let warning = if one.fault.is_warning() {
        "Warning: "
    } else {
        ""
    };
    html! {
        <>
            <p><b>{ format!("Line {}: ", one.line) }</b>{ warning }{ super::text::plain_sentence(&one.fault.to_string()) }{ "." }</p>
            if !one.excerpt.is_empty() { <pre class="code">{ &one.excerpt }</pre> }
            <p>{ one.fault.advice() }</p>
        </>
    }
}
