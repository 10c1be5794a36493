//! Where types come from: folders and units as a treemap and a table.

mod address;

use super::client::ExplorerClient;
use super::parts::InParts;
use super::save::save;
use super::suggestions::{self, Suggestions};
use super::{place, treemap};
use crate::browser::{focus, set_title, window};
use crate::sorting::Sorting;
use explore::export::Form;
use explore::questions::{Export, ListTypes, SourcesAt};
use explore::sources::{Measured, UnitTypeRow};
use explore::{Address, Area, AreaPart, AreaPartKind, Order, Page};
use gloo_events::EventListener;
use protocol::figures::{bytes_text, counted, grouped, percent};
use protocol::text::sentence;
use std::cmp::Ordering;
use std::ops::Range;
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

/// Parts in the table; a folder of a kernel has up to 300.
const ROWS: usize = 400;
/// How high the treemap is for its width.
const RATIO: f64 = 0.66;
/// The part of the window's height that it takes at most, as the table beside it does.
const OF_WINDOW: f64 = 0.76;

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The worker that holds the types.
    pub client: Rc<ExplorerClient>,
    /// Whether it is known where they come from.
    pub knows_units: bool,
}

/// The columns of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Part,
    Before,
    After,
    Kept,
}

pub struct Sources {
    path: Option<String>,
    area: Option<Rc<Area>>,
    missing: Option<String>,
    measured: Measured,
    sorting: Sorting<Column>,
    /// What of the address means nothing.
    unread: Vec<String>,
    seen: place::Seen,
    suggestions: Suggestions,
    map: NodeRef,
    /// The width of the treemap in pixels.
    width: f64,
    _listeners: Vec<EventListener>,
}

