//! Chunks of this program that are fetched when they are first needed: the classroom, what shows a result, what opens packages, and help.
//!
//! A function marked with `wasm_split` is where a chunk begins. What is reached through such functions alone, with its texts, goes into
//! the chunk of that name (`xtask/bindgen`); what the rest of the program reaches too stays there.

use crate::app::{App, ChromeMsg, InboxMsg, Learn, Packages, Unpackers, View};
use crate::learn::{self, Classroom, Embedded, LessonFigure};
use crate::views;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use wasm_split_helpers::{SplitLoaderError, wasm_split};
use yew::html::Scope;
use yew::prelude::*;

/// The id of what is drawn in the place of a chunk that has not arrived.
pub const AWAY: &str = "away";

/// What opens packages. Its code is here, and nowhere else: the rest of the program knows it as a trait.
#[wasm_split(unpack, fallible)]
pub fn packages() -> Result<Box<dyn Packages>, SplitLoaderError> {
    Ok(Box::new(Unpackers::new()))
}

/// A chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chunk {
    /// The classroom.
    Learn,
    /// A figure of it alone, for a frame.
    Figure,
    /// All views of a result, and the box that finds everything.
    Result,
    /// The panel that helps.
    Help,
    /// BPF objects on kernels.
    Programs,
}

type Drawn = Result<Html, SplitLoaderError>;

#[wasm_split(learn, preload(load_learn), fallible)]
fn learn(app: &App, link: &Scope<App>, view: Learn) -> Drawn {
    Ok(html! {
        <Classroom {view} numbers={views::frame::numbers(app)} unit_texts={app.current.unit_texts.clone()}
            presenting={app.chrome.presenting} lesson_file={app.inbox.lesson.clone()}
            choose={link.callback(InboxMsg::Lesson)} leave={link.callback(|()| ChromeMsg::Presenter)} />
    })
}

#[wasm_split(figure, preload(load_figure), fallible)]
fn figure() -> Drawn {
    Ok(html! { <Embedded /> })
}

/// The figure of a lesson, which the classroom reads: most frames have none.
#[wasm_split(learn, fallible)]
pub fn lesson_figure(hash: String) -> Result<Option<LessonFigure>, SplitLoaderError> {
    Ok(learn::lesson_figure(&hash))
}

#[wasm_split(result, preload(load_result), fallible)]
fn result(app: &App, link: &Scope<App>) -> Drawn {
    Ok(views::result::view(app, link))
}

#[wasm_split(result, preload(load_palette), fallible)]
fn palette(app: &App, link: &Scope<App>) -> Drawn {
    Ok(views::palette::view(app, link))
}

#[wasm_split(help, preload(load_help), fallible)]
fn help(view: View, link: &Scope<App>) -> Drawn {
    Ok(views::help::panel(view, link))
}

#[wasm_split(programs, preload(load_programs), fallible)]
fn programs(app: &App, link: &Scope<App>) -> Drawn {
    Ok(views::programs::view(app, link))
}

impl Chunk {
    /// Fetches it, unless it is here.
    pub async fn load(self) -> Result<(), SplitLoaderError> {
        match self {
            Chunk::Learn => load_learn().await,
            Chunk::Figure => load_figure().await,
            Chunk::Help => load_help().await,
            Chunk::Programs => load_programs().await,
            // Each function waits for its chunk by itself.
            Chunk::Result => {
                load_result().await?;
                load_palette().await
            }
        }
    }

    /// What its function draws; if it is not here, a sentence in the place of it, which has it fetched.
    fn drawn(self, app: &App, link: &Scope<App>, drawing: impl Future<Output = Drawn>) -> Html {
        let came = link.callback(move |()| ChromeMsg::Came(self));
        self.drawn_if(app.chrome.chunks.contains(&self), came, drawing)
    }

    fn drawn_if(
        self,
        is_here: bool,
        came: Callback<()>,
        drawing: impl Future<Output = Drawn>,
    ) -> Html {
        if is_here {
            // The chunk is here, so the function does not wait.
            let mut context = Context::from_waker(Waker::noop());
            if let Poll::Ready(Ok(html)) = pin!(drawing).poll(&mut context) {
                return html;
            }
        }
        html! { <Away key={self as usize} chunk={self} {came} /> }
    }
}

/// The classroom.
pub fn draw_learn(app: &App, link: &Scope<App>, view: Learn) -> Html {
    Chunk::Learn.drawn(app, link, learn(app, link, view))
}

/// A figure of the classroom alone; `came` is told that its chunk is here.
pub fn draw_figure(is_here: bool, came: Callback<()>) -> Html {
    Chunk::Figure.drawn_if(is_here, came, figure())
}

/// A view of a result.
pub fn draw_result(app: &App, link: &Scope<App>) -> Html {
    Chunk::Result.drawn(app, link, result(app, link))
}

/// BPF objects on kernels.
pub fn draw_programs(app: &App, link: &Scope<App>) -> Html {
    Chunk::Programs.drawn(app, link, programs(app, link))
}

/// The box that finds everything.
pub fn draw_palette(app: &App, link: &Scope<App>) -> Html {
    Chunk::Result.drawn(app, link, palette(app, link))
}

/// The panel that helps.
pub fn draw_help(app: &App, link: &Scope<App>) -> Html {
    Chunk::Help.drawn(app, link, help(app.view, link))
}

/// Stands in the place of a chunk until it has arrived.
struct Away {
    failed: bool,
}

#[derive(Clone, PartialEq, Properties)]
struct AwayProps {
    chunk: Chunk,
    /// Called when the chunk is here.
    came: Callback<()>,
}

enum AwayMsg {
    Load,
    Loaded(Result<(), SplitLoaderError>),
}

impl Component for Away {
    type Message = AwayMsg;
    type Properties = AwayProps;

    fn create(ctx: &yew::Context<Away>) -> Away {
        ctx.link().send_message(AwayMsg::Load);
        Away { failed: false }
    }

    fn update(&mut self, ctx: &yew::Context<Away>, msg: AwayMsg) -> bool {
        let AwayProps { chunk, came } = ctx.props().clone();
        match msg {
            AwayMsg::Load => {
                self.failed = false;
                ctx.link()
                    .send_future(async move { AwayMsg::Loaded(chunk.load().await) });
            }
            AwayMsg::Loaded(Ok(())) => came.emit(()),
            AwayMsg::Loaded(Err(_)) => self.failed = true,
        }
        true
    }

    fn view(&self, ctx: &yew::Context<Away>) -> Html {
        if self.failed {
            html! {
                <p class="note" id={AWAY} role="alert">
                    { "This part of the page could not be loaded: its host is away, or has a newer version of the page. Try again, or reload the page. " }
                    <button type="button" class="btn" onclick={ctx.link().callback(|_| AwayMsg::Load)}>{ "Try again" }</button>
                </p>
            }
        } else {
            html! { <p class="note" id={AWAY} role="status">{ "Loading…" }</p> }
        }
    }
}
