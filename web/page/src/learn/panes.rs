//! The units' texts, and what stands above them: scenarios, switches, sharing.

use super::lab_view::{LabView, Layout, Msg};
use super::lit;
use super::save_drawing::SaveDrawing;
use super::text;
use crate::views::icons;
use course::fact;
use lab::{Abi, Asked, MOST_UNITS, Pane};
use protocol::figures::{bytes_text, counted};
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::html::Scope;
use yew::prelude::*;

/// The id of a unit's text.
pub fn id(layout: &Layout, unit: usize) -> String {
    match layout {
        Layout::Task => format!("task-unit-{unit}"),
        _ => format!("unit-{unit}"),
    }
}

/// The laboratory's left side.
pub fn lab(view: &LabView, link: &Scope<LabView>) -> Html {
    let can_undo = view.can_undo();
    // A text that was put in its field has nothing to undo for the browser.
    let onkeydown = link.batch_callback(move |event: KeyboardEvent| {
        let is_undo =
            (event.ctrl_key() || event.meta_key()) && !event.shift_key() && !event.alt_key();
        if !can_undo || !is_undo || event.key() != "z" {
            return None;
        }
        event.prevent_default();
        Some(Msg::Undo)
    });
    html! {
        <section class="panes" aria-label="Units" onkeydown={onkeydown}>
            { scenarios(view, link) }
            if can_undo {
                <p class="undo small dim">{ "Other units took the place of yours." }
                    <button type="button" class="link" title="Ctrl Z" onclick={link.callback(|_| Msg::Undo)}>{ "Undo" }</button></p>
            }
            { panes(view, &Layout::Lab, &[], link) }
            <div class="switches">
                if view.setup.units.len() < MOST_UNITS {
                    <button type="button" class="btn" onclick={link.callback(|_| Msg::Add)}>{ "Add a unit" }</button>
                }
                if view.setup.base.is_none() {
                    <button type="button" class="btn" title="A kernel: the units become those of a module on it"
                        onclick={link.callback(|_| Msg::AddBase)}>{ "Add a base" }</button>
                }
                { switches(view, link) }
                { share(view, link) }
                { stop_here(view, link) }
            </div>
        </section>
    }
}

fn scenarios(view: &LabView, link: &Scope<LabView>) -> Html {
    let onchange = link.batch_callback(|event: Event| {
        let select = event.target()?.dyn_into::<HtmlSelectElement>().ok()?;
        Some(Msg::Pick(select.value())).filter(|_| !select.value().is_empty())
    });
    // What is shown is a scenario as long as nothing was typed into it.
    let shown = view.scenarios.iter().find(|one| one.setup == view.setup);
    let option = |one: &lab::scenario::Scenario| {
        let selected = shown.is_some_and(|shown| shown.slug == one.slug);
        html! { <option value={one.slug.clone()} selected={selected}>{ &one.title }</option> }
    };
    let groups = view.scenarios.chunk_by(|a, b| a.group == b.group);
    html! {
        <div class="scenario">
            <label for="scenario">{ "Scenario" }</label>
            <select id="scenario" class="field" onchange={onchange}>
                <option value="" selected={shown.is_none()}>{ "Your own units" }</option>
                { for groups.map(|group| html! {
                    <optgroup label={group[0].group.clone()}>{ for group.iter().map(option) }</optgroup>
                }) }
            </select>
            if let Some(shown) = shown { <p class="story">{ &shown.story }</p> }
        </div>
    }
}

/// A text for each unit; those that are locked, by their number from 0, cannot be changed.
pub fn panes(view: &LabView, layout: &Layout, locked: &[usize], link: &Scope<LabView>) -> Html {
    let read = view.panes.as_slice();
    // A unit in front of a locked one cannot be removed either: it would give that another number.
    let fixed = locked.iter().max().map_or(0, |last| last + 1);
    let base = usize::from(view.setup.base.is_some());
    let rows = view.setup.texts().enumerate();
    let lit = match layout {
        Layout::Lab => view.lines(),
        _ => Vec::new(),
    };
    html! {
        <div class="editors">
            { for rows.map(|(unit, text)| {
                let own = Own { unit, title: view.setup.title(unit), is_base: view.setup.is_base(unit), text, read: read.get(unit) };
                let number = unit.checked_sub(base);
                let is_locked = number.is_some_and(|number| locked.contains(&number));
                let removable = match number {
                    None => locked.is_empty(),
                    Some(number) => view.setup.units.len() > 1 && number >= fixed,
                };
                let bars = lit.get(unit).map(|lines| lit::bars(lines, view.scrolled(unit)));
                pane(&own, (removable, is_locked), layout, bars, link)
            }) }
        </div>
    }
}