pub enum Msg {
    /// The address has changed.
    Routed,
    /// The window was resized.
    Resized,
    /// There is another width to draw for.
    Measured,
    /// A folder or unit, or why there is none.
    Area(String, Result<Area, String>),
    /// Measure otherwise.
    Measure(Measured),
    /// Sort the table.
    Sort(Sorting<Column>),
    /// A list of types.
    Suggestions(usize, Result<Page, String>),
    /// Save this under this name.
    Save(Export, &'static str),
}

impl Component for Sources {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Sources>) -> Sources {
        let on = |name: &'static str, msg: fn() -> Msg| {
            let link = ctx.link().clone();
            EventListener::new(&window(), name, move |_| link.send_message(msg()))
        };
        let measured = Measured {
            after: false,
            bytes: true,
        };
        let mut sources = Sources {
            path: None,
            area: None,
            missing: None,
            measured,
            sorting: address::usual(measured),
            unread: Vec::new(),
            seen: place::Seen::default(),
            suggestions: Suggestions::default(),
            map: NodeRef::default(),
            width: 0.0,
            _listeners: vec![
                on("hashchange", || Msg::Routed),
                on("resize", || Msg::Resized),
            ],
        };
        sources.route(ctx);
        let first = match ctx.props().knows_units {
            true => Order::Copies,
            false => Order::Users,
        };
        for (at, query) in sources
            .suggestions
            .ask([first, Order::Size, Order::Depth], false)
        {
            let question = ListTypes {
                query,
                from: 0,
                count: suggestions::ROWS,
            };
            let then = (ctx.link()).callback(move |page| Msg::Suggestions(at, page));
            ctx.props().client.ask(question, then);
        }
        sources
    }

    fn update(&mut self, ctx: &Context<Sources>, msg: Msg) -> bool {
        match msg {
            Msg::Routed => return self.route(ctx),
            Msg::Resized => return self.measure(),
            Msg::Measured => {}
            // A late answer: another folder is shown.
            Msg::Area(of, _) if self.path.as_ref() != Some(&of) => return false,
            Msg::Area(of, Ok(area)) => {
                self.missing = None;
                self.area = Some(Rc::new(area));
                set_title(&match of.is_empty() {
                    true => "Sources".to_owned(),
                    false => of.to_string(),
                });
                focus("title");
            }
            Msg::Area(_, Err(cause)) => {
                self.area = None;
                self.missing = Some(cause);
            }
            Msg::Measure(measured) => {
                // The table follows what is measured, unless it is sorted by something else.
                let follows = [Column::Before, Column::After].contains(&self.sorting.column);
                if measured.after != self.measured.after && follows {
                    self.sorting = address::usual(measured);
                }
                self.measured = measured;
                self.unread.clear();
                self.write_measures();
            }
            Msg::Sort(sorting) => {
                self.sorting = sorting;
                self.unread.clear();
                self.write_measures();
            }
            Msg::Suggestions(at, Ok(page)) => self.suggestions.set(at, page),
            // The list stays empty.
            Msg::Suggestions(_, Err(_)) => return false,
            Msg::Save(what, name) => {
                save(&ctx.props().client, what, name.to_owned());
                return false;
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Sources>) -> Html {
        html! {
            <div class="origins">
                if !self.unread.is_empty() {
                    <p class="note note--warn" role="status">{ format!("The address contains {}, which means nothing here.", self.unread.join(", ")) }</p>
                }
                if let Some(area) = &self.area {
                    { self.head(area, ctx) }
                    if area.types.is_empty() { { self.folder(area, ctx) } } else { { unit(area) } }
                } else {
                    <h1 id="title" tabindex="-1">{ "Sources" }</h1>
                    if let Some(cause) = &self.missing { <p class="sub">{ sentence(cause) }</p> }
                }
                if !ctx.props().knows_units || self.path.as_ref().is_some_and(String::is_empty) {
                    { suggestions::lists(&self.suggestions) }
                }
            </div>
        }
    }

    fn rendered(&mut self, ctx: &Context<Sources>, _: bool) {
        if self.measure() {
            ctx.link().send_message(Msg::Measured);
        }
    }
}

impl Sources {
    /// Shows what the address names. Returns whether there is something else to draw.
    fn route(&mut self, ctx: &Context<Sources>) -> bool {
        let path = place::behind("sources");
        // On the way to another view this one hears of the address too.
        if path.is_empty() && !place::is("sources") {
            return false;
        }
        let is_other = self.path.as_ref() != Some(&path);
        self.path = Some(path.clone());
        let measures = self.read_measures();
        if !is_other {
            return measures;
        }
        let asked = path.clone();
        let then = (ctx.link()).callback(move |area| Msg::Area(asked.clone(), area));
        ctx.props().client.ask(SourcesAt(path), then);
        measures
    }

    /// Measures the space for the treemap. Returns whether it has changed.
    fn measure(&mut self) -> bool {
        let Some(map) = self.map.cast::<Element>() else {
            return false;
        };
        let width = f64::from(map.client_width());
        let changed = (width - self.width).abs() > 1.0 && width > 0.0;
        if changed {
            self.width = width;
        }
        changed
    }

    /// The height of the treemap in pixels.
    fn height(&self) -> f64 {
        let window = window().inner_height();
        let window = window.ok().and_then(|height| height.as_f64());
        let most = window.map_or(f64::INFINITY, |height| height * OF_WINDOW);
        (self.width * RATIO).min(most).round()
    }

    fn head(&self, area: &Area, ctx: &Context<Sources>) -> Html {
        let measured = self.measured;
        let button = |title: &'static str, on: bool, next: Measured| {
            html! { <button type="button" aria-pressed={on.to_string()} onclick={ctx.link().callback(move |_| Msg::Measure(next))}>{ title }</button> }
        };
        let when = |after| Measured { after, ..measured };
        let what = |bytes| Measured { bytes, ..measured };
        let save = |title: &'static str, what: Export, name: &'static str| {
            let onclick = ctx.link().callback(move |_| Msg::Save(what.clone(), name));
            html! { <button type="button" class="link small" title={format!("Save as {title}")} onclick={onclick}>{ title }</button> }
        };
        let path = area.path.clone();
        let is_folder = area.types.is_empty();
        html! {
            <header>
                { trail(area) }
                <p class="facts">
                    <span>{ counted(u64::from(area.units), "unit", "units") }</span>
                    <span>{ "before " }<b>{ bytes_text(area.before.bytes) }</b>{ format!(" in {}", counted(area.before.types, "type", "types")) }</span>
                    <span>{ "after " }<b>{ bytes_text(area.after.bytes) }</b>{ format!(" in {}", counted(area.after.types, "type", "types")) }</span>
                </p>
                <div class="acts">
                    if is_folder {
                        <div class="seg" role="group" aria-label="Before or after dedup">
                            { button("Before", !measured.after, when(false)) }{ button("After dedup", measured.after, when(true)) }
                        </div>
                        <div class="seg" role="group" aria-label="What is measured">
                            { button("Bytes", measured.bytes, what(true)) }{ button("Types", !measured.bytes, what(false)) }
                        </div>
                    }
                    <span class="saves"><span class="small dim" aria-hidden="true">{ "Save as" }</span>
                        if is_folder {
                            { save("SVG", Export::Treemap(path.clone(), measured), "sources.svg") }
                            { save("PNG", Export::Treemap(path.clone(), measured), "sources.png") }
                        }
                        { save("CSV", Export::Area(path.clone(), measured, Form::Csv), "sources.csv") }
                        { save("JSON", Export::Area(path, measured, Form::Json), "sources.json") }
                    </span>
                </div>
            </header>
        }
    }

    fn folder(&self, area: &Rc<Area>, ctx: &Context<Sources>) -> Html {
        let measured = self.measured;
        let open = Callback::from(|path: String| place::go(&place::sources(&path)));
        let mut parts: Vec<usize> = (0..area.parts.len()).collect();
        parts.sort_by(|a, b| match (area.parts.get(*a), area.parts.get(*b)) {
            (Some(a), Some(b)) => compare(a, b, self.sorting.column, measured),
            _ => Ordering::Equal,
        });
        if self.sorting.reversed {
            parts.reverse();
        }
        let onsort = ctx.link().callback(Msg::Sort);
        let head = |title: &'static str, class: &'static str, column: Column| {
            let rises = column == Column::Part;
            self.sorting.head(title, class, column, rises, &onsort)
        };
        let (is_cut, total) = (parts.len() > ROWS, parts.len().min(ROWS));
        let draw = {
            let area = area.clone();
            Callback::from(move |range: Range<usize>| {
                let parts = parts.get(range).unwrap_or_default().iter();
                let parts = parts.filter_map(|at| area.parts.get(*at));
                html! { <>{ for parts.map(|part| row(&area, part, measured)) }</> }
            })
        };
        html! {
            <>
                <p class="sub">{ match measured.after {
                    false => "Types of all units before dedup; every unit has its own copy. Strings, functions and variables belong to no unit and are not counted here.",
                    true => "Types after dedup. Each type counts once: for its unit, or for the closest folder that contains all its units. Strings, functions and variables belong to no unit and are not counted here.",
                } }</p>
                <div class="mapped">
                    <div class="treemap-box" ref={self.map.clone()} aria-hidden="true">
                        if self.width > 0.0 { { treemap::view(area, measured, self.width, self.height(), &open) } }
                    </div>
                    <div class="parts">
                        <table aria-label="Parts"><thead><tr>{ head("Part", "", Column::Part) }{ head("Before", "num", Column::Before) }
                            { head("After", "num", Column::After) }{ head("Kept", "num", Column::Kept) }</tr></thead>
                            <tbody><InParts of={Rc::as_ptr(area) as usize} {total} {draw} /></tbody></table>
                        if is_cut { <p class="small dim">{ "The CSV has the rest." }</p> }
                    </div>
                </div>
            </>
        }
    }
}

