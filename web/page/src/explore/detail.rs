//! Draws one type: definition, bytes, users, units.

use super::copy_link::CopyLink;
use super::inline_sites::InlineSites;
use super::save::ending;
use super::types::{Msg, Tab, Types};
use super::{chip, code, definition, folders, place};
use explore::copy_as::CopyForm;
use explore::export::Form;
use explore::questions::Export;
use explore::{Card, Filling, UseKind, UseRow};
use protocol::figures::{bytes_text, counted, grouped};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

pub fn view(types: &Types, card: &Rc<Card>, ctx: &Context<Types>) -> Html {
    let users: u32 = card.users.iter().map(|(_, count)| count).sum();
    // Functions are generated once per file, and hardly anything refers to one: parts without content are left out.
    let is_part =
        |tab: Tab, count: u32| count > 0 || card.kind != btf::Kind::Func || types.tab == tab;
    let tabs = [
        Some((
            Tab::Layout,
            if card.memory.is_some() {
                "Layout"
            } else {
                "Definition"
            },
            None,
        )),
        Some((Tab::Users, "Used by", Some(u64::from(users))))
            .filter(|_| is_part(Tab::Users, users)),
        (card.inlined_at.filter(|sites| *sites > 0))
            .map(|sites| (Tab::Sites, "Inlined at", Some(u64::from(sites)))),
        card.copies
            .filter(|copies| is_part(Tab::Copies, *copies))
            .map(|copies| (Tab::Copies, "Copies before dedup", Some(u64::from(copies)))),
        Some((Tab::Raw, "Raw", None)),
    ];
    let tab = |(tab, title, count): (Tab, &'static str, Option<u64>)| {
        let selected = types.tab == tab;
        html! {
            <button type="button" role="tab" id={tab_id(tab)} aria-selected={selected.to_string()} aria-controls="type-part"
                tabindex={if selected { "0" } else { "-1" }} onclick={ctx.link().callback(move |_| Msg::Tab(tab))}>
                { title }if let Some(count) = count { <span class="count">{ grouped(count) }</span> }
            </button>
        }
    };
    let present: Vec<Tab> = tabs.iter().flatten().map(|(tab, ..)| *tab).collect();
    let onkeydown = {
        let (present, shown) = (present, types.tab);
        ctx.link().batch_callback(move |event: KeyboardEvent| {
            let at = present.iter().position(|tab| *tab == shown)?;
            let next = match event.key().as_str() {
                "ArrowRight" => (at + 1) % present.len(),
                "ArrowLeft" => (at + present.len() - 1) % present.len(),
                _ => return None,
            };
            event.prevent_default();
            let next = *present.get(next)?;
            crate::browser::focus(tab_id(next));
            Some(Msg::Tab(next))
        })
    };
    html! {
        <article aria-labelledby="title">
            { head(types, card, ctx) }
            <div class="tabs tabs--sub" role="tablist" aria-label="Parts of the type" onkeydown={onkeydown}>
                { for tabs.into_iter().flatten().map(tab) }
            </div>
            <div id="type-part" role="tabpanel" aria-labelledby={tab_id(types.tab)}>
                { match types.tab {
                    Tab::Layout => definition::view(types, card, ctx),
                    Tab::Users => users_part(types, card, ctx),
                    Tab::Sites => html! { <InlineSites client={ctx.props().client.clone()} of={card.address.clone()} /> },
                    Tab::Copies => copies(types, card),
                    Tab::Raw => html! { <pre class="code raw" tabindex="0">{ code::raw(card.raw.trim_end()) }</pre> },
                } }
            </div>
        </article>
    }
}

fn tab_id(tab: Tab) -> &'static str {
    match tab {
        Tab::Layout => "tab-layout",
        Tab::Users => "tab-users",
        Tab::Sites => "tab-sites",
        Tab::Copies => "tab-copies",
        Tab::Raw => "tab-raw",
    }
}

