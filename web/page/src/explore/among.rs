//! What modules repeat of their kernel's types and why, and what several of them bring.

use super::desk::Desk;
use super::place;
use explore::modules::{Among, Repeat, Shared};
use explore::{Ask, Say};
use protocol::figures::{bytes_text, counted, grouped};
use std::rc::Rc;
use yew::prelude::*;

/// Rows that come at once.
const ROWS: u32 = 20;

/// What the component is given.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Where the kernel's types are.
    pub desk: Rc<Desk>,
    /// How often something was told there about modules: with another number the answer is another.
    pub told: u32,
    /// One module, or all.
    #[prop_or_default]
    pub of: Option<String>,
    /// Opens an address among the types of a module.
    pub open: Callback<(String, String)>,
}

/// The component.
pub struct AmongModules {
    among: Option<Among>,
    count: u32,
}

/// Something happened.
pub enum Msg {
    /// The answer.
    Said(Say),
    /// The user wants more rows.
    More,
}

impl Component for AmongModules {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<AmongModules>) -> AmongModules {
        let among = AmongModules {
            among: None,
            count: ROWS,
        };
        among.ask(ctx);
        among
    }

    fn changed(&mut self, ctx: &Context<AmongModules>, old: &Props) -> bool {
        let now = ctx.props();
        if (now.told, &now.desk) != (old.told, &old.desk) {
            self.ask(ctx);
        }
        false
    }

    fn update(&mut self, ctx: &Context<AmongModules>, msg: Msg) -> bool {
        match msg {
            Msg::Said(Say::Among(among)) => {
                self.among = Some(*among);
                true
            }
            Msg::Said(_) => false,
            Msg::More => {
                self.count = self.count.saturating_mul(5);
                self.ask(ctx);
                false
            }
        }
    }

    fn view(&self, ctx: &Context<AmongModules>) -> Html {
        let Some(among) = self.among.as_ref().filter(|among| among.modules > 0) else {
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
                    <h2 id="repeats">{ "Repeated although the kernel has one of that name" }</h2>
                    if among.repeated.is_empty() {
                        <p class="sub">{ if alone { "None: what it adds has names of its own." } else { "None: what they add has names of its own." } }</p>
                    } else {
                        <ul class="repeated-list">{ for among.repeated.iter().map(|one| repeat(one, alone, ctx)) }</ul>
                        { more(among.repeated.len(), among.repeats) }
                    }
                </section>
                if among.shared > 0 {
                    <section aria-labelledby="shared">
                        <h2 id="shared">{ "Brought by several modules" }</h2>
                        <p class="sub">{ format!("{} that the kernel has not; modules know nothing of each other, so each brings its own.",
                            counted(among.shared.into(), "type", "types")) }</p>
                        <table>
                            <thead><tr><th scope="col">{ "Type" }</th><th scope="col">{ "Modules" }</th><th scope="col" class="num">{ "Definitions" }</th>
                                <th scope="col" class="num only-wide">{ "Bytes repeated" }</th></tr></thead>
                            <tbody>{ for among.brought.iter().map(shared) }</tbody>
                        </table>
                        { more(among.brought.len(), among.shared) }
                    </section>
                }
            </div>
        }
    }
}

impl AmongModules {
    fn ask(&self, ctx: &Context<AmongModules>) {
        let ask = Ask::Among {
            of: ctx.props().of.clone(),
            count: self.count,
        };
        ctx.props().desk.ask(ask, ctx.link().callback(Msg::Said));
    }
}

fn repeat(one: &Repeat, alone: bool, ctx: &Context<AmongModules>) -> Html {
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