/// Names from A on; figures from the largest on.
fn compare(a: &AreaPart, b: &AreaPart, column: Column, measured: Measured) -> Ordering {
    let amount = |part: &AreaPart, after| {
        let measured = Measured { after, ..measured };
        measured.of(part.before, part.after)
    };
    // Of a whole, as the table shows it.
    let kept = |part: &AreaPart| match (part.kind, amount(part, false)) {
        (AreaPartKind::Folder | AreaPartKind::Unit, whole) if whole > 0 => {
            amount(part, true) as f64 / whole as f64
        }
        _ => -1.0,
    };
    match column {
        Column::Part => a.title().cmp(b.title()),
        Column::Before => amount(b, false).cmp(&amount(a, false)),
        Column::After => amount(b, true).cmp(&amount(a, true)),
        Column::Kept => kept(b).total_cmp(&kept(a)),
    }
}

/// The folders above, each a link.
fn trail(area: &Area) -> Html {
    let names: Vec<&str> = area
        .path
        .split('/')
        .filter(|name| !name.is_empty())
        .collect();
    let (last, above) = match names.split_last() {
        Some((last, above)) => (*last, above),
        None => ("Sources", &[][..]),
    };
    let links = (0..above.len()).map(|at| {
        let path = names.get(..=at).unwrap_or_default().join("/");
        html! { <><a href={place::sources(&path)}>{ names.get(at).copied().unwrap_or_default() }</a><span aria-hidden="true">{ "/" }</span></> }
    });
    html! {
        <div class="trail-of">
            if !names.is_empty() {
                <nav aria-label="Folders above"><a href="#/sources">{ "Sources" }</a><span aria-hidden="true">{ "/" }</span>{ for links }</nav>
            }
            <h1 id="title" tabindex="-1" class={(!names.is_empty()).then_some("mono")}>{ last }</h1>
            if !area.inside.is_empty() { <span class="dim mono small">{ format!("in {}", area.inside) }</span> }
        </div>
    }
}

