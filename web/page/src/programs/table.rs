//! The table of objects and kernels, and what stands above it.

use super::view::{Msg, Programs};
use crate::app::list;
use core_check::{Cell, Form, State};
use protocol::matrix::{self, At, Line};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The id of the button in a cell.
pub fn id(line: usize, column: usize) -> String {
    format!("cell-{line}-{column}")
}

/// A picker of files for this view.
fn picker(
    ctx: &Context<Programs>,
    id: &'static str,
    label: &'static str,
    class: &'static str,
) -> Html {
    let give = ctx.props().give.clone();
    let onchange = Callback::from(move |event: Event| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let files = list(input.as_ref().and_then(HtmlInputElement::files));
        if let Some(input) = input {
            input.set_value("");
        }
        give.emit(files);
    });
    html! {
        <span class="picker">
            <input type="file" {id} class="picker-input" multiple=true {onchange} />
            <label class={classes!("btn", class)} for={id}>{ label }</label>
        </span>
    }
}

/// The view without objects.
pub fn nothing(programs: &Programs, ctx: &Context<Programs>) -> Html {
    let kernels = programs.kernels();
    html! {
        <div class="px-none">
            <h1 id="title" tabindex="-1">{ "Which kernels does your BPF object load on?" }</h1>
            <p class="sub">{ "Every CO-RE access, attach target, kfunc and struct_ops map is checked against each kernel’s BTF. Nothing is loaded, and files stay on this computer." }</p>
            { remarks(programs, ctx) }
            <div class="px-drop">
                <div><h2>{ "Drop objects and kernels anywhere on this page" }</h2>
                    <p class="sub">{ "A .bpf.o, a program that contains objects, kernels as BTF or ELF, or folders of them." }</p>
                    <p class="acts">{ picker(ctx, "choose-objects", "Choose files", "btn--primary") }</p></div>
                <div><h2>{ "Kernels" }</h2>
                    <ul class="plain">{ for kernels.iter().map(|name| html! { <li><span class="mono">{ name }</span></li> }) }{ for offers(ctx) }</ul>
                    { working(programs) }</div>
            </div>
        </div>
    }
}

/// Kernels that can be added without a file.
fn offers(ctx: &Context<Programs>) -> Vec<Html> {
    let add = |onclick: Callback<MouseEvent>, text: String| {
        html! { <li><button type="button" class="link" {onclick}>{ text }</button></li> }
    };
    let kept = ctx.props().kept.iter().enumerate();
    let kept = kept.map(|(at, kept)| {
        add(
            ctx.link().callback(move |_| Msg::AddKept(at)),
            format!("Add {}", kept.title),
        )
    });
    let bundled = ctx.props().bundled.reform(|_| ());
    kept.chain([add(
        bundled,
        "Add Linux 6.12 (included in this page)".to_owned(),
    )])
    .collect()
}

fn working(programs: &Programs) -> Html {
    html! { <p class="sub" role="status">{ programs.held.working().unwrap_or_default() }</p> }
}

/// Sentences about what could not be added.
fn remarks(programs: &Programs, ctx: &Context<Programs>) -> Html {
    let remarks = programs.held.remarks();
    if remarks.is_empty() {
        return Html::default();
    }
    html! {
        <div class="note note--error" role="alert">
            <ul>{ for remarks.iter().map(|remark| html! { <li>{ remark }</li> }) }</ul>
            <button type="button" class="btn btn--quiet" onclick={ctx.link().callback(|_| Msg::Dismiss)}>{ "Dismiss" }</button>
        </div>
    }
}

