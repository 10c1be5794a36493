//! Whether BPF objects work on kernels; a chunk of the program begins here.

use crate::app::{App, CompareMsg, InboxMsg, KernelMsg};
use crate::programs::{KeptKernel, Loaded, ModuleTypes, Programs, called};
use crate::work::{Model, ModuleState};
use yew::html::Scope;
use yew::prelude::*;

pub fn view(app: &App, link: &Scope<App>) -> Html {
    let loaded = (app.current.model.as_ref()).and_then(|model| loaded(app, model));
    let kept = app.library.results.iter().rev();
    let kept = kept.map(|(_, result)| KeptKernel {
        title: format!("{}, saved {}", result.called(), result.day()),
        called: release(&result.name, &result.statistics.input.identity),
        types: result.btf.clone(),
    });
    html! {
        <Programs given={app.inbox.programs.clone()} {loaded} kept={kept.collect::<Vec<_>>()}
            bundled={link.callback(|()| KernelMsg::Bundled)} give={link.callback(InboxMsg::Programs)} compare={link.callback(CompareMsg::Of)}
            let_go={link.callback(InboxMsg::LetGo)} />
    }
}

/// The open result as a kernel.
fn loaded(app: &App, model: &Model) -> Option<Loaded> {
    let modules = app.current.modules.rows.iter();
    let modules = modules.filter_map(|module| match &module.state {
        // What has a distilled base is not based on this kernel's types.
        ModuleState::Done(done) if done.files.base.is_none() => Some(ModuleTypes {
            name: module.name.clone(),
            types: done.files.btf.clone()?,
        }),
        _ => None,
    });
    Some(Loaded {
        key: model.worker().number(),
        called: release(&model.name, model.identity()),
        types: model.files.btf.clone()?,
        modules: modules.collect(),
    })
}

/// A kernel's release, or the name of its file.
fn release(name: &str, identity: &pipeline::Identity) -> String {
    identity.release.clone().unwrap_or_else(|| called(name))
}