fn head(types: &Types, card: &Card, ctx: &Context<Types>) -> Html {
    let lab = {
        let name = card.title.clone();
        ctx.props().to_lab.reform(move |_: MouseEvent| name.clone())
    };
    let is_defined =
        card.kind.is_composite() || card.kind.is_any_enum() || card.kind == btf::Kind::Typedef;
    // The laboratory takes types of the kernel's units only.
    let can_lab = is_defined && ctx.props().client.module().is_none();
    let file = |ending: &str| format!("{}.{ending}", stem(card));
    let save = |what: Export, name: String| {
        ctx.link()
            .callback(move |_| Msg::Save(what.clone(), name.clone()))
    };
    let header = save(Export::Header(card.address.clone()), file("h"));
    let picture = |ending: &str| {
        let onclick = save(Export::Picture(card.address.clone()), file(ending));
        let title = format!("The bytes as a picture ({})", ending.to_uppercase());
        html! { <button type="button" class="btn" {title} {onclick}>{ ending.to_uppercase() }</button> }
    };
    // A history knows types by their names, and those of the kernel alone.
    let can_history = ctx.props().has_history
        && ctx.props().client.module().is_none()
        && card.address.word != "type";
    let can_header = is_defined || card.kind == btf::Kind::Func;
    html! {
        <header class="type-head">
            <a class="back only-narrow" href="#/types">{ "All types" }</a>
            <h1 id="title" tabindex="-1">{ chip::swatch(card.kind) }{ &card.title }</h1>
            { facts(card, can_history) }
            { namesakes(card) }
            if card.only_inline {
                <p class="note">{ ".BTF has no FUNC for this function: every call was inlined, or the function was left out. BPF programs cannot attach to it." }</p>
            }
            if !types.unknown.is_empty() {
                <p class="note note--warn" role="status">{ types.unknown.join(" ") }</p>
            }
            <div class="acts">
                <button type="button" class="btn" onclick={ctx.link().callback(|_| Msg::Copy)}>{ if types.copied { "Copied" } else { "Copy C" } }</button>
                { copy_menu(types, card, ctx) }
                if can_header { <button type="button" class="btn" title="This type and what it needs, as a header that compiles" onclick={header}>{ "C header" }</button> }
                if card.memory.is_some() { { picture("svg") }{ picture("png") } }
                <CopyLink of={AttrValue::from(types.type_address())} to={"this type"} />
                if can_lab { <button type="button" class="btn" onclick={lab}>{ "Open in the lab" }</button> }
            </div>
            if let Some(cause) = &ctx.props().not_to_lab { <p class="warn small" role="alert">{ cause }</p> }
        </header>
    }
}

/// The forms that a type has for other programs; of the chosen member, the expression that reads it.
fn copy_menu(types: &Types, card: &Card, ctx: &Context<Types>) -> Html {
    let mut forms = Vec::new();
    if card.memory.is_some() {
        forms.extend([
            ("pahole’s form, with offsets".to_owned(), CopyForm::Pahole),
            ("Markdown table".to_owned(), CopyForm::Markdown),
            ("Rust struct, #[repr(C)]".to_owned(), CopyForm::Rust),
            ("Go struct".to_owned(), CopyForm::Go),
        ]);
        if let Some(member) = types.member().map(str::to_owned) {
            forms.push((
                format!("BPF_CORE_READ of {member}"),
                CopyForm::CoreRead(member),
            ));
        }
    } else if card.kind == btf::Kind::Func {
        forms.extend([
            ("fentry program".to_owned(), CopyForm::Fentry),
            ("fexit program".to_owned(), CopyForm::Fexit),
            ("kfunc declaration".to_owned(), CopyForm::Kfunc),
        ]);
    } else if card.address.name.starts_with("btf_trace_") {
        forms.push(("tp_btf program".to_owned(), CopyForm::TpBtf));
    }
    if forms.is_empty() {
        return Html::default();
    }
    let entry = |(title, form): (String, CopyForm)| {
        let onclick = (ctx.link()).callback(move |_: MouseEvent| Msg::CopyAs(form.clone()));
        html! { <li><button type="button" class="link" {onclick}>{ title }</button></li> }
    };
    html! {
        <details class="pick" key={card.address.to_string()}><summary class="btn">{ "Copy as" }</summary>
            <ul class="plain">{ for forms.into_iter().map(entry) }
                if card.memory.is_some() && types.member().map(str::to_owned).is_none() { <li class="dim small">{ "Select a member for its BPF_CORE_READ." }</li> }</ul></details>
    }
}

