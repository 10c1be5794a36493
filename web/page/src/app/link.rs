//! A link that was opened before a result exists: its target waits until a file is open.

use super::{App, View};
use crate::browser::{hash, set_hash};
use crate::explore::place;

/// An address of a result's view, opened without a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    hash: String,
    view: View,
}

impl Link {
    /// The link that the address is, when its view needs a result. Views that a job leads to by itself are none.
    pub(super) fn from_address() -> Option<Link> {
        let view = View::from_address()?;
        let needs_result = matches!(
            view,
            View::Types
                | View::NotMerged
                | View::Functions
                | View::Sources
                | View::Compare
                | View::History
                | View::Doctor
        );
        // The overview is where every job leads; a link to it says how its table is shown.
        let is_shown_so = view == View::Overview && hash().contains('?');
        (needs_result || is_shown_so).then(|| Link { hash: hash(), view })
    }

    /// The link to a comparison.
    pub(super) fn to_comparison(address: &str) -> Link {
        Link {
            hash: address.to_owned(),
            view: View::Compare,
        }
    }

    /// What it points to, as a phrase: `struct sk_buff`.
    pub fn subject(&self) -> String {
        let named = |view: &str| {
            place::named(view).map(|address| format!("{} {}", address.word, address.name))
        };
        let parameters = place::parameters();
        let subject = match self.view {
            View::Types => named("type")
                .map(|name| match parameters.get("member") {
                    Some(member) => format!("{member} of {name}"),
                    None => name,
                })
                .or_else(|| {
                    let text = parameters.get("search")?;
                    Some(format!("a search for “{text}” among the types"))
                }),
            View::NotMerged => named("why").map(|name| format!("the definitions of {name}")),
            View::Compare => named("compare").map(|name| format!("a comparison of {name}")),
            View::History => named("history").map(|name| format!("the history of {name}")),
            View::Sources => Some(place::behind("sources"))
                .filter(|path| !path.is_empty())
                .map(|path| format!("the types of {path}")),
            _ => None,
        };
        subject.unwrap_or_else(|| format!("the view {}", self.view.name()))
    }
}

impl App {
    /// Shows a result that has just been opened: what a link points to, else its overview. The progress of the job
    /// is no place to go back to, so what follows takes its place in the history.
    pub(super) fn show_result(&mut self) {
        match self.chrome.link.take() {
            Some(link) => {
                set_hash(&link.hash);
                self.show_address();
            }
            None => {
                let opening = self.work.opening.as_ref();
                self.show_after_job(opening.map_or(View::Overview, |opening| opening.leads_to));
            }
        }
    }

    /// Shows what a job ended with, in the place of its progress.
    pub(super) fn show_after_job(&mut self, view: View) {
        if self.view == View::Progress {
            self.show_instead(view);
        } else {
            self.show(view);
        }
        if let (Some(link), View::Start) = (&self.chrome.link, self.view) {
            set_hash(&link.hash);
        }
    }

    /// Shows the progress of a job. A link stays the entry of the history that it is.
    pub(super) fn show_progress(&mut self) {
        if self.chrome.link.is_some() {
            self.show_instead(View::Progress);
        } else {
            self.show(View::Progress);
        }
    }
}
