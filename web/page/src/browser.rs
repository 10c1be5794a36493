//! Functions of the browser that the page uses.

use gloo_timers::callback::Timeout;
use std::cell::RefCell;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, Element, File, HtmlElement, KeyboardEvent, UrlSearchParams, Window};

/// The window, which always exists.
pub fn window() -> Window {
    js_sys::global().unchecked_into()
}

/// The root element.
pub fn root() -> Option<Element> {
    window().document()?.document_element()
}

/// Milliseconds since the page was opened.
pub fn now() -> f64 {
    window()
        .performance()
        .map_or(0.0, |performance| performance.now())
}

/// A parameter of the page's address.
pub fn parameter(name: &str) -> Option<String> {
    let search = window().location().search().ok()?;
    UrlSearchParams::new_with_str(&search).ok()?.get(name)
}

/// Takes a parameter out of the address, without a new entry in the history.
pub fn remove_parameter(name: &str) {
    let change = || -> Result<(), JsValue> {
        let location = window().location();
        let parameters = UrlSearchParams::new_with_str(&location.search()?)?;
        if !parameters.has(name) {
            return Ok(());
        }
        parameters.delete(name);
        let query = String::from(parameters.to_string());
        let mark = if query.is_empty() { "" } else { "?" };
        let address = format!("{}{mark}{query}{}", location.pathname()?, location.hash()?);
        window()
            .history()?
            .replace_state_with_url(&JsValue::NULL, "", Some(&address))
    };
    // An address that cannot be changed (an odd embedding) is no reason to stop.
    let _ = change();
}

/// The user's earlier choice under this name; `None` if the browser keeps none.
pub fn preference(name: &str) -> Option<String> {
    let storage = window().local_storage().ok().flatten()?;
    storage.get_item(name).ok().flatten()
}

/// Remembers the user's choice, if the browser keeps it.
pub fn set_preference(name: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(name, value);
    }
}

/// Forgets the user's choice.
pub fn remove_preference(name: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.remove_item(name);
    }
}

/// Whether the page is shown dark.
pub fn is_dark() -> bool {
    match root()
        .and_then(|root| root.get_attribute("data-theme"))
        .as_deref()
    {
        Some("dark") => true,
        Some("light") => false,
        _ => window()
            .match_media("(prefers-color-scheme: dark)")
            .ok()
            .flatten()
            .is_some_and(|query| query.matches()),
    }
}

/// Shows the page dark or light, or scaled, from now on.
pub fn set_root(attribute: &str, value: &str) {
    // Even the same value would have all styles found again.
    if let Some(root) =
        root().filter(|root| root.get_attribute(attribute).as_deref() != Some(value))
    {
        let _ = root.set_attribute(attribute, value);
    }
}

thread_local! {
    /// The kernel in the page's title.
    static KERNEL_IN_TITLE: RefCell<String> = RefCell::default();
}

/// Sets the title of the page: what is shown, and the kernel that it is of.
pub fn set_title(shown: &str) {
    let kernel = KERNEL_IN_TITLE.with_borrow(String::clone);
    let parts = [shown, &kernel, "btfscope"];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if let Some(document) = window().document() {
        document.set_title(&parts.join(" · "));
    }
}

/// Names the kernel that titles are of from now on; none with an empty text.
pub fn set_kernel_in_title(release: &str) {
    KERNEL_IN_TITLE.set(release.to_owned());
}

/// Ends all connections of the page but those of one worker that fetches files beside it: a function of `index.html`. In a
/// browser in which it fails, the first policy holds.
pub async fn shut() {
    let shut = js_sys::Reflect::get(&window(), &"shut".into());
    let shut = shut.and_then(|shut| shut.dyn_into::<js_sys::Function>());
    let done = shut.and_then(|shut| shut.call0(&JsValue::UNDEFINED));
    let done = done.and_then(|done| done.dyn_into::<js_sys::Promise>());
    if let Ok(done) = done {
        let _ = wasm_bindgen_futures::JsFuture::from(done).await;
    }
}

