//! Functions kept and left out, and the list of those with their reasons.

use super::bars;
use crate::app::{App, LeftOutList, ResultMsg, left_out};
use pipeline::{Statistics, reason_explained};
use protocol::figures::{counted, grouped};
use protocol::text::capitalised;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::html::Scope;
use yew::prelude::*;

pub fn section(app: &App, statistics: &Statistics, link: &Scope<App>) -> Html {
    let functions = &statistics.functions;
    let most = functions
        .reasons
        .first()
        .map_or(1, |reason| reason.count)
        .max(1) as f64;
    let open = app.current.left_out.as_ref();
    html! {
        <section>
            <h2 id="functions">{ "Functions" }</h2>
            <p class="sub pad">
                { format!("{} encoded.", grouped(functions.kept)) }
                if functions.skipped > 0 {
                    { format!(" {} left out, because BPF programs could not rely on {}:", grouped(functions.skipped),
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
                        let active = open.is_some_and(|list| list.question.reason.as_ref() == Some(&reason.reason));
                        let next = (!active).then(|| left_out(String::new(), Some(reason.reason.clone())));
                        html! {
                            <tr>
                                <td class="wrap"><button type="button" class="link" title={reason_explained(&reason.reason)} aria-expanded={active.to_string()}
                                    onclick={link.callback(move |_| ResultMsg::LeftOut(next.clone()))}>{ capitalised(&reason.reason) }</button></td>
                                <td class="b">{ bars::simple("", "quiet", reason.count as f64 / most) }</td>
                                <td class="num">{ grouped(reason.count) }</td>
                            </tr>
                        }
                    }) }
                </tbody></table>
            }
            if let Some(open) = open {
                { list(open, link) }
            }
            if let Some(inline) = &statistics.inline {
                <p class="sub pad">{ format!("{} of {}.",
                    counted(inline.sites, "inline site", "inline sites"), counted(inline.functions, "function", "functions")) }</p>
            }
            if functions.without_symbol > 0 {
                <p class="small dim pad">{ format!("{} in the DWARF {} no symbol, for example because every call was inlined.",
                    counted(functions.without_symbol, "function", "functions"),
                    if functions.without_symbol == 1 { "has" } else { "have" }) }</p>
            }
        </section>
    }
}

fn list(list: &LeftOutList, link: &Scope<App>) -> Html {
    let LeftOutList { question, rows } = list;
    let reason = question.reason.clone();
    let oninput = link.callback(move |event: InputEvent| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let text = input.map(|input| input.value()).unwrap_or_default();
        ResultMsg::LeftOut(Some(left_out(text.trim().to_owned(), reason.clone())))
    });
    html! {
        <div class="names">
            if let Some(explained) = question.reason.as_deref().and_then(reason_explained) {
                <p class="small">{ explained }</p>
            }
            <input id="function-search" class="field" type="search" aria-label="Search the functions left out"
                placeholder="Search" value={question.query.text.clone()} oninput={oninput} />
            if let Some(page) = rows {
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
                <p class="small dim">{ "Searching…" }</p>
            }
        </div>
    }
}
