//! The middle: pass, sentence, graph, and the controls of the steps.

use super::lab_view::{LabView, Msg};
use super::{graph, text};
use crate::views::icons;
use lab::pass::NAMES;
use lab::{Seek, Tone};
use protocol::figures::grouped;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::html::Scope;
use yew::prelude::*;

/// The stage; `whole` with the passes to jump to.
pub fn view(view: &LabView, link: &Scope<LabView>, whole: bool) -> Html {
    let Some(opened) = &view.opened else {
        return html! {
            <p class="loading">{ icons::running() }{ " Loading the lab…" }</p>
        };
    };
    let overview = &opened.overview;
    if let Some(refused) = &overview.refused {
        return html! {
            <p class="note note--error" role="alert">{ format!("The engine rejects these units: {refused}.") }</p>
        };
    }
    let moment = &view.moment;
    let broken = overview.panes.iter().any(|pane| pane.error.is_some());
    if broken {
        return html! {
            <p class="note">{ icons::info() }<span>{ "A unit has a syntax error, marked in its text. Fix it to run the engine." }</span></p>
        };
    }
    if overview.before.is_empty() {
        return html! {
            <p class="note">{ icons::info() }<span>{ "No types yet. Type a declaration into a unit." }</span></p>
        };
    }
    let pass = moment.pass.and_then(|pass| NAMES.get(pass as usize));
    html! {
        <>
            if whole { { passes(view, link) } }
            <p class="eye">
                if let (Some(pass), Some(number)) = (pass, moment.pass) {
                    { format!("Pass {} of 7, ", number + 1) }<b>{ *pass }</b>
                } else { <b>{ "Before dedup" }</b> }
                if let Some((candidate, canonical)) = moment.walk {
                    <span>{ format!("comparing [{candidate}] with [{canonical}]") }</span>
                }
            </p>
            <p class={classes!("say", tone(moment.tone))} aria-live="polite">{ text::sentence(&moment.sentence) }</p>
            { graph::view(opened, moment, &view.graph) }
            { controls(view, link) }
        </>
    }
}

fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Look => "tone-look",
        Tone::Assume => "tone-assume",
        Tone::Equal => "tone-equal",
        Tone::Different => "tone-different",
    }
}

fn passes(view: &LabView, link: &Scope<LabView>) -> Html {
    let begins = view
        .opened
        .as_ref()
        .map(|opened| opened.overview.passes.clone())
        .unwrap_or_default();
    let steps = view.steps();
    let now = view.moment.pass;
    let item = |(pass, name): (usize, &'static str)| {
        let begin = begins.get(pass).copied().unwrap_or(steps);
        let end = begins.get(pass + 1).copied().unwrap_or(steps + 1);
        let current = now == u32::try_from(pass).ok();
        let past = now.is_some_and(|now| (now as usize) > pass);
        html! {
            <li class={classes!(past.then_some("past"))}>
                <button type="button" class="link" aria-current={current.then_some("step")}
                    title={format!("{} steps", end.saturating_sub(begin))}
                    onclick={link.callback(move |_| Msg::Seek(Seek::To(begin)))}>{ name }</button>
            </li>
        }
    };
    html! { <ol class="passes" aria-label="Passes">{ for NAMES.into_iter().enumerate().map(item) }</ol> }
}

fn controls(view: &LabView, link: &Scope<LabView>) -> Html {
    let steps = view.steps();
    let step = view.moment.step;
    let playing = view.playing.is_some();
    let button = |label: &'static str,
                  title: &'static str,
                  class: &'static str,
                  seek: Seek,
                  off: bool,
                  icon: Html| {
        html! {
            <button type="button" class={classes!("btn", "btn--icon", class)} aria-label={label} title={title} disabled={off}
                onclick={link.callback(move |_| Msg::Seek(seek))}>{ icon }</button>
        }
    };
    let oninput = link.batch_callback(|event: InputEvent| {
        let input = event.target()?.dyn_into::<HtmlInputElement>().ok()?;
        Some(Msg::Seek(Seek::To(input.value().parse().ok()?)))
    });
    let pass = view
        .moment
        .pass
        .and_then(|pass| NAMES.get(pass as usize))
        .map_or_else(|| "before dedup".to_owned(), |pass| format!("pass {pass}"));
    html! {
        <div class="controls" role="group" aria-label="Steps">
            <div class="ctl">
                { button("First step", "Before dedup (Home)", "btn--quiet", Seek::Start, step == 0, icons::first()) }
                { button("Previous decision", "Previous decision (Shift ←)", "btn--quiet", Seek::LastDecision, step == 0, icons::decision_back()) }
                { button("Step back", "Step back (←)", "", Seek::Back, step == 0, icons::back()) }
                <button type="button" class="btn btn--icon btn--primary" aria-label={if playing { "Pause" } else { "Play" }}
                    title="Play or pause (space bar)" onclick={link.callback(|_| Msg::Play)}>
                    { if playing { icons::pause() } else { icons::play() } }</button>
                { button("Step", "Step (→)", "", Seek::Next, step == steps, icons::forth()) }
                { button("Next decision", "Next decision (Shift →)", "btn--quiet", Seek::NextDecision, step == steps, icons::decision()) }
                { button("Last step", "After dedup (End)", "btn--quiet", Seek::End, step == steps, icons::last()) }
            </div>
            <input type="range" class="timeline" aria-label="Step" min="0" max={steps.to_string()} value={step.to_string()}
                aria-valuetext={format!("step {step} of {steps}, {pass}")} oninput={oninput} />
            <span class="count"><b>{ grouped(u64::from(step)) }</b>{ format!(" of {}", grouped(u64::from(steps))) }</span>
        </div>
    }
}
