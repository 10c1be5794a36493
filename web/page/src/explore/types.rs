//! All types: the list on the left, one of them on the right.

mod address;
mod message;
mod unfold;
mod uses;

pub use message::Msg;

use super::change::is_narrow;
use super::client::ExplorerClient;
use super::divider::{Divider, Pane};
use super::list::{self, Rows, Span};
use super::save::save;
use super::{chips, code, detail, place, suggestions};
use crate::browser::{copy, focus, reveal, set_title, window};
use explore::questions::{Export, ListTypes, RowOf, Uses};
use explore::{Address, Card, Folder, Line, Page, Picture, Query, Unfolded, UseKind};
use gloo_events::EventListener;
use protocol::conditions::{conditions, text_alone};
use protocol::explorer::ExplorerQuestion;
use protocol::text::sentence;
use std::rc::Rc;
use uses::USES;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The worker that holds the types.
    pub client: Rc<ExplorerClient>,
    /// Whether it is known what there was before dedup.
    pub knows_copies: bool,
    /// Whether another kernel is at hand, for a history.
    pub has_history: bool,
    /// Leaves the module that is looked at.
    pub leave: Callback<()>,
    /// A type to the laboratory.
    pub to_lab: Callback<String>,
    /// Why the last one did not go there.
    pub not_to_lab: Option<String>,
}

/// What is shown of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// The definition as C, and the bytes.
    Layout,
    /// The types and functions that use it.
    Users,
    /// Where a function was inlined.
    Sites,
    /// The units that had it before dedup.
    Copies,
    /// The lines that bpftool prints.
    Raw,
}

impl Tab {
    /// The word for it in the address; none for what is shown first.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Tab::Layout => None,
            Tab::Users => Some("users"),
            Tab::Sites => Some("sites"),
            Tab::Copies => Some("copies"),
            Tab::Raw => Some("raw"),
        }
    }

    fn named(word: &str) -> Option<Tab> {
        let tabs = [Tab::Users, Tab::Sites, Tab::Copies, Tab::Raw];
        tabs.into_iter().find(|tab| tab.word() == Some(word))
    }
}

/// The id of the search box.
const SEARCH: &str = "type-search";
/// The id of the row of the selected member.
pub const SELECTED: &str = "selected-member";

pub struct Types {
    pub query: Query,
    pub page: Rc<Page>,
    /// Opens a row of it; the same for as long as this lives.
    pub onopen: Callback<u32>,
    /// What of the search in the address means nothing.
    pub unread: Vec<String>,
    /// Whether the page is the answer to the query.
    pub answered: bool,
    /// How many types fit without the conditions, if none fits with them.
    pub without: Option<u32>,
    /// Why the query found nothing, when it is none.
    pub refused: Option<String>,
    pub rows: Rows,
    /// Whether more than the search is shown of the conditions.
    pub conditions: bool,
    place: Option<Address>,
    seen: place::Seen,
    pub card: Option<Rc<Card>>,
    /// The definition, with the members unfolded that are.
    pub lines: Rc<Vec<Line>>,
    /// The members that are unfolded, or will be when the lines arrive.
    pub unfolded: Unfolded,
    pub picture: Option<Rc<Picture>>,
    /// Why there is no card.
    pub missing: Option<String>,
    pub tab: Tab,
    /// What the address asks of the type that it does not have.
    pub unknown: Vec<String>,
    /// The row of the layout that is lit: the one under the pointer, or the selected one.
    pub chosen: Option<u32>,
    /// The row of the layout that the address names.
    pub selected: Option<u32>,
    /// Chooses one; the same for as long as this lives, so that rows need not be drawn again for it.
    pub choose: Callback<Option<u32>>,
    /// Unfolds or folds a member; the same for as long as this lives.
    pub unfold: Callback<String>,
    pub uses: Vec<(UseKind, Uses)>,
    /// Only users with this text are listed.
    pub uses_text: String,
    pub units: Option<Vec<Rc<Folder>>>,
    pub suggestions: suggestions::Suggestions,
    /// Whether the picture is drawn 16 bytes a row.
    pub narrow: bool,
    pub copied: bool,
    /// The next card's title gets the focus.
    opening: bool,
    /// Its card has not come.
    awaited: bool,
    /// The selected member is to be scrolled to.
    reveals: bool,
    /// The id of the element that gets the focus once it is drawn.
    focus: Option<String>,
    _listeners: Vec<EventListener>,
}

