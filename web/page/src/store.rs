//! Results that the user wants kept, in the browser's IndexedDB. Nothing gets there unasked, and an empty store is
//! taken away whole.

use crate::browser::window;
use idb::{
    Database, DatabaseEvent, Error, Factory, ObjectStoreParams, Query, Transaction, TransactionMode,
};
use js_sys::Date;
use pipeline::{ExistingBtf, Statistics};
use protocol::called::called;
use protocol::codec::{from_js, to_js};
use protocol::job_result::Origin;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

const DATABASE: &str = "btfscope";
const RESULTS: &str = "results";
const VERSION: u32 = 1;

/// Why nothing can be read or written, where a newer version of the page was here before.
pub const NEWER: &str = "a newer version of this page saved them in another form";

/// Why a result cannot be kept where there is no space for it.
const FULL: &str = "the space that it gives to this page is full";

/// A kept result: all of it but the user's file, and what is made from that.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeptResult {
    pub name: String,
    /// The name that the user gave it, if any.
    #[serde(default)]
    pub title: Option<String>,
    /// When it was kept, in milliseconds since 1970.
    pub at: f64,
    /// How it came to be.
    pub origin: Origin,
    /// Its figures.
    pub statistics: Statistics,
    /// The `.BTF` section that the file had.
    pub existing_btf: Option<ExistingBtf>,
    /// Seconds that the job took.
    pub seconds: f64,
    /// Raw BTF.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub btf: Blob,
    /// Metadata of the types: a `Blob`, or `undefined`. Results were kept under this name before.
    #[serde(with = "serde_wasm_bindgen::preserve", rename = "known")]
    pub metadata: JsValue,
    /// Inline sites on the types: a `Blob`, or `undefined`.
    #[serde(with = "serde_wasm_bindgen::preserve", default)]
    pub inline: JsValue,
    /// The figures as a file: a `Blob`, or `undefined`.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub json: JsValue,
}

impl KeptResult {
    /// What it is called in a sentence: its title, or `vmlinux 6.1.0-47-cloud-amd64`.
    pub fn called(&self) -> String {
        self.title
            .clone()
            .unwrap_or_else(|| called(&self.name, &self.statistics.input.identity))
    }

    /// The day on which it was kept, as the user writes days.
    pub fn day(&self) -> String {
        let date = Date::new(&JsValue::from_f64(self.at));
        String::from(date.to_locale_date_string("default", &JsValue::UNDEFINED))
    }
}

/// Keeps a result; its number.
pub async fn keep(result: &KeptResult) -> Result<u32, String> {
    let value = to_js(result)?;
    // So that the browser does not take it away when space is short; where it refuses, it may.
    if let Ok(asked) = window().navigator().storage().persist() {
        // A browser may ask its user first, for which nothing waits.
        wasm_bindgen_futures::spawn_local(async move {
            let _ = JsFuture::from(asked).await;
        });
    }
    explained(async {
        let database = open().await?;
        let transaction = database.transaction(&[RESULTS], TransactionMode::ReadWrite)?;
        let adding = transaction.object_store(RESULTS)?.add(&value, None)?;
        let key = adding.await?;
        // Only what is committed is kept: the space may not do.
        committed(transaction).await?;
        database.close();
        Ok(number(&key))
    })
    .await
}

/// All that is kept, with their numbers; what another version kept in another form is not among them.
pub async fn list() -> Result<Vec<(u32, KeptResult)>, String> {
    let (keys, values) = explained(async {
        let database = open().await?;
        let transaction = database.transaction(&[RESULTS], TransactionMode::ReadOnly)?;
        let store = transaction.object_store(RESULTS)?;
        let keys = store.get_all_keys(None, None)?.await?;
        let values = store.get_all(None, None)?.await?;
        database.close();
        if keys.is_empty() {
            Factory::new()?.delete(DATABASE)?.await?;
        }
        Ok((keys, values))
    })
    .await?;
    let rows = keys.iter().zip(values);
    Ok(rows
        .filter_map(|(key, value)| Some((number(key), from_js(value).ok()?)))
        .collect())
}

/// Gives a result a title, or takes it away; then all results.
pub async fn rename(number: u32, title: Option<String>) -> Result<Vec<(u32, KeptResult)>, String> {
    let found = list()
        .await?
        .into_iter()
        .find(|(there, _)| *there == number);
    // Another tab may have deleted it.
    if let Some((_, mut result)) = found {
        result.title = title;
        let value = to_js(&result)?;
        explained(async {
            let database = open().await?;
            let transaction = database.transaction(&[RESULTS], TransactionMode::ReadWrite)?;
            let store = transaction.object_store(RESULTS)?;
            store.put(&value, Some(&number.into()))?.await?;
            committed(transaction).await?;
            database.close();
            Ok(())
        })
        .await?;
    }
    list().await
}

/// Forgets a result, or all; then what is left.
pub async fn forget(which: Option<u32>) -> Result<Vec<(u32, KeptResult)>, String> {
    explained(async {
        let database = open().await?;
        let transaction = database.transaction(&[RESULTS], TransactionMode::ReadWrite)?;
        let store = transaction.object_store(RESULTS)?;
        match which {
            Some(number) => store.delete(Query::Key(number.into()))?.await?,
            None => store.clear()?.await?,
        }
        committed(transaction).await?;
        database.close();
        Ok(())
    })
    .await?;
    list().await
}

/// Waits until a transaction is written; when space runs out only then, the browser takes all of it back, which is no error of the
/// call.
async fn committed(transaction: Transaction) -> Result<(), Error> {
    let ended = transaction.commit()?.await?;
    match ended.is_committed() {
        true => Ok(()),
        false => Err(Error::TransactionCommitError(FULL.into())),
    }
}

async fn open() -> Result<Database, Error> {
    let mut opening = Factory::new()?.open(DATABASE, Some(VERSION))?;
    opening.on_upgrade_needed(|event| {
        let mut params = ObjectStoreParams::new();
        params.auto_increment(true);
        // A store that could not be made is missed by the first transaction, which tells.
        let _ = event
            .database()
            .and_then(|database| database.create_object_store(RESULTS, params));
    });
    opening.await
}

fn number(key: &JsValue) -> u32 {
    key.as_f64().unwrap_or_default() as u32
}

async fn explained<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, String> {
    work.await.map_err(|error| match error {
        // The browser's own words say more than the name of the call that failed.
        Error::DomException(cause) => match cause.name().as_str() {
            "VersionError" => NEWER.to_owned(),
            "QuotaExceededError" => FULL.to_owned(),
            _ => cause.message().trim_end_matches('.').to_owned(),
        },
        Error::TransactionCommitError(_) => FULL.to_owned(),
        other => match other.to_string() {
            text if text.contains("QuotaExceededError") => FULL.to_owned(),
            text => text.trim_end_matches('.').to_owned(),
        },
    })
}
