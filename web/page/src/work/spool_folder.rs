//! The folder, in the browser's private storage, of files that came out of packages.
//!
//! It is removed when none of its files is used any more, and with the page if the browser leaves time for it. Otherwise the next page that
//! starts finds it: its name begins with that of a lock, which a page holds as long as it lives.

use crate::app::MAY_REMAIN;
use crate::browser::{now, set_preference, window};
use gloo_events::EventListener;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Date, Function, Math, Promise, Reflect};
use protocol::unpack::FOLDERS;
use std::cell::RefCell;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{FileSystemDirectoryHandle, FileSystemRemoveOptions};

/// Milliseconds before further attempts to remove a folder: a worker that was ended may still have its files open.
const AGAIN_MS: [u32; 10] = [0, 100, 400, 1000, 1000, 2000, 4000, 8000, 16_000, 32_000];

thread_local! {
    static TAB: RefCell<Option<Tab>> = const { RefCell::new(None) };
}

/// What a page needs once for all its folders.
struct Tab {
    name: String,
    runs: u32,
    /// Those that there are.
    folders: Vec<(FileSystemDirectoryHandle, String)>,
    _leaving: EventListener,
}

/// A folder. Dropping it removes it.
#[derive(Debug)]
pub struct SpoolFolder {
    folders: FileSystemDirectoryHandle,
    name: String,
}

/// A name for the next folder; none where the browser has no locks, and so no storage either.
pub fn next_name() -> Option<String> {
    TAB.with_borrow_mut(|tab| {
        if tab.is_none() {
            *tab = Some(Tab::new()?);
        }
        let tab = tab.as_mut()?;
        tab.runs += 1;
        // Asked for when a page starts, which need not load the unpacker otherwise.
        set_preference(MAY_REMAIN, "1");
        Some(format!("{}-{}", tab.name, tab.runs))
    })
}

impl Tab {
    fn new() -> Option<Tab> {
        let name = format!(
            "{:x}{:x}{:x}",
            Date::now() as u64,
            now() as u64,
            (Math::random() * 4e9) as u32
        );
        hold(&name).ok()?;
        let leaving = EventListener::new(&window(), "pagehide", |event| {
            let persisted = Reflect::get(event, &"persisted".into());
            // A page that may come back keeps its files.
            if !persisted.is_ok_and(|persisted| persisted.is_truthy()) {
                TAB.with_borrow(|tab| {
                    for (folders, name) in tab.iter().flat_map(|tab| &tab.folders) {
                        let _ = remove(folders, name);
                    }
                });
            }
        });
        Some(Tab {
            name,
            runs: 0,
            folders: Vec::new(),
            _leaving: leaving,
        })
    }
}

/// Holds the lock of this name until the page ends.
fn hold(name: &str) -> Result<(), JsValue> {
    // web-sys has no stable name for locks yet.
    let locks = Reflect::get(&window().navigator(), &"locks".into())?;
    let request: Function = Reflect::get(&locks, &"request".into())?.dyn_into()?;
    let forever = Closure::once_into_js(|| Promise::new(&mut |_, _| {}));
    request.call2(&locks, &name.into(), &forever)?;
    Ok(())
}

fn remove(folders: &FileSystemDirectoryHandle, name: &str) -> Promise {
    let options = FileSystemRemoveOptions::new();
    options.set_recursive(true);
    folders.remove_entry_with_options(name, &options)
}

impl SpoolFolder {
    /// The folder of this name.
    pub fn new(folders: FileSystemDirectoryHandle, name: String) -> SpoolFolder {
        TAB.with_borrow_mut(|tab| {
            let there = (folders.clone(), name.clone());
            tab.iter_mut()
                .for_each(|tab| tab.folders.push(there.clone()));
        });
        SpoolFolder { folders, name }
    }
}

/// Removes the folder of a worker that was ended before it told of it, but may have made it, or make it yet.
pub fn remove_untold(name: String) {
    spawn_local(async move {
        for wait in AGAIN_MS {
            TimeoutFuture::new(wait).await;
            let Some(folders) = folders().await else {
                continue;
            };
            if JsFuture::from(remove(&folders, &name)).await.is_ok() {
                break;
            }
        }
    });
}

/// The folder of all folders, if the browser has one.
async fn folders() -> Option<FileSystemDirectoryHandle> {
    // Not every browser has all of these.
    let storage = Reflect::get(&window().navigator(), &"storage".into()).ok()?;
    let root = Reflect::get(&storage, &"getDirectory".into()).ok()?;
    let root: Promise = root
        .dyn_into::<Function>()
        .ok()?
        .call0(&storage)
        .ok()?
        .into();
    let root: FileSystemDirectoryHandle = JsFuture::from(root).await.ok()?.unchecked_into();
    let found = JsFuture::from(root.get_directory_handle(FOLDERS)).await;
    Some(found.ok()?.unchecked_into())
}

impl Drop for SpoolFolder {
    fn drop(&mut self) {
        let (folders, name) = (self.folders.clone(), std::mem::take(&mut self.name));
        spawn_local(async move {
            for wait in AGAIN_MS {
                TimeoutFuture::new(wait).await;
                if JsFuture::from(remove(&folders, &name)).await.is_ok() {
                    break;
                }
            }
            TAB.with_borrow_mut(|tab| {
                let tab = tab.iter_mut();
                tab.for_each(|tab| tab.folders.retain(|(_, there)| *there != name));
            });
        });
    }
}
