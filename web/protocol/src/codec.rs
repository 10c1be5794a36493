//! How messages travel between the page and its workers: by `serde-wasm-bindgen`.
//!
//! Files and buffers pass through as they are ([`serde_wasm_bindgen::preserve`]): a `File` is shared,
//! not copied, and buffers named in the transfer list change hands.

use js_sys::{Array, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

/// Bytes that change hands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bytes(#[serde(with = "serde_wasm_bindgen::preserve")] pub Uint8Array);

/// A message with buffers that change hands when it is sent, so that they are not copied.
pub trait Transfer {
    /// Adds them to the transfer list.
    fn transfer(&self, _buffers: &Array) {}
}

/// What has thousands of numbers travels as bytes: each would be a JS value of its own.
pub mod packed {
    use js_sys::Uint8Array;
    use serde::de::DeserializeOwned;
    use serde::{Deserializer, Serialize, Serializer, de, ser};

    /// Writes a value with postcard into a `Uint8Array`.
    ///
    /// # Errors
    ///
    /// When postcard or the serializer refuses the value.
    pub fn serialize<T: Serialize, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
        let bytes = postcard::to_stdvec(value).map_err(ser::Error::custom)?;
        serde_wasm_bindgen::preserve::serialize(&Uint8Array::from(bytes.as_slice()), to)
    }

    /// Reads it back.
    ///
    /// # Errors
    ///
    /// When the bytes are not those of such a value.
    pub fn deserialize<'de, T: DeserializeOwned, D: Deserializer<'de>>(
        from: D,
    ) -> Result<T, D::Error> {
        let bytes: Uint8Array = serde_wasm_bindgen::preserve::deserialize(from)?;
        postcard::from_bytes(&bytes.to_vec()).map_err(de::Error::custom)
    }
}

/// A message as a JS value. Large numbers are bigints, so that no size or offset is rounded.
///
/// # Errors
///
/// When the message contains what no JS value can be.
pub fn to_js<T: Serialize>(message: &T) -> Result<JsValue, String> {
    let serializer =
        serde_wasm_bindgen::Serializer::new().serialize_large_number_types_as_bigints(true);
    message
        .serialize(&serializer)
        .map_err(|error| error.to_string())
}

/// A JS value as a message.
///
/// # Errors
///
/// When the value is not such a message.
pub fn from_js<T: serde::de::DeserializeOwned>(value: JsValue) -> Result<T, String> {
    serde_wasm_bindgen::from_value(value).map_err(|error| error.to_string())
}
