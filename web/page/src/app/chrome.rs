//! Everything around the view: panels, notices, focus; and which view is shown.

use super::{App, ChromeMsg, Learn, Link, Notice, View};
use crate::browser::{
    copy, focus, has, hash, is_dark, parameter, preference, remove_parameter, set_kernel_in_title,
    set_preference, set_root, set_title,
};
use crate::work::Model;

/// What the size of the text is remembered under, and asked for in the address.
const TEXT_SIZE: &str = "scale";
/// Sizes of the text, as the style sheet calls them.
const TEXT_SIZES: [&str; 4] = ["", "large", "larger", "largest"];

/// The size of the text, unless a screen asks for another.
fn text_size() -> String {
    let asked = parameter(TEXT_SIZE).or_else(|| preference(TEXT_SIZE));
    asked.unwrap_or_default()
}

impl App {
    /// Handles a message. Returns whether the page must be drawn again.
    pub(super) fn on_chrome(&mut self, msg: ChromeMsg) -> bool {
        match msg {
            ChromeMsg::Routed => {
                let before = self.view;
                return self.show_address() || self.view != before;
            }
            ChromeMsg::Help(open) => {
                self.chrome.help = open && !self.chrome.help;
                self.chrome.focus = Some(if self.chrome.help {
                    "help-close"
                } else {
                    "help-open"
                });
            }
            // Pressed again, its key closes it.
            ChromeMsg::Palette(open) => self.chrome.palette = open && !self.chrome.palette,
            ChromeMsg::Hex => {
                self.chrome.hex = !self.chrome.hex;
                set_preference("offsets", if self.chrome.hex { "hex" } else { "decimal" });
            }
            ChromeMsg::CopyLink => {
                let address = crate::explore::copy_link::address(&hash());
                self.chrome.announcement = "Link copied".into();
                wasm_bindgen_futures::spawn_local(async move {
                    // A host that is not trusted has no clipboard.
                    let _ = copy(&address).await;
                });
            }
            ChromeMsg::Theme => {
                let theme = if is_dark() { "light" } else { "dark" };
                set_root("data-theme", theme);
                // Not in the address, where a copied link would impose it on others.
                set_preference("theme", theme);
                remove_parameter("theme");
            }
            ChromeMsg::TextSize(larger) => {
                let at = TEXT_SIZES.iter().position(|size| *size == text_size());
                let at = at.unwrap_or(0);
                let to = if larger { at + 1 } else { at.saturating_sub(1) };
                if let Some(size) = TEXT_SIZES.get(to) {
                    set_preference(TEXT_SIZE, size);
                    self.scale();
                }
            }
            ChromeMsg::Presenter => self.present(),
            ChromeMsg::Dragging(dragging) => {
                let changed = self.chrome.dragging != dragging;
                self.chrome.dragging = dragging;
                return changed;
            }
            ChromeMsg::Escape => return self.escape(),
            ChromeMsg::Search => self.search(),
            ChromeMsg::Newer => {
                self.chrome.newer = Some(Notice::plain(
                    "A new version of this page is ready.".to_owned(),
                    "Reload to use it. Reloading loses a result that is not saved in this browser.",
                ));
            }
            ChromeMsg::Came(chunk) => {
                if self.chrome.chunks.contains(&chunk) {
                    return false;
                }
                self.chrome.chunks.push(chunk);
            }
            ChromeMsg::ForgetLink => {
                self.chrome.link = None;
                View::Start.replace();
            }
            ChromeMsg::Dismiss => {
                // The button that was pressed goes with what it was in.
                self.chrome.focus = Some("title");
                self.inbox.pair = None;
                self.current.comparing.third = None;
                // Modules that came with a file that is dismissed are dismissed too.
                let (pending, notice) = (self.inbox.pending.take(), self.chrome.notice.take());
                if pending.is_none() && notice.is_none() {
                    self.chrome.newer = None;
                }
            }
        }
        true
    }

    /// Closes what is open, or cancels the job that is shown.
    fn escape(&mut self) -> bool {
        if self.chrome.palette {
            self.chrome.palette = false;
        } else if self.chrome.help || self.chrome.dragging {
            self.chrome.focus = self.chrome.help.then_some("help-open");
            self.chrome.help = false;
            self.chrome.dragging = false;
        } else if self.inbox.pair.take().is_some() || self.inbox.pending.take().is_some() {
            // What had the focus is gone with the question.
            self.chrome.focus = Some("title");
        } else if self.library.renaming.is_some() {
            self.library.renaming = None;
            self.chrome.focus = Some("title");
        } else if self.current.comparing.third.take().is_some() {
            self.chrome.focus = Some("title");
        } else if self.is_busy() && self.view == View::Progress {
            self.cancel();
        } else if self.view == View::Compare && self.current.comparing.is_under_way() {
            self.cancel_comparison();
        } else if self.work.unpacked.is_some()
            && matches!(self.view, View::Compare | View::History | View::Programs)
        {
            self.cancel_unpacking();
        } else if self.current.left_out.is_some() {
            self.current.left_out = None;
        } else if self.chrome.notice.is_some() {
            self.chrome.notice = None;
        } else if self.chrome.newer.is_some() {
            self.chrome.newer = None;
        } else {
            return false;
        }
        true
    }

