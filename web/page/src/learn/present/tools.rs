//! Black screen, list of screens, timer, and pointer. Their keys come before all others.

use crate::browser::{now, window};
use crate::learn::keys::key_of;
use gloo_events::{EventListener, EventListenerOptions, EventListenerPhase};
use gloo_timers::callback::Interval;
use wasm_bindgen::JsCast;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Titles and addresses of all screens; none where there is only one.
    #[prop_or_default]
    pub screens: Vec<(String, String)>,
    /// The address of the one that is shown.
    #[prop_or_default]
    pub here: String,
    /// What the presenter wants to say there.
    #[prop_or_default]
    pub notes: Option<Html>,
}

pub struct Tools {
    black: bool,
    list: bool,
    /// Whether the presenter's notes are shown, on this screen and those that follow.
    notes: bool,
    /// When the timer was started, in milliseconds.
    timer: Option<(f64, Interval)>,
    /// Where the pointer is.
    pointer: Option<(i32, i32)>,
    list_ref: NodeRef,
    focus_list: bool,
    _keys: EventListener,
    _moves: EventListener,
}

pub enum Msg {
    Black,
    List,
    Timer,
    Pointer,
    Notes,
    /// The mouse is elsewhere.
    Moved(i32, i32),
    Tick,
    /// Close whatever is open.
    Close,
}

impl Component for Tools {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Tools>) -> Tools {
        let link = ctx.link().clone();
        let options = EventListenerOptions {
            phase: EventListenerPhase::Capture,
            passive: false,
        };
        let keys = EventListener::new_with_options(&window(), "keydown", options, move |event| {
            // Whether a screen is open over this one is what the document says: the message is handled later.
            let open = crate::browser::has("black-screen") || crate::browser::has("screen-list");
            let black = crate::browser::has("black-screen");
            let Some(key) = key_of(event) else { return };
            let msg = match key.key().as_str() {
                "b" | "B" | "." => Msg::Black,
                "g" | "G" => Msg::List,
                "t" | "T" => Msg::Timer,
                "l" | "L" => Msg::Pointer,
                "s" | "S" => Msg::Notes,
                "Escape" if open => Msg::Close,
                _ if black => Msg::Close,
                // In the list the keys are those of its links.
                _ if open => {
                    event.stop_immediate_propagation();
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            event.stop_immediate_propagation();
            link.send_message(msg);
        });
        let link = ctx.link().clone();
        let moves = EventListener::new(&window(), "mousemove", move |event| {
            if let Some(event) = event.dyn_ref::<web_sys::MouseEvent>() {
                link.send_message(Msg::Moved(event.client_x(), event.client_y()));
            }
        });
        Tools {
            black: false,
            list: false,
            notes: false,
            timer: None,
            pointer: None,
            list_ref: NodeRef::default(),
            focus_list: false,
            _keys: keys,
            _moves: moves,
        }
    }

    fn changed(&mut self, _ctx: &Context<Tools>, _old: &Props) -> bool {
        self.list = false;
        true
    }

    fn update(&mut self, ctx: &Context<Tools>, msg: Msg) -> bool {
        match msg {
            Msg::Black => self.black = !self.black,
            Msg::List if ctx.props().screens.is_empty() => return false,
            Msg::List => {
                self.list = !self.list;
                self.focus_list = self.list;
            }
            Msg::Timer => {
                let link = ctx.link().clone();
                self.timer = match self.timer.take() {
                    Some(_) => None,
                    None => Some((
                        now(),
                        Interval::new(1_000, move || link.send_message(Msg::Tick)),
                    )),
                };
            }
            Msg::Pointer => {
                self.pointer = match self.pointer {
                    Some(_) => None,
                    None => Some((-100, -100)),
                };
            }
            Msg::Moved(x, y) => match &mut self.pointer {
                Some(pointer) => *pointer = (x, y),
                None => return false,
            },
            Msg::Notes => self.notes = !self.notes,
            Msg::Tick => {}
            Msg::Close => (self.black, self.list) = (false, false),
        }
        true
    }

    fn rendered(&mut self, _ctx: &Context<Tools>, _first: bool) {
        if std::mem::take(&mut self.focus_list)
            && let Some(list) = self.list_ref.cast::<web_sys::Element>()
        {
            let link = list
                .query_selector("[aria-current]")
                .ok()
                .flatten()
                .or_else(|| list.query_selector("a").ok().flatten());
            if let Some(link) = link.and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _ = link.focus();
            }
        }
    }

    fn view(&self, ctx: &Context<Tools>) -> Html {
        let props = ctx.props();
        let time = self.timer.as_ref().map(|(start, _)| {
            let seconds = ((now() - start) / 1_000.0).max(0.0) as u64;
            format!("{}:{:02}", seconds / 60, seconds % 60)
        });
        let item = |(title, address): &(String, String)| {
            let here = (*address == props.here).then_some("page");
            html! { <li><a href={address.clone()} aria-current={here}>{ title }</a></li> }
        };
        html! {
            <>
                if let Some(time) = time { <p class="present-timer" role="timer" aria-label="Timer">{ time }</p> }
                if let (true, Some(notes)) = (self.notes, &props.notes) {
                    <aside class="speaker-notes" aria-label="Speaker notes">{ notes.clone() }</aside>
                }
                if self.list {
                    <nav id="screen-list" class="screen-list" aria-label="Screens" ref={self.list_ref.clone()}
                        onclick={ctx.link().callback(|_| Msg::Close)}>
                        <ol>{ for props.screens.iter().map(item) }</ol></nav>
                }
                if let Some((x, y)) = self.pointer {
                    <svg class="pointer" width="100%" height="100%" aria-hidden="true"><circle cx={x.to_string()} cy={y.to_string()} r="9" /></svg>
                }
                if self.black {
                    <button type="button" id="black-screen" class="black-screen" aria-label="Black screen: press any key to go on"
                        onclick={ctx.link().callback(|_| Msg::Close)}></button>
                }
            </>
        }
    }
}