fn row(area: &Area, part: &AreaPart, measured: Measured) -> Html {
    let before = Measured {
        after: false,
        ..measured
    };
    let after = Measured {
        after: true,
        ..measured
    };
    let amount = |of: Measured| of.of(part.before, part.after);
    let text = |number: u64| match measured.bytes {
        true => bytes_text(number),
        false => grouped(number),
    };
    let name = part.title().to_owned();
    let kept = match (part.kind, amount(before)) {
        (AreaPartKind::Folder | AreaPartKind::Unit, whole) if whole > 0 => {
            percent(amount(after), whole)
        }
        _ => String::new(),
    };
    html! {
        <tr>
            <td class="n">{ match treemap::path(area, None, part) {
                Some(path) => html! { <a class="mono" href={place::sources(&path)}>{ name }{ if part.kind == AreaPartKind::Folder { "/" } else { "" } }</a> },
                None => html! { <span class="sub">{ name }</span> },
            } }</td>
            <td class="num">{ if part.kind == AreaPartKind::Shared { String::new() } else { text(amount(before)) } }</td>
            <td class="num">{ text(amount(after)) }</td>
            <td class="num dim">{ kept }</td>
        </tr>
    }
}

fn unit(area: &Rc<Area>) -> Html {
    let draw = {
        let area = area.clone();
        Callback::from(move |range: Range<usize>| {
            let types = area.types.get(range).unwrap_or_default();
            html! { <>{ for types.iter().map(of_unit) }</> }
        })
    };
    html! {
        <>
            <p class="sub">{ "Named types of this unit: first those that no other unit has, then by size in BTF." }</p>
            <table class="of-unit" aria-label="Types of the unit"><thead><tr><th>{ "Type" }</th><th class="num">{ "Bytes of BTF" }</th>
                <th class="num">{ "Copies in all units" }</th><th>{ "Elsewhere" }</th></tr></thead>
                <tbody><InParts of={Rc::as_ptr(area) as usize} total={area.types.len()} {draw} /></tbody></table>
        </>
    }
}

fn of_unit(of: &UnitTypeRow) -> Html {
    let address: &Address = &of.address;
    html! {
        <tr><td><span class="chip">{ super::chip::swatch(of.kind) }<a class="mono" href={place::href(address)}>{ &of.name }</a></span></td>
            <td class="num">{ grouped(of.bytes) }</td>
            <td class="num">{ if of.copies > 0 { grouped(u64::from(of.copies)) } else { String::new() } }</td>
            <td>{ if of.only_here { "no" } else { "yes" } }</td></tr>
    }
}
