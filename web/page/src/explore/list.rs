//! The list: search, conditions, and rows of which only those in view are there.

mod outcome;

pub use outcome::unread;

use super::copy_link::CopyLink;
use super::save::ending;
use super::types::{Msg, Types};
use super::{chip, chips};
use explore::export::Form;
use explore::questions::Export;
use explore::{Field, Filter, Group, Match, Order, Page, Query, Row};
use protocol::conditions::conditions;
use protocol::figures::{bytes_text, grouped};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// How many rows are loaded before and after those in view.
const MARGIN: u32 = 30;
/// How many rows are loaded before the list was measured.
const FIRST: u32 = 56;

/// Which rows are in view.
#[derive(Clone)]
pub struct Rows {
    pub place: NodeRef,
    /// The row of the cursor.
    pub cursor: u32,
    from: u32,
    count: u32,
    /// Height of a row in pixels.
    pub height: f64,
    /// Whether the height was measured: asking the browser makes it lay out the page.
    measured: bool,
}

impl Default for Rows {
    fn default() -> Rows {
        Rows {
            place: NodeRef::default(),
            cursor: 0,
            from: 0,
            count: FIRST,
            height: 28.0,
            measured: false,
        }
    }
}

/// Which rows of the list are loaded.
#[derive(Clone, Copy)]
pub struct Span {
    /// How many rows the whole list has.
    pub total: u32,
    /// The number of the first row that is loaded.
    pub from: u32,
    /// How many rows are loaded.
    pub count: u32,
}

impl Span {
    /// Of a page of types.
    pub fn of(page: &Page) -> Span {
        Span {
            total: page.total,
            from: page.from,
            count: page.rows.len() as u32,
        }
    }
}

/// What a key did.
pub enum Moved {
    /// The key has no meaning here.
    No,
    /// The cursor went to another row.
    To,
    /// The key opens this row.
    Opens(u32),
}

impl Rows {
    /// Which rows to load: the first, and how many.
    pub fn window(&self) -> (u32, u32) {
        (self.from, self.count)
    }

    /// Back to the first row.
    pub fn home(&mut self) {
        self.cursor = 0;
        self.from = 0;
        if let Some(element) = self.place.cast::<Element>() {
            element.set_scroll_top(0);
        }
    }

    /// Reads the scroll position. Returns whether other rows must be loaded.
    pub fn scrolled(&mut self, there: Span) -> bool {
        let Some(element) = self.place.cast::<Element>() else {
            return false;
        };
        let first = (f64::from(element.scroll_top()) / self.height) as u32;
        let seen = (f64::from(element.client_height()) / self.height) as u32 + 1;
        let last = (first + seen).min(there.total);
        if first >= there.from && last <= there.from + there.count {
            return false;
        }
        self.from = first.saturating_sub(MARGIN);
        self.count = seen + 2 * MARGIN;
        true
    }

    /// Measures a row, unless that was done.
    pub fn measure(&mut self) {
        if self.measured {
            return;
        }
        let row = self.place.cast::<Element>();
        let row = row.and_then(|place| place.query_selector("[role=option]").ok().flatten());
        let height = row.map(|row| row.get_bounding_client_rect().height());
        if let Some(height) = height.filter(|height| *height > 1.0) {
            self.height = height;
            self.measured = true;
        }
    }

    /// Measures again when there are rows: the window is another.
    pub fn resized(&mut self) {
        self.measured = false;
    }

    /// Moves by a key.
    pub fn key(&mut self, event: &KeyboardEvent, there: Span) -> Moved {
        let Some(last) = there.total.checked_sub(1) else {
            return Moved::No;
        };
        let Some(element) = self.place.cast::<Element>() else {
            return Moved::No;
        };
        let seen = (f64::from(element.client_height()) / self.height) as u32;
        self.cursor = match event.key().as_str() {
            "ArrowDown" => (self.cursor + 1).min(last),
            "ArrowUp" => self.cursor.saturating_sub(1),
            "PageDown" => (self.cursor + seen).min(last),
            "PageUp" => self.cursor.saturating_sub(seen),
            "Home" => 0,
            "End" => last,
            "Enter" => {
                event.prevent_default();
                return Moved::Opens(self.cursor);
            }
            _ => return Moved::No,
        };
        event.prevent_default();
        self.show_cursor(&element, false);
        Moved::To
    }

