//! Why the answer is right, and what becomes of each type.

use crate::app::{Learn, LessonAt, View};
use crate::learn::text::plain_sentence;
use course::{SLUGS, TITLES};
use lab::practice::{Answer, Ask, Question};
use protocol::figures::counted;
use yew::prelude::*;

/// What is said to a wrong answer. It does not give the right one away.
pub fn not_quite(question: &Question, own: &Answer) -> String {
    match (own, &question.right) {
        (Answer::Number(own), _) => {
            format!(
                "Not {own}. Compare the types that look the same in both units: does a difference lead to them?"
            )
        }
        (Answer::Choices(own), Answer::Choices(right))
            if matches!(question.ask, Ask::Several(_)) =>
        {
            let too_many = own.iter().filter(|at| !right.contains(at)).count();
            let missing = right.iter().filter(|at| !own.contains(at)).count();
            let too_many = (too_many > 0).then(|| match too_many {
                1 => "1 of your choices stays apart".to_owned(),
                more => format!("{more} of your choices stay apart"),
            });
            let missing = (missing > 0).then(|| format!("{missing} more become one"));
            let parts: Vec<String> = too_many.into_iter().chain(missing).collect();
            format!("Not quite: {}.", parts.join("; "))
        }
        _ => "Not quite. What refers to the type, and what does the type refer to?".to_owned(),
    }
}

/// The right answer, why, and where to watch it.
pub fn why(question: &Question) -> Html {
    let reason = |reason: &lab::practice::Reason| {
        html! {
            <li>{ plain_sentence(&reason.says) }{ " " }{ step(question, reason.step) }</li>
        }
    };
    let lesson = question.family.lesson();
    let lesson = SLUGS.iter().position(|slug| *slug == lesson);
    let right = match (&question.right, &question.ask) {
        (Answer::Number(left), _) => Some(format!(
            "{} before dedup, {left} afterwards.",
            counted(u64::from(question.before), "type", "types")
        )),
        _ => None,
    };
    html! {
        <div class="why">
            if let Some(right) = right { <p><b>{ right }</b></p> }
            <ul class="reasons">{ for question.reasons.iter().map(reason) }</ul>
            <p class="acts"><a class="btn" href={address(question, question.step)}>{ "Watch it in the lab" }</a>
                if let Some(at) = lesson {
                    <a href={View::Learn(Learn::Lesson(LessonAt::Own(at))).address().into_owned()}>{ format!("Lesson {}: {}", at + 1, TITLES.get(at).copied().unwrap_or_default()) }</a>
                }</p>
        </div>
    }
}

/// A link to a step in the lab.
fn step(question: &Question, step: u32) -> Html {
    html! { <a class="step-link" href={address(question, step)}>{ format!("Step {step}") }</a> }
}

fn address(question: &Question, step: u32) -> String {
    format!("#/learn/lab?s={}&step={step}", question.link)
}

/// What becomes of each type.
pub fn fates(question: &Question) -> Html {
    let row = |fate: &lab::practice::Fate| {
        let becomes = match fate.becomes {
            Some(id) => format!("replaced by [{id}]"),
            None => "stays".to_owned(),
        };
        let pass = match fate.pass {
            0 => String::new(),
            pass => format!("pass {pass}"),
        };
        html! {
            <tr><td class="num">{ fate.unit + 1 }</td><td class="mono">{ format!("[{}] {}", fate.id, fate.name) }</td>
                <td>{ becomes }</td><td>{ pass }</td><td>{ step(question, fate.step) }</td></tr>
        }
    };
    html! {
        <details class="fates"><summary>{ "What becomes of each type" }</summary>
            <div class="scroll-x" role="region" aria-label="What becomes of each type" tabindex="0"><table>
                <thead><tr><th scope="col" class="num">{ "Unit" }</th><th scope="col">{ "Type" }</th><th scope="col">{ "In the end" }</th>
                    <th scope="col">{ "By" }</th><th scope="col">{ "At" }</th></tr></thead>
                <tbody>{ for question.fates.iter().map(row) }</tbody></table></div></details>
    }
}
