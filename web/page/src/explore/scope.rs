//! Whose types are looked at, when that is a module.

use super::client::ExplorerClient;
use yew::prelude::*;

/// The line above a list that is about a module and its kernel.
pub fn view(client: &ExplorerClient, leave: &Callback<()>) -> Html {
    let Some(module) = client.module() else {
        return Html::default();
    };
    let onclick = leave.reform(|_: MouseEvent| ());
    html! {
        <p class="scope small"><span>{ "With module " }<b class="mono">{ module.to_owned() }</b></span>
            <button type="button" class="link small" {onclick}>{ "Only the kernel" }</button></p>
    }
}