    /// Moves the cursor to a row, and the list so that it is in view.
    pub fn go(&mut self, row: u32) {
        self.cursor = row;
        if let Some(element) = self.place.cast::<Element>() {
            self.show_cursor(&element, true);
        }
    }

    /// Scrolls to the cursor: to the nearest place where it is in view, or to the middle if it is not.
    fn show_cursor(&self, element: &Element, in_middle: bool) {
        let top = f64::from(self.cursor) * self.height;
        let (above, below) = (
            f64::from(element.scroll_top()),
            f64::from(element.scroll_top() + element.client_height()),
        );
        let is_hidden = top < above || top + self.height > below;
        if is_hidden && in_middle {
            let room = f64::from(element.client_height()) - self.height;
            element.set_scroll_top((top - room / 2.0).max(0.0) as i32);
        } else if top < above {
            element.set_scroll_top(top as i32);
        } else if is_hidden {
            let to = top + self.height - f64::from(element.client_height());
            element.set_scroll_top(to.ceil() as i32);
        }
    }
}

pub fn view(types: &Types, ctx: &Context<Types>) -> Html {
    let query = &types.query;
    let set = |change: fn(&mut Query, String)| {
        let query = query.clone();
        ctx.link().callback(move |event: InputEvent| {
            let mut query = query.clone();
            change(&mut query, typed(&event));
            Msg::Query(query)
        })
    };
    let is_empty = query.text.is_empty();
    let placeholder = match query.field {
        Field::Name | Field::Signature => "Search types (/)",
        Field::Member => "Search members (/)",
        Field::Enumerator => "Search enumerators (/)",
        Field::Parameter => "Search parameters (/)",
    };
    let set_conditions = conditions(query, ctx.props().client.module());
    html! {
        <div class="finder">
            { super::scope::view(&ctx.props().client, &ctx.props().leave) }
            <div class="q">
                <input id="type-search" class="field" type="search" aria-label="Search types" placeholder={placeholder}
                    autocomplete="off" spellcheck="false" value={query.text.clone()} oninput={set(|query, text| query.text = text)}
                    onkeydown={ctx.link().batch_callback(move |event: KeyboardEvent| match event.key().as_str() {
                        "ArrowDown" => { event.prevent_default(); crate::browser::focus("type-rows"); None }
                        "Enter" => Some(Msg::Open(0)),
                        "Backspace" if is_empty => Some(Msg::RemoveLast),
                        _ => None,
                    })} />
                { chips::view(&set_conditions, &ctx.link().callback(Msg::Remove), &ctx.link().callback(|()| Msg::Clear)) }
                { groups(query, ctx) }
                <div class="q-foot">
                    <button type="button" class="link small" aria-expanded={types.conditions.to_string()}
                        onclick={ctx.link().callback(|_| Msg::Conditions)}>{ "Filter and sort" }</button>
                    <CopyLink class={classes!("link", "small")} of={AttrValue::from(types.list_address())} to={"this list"} />
                </div>
                if types.conditions { { choices(query, ctx) } }
            </div>
            { rows(types, ctx) }
            <div class="foot">
                { outcome::view(types, ctx) }
                if types.page.total > 0 { <span class="saves">{ save(query, Form::Csv, "CSV", ctx) }{ save(query, Form::Json, "JSON", ctx) }</span> }
            </div>
        </div>
    }
}

/// Saves all types that fit.
fn save(query: &Query, form: Form, title: &'static str, ctx: &Context<Types>) -> Html {
    let (what, name) = (
        Export::Types(query.clone(), form),
        format!("types.{}", ending(form)),
    );
    let onclick = ctx
        .link()
        .callback(move |_| Msg::Save(what.clone(), name.clone()));
    html! { <button type="button" class="link small" title={format!("Save the list as {title}")} onclick={onclick}>{ title }</button> }
}

