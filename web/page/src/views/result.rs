//! The views of a result; a chunk of the program begins here.

use super::{compare, history, module, modules, overview};
use crate::app::{App, ResultMsg, View};
use crate::explore::{Doctor, ExplorerClient, Functions, GivenFileProp, NotMerged, Sources, Types};
use crate::work::Model;
use protocol::files::GivenFile;
use protocol::job_result::Origin;
use std::rc::Rc;
use yew::html::Scope;
use yew::prelude::*;

/// The view that is shown; nothing if it is none of a result.
pub fn view(app: &App, link: &Scope<App>) -> Html {
    match app.view {
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
            .map_or_else(Html::default, |model| functions_of(model, link)),
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
        View::Start | View::Progress | View::Error | View::Programs | View::Learn(_) => {
            Html::default()
        }
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

fn functions_of(model: &Model, link: &Scope<App>) -> Html {
    let encoded = model.origin == Origin::Encoded;
    let has_sites = model.has_inline_sites();
    let reads_sites = encoded && !has_sites && !model.reopened && !model.reads_inline();
    html! {
        <Functions key={model.worker().number()} client={model.client.clone()} knows_left_out={encoded} {has_sites} no_sites={model.reads_inline() && !has_sites}
            read_sites={reads_sites.then(|| link.callback(|()| ResultMsg::ReadInline))} />
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
