//! What the address of the comparison says: the units, the two algorithms, and the row.

use crate::browser::{hash, set_hash};
use lab::compare::Algorithm;
use protocol::lab::SetupSource;
use protocol::place::Parameters;

/// What is compared, and where the reader is.
#[derive(Clone, Debug, PartialEq)]
pub struct Address {
    pub from: SetupSource,
    pub algorithms: [Algorithm; 2],
    /// From 1; 0 is before the first. None leads to the first difference.
    pub row: Option<u32>,
}

impl Address {
    /// What the address says; where it says nothing, something to look at.
    pub fn read() -> Address {
        let parameters = Parameters::of(&hash());
        let value = |name: &str| parameters.get(name).map(str::to_owned);
        let from = match (value("s"), value("scenario")) {
            (Some(link), _) => SetupSource::Link(link),
            (None, slug) => SetupSource::Scenario(slug.unwrap_or_else(|| "forward".to_owned())),
        };
        let algorithm = |name: &str, usual: Algorithm| {
            value(name)
                .and_then(|slug| Algorithm::named(&slug))
                .unwrap_or(usual)
        };
        Address {
            from,
            algorithms: [
                algorithm("a", Algorithm::Article),
                algorithm("b", Algorithm::Today),
            ],
            row: value("row").and_then(|row| row.parse().ok()),
        }
    }

    /// Puts it into the address; `link` is the setup as part of one.
    pub fn write(&self, link: &str) {
        let units = match &self.from {
            SetupSource::Scenario(slug) => format!("scenario={slug}"),
            _ => format!("s={link}"),
        };
        let [a, b] = self.algorithms.map(Algorithm::slug);
        let row = self
            .row
            .map_or_else(String::new, |row| format!("&row={row}"));
        set_hash(&format!("#/learn/side?{units}&a={a}&b={b}{row}"));
    }
}
