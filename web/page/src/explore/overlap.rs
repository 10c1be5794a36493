//! What modules repeat of their kernel's types and why, and what several of them bring.

use super::client::ExplorerClient;
use super::place;
use explore::modules::{Overlap, Repeat, Shared};
use explore::questions::OverlapOfModules;
use protocol::figures::{bytes_text, counted, grouped};
use std::rc::Rc;
use yew::prelude::*;

/// How many rows are asked for at once.
const ROWS: u32 = 20;

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The worker that holds the kernel's types.
    pub client: Rc<ExplorerClient>,
    /// How often something was told there about modules: with another number the answer is another.
    pub times_told: u32,
    /// One module, or all.
    #[prop_or_default]
    pub of: Option<String>,
    /// Opens an address among the types of a module.
    pub open: Callback<(String, String)>,
}

pub struct ModuleOverlap {
    overlap: Option<Overlap>,
    count: u32,
}

pub enum Msg {
    Answered(Result<Overlap, String>),
    /// The user wants more rows.
    More,
}

impl Component for ModuleOverlap {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<ModuleOverlap>) -> ModuleOverlap {
        let overlap = ModuleOverlap {
            overlap: None,
            count: ROWS,
        };
        overlap.ask(ctx);
        overlap
    }

    fn changed(&mut self, ctx: &Context<ModuleOverlap>, old: &Props) -> bool {
        let now = ctx.props();
        if (now.times_told, &now.client) != (old.times_told, &old.client) {
            self.ask(ctx);
        }
        false
    }

    fn update(&mut self, ctx: &Context<ModuleOverlap>, msg: Msg) -> bool {
        match msg {
            Msg::Answered(Ok(overlap)) => {
                self.overlap = Some(overlap);
                true
            }
            // Nothing is shown.
            Msg::Answered(Err(_)) => false,
            Msg::More => {
                self.count = self.count.saturating_mul(5);
                self.ask(ctx);
                false
            }
        }
    }

    fn view(&self, ctx: &Context<ModuleOverlap>) -> Html {
        let Some(overlap) = self.overlap.as_ref().filter(|overlap| overlap.modules > 0) else {
            return Html::default();
        };
        let alone = ctx.props().of.is_some();
        let more = |shown: usize, all: u32| {
            let onclick = ctx.link().callback(|_| Msg::More);
            html! { if (shown as u32) < all {
                <p><button type="button" class="btn" {onclick}>{ format!("Show more of {}", grouped(all.into())) }</button></p>
            } }
        };
        html! {
            <div class="among">
                <section aria-labelledby="repeats">
                    <h2 id="repeats">{ "Duplicated, although the kernel has a type of that name" }</h2>
                    if overlap.repeated.is_empty() {
                        <p class="sub">{ if alone { "None: no type it adds has a name that the kernel uses." } else { "None: no type they add has a name that the kernel uses." } }</p>
                    } else {
                        <ul class="repeated-list">{ for overlap.repeated.iter().map(|one| repeat(one, alone, ctx)) }</ul>
                        { more(overlap.repeated.len(), overlap.repeats) }
                    }
                </section>
                if overlap.shared > 0 {
                    <section aria-labelledby="shared">
                        <h2 id="shared">{ "In several modules" }</h2>
                        <p class="sub">{ format!("{} not in the kernel. Modules are encoded separately, so each has its own copy.",
                            counted(overlap.shared.into(), "type", "types")) }</p>
                        <table>
                            <thead><tr><th scope="col">{ "Type" }</th><th scope="col">{ "Modules" }</th><th scope="col" class="num">{ "Definitions" }</th>
                                <th scope="col" class="num only-wide">{ "Bytes repeated" }</th></tr></thead>
                            <tbody>{ for overlap.brought.iter().map(shared) }</tbody>
                        </table>
                        { more(overlap.brought.len(), overlap.shared) }
                    </section>
                }
            </div>
        }
    }
}

impl ModuleOverlap {
    fn ask(&self, ctx: &Context<ModuleOverlap>) {
        let question = OverlapOfModules {
            of: ctx.props().of.clone(),
            count: self.count,
        };
        let then = ctx.link().callback(Msg::Answered);
        ctx.props().client.ask(question, then);
    }
}

fn repeat(one: &Repeat, alone: bool, ctx: &Context<ModuleOverlap>) -> Html {
    let href = place::why(&one.address);
    let onclick = {
        let (open, module, href) = (ctx.props().open.clone(), one.module.clone(), href.clone());
        Callback::from(move |event: MouseEvent| {
            event.prevent_default();
            open.emit((module.clone(), href.clone()));
        })
    };
    html! {
        <li>
            <p class="mono">if !alone { <span class="dim">{ format!("{}  ", one.module) }</span> }<a {href} {onclick}>{ &one.title }</a></p>
            <p>{ super::code::quoted(&one.why) }</p>
        </li>
    }
}

fn shared(one: &Shared) -> Html {
    let (named, more) = one.first_modules();
    let more = match more {
        0 => String::new(),
        more => format!(" and {}", grouped(more as u64)),
    };
    html! {
        <tr>
            <th scope="row" class="mono">{ format!("{} {}", one.word, one.name) }</th>
            <td class="wrap" title={one.modules.join(", ")}>{ named }{ more }</td>
            <td class="num">{ one.definitions }</td>
            <td class="num only-wide">{ bytes_text(one.repeated_bytes) }</td>
        </tr>
    }
}