impl Component for Types {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Types>) -> Types {
        let on = |name: &'static str, msg: fn() -> Msg| {
            let link = ctx.link().clone();
            EventListener::new(&window(), name, move |_| link.send_message(msg()))
        };
        let mut types = Types {
            query: ctx.props().client.query.borrow().clone(),
            unread: Vec::new(),
            page: Rc::default(),
            onopen: ctx.link().callback(Msg::Open),
            answered: false,
            without: None,
            refused: None,
            rows: Rows::default(),
            conditions: false,
            place: None,
            seen: place::Seen::default(),
            card: None,
            lines: Rc::default(),
            unfolded: Unfolded::default(),
            picture: None,
            missing: None,
            tab: Tab::Layout,
            unknown: Vec::new(),
            chosen: None,
            selected: None,
            choose: ctx.link().callback(Msg::Choose),
            unfold: ctx.link().callback(Msg::Unfold),
            uses: Vec::new(),
            uses_text: String::new(),
            units: None,
            suggestions: suggestions::Suggestions::default(),
            narrow: is_narrow(),
            copied: false,
            opening: false,
            awaited: false,
            reveals: false,
            focus: None,
            _listeners: vec![
                on("hashchange", || Msg::Routed),
                on("resize", || Msg::Resized),
            ],
        };
        types.seen.read();
        if !types.read_search(ctx) {
            types.list(ctx);
        }
        types.route(ctx);
        types
    }

    fn update(&mut self, ctx: &Context<Types>, msg: Msg) -> bool {
        match msg {
            Msg::Routed => {
                self.seen.read();
                let searches = self.read_search(ctx);
                return self.route(ctx) || searches;
            }
            Msg::Resized => {
                self.rows.resized();
                let narrow = is_narrow();
                return std::mem::replace(&mut self.narrow, narrow) != narrow;
            }
            Msg::Query(query) => {
                self.set_query(ctx, query);
            }
            Msg::Remove(at) => self.remove(ctx, Some(at)),
            Msg::RemoveLast => self.remove(ctx, None),
            Msg::Clear => {
                let query = text_alone(&self.query);
                self.set_query(ctx, query);
                self.focus = Some(SEARCH.to_owned());
            }
            // A late answer: the search has changed.
            Msg::Listed(query, _) if query != self.query => return false,
            Msg::Listed(_, Ok(page)) => {
                self.refused = None;
                self.page = Rc::new(page);
                self.answered = true;
                if self.page.total == 0 {
                    self.ask_without(ctx);
                }
            }
            Msg::Without(query, _) if query != self.query => return false,
            Msg::Without(_, count) => self.without = count,
            Msg::Listed(_, Err(cause)) => {
                self.page = Rc::default();
                self.refused = Some(cause);
            }
            Msg::Scrolled => {
                if self.rows.scrolled(Span::of(&self.page)) {
                    self.list(ctx);
                }
                return false;
            }
            Msg::Key(event) => match self.rows.key(&event, Span::of(&self.page)) {
                list::Moved::Opens(row) => self.open(row),
                list::Moved::To => {
                    if self.rows.scrolled(Span::of(&self.page)) {
                        self.list(ctx);
                    }
                }
                list::Moved::No => return false,
            },
            Msg::Open(row) => {
                self.rows.cursor = row;
                self.open(row);
            }
            Msg::Stands(of, Some(row)) if self.place.as_ref() == Some(&of) => {
                self.rows.go(row);
                if self.rows.scrolled(Span::of(&self.page)) {
                    self.list(ctx);
                }
            }
            Msg::Stands(..) => return false,
            Msg::Conditions => self.conditions = !self.conditions,
            Msg::Card(address, card) => return self.take(ctx, &address, card),
            Msg::Tab(tab) => {
                // What the address says is shown when the browser tells.
                if let Some(address) = &self.place {
                    place::go(&self.href(address, tab));
                }
                return false;
            }
            Msg::Choose(row) => return std::mem::replace(&mut self.chosen, row) != row,
            Msg::Select => {
                if self.chosen.is_none() || self.chosen == self.selected {
                    return false;
                }
                self.select(self.chosen);
            }
            Msg::Leave => {
                let selected = self.selected;
                return std::mem::replace(&mut self.chosen, selected) != selected;
            }
            Msg::Step(on) => self.step(on),
            Msg::OpenMember => {
                if let Some(href) = self.line(self.chosen).and_then(code::first_link) {
                    place::go(&href);
                }
                return false;
            }
            Msg::Unfold(member) => return self.unfold(ctx, &member),
            Msg::UnfoldChosen(on) => return self.unfold_chosen(ctx, on),
            Msg::UnfoldAll => return self.unfold_all(ctx),
            Msg::Lines(of, unfolded, lines) => return self.take_lines(ctx, &of, &unfolded, lines),
            Msg::MoreUses(kind) => {
                let shown = self.uses.iter().find(|(there, _)| *there == kind);
                let count =
                    shown.map_or(USES, |(_, uses)| (uses.rows.len() as u32).saturating_mul(5));
                self.ask_uses(ctx, kind, count);
                return false;
            }
            // A late answer: another type is shown.
            Msg::Uses(of, text, ..)
                if self.place.as_ref() != Some(&of) || text != self.uses_text =>
            {
                return false;
            }
            Msg::Units(of, _) if self.place.as_ref() != Some(&of) => return false,
            Msg::UsesText(text) => {
                self.uses_text = text;
                self.write_place();
                self.ask_all_uses(ctx);
            }
            Msg::Uses(_, _, kind, Ok(uses)) => {
                self.uses.retain(|(there, _)| *there != kind);
                self.uses.push((kind, uses));
            }
            Msg::Units(_, Ok(mut folders)) => {
                // Where most copies were, first; folders with equally many stay in the order of their names.
                folders.sort_by_key(|folder| std::cmp::Reverse(folder.units.len()));
                self.units = Some(folders.into_iter().map(Rc::new).collect());
            }
            Msg::Suggestions(at, Ok(page)) => self.suggestions.set(at, page),
            // The type itself was found: what is missing of it stays empty.
            Msg::Uses(_, _, _, Err(_)) | Msg::Units(_, Err(_)) | Msg::Suggestions(_, Err(_)) => {
                return false;
            }
            Msg::Save(what, name) => {
                save(&ctx.props().client, what, name);
                return false;
            }
            Msg::Copy => {
                self.copy_c(ctx);
                return false;
            }
            Msg::CopyAs(form) => {
                let Some(card) = &self.card else { return false };
                let then = ctx.link().callback(Msg::CopyText);
                let what = Export::CopyAs(card.address.clone(), form);
                ctx.props().client.ask(what, then);
                return false;
            }
            Msg::CopyText(Ok(text)) => {
                self.unknown.clear();
                (ctx.link()).send_future(async move { Msg::Copied(copy(&text).await) });
                return false;
            }
            Msg::CopyText(Err(cause)) => self.unknown = vec![sentence(&cause)],
            Msg::Copied(copied) => self.copied = copied,
        }
        true
    }

    fn view(&self, ctx: &Context<Types>) -> Html {
        let class = classes!("explorer", self.place.is_some().then_some("has-type"));
        html! {
            <div class={class}>
                { list::view(self, ctx) }
                <Divider pane={Pane::List} />
                <div class="detail">
                    if let Some(card) = &self.card {
                        { detail::view(self, card, ctx) }
                    } else if let Some(cause) = &self.missing {
                        <div class="nothing"><h1 id="title" tabindex="-1">{ "No such type" }</h1>
                            <p class="sub">{ sentence(cause) }</p></div>
                    } else if self.place.is_none() {
                        { suggestions::view(&self.suggestions, (self.page.total, self.is_narrowed(ctx.props().client.module())), ctx.props().knows_copies, ctx.props().client.module().is_some()) }
                    }
                </div>
            </div>
        }
    }

    fn rendered(&mut self, _: &Context<Types>, first: bool) {
        self.rows.measure();
        if self.opening && (self.card.is_some() || self.missing.is_some()) {
            self.opening = false;
            focus("title");
        }
        if let Some(id) = self.focus.take() {
            focus(&id);
        }
        if std::mem::take(&mut self.reveals) {
            reveal(SELECTED);
        }
        if first && self.place.is_none() {
            focus("title");
        }
    }
}

