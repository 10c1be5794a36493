//! What the classroom does with a lesson from a file or a link: it is fetched, read, passed on.

use super::opened::{self, Origin};
use super::{Classroom, Msg, Props};
use crate::app::{Learn, LessonAt};
use crate::browser::{copy, hash, save_text, set_hash, set_title, window};
use course::{MOST_BYTES, file, lesson_in};
use protocol::lab::{PackText, UnpackText};
use wasm_bindgen::JsCast;
use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

/// What can be done with a lesson that is shown.
pub struct Actions {
    pub copy: Callback<MouseEvent>,
    pub save: Callback<MouseEvent>,
    /// What came of it.
    pub said: Option<String>,
}

/// Whether a view shows a lesson, in a language that the address may name.
pub fn shows_lesson(view: Learn) -> bool {
    matches!(view, Learn::Lesson(_) | Learn::Screen(..))
}

fn is_opened(view: Learn) -> bool {
    matches!(
        view,
        Learn::Lesson(LessonAt::Opened) | Learn::Screen(LessonAt::Opened, _)
    )
}

impl Classroom {
    /// Reads the file that was given last, unless it is the one that is open.
    pub(super) fn take_file(&mut self, ctx: &Context<Classroom>) {
        let Some((number, file)) = ctx.props().lesson_file.clone() else {
            return;
        };
        let origin = Origin::File(number);
        let newest = opened::newest_file();
        if newest.is_some_and(|newest| newest >= number) {
            return;
        }
        opened::set_newest_file(number);
        // The address may name another one.
        if let Some((address, _)) = hash().split_once('?').filter(|_| opened::asked().is_some()) {
            set_hash(if address == "#/learn" {
                "#/learn/opened"
            } else {
                address
            });
        }
        self.awaited = Some(origin.clone());
        ctx.link().send_future(async move {
            let name = file.name();
            Msg::Read(origin, name, opened::read(file).await)
        });
    }

    /// Fetches the lesson that the address asks for, unless it is here. Returns whether it is on its way.
    pub(super) fn ask_for_lesson(&mut self, ctx: &Context<Classroom>) -> bool {
        if !is_opened(ctx.props().view) {
            return false;
        }
        let Some(asked) = opened::asked() else {
            return false;
        };
        let is_here = opened::current().is_some_and(|opened| opened.origin == asked);
        let has_failed = self
            .failed
            .as_ref()
            .is_some_and(|(origin, _)| *origin == asked);
        if is_here || has_failed || self.awaited.as_ref() == Some(&asked) {
            return false;
        }
        self.awaited = Some(asked.clone());
        match &asked {
            Origin::File(_) => {}
            Origin::Beside(path) => {
                let (name, path) = (opened::file_name(path), path.clone());
                ctx.link()
                    .send_future(async move { Msg::Read(asked, name, opened::fetch(&path).await) });
            }
            Origin::Link(packed) => {
                let packed = packed.clone();
                let then = ctx.link().callback(move |text: Result<String, String>| {
                    let bytes = text.map(String::into_bytes);
                    Msg::Read(asked.clone(), "linked.lesson.md".to_owned(), bytes)
                });
                let most = MOST_BYTES;
                self.client.ask(UnpackText { packed, most }, then);
            }
        }
        true
    }

    /// Handles messages about lessons.
    pub(super) fn on_lesson(&mut self, ctx: &Context<Classroom>, msg: Msg) -> bool {
        match msg {
            Msg::Read(origin, ..) if self.awaited.as_ref() != Some(&origin) => return false,
            Msg::Read(origin, name, bytes) => {
                self.awaited = None;
                let kept =
                    bytes.and_then(|bytes| opened::keep(name.clone(), origin.clone(), &bytes));
                self.failed = kept.err().map(|cause| (origin, format!("{name}: {cause}")));
                if let Some(opened) = opened::current().filter(|_| self.failed.is_none()) {
                    set_title(&opened.lesson.title);
                }
            }
            Msg::CopyLesson => {
                let Some(opened) = opened::current() else {
                    return false;
                };
                match opened.origin {
                    Origin::File(_) => {
                        let then = ctx.link().callback(Msg::Packed);
                        self.client.ask(PackText(opened.text), then);
                    }
                    Origin::Beside(path) => {
                        let path = String::from(js_sys::encode_uri_component(&path));
                        self.copy(ctx, format!("#/learn?lesson={path}"));
                    }
                    Origin::Link(packed) => self.copy(ctx, format!("#/learn?text={packed}")),
                }
                return false;
            }
            Msg::Packed(Ok(packed)) => {
                self.copy(ctx, format!("#/learn?text={packed}"));
                return false;
            }
            Msg::Packed(Err(cause)) | Msg::Died(cause) => match self.awaited.take() {
                Some(origin) => self.failed = Some((origin, cause)),
                None => self.said = Some(format!("The link could not be made: {cause}.")),
            },
            Msg::Copied(done) => {
                let said = match done {
                    true => "Link copied. It opens this lesson.",
                    false => "The browser blocked copying. Save the lesson instead.",
                };
                self.said = Some(said.to_owned());
            }
            Msg::Moved | Msg::At(..) => return false,
        }
        true
    }

