//! The sections of the result, byte by byte and to save; of a module its distilled base beside the full one, and the module
//! on another build.

use super::blob;
use super::lab_view::{self, LabView};
use super::text;
use crate::browser::save_bytes;
use lab::{DistilledBase, Overview, Relocated, Row, Section};
use protocol::figures::{bytes_text, counted};
use protocol::lab::{ListSections, Relocate};
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;
use yew::html::Scope;
use yew::prelude::*;

/// What is open of them, and what the lab has answered.
#[derive(Default)]
pub struct Sections {
    /// Whether the bytes are shown.
    open: bool,
    list: Vec<Section>,
    /// The section that is shown.
    chosen: usize,
    /// The text of another build, once it is wanted.
    other: Option<String>,
    relocated: Option<Result<Relocated, String>>,
    /// Counts the texts of other builds, so that of two answers the later one counts.
    turn: u32,
}

pub enum Msg {
    /// The bytes are shown, or no more.
    Open(bool),
    /// The sections of the result.
    Listed(Vec<Section>),
    /// Another section is shown.
    Choose(usize),
    /// A section is saved.
    Save(usize),
    /// Another build is wanted, or no more.
    Other(bool),
    /// Its text.
    Edit(String),
    /// The module on it, or why it does not fit.
    Relocated(u32, Result<Relocated, String>),
}

impl LabView {
    /// Handles a message. Returns whether the view must be drawn again.
    pub(super) fn update_sections(&mut self, ctx: &Context<LabView>, msg: Msg) -> bool {
        let own = &mut self.sections;
        match msg {
            Msg::Open(open) if own.open == open => return false,
            Msg::Open(open) => {
                own.open = open;
                self.renew_sections(ctx);
            }
            Msg::Listed(list) => own.list = list,
            Msg::Choose(at) => own.chosen = at,
            Msg::Save(at) => {
                let saved = own.list.get(at);
                let saved = saved.map(|section| save_bytes(&section.file, &section.bytes));
                if let Some(Err(error)) = saved {
                    self.notice = Some((false, error));
                }
            }
            Msg::Other(wanted) if own.other.is_some() == wanted => return false,
            Msg::Other(wanted) => {
                own.other = wanted.then(|| self.setup.base.clone().unwrap_or_default());
                self.renew_sections(ctx);
            }
            Msg::Edit(text) => {
                own.other = Some(text);
                self.renew_sections(ctx);
            }
            Msg::Relocated(turn, _) if turn != own.turn => return false,
            Msg::Relocated(_, answer) => own.relocated = Some(answer),
        }
        true
    }

    /// Asks again for what is shown: the result is another.
    pub(super) fn renew_sections(&mut self, ctx: &Context<LabView>) {
        let link = ctx.link();
        if self.sections.open {
            let then = |answer: Result<Vec<Section>, String>| {
                lab_view::Msg::Sections(Msg::Listed(answer.unwrap_or_default()))
            };
            self.lab.ask(ListSections, link.callback(then));
        }
        if self.setup.base.is_none() {
            self.sections.other = None;
        }
        if let Some(base) = self.sections.other.clone() {
            self.sections.turn += 1;
            let turn = self.sections.turn;
            let then = move |answer| lab_view::Msg::Sections(Msg::Relocated(turn, answer));
            self.lab.ask(Relocate { base }, link.callback(then));
        }
    }
}

/// The distilled base, and the bytes.
pub fn view(view: &LabView, overview: &Overview, link: &Scope<LabView>) -> Html {
    let own = &view.sections;
    let shown = own.list.get(own.chosen).or(own.list.first());
    let send =
        |msg: fn(usize) -> Msg, at: usize| link.callback(move |_| lab_view::Msg::Sections(msg(at)));
    let tab = |(at, section): (usize, &Section)| {
        let pressed = shown.is_some_and(|shown| shown.title == section.title);
        html! { <button type="button" aria-pressed={pressed.to_string()} onclick={send(Msg::Choose, at)}>{ &section.title }</button> }
    };
    let save = |(at, section): (usize, &Section)| {
        html! {
            <li><button type="button" class="btn" onclick={send(Msg::Save, at)}>{ format!("Save {}", section.file) }</button>
                <span class="dim small">{ format!("{}, {}", section.title, bytes_text(section.bytes.len() as u64)) }</span></li>
        }
    };
    html! {
        <>
            { distilled(view, overview, link) }
            <section>
                <details class="sections" ontoggle={toggled(link, Msg::Open)}>
                    <summary>{ if overview.base.is_empty() { "Bytes of the result" } else { "Bytes of base and module" } }</summary>
                    if own.list.len() > 1 {
                        <div class="seg" role="group" aria-label="Section">{ for own.list.iter().enumerate().map(tab) }</div>
                    }
                    if let Some(section) = shown {
                        if let Some(blob) = &section.blob { { blob::bytes(blob) } } else {
                            <p class="dim small">{ "The section is too long to be shown byte by byte." }</p>
                        }
                    }
                    <ul class="section-files" aria-label="Sections to save">{ for own.list.iter().enumerate().map(save) }</ul>
                </details>
            </section>
        </>
    }
}

