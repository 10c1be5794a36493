//! A notification when a job ends while its tab is hidden, if the user asked for it.

use crate::browser::window;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Notification, NotificationOptions, NotificationPermission};

/// Whether the browser can be asked for the permission: it has notifications, and the user has not decided yet.
pub fn can_ask() -> bool {
    exists() && Notification::permission() == NotificationPermission::Default
}

/// Asks the user. Whatever the answer is, the page is drawn again.
pub async fn ask() {
    if let Ok(asked) = Notification::request_permission() {
        let _ = JsFuture::from(asked).await;
    }
}

/// Tells that a job has ended, if the tab is hidden and the user allows it.
pub fn tell(title: &str, text: &str) {
    let is_hidden = window()
        .document()
        .is_some_and(|document| document.hidden());
    if !is_hidden || !exists() || Notification::permission() != NotificationPermission::Granted {
        return;
    }
    let options = NotificationOptions::new();
    options.set_body(text);
    // Browsers that only let service workers notify refuse here.
    let _ = Notification::new_with_options(title, &options);
}

/// Some browsers have no notifications, or none outside of secure contexts.
fn exists() -> bool {
    js_sys::Reflect::has(&window(), &JsValue::from_str("Notification")).unwrap_or(false)
}
