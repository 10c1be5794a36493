//! A package, an archive, or an image that is unpacked: how far it is, and which of several kernels is wanted.

use super::under_way::{head, stat};
use super::{bars, icons};
use crate::app::{App, UnpackMsg, Unpacking, View, WorkMsg};
use protocol::figures::{bytes, bytes_text, clock};
use yew::html::Scope;
use yew::prelude::*;

/// Kernels that are offered; whoever has more knows which.
const OFFERED: usize = 100;

/// The view of its progress.
pub fn view(unpacking: &Unpacking, link: &Scope<App>) -> Html {
    let unpacker = &unpacking.unpacker;
    let whole = unpacker.file.as_ref().map_or(0.0, |file| file.size());
    let (read, unit) = bytes(unpacker.read);
    let (written, written_unit) = bytes(unpacker.written);
    let of = format!(" {}", unpacking.name());
    let about = "A distribution’s package is read until its kernel is complete.".to_owned();
    html! {
        <>
            { head("Unpacking", of, about, unpacker.share(), link) }
            <dl class="now stat">
                { stat("Read", read, format!("{unit} of {}", bytes_text(whole as u64))) }
                { stat("Unpacked", written, written_unit.to_owned()) }
                { stat("Elapsed", clock(unpacker.elapsed()), String::new()) }
            </dl>
        </>
    }
}

/// What is told above other views: how far it is, and the question which kernel is wanted.
pub fn notes(app: &App, unpacking: &Unpacking, link: &Scope<App>) -> Html {
    let cancel = html! {
        <button type="button" class="btn" onclick={link.callback(|_| WorkMsg::Unpack(UnpackMsg::Cancel))}>{ "Cancel" }</button>
    };
    if !unpacking.choice.is_empty() {
        return choice(unpacking, cancel, link);
    }
    if app.view == View::Progress && app.work.job.is_none() {
        return Html::default();
    }
    let share = unpacking.unpacker.share();
    let percent = format!("{:.0}", share * 100.0);
    html! {
        <div class="note reading">
            <div>
                <p><strong>{ format!("Unpacking {}…", unpacking.name()) }</strong>{ format!(" {percent} %.") }</p>
                <div role="progressbar" aria-label="Unpacking" aria-valuemin="0" aria-valuemax="100" aria-valuenow={percent}>
                    { bars::simple("", "after", share) }</div>
            </div>
            { cancel }
        </div>
    }
}

fn choice(unpacking: &Unpacking, cancel: Html, link: &Scope<App>) -> Html {
    let take = |(at, path): (usize, &String)| {
        let wanted = path.clone();
        let onclick =
            link.callback(move |_: MouseEvent| WorkMsg::Unpack(UnpackMsg::Take(wanted.clone())));
        html! {
            <li><button type="button" id={(at == 0).then_some("confirm")} class="link mono" {onclick}>{ path }</button></li>
        }
    };
    html! {
        <div class="note note--ask" role="group" aria-label="Several kernels">{ icons::info() }
            <div><p><strong>{ format!("{} contains several kernels. Which one?", unpacking.name()) }</strong></p>
                <ul class="plain">{ for unpacking.choice.iter().take(OFFERED).enumerate().map(take) }</ul></div>
            <div class="acts">{ cancel }</div>
        </div>
    }
}
