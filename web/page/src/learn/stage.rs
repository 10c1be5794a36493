//! The middle: pass, sentence, drawing, and the controls of the steps.

use super::lab_view::{LabSide, LabView, Msg};
use super::ladder::{LadderView, Scale};
use super::present::{Turn, room};
use super::{declarations, side, steps_text, text, timeline};
use crate::views::icons;
use lab::pass::NAMES;
use lab::{Seek, Tone};
use protocol::figures::grouped;
use protocol::lab::Opened;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::html::Scope;
use yew::prelude::*;

/// The stage. On the laboratory's page it has the passes to jump to, elsewhere the declarations.
pub fn view(view: &LabView, ctx: &Context<LabView>, scale: Scale) -> Html {
    let link = ctx.link();
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
    let broken = view.is_broken();
    if broken && overview.before.is_empty() {
        let note = html! { <p class="note">{ icons::info() }<span>{ errors(view) }</span></p> };
        // The text that has the error stays where it is changed.
        return match scale {
            Scale::Presenter => html! {
                <>{ note }<div class="figure-cols"><div class="beside-drawing">{ declarations::view(view, link, true) }</div></div>{ bar(view, ctx) }</>
            },
            Scale::Lab | Scale::Lesson | Scale::Embed => note,
        };
    }
    if overview.before.is_empty() {
        return html! {
            <p class="note">{ icons::info() }<span>{ "No types yet. Type a declaration into a unit." }</span></p>
        };
    }
    if scale == Scale::Embed {
        return embedded(view, ctx, opened);
    }
    let pass = moment.pass.and_then(|pass| NAMES.get(pass as usize));
    // A presenter asks when the key says so; elsewhere the question is there at its step.
    let stop = view.stop(ctx.props());
    let asked = match scale {
        Scale::Presenter => stop.zip(view.room),
        _ => stop.map(|stop| (stop, view.room.unwrap_or_default())),
    };
    html! {
        <>
            if broken {
                <p class="note">{ icons::info() }<span>{ errors(view) }{ " The drawing shows the last units without one." }</span></p>
            }
            <fieldset class={classes!("steps", broken.then_some("stale"))} disabled={broken && scale != Scale::Presenter} aria-label="Steps of the engine">
            <div class="stage-head">
                <p class="eye">
                    if let (Some(pass), Some(number)) = (pass, moment.pass) {
                        { format!("Pass {} of 7, ", number + 1) }<b>{ *pass }</b>
                    } else { <b>{ "Before dedup" }</b> }
                    if let Some((candidate, canonical)) = moment.walk {
                        <span>{ format!("comparing [{candidate}] with [{canonical}]") }</span>
                    }
                </p>
                if scale == Scale::Lab { { head_buttons(view, link) } }
            </div>
            { match (asked, scale) {
                (Some((question, _)), Scale::Presenter) => html! { <p class="say" aria-live="polite">{ "Ask the room: " }{ question.ask() }</p> },
                _ => sentence(view, opened),
            } }
            if let (Some((question, room)), Scale::Lab | Scale::Lesson) = (asked, scale) {
                <section class="room-note" aria-label="Ask the room"><p><b>{ "Ask the room: " }</b>{ question.ask() }</p>{ room::view(question, room, link) }</section>
            }
            if scale == Scale::Lab {
                <LadderView opened={opened.clone()} moment={moment.clone()} scale={scale} />
            } else if let (Some((question, room)), Scale::Presenter) = (asked, scale) {
                <div class="figure-cols">
                    <LadderView opened={opened.clone()} moment={moment.clone()} scale={scale} />
                    { room::view(question, room, link) }
                </div>
            } else {
                <div class="figure-cols">
                    <div class="beside-drawing">
                        { declarations::view(view, link, scale == Scale::Presenter) }
                        if scale == Scale::Presenter && ctx.props().fast { { side::fast(view, link) } }
                    </div>
                    <LadderView opened={opened.clone()} moment={moment.clone()} scale={scale} />
                </div>
            }
            { match scale {
                Scale::Presenter => bar(view, ctx),
                // In the laboratory the steps as text are on the right side.
                Scale::Lab => controls(view, opened, link),
                Scale::Lesson | Scale::Embed => html! { <>{ controls(view, opened, link) }{ steps_text::view(view, opened, link) }</> },
            } }
            </fieldset>
        </>
    }
}

/// A frame in another page: sentence, declarations where they fit, drawing, and one line of controls.
fn embedded(view: &LabView, ctx: &Context<LabView>, opened: &Rc<Opened>) -> Html {
    let link = ctx.link();
    let (step, steps) = (view.moment.step, view.steps());
    let playing = view.playing.is_some();
    let button = |label: &'static str, title: &'static str, seek: Seek, off: bool, icon: Html| {
        html! {
            <button type="button" class="btn btn--icon" aria-label={label} title={title} disabled={off}
                onclick={link.callback(move |_| Msg::Seek(seek))}>{ icon }</button>
        }
    };
    html! {
        <>
            { sentence(view, opened) }
            <div class="figure-cols">
                <div class="beside-drawing">{ declarations::view(view, link, false) }</div>
                <LadderView opened={opened.clone()} moment={view.moment.clone()} scale={Scale::Embed} />
            </div>
            <footer class="embed-bar" role="group" aria-label="Steps">
                { button("Step back", "Step back (←)", Seek::Back, step == 0, icons::back()) }
                <button type="button" class="btn btn--icon" aria-label={if playing { "Pause" } else { "Play" }}
                    title="Play or pause (space bar)" onclick={link.callback(|_| Msg::Play)}>{ if playing { icons::pause() } else { icons::play() } }</button>
                { button("Step", "Step (→)", Seek::Next, step == steps, icons::forth()) }
                <span class="count">{ format!("Step {} of {}", grouped(u64::from(step)), grouped(u64::from(steps))) }</span>
                { slider(view, link) }
                { ctx.props().foot.clone() }
            </footer>
        </>
    }
}

