//! Functions kept and left out, and the list of those with their reasons.

use super::bars;
use crate::app::{App, Msg};
use pipeline::Statistics;
use protocol::explorer::{FunctionPage, FunctionQuery};
use protocol::figures::{counted, grouped};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::html::Scope;
use yew::prelude::*;

/// Names in the list at once; the search narrows it.
const ROWS: u32 = 200;

/// The section.
pub fn section(app: &App, statistics: &Statistics, link: &Scope<App>) -> Html {
    let functions = &statistics.functions;
    let most = functions
        .reasons
        .first()
        .map_or(1, |reason| reason.count)
        .max(1) as f64;
    let open = app.functions.as_ref();
    html! {
        <section>
            <h2 id="functions">{ "Functions" }</h2>
            <p class="sub pad">
                { format!("{} encoded.", grouped(functions.kept)) }
                if functions.skipped > 0 {
                    { format!(" {} left out, because a BPF program could not rely on {}:", grouped(functions.skipped),
                        if functions.skipped == 1 { "it" } else { "them" }) }
                } else if functions.no_symbol_table {
                    { " The file has no symbol table: functions come from the DWARF alone." }
                } else {
                    { " None left out." }
                }
            </p>
            if !functions.reasons.is_empty() {
                <table aria-labelledby="functions"><tbody>
                    { for functions.reasons.iter().map(|reason| {
                        let active = open.is_some_and(|(query, _)| query.reason.as_ref() == Some(&reason.reason));
                        let next = (!active).then(|| FunctionQuery { reason: Some(reason.reason.clone()), text: String::new(), limit: ROWS });
                        html! {
                            <tr>
                                <td class="wrap"><button type="button" class="link" aria-expanded={active.to_string()}
                                    onclick={link.callback(move |_| Msg::Functions(next.clone()))}>{ capital(&reason.reason) }</button></td>
                                <td class="b">{ bars::simple("", "quiet", reason.count as f64 / most) }</td>
                                <td class="num">{ grouped(reason.count) }</td>
                            </tr>
                        }
                    }) }
                </tbody></table>
            }
            if let Some((query, page)) = open {
                { list(query, page.as_ref(), link) }
            }
            if functions.without_symbol > 0 {
                <p class="small dim pad">{ format!("{} of the DWARF {} no symbol, for example because every call was inlined.",
                    counted(functions.without_symbol, "function", "functions"),
                    if functions.without_symbol == 1 { "has" } else { "have" }) }</p>
            }
        </section>
    }
}

fn list(query: &FunctionQuery, page: Option<&FunctionPage>, link: &Scope<App>) -> Html {
    let asked = query.clone();
    let oninput = link.callback(move |event: InputEvent| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let text = input.map(|input| input.value()).unwrap_or_default();
        Msg::Functions(Some(FunctionQuery {
            text,
            ..asked.clone()
        }))
    });
    html! {
        <div class="names">
            <input id="function-search" class="field" type="search" aria-label="Search the functions left out"
                placeholder="Search" value={query.text.clone()} oninput={oninput} />
            if let Some(page) = page {
                <ul aria-label="Functions left out" tabindex="0">
                    { for page.rows.iter().map(|function| html! {
                        <li><span class="mono">{ &function.name }</span>
                            if function.reasons.len() > 1 {
                                <span class="dim small">{ format!(" {}", function.reasons.join(", ")) }</span>
                            }
                        </li>
                    }) }
                </ul>
                <p class="small dim">{ if page.rows.len() as u32 == page.total {
                    counted(u64::from(page.total), "function", "functions")
                } else {
                    format!("the first {} of {}", page.rows.len(), grouped(u64::from(page.total)))
                } }</p>
            } else {
                <p class="small dim">{ "Asking the model…" }</p>
            }
        </div>
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
