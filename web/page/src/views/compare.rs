//! Two files that are compared: which they are, how far reading is, and questions about further files.

use super::pickers::file_picker;
use super::{bars, icons};
use crate::app::{App, ChromeMsg, CompareMsg, Comparing, InboxMsg, Opening, Pair, Source};
use crate::explore::{Compare, Side};
use crate::work::{Comparison, ComparisonState, Model};
use protocol::figures::counted;
use yew::html::Scope;
use yew::prelude::*;

/// The name of the kernel that comes with the page.
pub const BUNDLED: &str = "Linux 6.12 (included in this page)";

/// The view: files to choose, how far they are, or what became of the types.
pub fn view(app: &App, model: &Model, link: &Scope<App>) -> Html {
    let comparing = &app.current.comparing;
    let Some(shown) = &comparing.shown else {
        return html! {
            <div class="nothing">
                <h1 id="title" tabindex="-1">{ format!("Compare {} with…", model.called()) }</h1>
                { failed(comparing) }
                if comparing.is_under_way() {
                    { under_way(comparing, link) }
                } else {
                    <p class="sub">{ "Choose or drop a second file: a vmlinux or raw BTF. It stays on this computer, too." }</p>
                    <p>{ file_picker(link, "choose-second", "Choose the second file", "btn--primary", to(Side::Second)) }</p>
                    <h2>{ "Or one of these" }</h2>
                    <ul class="plain">{ for offers(app, model, Side::Second, link, false) }</ul>
                }
            </div>
        };
    };
    let ComparisonState::Ready(client) = &shown.state else {
        // Another explorer takes the place of one that died.
        return html! { <div class="nothing"><h1 id="title" tabindex="-1">{ "Compare" }</h1>{ under_way(comparing, link) }</div> };
    };
    let result = match (shown.first.is_result, shown.second.is_result) {
        (true, _) => Some(Side::First),
        (_, true) => Some(Side::Second),
        _ => None,
    };
    html! {
        <>
            { failed(comparing) }
            if comparing.is_under_way() { { under_way(comparing, link) } }
            <Compare key={shown.explorer().number()} client={client.clone()} {result}
                first={shown.first.called.clone()} second={shown.second.called.clone()}>
                { sides(app, model, shown, link) }
            </Compare>
        </>
    }
}

/// Puts a file on a side.
fn to(side: Side) -> impl Fn(web_sys::File) -> CompareMsg + 'static {
    move |file| CompareMsg::Choose(side, Source::File(file))
}

/// Both files, each with a menu of others, and the button that exchanges them.
fn sides(app: &App, model: &Model, shown: &Comparison, link: &Scope<App>) -> Html {
    let pick = |side: Side, called: &str, which: &str, id: &'static str| {
        html! {
            <details class="pick">
                <summary class="btn" aria-label={format!("{which} file: {called}. Choose another")}><span class="mono">{ called }</span></summary>
                <ul class="plain">
                    { for offers(app, model, side, link, true) }
                    <li>{ file_picker(link, id, "Another file", "", to(side)) }</li>
                </ul>
            </details>
        }
    };
    html! {
        <div class="vs">
            { pick(Side::First, &shown.first.called, "First", "choose-first") }
            <span aria-hidden="true">{ "→" }</span>
            { pick(Side::Second, &shown.second.called, "Second", "choose-second") }
            <button type="button" class="btn" title="x" onclick={link.callback(|_| CompareMsg::Swap)}>{ "⇄ Swap" }</button>
        </div>
    }
}

/// What a side can be without a file: the result, kept results, the kernel that comes with the page.
fn offers(app: &App, model: &Model, side: Side, link: &Scope<App>, result_too: bool) -> Vec<Html> {
    let offer = |source: Source, text: String| {
        let onclick = link.callback(move |_: MouseEvent| CompareMsg::Choose(side, source.clone()));
        html! { <li><button type="button" class="link" {onclick}>{ text }</button></li> }
    };
    let mut offers = Vec::new();
    if result_too {
        offers.push(offer(
            Source::Result,
            format!("{} (the open result)", model.called()),
        ));
    }
    for (number, result) in app.library.results.iter().rev() {
        let text = format!("{}, saved {}", result.called(), result.day());
        offers.push(offer(Source::Kept(*number), text));
    }
    offers.push(offer(Source::Bundled, BUNDLED.to_owned()));
    offers
}

