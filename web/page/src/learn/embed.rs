//! The figure that an address names, with its steps and nothing around it; the page around the frame is told the height.

use super::LabAddress;
use super::figure::{seek, source};
use super::lab_view::{KeysFor, LabView, Layout};
use super::lab_worker::LabWorker;
use super::lesson::find;
use crate::app::{Learn, View};
use crate::browser::{after_paint, hash, window};
use crate::explore::copy_link::address;
use course::{Content, Lesson};
use gloo_events::EventListener;
use lab::Seek;
use protocol::embed::{Show, whole};
use protocol::lab::SetupSource;
use protocol::place::Parameters;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, ResizeObserver};
use yew::prelude::*;

pub struct Embedded {
    worker: LabWorker,
    figure: Wanted,
    step: u32,
    main: NodeRef,
    /// The height that was told last.
    told: i32,
    _observer: Option<(ResizeObserver, Closure<dyn FnMut()>)>,
    _listeners: Vec<EventListener>,
}

/// What the address asks for.
#[derive(Clone, PartialEq)]
enum Wanted {
    Figure(Figure),
    /// The figure of a lesson, which must be read first.
    OfLesson,
    Nothing,
    /// The lesson cannot be fetched.
    Away,
}

/// What a frame shows.
#[derive(Clone, PartialEq)]
pub struct Figure {
    from: SetupSource,
    seek: Seek,
    layout: Layout,
}

/// The figure of a lesson.
pub type LessonFigure = Figure;

pub enum Msg {
    /// The page around the frame gave it another address.
    Moved,
    /// The lesson of this address was read, or could not be fetched.
    Read(String, Result<Option<Figure>, ()>),
    /// The figure's setup as a link, none for the steps of strings; and its step.
    At(String, u32),
    /// Something has another size.
    Measure,
}

impl Component for Embedded {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Embedded>) -> Embedded {
        let on = |name: &'static str, msg: fn() -> Msg| {
            let link = ctx.link().clone();
            EventListener::new(&window(), name, move |_| link.send_message(msg()))
        };
        let figure = Wanted::of_address();
        figure.read(ctx);
        Embedded {
            worker: LabWorker::default(),
            figure,
            step: 0,
            main: NodeRef::default(),
            told: 0,
            _observer: None,
            _listeners: vec![
                on("hashchange", || Msg::Moved),
                on("resize", || Msg::Measure),
            ],
        }
    }

    fn update(&mut self, ctx: &Context<Embedded>, msg: Msg) -> bool {
        match msg {
            Msg::Moved => {
                let figure = Wanted::of_address();
                figure.read(ctx);
                let other = figure != self.figure;
                self.figure = figure;
                return other;
            }
            // The address may be another by now.
            Msg::Read(of, _) if of != hash() => return false,
            Msg::Read(_, figure) => {
                self.figure = match figure {
                    Ok(Some(figure)) => Wanted::Figure(figure),
                    Ok(None) => Wanted::Nothing,
                    Err(()) => Wanted::Away,
                };
            }
            Msg::At(link, step) => {
                // What it tells of is not drawn yet.
                let own = ctx.link().clone();
                after_paint(move || own.send_message(Msg::Measure));
                let is_of_strings = link.is_empty();
                let shows_strings =
                    matches!(&self.figure, Wanted::Figure(own) if own.layout == Layout::Strings);
                if is_of_strings != shows_strings || step == self.step {
                    return false;
                }
                self.step = step;
            }
            Msg::Measure => {
                self.tell();
                return false;
            }
        }
        true
    }

    fn rendered(&mut self, ctx: &Context<Embedded>, first: bool) {
        if first && let Some(main) = self.main.cast::<Element>() {
            let link = ctx.link().clone();
            let resized = Closure::<dyn FnMut()>::new(move || link.send_message(Msg::Measure));
            if let Ok(observer) = ResizeObserver::new(resized.as_ref().unchecked_ref()) {
                observer.observe(&main);
                self._observer = Some((observer, resized));
            }
        }
        self.tell();
    }

    fn view(&self, ctx: &Context<Embedded>) -> Html {
        let open = html! {
            <a class="open" href={address(&whole(&hash(), self.step))} target="_blank" rel="noopener">{ "Open in btfscope" }</a>
        };
        let Wanted::Figure(figure) = &self.figure else {
            let says = match self.figure {
                Wanted::Nothing => html! {
                    <>{ "This address has no figure to embed. An address of the lab or of a lesson has one, such as " }
                        <code>{ "?embed#/learn/lab?scenario=deep&step=12" }</code>{ "." }</>
                },
                Wanted::Away => {
                    html! { { "The lesson could not be loaded: its host is away, or has a newer version of the page. Reload the page." } }
                }
                _ => {
                    return html! { <main id="main" class="embed" ref={self.main.clone()}><p class="loading">{ "Loading…" }</p></main> };
                }
            };
            return html! {
                <main id="main" class="embed flows" ref={self.main.clone()}>
                    <h1 class="vh">{ "Type dedup, step by step" }</h1>
                    <p class="note" role="alert">{ says }</p>
                    <footer class="embed-bar">{ open }</footer>
                </main>
            };
        };
        let of_steps = figure.layout == Layout::Embed;
        let moved = ctx.link().callback(|(link, step)| Msg::At(link, step));
        html! {
            <main id="main" class={classes!("embed", (!of_steps).then_some("flows"))} ref={self.main.clone()}>
                <h1 class="vh">{ "Type dedup, step by step" }</h1>
                <LabView worker={self.worker.clone()} from={figure.from.clone()} seek={figure.seek} layout={figure.layout}
                    keys={if of_steps { KeysFor::Steps } else { KeysFor::Nothing }} embedded=true moved={moved}
                    foot={if of_steps { open.clone() } else { Html::default() }} />
                if !of_steps { <footer class="embed-bar">{ open }</footer> }
            </main>
        }
    }
}

