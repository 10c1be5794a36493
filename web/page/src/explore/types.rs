//! All types: the list on the left, one of them on the right.

use super::change::is_narrow;
use super::desk::Desk;
use super::list::{self, Rows, Span};
use super::save::save;
use super::{code, detail, outset, place};
use crate::browser::{copy, focus, set_title, window};
use explore::{
    Address, Ask, Card, Folder, Page, Picture, Query, Role, Say, UseRow, session::Export,
};
use gloo_events::EventListener;
use std::rc::Rc;
use yew::prelude::*;

/// What the component is given.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Where the types are.
    pub desk: Rc<Desk>,
    /// Whether it is known what there was before dedup.
    pub knows_copies: bool,
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
    /// It as C, and its bytes.
    Layout,
    /// Who uses it.
    Users,
    /// What there was of it before dedup.
    Copies,
    /// As bpftool prints it.
    Raw,
}

/// The component.
pub struct Types {
    pub query: Query,
    pub page: Rc<Page>,
    /// Opens a row of it; the same for as long as this lives.
    pub onopen: Callback<u32>,
    /// Why the query found nothing, when it is none.
    pub refused: Option<String>,
    pub rows: Rows,
    /// Whether more than the search is shown of the conditions.
    pub conditions: bool,
    place: Option<Address>,
    pub card: Option<Rc<Card>>,
    /// Its bytes.
    pub picture: Option<Rc<Picture>>,
    /// Why there is no card.
    pub missing: Option<String>,
    pub tab: Tab,
    /// The row of the layout that is chosen.
    pub chosen: Option<u32>,
    /// Chooses one; the same for as long as this lives, so that rows need not be drawn again for it.
    pub choose: Callback<Option<u32>>,
    pub uses: Vec<(Role, u32, Vec<UseRow>)>,
    pub units: Option<Vec<Rc<Folder>>>,
    pub outset: outset::Outset,
    /// Whether the picture is drawn 16 bytes a row.
    pub narrow: bool,
    pub copied: bool,
    /// The next card's title gets the focus.
    opening: bool,
    _listeners: Vec<EventListener>,
}

/// Something happened.
pub enum Msg {
    /// The address is another.
    Routed,
    /// The window has another size.
    Resized,
    /// Look for something else.
    Query(Query),
    /// Rows of the list.
    Listed(Query, Say),
    /// The list was scrolled.
    Scrolled,
    /// A key in the list.
    Key(KeyboardEvent),
    /// Open a row of the list.
    Open(u32),
    /// Show or hide the conditions.
    Conditions,
    /// A type, or why there is none.
    Card(Address, Say),
    /// Show another part of it.
    Tab(Tab),
    /// Another row of the layout is chosen.
    Choose(Option<u32>),
    /// The row of the layout before or after.
    Step(bool),
    /// More users of this role.
    MoreUses(Role),
    /// Users.
    Uses(Address, Role, Say),
    /// Units.
    Units(Address, Say),
    /// A list for those who have not chosen yet.
    Outset(usize, Say),
    /// Save this under this name.
    Save(Export, String),
    /// Copy the definition.
    Copy,
    /// It was copied, or not.
    Copied(bool),
}

/// Users that come at once.
const USES: u32 = 60;

