//! The drawing of a step: its size, what the reader zoomed, moved, and unfolded, and the same as a table.

mod legend;
mod overview;
mod sizes;
mod svg;
mod table;

use crate::browser::window;
use crate::views::icons;
use gloo_events::EventListener;
use lab::Moment;
use lab::ladder::{Fold, Ladder, Metrics, Placement, Strip, ladder, place};
use protocol::lab::Opened;
pub use sizes::Scale;
use sizes::{Space, ZOOM, ZOOMS};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, PointerEvent, ResizeObserver, WheelEvent};
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    pub opened: Rc<Opened>,
    pub moment: Moment,
    pub scale: Scale,
    /// Whether the drawing is that of an earlier text, while the present one has an error.
    #[prop_or_default]
    pub dimmed: bool,
}

thread_local! {
    static NEXT: Cell<u32> = const { Cell::new(0) };
}

pub struct LadderView {
    /// Tells it from the other drawings of the page.
    number: u32,
    area: NodeRef,
    letters: NodeRef,
    /// The area's size and the width of a letter, once they are measured.
    space: Option<Space>,
    /// Which of [`ZOOMS`].
    zoom: usize,
    /// How far the reader moved the rows; none while the current row is centred.
    moved: Option<f32>,
    /// Where the pointer was, and how far the rows were moved, when a drag began.
    drag: Option<(f32, f32)>,
    unfolded: Vec<Fold>,
    /// Whether the table is open; it is made only then.
    table: bool,
    _observer: Option<(ResizeObserver, Closure<dyn FnMut()>)>,
    _resized: EventListener,
}

pub enum Msg {
    /// The area may have another size.
    Measure,
    /// Another zoom.
    Zoom(usize),
    /// All shown rows on one screen.
    Fit,
    /// Back to the current row.
    Centre,
    /// Rows are moved by so many pixels.
    Move(f32),
    /// The pointer is pressed, moves, is released.
    Press(f32),
    Drag(f32),
    Release,
    /// Show the rows of a strip.
    Unfold(Fold),
    /// Hide what was unfolded.
    FoldAll,
    /// Bring a row into the middle.
    GoTo(usize),
    /// The table is opened or closed.
    Table(bool),
}

