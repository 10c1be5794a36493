//! Changes in a second file: the list on the left, one type on the right.

use super::bands::Side;
use super::change;
use super::client::ExplorerClient;
use super::divider::{Divider, Pane};
use super::list::{Moved, Rows, Span};
use super::save::save;
use super::{chip, place};
use crate::browser::{after_paint, focus, is_typing, reveal, save_text, set_title, window};
use explore::changes::{
    ChangeCard, ChangeFilter, ChangeRow, ChangesPage, FolderCount, GroupCount, TypeChange,
};
use explore::questions::{
    ChangedFolders, ChangesAsMarkdown, ChangesFound, Export, ListChanges, ShowChange,
};
use explore::{Address, Group};
use gloo_events::EventListener;
use protocol::figures::{counted, grouped};
use protocol::text::sentence;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The worker that holds both files' types.
    pub client: Rc<ExplorerClient>,
    /// The first file's name.
    pub first: String,
    /// The second file's name.
    pub second: String,
    /// The side that is the result that is open; only its types have a view of their own.
    pub result: Option<Side>,
    /// Both files, and the buttons to choose others.
    pub children: Html,
}

pub struct Compare {
    filter: ChangeFilter,
    counts: Vec<GroupCount>,
    folders: Vec<FolderCount>,
    page: ChangesPage,
    rows: Rows,
    place: Option<Address>,
    card: Option<change::ShownChange>,
    missing: Option<String>,
    narrow: bool,
    _listeners: Vec<EventListener>,
}

pub enum Msg {
    /// The address has changed.
    Routed,
    /// The window was resized.
    Resized,
    /// Other changes are wanted.
    Filter(ChangeFilter),
    /// What changed in the folder that is wanted, by the folders below it.
    Folders(Option<String>, Result<Vec<FolderCount>, String>),
    /// Rows of the list.
    Listed(ChangeFilter, Result<ChangesFound, String>),
    /// The list was scrolled.
    Scrolled,
    /// A key was pressed in the list.
    Key(KeyboardEvent),
    /// Open a row of the list.
    Open(u32),
    /// A type, or why there is none.
    Card(Address, Result<Box<ChangeCard>, String>),
    /// Go to the next change of the type, or the one before.
    Step(bool),
    /// Show unchanged members of the type, or fold them.
    Unchanged,
    /// Save everything as Markdown.
    Save,
    /// Save everything as JSON.
    SaveJson,
    /// The text to save.
    Saved(Result<String, String>),
}

