//! The address of a folder or unit: what is measured, and what its table is sorted by.

use super::{Column, Sources};
use crate::explore::place;
use crate::sorting::{self, Sorting};
use explore::sources::Measured;
use protocol::place::Parameters;

impl sorting::Column for Column {
    const ALL: &'static [Column] = &[Column::Part, Column::Before, Column::After, Column::Kept];

    fn word(self) -> &'static str {
        match self {
            Column::Part => "part",
            Column::Before => "before",
            Column::After => "after",
            Column::Kept => "kept",
        }
    }
}

/// What an address asks for: what is measured, what the table is sorted by, and the parameters that mean nothing.
type Asked = (Measured, Sorting<Column>, Vec<String>);

/// What the table is sorted by unless someone chose: by what is measured.
pub(super) fn usual(measured: Measured) -> Sorting<Column> {
    Sorting {
        column: match measured.after {
            true => Column::After,
            false => Column::Before,
        },
        reversed: false,
    }
}

/// What an address asks for; `None` if that is nothing.
fn asked(parameters: &Parameters) -> Option<Asked> {
    let given = ["after", "measure", "sort", "reverse"];
    if !given.iter().any(|name| parameters.has(name)) {
        return None;
    }
    let measure = parameters.get("measure");
    let measured = Measured {
        after: parameters.has("after"),
        bytes: measure != Some("types"),
    };
    let sorting = Sorting::of(parameters);
    let unread = [
        (
            "measure",
            measure.filter(|word| !["types", "bytes"].contains(word)),
        ),
        ("sort", parameters.get("sort").filter(|_| sorting.is_none())),
    ];
    let unread = unread
        .into_iter()
        .filter_map(|(name, word)| Some(format!("{name}={}", word?)));
    let unread = unread.collect();
    let usual = Sorting {
        reversed: parameters.has("reverse"),
        ..usual(measured)
    };
    Some((measured, sorting.unwrap_or(usual), unread))
}

impl Sources {
    /// Reads the address. Without a measure or an order in it, those from before go on. Returns whether something
    /// changed.
    pub(super) fn read_measures(&mut self) -> bool {
        self.seen.read();
        let parameters = place::parameters();
        let Some((measured, sorting, unread)) = asked(&parameters) else {
            self.write_measures();
            return !std::mem::take(&mut self.unread).is_empty();
        };
        let before = (self.measured, self.sorting);
        (self.measured, self.sorting) = (measured, sorting);
        let is_other = unread != self.unread || before != (measured, sorting);
        self.unread = unread;
        is_other
    }

    /// Puts what is measured and the order into the address.
    pub(super) fn write_measures(&mut self) {
        let Some(path) = &self.path else { return };
        let mut parameters = Parameters::default();
        parameters.switch("after", self.measured.after);
        if !self.measured.bytes {
            parameters.add("measure", "types");
        }
        self.sorting.add(&mut parameters, usual(self.measured));
        self.seen.replace(&parameters.behind(&place::sources(path)));
    }
}