impl Component for LadderView {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<LadderView>) -> LadderView {
        let link = ctx.link().clone();
        LadderView {
            number: NEXT.replace(NEXT.get() + 1),
            area: NodeRef::default(),
            letters: NodeRef::default(),
            space: None,
            zoom: ZOOM,
            moved: None,
            drag: None,
            unfolded: Vec::new(),
            table: false,
            _observer: None,
            _resized: EventListener::new(&window(), "resize", move |_| {
                link.send_message(Msg::Measure);
            }),
        }
    }

    fn changed(&mut self, ctx: &Context<LadderView>, old: &Props) -> bool {
        if !Rc::ptr_eq(&ctx.props().opened, &old.opened) {
            self.unfolded.clear();
            self.moved = None;
        }
        true
    }

    fn update(&mut self, ctx: &Context<LadderView>, msg: Msg) -> bool {
        match msg {
            Msg::Measure => {
                let space = self.measured();
                if space.is_none() || space == self.space {
                    return false;
                }
                self.space = space;
            }
            Msg::Zoom(zoom) => self.zoom = zoom.min(ZOOMS.len() - 1),
            Msg::Fit => self.fit(ctx.props()),
            Msg::Centre => self.moved = None,
            Msg::Move(by) => return self.move_by(ctx.props(), by),
            Msg::Press(y) => {
                let Some((_, placed, _)) = self.placed(ctx.props()) else {
                    return false;
                };
                self.drag = Some((y, self.shift(&placed)));
                return false;
            }
            Msg::Drag(y) => {
                let Some((from, shift)) = self.drag else {
                    return false;
                };
                let Some((_, placed, _)) = self.placed(ctx.props()) else {
                    return false;
                };
                if placed.least_shift >= 0.0 || (y - from).abs() < 3.0 {
                    return false;
                }
                self.moved = Some((shift + y - from).clamp(placed.least_shift, 0.0));
            }
            Msg::Release => {
                self.drag = None;
                return false;
            }
            Msg::Unfold(fold) => {
                if !self.unfolded.contains(&fold) {
                    self.unfolded.push(fold);
                }
            }
            Msg::FoldAll => {
                self.unfolded.clear();
                self.moved = None;
            }
            Msg::GoTo(row) => self.go_to(ctx.props(), row),
            Msg::Table(open) => self.table = open,
        }
        true
    }

    fn rendered(&mut self, ctx: &Context<LadderView>, first: bool) {
        if !first {
            return;
        }
        let link = ctx.link().clone();
        let resized = Closure::<dyn FnMut()>::new(move || link.send_message(Msg::Measure));
        let observer = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok();
        if let (Some(observer), Some(area)) = (observer, self.area.cast::<Element>()) {
            observer.observe(&area);
            self._observer = Some((observer, resized));
        }
        ctx.link().send_message(Msg::Measure);
    }

    fn destroy(&mut self, _ctx: &Context<LadderView>) {
        if let Some((observer, _)) = &self._observer {
            observer.disconnect();
        }
    }

    fn view(&self, ctx: &Context<LadderView>) -> Html {
        let link = ctx.link();
        let props = ctx.props();
        let graph = &props.opened.overview.graph;
        let drawn = ladder(graph, &props.moment, &self.unfolded);
        let shown = self.space.map(|space| {
            let metrics = self.metrics(props, &space);
            let placed = place(graph, &drawn, &metrics);
            let shift = self.shift(&placed);
            let picture = svg::view(props, &drawn, (&placed, &metrics), shift, self.number);
            (picture, placed)
        });
        let is_folded = drawn.shown.len() < drawn.rows.len() || !self.unfolded.is_empty();
        let moves = shown
            .as_ref()
            .is_some_and(|(_, placed)| placed.least_shift < 0.0);
        let on = |of: fn(f32) -> Msg| {
            link.callback(move |event: PointerEvent| of(event.client_y() as f32))
        };
        let is_embedded = props.scale == Scale::Embed;
        let onwheel = link.batch_callback(move |event: WheelEvent| {
            // In a frame the wheel scrolls the page around it.
            if !moves || is_embedded || event.ctrl_key() {
                return None;
            }
            event.prevent_default();
            Some(Msg::Move(-event.delta_y() as f32))
        });
        let area = classes!(
            "ladder-area",
            sizes::class(graph),
            moves.then_some("moves"),
            props.dimmed.then_some("dimmed")
        );
        html! {
            <div class={classes!("drawing", is_folded.then_some("folded"))}>
                if props.scale == Scale::Lab && (is_folded || moves || self.zoom != ZOOM) { { self.controls(link) } }
                <div class="drawing-cols">
                    if props.scale == Scale::Lab && is_folded { { overview::view(graph, &drawn, link) } }
                    <div class={area} ref={self.area.clone()} role="group" aria-label="Drawing"
                        data-height={is_embedded.then(|| sizes::embedded_height(graph).to_string())}
                        onpointerdown={on(Msg::Press)} onpointermove={on(Msg::Drag)}
                        onpointerup={link.callback(|_| Msg::Release)} onpointerleave={link.callback(|_| Msg::Release)} onwheel={onwheel}>
                        <span class="ladder-letters" aria-hidden="true" ref={self.letters.clone()}>{ "0000000000" }</span>
                        { shown.map(|(picture, _)| picture) }
                    </div>
                </div>
                { self.strips(&drawn, is_folded, link) }
                if !is_embedded { <div class="below-drawing">{ table::view(graph, &drawn, self.table, link) }{ legend::view() }</div> }
            </div>
        }
    }
}

impl LadderView {
    fn measured(&self) -> Option<Space> {
        let area = self.area.cast::<Element>()?;
        let letters = self.letters.cast::<Element>()?;
        Some(Space {
            width: area.client_width() as f32,
            height: area.client_height() as f32,
            // Ten letters of 100 pixels.
            letter: letters.get_bounding_client_rect().width() as f32 / 1000.0,
            unit: sizes::unit(),
            phone: sizes::is_phone(),
        })
    }

    fn metrics(&self, props: &Props, space: &Space) -> Metrics {
        let zoom = ZOOMS.get(self.zoom).copied().unwrap_or(1.0);
        sizes::metrics(&props.opened.overview.graph, props.scale, space, zoom)
    }