impl Component for Types {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Types>) -> Types {
        let on = |name: &'static str, msg: fn() -> Msg| {
            let link = ctx.link().clone();
            EventListener::new(&window(), name, move |_| link.send_message(msg()))
        };
        let mut types = Types {
            query: ctx.props().desk.query.borrow().clone(),
            page: Rc::default(),
            onopen: ctx.link().callback(Msg::Open),
            refused: None,
            rows: Rows::default(),
            conditions: false,
            place: None,
            card: None,
            picture: None,
            missing: None,
            tab: Tab::Layout,
            chosen: None,
            choose: ctx.link().callback(Msg::Choose),
            uses: Vec::new(),
            units: None,
            outset: outset::Outset::default(),
            narrow: is_narrow(),
            copied: false,
            opening: false,
            _listeners: vec![
                on("hashchange", || Msg::Routed),
                on("resize", || Msg::Resized),
            ],
        };
        types.list(ctx);
        types.route(ctx);
        types
    }

    fn update(&mut self, ctx: &Context<Types>, msg: Msg) -> bool {
        match msg {
            Msg::Routed => return self.route(ctx),
            Msg::Resized => {
                self.rows.resized();
                let narrow = is_narrow();
                return std::mem::replace(&mut self.narrow, narrow) != narrow;
            }
            Msg::Query(query) => {
                ctx.props().desk.query.replace(query.clone());
                self.query = query;
                self.rows.home();
                self.list(ctx);
            }
            Msg::Listed(query, say) if query == self.query => match say {
                Say::List(page) => {
                    self.refused = None;
                    self.page = Rc::new(page);
                }
                Say::Refused(cause) => {
                    self.page = Rc::default();
                    self.refused = Some(cause);
                }
                _ => return false,
            },
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
            Msg::Conditions => self.conditions = !self.conditions,
            Msg::Card(address, say) => return self.take(ctx, &address, say),
            Msg::Tab(tab) => {
                self.tab = tab;
                self.fill(ctx);
            }
            Msg::Choose(row) => return std::mem::replace(&mut self.chosen, row) != row,
            Msg::Step(on) => self.step(on),
            Msg::MoreUses(role) => {
                let shown = self.uses.iter().find(|(there, ..)| *there == role);
                let count = shown.map_or(USES, |(.., rows)| (rows.len() as u32).saturating_mul(5));
                self.ask_uses(ctx, role, count);
                return false;
            }
            Msg::Uses(of, role, Say::Uses(total, rows)) if self.place.as_ref() == Some(&of) => {
                self.uses.retain(|(there, ..)| *there != role);
                self.uses.push((role, total, rows));
            }
            Msg::Units(of, Say::Units(folders)) if self.place.as_ref() == Some(&of) => {
                self.units = Some(folders.into_iter().map(Rc::new).collect());
            }
            Msg::Outset(at, Say::List(page)) => self.outset.set(at, page),
            Msg::Save(what, name) => {
                save(&ctx.props().desk, what, name);
                return false;
            }
            Msg::Copy => {
                if let Some(card) = self.card.clone() {
                    ctx.link().send_future(async move {
                        Msg::Copied(copy(&code::text(&card.lines)).await)
                    });
                }
                return false;
            }
            Msg::Copied(copied) => self.copied = copied,
            // Late: something else is looked at now.
            Msg::Listed(..) | Msg::Uses(..) | Msg::Units(..) | Msg::Outset(..) => return false,
        }
        true
    }

    fn view(&self, ctx: &Context<Types>) -> Html {
        let class = classes!("explorer", self.place.is_some().then_some("has-type"));
        html! {
            <div class={class}>
                { list::view(self, ctx) }
                <div class="detail">
                    if let Some(card) = &self.card {
                        { detail::view(self, card, ctx) }
                    } else if let Some(cause) = &self.missing {
                        <div class="nothing"><h1 id="title" tabindex="-1">{ "No such type" }</h1>
                            <p class="sub">{ sentence(cause) }</p></div>
                    } else if self.place.is_none() {
                        { outset::view(&self.outset, self.page.total, ctx.props().knows_copies, ctx.props().desk.module().is_some()) }
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
        if first && self.place.is_none() {
            focus("title");
        }
    }
}

impl Types {
    fn ask(&self, ctx: &Context<Types>, ask: Ask, then: impl Fn(Say) -> Msg + 'static) {
        ctx.props().desk.ask(ask, ctx.link().callback(then));
    }

    fn list(&mut self, ctx: &Context<Types>) {
        let (from, count) = self.rows.window();
        let query = self.query.clone();
        let asked = query.clone();
        let ask = Ask::List { query, from, count };
        self.ask(ctx, ask, move |say| Msg::Listed(asked.clone(), say));
    }

    /// Looks at what the address names; whether that is another type.
    fn route(&mut self, ctx: &Context<Types>) -> bool {
        let place = place::named("type");
        if place == self.place && (place.is_some() || self.outset.is_asked()) {
            return false;
        }
        self.place = place;
        self.missing = None;
        match self.place.clone() {
            Some(address) => {
                self.opening = true;
                let asked = address.clone();
                self.ask(ctx, Ask::Card(address), move |say| {
                    Msg::Card(asked.clone(), say)
                });
                // What is shown stays until the answer is there.
                false
            }
            None => {
                self.card = None;
                set_title("Types · btfscope");
                for (at, query) in (self.outset).ask(
                    outset::orders(ctx.props().knows_copies),
                    ctx.props().desk.module().is_some(),
                ) {
                    let ask = Ask::List {
                        query,
                        from: 0,
                        count: outset::ROWS,
                    };
                    self.ask(ctx, ask, move |say| Msg::Outset(at, say));
                }
                // The list before is the one that the worker remembers.
                true
            }
        }
    }

    fn take(&mut self, ctx: &Context<Types>, address: &Address, say: Say) -> bool {
        if self.place.as_ref() != Some(address) {
            return false;
        }
        self.uses.clear();
        self.units = None;
        self.chosen = None;
        self.copied = false;
        match say {
            Say::Card(card) => {
                set_title(&format!("{} · btfscope", card.title));
                let card: Card = *card;
                if self.tab == Tab::Copies && !ctx.props().knows_copies {
                    self.tab = Tab::Layout;
                }
                let memory = card.memory.as_ref();
                self.picture = memory.map(|memory| Rc::new(memory.picture.clone()));
                self.card = Some(Rc::new(card));
                self.fill(ctx);
            }
            Say::Refused(cause) => {
                self.card = None;
                self.missing = Some(cause);
            }
            _ => return false,
        }
        true
    }

    /// Asks for what the chosen part of a type needs.
    fn fill(&mut self, ctx: &Context<Types>) {
        let (Some(card), Some(address)) = (self.card.clone(), self.place.clone()) else {
            return;
        };
        match self.tab {
            Tab::Users if self.uses.is_empty() => {
                for (role, _) in &card.users {
                    self.ask_uses(ctx, *role, USES);
                }
            }
            Tab::Copies if self.units.is_none() => {
                let asked = address.clone();
                self.ask(ctx, Ask::Units(address), move |say| {
                    Msg::Units(asked.clone(), say)
                });
            }
            _ => {}
        }
    }

    fn ask_uses(&self, ctx: &Context<Types>, role: Role, count: u32) {
        let Some(of) = self.place.clone() else { return };
        let asked = of.clone();
        let ask = Ask::Uses { of, role, count };
        self.ask(ctx, ask, move |say| Msg::Uses(asked.clone(), role, say));
    }

    fn open(&self, row: u32) {
        let at = row.checked_sub(self.page.from);
        let found = at.and_then(|at| self.page.rows.get(at as usize));
        if let Some(row) = found {
            place::go(&place::href(&row.address));
        }
    }

    /// The row of the layout before or after the chosen one.
    fn step(&mut self, on: bool) {
        let Some(card) = &self.card else { return };
        let rows: Vec<u32> = card.lines.iter().filter_map(|line| line.row).collect();
        let at = rows.iter().position(|row| Some(*row) == self.chosen);
        let next = match (at, on) {
            (None, _) => 0,
            (Some(at), true) => (at + 1).min(rows.len().saturating_sub(1)),
            (Some(at), false) => at.saturating_sub(1),
        };
        self.chosen = rows.get(next).copied();
    }

    /// Whether a row of the list is the type that is shown.
    pub fn is_open(&self, address: &Address) -> bool {
        self.place.as_ref() == Some(address)
    }
}

/// A cause as a sentence.
pub fn sentence(cause: &str) -> String {
    let mut chars = cause.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), chars.as_str())
}
