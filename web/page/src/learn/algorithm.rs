//! The algorithm in seven lines, with the one that the step belongs to.

use super::lab_view::LabView;
use lab::algorithm::LINES;
use yew::prelude::*;

pub fn view(view: &LabView) -> Html {
    let now = view.moment.line;
    let line = |(number, text): (u32, &&'static str)| {
        let is_now = now == Some(number);
        html! {
            <li class={classes!(is_now.then_some("on"))} aria-current={is_now.then_some("step")}>{ *text }</li>
        }
    };
    html! {
        <section>
            <h2>{ "Algorithm" }</h2>
            <ol class="algorithm">{ for (1..).zip(&LINES).map(line) }</ol>
            <p class="dim small">{ match now {
                None if view.moment.step > 0 => "This pass does something else.",
                _ => "Passes 2, 3, and 5. In passes 2 and 5 equal compares two records alone.",
            } }</p>
        </section>
    }
}