/// A text and what it is.
struct Own<'a> {
    /// Its number among the texts.
    unit: usize,
    title: String,
    is_base: bool,
    text: &'a str,
    read: Option<&'a Pane>,
}

fn pane(
    own: &Own<'_>,
    (removable, is_locked): (bool, bool),
    layout: &Layout,
    lit: Option<Html>,
    link: &Scope<LabView>,
) -> Html {
    let Own {
        unit, text, read, ..
    } = *own;
    let id = id(layout, unit);
    let error = read.and_then(|pane| pane.error.as_ref());
    let error_id = format!("{id}-error");
    let oninput = link.batch_callback(move |event: InputEvent| {
        let area = event.target()?.dyn_into::<HtmlTextAreaElement>().ok()?;
        Some(Msg::Edit(unit, area.value()))
    });
    let lines = text.lines().count().clamp(3, 14);
    html! {
        <div class="editor" key={unit}>
            <div class="editor-head">
                <label for={id.clone()} title={own.is_base.then_some("A kernel that the module is compiled against; its types stay as they are")}>{ &own.title }</label>
                if let Some(pane) = read.filter(|pane| pane.error.is_none()) {
                    <span class="dim small">{ counted(u64::from(pane.types), "type", "types") }{ ", " }{ bytes_text(pane.bytes) }
                        if pane.raw { { ", printed types" } }</span>
                }
                if is_locked { <span class="dim small">{ "cannot be changed" }</span> }
                if removable {
                    <button type="button" class="btn btn--quiet" aria-label={format!("Remove {}", own.title.to_lowercase())}
                        onclick={link.callback(move |_| Msg::Remove(unit))}>{ "Remove" }</button>
                }
            </div>
            <div class="lit-field">{ lit }
            <textarea id={id} class="code" rows={lines.to_string()} spellcheck="false" autocomplete="off" autocapitalize="off"
                wrap="off" readonly={is_locked} value={text.to_owned()} oninput={oninput} placeholder="struct point { int x; int y; };"
                aria-invalid={error.is_some().to_string()} aria-describedby={error.map(|_| error_id.clone())}
                onscroll={link.batch_callback(move |event: Event| {
                    let area = event.target()?.dyn_into::<HtmlTextAreaElement>().ok()?;
                    Some(Msg::Scrolled(unit, area.scroll_top()))
                })} />
            </div>
            if let Some(error) = error {
                if let Some(excerpt) = &error.excerpt {
                    <pre class="excerpt" aria-hidden="true">{ &excerpt.line }{ "\n" }<b>{ excerpt.mark() }</b></pre>
                }
                <p class="editor-error" id={error_id} role="alert">{ icons::alert() }
                    <span>{ place(error) }{ text::plain_sentence(&error.cause) }{ stop(&error.cause) }</span>
                    <button type="button" class="link" onclick={{
                        let (line, column) = (error.line, error.column);
                        link.callback(move |_| Msg::Spot(unit, line, column))
                    }}>{ "Show" }</button>
                </p>
            }
            if let Some(pane) = read.filter(|pane| !pane.notes.is_empty()) {
                <ul class="editor-notes small dim">
                    { for pane.notes.iter().map(|note| html! {
                        <li>{ format!("Line {}: ", note.line) }{ text::plain_sentence(&note.text) }{ "." }</li>
                    }) }
                </ul>
            }
        </div>
    }
}

/// The field of one unit, and its error, without anything around them.
pub fn field(view: &LabView, unit: usize, link: &Scope<LabView>) -> Html {
    let own = view.setup.texts().nth(unit).cloned().unwrap_or_default();
    let oninput = link.batch_callback(move |event: InputEvent| {
        let area = event.target()?.dyn_into::<HtmlTextAreaElement>().ok()?;
        Some(Msg::Edit(unit, area.value()))
    });
    let error = view.panes.get(unit).and_then(|pane| pane.error.as_ref());
    let lines = own.lines().count().clamp(4, 14);
    html! {
        <>
            <textarea class="code" rows={lines.to_string()} spellcheck="false" autocomplete="off" autocapitalize="off" wrap="off"
                aria-label={view.setup.title(unit)} aria-invalid={error.is_some().to_string()} value={own} oninput={oninput}
                onkeydown={link.batch_callback(move |event: KeyboardEvent| {
                    // Escape ends the change, not the presenter.
                    let done = event.key() == "Escape";
                    if done {
                        event.stop_propagation();
                    }
                    done.then_some(Msg::EditHere(unit))
                })} />
            if let Some(error) = error {
                <p class="editor-error" role="alert">{ icons::alert() }<span>{ place(error) }{ text::plain_sentence(&error.cause) }{ stop(&error.cause) }</span></p>
            }
        </>
    }
}

