//! Which kernels a history is about: columns, and the ways to add one.

use super::bars;
use super::compare::BUNDLED;
use super::pickers::file_picker;
use crate::app::{App, KernelMsg, Source};
use crate::explore::{Column, History};
use crate::work::Model;
use yew::html::Scope;
use yew::prelude::*;

pub fn view(app: &App, model: &Model, link: &Scope<App>) -> Html {
    let kernels = &app.current.kernels;
    let result = Column {
        called: model.called(),
        client: model.client.clone(),
    };
    let further = kernels.open.iter().map(|kernel| Column {
        called: kernel.called.clone(),
        client: kernel.client.clone(),
    });
    let columns: Vec<Column> = std::iter::once(result).chain(further).collect();
    let add = |source: Source, text: String| {
        let onclick = link.callback(move |_: MouseEvent| KernelMsg::Add(source.clone()));
        html! { <li><button type="button" class="link" {onclick}>{ text }</button></li> }
    };
    let kept = app.library.results.iter().rev();
    let kept = kept.map(|(number, result)| {
        let text = format!("{}, saved {}", result.called(), result.day());
        add(Source::Kept(*number), text)
    });
    let remove = |(at, kernel): (usize, &crate::work::Kernel)| {
        let onclick = link.callback(move |_: MouseEvent| KernelMsg::Remove(at));
        html! { <button type="button" class="btn" {onclick} aria-label={format!("Remove {}", kernel.called)}>{ format!("{} ×", kernel.called) }</button> }
    };
    html! {
        <History {columns}>
            <div class="vs">
                <details class="pick"><summary class="btn">{ "Add a kernel" }</summary>
                    <ul class="plain">{ for kept }{ add(Source::Bundled, BUNDLED.to_owned()) }
                        <li>{ file_picker(link, "choose-kernel-column", "A file", "", |file| KernelMsg::Add(Source::File(file))) }</li></ul></details>
                { for kernels.open.iter().enumerate().map(remove) }
                if let Some(reading) = &kernels.reading {
                    <span role="status">{ format!("Reading {}… {:.0} %", reading.name, reading.done * 100.0) }</span>
                    { bars::simple("reading-bar", "after", reading.done) }
                    <button type="button" class="btn" onclick={link.callback(|_| KernelMsg::Cancel)}>{ "Cancel" }</button>
                }
            </div>
        </History>
    }
}
