//! Why names have several types: the path to the nearest difference, both sides next to each other.

use super::client::ExplorerClient;
use super::divider::{Divider, Pane};
use super::{chip, code, folders, place, scope};
use crate::browser::{focus, set_title, window};
use explore::Address;
use explore::questions::{
    Definition, Difference, Half, ListRepeated, RepeatedRow, Why, WhyRepeated,
};
use explore::why::{Cause, Step};
use gloo_events::EventListener;
use protocol::figures::{counted, grouped};
use protocol::text::sentence;
use std::rc::Rc;
use yew::prelude::*;

/// How many lines are shown around the line that differs.
const AROUND: usize = 3;

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The worker that holds the types.
    pub client: Rc<ExplorerClient>,
    /// Whether it is known which units have a type.
    pub knows_units: bool,
    /// Leaves the module that is looked at.
    pub leave: Callback<()>,
    /// A type to the laboratory.
    pub to_lab: Callback<String>,
}

pub struct NotMerged {
    names: Option<Vec<RepeatedRow>>,
    place: Option<Address>,
    why: Option<Rc<Why>>,
    missing: Option<String>,
    _listener: EventListener,
}

pub enum Msg {
    /// The address has changed.
    Routed,
    /// All names.
    Names(Result<Vec<RepeatedRow>, String>),
    /// The answer for a name.
    Why(Address, Result<Why, String>),
}

impl Component for NotMerged {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<NotMerged>) -> NotMerged {
        let link = ctx.link().clone();
        let listener = EventListener::new(&window(), "hashchange", move |_| {
            link.send_message(Msg::Routed);
        });
        ctx.props()
            .client
            .ask(ListRepeated, ctx.link().callback(Msg::Names));
        let mut merged = NotMerged {
            names: None,
            place: None,
            why: None,
            missing: None,
            _listener: listener,
        };
        merged.route(ctx);
        merged
    }

    fn update(&mut self, ctx: &Context<NotMerged>, msg: Msg) -> bool {
        match msg {
            Msg::Routed => return self.route(ctx),
            Msg::Names(Ok(names)) => {
                // There is room for an answer: the first name's.
                if self.place.is_none()
                    && let Some(first) = names.first()
                {
                    self.look(ctx, first.address.clone());
                }
                self.names = Some(names);
            }
            // A late answer: another name is shown.
            Msg::Why(of, _) if self.place.as_ref() != Some(&of) => return false,
            Msg::Why(_, Ok(why)) => {
                set_title(&format!("Why two of {}?", why.title));
                self.missing = None;
                self.why = Some(Rc::new(why));
                focus("title");
            }
            Msg::Why(_, Err(cause)) => {
                self.why = None;
                self.missing = Some(cause);
            }
            Msg::Names(Err(cause)) => {
                self.names = Some(Vec::new());
                self.missing = Some(cause);
            }
        }
        true
    }

    fn view(&self, ctx: &Context<NotMerged>) -> Html {
        let Some(names) = &self.names else {
            return html! { <div class="nothing"><h1 id="title" tabindex="-1">{ "Not merged" }</h1></div> };
        };
        html! {
            <div class="explorer has-type">
                <nav class="finder" aria-label="Names with more than one definition">
                    { scope::view(&ctx.props().client, &ctx.props().leave) }
                    <h2>{ match names.len() {
                        0 => "No name has more than one definition".to_owned(),
                        count => format!("{} with more than one definition", counted(count as u64, "name", "names")),
                    } }</h2>
                    <ul class="rows">{ for names.iter().map(|row| self.name(row)) }</ul>
                </nav>
                <Divider pane={Pane::List} />
                <div class="detail">
                    { for self.why.iter().map(|why| answer(why, ctx)) }
                    if let Some(cause) = &self.missing {
                        <div class="nothing"><h1 id="title" tabindex="-1">{ "Not merged" }</h1><p class="sub">{ sentence(cause) }</p></div>
                    } else if names.is_empty() {
                        <div class="nothing"><h1 id="title" tabindex="-1">{ "Everything was merged" }</h1>
                            <p class="sub">{ "Every struct, union, enum and typedef has exactly one definition." }</p></div>
                    }
                </div>
            </div>
        }
    }
}

impl NotMerged {
    fn route(&mut self, ctx: &Context<NotMerged>) -> bool {
        if let Some(address) = place::named("why")
            && Some(&address) != self.place.as_ref()
        {
            self.look(ctx, address);
        }
        false
    }

    fn look(&mut self, ctx: &Context<NotMerged>, address: Address) {
        self.place = Some(address.clone());
        let asked = address.clone();
        let then = (ctx.link()).callback(move |why| Msg::Why(asked.clone(), why));
        ctx.props().client.ask(WhyRepeated(address), then);
    }

    fn name(&self, row: &RepeatedRow) -> Html {
        let here = self.place.as_ref().is_some_and(|place| {
            (&place.word, &place.name) == (&row.address.word, &row.address.name)
        });
        html! {
            <li><a class={classes!("row", here.then_some("open"))} href={place::why(&row.address)} aria-current={here.then_some("true")}>
                { chip::address(&row.address) }<span class="n">{ &row.address.name }</span><span class="z">{ row.count }</span>
            </a></li>
        }
    }
}

