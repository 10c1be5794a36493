//! A type in several kernels, as a table.

use super::client::ExplorerClient;
use super::place;
use crate::browser::{focus, save_text, set_title, window};
use explore::Address;
use explore::export;
use explore::history::{Cell, History as Table, HistoryRow, Step, Version};
use explore::questions::VersionOf;
use gloo_events::EventListener;
use protocol::figures::{counted, grouped};
use protocol::text::sentence;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// A kernel, and where its types are asked about.
#[derive(Clone, PartialEq)]
pub struct Column {
    pub called: String,
    pub client: Rc<ExplorerClient>,
}

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The kernels, in the order of their columns.
    pub columns: Vec<Column>,
    /// The buttons that add and remove kernels.
    pub children: Html,
}

pub struct History {
    /// The type that is asked about.
    name: String,
    versions: Vec<Option<Version>>,
    table: Option<Table>,
    failed: Option<String>,
    /// Answers to earlier questions are late.
    asked: u32,
    /// Kernels that have not answered.
    waiting: usize,
    seen: place::Seen,
    _listener: EventListener,
}

pub enum Msg {
    /// The address has changed.
    Routed,
    /// The name is being typed.
    Typed(String),
    /// It is the one that is meant.
    Ask,
    /// The answer of a column.
    Answered(u32, usize, Result<Option<Version>, String>),
    Save(&'static str),
}

impl Component for History {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<History>) -> History {
        set_title("History");
        let link = ctx.link().clone();
        let mut history = History {
            name: addressed().unwrap_or_default(),
            versions: Vec::new(),
            table: None,
            failed: None,
            asked: 0,
            waiting: 0,
            seen: place::Seen::default(),
            _listener: EventListener::new(&window(), "hashchange", move |_| {
                link.send_message(Msg::Routed);
            }),
        };
        history.seen.read();
        history.ask(ctx);
        history
    }

    fn changed(&mut self, ctx: &Context<History>, old: &Props) -> bool {
        if ctx.props().columns != old.columns {
            self.ask(ctx);
        }
        true
    }

    fn update(&mut self, ctx: &Context<History>, msg: Msg) -> bool {
        match msg {
            Msg::Routed => {
                self.seen.read();
                let name = addressed();
                match name.filter(|name| *name != self.name) {
                    Some(name) => self.name = name,
                    None => return false,
                }
                self.ask(ctx);
            }
            Msg::Typed(name) => {
                self.name = name;
                return false;
            }
            Msg::Ask => self.ask(ctx),
            Msg::Answered(asked, ..) if asked != self.asked => return false,
            Msg::Answered(_, at, Ok(version)) => {
                self.waiting = self.waiting.saturating_sub(1);
                if let Some(place) = self.versions.get_mut(at) {
                    *place = version;
                }
                let columns = ctx.props().columns.iter();
                let versions = columns.zip(&self.versions);
                let versions: Vec<(String, Option<Version>)> = versions
                    .map(|(column, version)| (column.called.clone(), version.clone()))
                    .collect();
                self.table = Table::of(&versions);
                self.put_into_address();
            }
            Msg::Answered(_, _, Err(cause)) => self.failed = Some(sentence(&cause)),
            Msg::Save(form) => {
                let Some(table) = &self.table else {
                    return false;
                };
                let (text, kind) = match form {
                    "csv" => (table.csv(), "text/csv"),
                    "md" => (table.markdown(), "text/markdown"),
                    _ => (export::json(table), "application/json"),
                };
                let stem = table.title.replace(' ', "-");
                // A browser that does not save says so itself.
                let _ = save_text(&format!("{stem}-history.{form}"), kind, &text);
                return false;
            }
        }
        true
    }

