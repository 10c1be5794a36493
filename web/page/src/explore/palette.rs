//! One box over everything: types, members, functions, variables, enumerators, views, and actions.

use super::client::ExplorerClient;
use super::list::marked;
use super::offsets::Offsets;
use super::{chip, place};
use crate::browser::{active_element, focus, reveal_nearest};
use explore::questions::FindNames;
use explore::{FoundName, FoundNames, Named};
use protocol::figures::{counted, grouped};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, Node};
use yew::prelude::*;

/// Rows of each group.
const EACH: usize = 4;
const INPUT: &str = "palette-input";
const LIST: &str = "palette-list";

/// A view to go to.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// Its name.
    pub name: &'static str,
    /// Its address.
    pub href: String,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// What it does.
    pub name: String,
    /// Its key, if it has one.
    pub key: &'static str,
    /// Called when it is chosen.
    pub run: Callback<()>,
}

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Who knows the names; none without a result.
    pub client: Option<Rc<ExplorerClient>>,
    pub views: Vec<Way>,
    pub actions: Vec<Action>,
    pub onclose: Callback<()>,
}

/// The box, while it is open.
pub struct Palette {
    text: String,
    found: Vec<FoundNames>,
    /// The text for which names were found.
    found_for: String,
    cursor: usize,
    /// Enter was pressed before the names came.
    opens: bool,
    before: Option<HtmlElement>,
}

pub enum Msg {
    /// Other text.
    Text(String),
    /// Names that fit a text.
    Found(String, Result<Vec<FoundNames>, String>),
    /// A row before or after.
    Move(bool),
    /// Open the row of the cursor.
    Enter,
    /// Open a row.
    Open(usize),
}

/// What a row leads to.
enum Aim {
    Place(String),
    Action(Callback<()>),
}

struct Item {
    group: &'static str,
    swatch: Html,
    label: Html,
    detail: String,
    aim: Aim,
}

impl Component for Palette {
    type Message = Msg;
    type Properties = Props;

    fn create(_: &Context<Palette>) -> Palette {
        Palette {
            text: String::new(),
            found: Vec::new(),
            found_for: String::new(),
            cursor: 0,
            opens: false,
            before: active_element(),
        }
    }

    fn update(&mut self, ctx: &Context<Palette>, msg: Msg) -> bool {
        match msg {
            Msg::Text(text) => {
                self.text = text;
                self.cursor = 0;
                self.opens = false;
                self.ask(ctx);
            }
            // A late answer: the text has changed.
            Msg::Found(text, _) if text != self.text => return false,
            Msg::Found(text, found) => {
                self.found = found.unwrap_or_default();
                self.found_for = text;
                if self.opens {
                    self.open(ctx, self.cursor);
                }
            }
            Msg::Move(down) => {
                let count = self.items(ctx).len();
                if count > 0 {
                    self.cursor = match down {
                        true => (self.cursor + 1) % count,
                        false => (self.cursor + count - 1) % count,
                    };
                }
            }
            Msg::Enter => match self.waits(ctx) {
                true => self.opens = true,
                false => self.open(ctx, self.cursor),
            },
            Msg::Open(at) => self.open(ctx, at),
        }
        true
    }