impl Component for Compare {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Compare>) -> Compare {
        let on = |name: &'static str, msg: fn() -> Msg| {
            let link = ctx.link().clone();
            EventListener::new(&window(), name, move |_| link.send_message(msg()))
        };
        let mut compare = Compare {
            filter: ChangeFilter::default(),
            counts: Vec::new(),
            folders: Vec::new(),
            page: ChangesPage::default(),
            rows: Rows::default(),
            place: None,
            card: None,
            missing: None,
            narrow: change::is_narrow(),
            _listeners: vec![
                on("hashchange", || Msg::Routed),
                on("resize", || Msg::Resized),
                keys(ctx),
            ],
        };
        compare.list(ctx);
        compare.ask_folders(ctx);
        compare.route(ctx);
        compare
    }

    fn update(&mut self, ctx: &Context<Compare>, msg: Msg) -> bool {
        match msg {
            Msg::Routed => return self.route(ctx),
            Msg::Resized => {
                let narrow = change::is_narrow();
                return std::mem::replace(&mut self.narrow, narrow) != narrow;
            }
            Msg::Filter(filter) => {
                let moves = self.filter.folder != filter.folder;
                self.filter = filter;
                self.rows.home();
                if moves {
                    self.ask_folders(ctx);
                }
                self.list(ctx);
            }
            // A late answer: the search has changed.
            Msg::Listed(filter, _) if filter != self.filter => return false,
            Msg::Folders(within, _) if within != self.filter.folder => return false,
            Msg::Card(of, _) if self.place.as_ref() != Some(&of) => return false,
            Msg::Listed(_, Ok(found)) => {
                self.counts = found.groups;
                self.page = found.page;
            }
            Msg::Folders(_, Ok(folders)) => self.folders = folders,
            Msg::Scrolled => {
                if self.rows.scrolled(self.span()) {
                    self.list(ctx);
                }
                return false;
            }
            Msg::Key(event) => match self.rows.key(&event, self.span()) {
                Moved::Opens(row) => self.open(row),
                Moved::To => {
                    if self.rows.scrolled(self.span()) {
                        self.list(ctx);
                    }
                }
                Moved::No => return false,
            },
            Msg::Open(row) => {
                self.rows.cursor = row;
                self.open(row);
            }
            Msg::Card(_, Ok(card)) => {
                set_title(&format!("{} compared", card.title));
                self.missing = None;
                self.card = Some(change::ShownChange::new(*card));
                focus("title");
            }
            Msg::Card(_, Err(cause))
            | Msg::Listed(_, Err(cause))
            | Msg::Folders(_, Err(cause))
            | Msg::Saved(Err(cause)) => {
                self.card = None;
                self.missing = Some(cause);
            }
            Msg::Step(forwards) => {
                let to = self.card.as_mut().and_then(|card| card.step(forwards));
                let Some(id) = to else { return false };
                // Its row may not be drawn yet.
                after_paint(move || reveal(&id));
            }
            Msg::Unchanged => match &mut self.card {
                Some(card) => card.toggle_unchanged(),
                None => return false,
            },
            Msg::SaveJson => {
                save(
                    &ctx.props().client,
                    Export::Changes,
                    "changes.json".to_owned(),
                );
                return false;
            }
            Msg::Save => {
                let then = ctx.link().callback(Msg::Saved);
                ctx.props().client.ask(ChangesAsMarkdown, then);
                return false;
            }
            Msg::Saved(Ok(text)) => {
                // A browser that does not save says so itself.
                let _ = save_text("changes.md", "text/markdown", &text);
                return false;
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Compare>) -> Html {
        let Props {
            first,
            second,
            result,
            ..
        } = ctx.props();
        let class = classes!("explorer", self.place.is_some().then_some("has-type"));
        let actions = change::Actions {
            step: ctx.link().callback(Msg::Step),
            unchanged: ctx.link().callback(|()| Msg::Unchanged),
        };
        html! {
            <>
                { self.summary(ctx) }
                <div class={class}>
                    <div class="finder">{ self.controls(ctx) }{ self.view_rows(ctx) }
                        <p class="foot" role="status">{ counted(u64::from(self.page.total), "change", "changes") }</p></div>
                    <Divider pane={Pane::List} />
                    <div class="detail">
                        if let Some(card) = &self.card {
                            { change::view(card, first, second, *result, self.narrow, &actions) }
                        } else if let Some(cause) = &self.missing {
                            <div class="nothing"><h1 id="title" tabindex="-1">{ "No such type" }</h1>
                                <p class="sub">{ sentence(cause) }</p></div>
                        } else {
                            { self.overview(ctx) }
                        }
                    </div>
                </div>
            </>
        }
    }

    fn rendered(&mut self, _: &Context<Compare>, first: bool) {
        self.rows.measure();
        if first && self.place.is_none() {
            focus("title");
        }
    }
}

/// The keys that go through the changes of a type.
fn keys(ctx: &Context<Compare>) -> EventListener {
    let link = ctx.link().clone();
    EventListener::new(&window(), "keydown", move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
            return;
        };
        if is_typing(event) || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        match event.key().as_str() {
            "n" => link.send_message(Msg::Step(true)),
            "p" => link.send_message(Msg::Step(false)),
            "u" => link.send_message(Msg::Unchanged),
            _ => {}
        }
    })
}

impl Compare {
    fn span(&self) -> Span {
        Span {
            total: self.page.total,
            from: self.page.from,
            count: self.page.rows.len() as u32,
        }
    }

    fn list(&self, ctx: &Context<Compare>) {
        let (from, count) = self.rows.window();
        let (filter, asked) = (self.filter.clone(), self.filter.clone());
        let question = ListChanges {
            filter,
            from,
            count,
        };
        let then = (ctx.link()).callback(move |found| Msg::Listed(asked.clone(), found));
        ctx.props().client.ask(question, then);
    }

    fn ask_folders(&self, ctx: &Context<Compare>) {
        let within = self.filter.folder.clone();
        let question = ChangedFolders(within.clone().unwrap_or_default());
        let then = (ctx.link()).callback(move |folders| Msg::Folders(within.clone(), folders));
        ctx.props().client.ask(question, then);
    }

    fn route(&mut self, ctx: &Context<Compare>) -> bool {
        let place = place::named("compare");
        if place == self.place {
            return false;
        }
        self.place = place;
        self.missing = None;
        match self.place.clone() {
            Some(address) => {
                let asked = address.clone();
                let then = (ctx.link()).callback(move |card| Msg::Card(asked.clone(), card));
                ctx.props().client.ask(ShowChange(address), then);
                false
            }
            None => {
                self.card = None;
                set_title("Compare");
                true
            }
        }
    }

    fn open(&self, row: u32) {
        let at = row.checked_sub(self.page.from);
        if let Some(row) = at.and_then(|at| self.page.rows.get(at as usize)) {
            place::go(&place::compare(&row.address));
        }
    }