impl Embedded {
    /// Tells the page around the frame how high the figure would like to be: sizes, and nothing else.
    fn tell(&mut self) {
        let Some(main) = self.main.cast::<Element>() else {
            return;
        };
        let area = main.query_selector(".ladder-area").ok().flatten();
        let wanted = match area {
            Some(area) => {
                let drawing = area.get_attribute("data-height");
                let drawing = drawing.and_then(|height| height.parse::<i32>().ok());
                let around = main.scroll_height() - area.client_height();
                drawing.map(|drawing| around + drawing)
            }
            // While the laboratory is loaded, no height is right.
            None if main.query_selector(".loading").ok().flatten().is_some() => None,
            None => Some(main.scroll_height()),
        };
        let Some(wanted) = wanted.filter(|&wanted| wanted != self.told && wanted > 0) else {
            return;
        };
        self.told = wanted;
        // An address that is opened alone has no page around it.
        if let Ok(Some(outer)) = window()
            .parent()
            .map(|outer| outer.filter(|it| *it != window()))
        {
            let message = message(wanted);
            let _ = outer.post_message(&message, "*");
        }
    }
}

/// `{ btfscope: { height } }`.
fn message(height: i32) -> JsValue {
    let (sizes, message) = (js_sys::Object::new(), js_sys::Object::new());
    // Properties of objects that were just made.
    let _ = js_sys::Reflect::set(&sizes, &"height".into(), &height.into());
    let _ = js_sys::Reflect::set(&message, &"btfscope".into(), &sizes);
    message.into()
}

impl Wanted {
    fn of_address() -> Wanted {
        let LabAddress { from, seek, .. } = LabAddress::of_address();
        match View::from_address() {
            Some(View::Learn(Learn::Lab)) => {
                let scenario = SetupSource::Scenario("forward".to_owned());
                let from = from.unwrap_or(scenario);
                let layout = match Show::of_address(&hash()) {
                    Show::Steps => Layout::Embed,
                    Show::Bytes => Layout::Bytes,
                    Show::Strings => Layout::Strings,
                };
                Wanted::Figure(Figure { from, seek, layout })
            }
            Some(View::Learn(Learn::Lesson(_) | Learn::Screen(..))) => Wanted::OfLesson,
            _ => Wanted::Nothing,
        }
    }

    /// Has the lesson read, if there is one.
    fn read(&self, ctx: &Context<Embedded>) {
        if *self == Wanted::OfLesson {
            ctx.link().send_future(async {
                let of = hash();
                let figure = crate::chunks::lesson_figure(of.clone()).await;
                Msg::Read(of, figure.map_err(|_| ()))
            });
        }
    }
}

/// The figure of the lesson that an address names.
pub fn lesson_figure(hash: &str) -> Option<Figure> {
    let asked = LabAddress::of_address().seek;
    match View::from_address()? {
        View::Learn(Learn::Lesson(at) | Learn::Screen(at, _)) => {
            Figure::of_lesson(find(at)?.as_ref(), hash, asked)
        }
        _ => None,
    }
}

impl Figure {
    /// The figure of a lesson that the address counts, or its first.
    fn of_lesson(lesson: &Lesson, hash: &str, asked: Seek) -> Option<Figure> {
        let number = Parameters::of(hash)
            .get("figure")
            .and_then(|number| number.parse().ok());
        let figures = lesson.parts.iter().filter_map(|part| match &part.content {
            Content::Figure(figure) => Some(figure),
            _ => None,
        });
        let number: usize = number.unwrap_or(1);
        let figure = figures.into_iter().nth(number.checked_sub(1)?)?;
        Some(Figure {
            from: source(lesson, figure),
            seek: match asked {
                Seek::Start => seek(figure.step),
                asked => asked,
            },
            layout: match figure.show {
                course::Show::Bytes => Layout::Bytes,
                course::Show::Strings => Layout::Strings,
                _ => Layout::Embed,
            },
        })
    }
}
