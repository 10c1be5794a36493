//! The timeline: a segment a pass, a tick for each decision, a taller one for each difference. Screen readers and keys have
//! a slider for it.

use super::lab_view::{LabView, Msg};
use lab::pass::NAMES;
use lab::{Seek, Segment, Timeline};
use protocol::lab::Opened;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, PointerEvent};
use yew::html::Scope;
use yew::prelude::*;

/// Ticks that are drawn; more would be a bar.
const MOST_TICKS: usize = 300;
/// Where the names of the passes begin, in pixels from the top.
const NAMES_AT: f64 = 22.0;

pub fn view(view: &LabView, opened: &Opened, link: &Scope<LabView>) -> Html {
    let overview = &opened.overview;
    let line = Rc::new(Timeline::new(&overview.passes, overview.steps));
    let (step, steps) = (view.moment.step, overview.steps);
    let pass = view.moment.pass;
    let oninput = link.batch_callback(|event: InputEvent| {
        let input = event.target()?.dyn_into::<HtmlInputElement>().ok()?;
        Some(Msg::Seek(Seek::To(input.value().parse().ok()?)))
    });
    let name = pass.and_then(|pass| NAMES.get(pass as usize)).copied();
    let said = format!("Step {step} of {steps}, {}", name.unwrap_or("before dedup"));
    let at = {
        let line = line.clone();
        move |event: &PointerEvent| {
            let area = line_of(event)?.get_bounding_client_rect();
            let place = (f64::from(event.client_x()) - area.left()) / area.width();
            Some(Msg::Seek(Seek::To(line.step(place as f32))))
        }
    };
    let onpointerdown = {
        let (at, named) = (at.clone(), line.clone());
        link.batch_callback(move |event: PointerEvent| {
            let area = line_of(&event)?;
            // Without it a drag ends at the edge of the line.
            let _ = area.set_pointer_capture(event.pointer_id());
            let bounds = area.get_bounding_client_rect();
            if f64::from(event.client_y()) - bounds.top() < NAMES_AT {
                return at(&event);
            }
            let place = (f64::from(event.client_x()) - bounds.left()) / bounds.width();
            let pass = named.segment(place as f32)?.first;
            Some(Msg::Seek(Seek::To(pass)))
        })
    };
    let onpointermove = link.batch_callback(move |event: PointerEvent| {
        // A drag goes by the line, not by the names.
        at(&event).filter(|_| {
            event.buttons() & 1 == 1 && (event.movement_x(), event.movement_y()) != (0, 0)
        })
    });
    html! {
        <div class="track">
            <input type="range" class="timeline" aria-label="Step" min="0" max={steps.to_string()} value={step.to_string()}
                aria-valuetext={said} oninput={oninput} />
            <svg class="track-line" width="100%" height="42" aria-hidden="true" onpointerdown={onpointerdown} onpointermove={onpointermove}>
                <rect class="all" x="0" y="9" width="100%" height="10" />
                <rect class="done" x="0" y="9" width={percent(line.place(step))} height="10" />
                { for line.segments.iter().skip(1).map(|own| html! { <rect class="gap" x={percent(own.start)} y="9" width="2" height="10" /> }) }
                { ticks(&line, &overview.decisions, "tick", "4") }
                { ticks(&line, &overview.differences, "tick differ", "0") }
                <circle class="thumb" cx={percent(line.place(step))} cy="14" r="8" />
                { for line.segments.iter().zip(NAMES).enumerate().map(|(at, (own, name))| segment_name(own, name, pass == u32::try_from(at).ok())) }
            </svg>
        </div>
    }
}

/// The drawing of the line that an event is about. (To Yew, which listens once for the whole page, the current target is
/// that.)
fn line_of(event: &PointerEvent) -> Option<Element> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.closest(".track-line").ok()?
}

fn percent(part: f32) -> String {
    format!("{:.2}%", part * 100.0)
}

fn ticks(line: &Timeline, steps: &[u32], class: &'static str, top: &'static str) -> Html {
    let tick = |&step: &u32| html! { <rect class={class} x={percent(line.place(step))} y={top} width="2" height={if top == "0" { "9" } else { "5" }} /> };
    match steps.len() {
        ..=MOST_TICKS => html! { <>{ for steps.iter().map(tick) }</> },
        _ => Html::default(),
    }
}

/// The name of a pass below its segment, cut to its length unless it is the one under way.
fn segment_name(own: &Segment, name: &'static str, now: bool) -> Html {
    html! {
        <svg class={classes!("track-name", now.then_some("now"))} x={percent(own.start)} y="24" width={percent(own.length * 0.97)} height="18">
            <title>{ format!("{name}: {} steps", own.steps) }</title>
            <text x="0" y="13">{ name }</text></svg>
    }
}
