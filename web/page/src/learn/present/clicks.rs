//! Clicks and taps on a presenter's screen: the right two thirds go on, the left third goes back.

use super::Turn;
use crate::browser::{has, window};
use gloo_events::{EventListener, EventListenerOptions};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent};
use yew::Callback;

/// What a click is for itself: controls, and what is typed, or read by selecting it.
const ITS_OWN: &str = "a, button, input, textarea, select, label, summary, details, .declarations, .strips, .track, nav";

/// Part of the width that leads back.
const BACK: f64 = 1.0 / 3.0;

/// Between press and release; more moves the drawing.
const STILL: i32 = 5;

/// Listens to clicks while they are this listener's; dropping both ends that. A click that another listener took is not
/// taken again.
pub fn listen(is_ours: impl Fn() -> bool + 'static, turned: Callback<Turn>) -> [EventListener; 2] {
    let pressed = Rc::new(Cell::new((0, 0)));
    let options = EventListenerOptions::enable_prevent_default();
    let clicks = {
        let pressed = pressed.clone();
        EventListener::new_with_options(&window(), "click", options, move |event| {
            let click = event.dyn_ref::<MouseEvent>();
            let turn = click.and_then(|click| turn_of(click, pressed.get()));
            if let Some(turn) = turn.filter(|_| !event.default_prevented() && is_ours()) {
                event.prevent_default();
                turned.emit(turn);
            }
        })
    };
    let presses = EventListener::new(&window(), "pointerdown", move |event| {
        if let Some(event) = event.dyn_ref::<MouseEvent>() {
            pressed.set((event.client_x(), event.client_y()));
        }
    });
    [clicks, presses]
}

fn turn_of(event: &MouseEvent, (x, y): (i32, i32)) -> Option<Turn> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let on_screen = target.closest("main.presenter").ok().flatten().is_some();
    let is_its_own = target.closest(ITS_OWN).ok().flatten().is_some();
    let is_drag = (event.client_x() - x)
        .abs()
        .max((event.client_y() - y).abs())
        > STILL;
    let has_key = event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key();
    if !on_screen
        || is_its_own
        || is_drag
        || has_key
        || event.button() != 0
        || selects()
        || has("screen-list")
    {
        return None;
    }
    let width = window().inner_width().ok()?.as_f64()?;
    match f64::from(event.client_x()) < width * BACK {
        true => Some(Turn::Back),
        false => Some(Turn::Next),
    }
}

/// Whether text is selected: the click ended that.
fn selects() -> bool {
    let selected = || -> Option<bool> {
        let get = js_sys::Reflect::get(&window(), &"getSelection".into()).ok()?;
        let get = get.dyn_into::<js_sys::Function>().ok()?;
        let selection = get.call0(&window()).ok()?;
        let collapsed = js_sys::Reflect::get(&selection, &"isCollapsed".into()).ok()?;
        Some(!collapsed.as_bool()?)
    };
    selected().unwrap_or(false)
}
