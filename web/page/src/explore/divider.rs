//! The line between two panes. It moves by pointer and by keys; the page remembers where it is.

use crate::browser::{preference, remove_preference, root, set_preference};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// Pixels that a key moves the line by.
const STEP: f64 = 16.0;
/// The part of the panes' width that the first takes at most, as in the style sheet.
const MOST: f64 = 0.7;

/// The first of two panes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pane {
    /// A list beside what it opens.
    List,
    /// The definition of a type beside its bytes.
    Definition,
}

impl Pane {
    /// The property of the style sheet that is its width.
    fn property(self) -> &'static str {
        match self {
            Pane::List => "--list-width",
            Pane::Definition => "--definition-width",
        }
    }

    /// What its width is remembered under.
    fn preference(self) -> &'static str {
        self.property().trim_start_matches('-')
    }

    /// Pixels that it has at least.
    fn least(self) -> f64 {
        match self {
            Pane::List => 180.0,
            Pane::Definition => 240.0,
        }
    }

    /// Pixels that it has unless someone moves the line.
    fn usual(self) -> f64 {
        match self {
            Pane::List => 296.0,
            Pane::Definition => 464.0,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Pane::List => "Width of the list",
            Pane::Definition => "Width of the definition",
        }
    }

    /// Gives it the width, or the usual one.
    fn set(self, width: Option<f64>) {
        let root = root().and_then(|root| root.dyn_into::<HtmlElement>().ok());
        let Some(root) = root else { return };
        let style = root.style();
        // The policy of the page forbids styles in markup, not this.
        let _ = match width {
            Some(width) => style.set_property(self.property(), &format!("{width}px")),
            None => style.remove_property(self.property()).map(|_| ()),
        };
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct DividerProps {
    pub pane: Pane,
}

/// The line, in the element that contains both panes.
#[component]
pub fn Divider(props: &DividerProps) -> Html {
    let pane = props.pane;
    let line = use_node_ref();
    let is_dragged = use_mut_ref(|| false);
    let width = use_state(|| {
        let width = preference(pane.preference()).and_then(|text| text.parse().ok());
        pane.set(width);
        width
    });
    // Within what the panes have.
    let bounded = {
        let line = line.clone();
        move |width: f64| {
            let both = panes(&line).map_or(1280.0, |both| both.get_bounding_client_rect().width());
            width.min(both * MOST).max(pane.least()).round()
        }
    };
    let go = {
        let (width, bounded) = (width.clone(), bounded.clone());
        move |to: Option<f64>| {
            let to = to.map(&bounded);
            pane.set(to);
            match to {
                Some(to) => set_preference(pane.preference(), &to.to_string()),
                None => remove_preference(pane.preference()),
            }
            width.set(to);
        }
    };
    let now = width.unwrap_or(pane.usual());
    let onkeydown = {
        let go = go.clone();
        Callback::from(move |event: KeyboardEvent| {
            let to = match event.key().as_str() {
                "ArrowLeft" => now - STEP,
                "ArrowRight" => now + STEP,
                "Home" => 0.0,
                "End" => f64::MAX,
                _ => return,
            };
            event.prevent_default();
            go(Some(to));
        })
    };
    let onpointerdown = {
        let is_dragged = is_dragged.clone();
        Callback::from(move |event: PointerEvent| {
            if let Some(line) = event.target_dyn_into::<Element>() {
                let _ = line.set_pointer_capture(event.pointer_id());
                *is_dragged.borrow_mut() = true;
            }
        })
    };
    let onpointermove = {
        let (line, go, is_dragged) = (line.clone(), go.clone(), is_dragged.clone());
        Callback::from(move |event: PointerEvent| {
            if let Some(both) = panes(&line).filter(|_| *is_dragged.borrow()) {
                let left = both.get_bounding_client_rect().left();
                go(Some(f64::from(event.client_x()) - left));
            }
        })
    };
    let onlostpointercapture =
        Callback::from(move |_: PointerEvent| *is_dragged.borrow_mut() = false);
    let ondblclick = Callback::from(move |_: MouseEvent| go(None));
    // What contains the panes selects what was pressed last.
    let onclick = Callback::from(|event: MouseEvent| event.stop_propagation());
    let value = |pixels: f64| format!("{pixels:.0}");
    html! {
        <div ref={line} class={classes!("divider", pane.preference())} role="separator" tabindex="0" aria-orientation="vertical" aria-label={pane.label()}
            aria-valuenow={value(now)} aria-valuemin={value(pane.least())} aria-valuemax={value(bounded(f64::MAX))} aria-valuetext={format!("{now:.0} pixels")}
            title="Drag to resize, double-click for the usual width"
            {onkeydown} {onpointerdown} {onpointermove} {onlostpointercapture} {onclick} {ondblclick}></div>
    }
}

/// The element that contains both panes.
fn panes(line: &NodeRef) -> Option<Element> {
    line.cast::<Element>()?.parent_element()
}
