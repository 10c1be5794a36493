//! Views and their addresses. The address never holds a file's name or content.

use crate::browser::{hash, set_hash, window};
use course::{SLUGS, TITLES};
use std::borrow::Cow;

/// All views.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Choose a file.
    Start,
    /// The job under way.
    Progress,
    Overview,
    /// The result's types; the rest of the address names one.
    Types,
    /// Why names have several types; the rest of the address names one.
    NotMerged,
    /// The result's functions and variables; the rest of the address names the list.
    Functions,
    /// Where the result's types come from; the rest of the address names the folder.
    Sources,
    /// Changes in a second file; the rest of the address names a type.
    Compare,
    /// A type in several kernels.
    History,
    /// What is wrong with the BTF that the file carries.
    Doctor,
    /// Whether BPF objects work on kernels.
    Programs,
    /// The modules on the result.
    Modules,
    /// One of the modules; the address does not name it.
    Module,
    /// Why there is no result.
    Error,
    Learn(Learn),
}

/// The views of the classroom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learn {
    /// The list of all lessons.
    Course,
    /// A lesson.
    Lesson(LessonAt),
    /// A presenter's screen of a lesson, from 0.
    Screen(LessonAt, usize),
    /// The laboratory; the rest of the address contains its setup.
    Lab,
    /// Two algorithms on the same units; the rest of the address contains these.
    SideBySide,
    /// The glossary.
    Glossary,
    /// Questions from a seed; the rest of the address names them.
    Practice,
    /// A student's answers, and the code to hand them in.
    Answers,
    /// Results of a class.
    Results,
    /// All lessons on two pages, to be printed.
    Handout,
    /// One idea a page, to be printed.
    Slides,
}

/// Which lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LessonAt {
    /// One of the course, from 0.
    Own(usize),
    /// The one that was opened from a file or a link. What is behind the address names it, or nothing does.
    Opened,
}

impl LessonAt {
    fn slug(self) -> &'static str {
        match self {
            LessonAt::Own(at) => SLUGS.get(at).copied().unwrap_or_default(),
            LessonAt::Opened => OPENED,
        }
    }

    fn named(slug: &str) -> Option<LessonAt> {
        match slug {
            OPENED => Some(LessonAt::Opened),
            slug => SLUGS.iter().position(|own| *own == slug).map(LessonAt::Own),
        }
    }
}

/// The name of the lesson that was opened.
const OPENED: &str = "opened";

const PLAIN: [View; 22] = [
    View::Progress,
    View::Overview,
    View::Types,
    View::NotMerged,
    View::Functions,
    View::Sources,
    View::Compare,
    View::History,
    View::Doctor,
    View::Programs,
    View::Modules,
    View::Module,
    View::Error,
    View::Learn(Learn::Course),
    View::Learn(Learn::Lab),
    View::Learn(Learn::SideBySide),
    View::Learn(Learn::Glossary),
    View::Learn(Learn::Practice),
    View::Learn(Learn::Answers),
    View::Learn(Learn::Results),
    View::Learn(Learn::Handout),
    View::Learn(Learn::Slides),
];

