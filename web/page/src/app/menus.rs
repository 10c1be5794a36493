//! Menus: each a `details` of the class `pick`, with its button as `summary`.
//!
//! The browser opens and closes them by their button. They also close with Escape, with a press or the focus elsewhere, and
//! once something in them is chosen.

use crate::browser::window;
use gloo_events::{EventListener, EventListenerOptions, EventListenerPhase};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

const MENU: &str = "details.pick";

/// Closes menus until the listeners are dropped.
pub fn listen() -> Vec<EventListener> {
    // Before what the page does with the event: Escape in a menu closes nothing else.
    let early = |name: &'static str, act: fn(&Event)| {
        let options = EventListenerOptions {
            phase: EventListenerPhase::Capture,
            passive: false,
        };
        EventListener::new_with_options(&window(), name, options, act)
    };
    // After that: what is chosen has been told.
    let late = |name: &'static str, act: fn(&Event)| EventListener::new(&window(), name, act);
    vec![
        early("keydown", |event| {
            let key = event.dyn_ref::<KeyboardEvent>();
            if key.is_some_and(|key| key.key() == "Escape")
                && let Some(menu) = open()
            {
                close(&menu);
                event.stop_propagation();
                event.prevent_default();
            }
        }),
        early("pointerdown", leave),
        early("focusin", leave),
        late("click", |event| {
            if let Some(menu) = around(event, true) {
                close(&menu);
            }
        }),
        // Of a file picker, the choice in the browser's dialogue.
        late("change", |event| {
            if let Some(menu) = around(event, false) {
                close(&menu);
            }
        }),
    ]
}

/// The menu that is open, if one is.
fn open() -> Option<Element> {
    let document = window().document()?;
    let open = format!("{MENU}[open]");
    document.query_selector(&open).ok().flatten()
}

/// The menu in which an event happened; with `pressed`, only if a button or a link in it was pressed. The page may have
/// removed what was pressed since, so the path of the event counts.
fn around(event: &Event, pressed: bool) -> Option<Element> {
    let path = event.composed_path();
    let mut is_pressed = !pressed;
    for part in path.iter() {
        let Ok(element) = part.dyn_into::<Element>() else {
            break;
        };
        is_pressed |= matches!(element.tag_name().as_str(), "BUTTON" | "A");
        if element.matches(MENU).unwrap_or(false) {
            return Some(element).filter(|_| is_pressed);
        }
    }
    None
}

/// Closes the open menu when something happens outside of it. The focus is left where it goes.
fn leave(event: &Event) {
    let Some(menu) = open() else { return };
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    if target.is_none_or(|target| !menu.contains(Some(&target))) {
        let _ = menu.remove_attribute("open");
    }
}

/// Closes a menu; the focus goes to its button.
fn close(menu: &Element) {
    let _ = menu.remove_attribute("open");
    let button = menu.query_selector("summary").ok().flatten();
    if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
        let _ = button.focus();
    }
}
