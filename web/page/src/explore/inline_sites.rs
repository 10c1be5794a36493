//! Where a function was inlined, and where its arguments are at each site.

use super::client::ExplorerClient;
use explore::Address;
use explore::inlined::{ArgumentPlaces, InlinedFunction, SitePlaces};
use explore::questions::ListInlineSites;
use protocol::figures::{counted, grouped};
use protocol::text::sentence;
use std::rc::Rc;
use yew::prelude::*;

/// How many sites are shown at first; each time more are wanted, five times as many.
const SITES: u32 = 200;

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The worker that knows the sites.
    pub client: Rc<ExplorerClient>,
    /// The function.
    pub of: Address,
}

pub struct InlineSites {
    function: Option<InlinedFunction>,
    /// Why no site is shown.
    refused: Option<String>,
}

pub enum Msg {
    /// The sites of a function, or why there are none.
    Came(Address, Result<InlinedFunction, String>),
    /// Show more sites.
    More,
}

impl Component for InlineSites {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<InlineSites>) -> InlineSites {
        ask(ctx, SITES);
        InlineSites {
            function: None,
            refused: None,
        }
    }

    fn changed(&mut self, ctx: &Context<InlineSites>, before: &Props) -> bool {
        if ctx.props() != before {
            (self.function, self.refused) = (None, None);
            ask(ctx, SITES);
        }
        true
    }

    fn update(&mut self, ctx: &Context<InlineSites>, msg: Msg) -> bool {
        match msg {
            // A late answer: another function is shown.
            Msg::Came(of, _) if of != ctx.props().of => return false,
            Msg::Came(_, Ok(function)) => self.function = Some(function),
            Msg::Came(_, Err(cause)) => self.refused = Some(cause),
            Msg::More => {
                let shown = self
                    .function
                    .as_ref()
                    .map_or(0, |of| of.places.len() as u32);
                ask(ctx, shown.saturating_mul(5).max(SITES));
                return false;
            }
        }
        true
    }

    fn view(&self, ctx: &Context<InlineSites>) -> Html {
        match (&self.function, &self.refused) {
            (_, Some(cause)) => html! { <p class="sub empty">{ sentence(cause) }</p> },
            (None, None) => Html::default(),
            (Some(function), None) => html! {
                <div class="inlined">
                    <p class="lead">{ summary(function) }</p>
                    { arguments(&function.parameters) }
                    { sites(function, ctx) }
                </div>
            },
        }
    }
}

fn ask(ctx: &Context<InlineSites>, count: u32) {
    let of = ctx.props().of.clone();
    let asked = of.clone();
    let then = ctx
        .link()
        .callback(move |function| Msg::Came(asked.clone(), function));
    let question = ListInlineSites { of, from: 0, count };
    ctx.props().client.ask(question, then);
}

/// What a probe misses.
fn summary(function: &InlinedFunction) -> String {
    format!(
        "Inlined at {}, which a probe on the function (kprobe, fentry) does not see.",
        counted(u64::from(function.sites), "site", "sites")
    )
}

/// At how many sites each argument is where.
fn arguments(parameters: &[ArgumentPlaces]) -> Html {
    if parameters.is_empty() {
        return Html::default();
    }
    let figure = |count: u32| match count {
        0 => "–".to_owned(),
        count => grouped(u64::from(count)),
    };
    let row = |of: &ArgumentPlaces| {
        let counts = [of.register, of.memory, of.sum, of.constant, of.unknown];
        html! {
            <tr><th scope="row" class="mono">{ &of.name }</th>{ for counts.map(|count| html! { <td class="num">{ figure(count) }</td> }) }</tr>
        }
    };
    let heads = [
        "Register",
        "Memory",
        "Register + offset",
        "Constant",
        "Unknown",
    ];
    html! {
        <section class="sec">
            <h2>{ "Arguments" }<span>{ "number of sites" }</span></h2>
            <div class="wide" tabindex="0" role="group" aria-label="Arguments"><table>
                <thead><tr><th scope="col">{ "Parameter" }</th>{ for heads.map(|head| html! { <th scope="col" class="num">{ head }</th> }) }</tr></thead>
                <tbody>{ for parameters.iter().map(row) }</tbody>
            </table></div>
        </section>
    }
}

/// Each site: its address in its section, and where each argument is.
fn sites(function: &InlinedFunction, ctx: &Context<InlineSites>) -> Html {
    let shown = function.places.len() as u32;
    let left = function.sites.saturating_sub(shown);
    let argument = |place: &Option<String>| match place {
        Some(place) => html! { <td class="mono">{ place }</td> },
        None => html! { <td class="dim">{ "unknown" }</td> },
    };
    let row = |site: &SitePlaces| {
        html! {
            <tr><th scope="row" class="mono">{ format!("{}+{:#x}", site.section, site.offset) }</th>{ for site.arguments.iter().map(argument) }</tr>
        }
    };
    html! {
        <section class="sec">
            <h2>{ "Sites" }<span>{ grouped(u64::from(function.sites)) }</span></h2>
            <div class="wide" tabindex="0" role="group" aria-label="Sites"><table>
                <thead><tr><th scope="col">{ "First instruction" }</th>
                    { for function.parameters.iter().map(|of| html! { <th scope="col" class="mono">{ &of.name }</th> }) }</tr></thead>
                <tbody>{ for function.places.iter().map(row) }</tbody>
            </table></div>
            if left > 0 {
                <button type="button" class="btn" onclick={ctx.link().callback(|_| Msg::More)}>{ format!("Show more of the other {}", grouped(u64::from(left))) }</button>
            }
            <p class="small dim">{ "Registers have the numbers of DWARF; " }<code>{ "*(reg7 + 0x8)" }</code>
                { " is memory at that address, and fbreg the frame base of the caller. An argument is unknown where it does not exist any more, or where BTF cannot express its place." }</p>
        </section>
    }
}
