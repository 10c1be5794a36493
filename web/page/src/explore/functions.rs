//! Functions and variables: signatures, kfuncs, per-CPU variables, and functions left out.

mod wanted;

use super::client::ExplorerClient;
use super::copy_link::CopyLink;
use super::list::{self, Rows, Span};
use super::save::{ending, save};
use super::types::Tab;
use super::{code, place};
use crate::browser::{focus, window};
use explore::export::Form;
use explore::questions::{Export, ListLeftOut, ListSignatures, Rows as SomeRows};
use explore::signatures::FLAGS;
use explore::{LeftOut, Line, Query, Signature};
use gloo_events::EventListener;
use pipeline::reason_explained;
use protocol::figures::{counted, grouped};
use protocol::text::{capitalised, sentence};
use std::rc::Rc;
use wanted::{Column, LISTS, Listed, Wanted, Within};
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The worker that holds the types.
    pub client: Rc<ExplorerClient>,
    /// Whether it is known which functions were left out.
    pub knows_left_out: bool,
    /// Whether it is known where functions were inlined.
    pub has_sites: bool,
    /// Whether it is known that no function was inlined.
    pub no_sites: bool,
    /// Reads from the DWARF where functions were inlined; `None` if that is not possible, or was done.
    pub read_sites: Option<Callback<()>>,
}

/// Rows of one list or the other.
pub enum ListedRows {
    Signatures(SomeRows<Signature>),
    LeftOut(SomeRows<LeftOut>),
}

impl Default for ListedRows {
    fn default() -> ListedRows {
        ListedRows::Signatures(SomeRows::default())
    }
}

impl ListedRows {
    fn span(&self) -> Span {
        let (total, from, count) = match self {
            ListedRows::Signatures(shown) => (shown.total, shown.from, shown.rows.len()),
            ListedRows::LeftOut(shown) => (shown.total, shown.from, shown.rows.len()),
        };
        Span {
            total,
            from,
            count: count as u32,
        }
    }
}

pub struct Functions {
    listed: Listed,
    wanted: Wanted,
    /// What of the address means nothing.
    unread: Vec<String>,
    seen: place::Seen,
    query: Query,
    shown: ListedRows,
    /// How many each list has, as far as that is known.
    totals: [Option<u32>; 5],
    refused: Option<String>,
    rows: Rows,
    _listener: EventListener,
}

pub enum Msg {
    /// The address has changed.
    Routed,
    /// Search for something else.
    Search(Wanted),
    /// Rows of the list.
    Came(Query, Result<ListedRows, String>),
    /// How many a list has.
    Total(usize, Result<ListedRows, String>),
    /// The list was scrolled.
    Scrolled,
    /// A key was pressed in the list.
    Key(KeyboardEvent),
    /// Open a row of the list.
    Open(u32),
    /// Save everything that fits.
    Save(Form),
}