/// What is above the table: what passes, more files, files to save.
pub fn bar(programs: &Programs, ctx: &Context<Programs>) -> Html {
    let save = |form: Form, title: &'static str| {
        html! { <button type="button" class="btn" onclick={ctx.link().callback(move |_| Msg::Save(form))}>{ title }</button> }
    };
    let kernels = programs.kernels();
    let remove = kernels.iter().enumerate().map(|(at, name)| {
        html! { <li><button type="button" class="link" onclick={ctx.link().callback(move |_| Msg::RemoveKernel(at))}>{ format!("Remove {name}") }</button></li> }
    });
    html! {
        <div class="sumbar px-bar no-print">
            <div class="vs">
                { picker(ctx, "choose-objects", "Add files", "") }
                <details class="pick"><summary class="btn">{ "Kernels" }</summary>
                    <ul class="plain">{ for offers(ctx) }{ for remove }</ul></details>
                <button type="button" class="btn" onclick={ctx.link().callback(|_| Msg::Clear)}>{ "Remove objects" }</button>
            </div>
            { working(programs) }
            if !programs.rows.is_empty() && !kernels.is_empty() {
                <span class="saves">{ save(Form::Csv, "CSV") }{ save(Form::Json, "JSON") }{ save(Form::Markdown, "Markdown") }{ save(Form::Svg, "SVG") }
                    <button type="button" class="btn" title="C with the types that these objects need of these kernels" onclick={ctx.link().callback(|_| Msg::SaveHeader)}>{ "vmlinux.h" }</button></span>
            }
        </div>
    }
}

/// The sentence above the table.
fn heading(programs: &Programs, kernels: &[String]) -> String {
    match (kernels.len(), programs.rows.is_empty()) {
        (0, _) => "Add a kernel to check on".to_owned(),
        (_, true) => "Checking…".to_owned(),
        (kernels, false) => core_check::heading(&programs.rows, kernels),
    }
}

/// The table with its filters.
pub fn view(programs: &Programs, ctx: &Context<Programs>) -> Html {
    let kernels = programs.kernels();
    let lines = programs.lines();
    let rows = &programs.rows;
    let show = |state: Option<State>, title: &'static str| {
        let count = state.map_or(rows.len(), |state| matrix::count(rows, state));
        let pressed = (programs.narrowed.state == state).to_string();
        html! {
            <button type="button" aria-pressed={pressed} onclick={ctx.link().callback(move |_| Msg::Show(state))}>{ format!("{title} {count}") }</button>
        }
    };
    let oninput = ctx
        .link()
        .batch_callback(|event: InputEvent| typed(&event).map(Msg::Find));
    let passes = |at: usize| {
        if rows.is_empty() {
            return String::new();
        }
        let passing = rows
            .iter()
            .filter(|row| {
                row.cells
                    .get(at)
                    .is_some_and(|cell| cell.state < State::Unknown)
            })
            .count();
        format!("{passing} of {} pass", rows.len())
    };
    html! {
        <>
            <h1 id="title" tabindex="-1">{ heading(programs, &kernels) }</h1>
            { remarks(programs, ctx) }
            if kernels.is_empty() {
                <ul class="plain">{ for offers(ctx) }</ul>
            } else {
                <div class="px-chips no-print">
                    <input id="program-search" class="field" type="search" placeholder="Object, program or member" aria-label="Filter objects, programs or members"
                        autocomplete="off" spellcheck="false" value={programs.narrowed.text.clone()} {oninput} />
                    <span class="seg" role="group" aria-label="Show">
                        { show(None, "All") }{ show(Some(State::Fails), "Fails") }{ show(Some(State::Unknown), "Unknown") }{ show(Some(State::Guarded), "Guarded") }</span>
                </div>
                <div class="px-scroll" role="region" aria-label="Results" tabindex="0">
                    <table class="mx" role="grid" aria-label="Objects and kernels" onkeydown={ctx.link().callback(Msg::Key)}>
                        <thead><tr role="row"><th scope="col" role="columnheader">{ "Object" }</th>
                            { for kernels.iter().enumerate().map(|(at, name)| html! {
                                <th scope="col" role="columnheader" title={name.clone()}>{ title(name) }<br /><span class="kc">{ passes(at) }</span></th>
                            }) }</tr></thead>
                        <tbody>{ for lines.iter().enumerate().map(|(number, line)| row(programs, ctx, &kernels, number, *line)) }</tbody>
                    </table>
                    if lines.is_empty() && !rows.is_empty() {
                        <p class="sub">{ "Nothing fits." }</p>
                    }
                </div>
                <p class="px-legend small">
                    <span><b>{ "✓" }</b>{ " ok: everything resolves" }</span>
                    <span><b>{ "◐" }</b>{ " guarded: something is missing, and the program does not come to it" }</span>
                    <span><b>{ "✕" }</b>{ " fails: libbpf or the verifier stops" }</span>
                    <span><b>{ "?" }</b>{ " unknown: BTF cannot tell" }</span></p>
            }
        </>
    }
}