/// What ends a sentence that may be a question.
fn stop(cause: &str) -> &'static str {
    if cause.ends_with('?') { "" } else { "." }
}

fn place(error: &lab::PaneError) -> String {
    match error.column {
        Some(column) => format!("Line {}, column {column}: ", error.line),
        None => format!("Line {}: ", error.line),
    }
}

fn switches(view: &LabView, link: &Scope<LabView>) -> Html {
    let switch = |name: &'static str, about: &'static str, on: bool, msg: fn(bool) -> Msg| {
        let onchange = link.batch_callback(move |event: Event| {
            let input = event.target()?.dyn_into::<HtmlInputElement>().ok()?;
            Some(msg(input.checked()))
        });
        html! {
            <label class="check"><input type="checkbox" checked={on} onchange={onchange} />
                <span>{ name }</span><span class="dim small">{ about }</span></label>
        }
    };
    let setup = &view.setup;
    html! {
        <fieldset class="switch-list">
            <legend>{ "Switches" }</legend>
            { switch("32-bit", "pointers and longs of 4 bytes", setup.abi == Abi::I386,
                |on| Msg::Abi(if on { Abi::I386 } else { Abi::X86_64 })) }
            { switch("Prelude", "u32, size_t, bool, list_head, __packed, __user … where a unit uses them", setup.prelude, Msg::Prelude) }
            { switch("Keep forwards", "libbpf’s option dont_resolve_fwds, gone since 1.0", setup.keep_forwards, Msg::KeepForwards) }
            { switch("Every hash equal", "one bucket for all types", setup.same_hash, Msg::SameHash) }
            { switch("One shard per unit", "with the fast path", setup.many_shards, Msg::ManyShards) }
            if setup.keep_forwards {
                <p class="price small">{ format!(
                    "For Linux 6.1 this leaves {} types instead of {}, {} instead of {}, and takes the exact engine 13 minutes \
                    instead of a second (",
                    fact("kept-forwards"), fact("kept-usual"), fact("kept-bytes"), fact("bytes-after"),
                ) }<code>{ "btfscope dedup --keep-forwards" }</code>{ ")." }</p>
            }
        </fieldset>
    }
}

fn share(view: &LabView, link: &Scope<LabView>) -> Html {
    let onchange = link.batch_callback(|event: Event| {
        let input = event.target()?.dyn_into::<HtmlInputElement>().ok()?;
        let file = input.files()?.get(0);
        // Choosing the same file again is a change too.
        input.set_value("");
        file.map(Msg::Import)
    });
    html! {
        <div class="share">
            <button type="button" class="btn" onclick={link.callback(|_| Msg::Copy)}>{ "Copy link" }</button>
            <button type="button" class="btn" title="Copy a line of HTML that shows this step in another page"
                onclick={link.callback(|_| Msg::CopyEmbed)}>{ "Copy embed" }</button>
            <a class="btn" href={format!("#/learn/side?s={}", view.address())}>{ "Compare algorithms" }</a>
            <button type="button" class="btn" onclick={link.callback(|_| Msg::Export)}>{ "Save as file" }</button>
            <span class="picker">
                <input type="file" id="lab-file" class="picker-input" accept=".json" onchange={onchange} />
                <label class="btn" for="lab-file">{ "Open file" }</label>
            </span>
            <SaveDrawing step={view.moment.step} last={view.steps()} save={link.callback(Msg::SaveDrawing)} />
        </div>
    }
}

/// A question that a link asks at this step.
fn stop_here(view: &LabView, link: &Scope<LabView>) -> Html {
    let field = |id: &'static str, label: &'static str, text: &str, put: fn(&mut Asked, String)| {
        let own = view.asked.clone();
        let oninput = link.batch_callback(move |event: InputEvent| {
            let area = event.target()?.dyn_into::<HtmlTextAreaElement>().ok()?;
            let mut asked = own.clone();
            put(&mut asked, area.value());
            Some(Msg::Asked(asked))
        });
        html! {
            <><label for={id}>{ label }</label>
                <textarea {id} class="field" rows="2" maxlength="1000" value={text.to_owned()} oninput={oninput} /></>
        }
    };
    html! {
        <details class="stop-here">
            <summary>{ "Ask at this step" }</summary>
            { field("stop-question", "Question", &view.asked.question, |asked, text| asked.question = text) }
            { field("stop-answer", "Answer, if the link is to bring it", &view.asked.answer, |asked, text| asked.answer = text) }
            <button type="button" class="btn" disabled={view.asked.question.trim().is_empty()} onclick={link.callback(|_| Msg::CopyStop)}>{ "Copy link that stops here" }</button>
        </details>
    }
}