    fn placed(&self, props: &Props) -> Option<(Ladder, Placement, Metrics)> {
        let metrics = self.metrics(props, &self.space?);
        let graph = &props.opened.overview.graph;
        let drawn = ladder(graph, &props.moment, &self.unfolded);
        let placed = place(graph, &drawn, &metrics);
        Some((drawn, placed, metrics))
    }

    /// How far the rows are moved.
    fn shift(&self, placed: &Placement) -> f32 {
        match self.moved.filter(|_| placed.least_shift < 0.0) {
            Some(moved) => moved.clamp(placed.least_shift, 0.0),
            None => placed.shift,
        }
    }

    fn move_by(&mut self, props: &Props, by: f32) -> bool {
        let Some((_, placed, _)) = self.placed(props) else {
            return false;
        };
        if placed.least_shift >= 0.0 {
            return false;
        }
        self.moved = Some((self.shift(&placed) + by).clamp(placed.least_shift, 0.0));
        true
    }

    /// The greatest zoom at which no row is out of the window, else the least.
    fn fit(&mut self, props: &Props) {
        self.moved = None;
        for zoom in (0..=ZOOM).rev() {
            self.zoom = zoom;
            let fits = self
                .placed(props)
                .is_none_or(|(_, placed, _)| placed.least_shift >= 0.0);
            if fits {
                return;
            }
        }
    }

    fn go_to(&mut self, props: &Props, row: usize) {
        let Some((drawn, ..)) = self.placed(props) else {
            return;
        };
        if !drawn.shown.contains(&row) {
            // Its strip is one of these.
            self.unfolded = drawn.strips.iter().map(|strip| strip.fold).collect();
        }
        let Some((drawn, placed, metrics)) = self.placed(props) else {
            return;
        };
        let place = drawn.shown.iter().position(|&shown| shown == row);
        if let Some(place) = place.and_then(|at| placed.rows.get(at)) {
            let middle = (placed.top + placed.bottom - metrics.box_height) / 2.0;
            self.moved = Some((middle - place.y).clamp(placed.least_shift, 0.0));
        }
    }

    fn controls(&self, link: &yew::html::Scope<LadderView>) -> Html {
        let (zoom, last) = (self.zoom, ZOOMS.len() - 1);
        let percent = ZOOMS.get(zoom).map_or(100.0, |zoom| zoom * 100.0);
        html! {
            <div class="zoom" role="group" aria-label="Size of the drawing">
                <button type="button" class="btn btn--icon" aria-label="Smaller" title="Smaller" disabled={zoom == 0}
                    onclick={link.callback(move |_| Msg::Zoom(zoom.saturating_sub(1)))}>{ icons::minus() }</button>
                <span class="small dim" aria-live="polite">{ format!("{percent:.0} %") }</span>
                <button type="button" class="btn btn--icon" aria-label="Larger" title="Larger" disabled={zoom == last}
                    onclick={link.callback(move |_| Msg::Zoom(zoom + 1))}>{ icons::plus() }</button>
                <button type="button" class="btn" title="All shown rows at once" onclick={link.callback(|_| Msg::Fit)}>{ "Fit" }</button>
                <button type="button" class="btn" title="Keep the current pair in the middle" aria-pressed={self.moved.is_none().to_string()}
                    onclick={link.callback(|_| Msg::Centre)}>{ "Centre pair" }</button>
            </div>
        }
    }

    fn strips(&self, drawn: &Ladder, is_folded: bool, link: &yew::html::Scope<LadderView>) -> Html {
        let strip = |own: &Strip| {
            let fold = own.fold;
            let text = html! { <><span>{ &own.text }</span><span class="names mono">{ &own.names }</span></> };
            match fold {
                Fold::Unit(_) => html! { <p class="strip">{ text }</p> },
                _ => html! {
                    <button type="button" class="strip" onclick={link.callback(move |_| Msg::Unfold(fold))}
                        aria-label={format!("{}: unfold", own.text)}><b aria-hidden="true">{ "+" }</b>{ text }</button>
                },
            }
        };
        html! {
            <div class={classes!("strips", is_folded.then_some("reserved"))}>
                { for drawn.strips.iter().map(strip) }
                if !self.unfolded.is_empty() {
                    <button type="button" class="strip" onclick={link.callback(|_| Msg::FoldAll)}><b aria-hidden="true">{ "−" }</b><span>{ "Fold again" }</span></button>
                }
            </div>
        }
    }
}