fn toggled(link: &Scope<LabView>, msg: fn(bool) -> Msg) -> Callback<Event> {
    link.batch_callback(move |event: Event| {
        let details = event.target()?.dyn_into::<web_sys::Element>().ok()?;
        Some(lab_view::Msg::Sections(msg(details.has_attribute("open"))))
    })
}

/// What the distilled base has of each type of the full one.
fn distilled(view: &LabView, overview: &Overview, link: &Scope<LabView>) -> Html {
    let distilled = match &overview.distilled {
        None => return Html::default(),
        Some(Err(cause)) => {
            return html! {
                <section><h2>{ "Distilled base" }</h2><p class="dim small">{ text::plain_sentence(cause) }{ "." }</p></section>
            };
        }
        Some(Ok(distilled)) => distilled,
    };
    let row = |(row, id): (&Row, &Option<u32>)| {
        html! {
            <tr class={classes!(id.is_none().then_some("later"))}>
                <td class="mono" title={row.lines.clone()}>{ format!("[{}] {}", row.id, row.name) }</td><td class="mono">{ becomes(distilled, *id) }</td></tr>
        }
    };
    let (full, own) = distilled.bytes;
    html! {
        <section>
            <details class="distilled">
                <summary>{ format!("Distilled base: {} of {}", counted(distilled.base.len() as u64, "type", "types"), overview.base.len()) }</summary>
                <p class="small">{ format!(
                    "What the module needs of its base, so that another build can take its place: names and sizes, {} instead of {}. \
                    Types without a name and typedefs move into the module.", bytes_text(own), bytes_text(full),
                ) }</p>
                <table aria-label="Distilled base">
                    <thead><tr><th scope="col">{ "Base" }</th><th scope="col">{ "Distilled base" }</th></tr></thead>
                    <tbody>{ for overview.base.iter().zip(&distilled.ids).map(row) }</tbody>
                </table>
                { other_build(view, distilled, link) }
            </details>
        </section>
    }
}

/// What a type of the base is on the distilled base.
fn becomes(distilled: &DistilledBase, id: Option<u32>) -> String {
    let Some(id) = id else {
        return "not needed".to_owned();
    };
    match distilled.base.iter().find(|row| row.id == id) {
        Some(row) => {
            // What a struct still has is its size.
            let size = row.lines.split(' ').find(|word| word.starts_with("size="));
            format!(
                "[{id}] {}{}",
                row.name,
                size.map(|size| format!(", {size}")).unwrap_or_default()
            )
        }
        None => format!("[{id}] in the module"),
    }
}

/// The module on another build, which the reader writes.
fn other_build(view: &LabView, distilled: &DistilledBase, link: &Scope<LabView>) -> Html {
    let own = &view.sections;
    let oninput = link.batch_callback(|event: InputEvent| {
        let area = event.target()?.dyn_into::<HtmlTextAreaElement>().ok()?;
        Some(lab_view::Msg::Sections(Msg::Edit(area.value())))
    });
    let result = match &own.relocated {
        _ if own.other.is_none() => Html::default(),
        None => Html::default(),
        Some(Err(cause)) => {
            html! { <p class="editor-error" role="alert"><span>{ "Does not fit: " }{ text::plain_sentence(cause) }{ "." }</span></p> }
        }
        Some(Ok(relocated)) => fits(distilled, relocated),
    };
    let lines = own.other.iter().flat_map(|text| text.lines()).count();
    html! {
        <details ontoggle={toggled(link, Msg::Other)}>
            <summary>{ "Put the module onto another build" }</summary>
            if let Some(text) = &own.other {
                <label class="small" for="other-build">{ "Another build of the base: change it" }</label>
                <textarea id="other-build" class="code" rows={lines.clamp(3, 14).to_string()} spellcheck="false" autocomplete="off" autocapitalize="off"
                    wrap="off" value={text.clone()} oninput={oninput} />
            }
            { result }
        </details>
    }
}

/// Which types of the other build have taken the places.
fn fits(distilled: &DistilledBase, relocated: &Relocated) -> Html {
    let name = |id: u32| {
        let row = relocated.base.iter().find(|row| row.id == id);
        row.map(|row| row.name.clone()).unwrap_or_default()
    };
    let row = |(row, &id): (&Row, &u32)| {
        html! { <tr><td class="mono">{ format!("[{}] {}", row.id, row.name) }</td><td class="mono">{ format!("[{id}] {}", name(id)) }</td></tr> }
    };
    let lines: Vec<&str> = relocated
        .split
        .iter()
        .map(|row| row.lines.as_str())
        .collect();
    html! {
        <>
            <table aria-label="The module on another build">
                <thead><tr><th scope="col">{ "Distilled base" }</th><th scope="col">{ "Other build" }</th></tr></thead>
                <tbody>{ for distilled.base.iter().zip(&relocated.ids).map(row) }</tbody>
            </table>
            <p class="small">{ "The module’s types refer to these ids now:" }</p>
            <pre class="raw">{ lines.join("\n") }</pre>
        </>
    }
}
