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
    let advice = one.fault.advice();
    let mark = (!one.mark.is_empty()).then(|| {
        html! { <span aria-hidden="true">{ "\n" }{ &one.mark }</span> }
    });
    html! {
        <>
            <p><b>{ format!("Line {}: ", one.line) }</b>{ warning }{ super::text::plain_sentence(&one.fault.to_string()) }{ "." }</p>
            if !one.excerpt.is_empty() { <pre class="code">{ &one.excerpt }{ mark }</pre> }
            if !advice.is_empty() { <p>{ advice_in_words(&advice) }</p> }
        </>
    }
}

/// Backticks around code come in pairs; others are to be typed.
fn advice_in_words(advice: &str) -> Html {
    match advice.matches('`').count() % 2 {
        0 => super::text::plain_sentence(advice),
        _ => html! { { advice } },
    }
}