impl Types {
    fn ask<Q: ExplorerQuestion>(
        &self,
        ctx: &Context<Types>,
        question: Q,
        then: impl Fn(Result<Q::Answer, String>) -> Msg + 'static,
    ) {
        ctx.props().client.ask(question, ctx.link().callback(then));
    }

    fn list(&mut self, ctx: &Context<Types>) {
        let (from, count) = self.rows.window();
        let query = self.query.clone();
        let asked = query.clone();
        let question = ListTypes { query, from, count };
        self.ask(ctx, question, move |page| Msg::Listed(asked.clone(), page));
    }

    /// Asks how many types fit without the conditions.
    fn ask_without(&self, ctx: &Context<Types>) {
        let asked = self.query.clone();
        let question = ListTypes {
            query: text_alone(&asked),
            from: 0,
            count: 0,
        };
        if question.query != asked && !asked.text.trim().is_empty() {
            self.ask(ctx, question, move |page: Result<Page, String>| {
                Msg::Without(asked.clone(), page.ok().map(|page| page.total))
            });
        }
    }

    /// Searches for something else, which is in the address then.
    fn set_query(&mut self, ctx: &Context<Types>, query: Query) {
        self.unread.clear();
        self.search(ctx, query);
        self.write_search();
    }

    /// Removes a condition, by default the last.
    fn remove(&mut self, ctx: &Context<Types>, at: Option<usize>) {
        let mut all = conditions(&self.query, ctx.props().client.module());
        let Some(last) = all.len().checked_sub(1) else {
            return;
        };
        let removed = all.swap_remove(at.unwrap_or(last).min(last));
        self.set_query(ctx, removed.without);
        // From the box, the focus stays there.
        self.focus = at.map(|at| chips::focus_after(at, last, SEARCH));
    }