impl Component for Functions {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Functions>) -> Functions {
        let link = ctx.link().clone();
        let mut functions = Functions {
            listed: Listed::All,
            wanted: Wanted::default(),
            unread: Vec::new(),
            seen: place::Seen::default(),
            query: Query::default(),
            shown: ListedRows::default(),
            totals: [None; 5],
            refused: None,
            rows: Rows::default(),
            _listener: EventListener::new(&window(), "hashchange", move |_| {
                link.send_message(Msg::Routed);
            }),
        };
        // What is shown is asked for first.
        functions.route(ctx);
        ask_totals(ctx);
        functions
    }

    fn changed(&mut self, ctx: &Context<Functions>, before: &Props) -> bool {
        // Inline sites came, or were refused.
        if ctx.props().has_sites != before.has_sites {
            self.route(ctx);
            ask_totals(ctx);
        }
        true
    }

    fn update(&mut self, ctx: &Context<Functions>, msg: Msg) -> bool {
        match msg {
            Msg::Routed => self.route(ctx),
            Msg::Search(wanted) => {
                self.wanted = wanted;
                self.unread.clear();
                self.search(ctx);
            }
            // A late answer: the search has changed.
            Msg::Came(query, _) if query != self.query => return false,
            Msg::Came(_, Ok(shown)) => {
                self.refused = None;
                self.shown = shown;
            }
            Msg::Came(_, Err(cause)) => {
                self.refused = Some(cause);
                self.shown = ListedRows::default();
            }
            Msg::Total(at, Ok(shown)) => {
                if let Some(there) = self.totals.get_mut(at) {
                    *there = Some(shown.span().total);
                }
            }
            // A list without a number.
            Msg::Total(_, Err(_)) => return false,
            Msg::Scrolled => {
                if self.rows.scrolled(self.span()) {
                    self.list(ctx);
                }
                return false;
            }
            Msg::Key(event) => match self.rows.key(&event, self.span()) {
                list::Moved::Opens(row) => self.open(row),
                list::Moved::To => {
                    if self.rows.scrolled(self.span()) {
                        self.list(ctx);
                    }
                }
                list::Moved::No => return false,
            },
            Msg::Open(row) => {
                self.rows.cursor = row;
                self.open(row);
            }
            Msg::Save(form) => {
                let what = Export::Signatures(self.query.clone(), form);
                save(
                    &ctx.props().client,
                    what,
                    format!("functions.{}", ending(form)),
                );
                return false;
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Functions>) -> Html {
        let tab = |(at, listed): (usize, Listed)| {
            let known = self.totals.get(at).copied().flatten();
            html! {
                <a href={listed.href()} aria-current={(listed == self.listed).then_some("page")}>{ listed.title() }
                    if let Some(known) = known { <span class="count">{ grouped(u64::from(known)) }</span> }</a>
            }
        };
        let lists = LISTS
            .into_iter()
            .enumerate()
            .filter(|(_, listed)| match listed {
                Listed::LeftOut => ctx.props().knows_left_out,
                Listed::Inlined => ctx.props().has_sites,
                _ => true,
            });
        let can_save = self.listed != Listed::LeftOut;
        html! {
            <div class="functions">
                <header>
                    <h1 id="title" tabindex="-1">{ "Functions and variables" }</h1>
                    <nav class="tabs tabs--sub" aria-label="Lists">{ for lists.map(tab) }</nav>
                    <p class="sub">{ self.listed.about() }</p>
                    <div class="q">
                        <input id="signature-search" class="field" type="search" aria-label={self.label()} placeholder={format!("{} (/)", self.label())}
                            autocomplete="off" spellcheck="false" value={self.wanted.text.clone()} oninput={self.typed(ctx)} />
                        { self.choices(ctx) }
                        <label class="check"><input type="checkbox" checked={self.wanted.regex} onchange={self.changed(ctx, |wanted, _| wanted.regex = !wanted.regex)} />
                            <span>{ "regular expression" }</span></label>
                        <CopyLink class={classes!("link", "small")} />
                        if can_save {
                            <span class="saves"><span class="small dim" aria-hidden="true">{ "Save as" }</span>
                                <button type="button" class="link small" title="Save as CSV" onclick={ctx.link().callback(|_| Msg::Save(Form::Csv))}>{ "CSV" }</button>
                                <button type="button" class="link small" title="Save as JSON" onclick={ctx.link().callback(|_| Msg::Save(Form::Json))}>{ "JSON" }</button>
                            </span>
                        }
                    </div>
                    { self.explained() }
                    { self.inline_sites(ctx) }
                </header>
                { self.headings(ctx) }
                { self.view_rows(ctx) }
                <p class="foot" role="status">{ match &self.refused {
                    Some(cause) => html! { <span class="warn">{ sentence(cause) }</span> },
                    None => html! { <>{ self.found() }{ list::unread(&self.unread) }</> },
                } }</p>
            </div>
        }
    }

    fn rendered(&mut self, _: &Context<Functions>, first: bool) {
        self.rows.measure();
        if first {
            focus("title");
        }
    }
}

impl Functions {
    fn found(&self) -> String {
        let total = u64::from(self.span().total);
        match self.listed {
            Listed::PerCpu => counted(total, "variable", "variables"),
            _ => counted(total, "function", "functions"),
        }
    }

    fn span(&self) -> Span {
        self.shown.span()
    }

    fn route(&mut self, ctx: &Context<Functions>) {
        // On the way to another view this one hears of the address too.
        if !place::is("functions") && place::behind("functions").is_empty() {
            return;
        }
        self.seen.read();
        let slug = place::behind("functions");
        let named = LISTS.into_iter().find(|listed| listed.slug() == slug);
        self.listed = named.unwrap_or(Listed::All);
        self.unread.clear();
        // Without a search in the address, that from before goes on.
        if let Some((wanted, unread)) = Wanted::of(&place::parameters()) {
            self.wanted = wanted;
            self.unread = unread;
        }
        if named.is_none() {
            self.unread.push(format!("the list “{slug}”"));
        }
        self.search(ctx);
    }

    /// Searches, and puts the search into the address.
    fn search(&mut self, ctx: &Context<Functions>) {
        self.query = self.wanted.query(self.listed);
        let address = self.wanted.address(self.listed);
        self.seen.replace(&address);
        self.rows.home();
        self.list(ctx);
    }

    fn list(&self, ctx: &Context<Functions>) {
        let asked = self.query.clone();
        let then = move |shown| Msg::Came(asked.clone(), shown);
        ask(
            ctx,
            self.listed,
            self.query.clone(),
            self.rows.window(),
            then,
        );
    }

    fn open(&self, row: u32) {
        // Of a function that was left out there is no more to show.
        let ListedRows::Signatures(shown) = &self.shown else {
            return;
        };
        let at = row.checked_sub(shown.from);
        if let Some(found) = at.and_then(|at| shown.rows.get(at as usize)) {
            let part = place::Part {
                tab: (self.listed == Listed::Inlined)
                    .then(|| Tab::Sites.word())
                    .flatten(),
                ..place::Part::default()
            };
            place::go(&part.href(&found.address));
        }
    }

    fn typed(&self, ctx: &Context<Functions>) -> Callback<InputEvent> {
        let wanted = self.wanted.clone();
        ctx.link().batch_callback(move |event: InputEvent| {
            let input = event.target()?.dyn_into::<HtmlInputElement>().ok()?;
            Some(Msg::Search(Wanted {
                text: input.value(),
                ..wanted.clone()
            }))
        })
    }

    /// Changes what is looked for by the choice in a select, if the event is that of one.
    fn changed(&self, ctx: &Context<Functions>, change: fn(&mut Wanted, usize)) -> Callback<Event> {
        let wanted = self.wanted.clone();
        ctx.link().callback(move |event: Event| {
            let select = event.target();
            let select = select.and_then(|select| select.dyn_into::<HtmlSelectElement>().ok());
            let chosen = select.and_then(|select| usize::try_from(select.selected_index()).ok());
            let mut wanted = wanted.clone();
            change(&mut wanted, chosen.unwrap_or(0));
            Msg::Search(wanted)
        })
    }

    fn label(&self) -> &'static str {
        match (self.listed, self.wanted.within) {
            (Listed::LeftOut, _) | (_, Within::Name) => "Search by name",
            (Listed::PerCpu, _) => "Search by name or type",
            (_, Within::Anything) => "Search by name or type: struct sk_buff *",
            (_, Within::Takes | Within::Returns) => "Search by type: struct sk_buff *",
        }
    }

    /// Where the text is looked for, and the flag of kfuncs.
    fn choices(&self, ctx: &Context<Functions>) -> Html {
        let choice = |label: &'static str,
                      titles: Vec<&'static str>,
                      chosen: usize,
                      change: fn(&mut Wanted, usize)| {
            html! {
                <label class="choose choose--line"><span>{ label }</span>
                    <select class="field" onchange={self.changed(ctx, change)}>
                        { for titles.iter().enumerate().map(|(at, title)| html! { <option selected={at == chosen}>{ *title }</option> }) }
                    </select></label>
            }
        };
        let within = Within::ALL
            .into_iter()
            .position(|one| one == self.wanted.within);
        let flag = FLAGS
            .iter()
            .position(|flag| Some(*flag) == self.wanted.flag.as_deref());
        html! {
            <>
                if matches!(self.listed, Listed::All | Listed::Kfuncs | Listed::Inlined) {
                    { choice("Search in", Within::ALL.map(Within::title).to_vec(), within.unwrap_or(0), |wanted, at| {
                        wanted.within = Within::ALL.get(at).copied().unwrap_or_default();
                    }) }
                }
                if self.listed == Listed::Kfuncs && self.totals[1] != Some(0) {
                    { choice("Flag", [&["any"], FLAGS.as_slice()].concat(), flag.map_or(0, |at| at + 1), |wanted, at| {
                        wanted.flag = at.checked_sub(1).and_then(|at| FLAGS.get(at)).map(|flag| (*flag).to_owned());
                    }) }
                }
            </>
        }
    }

    /// The headings of the list if it has several columns; a press sorts by one.
    fn headings(&self, ctx: &Context<Functions>) -> Html {
        if !self.shows_sites(ctx) {
            return Html::default();
        }
        let sorted = self.wanted.column(self.listed);
        let head = |title: &'static str, column: Column, rises: bool| {
            let arrow = match (sorted == column, rises != self.wanted.reversed) {
                (false, _) => "",
                (true, true) => " ↑",
                (true, false) => " ↓",
            };
            let next = self.wanted.sorted(self.listed, column);
            let onclick = ctx.link().callback(move |_| Msg::Search(next.clone()));
            html! {
                <button type="button" class="sort" aria-pressed={(sorted == column).to_string()} {onclick}>
                    { title }<span aria-hidden="true">{ arrow }</span></button>
            }
        };
        html! {
            <div class="rows-head" role="group" aria-label="Sort by">
                { head("Function", Column::Function, true) }
                { head("Inlined at", Column::Sites, false) }
            </div>
        }
    }

    /// Whether rows show at how many sites a function was inlined.
    fn shows_sites(&self, ctx: &Context<Functions>) -> bool {
        let of_functions = [Listed::All, Listed::Kfuncs, Listed::Inlined];
        ctx.props().has_sites && of_functions.contains(&self.listed)
    }

    /// How to find out where functions were inlined.
    fn inline_sites(&self, ctx: &Context<Functions>) -> Html {
        if ctx.props().no_sites {
            return html! { <p class="reads">{ "By its DWARF, no function of this file was inlined." }</p> };
        }
        let Some(read) = ctx
            .props()
            .read_sites
            .clone()
            .filter(|_| self.listed == Listed::All)
        else {
            return Html::default();
        };
        html! {
            <p class="reads">{ "A probe on a function does not see the places where it was inlined. " }
                <button type="button" class="link small" onclick={read.reform(|_: MouseEvent| ())}>{ "Read inline sites" }</button>
                { " encodes the file again, and shows where each argument is." }</p>
        }
    }

    /// Why a list is empty, and what the words in it mean.
    fn explained(&self) -> Html {
        match (self.listed, &self.shown) {
            (Listed::Kfuncs, _) if self.totals[1] == Some(0) => html! {
                <p class="note">{ "No function of this file has the tag bpf_kfunc, which does not mean that the kernel has no kfuncs: \
                    Linux up to 6.8 has them without the tag, and later ones if they were built without it. They are among all functions." }</p>
            },
            (Listed::LeftOut, ListedRows::LeftOut(shown)) => {
                let mut reasons: Vec<&String> = Vec::new();
                for reason in shown.rows.iter().flat_map(|row| &row.reasons) {
                    if !reasons.contains(&reason) {
                        reasons.push(reason);
                    }
                }
                reasons.sort();
                let one = |reason: &String| {
                    let explained = reason_explained(reason)?;
                    Some(html! { <><dt>{ capitalised(reason) }</dt><dd>{ explained }</dd></> })
                };
                html! {
                    <details class="reasons"><summary>{ "What the reasons mean" }</summary>
                        <dl>{ for reasons.into_iter().filter_map(one) }</dl></details>
                }
            }
            _ => Html::default(),
        }
    }

    fn view_rows(&self, ctx: &Context<Functions>) -> Html {
        let span = self.span();
        let last = span.from + span.count;
        let pixels = |rows: u32| format!("{}", f64::from(rows) * self.rows.height);
        let active = (span.from..last)
            .contains(&self.rows.cursor)
            .then(|| format!("function-{}", self.rows.cursor));
        let rows: Html = match &self.shown {
            ListedRows::Signatures(shown) => (shown.rows.iter().zip(span.from..))
                .map(|(row, number)| self.signature(row, number, ctx))
                .collect(),
            ListedRows::LeftOut(shown) => (shown.rows.iter().zip(span.from..))
                .map(|(row, number)| self.left_out(row, number))
                .collect(),
        };
        html! {
            <div class="rows" ref={self.rows.place.clone()} role="listbox" aria-label={self.listed.title()} tabindex="0"
                aria-activedescendant={active} onscroll={ctx.link().callback(|_| Msg::Scrolled)}
                onkeydown={ctx.link().callback(Msg::Key)}>
                if span.from > 0 { <svg class="gap" width="1" height={pixels(span.from)} aria-hidden="true"></svg> }
                { rows }
                if last < span.total { <svg class="gap" width="1" height={pixels(span.total - last)} aria-hidden="true"></svg> }
            </div>
        }
    }

    fn row(
        &self,
        number: u32,
        title: String,
        onclick: Option<Callback<MouseEvent>>,
        inner: Html,
    ) -> Html {
        let class = classes!("row", (number == self.rows.cursor).then_some("cursor"));
        html! {
            <div id={format!("function-{number}")} class={class} role="option" aria-selected="false" aria-setsize={self.span().total.to_string()}
                aria-posinset={(number + 1).to_string()} title={title} onclick={onclick}>{ inner }</div>
        }
    }

    fn signature(&self, row: &Signature, number: u32, ctx: &Context<Functions>) -> Html {
        let line = Line {
            tokens: row.tokens.clone(),
            ..Line::default()
        };
        let known: Vec<&str> = row
            .tags
            .iter()
            .filter(|tag| *tag != "bpf_kfunc" || row.flags.is_empty())
            .chain(&row.flags)
            .map(String::as_str)
            .collect();
        let place = match (&row.place, row.size) {
            (Some((_, offset)), Some(size)) => {
                format!("+{offset:#x}, {}", counted(size, "byte", "bytes"))
            }
            (Some((_, offset)), None) => format!("+{offset:#x}"),
            _ => known.join(" "),
        };
        let onclick = ctx.link().callback(move |_| Msg::Open(number));
        let sites = match row.inlined_at {
            Some(0) | None => "–".to_owned(),
            Some(sites) => grouped(u64::from(sites)),
        };
        let inner = html! {
            <>
                <span class="n">{ code::plain(&line) }</span><span class="z">{ place }</span>
                if self.shows_sites(ctx) {
                    <span class="z sites"><span class="vh">{ "inlined at " }</span>{ sites }</span>
                }
            </>
        };
        self.row(number, row.text(), Some(onclick), inner)
    }

    fn left_out(&self, row: &LeftOut, number: u32) -> Html {
        let reasons = row.reasons.join(", ");
        let inner =
            html! { <><span class="n">{ &row.name }</span><span class="z">{ &reasons }</span></> };
        self.row(number, format!("{}: {reasons}", row.name), None, inner)
    }
}

/// Asks how many functions each list has.
fn ask_totals(ctx: &Context<Functions>) {
    for (at, listed) in LISTS.into_iter().enumerate() {
        let query = Query {
            filter: listed.filter(),
            ..Query::default()
        };
        ask(ctx, listed, query, (0, 0), move |shown| {
            Msg::Total(at, shown)
        });
    }
}

fn ask(
    ctx: &Context<Functions>,
    listed: Listed,
    query: Query,
    (from, count): (u32, u32),
    then: impl Fn(Result<ListedRows, String>) -> Msg + 'static,
) {
    let client = &ctx.props().client;
    match listed {
        Listed::LeftOut => {
            let question = ListLeftOut {
                query,
                reason: None,
                from,
                count,
            };
            let then = (ctx.link())
                .callback(move |rows: Result<_, _>| then(rows.map(ListedRows::LeftOut)));
            client.ask(question, then);
        }
        Listed::All | Listed::Kfuncs | Listed::PerCpu | Listed::Inlined => {
            let question = ListSignatures { query, from, count };
            let then = (ctx.link())
                .callback(move |rows: Result<_, _>| then(rows.map(ListedRows::Signatures)));
            client.ask(question, then);
        }
    }
}
