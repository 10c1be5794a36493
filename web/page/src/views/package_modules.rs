//! The modules in the package that a kernel came from: listed, searched, and chosen.

use protocol::figures::{counted, grouped};
use std::collections::BTreeSet;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Names that are shown at a time; a search finds the others.
const SHOWN: usize = 200;

#[derive(Clone, PartialEq, Properties)]
pub struct PackageModulesProps {
    /// The package's name.
    pub package: String,
    /// What it contains, once that is known.
    pub names: Option<Rc<Vec<String>>>,
    /// Modules that were taken out.
    pub have: Vec<String>,
    /// Whether something is unpacked.
    pub is_busy: bool,
    /// Has the names read.
    pub list: Callback<()>,
    /// Has modules taken out.
    pub take: Callback<Vec<String>>,
}

pub struct PackageModules {
    search: String,
    chosen: BTreeSet<String>,
}

pub enum PackageModulesMsg {
    Search(String),
    Choose(String, bool),
    /// All that the search finds.
    ChooseAll,
    Take,
}

impl Component for PackageModules {
    type Message = PackageModulesMsg;
    type Properties = PackageModulesProps;

    fn create(_ctx: &Context<Self>) -> PackageModules {
        PackageModules {
            search: String::new(),
            chosen: BTreeSet::new(),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: PackageModulesMsg) -> bool {
        match msg {
            PackageModulesMsg::Search(text) => self.search = text,
            PackageModulesMsg::Choose(name, true) => {
                self.chosen.insert(name);
            }
            PackageModulesMsg::Choose(name, false) => {
                self.chosen.remove(&name);
            }
            PackageModulesMsg::ChooseAll => {
                let found = self.found(ctx.props()).into_iter().map(str::to_owned);
                self.chosen.extend(found);
            }
            PackageModulesMsg::Take => {
                let chosen = std::mem::take(&mut self.chosen);
                ctx.props().take.emit(chosen.into_iter().collect());
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let package = &props.package;
        let Some(names) = &props.names else {
            let list = props.list.clone();
            return html! {
                <>
                    <p class="sub pad">{ format!("Or take them out of {package}, which is read to its end:") }</p>
                    <button type="button" class="btn" id="list-modules" disabled={props.is_busy} onclick={move |_| list.emit(())}>
                        { if props.is_busy { "Reading…" } else { "List its modules" } }</button>
                </>
            };
        };
        if names.is_empty() {
            return html! { <p class="sub pad">{ format!("{package} contains no modules.") }</p> };
        }
        let link = ctx.link();
        let found = self.found(props);
        let shown = found.iter().take(SHOWN);
        let oninput = link.batch_callback(|event: InputEvent| {
            let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
            Some(PackageModulesMsg::Search(input.value()))
        });
        let onsubmit = link.callback(|event: SubmitEvent| {
            event.prevent_default();
            PackageModulesMsg::Take
        });
        let count = match found.len() {
            0 => "No module has such a name.".to_owned(),
            all if all > SHOWN => format!(
                "{} of {}",
                grouped(SHOWN as u64),
                counted(all as u64, "module", "modules")
            ),
            all => counted(all as u64, "module", "modules"),
        };
        let take = match self.chosen.len() {
            0 => "Add chosen modules".to_owned(),
            chosen => format!("Add {}", counted(chosen as u64, "module", "modules")),
        };
        html! {
            <form class="in-package" {onsubmit}>
                <p class="sub pad">{ format!("Or choose from {package}:") }</p>
                <input type="search" class="field" aria-label={format!("Search the modules in {package}")} placeholder="Search by name"
                    autocomplete="off" spellcheck="false" value={self.search.clone()} {oninput} />
                <p class="sub" role="status">{ count }
                    if found.len() > 1 { { " · " }<button type="button" class="link" onclick={link.callback(|_| PackageModulesMsg::ChooseAll)}>
                        { if self.search.is_empty() { "Choose all" } else { "Choose all that are found" } }</button> }</p>
                <ul class="names mono" aria-label={format!("Modules in {package}")}>{ for shown.map(|name| self.row(ctx, name)) }</ul>
                <button type="submit" class="btn" disabled={self.chosen.is_empty() || props.is_busy}>{ take }</button>
            </form>
        }
    }
}

impl PackageModules {
    /// The names that the search finds: those that begin with it come first.
    fn found<'p>(&self, props: &'p PackageModulesProps) -> Vec<&'p str> {
        let search = self.search.trim().to_lowercase().replace('-', "_");
        let names = props.names.iter().flat_map(|names| names.iter());
        let mut found: Vec<&str> = names
            .map(String::as_str)
            .filter(|name| name.to_lowercase().contains(&search))
            .collect();
        found.sort_by_key(|name| !name.to_lowercase().starts_with(&search));
        found
    }

    fn row(&self, ctx: &Context<Self>, name: &str) -> Html {
        let is_here = ctx.props().have.iter().any(|have| have == name);
        let checked = is_here || self.chosen.contains(name);
        let chosen = name.to_owned();
        let onchange = ctx.link().batch_callback(move |event: Event| {
            let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
            Some(PackageModulesMsg::Choose(chosen.clone(), input.checked()))
        });
        html! {
            <li key={name.to_owned()}><label class="check"><input type="checkbox" {checked} disabled={is_here} {onchange} /><span>{ name }</span></label></li>
        }
    }
}
