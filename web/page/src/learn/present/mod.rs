//! What a presenter has on every screen: where figures were left, keys, clicks, and buttons, questions to the room, black screen,
//! list, timer,
//! pointer.

mod clicks;
mod places;
pub mod room;
mod tools;

pub use clicks::listen as listen_to_clicks;
pub use places::Places;
pub use room::{Room, RoomQuestion, RoomStop};
pub use tools::Tools;

use super::keys::key_of;
use crate::browser::window;
use gloo_events::{EventListener, EventListenerOptions};
use yew::prelude::*;

/// Where a key of a presenter leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// To what comes next: a step, then a screen.
    Next,
    /// To what was before.
    Back,
    /// To the next screen, whatever steps are left.
    NextScreen,
    /// To the screen before.
    LastScreen,
    /// Out of the presenter.
    Leave,
    /// Into it.
    Enter,
}

/// The turn of a key: those of remotes, and those of the keyboard.
pub fn turn_of(event: &web_sys::Event) -> Option<Turn> {
    let key = key_of(event)?;
    if key.shift_key() {
        return None;
    }
    let turn = match key.key().as_str() {
        "ArrowRight" | "PageDown" | "n" => Turn::Next,
        "ArrowLeft" | "PageUp" | "Backspace" => Turn::Back,
        "ArrowDown" => Turn::NextScreen,
        "ArrowUp" => Turn::LastScreen,
        "Escape" => Turn::Leave,
        // On a button or a link these keys are theirs.
        " " | "Enter" if !super::keys::on_control(event) => Turn::Next,
        _ => return None,
    };
    Some(turn)
}

/// Listens to a presenter's keys while they are this listener's; dropping it ends that. A key that another listener took
/// is not taken again: it may have led to another screen already.
pub fn listen(is_ours: impl Fn() -> bool + 'static, turned: Callback<Turn>) -> EventListener {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&window(), "keydown", options, move |event| {
        if let Some(turn) = turn_of(event).filter(|_| !event.default_prevented() && is_ours()) {
            event.prevent_default();
            turned.emit(turn);
        }
    })
}
