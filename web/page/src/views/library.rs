//! Results saved in the browser: the list on the start page, and the section that saves or deletes one.

use crate::app::{App, LibraryMsg, Msg};
use crate::store::KeptResult;
use crate::work::{Keeping, Model};
use protocol::figures::{bytes_text, counted};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::html::Scope;
use yew::prelude::*;

/// The saved results, for the start page.
pub fn list(app: &App, link: &Scope<App>) -> Html {
    if app.library.results.is_empty() {
        return Html::default();
    }
    html! {
        <section class="stored" aria-labelledby="stored">
            <h2 id="stored">{ "Saved in this browser" }</h2>
            <table aria-labelledby="stored"><tbody>
                { for app.library.results.iter().rev().map(|(number, result)| row(app, *number, result, link)) }
            </tbody></table>
            if app.library.results.len() > 1 {
                <button type="button" class="link" onclick={link.callback(|_| LibraryMsg::Forget(None))}>{ "Delete all" }</button>
            }
        </section>
    }
}

fn row(app: &App, number: u32, result: &KeptResult, link: &Scope<App>) -> Html {
    let after = result.statistics.after;
    let day = result.day();
    html! {
        <tr key={number}>
            <td>
                if app.library.renaming == Some(number) {
                    { title(number, result, link) }
                } else {
                    <button type="button" class="link" onclick={link.callback(move |_| LibraryMsg::Open(number))}>{ result.called() }</button>
                }
            </td>
            <td class="num">{ counted(after.types, "type", "types") }</td>
            <td class="num">{ bytes_text(after.bytes) }</td>
            <td class="dim">{ format!("saved {day}") }</td>
            <td class="num"><button type="button" class="link" aria-label={format!("Rename {}", result.called())}
                onclick={link.callback(move |_| LibraryMsg::Rename(Some(number)))}>{ "Rename" }</button></td>
            <td class="num"><button type="button" class="link" aria-label={format!("Delete {}, saved {day}", result.called())}
                onclick={link.callback(move |_| LibraryMsg::Forget(Some(number)))}>{ "Delete" }</button></td>
        </tr>
    }
}

/// The field for a title; Enter saves it, Escape does not.
fn title(number: u32, result: &KeptResult, link: &Scope<App>) -> Html {
    let onsubmit = link.batch_callback(move |event: SubmitEvent| {
        event.prevent_default();
        let form = event.target()?.dyn_into::<web_sys::Element>().ok()?;
        let field = form.query_selector("input").ok().flatten()?;
        let title = field.dyn_into::<HtmlInputElement>().ok()?.value();
        Some(Msg::from(LibraryMsg::Renamed(number, title)))
    });
    html! {
        <form class="rename" {onsubmit}>
            <input id="rename" class="field" aria-label="Name of this result" value={result.called()} autocomplete="off" spellcheck="false" />
            <button type="submit" class="btn">{ "Save" }</button>
        </form>
    }
}

/// Whether the result is kept, and the button for it.
pub fn section(model: &Model, link: &Scope<App>) -> Html {
    let forget = |number: u32| {
        html! {
            <button type="button" class="btn" onclick={link.callback(move |_| LibraryMsg::Forget(Some(number)))}>{ "Delete it" }</button>
        }
    };
    html! {
        <section class="keep no-print">
            <h2>{ "This result" }</h2>
            { match model.keeping {
                Keeping::Kept(number) => html! {
                    <>
                        <p class="sub">{ "Saved. Reopen it from the start page; your browser may delete it when space is short." }</p>
                        { forget(number) }
                    </>
                },
                Keeping::No => html! {
                    <>
                        <p class="sub">{ "Closing this tab loses this result. Save it in this browser to reopen types and statistics instantly; the file itself and modules are not saved." }</p>
                        <button type="button" class="btn" onclick={link.callback(|_| LibraryMsg::Keep)}>{ "Save in this browser" }</button>
                    </>
                },
                Keeping::Writing(_) => html! {
                    <p class="sub">{ "Saving…" }</p>
                },
            } }
        </section>
    }
}