/// The name of a kernel. What tells the second of a release apart stands first, where no narrow column cuts it.
fn title(name: &str) -> Html {
    let numbered = name.rsplit_once(" (").and_then(|(release, number)| {
        let number = number.strip_suffix(')')?;
        number.parse::<u32>().ok().map(|number| (release, number))
    });
    match numbered {
        Some((release, number)) => html! {
            <><b class="px-nth">{ format!("no. {number}") }</b>{ " " }<span class="mono">{ release }</span></>
        },
        None => html! { <span class="mono">{ name }</span> },
    }
}

fn row(
    programs: &Programs,
    ctx: &Context<Programs>,
    kernels: &[String],
    number: usize,
    line: Line,
) -> Html {
    let Some(row) = programs.rows.get(line.object) else {
        return Html::default();
    };
    let tabindex = |column: usize| {
        if programs.focused == (number, column) {
            "0"
        } else {
            "-1"
        }
    };
    let named = line
        .program
        .and_then(|at| matrix::program_names(row).nth(at));
    let header = match named {
        Some((name, section)) => html! {
            <button type="button" id={id(number, 0)} class="px-name px-sub mono" tabindex={tabindex(0)} title={section.to_owned()} onclick={ctx.link().callback({
                let at = At { object: line.object, program: line.program, kernel: 0 };
                move |_| Msg::Open(at)
            })}>{ name }</button>
        },
        None => {
            let object = line.object;
            let open = programs.open.contains(&object).to_string();
            html! {
                <button type="button" id={id(number, 0)} class="px-name mono" tabindex={tabindex(0)} aria-expanded={open} title={row.object.clone()}
                    onclick={ctx.link().callback(move |_| Msg::Unfold(object))}>{ &row.object }</button>
            }
        }
    };
    let called = named.map_or(row.object.as_str(), |(name, _)| name);
    let cells = row.cells.iter().zip(kernels).enumerate().map(|(kernel, (cell, name))| {
        let at = At {
            object: line.object,
            program: line.program,
            kernel,
        };
        let state = matrix::state(cell, line.program);
        let count = count(cell, line.program, state);
        let selected = (programs.at == Some(at)).to_string();
        let said = match count {
            0 => String::new(),
            1 => ", 1 reason".to_owned(),
            many => format!(", {many} reasons"),
        };
        html! {
            <td role="gridcell" aria-selected={selected}>
                <button type="button" id={id(number, kernel + 1)} class={classes!("mxc", format!("mxc--{}", state.word()))} tabindex={tabindex(kernel + 1)}
                    title={format!("{called} on {name}: {}{said}", state.word())} onclick={ctx.link().callback(move |_| Msg::Open(at))}>
                    <i aria-hidden="true">{ state.sign() }</i><span class="w">{ state.word() }</span>
                    if count > 0 { <span class="c">{ count }</span> }</button></td>
        }
    });
    html! { <tr role="row"><th scope="row" role="rowheader">{ header }</th>{ for cells }</tr> }
}

fn count(cell: &Cell, program: Option<usize>, state: State) -> usize {
    let Some((name, _, _)) = program.and_then(|at| cell.programs.get(at)) else {
        return if state == State::Ok { 0 } else { cell.count() };
    };
    let reasons = cell.reasons.iter();
    reasons
        .filter(|one| one.state == state && one.programs.contains(name))
        .count()
}

/// The value of a field.
fn typed(event: &InputEvent) -> Option<String> {
    let field = event.target_dyn_into::<HtmlInputElement>()?;
    Some(field.value())
}