    /// Both names, and the button to choose another file.
    fn summary(&self, ctx: &Context<Compare>) -> Html {
        let sum = |of: fn(&GroupCount) -> u32| {
            let all: u32 = self.counts.iter().map(of).sum();
            grouped(u64::from(all))
        };
        html! {
            <div class="sumbar">
                { ctx.props().children.clone() }
                <p class="sums"><span><b>{ sum(|of| of.equal) }</b>{ " identical" }</span><span><b>{ sum(|of| of.changed) }</b>{ " changed" }</span>
                    <span><b>{ sum(|of| of.added) }</b>{ " new" }</span><span><b>{ sum(|of| of.removed) }</b>{ " removed" }</span></p>
                <span class="saves"><button type="button" class="btn" onclick={ctx.link().callback(|_| Msg::Save)}>{ "Save as Markdown" }</button>
                    <button type="button" class="btn" onclick={ctx.link().callback(|_| Msg::SaveJson)}>{ "JSON" }</button></span>
            </div>
        }
    }

    fn controls(&self, ctx: &Context<Compare>) -> Html {
        let filter = &self.filter;
        let set = |filter: ChangeFilter| {
            ctx.link()
                .callback(move |_: MouseEvent| Msg::Filter(filter.clone()))
        };
        let typed = {
            let filter = filter.clone();
            ctx.link().batch_callback(move |event: InputEvent| {
                let text = event.target()?.dyn_into::<HtmlInputElement>().ok()?.value();
                Some(Msg::Filter(ChangeFilter {
                    text,
                    ..filter.clone()
                }))
            })
        };
        let states = [
            (None, "All"),
            (Some(TypeChange::Changed), "Changed"),
            (Some(TypeChange::New), "New"),
            (Some(TypeChange::Gone), "Removed"),
        ];
        let kind = |group: Group| {
            let pressed = filter.groups.contains(&group);
            let mut next = filter.clone();
            next.groups.retain(|there| *there != group);
            if !pressed {
                next.groups.push(group);
            }
            html! {
                <button type="button" aria-pressed={pressed.to_string()} title={group.title()} aria-label={group.title()} onclick={set(next)}>
                    { chip::group(group) }</button>
            }
        };
        html! {
            <div class="q">
                <input id="change-search" class="field" type="search" aria-label="Search changes" placeholder="Search changes (/)"
                    autocomplete="off" spellcheck="false" value={filter.text.clone()} oninput={typed} />
                <div class="seg" role="group" aria-label="What became of them">
                    { for states.into_iter().map(|(change, title)| html! {
                        <button type="button" aria-pressed={(filter.change == change).to_string()}
                            onclick={set(ChangeFilter { change, ..filter.clone() })}>{ title }</button>
                    }) }
                </div>
                <div class="kf" role="group" aria-label="Kinds shown">{ for Group::ALL.into_iter().map(kind) }</div>
                <div class="seg" role="group" aria-label="Order">
                    <button type="button" aria-pressed={(!filter.by_size).to_string()} onclick={set(ChangeFilter { by_size: false, ..filter.clone() })}>{ "By name" }</button>
                    <button type="button" aria-pressed={filter.by_size.to_string()} onclick={set(ChangeFilter { by_size: true, ..filter.clone() })}>{ "By change of size" }</button>
                </div>
                if let Some(folder) = &filter.folder {
                    <p class="small within">{ "In " }<b class="mono">{ folder }</b>{ " " }
                        <button type="button" class="link" onclick={set(ChangeFilter { folder: None, ..filter.clone() })}>{ "Show all folders" }</button></p>
                }
            </div>
        }
    }

    fn view_rows(&self, ctx: &Context<Compare>) -> Html {
        let page = &self.page;
        let last = page.from + page.rows.len() as u32;
        let pixels = |rows: u32| format!("{}", f64::from(rows) * self.rows.height);
        let here = (page.from..last).contains(&self.rows.cursor);
        let active = here.then(|| format!("row-{}", self.rows.cursor));
        html! {
            <div class="rows" ref={self.rows.place.clone()} role="listbox" aria-label="Changes" tabindex="0" aria-activedescendant={active}
                onscroll={ctx.link().callback(|_| Msg::Scrolled)} onkeydown={ctx.link().callback(Msg::Key)}>
                if page.from > 0 { <svg class="gap" width="1" height={pixels(page.from)} aria-hidden="true"></svg> }
                { for page.rows.iter().zip(page.from..).map(|(row, number)| self.one(row, number, ctx)) }
                if last < page.total { <svg class="gap" width="1" height={pixels(page.total - last)} aria-hidden="true"></svg> }
            </div>
        }
    }

