//! One module: its sizes, kinds, files and functions, in the way of the kernel's.

use super::{downloads, functions, kinds, modules, overview};
use crate::app::{App, ResultMsg, View};
use crate::work::Module;
use protocol::figures::{bytes_text, counted};
use protocol::job_result::Origin;
use yew::html::Scope;
use yew::prelude::*;

pub fn view(app: &App, module: &Module, link: &Scope<App>) -> Html {
    let back = html! { <a href={View::Modules.address().into_owned()}>{ "All modules" }</a> };
    let Some(done) = module.done() else {
        return html! {
            <>
                <h1 id="title" tabindex="-1">{ &module.name }</h1>
                <p class="sub">{ "It is not encoded yet. " }{ back }</p>
            </>
        };
    };
    let statistics = &done.files.statistics;
    let encoded = done.origin == Origin::Encoded;
    let name = explore::modules::name_of(&module.name).to_owned();
    let browse = {
        let name = name.clone();
        link.callback(move |_: MouseEvent| {
            ResultMsg::Scope(Some((name.clone(), View::Types.address().into_owned())))
        })
    };
    html! {
        <>
            <div class="crumb">
                <h1 id="title" class="mono" tabindex="-1">{ &module.name }</h1>{ back }
                <button type="button" class="btn" onclick={browse}>{ "Explore its types" }</button>
            </div>
            if encoded {
                { overview::sizes(statistics, ["BTF before dedup", "Split BTF"]) }
            } else {
                <p class="lead-note">{ format!("{} in {} of split BTF, taken from the module itself. Without DWARF, nothing is known of what dedup saved.",
                    counted(statistics.after.types, "type", "types"), bytes_text(statistics.after.bytes)) }</p>
            }
            { overview::units_failed(statistics) }
            { overview::notes(statistics) }
            <div class="cols">
                <section class="main">{ kinds::table(app, statistics, encoded, link) }</section>
                <div class="side">
                    { downloads::of_module(done) }
                    if encoded { { functions::section(app, statistics, link) } }
                </div>
                <div class="under">
                    { overview::strings(statistics, encoded) }
                    if encoded { { overview::run(statistics, done.seconds, None) } }
                </div>
            </div>
            if let Some(model) = &app.current.model { { modules::overlap(app, model, Some(name), link) } }
        </>
    }
}