    fn search(&mut self, ctx: &Context<Types>, query: Query) {
        ctx.props().client.query.replace(query.clone());
        self.query = query;
        self.without = None;
        self.answered = false;
        self.rows.home();
        self.list(ctx);
    }

    /// Whether the list shows the types of a search instead of all.
    fn is_narrowed(&self, module: Option<&str>) -> bool {
        !self.query.text.trim().is_empty() || !conditions(&self.query, module).is_empty()
    }

    fn take(
        &mut self,
        ctx: &Context<Types>,
        address: &Address,
        card: Result<Box<Card>, String>,
    ) -> bool {
        if self.place.as_ref() != Some(address) {
            return false;
        }
        self.awaited = false;
        self.uses.clear();
        self.units = None;
        self.chosen = None;
        self.selected = None;
        self.copied = false;
        match card {
            Ok(mut card) => {
                set_title(&card.title);
                ctx.props().client.visit(&card.address, card.kind);
                self.lines = Rc::new(std::mem::take(&mut card.lines));
                let memory = card.memory.as_ref();
                self.picture = memory.map(|memory| Rc::new(memory.picture.clone()));
                self.card = Some(Rc::new(*card));
                self.part(ctx);
                self.find_in_list(ctx, address);
            }
            Err(cause) => {
                self.card = None;
                self.missing = Some(cause);
            }
        }
        true
    }

    /// Selects a row of the layout, and puts it into the address.
    fn select(&mut self, row: Option<u32>) {
        self.selected = row;
        self.chosen = row;
        self.unknown.clear();
        self.write_place();
    }

    /// The selected member, as an address names it.
    pub fn member(&self) -> Option<&str> {
        self.line(self.selected)?.member.as_deref()
    }

    /// The line of a row of the layout.
    fn line(&self, row: Option<u32>) -> Option<&Line> {
        self.lines
            .iter()
            .find(|line| line.row.is_some() && line.row == row)
    }

    /// Moves the list to the type that is shown.
    fn find_in_list(&self, ctx: &Context<Types>, address: &Address) {
        let (query, of) = (self.query.clone(), address.clone());
        let asked = of.clone();
        self.ask(ctx, RowOf { query, of }, move |row| {
            Msg::Stands(asked.clone(), row.ok().flatten())
        });
    }

    fn open(&self, row: u32) {
        let at = row.checked_sub(self.page.from);
        let found = at.and_then(|at| self.page.rows.get(at as usize));
        if let Some(row) = found {
            // Of what a function takes no line is its own.
            let member = row.by.as_deref().filter(|_| row.address.word != "func");
            place::go(&place::member(&row.address, member));
        }
    }

    /// The row of the layout before or after the chosen one.
    fn step(&mut self, on: bool) {
        let rows: Vec<u32> = self.lines.iter().filter_map(|line| line.row).collect();
        let at = rows.iter().position(|row| Some(*row) == self.chosen);
        let next = match (at, on) {
            (None, _) => 0,
            (Some(at), true) => (at + 1).min(rows.len().saturating_sub(1)),
            (Some(at), false) => at.saturating_sub(1),
        };
        self.select(rows.get(next).copied());
        self.reveals = true;
    }

    /// Whether a row of the list is the type that is shown.
    pub fn is_open(&self, address: &Address) -> bool {
        self.place.as_ref() == Some(address)
    }
}
