//! The units' declarations beside a drawing, with the lines that a step is about, and those of the walk's path.

use super::lab_view::{LabView, Msg};
use super::panes;
use lab::ladder::{Lines, lines};
use yew::html::Scope;
use yew::prelude::*;

/// The declarations. With `editable`, each has a button that makes it a field.
pub fn view(view: &LabView, link: &Scope<LabView>, editable: bool) -> Html {
    let Some(opened) = &view.opened else {
        return Html::default();
    };
    let texts: Vec<String> = opened.setup.texts().cloned().collect();
    let lit = lines(&opened.overview.graph, &view.moment, &texts);
    let unit = |(at, text): (usize, &String)| {
        let own = lit.get(at).cloned().unwrap_or_default();
        html! {
            <section key={at}>
                <div class="decl-head"><h2 id={view.id(&format!("declared-{at}"))}>{ opened.setup.title(at) }</h2>
                    if editable {
                        <button type="button" class="btn btn--quiet" aria-pressed={(view.editing == Some(at)).to_string()}
                            onclick={link.callback(move |_| Msg::EditHere(at))}>{ if view.editing == Some(at) { "Done" } else { "Edit" } }</button>
                    }
                </div>
                if editable && view.editing == Some(at) {
                    { panes::field(view, at, link) }
                } else {
                    <ol class="declared" tabindex="0" aria-labelledby={view.id(&format!("declared-{at}"))}>{ for (1..).zip(text.lines()).map(|(number, text)| line(number, text, &own)) }</ol>
                }
            </section>
        }
    };
    html! { <div class="declarations">{ for texts.iter().enumerate().map(unit) }</div> }
}

fn line(number: usize, text: &str, lit: &Lines) -> Html {
    let current = lit.current.contains(&number);
    let class = match (current, lit.path.contains(&number)) {
        (true, _) => Some("on"),
        (false, true) => Some("near"),
        _ => None,
    };
    // Half of the usual indent: the column is narrow.
    let text = text.replace("    ", "  ").replace('\t', "  ");
    html! {
        <li class={classes!(class)}>{ if text.is_empty() { " ".to_owned() } else { text } }
            if current { <span class="vh">{ " (current line)" }</span> }</li>
    }
}

/// Scrolls each list so that its first lit line is in view; the page itself does not move.
pub fn scroll_to_lit(root: &web_sys::Element) {
    use wasm_bindgen::JsCast;
    let Ok(lists) = root.query_selector_all(".declared") else {
        return;
    };
    for at in 0..lists.length() {
        let list = lists
            .item(at)
            .and_then(|node| node.dyn_into::<web_sys::Element>().ok());
        let Some(list) = list else { continue };
        let Ok(Some(line)) = list.query_selector(".on") else {
            continue;
        };
        let (room, own) = (
            list.get_bounding_client_rect(),
            line.get_bounding_client_rect(),
        );
        if own.top() < room.top() || own.bottom() > room.bottom() {
            let by = own.top() - room.top() - room.height() * 0.35;
            list.set_scroll_top(list.scroll_top() + by as i32);
        }
    }
}