    /// Copies the address of this page with another part behind `#`.
    fn copy(&self, ctx: &Context<Classroom>, hash: String) {
        let href = window().location().href().unwrap_or_default();
        let page = href.split('#').next().unwrap_or_default().to_owned();
        ctx.link()
            .send_future(async move { Msg::Copied(copy(&format!("{page}{hash}")).await) });
    }

    /// Whether the lesson that the view needs is here.
    pub(super) fn has_lesson(&self) -> bool {
        let asked = opened::asked();
        let here = opened::current().map(|opened| opened.origin);
        let has_failed = self
            .failed
            .as_ref()
            .is_some_and(|(origin, _)| match &asked {
                Some(asked) => origin == asked,
                None => matches!(origin, Origin::File(_)),
            });
        !has_failed
            && self.awaited.is_none()
            && here.is_some()
            && (asked.is_none() || asked == here)
    }

    /// What is shown while there is no lesson: it is on its way, or something went wrong.
    pub(super) fn without_lesson(&self, props: &Props) -> Html {
        let title = match (&self.awaited, &self.failed) {
            (Some(_), _) => "Opening the lesson…",
            (None, Some(_)) => "The lesson cannot be opened",
            (None, None) => "No lesson is open",
        };
        html! {
            <div class="course">
                <h1 id="title" tabindex="-1">{ title }</h1>
                if let (None, Some((_, cause))) = (&self.awaited, &self.failed) {
                    <p class="note note--error" role="alert">{ format!("{cause}.") }</p>
                }
                if self.awaited.is_none() {
                    <p class="lead-note">{ "A lesson is a text file, such as my.lesson.md. Drop it on the page, or choose it." }</p>
                    <p>{ picker(&props.choose) }{ " " }<a class="btn" href="#/learn">{ "All lessons" }</a></p>
                }
            </div>
        }
    }

    /// What can be done with the lesson that is shown.
    pub(super) fn actions(&self, ctx: &Context<Classroom>, at: LessonAt) -> Actions {
        let link = ctx.link();
        let language = super::lesson::language(at);
        let save = move |_: MouseEvent| {
            let (name, text) = match at {
                LessonAt::Opened => match opened::current() {
                    Some(opened) => (opened.name, opened.text),
                    None => return,
                },
                LessonAt::Own(at) => {
                    let lesson = lesson_in(at, &language).map(|lesson| lesson.slug.clone());
                    let name = format!("{}.lesson.md", lesson.unwrap_or_default());
                    (name, file(at, &language).unwrap_or_default().to_owned())
                }
            };
            // A browser that saves nothing says so itself.
            let _ = save_text(&name, "text/markdown", &text);
        };
        Actions {
            copy: match at {
                LessonAt::Opened => link.callback(|_| Msg::CopyLesson),
                LessonAt::Own(_) => link.callback_future(|_| async move {
                    Msg::Copied(copy(&window().location().href().unwrap_or_default()).await)
                }),
            },
            save: Callback::from(save),
            said: self.said.clone(),
        }
    }
}

/// A picker of the file of a lesson.
pub fn picker(choose: &Callback<File>) -> Html {
    let choose = choose.clone();
    let onchange = move |event: Event| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input else { return };
        let file = input.files().and_then(|files| files.item(0));
        // Choosing the same file again is a change too.
        input.set_value("");
        if let Some(file) = file {
            choose.emit(file);
        }
    };
    html! {
        <span class="picker">
            <input type="file" id="choose-lesson" class="picker-input" accept=".md" {onchange} />
            <label class="btn" for="choose-lesson">{ "Open a lesson file" }</label>
        </span>
    }
}