fn groups(query: &Query, ctx: &Context<Types>) -> Html {
    let button = |group: Group| {
        let pressed = query.filter.groups.contains(&group);
        let mut next = query.clone();
        next.filter.groups.retain(|there| *there != group);
        if !pressed {
            next.filter.groups.push(group);
        }
        let onclick = ctx.link().callback(move |_| Msg::Query(next.clone()));
        html! {
            <button type="button" aria-pressed={pressed.to_string()} title={group.title()} aria-label={group.title()} onclick={onclick}>
                { chip::group(group) }
            </button>
        }
    };
    html! { <div class="kf" role="group" aria-label="Kinds shown">{ for Group::ALL.into_iter().map(button) }</div> }
}

fn choices(query: &Query, ctx: &Context<Types>) -> Html {
    let check = |label: &'static str, on: bool, change: fn(&mut Filter)| {
        let mut next = query.clone();
        change(&mut next.filter);
        let onchange = ctx
            .link()
            .callback(move |_: Event| Msg::Query(next.clone()));
        html! { <label class="check"><input type="checkbox" checked={on} onchange={onchange} /><span>{ label }</span></label> }
    };
    let size = |label: &'static str, value: Option<u64>, change: fn(&mut Filter, Option<u64>)| {
        let query = query.clone();
        let oninput = ctx.link().callback(move |event: InputEvent| {
            let mut next = query.clone();
            change(&mut next.filter, typed(&event).trim().parse().ok());
            Msg::Query(next)
        });
        html! {
            <label class="size"><span>{ label }</span>
                <input class="field" inputmode="numeric" value={value.map_or_else(String::new, |value| value.to_string())} oninput={oninput} /></label>
        }
    };
    let fields = [
        (Field::Name, "types"),
        (Field::Member, "members"),
        (Field::Enumerator, "enumerators"),
        (Field::Parameter, "parameters"),
    ];
    let matchings = Match::ALL.map(|matching| (matching, matching.title()));
    let orders = Order::ALL
        .into_iter()
        .filter(|order| ctx.props().knows_copies || !order.needs_copies())
        .map(|order| (order, order.title()));
    html! {
        <div class="conditions">
            { choice("Search in", &fields, query.field, query, ctx, |query, field| query.field = field) }
            { choice("Match", &matchings, query.matching, query, ctx, |query, matching| query.matching = matching) }
            { choice("Sort by", &orders.collect::<Vec<_>>(), query.order, query, ctx, |query, order| query.order = order) }
            <div class="sizes">
                { size("Bytes from", query.filter.at_least, |filter, value| filter.at_least = value) }
                { size("to", query.filter.at_most, |filter, value| filter.at_most = value) }
            </div>
            if ctx.props().client.module().is_some() {
                { check("only types of this module", query.filter.own, |filter| filter.own = !filter.own) }
            }
            { check("has holes", query.filter.holes, |filter| filter.holes = !filter.holes) }
            { check("has bitfields", query.filter.bitfields, |filter| filter.bitfields = !filter.bitfields) }
            { check("ends in a flexible array", query.filter.flexible, |filter| filter.flexible = !filter.flexible) }
            { check("name with several definitions", query.filter.repeated, |filter| filter.repeated = !filter.repeated) }
            <label class="check"><input type="checkbox" checked={query.reversed} onchange={{
                let mut next = query.clone();
                next.reversed = !next.reversed;
                ctx.link().callback(move |_: Event| Msg::Query(next.clone()))
            }} /><span>{ "Reverse order" }</span></label>
        </div>
    }
}