    fn view(&self, ctx: &Context<Palette>) -> Html {
        let items = self.items(ctx);
        let active = (self.cursor < items.len()).then(|| id(self.cursor));
        let mut groups: Vec<(&'static str, Vec<Html>)> = Vec::new();
        for (at, item) in items.iter().enumerate() {
            let row = self.row(at, item, ctx);
            match groups.last_mut().filter(|(name, _)| *name == item.group) {
                Some((_, rows)) => rows.push(row),
                None => groups.push((item.group, vec![row])),
            }
        }
        let total = |group: &str| {
            let found = self.found.iter().find(|found| found.of.title() == group);
            found
                .filter(|found| found.total as usize > found.best.len())
                .map(|found| {
                    format!(
                        "{} of {}",
                        found.best.len(),
                        grouped(u64::from(found.total))
                    )
                })
        };
        let group = |(name, rows): (&'static str, Vec<Html>)| {
            html! {
                <div role="group" aria-label={name}>
                    <div class="ph" aria-hidden="true"><span>{ name }</span><span>{ total(name) }</span></div>{ for rows }
                </div>
            }
        };
        let oninput = ctx.link().batch_callback(|event: InputEvent| {
            let input = event.target()?.dyn_into::<HtmlInputElement>().ok()?;
            Some(Msg::Text(input.value()))
        });
        let onkeydown = ctx.link().batch_callback(|event: KeyboardEvent| {
            let msg = match event.key().as_str() {
                "ArrowDown" => Msg::Move(true),
                "ArrowUp" => Msg::Move(false),
                "Enter" => Msg::Enter,
                // The box alone takes the focus; what is behind it is not to be reached.
                "Tab" => Msg::Move(!event.shift_key()),
                _ => return None,
            };
            event.prevent_default();
            Some(msg)
        });
        // Whatever else gets the focus has the user's attention.
        let onfocusout = {
            let close = ctx.props().onclose.clone();
            Callback::from(move |event: FocusEvent| {
                let node = |target: Option<web_sys::EventTarget>| {
                    target.and_then(|target| target.dyn_into::<Node>().ok())
                };
                let (to, list) = (node(event.related_target()), crate::browser::element(LIST));
                let inside = list.is_some_and(|list| list.contains(to.as_ref()));
                if to.is_some() && !inside {
                    close.emit(());
                }
            })
        };
        let said = match (self.text.trim().is_empty(), items.len() as u64) {
            (true, _) => String::new(),
            (false, 0) if self.waits(ctx) => String::new(),
            (false, count) => counted(count, "result", "results"),
        };
        html! {
            <div class="pal" role="dialog" aria-modal="true" aria-label="Find anything" {onfocusout}>
                <div class="in">
                    <input id={INPUT} type="text" role="combobox" aria-expanded="true" aria-controls={LIST} aria-autocomplete="list"
                        aria-activedescendant={active} aria-label="Find types, members, functions, views, and actions"
                        placeholder="Find types, members, functions, views; > for actions" autocomplete="off" spellcheck="false"
                        value={self.text.clone()} {oninput} {onkeydown} />
                    <kbd>{ "Esc" }</kbd>
                </div>
                <div id={LIST} role="listbox" aria-label="Results" class="found">{ for groups.into_iter().map(group) }
                    if items.is_empty() && !self.waits(ctx) { <p class="none">{ "Nothing has this name." }</p> }</div>
                <p class="vh" role="status">{ said }</p>
                <p class="keys small dim" aria-hidden="true"><kbd>{ "↑" }</kbd>{ " " }<kbd>{ "↓" }</kbd>{ " choose  " }<kbd>{ "Enter" }</kbd>{ " open  " }<kbd>{ ">" }</kbd>{ " actions only" }</p>
            </div>
        }
    }

    fn rendered(&mut self, _: &Context<Palette>, first: bool) {
        if first {
            focus(INPUT);
        }
        reveal_nearest(&id(self.cursor));
    }

    fn destroy(&mut self, _: &Context<Palette>) {
        // Who pressed elsewhere has chosen where the focus is.
        let inside = active_element()
            .is_none_or(|active| active.id() == INPUT || active.tag_name() == "BODY");
        if let Some(before) = self.before.take().filter(|_| inside) {
            let _ = before.focus();
        }
    }
}

impl Palette {
    fn ask(&self, ctx: &Context<Palette>) {
        let text = self.text.clone();
        if let Some(client) = ctx.props().client.as_ref().filter(|_| self.wants_names()) {
            let question = FindNames {
                text: text.clone(),
                each: EACH as u32,
            };
            let then = ctx
                .link()
                .callback(move |found| Msg::Found(text.clone(), found));
            client.ask(question, then);
        }
    }

    fn wants_names(&self) -> bool {
        !self.text.trim().is_empty() && !self.text.starts_with('>')
    }

    /// Whether the names are not those of the text yet.
    fn waits(&self, ctx: &Context<Palette>) -> bool {
        ctx.props().client.is_some() && self.wants_names() && self.found_for != self.text
    }

