//! Views and their addresses. The address never holds a file's name or content.

use crate::browser::window;

/// What can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Choose a file.
    Start,
    /// The job under way.
    Progress,
    /// The result.
    Overview,
    /// The modules on the result.
    Modules,
    /// One of them; which, the address does not say.
    Module,
    /// Why there is none.
    Error,
}

impl View {
    /// The part of the address after `#`.
    pub fn address(self) -> &'static str {
        match self {
            View::Start => "#/",
            View::Progress => "#/progress",
            View::Overview => "#/overview",
            View::Modules => "#/modules",
            View::Module => "#/module",
            View::Error => "#/error",
        }
    }

    /// The page's title.
    pub fn title(self) -> &'static str {
        match self {
            View::Start => "btfscope",
            View::Progress => "Encoding… · btfscope",
            View::Overview => "Overview · btfscope",
            View::Modules => "Modules · btfscope",
            View::Module => "Module · btfscope",
            View::Error => "Error · btfscope",
        }
    }

    /// The view that the address names.
    pub fn from_address() -> View {
        let hash = window().location().hash().unwrap_or_default();
        [
            View::Progress,
            View::Overview,
            View::Modules,
            View::Module,
            View::Error,
        ]
        .into_iter()
        .find(|view| view.address() == hash)
        .unwrap_or(View::Start)
    }

    /// Puts it into the address, as a new entry of the history.
    pub fn push(self) {
        if View::from_address() != self {
            let _ = window().location().set_hash(self.address());
        }
    }
}
