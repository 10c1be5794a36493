//! The first pass, name by name: the string section before and after as bytes and as tables.

use super::lab_view::{LabView, Msg};
use super::present::{self, Turn};
use super::screen;
use crate::views::icons;
use lab::Seek;
use lab::{NameVisit, StringRow, Strings};
use protocol::figures::counted;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Draws the figure.
pub fn view(view: &LabView, ctx: &Context<LabView>) -> Html {
    let props = ctx.props();
    let Some(opened) = &view.opened else {
        return html! { <p class="loading">{ "Loading the lab…" }</p> };
    };
    match &opened.overview.names {
        Some(strings) => {
            let presented = (props.followed || props.embedded).then(|| Presented {
                seek: props.seek,
                moved: props.moved.clone(),
                turned: props.turned.clone(),
            });
            html! { <StringPass strings={strings.clone()} presented={presented} at={ctx.link().callback(Msg::StringsAt)} /> }
        }
        None => html! { <p class="note">{ "These units have too many names to list them." }</p> },
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    pub strings: Strings,
    /// Told the step, whenever it is another.
    #[prop_or_default]
    pub at: Callback<u32>,
    /// As a screen of the presenter, or as all that a frame in another page shows.
    #[prop_or_default]
    pub presented: Option<Presented>,
}

/// What a screen of the presenter is told and tells.
#[derive(Clone, PartialEq)]
pub struct Presented {
    /// The step that it begins at.
    seek: Seek,
    /// At which step it is.
    moved: Callback<(String, u32)>,
    /// Where a key leads that is no step.
    turned: Callback<Turn>,
}

/// How far the pass is: before it, at a name, or after it.
#[derive(Clone, Copy)]
struct At<'a> {
    strings: &'a Strings,
    /// Names that were visited, the one at hand included; one more when the pass has ended.
    step: usize,
}

impl At<'_> {
    fn steps(self) -> usize {
        self.strings.visits.len() + 1
    }

    fn is_done(self) -> bool {
        self.step == self.steps()
    }

    /// The name that is visited now.
    fn now(self) -> Option<usize> {
        self.step
            .checked_sub(1)
            .filter(|&at| at < self.strings.visits.len())
    }

    fn is_visited(self, visit: u32) -> bool {
        (visit as usize) < self.step
    }

    fn is_now(self, row: &StringRow) -> bool {
        self.now()
            .is_some_and(|now| row.uses.iter().any(|&use_| use_ as usize == now))
    }
}

/// The pass with its steps.
#[component]
pub fn StringPass(props: &Props) -> Html {
    let steps = props.strings.visits.len() + 1;
    let step = use_state(|| match props.presented.as_ref().map(|own| own.seek) {
        Some(Seek::To(step)) => steps.min(step as usize),
        Some(Seek::End) => steps,
        _ => 0,
    });
    let at = At {
        strings: &props.strings,
        step: *step,
    };
    use_effect_with((*step, props.at.clone()), |(step, told)| {
        told.emit(u32::try_from(*step).unwrap_or(u32::MAX));
    });
    {
        let step = step.clone();
        use_effect_with((*step, props.presented.clone()), move |(at, presented)| {
            let listener = presented.clone().map(|presented| {
                let at = *at;
                presented
                    .moved
                    .emit((String::new(), u32::try_from(at).unwrap_or(u32::MAX)));
                let turned = move |turn| match turn {
                    Turn::Next if at < steps => step.set(at + 1),
                    Turn::Back if at > 0 => step.set(at - 1),
                    _ => presented.turned.emit(turn),
                };
                present::listen(screen::figure_has_keys, Callback::from(turned))
            });
            move || drop(listener)
        });
    }
    let go = |to: usize| {
        let step = step.clone();
        move |_| step.set(to)
    };
    let oninput = {
        let step = step.clone();
        move |event: InputEvent| {
            let input = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            if let Some(to) = input.and_then(|input| input.value().parse().ok()) {
                step.set(to);
            }
        }
    };
    let strings = &props.strings;
    html! {
        <div class="string-pass" role="group" aria-label="Strings">
            <p class="say small-say" aria-live="polite">{ super::text::plain_sentence(&sentence(at)) }</p>
            if !strings.base.is_empty() {
                <h3>{ "Base: " }<b>{ counted(base_bytes(strings), "byte", "bytes") }</b>{ ", they stay" }</h3>
                { cells(at, &strings.base, false) }
            }
            <h3>{ "Before: " }<b>{ counted(u64::from(strings.bytes.0), "byte", "bytes") }</b>{ ", a cell is a string with its zero byte" }</h3>
            { cells(at, &strings.before, false) }
            <h3>{ "After: " }<b>{ after_bytes(at) }</b></h3>
            { cells(at, &strings.after, true) }
            <div class="controls" role="group" aria-label="Steps">
                <div class="ctl">
                    <button type="button" class="btn btn--icon" aria-label="Step back" disabled={at.step == 0}
                        onclick={go(at.step.saturating_sub(1))}>{ icons::back() }</button>
                    <button type="button" class="btn btn--icon btn--primary" aria-label="Step" disabled={at.is_done()}
                        onclick={go((at.step + 1).min(steps))}>{ icons::forth() }</button>
                </div>
                <input type="range" class="timeline" aria-label="Step" min="0" max={steps.to_string()} value={at.step.to_string()} oninput={oninput} />
                <span class="count"><b>{ at.step }</b>{ format!(" of {steps}") }</span>
            </div>
            <div class="string-tables" role="group" aria-label="Strings as tables" tabindex="0">
                if !strings.base.is_empty() { { base(at) } }
                { before(at) }
                { after(at) }
            </div>
        </div>
    }
}