/// How far reading is, and the button that stops it.
fn under_way(comparing: &Comparing, link: &Scope<App>) -> Html {
    let (what, done) = match (&comparing.reading, &comparing.next) {
        (Some((_, reading)), _) => (format!("Reading {}…", reading.name), reading.done),
        (None, Some(next)) => (
            format!(
                "Comparing {} with {}…",
                next.first.called, next.second.called
            ),
            1.0,
        ),
        (None, None) => ("Comparing…".to_owned(), 1.0),
    };
    let percent = format!("{:.0}", done * 100.0);
    let text = match done > 0.0 {
        true => format!("{percent} %. The types of its DWARF are encoded."),
        false => String::new(),
    };
    html! {
        <div class="note reading">
            <div>
                <p><strong>{ what }</strong>{ " " }{ text }</p>
                <div role="progressbar" aria-label="Reading the file" aria-valuemin="0" aria-valuemax="100" aria-valuenow={percent}>
                    { bars::simple("", "after", done) }</div>
            </div>
            <button type="button" class="btn" title="Esc" onclick={link.callback(|_| CompareMsg::Cancel)}>{ "Cancel" }</button>
        </div>
    }
}

/// Why the last file could not be compared.
fn failed(comparing: &Comparing) -> Html {
    let Some((name, cause, advice)) = &comparing.failed else {
        return Html::default();
    };
    html! {
        <div class="note note--error" role="alert">{ icons::alert() }
            <p><strong>{ format!("{name} could not be compared. {cause}") }</strong>{ " " }{ advice }</p></div>
    }
}

/// Questions about files that came while something is there already.
pub fn questions(app: &App, link: &Scope<App>) -> Html {
    let cancel = html! {
        <button type="button" class="btn" onclick={link.callback(|_| ChromeMsg::Dismiss)}>{ "Cancel" }</button>
    };
    let third = match (&app.current.comparing.third, &app.current.comparing.shown) {
        (Some(third), Some(shown)) => {
            let name = third.name();
            let instead = |side: Side, called: &str, id: Option<&'static str>| {
                html! {
                    <button type="button" {id} class="btn" onclick={link.callback(move |_| CompareMsg::Third(side))}>{ format!("Instead of {called}") }</button>
                }
            };
            html! {
                <div class="note note--ask" role="group" aria-label="A third file">{ icons::info() }
                    <p><strong>{ format!("Where does {name} go?") }</strong>{ " Two files are compared at a time." }</p>
                    <div class="acts">{ instead(Side::First, &shown.first.called, None) }{ instead(Side::Second, &shown.second.called, Some("confirm")) }{ cancel.clone() }</div>
                </div>
            }
        }
        _ => Html::default(),
    };
    let pair = app
        .inbox
        .pair
        .as_ref()
        .map(|pair| two_kernels(app, pair, link, cancel));
    html! { <>{ third }{ for pair }</> }
}

/// Whether to compare two kernels that came together, or which of them to open with the modules that fit it.
fn two_kernels(app: &App, pair: &Pair, link: &Scope<App>, cancel: Html) -> Html {
    let [first, second] = &pair.called;
    let has_modules = |opening: &Opening| !opening.modules.is_empty();
    let with_modules = pair.kernels.iter().any(has_modules);
    let next = match (app.current.model.is_some(), with_modules) {
        (true, _) => "The comparison leaves the open result as it is.".to_owned(),
        (false, true) => format!("{first} is opened first, with its modules."),
        (false, false) => format!("{first} is opened first."),
    };
    let open = |(at, called): (usize, &String)| {
        let modules = pair
            .kernels
            .get(at)
            .map_or(0, |opening| opening.modules.len());
        let text = match modules {
            0 => format!("Open {called}"),
            count => format!(
                "Open {called} with {}",
                counted(count as u64, "module", "modules")
            ),
        };
        html! { <button type="button" class="btn" onclick={link.callback(move |_| InboxMsg::OpenOfPair(at))}>{ text }</button> }
    };
    html! {
        <div class="note note--ask" role="group" aria-label="Two kernels">{ icons::info() }
            <p><strong>{ format!("{first} and {second} could both be the kernel. Compare them?") }</strong>{ " " }{ next }
                if !pair.neither.is_empty() { { " " }{ &pair.neither } }</p>
            <div class="acts"><button type="button" id="confirm" class="btn btn--primary" onclick={link.callback(|_| CompareMsg::Pair)}>{ "Compare them" }</button>
                { for pair.called.iter().enumerate().map(open) }{ cancel }</div>
        </div>
    }
}