/// The bar of a presenter's screen: how far the steps are, and what the keys do.
fn bar(view: &LabView, ctx: &Context<LabView>) -> Html {
    let link = ctx.link();
    let Some(opened) = &view.opened else {
        return Html::default();
    };
    let (step, steps) = (view.moment.step, view.steps());
    let part = |at: u32| f64::from(at) * 1000.0 / f64::from(steps.max(1));
    let pass = view
        .moment
        .pass
        .and_then(|pass| Some((pass + 1, *NAMES.get(pass as usize)?)));
    let begins = opened
        .overview
        .passes
        .iter()
        .map(|&begin| begin.saturating_sub(1));
    let turn = |turn: Turn| link.callback(move |_| Msg::Turn(turn));
    html! {
        <footer class="present-bar">
            <svg class="progress" viewBox="0 0 1000 8" preserveAspectRatio="none" role="progressbar" aria-label="Steps of this screen"
                aria-valuemin="0" aria-valuemax={steps.to_string()} aria-valuenow={step.to_string()}>
                <rect class="all" width="1000" height="8" /><rect class="done" width={part(step).to_string()} height="8" />
                { for begins.map(|at| html! { <rect class="gap" x={part(at).to_string()} width="2" height="8" /> }) }
            </svg>
            <p><b class="count">{ format!("Step {step} of {steps}") }</b>
                if view.room.is_some() { { ", question" } }
                if ctx.props().followed { { ", then next screen" } }
                if let Some((number, name)) = pass { <span class="dim">{ format!(" · pass {number} of 7, {name}") }</span> }</p>
            <div class="acts">
                <button type="button" class="btn btn--quiet" title="← or Page Up" onclick={turn(Turn::Back)}>{ "Back" }</button>
                <button type="button" class="btn btn--quiet" title="→, Page Down, space bar, or Enter" onclick={turn(Turn::Next)}>{ "Next" }</button>
                <button type="button" class="btn btn--quiet" title="Shift →" onclick={link.callback(|_| Msg::Seek(Seek::NextDecision))}>{ "Next decision" }</button>
                <button type="button" class="btn btn--quiet" title="Esc" onclick={turn(Turn::Leave)}>{ "Leave" }</button>
            </div>
        </footer>
    }
}

/// The sentence. While steps are played, only decisions are announced.
fn sentence(view: &LabView, opened: &Opened) -> Html {
    let moment = &view.moment;
    let class = classes!("say", tone(moment.tone));
    let said = text::sentence(&moment.sentence);
    if view.playing.is_none() {
        return html! { <p class={class} aria-live="polite">{ said }</p> };
    }
    let decides = opened.overview.decisions.contains(&moment.step);
    html! {
        <>
            <p class={class} aria-live="off">{ said.clone() }</p>
            <p class="vh" aria-live="polite">{ decides.then_some(said) }</p>
        </>
    }
}

/// Which texts have an error, and where.
fn errors(view: &LabView) -> String {
    let places = view.panes.iter().enumerate().filter_map(|(unit, pane)| {
        let error = pane.error.as_ref()?;
        let title = view.setup.title(unit);
        Some(format!("{title} has an error in line {}.", error.line))
    });
    places.collect::<Vec<_>>().join(" ")
}

fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Look => "tone-look",
        Tone::Assume => "tone-assume",
        Tone::Equal => "tone-equal",
        Tone::Different => "tone-different",
    }
}

/// What makes room for the drawing.
fn head_buttons(view: &LabView, link: &Scope<LabView>) -> Html {
    let fold = |name: &'static str, title: &'static str, side: LabSide| {
        let shown = !view.is_folded(side);
        html! {
            <button type="button" class="btn fold" title={title} aria-pressed={shown.to_string()}
                onclick={link.callback(move |_| Msg::Fold(side))}>{ name }</button>
        }
    };
    html! {
        <div class="acts">
            { fold("Units", "Show or hide the units, to the left", LabSide::Units) }
            { fold("Details", "Show or hide the map and all else to the right", LabSide::Details) }
            <button type="button" class="btn" title="Large, for a room (p)" onclick={link.callback(|_| Msg::Turn(Turn::Enter))}>{ "Present" }</button>
        </div>
    }
}

fn controls(view: &LabView, opened: &Opened, link: &Scope<LabView>) -> Html {
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
            { timeline::view(view, opened, link) }
            <span class="count"><b>{ grouped(u64::from(step)) }</b>{ format!(" of {}", grouped(u64::from(steps))) }</span>
        </div>
    }
}

/// All steps as a line, to drag along.
fn slider(view: &LabView, link: &Scope<LabView>) -> Html {
    let (step, steps) = (view.moment.step, view.steps());
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
        <input type="range" class="embed-slider" aria-label="Step" min="0" max={steps.to_string()} value={step.to_string()}
            aria-valuetext={format!("step {step} of {steps}, {pass}")} oninput={oninput} />
    }
}
