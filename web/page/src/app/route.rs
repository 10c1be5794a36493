//! Views and their addresses. The address never holds a file's name or content.

use crate::browser::{hash, set_hash, window};
use course::LESSONS;
use std::borrow::Cow;

/// What can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Choose a file.
    Start,
    /// The job under way.
    Progress,
    Overview,
    /// The result's types; which one, stands behind the address.
    Types,
    /// Why names are there more than once; which one, stands behind the address.
    NotMerged,
    /// The result's functions and variables; which list, stands behind the address.
    Functions,
    /// Where the result's types come from; which folder, stands behind the address.
    Sources,
    /// What became of the result's types in a second file; of which, stands behind the address.
    Compare,
    /// What is wrong with the BTF that the file carries.
    Doctor,
    /// The modules on the result.
    Modules,
    /// One of them; which, the address does not say.
    Module,
    /// Why there is none.
    Error,
    Learn(Learn),
}

/// What there is in the classroom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learn {
    /// All lessons.
    Course,
    /// A lesson, from 0.
    Lesson(usize),
    /// A presenter's screen of a lesson, both from 0.
    Screen(usize, usize),
    /// The laboratory. What is in it stands behind the address.
    Lab,
    /// The field's words.
    Glossary,
    /// All lessons on two pages, to be printed.
    Handout,
    /// One idea a page, to be printed.
    Slides,
}

const PLAIN: [View; 16] = [
    View::Progress,
    View::Overview,
    View::Types,
    View::NotMerged,
    View::Functions,
    View::Sources,
    View::Compare,
    View::Doctor,
    View::Modules,
    View::Module,
    View::Error,
    View::Learn(Learn::Course),
    View::Learn(Learn::Lab),
    View::Learn(Learn::Glossary),
    View::Learn(Learn::Handout),
    View::Learn(Learn::Slides),
];

impl View {
    /// The part of the address after `#`.
    pub fn address(self) -> Cow<'static, str> {
        let slug = |lesson: usize| LESSONS.get(lesson).map_or("", |lesson| lesson.slug);
        Cow::Borrowed(match self {
            View::Start => "#/",
            View::Progress => "#/progress",
            View::Overview => "#/overview",
            View::Types => "#/types",
            View::NotMerged => "#/why",
            View::Functions => "#/functions",
            View::Sources => "#/sources",
            View::Compare => "#/compare",
            View::Doctor => "#/doctor",
            View::Modules => "#/modules",
            View::Module => "#/module",
            View::Error => "#/error",
            View::Learn(Learn::Course) => "#/learn",
            View::Learn(Learn::Lab) => "#/learn/lab",
            View::Learn(Learn::Glossary) => "#/learn/glossary",
            View::Learn(Learn::Handout) => "#/learn/handout",
            View::Learn(Learn::Slides) => "#/learn/slides",
            View::Learn(Learn::Lesson(lesson)) => {
                return Cow::Owned(format!("#/learn/{}", slug(lesson)));
            }
            View::Learn(Learn::Screen(lesson, screen)) => {
                return Cow::Owned(format!("#/learn/{}/{}", slug(lesson), screen + 1));
            }
        })
    }

    /// Whether it shows the result that is open.
    pub fn is_of_result(self) -> bool {
        !matches!(
            self,
            View::Start | View::Progress | View::Error | View::Learn(_)
        )
    }

    /// What its tab says.
    pub fn name(self) -> &'static str {
        match self {
            View::Start => "Start",
            View::Progress => "Progress",
            View::Overview => "Overview",
            View::Types => "Types",
            View::NotMerged => "Not merged",
            View::Functions => "Functions",
            View::Sources => "Sources",
            View::Compare => "Compare",
            View::Doctor => "Doctor",
            View::Modules => "Modules",
            View::Module => "Module",
            View::Error => "Error",
            View::Learn(Learn::Lab) => "Lab",
            View::Learn(_) => "Learn",
        }
    }

    /// What the page's title begins with.
    pub fn title(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            View::Start => "",
            View::Progress => "Encoding…",
            View::Overview => "Overview",
            View::Types => "Types",
            View::NotMerged => "Not merged",
            View::Functions => "Functions",
            View::Sources => "Sources",
            View::Compare => "Compare",
            View::Doctor => "Doctor",
            View::Modules => "Modules",
            View::Module => "Module",
            View::Error => "Error",
            View::Learn(Learn::Course) => "Learn",
            View::Learn(Learn::Lab) => "Lab",
            View::Learn(Learn::Glossary) => "Glossary",
            View::Learn(Learn::Handout | Learn::Slides) => "Type dedup",
            View::Learn(Learn::Lesson(lesson) | Learn::Screen(lesson, _)) => {
                let title = LESSONS.get(lesson).map_or("", |lesson| lesson.title);
                return Cow::Borrowed(title);
            }
        })
    }

    /// The view that the address names; none for an address that this page does not have.
    pub fn from_address() -> Option<View> {
        View::named(&hash())
    }

    fn named(hash: &str) -> Option<View> {
        // What is behind it belongs to the view.
        let hash = hash.split('?').next().unwrap_or_default();
        if matches!(hash, "" | "#" | "#/") {
            return Some(View::Start);
        }
        if let Some(view) = PLAIN.into_iter().find(|view| view.address() == hash) {
            return Some(view);
        }
        let behind = [
            ("#/type/", View::Types),
            ("#/why/", View::NotMerged),
            ("#/functions/", View::Functions),
            ("#/sources/", View::Sources),
            ("#/compare/", View::Compare),
        ];
        for (start, view) in behind {
            if hash.starts_with(start) {
                return Some(view);
            }
        }
        let mut parts = hash.strip_prefix("#/learn/").unwrap_or_default().split('/');
        let lesson = parts.next().and_then(course::lesson).map(|(at, _)| at);
        let screen = parts
            .next()
            .map(|number| number.parse::<usize>().unwrap_or(1));
        let lesson = lesson?;
        Some(View::Learn(match screen {
            None => Learn::Lesson(lesson),
            Some(screen) => Learn::Screen(lesson, screen.saturating_sub(1)),
        }))
    }

    /// Puts it into the address, as a new entry of the history.
    pub fn push(self) {
        if View::from_address() != Some(self) {
            let _ = window().location().set_hash(&self.address());
        }
    }

    /// Puts it into the address, in the place of what the newest entry of the history has.
    pub fn replace(self) {
        if View::from_address() != Some(self) {
            set_hash(&self.address());
        }
    }
}
