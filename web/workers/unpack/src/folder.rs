//! Folders in the browser's private storage: one for each run of an unpacker, under the name of the tab that it serves.
//!
//! A tab holds a lock under its name as long as it lives. A folder whose lock is free belongs to a tab that is gone.

use js_sys::{AsyncIterator, Function, IteratorNext, Object, Promise, Reflect};
use protocol::unpack::FOLDERS;
use std::cell::{Cell, RefCell};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{
    DedicatedWorkerGlobalScope, FileSystemDirectoryHandle, FileSystemFileHandle,
    FileSystemGetDirectoryOptions, FileSystemGetFileOptions, FileSystemRemoveOptions,
    FileSystemSyncAccessHandle, StorageEstimate, WorkerNavigator,
};

/// Between the name of a tab and the number of a run.
const SEPARATOR: char = '-';
/// A file and those that it is made from are open at the same time: a package's best kernel and a better one, an image, an image in
/// it, and the kernel in that.
const FILES: u32 = 5;

/// A folder with files that are open for writing.
pub struct Folder {
    /// The folder in which it lies.
    pub folders: FileSystemDirectoryHandle,
    own: FileSystemDirectoryHandle,
    /// Files that are open and empty.
    pub files: RefCell<Vec<OpenFile>>,
    /// Bytes that the browser gives this page, and those that are free.
    pub space: Option<(f64, f64)>,
    made: Cell<u32>,
}

/// A file that is open for writing.
#[derive(Debug)]
pub struct OpenFile {
    /// What becomes a [`web_sys::File`].
    pub handle: FileSystemFileHandle,
    /// What reads and writes.
    pub access: FileSystemSyncAccessHandle,
}

impl Folder {
    /// Removes the folders of tabs that are gone, and makes one of this name, or says why the browser gives none. The second value
    /// is whether folders of other tabs remain.
    pub async fn make(name: Option<String>) -> (Result<Folder, String>, bool) {
        match folders().await {
            Ok(folders) => {
                let others = sweep(&folders, name.as_deref()).await.unwrap_or(true);
                let made = match name {
                    Some(name) => Folder::new(folders, &name).await,
                    None => Err(JsValue::from_str("it has no lock for this tab")),
                };
                (made.map_err(|error| described(&error)), others)
            }
            Err(error) => (Err(described(&error)), false),
        }
    }

    async fn new(folders: FileSystemDirectoryHandle, name: &str) -> Result<Folder, JsValue> {
        let folder = Folder {
            own: sub(&folders, name).await?,
            folders,
            files: RefCell::default(),
            space: space().await,
            made: Cell::new(0),
        };
        for _ in 0..FILES {
            folder.add_file().await?;
        }
        Ok(folder)
    }

    /// Makes another file.
    pub async fn add_file(&self) -> Result<(), JsValue> {
        self.made.set(self.made.get() + 1);
        let options = FileSystemGetFileOptions::new();
        options.set_create(true);
        let made = self
            .own
            .get_file_handle_with_options(&self.made.get().to_string(), &options);
        let handle: FileSystemFileHandle = JsFuture::from(made).await?.unchecked_into();
        let access = JsFuture::from(handle.create_sync_access_handle()).await?;
        self.files.borrow_mut().push(OpenFile {
            handle,
            access: access.unchecked_into(),
        });
        Ok(())
    }
}

fn navigator() -> WorkerNavigator {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    scope.navigator()
}

/// The folder of all folders; an error where the browser gives pages no private storage.
async fn folders() -> Result<FileSystemDirectoryHandle, JsValue> {
    let storage = Reflect::get(&navigator(), &"storage".into())?;
    if storage.is_undefined() {
        let reason = "it gives storage only to pages whose address begins with https: or is this computer's own";
        return Err(JsValue::from_str(reason));
    }
    let storage: web_sys::StorageManager = storage.unchecked_into();
    let root = JsFuture::from(storage.get_directory()).await?;
    sub(root.unchecked_ref(), FOLDERS).await
}

async fn sub(
    folder: &FileSystemDirectoryHandle,
    name: &str,
) -> Result<FileSystemDirectoryHandle, JsValue> {
    let options = FileSystemGetDirectoryOptions::new();
    options.set_create(true);
    let made = folder.get_directory_handle_with_options(name, &options);
    Ok(JsFuture::from(made).await?.unchecked_into())
}

/// Bytes that the browser gives this page, and those that are free.
async fn space() -> Option<(f64, f64)> {
    let estimate = navigator().storage().estimate().ok()?;
    let estimate: StorageEstimate = JsFuture::from(estimate).await.ok()?.unchecked_into();
    let (quota, usage) = (estimate.get_quota()?, estimate.get_usage()?);
    Some((quota, (quota - usage).max(0.0)))
}

/// Removes the folders of tabs that are gone. Whether others remain.
async fn sweep(folders: &FileSystemDirectoryHandle, own: Option<&str>) -> Result<bool, JsValue> {
    let mut others = false;
    for name in names(folders.keys()).await? {
        let tab = tab_of(&name);
        if own.is_some_and(|own| tab_of(own) == tab) {
            continue;
        }
        others |= !remove_if_free(folders, &name).await?;
    }
    Ok(others)
}

fn tab_of(folder: &str) -> &str {
    folder.split(SEPARATOR).next().unwrap_or(folder)
}

async fn names(keys: AsyncIterator) -> Result<Vec<String>, JsValue> {
    let mut names = Vec::new();
    loop {
        let next: IteratorNext = JsFuture::from(keys.next_iterator()?)
            .await?
            .unchecked_into();
        if next.done() {
            return Ok(names);
        }
        names.extend(next.value().as_string());
    }
}

/// Removes a folder if nobody holds the lock of its tab. Whether it is gone.
async fn remove_if_free(folders: &FileSystemDirectoryHandle, name: &str) -> Result<bool, JsValue> {
    let (folders, folder) = (folders.clone(), name.to_owned());
    let then = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        if lock.is_null() {
            return JsValue::FALSE;
        }
        let removed = async move {
            let options = FileSystemRemoveOptions::new();
            options.set_recursive(true);
            let removed = folders.remove_entry_with_options(&folder, &options);
            JsFuture::from(removed).await.map(|_| JsValue::TRUE)
        };
        future_to_promise(removed).into()
    });
    // web-sys has no stable name for locks yet.
    let locks = Reflect::get(&navigator(), &"locks".into())?;
    let request: Function = Reflect::get(&locks, &"request".into())?.dyn_into()?;
    let options = Object::new();
    Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE)?;
    let asked = request.call3(&locks, &tab_of(name).into(), &options, &then)?;
    let removed = JsFuture::from(asked.unchecked_into::<Promise>()).await;
    // What cannot be removed now may be at the next start.
    Ok(removed.is_ok_and(|removed| removed.is_truthy()))
}

/// What the browser said.
pub fn described(error: &JsValue) -> String {
    let message = Reflect::get(error, &"message".into());
    let message = message.ok().and_then(|message| message.as_string());
    message
        .or_else(|| error.as_string())
        .filter(|message| !message.is_empty())
        .unwrap_or_else(|| "it gives no reason".to_owned())
}
