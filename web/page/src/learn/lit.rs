//! The lines of a step behind a text that is typed into: bars, since a text field cannot mark its own lines.

use lab::ladder::Lines;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

/// Height of a line and the room above the first, in rem, as the styles have them.
const LINE: f32 = 1.25;
const ABOVE: f32 = 0.5;

/// Bars behind the lines, moved as the text is scrolled.
pub fn bars(lines: &Lines, scrolled: i32) -> Html {
    let bar = |class: &'static str, line: usize| {
        let y = ABOVE + LINE * (line as f32 - 1.0);
        html! {
            <>
                <rect class={class} x="1" y={format!("{y}rem")} width="100%" height={format!("{LINE}rem")} />
                <rect class={classes!(class, "edge")} x="1" y={format!("{y}rem")} width={if class == "on" { "4" } else { "3" }} height={format!("{LINE}rem")} />
            </>
        }
    };
    let near = lines
        .path
        .iter()
        .filter(|line| !lines.current.contains(line));
    html! {
        <svg class="lit" aria-hidden="true"><g transform={format!("translate(0 {})", -scrolled)}>
            { for near.map(|&line| bar("near", line)) }
            { for lines.current.iter().map(|&line| bar("on", line)) }
        </g></svg>
    }
}

/// Scrolls long texts so that the first line of the step is in view, unless somebody types there.
pub fn scroll_to(root: &Element, lines: &[Lines]) {
    let Ok(fields) = root.query_selector_all(".lit-field textarea") else {
        return;
    };
    let active = crate::browser::active_element();
    for (at, own) in (0..fields.length()).zip(lines) {
        let field = fields
            .item(at)
            .and_then(|node| node.dyn_into::<Element>().ok());
        let (Some(field), Some(&first)) = (field, own.current.first()) else {
            continue;
        };
        let is_typed_in = active
            .as_ref()
            .is_some_and(|active| active.is_same_node(Some(&field)));
        let texts = field.scroll_height();
        let room = field.client_height();
        if is_typed_in || texts <= room {
            continue;
        }
        let y = (first as f32 - 1.0) * rem_line(&field);
        let top = field.scroll_top() as f32;
        if y < top || y + 2.0 * rem_line(&field) > top + room as f32 {
            field.set_scroll_top((y - room as f32 * 0.35) as i32);
        }
    }
}

/// Height of a line in pixels.
fn rem_line(field: &Element) -> f32 {
    let rows: f32 = field
        .get_attribute("rows")
        .and_then(|rows| rows.parse().ok())
        .unwrap_or(1.0);
    (field.client_height() as f32 - 16.0).max(1.0) / rows
}