    fn view(&self, ctx: &Context<History>) -> Html {
        let oninput = ctx.link().batch_callback(|event: InputEvent| {
            let field: HtmlInputElement = event.target()?.dyn_into().ok()?;
            Some(Msg::Typed(field.value()))
        });
        let onchange = ctx.link().callback(|_: Event| Msg::Ask);
        let save = |form: &'static str, title: &'static str| {
            html! { <button type="button" class="btn" onclick={ctx.link().callback(move |_| Msg::Save(form))}>{ title }</button> }
        };
        html! {
            <>
                <div class="sumbar">
                    { ctx.props().children.clone() }
                    if self.table.is_some() { <span class="saves">{ save("csv", "CSV") }{ save("md", "Markdown") }{ save("json", "JSON") }</span> }
                </div>
                <div class="history">
                    <h1 id="title" tabindex="-1">{ self.table.as_ref().map_or("A type in several kernels", |table| &*table.title) }</h1>
                    <p><label for="history-name">{ "Type or function" }</label>{ " " }
                        <input id="history-name" class="field" type="search" placeholder="struct sk_buff" autocomplete="off" spellcheck="false" value={self.name.clone()} {oninput} {onchange} /></p>
                    if let Some(cause) = &self.failed {
                        <p class="warn" role="alert">{ cause }</p>
                    } else if let Some(table) = &self.table {
                        { draw(table) }
                    } else if self.name.trim().is_empty() {
                        <p class="sub">{ "Each row is a member, parameter or enumerator; each column a kernel. Add kernels, or drop their files here, then name a type." }</p>
                    } else if self.waiting == 0 {
                        <p class="sub" role="status">{ format!("No kernel here has {}.", self.name.trim()) }</p>
                    }
                </div>
            </>
        }
    }

    fn rendered(&mut self, _: &Context<History>, first: bool) {
        if first {
            focus("title");
        }
    }
}

impl History {
    fn ask(&mut self, ctx: &Context<History>) {
        let columns = &ctx.props().columns;
        self.asked += 1;
        self.versions = vec![None; columns.len()];
        self.table = None;
        self.failed = None;
        self.waiting = 0;
        if self.name.trim().is_empty() {
            return;
        }
        self.waiting = columns.len();
        for (at, column) in columns.iter().enumerate() {
            let asked = self.asked;
            let then = (ctx.link()).callback(move |version| Msg::Answered(asked, at, version));
            column.client.ask(VersionOf(self.name.clone()), then);
        }
    }

    /// Puts the type that was found into the address, so that a link to it can be copied.
    fn put_into_address(&mut self) {
        let title = self.table.as_ref().map(|table| &table.title);
        let Some((word, name)) = title.and_then(|title| title.split_once(' ')) else {
            return;
        };
        if addressed().is_some() {
            let address = place::history(&Address {
                word: word.to_owned(),
                name: name.to_owned(),
                nth: 1,
            });
            self.seen.replace(&address);
        }
    }
}

/// The type in the address, as one types it; empty without one, `None` in another view.
fn addressed() -> Option<String> {
    match place::named("history") {
        Some(address) => Some(format!("{} {}", address.word, address.name)),
        None => place::is("history").then(String::new),
    }
}

fn draw(table: &Table) -> Html {
    let size = |size: &Option<u64>| html! { <td>{ size.map_or("–".to_owned(), grouped) }</td> };
    html! {
        <div class="history-scroll" tabindex="0" role="region" aria-label="History">
            <table class="hs" aria-label={format!("{} in {}", table.title, counted(table.kernels.len() as u64, "kernel", "kernels"))}>
                <thead><tr><th scope="col">{ table.rows_are() }</th>{ for table.kernels.iter().map(|kernel| html! { <th scope="col">{ kernel }</th> }) }</tr></thead>
                <tbody>
                    if table.sizes.iter().any(Option::is_some) { <tr><th scope="row">{ "(size)" }</th>{ for table.sizes.iter().map(size) }</tr> }
                    { for table.rows.iter().map(row) }
                </tbody>
            </table>
        </div>
    }
}

fn row(row: &HistoryRow) -> Html {
    let first = row.cells.iter().position(Option::is_some);
    let cells = row.cells.iter().enumerate();
    let cells = cells.map(|(at, cell)| cell_of(cell.as_ref(), first == Some(at)));
    html! { <tr><th scope="row">{ &row.name }</th>{ for cells }</tr> }
}

fn cell_of(cell: Option<&Cell>, is_first: bool) -> Html {
    let Some(cell) = cell else {
        return html! { <td class="absent">{ "–" }<span class="vh">{ "absent" }</span></td> };
    };
    let class = match cell.step {
        Step::New => "new",
        Step::Changed => "chg",
        Step::Same | Step::Moved => "",
    };
    let tells = is_first || !class.is_empty() || cell.at.is_empty();
    html! {
        <td {class} title={cell.text.clone()}>{ cell.step.sign() }{ &cell.at }
            if tells && !cell.text.is_empty() { <span class="decl">{ " " }{ &cell.text }</span> }</td>
    }
}