/// What happens at a step.
fn sentence(at: At<'_>) -> String {
    let Strings { visits, bytes, .. } = at.strings;
    if at.is_done() {
        let orphans = at
            .strings
            .before
            .iter()
            .filter(|row| is_orphan(row))
            .count();
        let dropped = match orphans {
            0 => String::new(),
            1 => " One string had no reference and was never copied.".to_owned(),
            more => format!(" {more} strings had no reference and were never copied."),
        };
        let of_base = match visits.iter().filter(|visit| visit.of_base).count() {
            0 => String::new(),
            1 => " One name is the base’s.".to_owned(),
            more => format!(" {more} names are the base’s."),
        };
        return format!(
            "Done: {} bytes are {} now.{of_base}{dropped} From now on two names are equal if their offsets are.",
            bytes.0, bytes.1
        );
    }
    let Some(visit) = at.now().and_then(|now| visits.get(now)) else {
        if !at.strings.base.is_empty() {
            return "The base’s strings stay as they are. Each unit of the module brings its own copy of each name, behind them.".to_owned();
        }
        return "Each unit brings its own copy of each name. To compare two names now, their letters must be compared.".to_owned();
    };
    let NameVisit { text, old, new, .. } = visit;
    let place = place(visit);
    if visit.of_base {
        return format!(
            "`{place}`: the base has `{text}`, at {new}. name_off {old} becomes {new}."
        );
    }
    match (visit.is_new, old == new) {
        (true, true) => {
            format!("`{place}`: `{text}` is new. It is added at offset {new}, where it was before.")
        }
        (true, false) => {
            format!(
                "`{place}`: `{text}` is new. It is added at offset {new}; name_off {old} becomes {new}."
            )
        }
        (false, true) => {
            format!("`{place}`: `{text}` is stored already, at {new}. Nothing changes.")
        }
        (false, false) => {
            format!(
                "`{place}`: `{text}` is stored already, at {new}. name_off {old} becomes {new}."
            )
        }
    }
}

/// The type, and the part whose name it is.
fn place(visit: &NameVisit) -> String {
    match visit.part.is_empty() {
        true => format!("[{}]", visit.id),
        false => format!("[{}].{}", visit.id, visit.part),
    }
}

fn is_orphan(row: &StringRow) -> bool {
    row.uses.is_empty() && row.offset > 0
}

/// Bytes of the base's strings, each with its zero byte.
fn base_bytes(strings: &Strings) -> u64 {
    let all = strings.base.iter();
    all.map(|row| row.text.len() as u64 + 1).sum()
}

/// Whether a string is in the new section already.
fn is_stored(at: At<'_>, row: &StringRow) -> bool {
    row.offset == 0 || row.uses.first().is_some_and(|&first| at.is_visited(first))
}

fn after_bytes(at: At<'_>) -> String {
    if at.is_done() {
        return counted(u64::from(at.strings.bytes.1), "byte", "bytes");
    }
    let stored = at.strings.after.iter().filter(|row| is_stored(at, row));
    let bytes: usize = stored.map(|row| row.text.len() + 1).sum();
    format!("{} so far", counted(bytes as u64, "byte", "bytes"))
}

/// A section as a row of strings.
fn cells(at: At<'_>, rows: &[StringRow], after: bool) -> Html {
    let cell = |row: &StringRow| {
        let hidden = after && !at.is_done() && !is_stored(at, row);
        let class = classes!(
            (!after && row.unit.is_some() && is_orphan(row)).then_some("orphan"),
            hidden.then_some("ghost"),
            (at.is_now(row) && !hidden).then_some("on"),
        );
        html! { <span class={class}>{ &row.text }<i>{ "·" }</i></span> }
    };
    html! { <div class="string-cells" aria-hidden="true">{ for rows.iter().map(cell) }</div> }
}

