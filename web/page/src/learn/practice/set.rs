//! How far a set is, and how it went.

use super::{Msg, Practice};
use course::results::Outcome;
use yew::html::Scope;
use yew::prelude::*;

/// The questions of the set as a row of buttons.
pub fn progress(practice: &Practice, link: &Scope<Practice>) -> Html {
    let one = |(at, outcome): (usize, &Outcome)| {
        let here = !practice.over && at == practice.at;
        html! {
            <li key={at}><button type="button" class={classes!("dot", class(*outcome))} aria-current={here.then_some("step")}
                aria-label={format!("Question {}, {outcome}", at + 1)} onclick={link.callback(move |_| Msg::GoTo(at))}>{ at + 1 }</button></li>
        }
    };
    html! {
        <nav class="set" aria-label="Questions of the set">
            <p>{ match practice.over {
                true => format!("A set of {} questions", practice.outcomes.len()),
                false => format!("Question {} of {}", practice.at + 1, practice.outcomes.len()),
            } }</p>
            <ol>{ for practice.outcomes.iter().enumerate().map(one) }</ol>
        </nav>
    }
}

/// How a set went.
pub fn results(practice: &Practice, link: &Scope<Practice>) -> Html {
    let all = practice.outcomes.len();
    let right = practice
        .outcomes
        .iter()
        .filter(|outcome| outcome.is_right())
        .count();
    let at_once = practice
        .outcomes
        .iter()
        .filter(|outcome| **outcome == Outcome::Right(1))
        .count();
    let row = |(at, (outcome, seed)): (usize, (&Outcome, &lab::practice::Seed))| {
        html! {
            <tr><td class="num">{ at + 1 }</td><td>{ seed.family().title() }</td><td class={class(*outcome)}>{ outcome.to_string() }</td>
                <td><button type="button" class="link" onclick={link.callback(move |_| Msg::GoTo(at))} aria-label={format!("Look at question {}", at + 1)}>{ "Look" }</button></td></tr>
        }
    };
    let rows = practice
        .outcomes
        .iter()
        .zip(&practice.place.seeds)
        .enumerate();
    html! {
        <section class="asked" aria-labelledby="set-head">
            <h2 id="set-head">{ format!("{right} of {all} right, {at_once} at the first try") }</h2>
            <table class="set-results"><thead><tr><th scope="col" class="num">{ "Question" }</th><th scope="col">{ "About" }</th><th scope="col">{ "How it went" }</th><th scope="col"><span class="vh">{ "Look" }</span></th></tr></thead>
                <tbody>{ for rows.map(row) }</tbody></table>
            <p class="acts"><a class="btn btn--primary" href="#/learn/answers">{ "Results as a code" }</a>
                <a class="btn" href="#/learn/practice">{ "More questions" }</a></p>
        </section>
    }
}

fn class(outcome: Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Open => None,
        Outcome::Right(_) => Some("is-right"),
        Outcome::Wrong(_) | Outcome::Shown => Some("is-wrong"),
    }
}
