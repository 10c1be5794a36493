//! What is written behind the name of a block: `figure set=node step=12`.

use super::Problems;
use crate::{Fault, Switches, UnitsFrom};
use lab::{Abi, StepName};

/// The name of a block, and its options.
#[derive(Debug)]
pub(super) struct Options<'a> {
    pub name: &'a str,
    /// All that follows the name.
    pub rest: &'a str,
    pairs: Vec<(&'a str, &'a str)>,
    line: u32,
}

/// The switches of the lab, as blocks and exercises call them.
pub(super) const SWITCHES: [&str; 5] = [
    "bits",
    "keep-forwards",
    "same-hash",
    "one-shard-per-unit",
    "prelude",
];

impl<'a> Options<'a> {
    pub fn new(info: &'a str, line: u32) -> Options<'a> {
        let info = info.trim();
        let (name, rest) = info.split_once(char::is_whitespace).unwrap_or((info, ""));
        let pairs = rest.split_whitespace();
        Options {
            name,
            rest: rest.trim(),
            pairs: pairs
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .collect(),
            line,
        }
    }

    /// The value of an option; empty for one without a value.
    pub fn get(&self, key: &str) -> Option<&'a str> {
        let found = self.pairs.iter().find(|(own, _)| *own == key);
        found.map(|(_, value)| *value)
    }

    /// Notes every option that is not known.
    pub fn refuse_others(&self, known: &[&str], problems: &mut Problems) {
        for (key, _) in &self.pairs {
            if !known.contains(key) {
                let fault = Fault::UnknownKey {
                    place: self.name.to_owned(),
                    key: (*key).to_owned(),
                    known: known.join(", "),
                };
                problems.add(self.line, fault);
            }
        }
    }

    /// Where the units come from.
    pub fn units(&self) -> UnitsFrom {
        match (self.get("scenario"), self.get("set")) {
            (Some(scenario), _) => UnitsFrom::Scenario(scenario.to_owned()),
            (None, set) => UnitsFrom::Set(set.unwrap_or("main").to_owned()),
        }
    }

    /// The switches; without a value they are on.
    pub fn switches(&self) -> Result<Switches, Fault> {
        let mut switches = Switches::default();
        for key in SWITCHES {
            if let Some(value) = self.get(key) {
                switch(
                    &mut switches,
                    self.name,
                    key,
                    if value.is_empty() { "on" } else { value },
                )?;
            }
        }
        Ok(switches)
    }

    /// The first and the last step that are shown.
    pub fn steps(&self) -> Result<(StepName, Option<StepName>), Fault> {
        let step = |value: &str| {
            value.parse::<StepName>().map_err(|error| Fault::Step {
                place: self.name.to_owned(),
                error: Box::new(error),
            })
        };
        if let Some(range) = self.get("steps") {
            let (from, to) = range
                .split_once("..")
                .ok_or_else(|| self.value("steps", range, "two steps: steps=12..14"))?;
            return Ok((step(from)?, Some(step(to)?)));
        }
        match self.get("step") {
            Some(value) => Ok((step(value)?, None)),
            None => Ok((StepName::First, None)),
        }
    }

    /// That a value is not one of those that exist.
    pub fn value(&self, key: &str, value: &str, expected: &str) -> Fault {
        Fault::Value {
            place: self.name.to_owned(),
            key: key.to_owned(),
            value: value.to_owned(),
            expected: expected.to_owned(),
        }
    }
}

/// Sets a switch by its name.
pub(super) fn switch(
    switches: &mut Switches,
    place: &str,
    key: &str,
    value: &str,
) -> Result<(), Fault> {
    let refused = |expected: &str| Fault::Value {
        place: place.to_owned(),
        key: key.to_owned(),
        value: value.to_owned(),
        expected: expected.to_owned(),
    };
    if key == "bits" {
        switches.abi = match value {
            "64" => Abi::X86_64,
            "32" => Abi::I386,
            _ => return Err(refused("64 or 32")),
        };
        return Ok(());
    }
    let is_on = match value {
        "on" => true,
        "off" => false,
        _ => return Err(refused("on or off")),
    };
    match key {
        "keep-forwards" => switches.keep_forwards = is_on,
        "same-hash" => switches.same_hash = is_on,
        "one-shard-per-unit" => switches.one_shard_per_unit = is_on,
        "prelude" => switches.no_prelude = !is_on,
        _ => {
            return Err(Fault::UnknownKey {
                place: place.to_owned(),
                key: key.to_owned(),
                known: SWITCHES.join(", "),
            });
        }
    }
    Ok(())
}
