//! Whose types are looked at, when that is a module.

use super::desk::Desk;
use yew::prelude::*;

/// The line above a list that is about a module and its kernel.
pub fn view(desk: &Desk, leave: &Callback<()>) -> Html {
    let Some(module) = desk.module() else {
        return Html::default();
    };
    let onclick = leave.reform(|_: MouseEvent| ());
    html! {
        <p class="scope small"><span>{ "With module " }<b class="mono">{ module.to_owned() }</b></span>
            <button type="button" class="link small" {onclick}>{ "Only the kernel" }</button></p>
    }
}