/// The type's name as the start of a file's name.
fn stem(card: &Card) -> String {
    let safe = |c: char| {
        if c.is_alphanumeric() || c == '_' {
            c
        } else {
            '_'
        }
    };
    card.address.name.chars().map(safe).collect()
}

fn facts(card: &Card, can_history: bool) -> Html {
    let fact =
        |figure: String, what: &str| html! { <span><b>{ figure }</b>{ format!(" {what}") }</span> };
    let memory = card.memory.as_ref();
    let word =
        |count: u64, one: &'static str, many: &'static str| if count == 1 { one } else { many };
    // The picture draws those inside anonymous members too.
    let nested = memory.map_or(0, |memory| {
        let blocks = memory.picture.blocks.iter();
        let drawn = blocks.filter(|block| matches!(block.filling, Filling::Hole));
        (drawn.count() as u64).saturating_sub(memory.holes)
    });
    html! {
        <p class="facts">
            if let Some(size) = card.size { { fact(grouped(size), word(size, "byte", "bytes")) } }
            if let Some(memory) = memory {
                { fact(grouped(memory.lines), word(memory.lines, "cache line", "cache lines")) }
                { fact(grouped(memory.members), word(memory.members, "member", "members")) }
                if memory.holes > 0 {
                    { fact(grouped(memory.holes), &format!("{}, {}", word(memory.holes, "hole", "holes"), counted(memory.hole_bytes, "byte", "bytes"))) }
                }
                if nested > 0 {
                    { fact(grouped(nested), &format!("{} in anonymous members", word(nested, "hole", "holes"))) }
                }
                if memory.hole_bits > 0 { { fact(grouped(memory.hole_bits), "bits unused") } }
                if memory.padding > 0 { { fact(grouped(memory.padding), "bytes of padding") } }
                if let Some(best) = memory.reordered {
                    <span title="Members sorted by alignment; bitfields stay together"><b>{ grouped(best) }</b>{ " bytes if reordered" }</span>
                }
            }
            <span class="dim">{ "BTF id " }<span class="mono">{ card.id }</span></span>
            if can_history {
                <a href={place::history(&card.address)} title="What it is in other kernels">{ "History of this type" }</a>
            }
        </p>
    }
}

/// Other types of the name.
fn namesakes(card: &Card) -> Html {
    if card.namesakes.is_empty() && card.forwards == 0 {
        return Html::default();
    }
    let others = card
        .namesakes
        .iter()
        .filter(|other| **other != card.address);
    html! {
        <p class="note note--warn namesakes">
            if !card.namesakes.is_empty() {
                <span>{ format!("{} definitions have this name. ", card.namesakes.len()) }
                    <a href={place::why(&card.address)}>{ "Why were they not merged?" }</a>{ " See also: " }
                    { for others.map(|other| html! { <><a class="mono" href={place::href(other)}>{ other.to_string() }</a>{ " " }</> }) }</span>
            }
            if card.forwards > 0 {
                <span>{ format!("{} could not be resolved: more than one type has that name.",
                    counted(u64::from(card.forwards), "forward declaration", "forward declarations")) }</span>
            }
        </p>
    }
}

