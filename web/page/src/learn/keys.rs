//! The keys of the classroom.

use super::lab_view::{KeysFor, LabView, Msg};
use super::present::{listen_to_clicks, turn_of};
use super::screen::figure_has_keys;
use crate::browser::window;
use gloo_events::{EventListener, EventListenerOptions};
use lab::Seek;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};
use yew::html::Scope;

/// The keys of a laboratory, and a presenter's clicks; dropping the listeners ends it.
pub fn listen(keys: KeysFor, link: &Scope<LabView>) -> Vec<EventListener> {
    match keys {
        KeysFor::Nothing => Vec::new(),
        KeysFor::Steps => vec![steps(false, link)],
        KeysFor::Presenter => {
            let [clicks, presses] = listen_to_clicks(figure_has_keys, link.callback(Msg::Turn));
            vec![steps(true, link), clicks, presses]
        }
    }
}

/// The keys of the steps; a presenter's keys, which are also those of a remote, come first.
fn steps(presenter: bool, link: &Scope<LabView>) -> EventListener {
    let link = link.clone();
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&window(), "keydown", options, move |event| {
        let Some(key) = key_of(event) else { return };
        if presenter && !figure_has_keys() {
            return;
        }
        let own = link.get_component().and_then(|view| view.element());
        if !presenter && own.is_some_and(|own| !is_nearest(&own)) {
            return;
        }
        if let Some(turn) = turn_of(event).filter(|_| presenter) {
            event.prevent_default();
            return link.send_message(Msg::Turn(turn));
        }
        let msg = match (key.key().as_str(), key.shift_key()) {
            (digit, _) if presenter && place_of(digit).is_some() => {
                Msg::Mark(place_of(digit).unwrap_or_default())
            }
            ("ArrowRight", false) => Msg::Seek(Seek::Next),
            ("ArrowLeft", false) => Msg::Seek(Seek::Back),
            ("ArrowRight", true) => Msg::Seek(Seek::NextDecision),
            ("ArrowLeft", true) => Msg::Seek(Seek::LastDecision),
            ("]", _) => Msg::Seek(Seek::NextPass),
            ("[", _) => Msg::Seek(Seek::LastPass),
            ("Home", _) => Msg::Seek(Seek::Start),
            ("End", _) => Msg::Seek(Seek::End),
            // On a button or a link the space bar is theirs.
            (" ", _) if !on_control(event) => Msg::Play,
            _ => return,
        };
        event.prevent_default();
        link.send_message(msg);
    })
}

/// The choice of a key: `1` is the first.
pub fn place_of(key: &str) -> Option<usize> {
    key.parse::<usize>()
        .ok()
        .filter(|_| key.len() == 1)?
        .checked_sub(1)
}

/// Whether of several figures this one is nearest to the middle of the window: keys are its own.
fn is_nearest(own: &Element) -> bool {
    let document = window().document();
    let Some(all) = document.and_then(|document| document.query_selector_all(".figure").ok())
    else {
        return true;
    };
    let middle = window()
        .inner_height()
        .ok()
        .and_then(|height| height.as_f64())
        .unwrap_or_default()
        / 2.0;
    let distance = |element: &Element| {
        let place = element.get_bounding_client_rect();
        ((place.top() + place.bottom()) / 2.0 - middle).abs()
    };
    let own = distance(own);
    let others = (0..all.length()).filter_map(|at| all.item(at)?.dyn_into::<Element>().ok());
    others
        .map(|other| distance(&other))
        .all(|other| own <= other)
}

/// Whether the focus is on a button or a link.
pub fn on_control(event: &web_sys::Event) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| matches!(target.tag_name().as_str(), "BUTTON" | "A" | "SUMMARY"))
}

/// The key of an event that is meant for the page: not for a field that is typed in, and without Ctrl, Alt or Meta.
pub fn key_of(event: &web_sys::Event) -> Option<&KeyboardEvent> {
    let key = event.dyn_ref::<KeyboardEvent>()?;
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let typing = target.is_some_and(|target| {
        matches!(target.tag_name().as_str(), "TEXTAREA" | "INPUT" | "SELECT")
    });
    (!typing && !key.ctrl_key() && !key.alt_key() && !key.meta_key()).then_some(key)
}