fn choice<T: Copy + PartialEq + 'static>(
    label: &'static str,
    all: &[(T, &'static str)],
    chosen: T,
    query: &Query,
    ctx: &Context<Types>,
    change: fn(&mut Query, T),
) -> Html {
    let (query, values) = (query.clone(), all.to_vec());
    let onchange = ctx.link().batch_callback(move |event: Event| {
        let select = event.target()?.dyn_into::<HtmlSelectElement>().ok()?;
        let (value, _) = *values.get(usize::try_from(select.selected_index()).ok()?)?;
        let mut next = query.clone();
        change(&mut next, value);
        Some(Msg::Query(next))
    });
    html! {
        <label class="choose"><span>{ label }</span>
            <select class="field" onchange={onchange}>
                { for all.iter().map(|(value, title)| html! { <option selected={*value == chosen}>{ *title }</option> }) }
            </select></label>
    }
}

fn rows(types: &Types, ctx: &Context<Types>) -> Html {
    let page = &types.page;
    let last = page.from + page.rows.len() as u32;
    let pixels = |rows: u32| format!("{}", f64::from(rows) * types.rows.height);
    let active = (page.from..last)
        .contains(&types.rows.cursor)
        .then(|| format!("row-{}", types.rows.cursor));
    let saved = types.query.order == Order::Saved;
    let one = |(row, number): (&Row, u32)| {
        let open = types.is_open(&row.address);
        let cursor = number == types.rows.cursor;
        html! { <ListRow key={row.id} page={page.clone()} {number} {open} {cursor} {saved} onopen={types.onopen.clone()} /> }
    };
    html! {
        <div class="rows" id="type-rows" ref={types.rows.place.clone()} role="listbox" aria-label="Types" tabindex="0"
            aria-activedescendant={active} onscroll={ctx.link().callback(|_| Msg::Scrolled)}
            onkeydown={ctx.link().callback(Msg::Key)}>
            if page.from > 0 { <svg class="gap" width="1" height={pixels(page.from)} aria-hidden="true"></svg> }
            { for page.rows.iter().zip(page.from..).map(one) }
            if last < page.total { <svg class="gap" width="1" height={pixels(page.total - last)} aria-hidden="true"></svg> }
        </div>
    }
}

#[derive(Clone, Properties)]
struct RowProps {
    page: Rc<Page>,
    /// The row's number in the whole list.
    number: u32,
    /// Whether its type is shown.
    open: bool,
    /// Whether the cursor is on it.
    cursor: bool,
    /// Whether its figure is bytes that were saved.
    saved: bool,
    onopen: Callback<u32>,
}

impl PartialEq for RowProps {
    fn eq(&self, other: &RowProps) -> bool {
        let said = |row: &RowProps| (row.number, row.open, row.cursor, row.saved);
        Rc::ptr_eq(&self.page, &other.page)
            && said(self) == said(other)
            && self.onopen == other.onopen
    }
}

#[component]
fn ListRow(props: &RowProps) -> Html {
    let (page, number) = (&props.page, props.number);
    let Some(row) = page.rows.get((number - page.from) as usize) else {
        return Html::default();
    };
    let class = classes!(
        "row",
        props.open.then_some("open"),
        props.cursor.then_some("cursor")
    );
    let figure = match (row.value, row.size) {
        (Some(value), _) if props.saved => bytes_text(value),
        (Some(value), _) => grouped(value),
        (None, Some(size)) => grouped(size),
        (None, None) => String::new(),
    };
    let (name, by) = match &row.by {
        Some(by) => (html! { { &row.name } }, Some(marked(by, &row.marks))),
        None => (marked(&row.name, &row.marks), None),
    };
    html! {
        <div id={format!("row-{number}")} class={class} role="option" aria-selected={props.open.to_string()}
            aria-setsize={page.total.to_string()} aria-posinset={(number + 1).to_string()}
            title={row.name.clone()} onclick={props.onopen.reform(move |_| number)}>
            { chip::swatch(row.kind) }
            <span class="vh">{ &row.address.word }</span>
            <span class="n">{ name }if let Some(by) = by { <span class="by">{ "." }{ by }</span> }</span>
            <span class="z">{ figure }</span>
        </div>
    }
}

/// A name with the places where the text fits.
pub fn marked(name: &str, marks: &[(u32, u32)]) -> Html {
    let chars: Vec<char> = name.chars().collect();
    let part = |from: usize, to: usize| {
        chars
            .get(from..to)
            .unwrap_or_default()
            .iter()
            .collect::<String>()
    };
    let mut parts = Vec::new();
    let mut at = 0;
    for &(from, to) in marks {
        let (from, to) = (from as usize, (to as usize).min(chars.len()));
        parts.push(html! { { part(at, from) } });
        parts.push(html! { <mark>{ part(from, to) }</mark> });
        at = to;
    }
    parts.push(html! { { part(at, chars.len()) } });
    html! { <>{ for parts }</> }
}

fn typed(event: &InputEvent) -> String {
    let input = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    input.map(|input| input.value()).unwrap_or_default()
}