fn answer(why: &Why, ctx: &Context<NotMerged>) -> Html {
    let lab = {
        let name = why.title.clone();
        ctx.props().to_lab.reform(move |_: MouseEvent| name.clone())
    };
    let first = why.definitions.first();
    html! {
        <article class="why" aria-labelledby="title">
            <header class="type-head">
                <a class="back only-narrow" href="#/types">{ "All types" }</a>
                <h1 id="title" tabindex="-1">{ &why.title }</h1>
                <p class="say">{ code::quoted(&verdict(why)) }</p>
                // The laboratory takes types of the kernel's units only.
                if ctx.props().client.module().is_none() {
                    <div class="acts"><button type="button" class="btn" onclick={lab}>{ "Open in the lab" }</button></div>
                }
            </header>
            { for why.differences.iter().zip(why.definitions.iter().skip(1)).map(|(difference, other)|
                trail(difference, first, other, why.differences.len() > 1, ctx.props().knows_units)) }
            if ctx.props().knows_units {
                <section class="sec"><h2>{ "Units" }</h2>
                    { for why.definitions.iter().map(|definition| html! {
                        <div class="of-units"><h3><a class="mono" href={place::href(&definition.address)}>{ definition.address.to_string() }</a>
                            <span class="dim">{ format!(" in {}", counted(u64::from(definition.units), "unit", "units")) }</span></h3>
                            { folders::view(definition.folders.iter().cloned().map(Rc::new), definition.units) }</div>
                    }) }
                </section>
            }
        </article>
    }
}

/// The answer in a sentence or two.
fn verdict(why: &Why) -> String {
    let count = match why.definitions.len() {
        2 => "Two definitions.".to_owned(),
        more => format!("{} definitions.", grouped(more as u64)),
    };
    match why.differences.as_slice() {
        [one] => format!("{count} {}", one.trail.verdict()),
        [one, ..] => format!("{count} In the first two: {}", one.trail.verdict()),
        [] => count,
    }
}

fn trail(
    difference: &Difference,
    first: Option<&Definition>,
    other: &Definition,
    several: bool,
    knows_units: bool,
) -> Html {
    let last = difference.pairs.len().saturating_sub(1);
    let pairs = difference.trail.steps.iter().zip(&difference.pairs);
    let side = |definition: &Definition| {
        let units = match knows_units {
            true => format!(
                ", {}",
                counted(u64::from(definition.units), "unit", "units")
            ),
            false => String::new(),
        };
        format!("{}{units}", definition.address)
    };
    html! {
        <section class="trail">
            if several { <h2>{ format!("{} and {}", first.map_or_else(String::new, |first| first.address.to_string()), other.address) }</h2> }
            <div class="hd" aria-hidden="true"><span></span><span>{ first.map(&side) }</span><span></span><span>{ side(other) }</span></div>
            <ol>{ for pairs.enumerate().map(|(at, (step, (left, right)))|
                pair(at, step, left, right, (at == last).then_some(difference))) }</ol>
        </section>
    }
}

fn pair(at: usize, step: &Step, left: &Half, right: &Half, end: Option<&Difference>) -> Html {
    let via = step
        .via
        .as_ref()
        .map_or_else(|| "the two types".to_owned(), ToString::to_string);
    html! {
        <li class={classes!("step", end.is_some().then_some("bad"))}>
            <span class="no">{ at + 1 }</span>
            { half(left) }
            <div class="mid">
                <span>{ via }</span>
                <b>{ match end {
                    Some(difference) => match &difference.trail.cause {
                        Some(Cause::Declared(_)) => "only the module defines it".to_owned(),
                        Some(cause) => format!("{} differs", cause.subject()),
                        None => "no difference".to_owned(),
                    },
                    None => "equal so far".to_owned(),
                } }</b>
            </div>
            { half(right) }
        </li>
    }
}

/// One side: the lines around the one that differs.
fn half(half: &Half) -> Html {
    let marked = half.marked.map(|marked| marked as usize);
    let middle = marked.unwrap_or(0);
    let last = half.lines.len().saturating_sub(1);
    let (from, to) = (
        middle.saturating_sub(AROUND).max(1),
        (middle + AROUND).min(last),
    );
    let shown = half
        .lines
        .iter()
        .enumerate()
        .filter(|&(at, _)| at == 0 || (from..=to).contains(&at));
    html! {
        <div class="half">
            <p class="ty">{ chip::address(&half.address) }
                <a class="mono" href={place::href(&half.address)}>{ half.address.name.clone() }</a>
                if half.units > 0 { <span class="dim small">{ counted(u64::from(half.units), "unit", "units") }</span> }</p>
            <pre class="m">{ for shown.map(|(at, line)| html! {
                <>
                    if at == from && from > 1 { <span class="dim">{ "  …\n" }</span> }
                    <span class={(Some(at) == marked).then_some("d")}>{ place_of(line) }{ code::words(line) }</span>{ "\n" }
                </>
            }) }if to < last { <span class="dim">{ "  …" }</span> }</pre>
        </div>
    }
}

fn place_of(line: &explore::Line) -> String {
    match (line.offset, line.bits) {
        (Some(offset), Some((bit, _))) => format!("{:>7} ", format!("{offset}:{bit}")),
        (Some(offset), None) => format!("{offset:>7} "),
        _ => String::new(),
    }
}
