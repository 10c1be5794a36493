//! What a laboratory is set up with, and how it is passed on: in a link, or as a file.

use crate::difference::capitalised;
use crate::ladder::title;
use crate::{Abi, link};
use serde::{Deserialize, Serialize};

/// Units that can stand side by side.
pub const MOST_UNITS: usize = 4;
/// Bytes of all texts together that a link or a file may hold.
const LONGEST: u64 = 256 << 10;
/// What a link begins with: its form, so that another can come. In this one, fields have places and no names.
const FORM: char = '1';
/// The form of a setup without the prelude.
const FORM_WITHOUT_PRELUDE: char = '2';
/// The form of a setup with fields that are younger than the first two forms: that of a file, packed. Its fields have
/// names, so further ones need no further form.
const FORM_NAMED: char = '3';

/// What people typed, and which switches they set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Setup {
    /// The text of the base, as of a unit: it is deduplicated first, and the units are those of a module on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
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
            base: None,
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
    #[error("the link is incomplete: copy it again")]
    Damaged,
    /// A form that this version does not know.
    #[error("the link was made by a newer btfscope: reload the page, then open it again")]
    Newer,
    /// More text, or more units, than a laboratory takes.
    #[error("it contains more than {MOST_UNITS} units or {} KiB of text: leave out what the example does not need", LONGEST >> 10)]
    TooMuch,
    /// A file that is not ours.
    #[error("this is not a file of the lab ({0}): choose one that “Save as file” wrote")]
    File(String),
}

impl SetupError {
    /// What the page says of a link instead of which it shows its default example.
    pub fn of_link(&self) -> String {
        let (what, next) = match self {
            SetupError::Damaged => ("is incomplete".to_owned(), "Copy the link again."),
            SetupError::Newer => (
                "was made by a newer btfscope".to_owned(),
                "Reload the page, then open the link again.",
            ),
            SetupError::TooMuch => (
                format!(
                    "contains more than {MOST_UNITS} units or {} KiB of text",
                    LONGEST >> 10
                ),
                "Leave out what the example does not need, then copy the link again.",
            ),
            SetupError::File(cause) => {
                (format!("cannot be read ({cause})"), "Copy the link again.")
            }
        };
        format!("This link {what}, so the default example is shown. {next}")
    }
}

impl Setup {
    /// A setup of these units, with no switch set.
    pub fn of(units: &[&str]) -> Setup {
        Setup {
            units: units.iter().map(|&unit| unit.to_owned()).collect(),
            ..Setup::default()
        }
    }

    /// All texts: that of the base, if there is one, then those of the units.
    pub fn texts(&self) -> impl Iterator<Item = &String> {
        self.base.iter().chain(&self.units)
    }

    /// The text of this number among [`Setup::texts`].
    pub fn text_mut(&mut self, at: usize) -> Option<&mut String> {
        self.base.iter_mut().chain(&mut self.units).nth(at)
    }

    /// Whether the text of this number is that of the base.
    pub fn is_base(&self, at: usize) -> bool {
        at == 0 && self.base.is_some()
    }

    /// Removes the text of this number.
    pub fn remove(&mut self, at: usize) {
        match at.checked_sub(usize::from(self.base.is_some())) {
            None => self.base = None,
            Some(unit) if unit < self.units.len() => {
                self.units.remove(unit);
            }
            Some(_) => {}
        }
    }

    /// What the text of this number is called: `Base`, `Module`, `Unit 2`.
    pub fn title(&self, at: usize) -> String {
        let has_base = self.base.is_some();
        capitalised(&title(has_base, self.texts().count(), at))
    }

    /// As part of an address: letters, digits, `-` and `_`.
    pub fn to_link(&self) -> String {
        match self.base {
            None => self.to_first_forms(),
            Some(_) => link::packed(FORM_NAMED, &self.to_named()),
        }
    }

    /// The fields that are not as usual, by their names.
    fn to_named(&self) -> Vec<u8> {
        let value = |setup: &Setup| serde_json::to_value(setup).unwrap_or_default();
        let (mut own, usual) = (value(self), value(&Setup::default()));
        if let Some(fields) = own.as_object_mut() {
            fields.retain(|name, value| usual.get(name) != Some(value));
        }
        serde_json::to_vec(&own).unwrap_or_default()
    }

    fn to_first_forms(&self) -> String {
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
        link::packed(form, &plain)
    }

    /// What such a part of an address says.
    ///
    /// # Errors
    ///
    /// [`SetupError`] when it is none.
    pub fn from_link(text: &str) -> Result<Setup, SetupError> {
        let mut letters = text.chars();
        let form = letters.next();
        match form {
            Some(FORM | FORM_WITHOUT_PRELUDE | FORM_NAMED) => {}
            Some(other) if other.is_ascii_digit() => return Err(SetupError::Newer),
            _ => return Err(SetupError::Damaged),
        }
        let plain = link::unpacked(letters.as_str(), LONGEST)?;
        if form == Some(FORM_NAMED) {
            return Setup::from_named(&plain);
        }
        let (units, abi, keep_forwards, same_hash, many_shards) =
            postcard::from_bytes(&plain).map_err(|_| SetupError::Damaged)?;
        let setup = Setup {
            units,
            abi,
            keep_forwards,
            same_hash,
            many_shards,
            prelude: form == Some(FORM),
            base: None,
        };
        setup.checked()
    }

    fn from_named(plain: &[u8]) -> Result<Setup, SetupError> {
        let named: serde_json::Value =
            serde_json::from_slice(plain).map_err(|_| SetupError::Damaged)?;
        let all = serde_json::to_value(Setup {
            base: Some(String::new()),
            ..Setup::default()
        });
        // What this version would leave out changes what is shown.
        let known = all.unwrap_or_default();
        let mut names = named.as_object().into_iter().flat_map(|own| own.keys());
        if names.any(|name| known.get(name).is_none()) {
            return Err(SetupError::Newer);
        }
        let setup: Setup = serde_json::from_value(named).map_err(|_| SetupError::Damaged)?;
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
        let bytes: u64 = self.texts().map(|text| text.len() as u64).sum();
        match self.units.len() <= MOST_UNITS && bytes <= LONGEST {
            true => Ok(self),
            false => Err(SetupError::TooMuch),
        }
    }
}
