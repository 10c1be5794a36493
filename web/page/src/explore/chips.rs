//! The conditions of a list beside its search box: each with a button that removes it.

use protocol::conditions::Condition;
use yew::prelude::*;

/// The id of the button that removes a condition.
pub fn id(at: usize) -> String {
    format!("condition-{at}")
}

/// The element that gets the focus when the condition at `removed` is gone, of `left` others.
pub fn focus_after(removed: usize, left: usize, search: &str) -> String {
    match left {
        0 => search.to_owned(),
        _ => id(removed.min(left - 1)),
    }
}

/// The conditions; `remove` is told which one is to go, `clear` that all are.
pub fn view(conditions: &[Condition], remove: &Callback<usize>, clear: &Callback<()>) -> Html {
    if conditions.is_empty() {
        return Html::default();
    }
    let chip = |(at, condition): (usize, &Condition)| {
        let Condition { what, value, .. } = condition;
        let label = format!("Remove {what}: {value}");
        let onclick = remove.reform(move |_: MouseEvent| at);
        html! {
            <span class="fchip"><span>{ format!("{what}: ") }<b>{ value }</b></span>
                <button type="button" id={id(at)} aria-label={label.clone()} title={label} {onclick}>{ "×" }</button></span>
        }
    };
    html! {
        <div class="chips" role="group" aria-label="Conditions">
            { for conditions.iter().enumerate().map(chip) }
            if conditions.len() > 1 {
                <button type="button" class="link small" onclick={clear.reform(|_: MouseEvent| ())}>{ "Clear all" }</button>
            }
        </div>
    }
}
