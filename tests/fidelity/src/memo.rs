//! Work done once, whoever asks first.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

/// Results by key. Others who ask for a key wait for the one who works on it.
#[derive(Debug)]
pub struct Memo<T>(Mutex<HashMap<String, Arc<OnceLock<T>>>>);

impl<T> Default for Memo<T> {
    fn default() -> Memo<T> {
        Memo(Mutex::new(HashMap::new()))
    }
}

impl<T: Clone> Memo<T> {
    /// The result of this key.
    pub fn get(&self, key: &str, work: impl FnOnce() -> T) -> T {
        let slot = {
            let mut map = self.0.lock().unwrap_or_else(|poison| poison.into_inner());
            map.entry(key.to_owned()).or_default().clone()
        };
        slot.get_or_init(work).clone()
    }
}
