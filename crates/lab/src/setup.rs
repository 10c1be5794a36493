//! What a laboratory is set up with, and how it is passed on: in a link, or as a file.

use crate::Abi;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::read::{DeflateDecoder, DeflateEncoder};
use serde::{Deserialize, Serialize};
use std::io::Read;

/// Units that can stand side by side.
pub const MOST_UNITS: usize = 4;
/// Bytes of all texts together that a link or a file may hold.
const LONGEST: u64 = 256 << 10;
/// What a link begins with: its form, so that another can come.
const FORM: char = '1';
/// The form of a setup without the prelude.
const FORM_WITHOUT_PRELUDE: char = '2';

/// What people typed, and which switches they set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Setup {
    /// The text of each unit: C declarations, or types as bpftool prints them.
    pub units: Vec<String>,
    /// The machine that types are laid out for.
    pub abi: Abi,
    /// Forwards never stand for definitions ([`dedup::Options::match_forwards`] and
    /// [`dedup::Options::resolve_forwards`] off).
    pub keep_forwards: bool,
    /// Every type has the same hash ([`dedup::Options::force_collisions`]).
    pub same_hash: bool,
    /// On the fast path each unit is a shard of its own, instead of all being one.
    pub many_shards: bool,
    /// Units can use the types and macros of the prelude ([`crate::c::read`]).
    pub prelude: bool,
}

impl Default for Setup {
    fn default() -> Setup {
        Setup {
            units: Vec::new(),
            abi: Abi::default(),
            keep_forwards: false,
            same_hash: false,
            many_shards: false,
            // It adds nothing to a unit that does not use it.
            prelude: true,
        }
    }
}

/// Why a link or a file is no setup.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// Letters that no link has, or the end of one is missing.
    #[error("the link is damaged, perhaps cut short: copy it again")]
    Damaged,
    /// A form that this version does not know.
    #[error("the link was made by a newer btfscope: reload the page")]
    Newer,
    /// More text, or more units, than a laboratory takes.
    #[error("it holds more than {MOST_UNITS} units, or more text than a laboratory takes")]
    TooMuch,
    /// A file that is not ours.
    #[error("this is no file of the laboratory: {0}")]
    File(String),
}

impl Setup {
    /// A setup of these units, with no switch set.
    pub fn of(units: &[&str]) -> Setup {
        Setup {
            units: units.iter().map(|&unit| unit.to_owned()).collect(),
            ..Setup::default()
        }
    }

    /// As part of an address: letters, digits, `-` and `_`.
    pub fn to_link(&self) -> String {
        // A `Vec` takes all there is, and reading from memory does not fail.
        let plain = postcard::to_stdvec(&(
            &self.units,
            self.abi,
            self.keep_forwards,
            self.same_hash,
            self.many_shards,
        ));
        let plain = plain.unwrap_or_default();
        // Links are older than the prelude, so the form says whether it is on.
        let form = match self.prelude {
            true => FORM,
            false => FORM_WITHOUT_PRELUDE,
        };
        let mut packed = Vec::new();
        let _ = DeflateEncoder::new(plain.as_slice(), Compression::best()).read_to_end(&mut packed);
        format!("{form}{}", URL_SAFE_NO_PAD.encode(packed))
    }

    /// What such a part of an address says.
    ///
    /// # Errors
    ///
    /// [`SetupError`] when it is none.
    pub fn from_link(link: &str) -> Result<Setup, SetupError> {
        let mut letters = link.chars();
        let prelude = match letters.next() {
            Some(FORM) => true,
            Some(FORM_WITHOUT_PRELUDE) => false,
            Some(other) if other.is_ascii_digit() => return Err(SetupError::Newer),
            _ => return Err(SetupError::Damaged),
        };
        let packed = URL_SAFE_NO_PAD
            .decode(letters.as_str())
            .map_err(|_| SetupError::Damaged)?;
        let mut plain = Vec::new();
        DeflateDecoder::new(packed.as_slice())
            .take(LONGEST + 1)
            .read_to_end(&mut plain)
            .map_err(|_| SetupError::Damaged)?;
        if plain.len() as u64 > LONGEST {
            return Err(SetupError::TooMuch);
        }
        let (units, abi, keep_forwards, same_hash, many_shards) =
            postcard::from_bytes(&plain).map_err(|_| SetupError::Damaged)?;
        let setup = Setup {
            units,
            abi,
            keep_forwards,
            same_hash,
            many_shards,
            prelude,
        };
        setup.checked()
    }

    /// As a file, in JSON.
    pub fn to_file(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// What such a file says.
    ///
    /// # Errors
    ///
    /// [`SetupError`] when it is none.
    pub fn from_file(text: &str) -> Result<Setup, SetupError> {
        if text.len() as u64 > LONGEST * 2 {
            return Err(SetupError::TooMuch);
        }
        let setup: Setup =
            serde_json::from_str(text).map_err(|error| SetupError::File(error.to_string()))?;
        if setup.units.is_empty() {
            return Err(SetupError::File("it has no units".to_owned()));
        }
        setup.checked()
    }

    fn checked(self) -> Result<Setup, SetupError> {
        let bytes: u64 = self.units.iter().map(|unit| unit.len() as u64).sum();
        match self.units.len() <= MOST_UNITS && bytes <= LONGEST {
            true => Ok(self),
            false => Err(SetupError::TooMuch),
        }
    }
}
