//! Input from outside the drawn page: keys, drops, and the address.

use super::{App, ChromeMsg, CompareMsg, FoundFiles, InboxMsg, ResultMsg, folders};
use crate::browser::{is_typing, window};
use gloo_events::{EventListener, EventListenerOptions};
use protocol::files::GivenFile;
use wasm_bindgen::JsCast;
use web_sys::{
    ClipboardEvent, DataTransfer, DragEvent, Event, FileList, HtmlElement, KeyboardEvent,
};
use yew::html::Scope;

/// Listens to the window until the listeners are dropped.
pub fn listen(link: &Scope<App>) -> Vec<EventListener> {
    let on = |name: &'static str, link: &Scope<App>, act: fn(&Scope<App>, &Event)| {
        let link = link.clone();
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&window(), name, options, move |event| act(&link, event))
    };
    vec![
        on("hashchange", link, |link, _| {
            link.send_message(ChromeMsg::Routed)
        }),
        on("keydown", link, on_key),
        on("dragenter", link, |link, event| {
            if carries_files(event) {
                event.prevent_default();
                link.send_message(ChromeMsg::Dragging(true));
            }
        }),
        on("dragover", link, |_, event| {
            if carries_files(event) {
                event.prevent_default();
                if let Some(transfer) = transfer(event) {
                    transfer.set_drop_effect("copy");
                }
            }
        }),
        on("dragleave", link, |link, event| {
            // Without a related target, the pointer has left the window.
            let drag = event.dyn_ref::<DragEvent>();
            if drag.is_some_and(|drag| drag.related_target().is_none()) {
                link.send_message(ChromeMsg::Dragging(false));
            }
        }),
        on("drop", link, |link, event| {
            event.prevent_default();
            link.send_message(ChromeMsg::Dragging(false));
            let Some(dropped) = transfer(event).as_ref().map(folders::carried) else {
                return;
            };
            link.send_future(async { InboxMsg::Files(folders::walk(dropped).await) });
        }),
        // Text goes where the cursor is; files go where a drop goes.
        on("paste", link, |link, event| {
            let pasted = event.dyn_ref::<ClipboardEvent>();
            let pasted = pasted.and_then(ClipboardEvent::clipboard_data);
            let files = list(pasted.and_then(|pasted| pasted.files()));
            if !files.is_empty() {
                event.prevent_default();
                let remarks = Vec::new();
                link.send_message(InboxMsg::Files(FoundFiles { files, remarks }));
            }
        }),
    ]
}

/// The files of a list, which the browser may change later.
pub fn list(files: Option<FileList>) -> Vec<GivenFile> {
    let Some(files) = files else {
        return Vec::new();
    };
    (0..files.length())
        .filter_map(|at| files.item(at))
        .map(folders::named)
        .collect()
}

fn transfer(event: &Event) -> Option<DataTransfer> {
    event.dyn_ref::<DragEvent>()?.data_transfer()
}

fn carries_files(event: &Event) -> bool {
    transfer(event).is_some_and(|transfer| transfer.types().includes(&"Files".into(), 0))
}

fn on_key(link: &Scope<App>, event: &Event) {
    let Some(key) = event.dyn_ref::<KeyboardEvent>() else {
        return;
    };
    if key.key() == "Escape" {
        return link.send_message(ChromeMsg::Escape);
    }
    if key.key() == "k" && (key.ctrl_key() || key.meta_key()) && !key.alt_key() && !key.shift_key()
    {
        key.prevent_default();
        return link.send_message(ChromeMsg::Palette(true));
    }
    if is_typing(key) || key.ctrl_key() || key.meta_key() || key.alt_key() {
        return;
    }
    match key.key().as_str() {
        "?" => link.send_message(ChromeMsg::Help(true)),
        "h" => link.send_message(ChromeMsg::Hex),
        "t" => link.send_message(ChromeMsg::Theme),
        "+" => link.send_message(ChromeMsg::TextSize(true)),
        "-" => link.send_message(ChromeMsg::TextSize(false)),
        "p" => link.send_message(ChromeMsg::Presenter),
        "o" => click("choose"),
        "x" => link.send_message(CompareMsg::Swap),
        "b" => link.send_message(ResultMsg::ByBytes(true)),
        "c" => link.send_message(ResultMsg::ByBytes(false)),
        "/" => link.send_message(ChromeMsg::Search),
        "[" if neighbour_tab(false) => {}
        "]" if neighbour_tab(true) => {}
        _ => return,
    }
    key.prevent_default();
}

/// Goes to the tab before or after the current one of the view. Returns whether there is one.
fn neighbour_tab(next: bool) -> bool {
    const CURRENT: &str =
        "main .tabs--sub [aria-selected=true], main .tabs--sub [aria-current=page]";
    let document = window().document();
    let current = document.and_then(|document| document.query_selector(CURRENT).ok().flatten());
    let to = current.and_then(|current| match next {
        true => current.next_element_sibling(),
        false => current.previous_element_sibling(),
    });
    let Some(to) = to.and_then(|to| to.dyn_into::<HtmlElement>().ok()) else {
        return false;
    };
    to.click();
    true
}

/// Presses the element with this id, if it exists.
pub fn click(id: &str) {
    let element = window()
        .document()
        .and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        element.click();
    }
}
