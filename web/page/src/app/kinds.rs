//! How the table of kinds is shown: what is measured and the order, both in the address of the overview.

use super::{App, Notice, View};
use crate::browser::hash;
use crate::sorting::{Column, Sorting};
use protocol::job_result::Origin;
use protocol::place::Parameters;

/// The columns of the table of kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KindColumn {
    Kind,
    Before,
    After,
    Factor,
    Saved,
}

impl Column for KindColumn {
    const ALL: &'static [KindColumn] = &[
        KindColumn::Kind,
        KindColumn::Before,
        KindColumn::After,
        KindColumn::Factor,
        KindColumn::Saved,
    ];

    fn word(self) -> &'static str {
        match self {
            KindColumn::Kind => "kind",
            KindColumn::Before => "before",
            KindColumn::After => "after",
            KindColumn::Factor => "reduction",
            KindColumn::Saved => "saved",
        }
    }
}

impl App {
    /// What the table of kinds is sorted by: if nobody chose, by what there was `before` dedup, or else by what is left.
    pub fn kinds_sorting(&self, before: bool) -> Sorting<KindColumn> {
        self.current.kinds.unwrap_or(usual(before))
    }

    /// What the overview sorts by if nobody chose.
    fn usual_sorting(&self) -> Sorting<KindColumn> {
        let model = self.current.model.as_ref();
        usual(model.is_some_and(|model| model.origin == Origin::Encoded))
    }

    /// Reads how the table is shown from the address of the overview. Without anything in it, the table stays as it
    /// was, and the address follows.
    pub(super) fn read_kinds(&mut self) {
        self.current.seen.read();
        if self.view != View::Overview || View::from_address() != Some(View::Overview) {
            return;
        }
        let parameters = Parameters::of(&hash());
        let given = ["measure", "sort", "reverse"];
        if !given.iter().any(|name| parameters.has(name)) {
            return self.write_kinds();
        }
        let measure = parameters.get("measure");
        self.current.by_bytes = measure == Some("bytes");
        let sorting = Sorting::of(&parameters);
        let usual = Sorting {
            reversed: parameters.has("reverse"),
            ..self.usual_sorting()
        };
        self.current.kinds = Some(sorting.unwrap_or(usual));
        let unread = [
            (
                "measure",
                measure.filter(|word| !["bytes", "count"].contains(word)),
            ),
            ("sort", parameters.get("sort").filter(|_| sorting.is_none())),
        ];
        let unread = unread
            .into_iter()
            .filter_map(|(name, word)| Some(format!("{name}={}", word?)));
        let unread: Vec<String> = unread.collect();
        if !unread.is_empty() {
            self.chrome.notice = Some(Notice::error(
                format!(
                    "The address contains {}, which means nothing here.",
                    unread.join(", ")
                ),
                "The rest of it is shown.",
            ));
        }
    }

    /// Puts how the table is shown into the address.
    pub(super) fn write_kinds(&mut self) {
        if View::from_address() != Some(View::Overview) {
            return;
        }
        let mut parameters = Parameters::default();
        if self.current.by_bytes {
            parameters.add("measure", "bytes");
        }
        let usual = self.usual_sorting();
        let sorting = self.current.kinds.unwrap_or(usual);
        sorting.add(&mut parameters, usual);
        let address = parameters.behind(&View::Overview.address());
        self.current.seen.replace(&address);
    }
}

/// What a table is sorted by if nobody chose.
fn usual(before: bool) -> Sorting<KindColumn> {
    Sorting {
        column: match before {
            true => KindColumn::Before,
            false => KindColumn::After,
        },
        reversed: false,
    }
}
