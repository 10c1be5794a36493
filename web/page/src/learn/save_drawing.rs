//! Save the drawing: this step as SVG or PNG, or several steps as an animation.

use crate::browser::is_dark;
use lab::drawing::{MOST_DRAWN, PACE};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Milliseconds of a step, unless another number is chosen.
const USUAL_PACE: u32 = 2_000;

/// What is to be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The first and the last step.
    pub steps: (u32, u32),
    /// Milliseconds of a step.
    pub pace: u32,
    /// Light on dark.
    pub dark: bool,
    /// A picture of pixels.
    pub png: bool,
}

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The step that is shown.
    pub step: u32,
    /// The last one.
    pub last: u32,
    pub save: Callback<Wanted>,
}

/// The buttons, behind one that opens them.
#[component]
pub fn SaveDrawing(props: &Props) -> Html {
    // Until something is chosen, the colours are those of the page, and the steps are all.
    let dark = use_state(|| None::<bool>);
    let range = use_state(|| (None::<u32>, None::<u32>));
    let pace = use_state(|| USUAL_PACE);
    let last = props.last;
    let is_dark = (*dark).unwrap_or_else(is_dark);
    let first_step = range.0.unwrap_or(1).min(last);
    let last_step = range
        .1
        .unwrap_or_else(|| last.min(first_step + MOST_DRAWN - 1))
        .min(last);
    let save = |steps: (u32, u32), png: bool| {
        let (save, pace) = (props.save.clone(), *pace);
        move |_: MouseEvent| {
            save.emit(Wanted {
                steps,
                pace,
                dark: is_dark,
                png,
            });
        }
    };
    let value = |event: &InputEvent| {
        let input = event.target()?.dyn_into::<HtmlInputElement>().ok()?;
        Some(input.value_as_number()).filter(|number| number.is_finite() && *number >= 0.0)
    };
    let on_first = {
        let range = range.clone();
        move |event: InputEvent| {
            let first = value(&event).map(|number| number as u32);
            range.set((first, range.1));
        }
    };
    let on_last = {
        let range = range.clone();
        move |event: InputEvent| {
            let last = value(&event).map(|number| number as u32);
            range.set((range.0, last));
        }
    };
    let on_pace = {
        let pace = pace.clone();
        move |event: InputEvent| {
            if let Some(seconds) = value(&event) {
                pace.set((seconds * 1e3).round() as u32);
            }
        }
    };
    let on_dark = {
        let dark = dark.clone();
        move |event: Event| {
            let input = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            dark.set(input.map(|input| input.checked()));
        }
    };
    let step = props.step;
    let seconds = |pace: u32| (f64::from(pace) / 1e3).to_string();
    html! {
        <details class="save-drawing"><summary class="btn">{ "Save drawing" }</summary>
            <div class="save-drawing-acts" role="group" aria-label="Save drawing">
                <label class="check"><input type="checkbox" checked={is_dark} onchange={on_dark} /><span>{ "Dark" }</span></label>
                <p><span>{ format!("Step {step}") }</span>
                    <button type="button" class="btn" onclick={save((step, step), false)}>{ "SVG" }</button>
                    <button type="button" class="btn" onclick={save((step, step), true)}>{ "PNG" }</button></p>
                <p><label>{ "Steps" }<input type="number" class="field" aria-label="First step" min="0" max={last.to_string()} value={first_step.to_string()} oninput={on_first} /></label>
                    <label>{ "to" }<input type="number" class="field" aria-label="Last step" min="0" max={last.to_string()} value={last_step.to_string()} oninput={on_last} /></label></p>
                <p><label>{ "Seconds a step" }<input type="number" class="field" min={seconds(PACE.0)} max={seconds(PACE.1)} step="0.1" value={seconds(USUAL_PACE)} oninput={on_pace} /></label>
                    <button type="button" class="btn" onclick={save((first_step, last_step), false)}>{ "Animated SVG" }</button></p>
            </div>
        </details>
    }
}