fn uses_of(at: At<'_>, row: &StringRow) -> Html {
    let of = |&number: &u32| {
        let visit = at.strings.visits.get(number as usize)?;
        let now = at.now() == Some(number as usize);
        let text = place(visit);
        Some(html! { <span class={classes!(now.then_some("on"))}>{ text }</span> })
    };
    html! { <>{ for row.uses.iter().filter_map(of) }</> }
}

fn shown(text: &str) -> Html {
    match text.is_empty() {
        true => html! { <span class="dim">{ "(empty)" }</span> },
        false => html! { { text } },
    }
}

fn base(at: At<'_>) -> Html {
    let row = |row: &StringRow| {
        html! {
            <tr class={classes!(at.is_now(row).then_some("on"))}>
                <td class="num">{ row.offset }</td><td class="mono">{ shown(&row.text) }</td>
                <td class="uses">{ visited_uses(at, row) }</td></tr>
        }
    };
    html! {
        <table aria-label="Strings of the base">
            <caption>{ "The base: its strings stay" }</caption>
            <thead><tr><th scope="col" class="num">{ "Offset" }</th><th scope="col">{ "String" }</th><th scope="col">{ "Name in the module" }</th></tr></thead>
            <tbody>{ for at.strings.base.iter().map(row) }</tbody>
        </table>
    }
}

/// The visits up to now that mention a string.
fn visited_uses(at: At<'_>, row: &StringRow) -> Html {
    let uses = row.uses.iter().copied();
    let own = StringRow {
        uses: uses.filter(|&number| at.is_visited(number)).collect(),
        ..row.clone()
    };
    uses_of(at, &own)
}

fn before(at: At<'_>) -> Html {
    let row = |row: &StringRow| {
        let visits = row
            .uses
            .iter()
            .filter_map(|&number| at.strings.visits.get(number as usize));
        let visited = row.uses.iter().any(|&number| at.is_visited(number));
        let (new, of_base) = visits
            .map(|visit| (Some(visit.new), visit.of_base))
            .next()
            .unwrap_or_default();
        let outcome = match (new, visited) {
            (Some(new), true) if of_base => format!("is the base’s at {new} now"),
            (_, _) if is_orphan(row) => "no type refers to it: dropped".to_owned(),
            (None, _) => "always at 0".to_owned(),
            (Some(new), true) if new == row.offset => "stays".to_owned(),
            (Some(new), true) => format!("is at {new} now"),
            (Some(_), false) => String::new(),
        };
        html! {
            <tr class={classes!(is_orphan(row).then_some("orphan"), at.is_now(row).then_some("on"))}>
                <td class="num">{ row.offset }</td><td class="num">{ row.unit.map(|unit| unit + 1) }</td>
                <td class="mono">{ shown(&row.text) }</td><td class="uses">{ uses_of(at, row) }</td><td>{ outcome }</td></tr>
        }
    };
    html! {
        <table aria-label="Strings before the pass">
            <caption>{ "Before: each unit brings its own strings" }</caption>
            <thead><tr><th scope="col" class="num">{ "Offset" }</th><th scope="col" class="num">{ "Unit" }</th><th scope="col">{ "String" }</th>
                <th scope="col">{ "Name of" }</th><th scope="col">{ "Outcome" }</th></tr></thead>
            <tbody>{ for at.strings.before.iter().map(row) }</tbody>
        </table>
    }
}

fn after(at: At<'_>) -> Html {
    let row = |row: &StringRow| {
        let stored = at.is_done() || is_stored(at, row);
        html! {
            <tr class={classes!((at.is_now(row)).then_some("on"), (!stored).then_some("later"))}>
                <td class="num">{ row.offset }</td>
                <td class="mono">{ if stored { shown(&row.text) } else { html! { { "…" } } } }</td>
                <td class="uses">{ if stored { uses_of(at, row) } else { html! { { "not visited yet" } } } }</td></tr>
        }
    };
    html! {
        <table aria-label="Strings after the pass">
            <caption>{ "After: each string once, in the order of first use" }</caption>
            <thead><tr><th scope="col" class="num">{ "Offset" }</th><th scope="col">{ "String" }</th><th scope="col">{ "Name of" }</th></tr></thead>
            <tbody>{ for at.strings.after.iter().map(row) }</tbody>
        </table>
    }
}