    fn one(&self, row: &ChangeRow, number: u32, ctx: &Context<Compare>) -> Html {
        let open = self.place.as_ref() == Some(&row.address);
        let class = classes!(
            "row",
            open.then_some("open"),
            (number == self.rows.cursor).then_some("cursor")
        );
        let (sign, word) = match row.change {
            TypeChange::Changed => ("≠", "changed"),
            TypeChange::New => ("+", "new"),
            TypeChange::Gone => ("−", "removed"),
        };
        html! {
            <div id={format!("row-{number}")} class={class} role="option" aria-selected={open.to_string()} title={row.address.name.clone()}
                aria-setsize={self.page.total.to_string()} aria-posinset={(number + 1).to_string()} onclick={ctx.link().callback(move |_| Msg::Open(number))}>
                <span class="sign" aria-hidden="true">{ sign }</span><span class="vh">{ word }</span>
                { chip::address(&row.address) }<span class="vh">{ &row.address.word }</span>
                <span class="n">{ &row.address.name }</span>
                <span class="z">{ change::size(row.size) }</span>
            </div>
        }
    }

    /// How many types of each kind changed.
    fn overview(&self, ctx: &Context<Compare>) -> Html {
        let number = |count: u32| grouped(u64::from(count));
        html! {
            <div class="outset">
                <h1 id="title" tabindex="-1">{ format!("From {} to {}", ctx.props().first, ctx.props().second) }</h1>
                <p class="sub">{ "Types are paired by kind and name. Two are identical if their own members, values or declaration match; types they refer to are not followed." }</p>
                <table class="by-kind">
                    <thead><tr><th>{ "Kind" }</th><th class="num">{ "Identical" }</th><th class="num">{ "Changed" }</th><th class="num">{ "New" }</th><th class="num">{ "Removed" }</th></tr></thead>
                    <tbody>{ for self.counts.iter().map(|of| html! {
                        <tr><th scope="row"><span class="chip">{ chip::group(of.group) }{ of.group.title() }</span></th>
                            <td class="num">{ number(of.equal) }</td><td class="num">{ number(of.changed) }</td>
                            <td class="num">{ number(of.added) }</td><td class="num">{ number(of.removed) }</td></tr>
                    }) }</tbody>
                </table>
                { self.by_folder(ctx) }
            </div>
        }
    }

    /// How many types of each folder changed, if folders are known, with links into them.
    fn by_folder(&self, ctx: &Context<Compare>) -> Html {
        let within = self.filter.folder.as_deref();
        if self.folders.is_empty() && within.is_none() {
            return html! {
                <p class="sub">{ "Source folders are shown if both files were encoded from DWARF." }</p>
            };
        }
        let into = |folder: Option<String>| {
            let filter = ChangeFilter {
                folder,
                ..self.filter.clone()
            };
            ctx.link()
                .callback(move |_: MouseEvent| Msg::Filter(filter.clone()))
        };
        let number = |count: u32| grouped(u64::from(count));
        html! {
            <>
                <h2 id="by-folder">{ "By folder" }</h2>
                <p class="sub">{ "Each type is counted in the closest folder that contains all units that have it." }</p>
                if let Some(within) = within {
                    <p class="crumbs mono">
                        <button type="button" class="link" onclick={into(None)}>{ "all" }</button>
                        { for above(within).into_iter().map(|(path, name)| html! {
                            <>{ " / " }<button type="button" class="link" onclick={into(Some(path))}>{ name }</button></>
                        }) }
                    </p>
                }
                <table class="by-kind" aria-labelledby="by-folder">
                    <thead><tr><th>{ "Folder" }</th><th class="num">{ "Changed" }</th><th class="num">{ "New" }</th><th class="num">{ "Removed" }</th></tr></thead>
                    <tbody>{ for self.folders.iter().map(|of| html! {
                        <tr><th scope="row">{ match &of.path {
                                Some(path) if !of.own => html! {
                                    <button type="button" class="link mono" onclick={into(Some(path.clone()))}>{ of.title() }</button>
                                },
                                _ => html! { <span class="dim">{ of.title() }</span> },
                            } }</th>
                            <td class="num">{ number(of.changed) }</td>
                            <td class="num">{ number(of.added) }</td><td class="num">{ number(of.removed) }</td></tr>
                    }) }</tbody>
                </table>
            </>
        }
    }
}

/// The folders above a path and the last one: path and name of each.
fn above(path: &str) -> Vec<(String, String)> {
    let ends = path.match_indices('/').map(|(at, _)| at);
    let paths = ends.chain([path.len()]).filter_map(|end| path.get(..end));
    paths
        .map(|path| {
            let name = path.rsplit('/').next().unwrap_or(path);
            (path.to_owned(), name.to_owned())
        })
        .collect()
}