impl View {
    /// The part of the address after `#`.
    pub fn address(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            View::Start => "#/",
            View::Progress => "#/progress",
            View::Overview => "#/overview",
            View::Types => "#/types",
            View::NotMerged => "#/why",
            View::Functions => "#/functions",
            View::Sources => "#/sources",
            View::Compare => "#/compare",
            View::History => "#/history",
            View::Doctor => "#/doctor",
            View::Programs => "#/programs",
            View::Modules => "#/modules",
            View::Module => "#/module",
            View::Error => "#/error",
            View::Learn(Learn::Course) => "#/learn",
            View::Learn(Learn::Lab) => "#/learn/lab",
            View::Learn(Learn::SideBySide) => "#/learn/side",
            View::Learn(Learn::Glossary) => "#/learn/glossary",
            View::Learn(Learn::Practice) => "#/learn/practice",
            View::Learn(Learn::Answers) => "#/learn/answers",
            View::Learn(Learn::Results) => "#/learn/results",
            View::Learn(Learn::Handout) => "#/learn/handout",
            View::Learn(Learn::Slides) => "#/learn/slides",
            View::Learn(Learn::Lesson(lesson)) => {
                return Cow::Owned(format!("#/learn/{}", lesson.slug()));
            }
            View::Learn(Learn::Screen(lesson, screen)) => {
                return Cow::Owned(format!("#/learn/{}/{}", lesson.slug(), screen + 1));
            }
        })
    }

    /// Whether it shows the result that is open.
    pub fn is_of_result(self) -> bool {
        !matches!(
            self,
            View::Start | View::Progress | View::Error | View::Programs | View::Learn(_)
        )
    }

    /// The text of its tab.
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
            View::History => "History",
            View::Doctor => "Doctor",
            View::Programs => "Programs",
            View::Modules => "Modules",
            View::Module => "Module",
            View::Error => "Error",
            View::Learn(Learn::Lab) => "Lab",
            View::Learn(_) => "Learn",
        }
    }

    /// The start of the page's title.
    pub fn title(self) -> &'static str {
        match self {
            View::Start => "",
            View::Progress => "Encoding…",
            View::Learn(Learn::SideBySide) => "Side by side",
            View::Learn(Learn::Glossary) => "Glossary",
            View::Learn(Learn::Practice) => "Practice",
            View::Learn(Learn::Answers) => "Your answers",
            View::Learn(Learn::Results) => "Results of a class",
            View::Learn(Learn::Handout | Learn::Slides) => "Type dedup",
            View::Learn(Learn::Lesson(LessonAt::Own(at)) | Learn::Screen(LessonAt::Own(at), _)) => {
                TITLES.get(at).copied().unwrap_or_default()
            }
            _ => self.name(),
        }
    }

    /// The view that the address names; none for an address that this page does not have.
    pub fn from_address() -> Option<View> {
        View::named(&hash())
    }

    fn named(hash: &str) -> Option<View> {
        // A lesson beside the page, or in the link.
        if ["lesson=", "text="].iter().any(|key| {
            hash.strip_prefix("#/learn?")
                .is_some_and(|query| query.starts_with(key))
        }) {
            return Some(View::Learn(Learn::Lesson(LessonAt::Opened)));
        }
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
            ("#/history/", View::History),
        ];
        for (start, view) in behind {
            if hash.starts_with(start) {
                return Some(view);
            }
        }
        let mut parts = hash.strip_prefix("#/learn/").unwrap_or_default().split('/');
        let lesson = parts.next().and_then(LessonAt::named);
        let screen = parts
            .next()
            .map(|number| number.parse::<usize>().unwrap_or(1));
        let lesson = lesson?;
        Some(View::Learn(match screen {
            None => Learn::Lesson(lesson),
            Some(screen) => Learn::Screen(lesson, screen.saturating_sub(1)),
        }))
    }

    /// Its address, with what the address of now says of the same lesson: its language, where it comes from.
    pub fn target(self) -> Cow<'static, str> {
        let lesson = |view: View| match view {
            View::Learn(Learn::Lesson(lesson) | Learn::Screen(lesson, _)) => Some(lesson),
            _ => None,
        };
        let hash = hash();
        let now = View::named(&hash).and_then(lesson);
        match hash.split_once('?') {
            Some((_, query)) if now.is_some() && now == lesson(self) => {
                Cow::Owned(format!("{}?{query}", self.address()))
            }
            _ => self.address(),
        }
    }

    /// Puts the view into the address, as a new entry of the history.
    pub fn push(self) {
        if View::from_address() != Some(self) {
            let _ = window().location().set_hash(&self.target());
        }
    }

    /// Goes to the view in the place of the newest entry of the history. As with [`View::push`], the page hears of it.
    pub fn go(self) {
        if View::from_address() != Some(self) {
            let _ = window().location().replace(&self.target());
        }
    }

    /// Puts the view into the address, instead of the newest entry of the history.
    pub fn replace(self) {
        if View::from_address() != Some(self) {
            set_hash(&self.target());
        }
    }
}