    /// All rows, in order.
    fn items(&self, ctx: &Context<Palette>) -> Vec<Item> {
        let offsets = ctx.link().context::<Offsets>(Callback::noop());
        let offsets = offsets.map(|(offsets, _)| offsets);
        let mut items = Vec::new();
        if self.wants_names() {
            for found in &self.found {
                let best = found.best.iter();
                items.extend(best.map(|one| name(found.of, one, offsets.as_ref())));
            }
        }
        let Props {
            views,
            actions,
            client,
            ..
        } = ctx.props();
        if let Some(client) = client.as_ref().filter(|_| self.text.is_empty()) {
            let shown = place::named("type");
            let recent = client.recent().into_iter();
            let others = recent.filter(|(address, _)| shown.as_ref() != Some(address));
            items.extend(others.map(|(address, kind)| Item {
                group: "Recent",
                swatch: chip::swatch(kind),
                label: html! { <span class="mono">{ address.to_string().replacen('/', " ", 1) }</span> },
                detail: String::new(),
                aim: Aim::Place(place::href(&address)),
            }));
        }
        let text = self.text.trim_start_matches('>').trim().to_lowercase();
        let fits = |name: &str| name.to_lowercase().contains(&text);
        let views = views
            .iter()
            .filter(|way| !self.text.starts_with('>') && fits(way.name));
        items.extend(views.map(|way| Item {
            group: "Views",
            swatch: sign("→"),
            label: html! { { way.name } },
            detail: String::new(),
            aim: Aim::Place(way.href.clone()),
        }));
        let actions = actions.iter().filter(|action| fits(&action.name));
        items.extend(actions.map(|action| Item {
            group: "Actions",
            swatch: sign(">"),
            label: html! { { &action.name } },
            detail: action.key.to_owned(),
            aim: Aim::Action(action.run.clone()),
        }));
        items
    }

    fn row(&self, at: usize, item: &Item, ctx: &Context<Palette>) -> Html {
        // The focus stays in the box.
        let onmousedown = Callback::from(|event: MouseEvent| event.prevent_default());
        let onclick = ctx.link().callback(move |_| Msg::Open(at));
        let selected = (at == self.cursor).to_string();
        html! {
            <div id={id(at)} class="po" role="option" aria-selected={selected} {onmousedown} {onclick}>
                { item.swatch.clone() }<span class="t">{ item.label.clone() }</span><span class="d">{ &item.detail }</span></div>
        }
    }

    fn open(&self, ctx: &Context<Palette>, at: usize) {
        let Some(item) = self.items(ctx).into_iter().nth(at) else {
            return;
        };
        ctx.props().onclose.emit(());
        match item.aim {
            Aim::Place(href) => place::go(&href),
            Aim::Action(run) => run.emit(()),
        }
    }
}

fn id(at: usize) -> String {
    format!("found-{at}")
}

fn sign(sign: &'static str) -> Html {
    html! { <span class="sw none" aria-hidden="true">{ sign }</span> }
}

/// The row of a name.
fn name(of: Named, found: &FoundName, offsets: Option<&Offsets>) -> Item {
    let row = &found.row;
    let word = match row.address.word.as_str() {
        word @ ("struct" | "union" | "enum") => format!("{word} "),
        _ => String::new(),
    };
    let label = match &row.by {
        Some(by) => {
            html! { <span class="mono"><span class="dim">{ &row.name }{ "." }</span>{ marked(by, &row.marks) }</span> }
        }
        None => {
            html! { <span class="mono"><span class="dim">{ word }</span>{ marked(&row.name, &row.marks) }</span> }
        }
    };
    let at =
        |offset: u64| offsets.map_or_else(|| offset.to_string(), |offsets| offsets.text(offset));
    let detail = match (of, found.offset, row.size) {
        (Named::Member, Some(offset), _) => format!("{}, offset {}", found.declared, at(offset)),
        (Named::Type, _, Some(size)) => counted(size, "byte", "bytes"),
        _ => found.declared.clone(),
    };
    Item {
        group: of.title(),
        swatch: chip::swatch(row.kind),
        label,
        detail,
        aim: Aim::Place(place::member(&row.address, row.by.as_deref())),
    }
}
