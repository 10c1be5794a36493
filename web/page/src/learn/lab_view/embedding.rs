//! What *Copy embed* copies.

use super::{LabView, Layout, Props};
use crate::app::View;
use crate::explore::copy_link::page;
use protocol::embed::{self, Show};

impl LabView {
    /// The line of HTML that shows these units at this step in another page.
    pub(super) fn iframe(&self, props: &Props) -> String {
        let (show, step) = match props.layout {
            Layout::Bytes => (Show::Bytes, 0),
            Layout::Strings => (Show::Strings, self.string_step),
            _ => (Show::Steps, self.moment.step),
        };
        let scenario = self.scenario();
        let lesson = View::from_address()
            .map(View::title)
            .filter(|_| props.layout != Layout::Lab);
        let title = scenario.map(|one| one.title.as_str()).or(lesson);
        let title = format!("btfscope: {}", title.unwrap_or("type dedup, step by step"));
        let hash = embed::figure(&self.address, step, show);
        embed::iframe(&page(), &hash, &title)
    }
}