    /// Moves the focus to a search field: that of the view, or that of the types.
    fn search(&mut self) {
        let searches = [
            "module-search",
            "function-search",
            "type-search",
            "change-search",
            "signature-search",
            "program-search",
        ];
        match searches.into_iter().find(|id| has(id)) {
            Some(there) => focus(there),
            None if self.current.model.is_some() => {
                self.show(View::Types);
                self.chrome.focus = Some("type-search");
            }
            None => {}
        }
    }

    /// Shows the view that the address names, and keeps a link for which there is no result yet. Returns whether
    /// there is something new to say beside the view.
    pub(super) fn show_address(&mut self) -> bool {
        let Some(view) = View::from_address() else {
            self.chrome.notice = Some(unknown_address());
            self.set_view(self.there(View::Overview));
            return true;
        };
        let before = self.chrome.link.clone();
        if self.current.model.is_some() || view == View::Start {
            self.chrome.link = None;
        } else if let Some(link) = Link::from_address() {
            self.chrome.link = Some(link);
        }
        self.set_view(self.there(view));
        let said = self.chrome.notice.is_some();
        let shown = (self.current.by_bytes, self.current.kinds);
        self.read_kinds();
        self.chrome.link != before
            || said != self.chrome.notice.is_some()
            || shown != (self.current.by_bytes, self.current.kinds)
    }

    /// Shows a view, as a new entry of the history.
    pub(super) fn show(&mut self, view: View) {
        self.turn_to(view).push();
    }

    /// Shows a view, in the place of the newest entry of the history.
    pub(super) fn show_instead(&mut self, view: View) {
        self.turn_to(view).replace();
        self.read_kinds();
    }

    fn turn_to(&mut self, view: View) -> View {
        let view = self.there(view);
        if self.view != view {
            self.chrome.focus = Some("title");
        }
        self.set_view(view);
        view
    }

    fn set_view(&mut self, view: View) {
        // The list of functions left out belongs to what was looked at.
        if self.view != view {
            self.current.left_out = None;
            self.chrome.turned = true;
        }
        self.view = view;
        let release = self.current.model.as_ref().map(Model::identity);
        let release = release.and_then(|identity| identity.release.as_deref());
        set_kernel_in_title(release.filter(|_| view.is_of_result()).unwrap_or_default());
        set_title(view.title());
        self.chrome.presenting &= view == View::Learn(Learn::Lab);
        self.scale();
    }

    /// Screens are large; so is the laboratory when it is presented.
    fn scale(&self) {
        let large = matches!(self.view, View::Learn(Learn::Screen(..))) || self.chrome.presenting;
        let usual = text_size();
        set_root("data-scale", if large { "presenter" } else { &usual });
    }

    /// A lesson becomes its screens, or is shown again; the laboratory becomes large, or small again.
    fn present(&mut self) {
        match self.view {
            View::Learn(Learn::Lesson(lesson)) => {
                self.show(View::Learn(Learn::Screen(lesson, 0)));
            }
            View::Learn(Learn::Screen(lesson, _)) => {
                self.show(View::Learn(Learn::Lesson(lesson)));
            }
            View::Learn(Learn::Lab) => {
                self.chrome.presenting = !self.chrome.presenting;
                self.scale();
            }
            _ => {}
        }
    }

    /// The view to show: the given one, or another if that one has no content.
    fn there(&self, view: View) -> View {
        let empty = match view {
            View::Start | View::Programs | View::Learn(_) => false,
            View::Progress => !self.is_busy(),
            View::Modules => self.current.modules.rows.is_empty(),
            View::Module => self
                .current
                .module
                .is_none_or(|id| self.current.modules.get(id).is_none()),
            View::Overview
            | View::Types
            | View::Functions
            | View::Sources
            | View::NotMerged
            | View::Compare
            | View::History => self.current.model.is_none(),
            View::Doctor => !self.current.model.as_ref().is_some_and(Model::carries_btf),
            View::Error => self.current.failed.is_none(),
        };
        match (empty, self.current.model.is_some()) {
            (false, _) => view,
            (true, true) => View::Overview,
            (true, false) => View::Start,
        }
    }
}

/// The notice for an address that leads nowhere.
pub(super) fn unknown_address() -> Notice {
    Notice::error(
        format!("This page has no view {}.", hash()),
        "The link may be incomplete, or made for another version.",
    )
}