/// The address of a file on the page's host. The page names a worker's files in a `<meta>`.
pub fn address_of(file: &str) -> String {
    let document = window().document();
    let base = document
        .as_ref()
        .and_then(|document| document.base_uri().ok().flatten());
    let named = |meta: &str| {
        let document = document.as_ref()?;
        let meta = document.query_selector(&format!("meta[name={meta}]"));
        meta.ok().flatten()?.get_attribute("content")
    };
    let name = ["engine", "explorer", "lab", "unpack", "programs"]
        .into_iter()
        .find_map(|worker| Some(format!("{}{}", named(worker)?, file.strip_prefix(worker)?)))
        .unwrap_or_else(|| file.to_owned());
    web_sys::Url::new_with_base(&name, &base.unwrap_or_default()).map_or(name, |url| url.href())
}

/// Whether there is an element with this id.
pub fn has(id: &str) -> bool {
    let document = window().document();
    document.is_some_and(|document| document.get_element_by_id(id).is_some())
}

/// The element with this id.
pub fn element(id: &str) -> Option<Element> {
    window().document()?.get_element_by_id(id)
}

/// The element that has the focus.
pub fn active_element() -> Option<HtmlElement> {
    window().document()?.active_element()?.dyn_into().ok()
}

/// Moves the focus to the element with this id.
pub fn focus(id: &str) {
    let element = element(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Scrolls so that the element with this id is in the middle of what scrolls around it, if it is not in view.
pub fn reveal(id: &str) {
    scroll_to(id, web_sys::ScrollLogicalPosition::Center);
}

/// Scrolls so that the element with this id begins what is seen, if it is in the lower half: text follows it.
pub fn show_what_follows(id: &str) {
    let height = window()
        .inner_height()
        .ok()
        .and_then(|height| height.as_f64());
    let top = element(id).map(|element| element.get_bounding_client_rect().top());
    if top
        .zip(height)
        .is_some_and(|(top, height)| top > height / 2.0)
    {
        scroll_to(id, web_sys::ScrollLogicalPosition::Start);
    }
}

/// Scrolls no further than until the element with this id is in view.
pub fn reveal_nearest(id: &str) {
    scroll_to(id, web_sys::ScrollLogicalPosition::Nearest);
}

fn scroll_to(id: &str, block: web_sys::ScrollLogicalPosition) {
    let Some(element) = element(id) else { return };
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(block);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Brings the tab of the view that is shown into view, where a narrow window cuts the row of tabs.
pub fn reveal_tab() {
    let document = window().document();
    let tab = document.and_then(|document| {
        let tab = document.query_selector(".top .tabs [aria-current]");
        tab.ok().flatten()
    });
    if let Some(tab) = tab {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        options.set_inline(web_sys::ScrollLogicalPosition::Center);
        tab.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Whether a key is typed into a field.
pub fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event.target();
    let target = target.and_then(|target| target.dyn_into::<HtmlElement>().ok());
    target.is_some_and(|target| {
        let kind = target.get_attribute("type");
        ["TEXTAREA", "SELECT"].contains(&target.tag_name().as_str())
            || (target.tag_name() == "INPUT"
                && !matches!(kind.as_deref(), Some("file" | "checkbox" | "radio")))
    })
}

/// Lets the browser save what is at an address under a name.
pub fn save_url(url: &str, name: &str) {
    let link = window()
        .document()
        .and_then(|document| document.create_element("a").ok());
    let Some(link) = link else { return };
    // Attributes of a link that was just made.
    let _ = link.set_attribute("href", url);
    let _ = link.set_attribute("download", name);
    link.unchecked_into::<HtmlElement>().click();
}

/// Calls back after the browser has painted the page; later if the page is in the background.
pub fn after_paint(then: impl FnOnce() + 'static) {
    // A frame's callbacks come before its painting, so what they ask for comes behind it.
    let behind = Closure::once_into_js(move || Timeout::new(0, then).forget());
    let _ = window().request_animation_frame(behind.unchecked_ref());
}

/// The first bytes of a file.
pub async fn head(file: &File, bytes: u64) -> Result<Vec<u8>, String> {
    let blob: &Blob = file.as_ref();
    let read = async {
        let slice = blob.slice_with_f64_and_f64(0.0, bytes as f64)?;
        wasm_bindgen_futures::JsFuture::from(slice.array_buffer()).await
    };
    let buffer = read.await.map_err(|error| describe(&error))?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}

/// An exception as text.
pub fn describe(error: &JsValue) -> String {
    js_sys::Reflect::get(error, &JsValue::from_str("message"))
        .ok()
        .and_then(|message| message.as_string())
        .or_else(|| error.as_string())
        .unwrap_or_else(|| "no reason given".to_owned())
}

/// The part of the address from `#` on.
pub fn hash() -> String {
    window().location().hash().unwrap_or_default()
}

/// Puts a hash into the address in the place of the one that is there: no entry in the history, no event.
pub fn set_hash(hash: &str) {
    let history = window().history();
    if let Ok(history) = history {
        // An address that cannot be changed (an odd embedding) is no reason to stop.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(hash));
    }
}

/// Copies a text; whether the browser let it.
pub async fn copy(text: &str) -> bool {
    // A host that is not trusted has no clipboard.
    let clipboard = js_sys::Reflect::get(&window().navigator(), &"clipboard".into());
    let Some(clipboard) = clipboard
        .ok()
        .and_then(|clipboard| clipboard.dyn_into::<web_sys::Clipboard>().ok())
    else {
        return false;
    };
    wasm_bindgen_futures::JsFuture::from(clipboard.write_text(text))
        .await
        .is_ok()
}

/// Lets the browser save a text as a file.
pub fn save_text(name: &str, kind: &str, text: &str) -> Result<(), String> {
    let save = || -> Result<(), JsValue> {
        let options = web_sys::BlobPropertyBag::new();
        options.set_type(kind);
        let parts = js_sys::Array::of1(&text.into());
        save_blob(
            name,
            &Blob::new_with_str_sequence_and_options(&parts, &options)?,
        )
    };
    save().map_err(|error| describe(&error))
}

/// Lets the browser save bytes as a file.
pub fn save_blob(name: &str, blob: &Blob) -> Result<(), JsValue> {
    let url = web_sys::Url::create_object_url_with_blob(blob)?;
    save_url(&url, name);
    web_sys::Url::revoke_object_url(&url)
}

/// Saves bytes as a file.
pub fn save_bytes(name: &str, bytes: &[u8]) -> Result<(), String> {
    let save = || -> Result<(), JsValue> {
        let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes).into());
        save_blob(name, &Blob::new_with_u8_array_sequence(&parts)?)
    };
    save().map_err(|error| describe(&error))
}

/// Selects a place in a text field: from a column of a line to the line's end. Both count from 1.
pub fn select_line(id: &str, line: u32, column: Option<u32>) {
    let area = window()
        .document()
        .and_then(|document| document.get_element_by_id(id))
        .and_then(|element| element.dyn_into::<web_sys::HtmlTextAreaElement>().ok());
    let Some(area) = area else { return };
    let text = area.value();
    // The browser counts in units of UTF-16.
    let units = |text: &str| u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
    let mut start = 0;
    for (number, of_text) in (1..).zip(text.split('\n')) {
        if number == line {
            let skipped = column.map_or(0, |column| column.saturating_sub(1) as usize);
            let before: String = of_text.chars().take(skipped).collect();
            let _ = area.focus();
            let _ = area.set_selection_range(start + units(&before), start + units(of_text));
            return;
        }
        start += units(of_text) + 1;
    }
}

/// Today's date where the user is, as `2026-11-30`. As the user's language writes it takes a browser 13 ms of CPU the first time.
pub fn today() -> String {
    let date = js_sys::Date::new_0();
    let (month, day) = (date.get_month() + 1, date.get_date());
    format!("{}-{month:02}-{day:02}", date.get_full_year())
}