fn users_part(types: &Types, card: &Card, ctx: &Context<Types>) -> Html {
    if card.users.is_empty() {
        return html! { <p class="sub empty">{ "No other type uses it." }</p> };
    }
    let all: u32 = card.users.iter().map(|(_, count)| count).sum();
    let filters = !types.uses_text.is_empty();
    let found = |kind: UseKind| types.uses.iter().find(|(there, _)| *there == kind);
    let total = match filters {
        false => all,
        true => types.uses.iter().map(|(_, uses)| uses.total).sum(),
    };
    let section = |(kind, count): &(UseKind, u32)| {
        let kind = *kind;
        let shown = found(kind);
        let rows = shown
            .map(|(_, uses)| uses.rows.as_slice())
            .unwrap_or_default();
        let of_kind = shown.map_or(*count, |(_, uses)| uses.total);
        let left = (of_kind as usize).saturating_sub(rows.len());
        if filters && of_kind == 0 {
            return Html::default();
        }
        html! {
            <section class="sec">
                <h2>{ kind.title() }<span>{ grouped(u64::from(of_kind)) }</span></h2>
                <ul class="uses">{ for rows.iter().map(use_row) }</ul>
                if left > 0 && !rows.is_empty() {
                    <button type="button" class="btn" onclick={ctx.link().callback(move |_| Msg::MoreUses(kind))}>
                        { format!("Show more of the other {}", grouped(left as u64)) }</button>
                }
            </section>
        }
    };
    let oninput = ctx.link().batch_callback(|event: InputEvent| {
        let input = event.target()?.dyn_into::<HtmlInputElement>().ok()?;
        Some(Msg::UsesText(input.value()))
    });
    let save = |form: Form, title: &'static str| {
        let what = Export::Uses(card.address.clone(), types.uses_text.clone(), form);
        let name = format!("{}-users.{}", stem(card), ending(form));
        let onclick = ctx
            .link()
            .callback(move |_| Msg::Save(what.clone(), name.clone()));
        html! { <button type="button" class="link small" title={format!("Save these uses as {title}")} {onclick}>{ title }</button> }
    };
    html! {
        <div class="users">
            <div class="uses-head">
                <input class="field" type="search" aria-label="Filter the users" placeholder="Filter by name" autocomplete="off" spellcheck="false"
                    value={types.uses_text.clone()} {oninput} />
                <p role="status">{ match filters {
                    true => format!("{} of {}", grouped(u64::from(total)), counted(u64::from(all), "use", "uses")),
                    false => counted(u64::from(all), "use", "uses"),
                } }</p>
                <span class="saves"><span class="small dim" aria-hidden="true">{ "Save as" }</span>{ save(Form::Csv, "CSV") }{ save(Form::Json, "JSON") }</span>
            </div>
            { for card.users.iter().map(section) }
        </div>
    }
}

fn use_row(row: &UseRow) -> Html {
    html! {
        <li>{ chip::address(&row.user) }<a class="mono" href={place::member(&row.user, row.member.as_deref())}>{ &row.text }</a>
            if row.pointer { <span class="dim small">{ "pointer" }</span> }</li>
    }
}

fn copies(types: &Types, card: &Card) -> Html {
    let copies = card.copies.unwrap_or(0);
    let said = match copies {
        0 => {
            "Functions, variables and sections are generated once per file, so they have no copies."
                .to_owned()
        }
        1 => "Only one unit has this type, so there was nothing to merge.".to_owned(),
        many => format!(
            "{} copies became {}; that saved {}.",
            grouped(u64::from(many)),
            match card.namesakes.len() {
                0 => "one",
                _ => "this one",
            },
            bytes_text(card.saved.unwrap_or(0))
        ),
    };
    html! {
        <div class="copies">
            <p class="lead">{ said }</p>
            if let Some(folders) = &types.units { { folders::view(folders.iter().cloned(), copies) } }
        </div>
    }
}
