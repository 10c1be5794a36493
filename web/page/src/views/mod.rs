//! What is drawn. Every view is a function of the page's state.
//!
//! The content security policy forbids inline styles: lengths that depend on data are drawn as SVG
//! (see [`bars`]), everything else is in `styles/`.

mod bars;
mod compare;
mod downloads;
mod error;
mod files;
mod frame;
mod functions;
mod help;
mod history;
pub mod icons;
mod kernel_types;
mod kinds;
mod library;
mod linked;
mod module;
mod modules;
mod overview;
mod palette;
mod pickers;
mod progress;
mod running;
mod start;
mod to_lab;
mod under_way;

use crate::app::{App, ChromeMsg, Learn, ResultMsg, View};
use crate::explore::offsets::Offsets;
use crate::explore::{Doctor, ExplorerClient, Functions, GivenFileProp, NotMerged, Sources, Types};
use crate::learn::Classroom;
use crate::work::Model;
use protocol::files::GivenFile;
use protocol::job_result::Origin;
use std::rc::Rc;
use yew::html::Scope;
use yew::prelude::*;

/// The whole page.
pub fn page(app: &App, link: &Scope<App>) -> Html {
    let view = match app.view {
        View::Start => start::view(app, link),
        View::Progress => match (&app.work.job, &app.current.modules.batch) {
            (Some(job), _) => progress::view(app, job, link),
            (None, Some(batch)) => running::view(app, batch, link),
            (None, None) => Html::default(),
        },
        View::Overview => app
            .current
            .model
            .as_ref()
            .map_or_else(Html::default, |model| overview::view(app, model, link)),
        View::Types => app
            .current
            .model
            .as_ref()
            .map_or_else(Html::default, |model| types(app, model, link)),
        View::Functions => app
            .current
            .model
            .as_ref()
            .map_or_else(Html::default, functions_of),
        View::Sources => app
            .current
            .model
            .as_ref()
            .map_or_else(Html::default, sources),
        View::NotMerged => app
            .current
            .model
            .as_ref()
            .map_or_else(Html::default, |model| not_merged(app, model, link)),
        View::History => app
            .current
            .model
            .as_ref()
            .map_or_else(Html::default, |model| history::view(app, model, link)),
        View::Compare => app
            .current
            .model
            .as_ref()
            .map_or_else(Html::default, |model| compare::view(app, model, link)),
        View::Doctor => app
            .current
            .model
            .as_ref()
            .map_or_else(Html::default, |model| doctor(app, model)),
        View::Modules => app
            .current
            .model
            .as_ref()
            .map_or_else(Html::default, |model| modules::view(app, model, link)),
        View::Module => app
            .current
            .module
            .and_then(|id| app.current.modules.get(id))
            .map_or_else(Html::default, |module| module::view(app, module, link)),
        View::Error => app
            .current
            .failed
            .as_ref()
            .map_or_else(Html::default, |failed| error::view(app, failed, link)),
        View::Learn(learn) => {
            html! { <Classroom view={learn} numbers={frame::numbers(app)} unit_texts={app.current.unit_texts.clone()}
            presenting={app.chrome.presenting} leave={link.callback(|()| ChromeMsg::Presenter)} /> }
        }
    };
    // The presenter's screens have nothing around them.
    let bare = matches!(app.view, View::Learn(Learn::Screen(..)))
        || app.chrome.presenting && app.view == View::Learn(Learn::Lab);
    if bare {
        return html! { <main id="main" class="presenter">{ view }</main> };
    }
    let class = frame::main_class(app.view);
    // A class of its own gets an element of its own; otherwise the browser restyles the old view before it is removed.
    let offsets = Offsets {
        hex: app.chrome.hex,
        toggle: link.callback(|()| ChromeMsg::Hex),
    };
    html! {
        <ContextProvider<Offsets> context={offsets}>
            { frame::top(app, link) }
            <main id="main" key={class} class={class}>
                { frame::notices(app, link) }
                { view }
            </main>
            { frame::footer() }
            { frame::overlay(app) }
            if app.chrome.help {
                { help::panel(app.view, link) }
            }
            { palette::view(app, link) }
            <p class="vh" role="status" aria-live="polite">{ app.chrome.announcement.clone() }</p>
        </ContextProvider<Offsets>>
    }
}

/// Whose types are looked at: a module's or the kernel's, and whether the kernel's DWARF was encoded.
fn client(app: &App, model: &Model) -> (String, Rc<ExplorerClient>, bool) {
    let worker = model.worker().number();
    match &app.current.scope {
        Some(client) => (
            format!("{worker} {}", client.module().unwrap_or_default()),
            client.clone(),
            false,
        ),
        None => (
            worker.to_string(),
            model.client.clone(),
            model.origin == Origin::Encoded,
        ),
    }
}

fn types(app: &App, model: &Model, link: &Scope<App>) -> Html {
    let (key, client, encoded) = client(app, model);
    let has_history = app.has_other_kernel(model);
    html! {
        <Types {key} {client} knows_copies={encoded} {has_history} leave={link.callback(|()| ResultMsg::Scope(None))}
            to_lab={link.callback(ResultMsg::ToLab)} not_to_lab={model.not_to_lab.clone()} />
    }
}

fn functions_of(model: &Model) -> Html {
    html! {
        <Functions key={model.worker().number()} client={model.client.clone()} knows_left_out={model.origin == Origin::Encoded} />
    }
}

fn doctor(app: &App, model: &Model) -> Html {
    let given = |file: &web_sys::File| {
        GivenFileProp(GivenFile {
            path: file.name(),
            file: file.clone(),
        })
    };
    let modules: Vec<GivenFileProp> = app
        .current
        .modules
        .rows
        .iter()
        .map(|module| given(&module.file))
        .collect();
    html! {
        <Doctor key={model.worker().number()} client={model.client.clone()} kernel={given(&model.file)} {modules} />
    }
}

fn sources(model: &Model) -> Html {
    html! {
        <Sources key={model.worker().number()} client={model.client.clone()} knows_units={model.origin == Origin::Encoded} />
    }
}

fn not_merged(app: &App, model: &Model, link: &Scope<App>) -> Html {
    let (key, client, encoded) = client(app, model);
    html! {
        <NotMerged {key} {client} knows_units={encoded} leave={link.callback(|()| ResultMsg::Scope(None))}
            to_lab={link.callback(ResultMsg::ToLab)} />
    }
}
