//! The box that finds everything: which views and actions the page has now.

use super::frame;
use crate::app::{App, ChromeMsg, LibraryMsg, click};
use crate::browser::save_url;
use crate::explore::palette::{Action, Palette, Way};
use crate::work::{Download, Keeping, Model};
use yew::html::Scope;
use yew::prelude::*;

pub fn view(app: &App, link: &Scope<App>) -> Html {
    let views = frame::tabs(app).into_iter().map(|(view, name, _)| Way {
        name,
        href: view.address().into_owned(),
    });
    let client = app.current.model.as_ref().map(|model| {
        let scope = app.current.scope.clone();
        scope.unwrap_or_else(|| model.client.clone())
    });
    html! {
        <Palette {client} views={views.collect::<Vec<_>>()} actions={actions(app, link)}
            onclose={link.callback(|()| ChromeMsg::Palette(false))} />
    }
}

fn actions(app: &App, link: &Scope<App>) -> Vec<Action> {
    let action = |name: &str, key, run| Action {
        name: name.to_owned(),
        key,
        run,
    };
    let mut actions = vec![
        action("Copy link", "", link.callback(|()| ChromeMsg::CopyLink)),
        action(
            match app.chrome.hex {
                true => "Offsets in decimal",
                false => "Offsets in hex",
            },
            "h",
            link.callback(|()| ChromeMsg::Hex),
        ),
        action(
            "Light or dark theme",
            "t",
            link.callback(|()| ChromeMsg::Theme),
        ),
        action(
            "Larger text",
            "+",
            link.callback(|()| ChromeMsg::TextSize(true)),
        ),
        action(
            "Smaller text",
            "-",
            link.callback(|()| ChromeMsg::TextSize(false)),
        ),
        action(
            "Help for this page",
            "?",
            link.callback(|()| ChromeMsg::Help(true)),
        ),
    ];
    if let Some(model) = &app.current.model {
        if model.keeping == Keeping::No {
            actions.push(action(
                "Save in this browser",
                "",
                link.callback(|()| LibraryMsg::Keep),
            ));
        }
        actions.extend(downloads(model));
    }
    actions.push(action(
        "Choose a file",
        "o",
        Callback::from(|()| click("choose")),
    ));
    actions
}

fn downloads(model: &Model) -> impl Iterator<Item = Action> {
    let files = [
        ("patched ELF", model.files.elf.as_ref()),
        ("raw .BTF", model.files.raw.as_ref()),
        ("C header", model.header.as_ref()),
        ("statistics (JSON)", model.files.json.as_ref()),
    ];
    let one = |(what, file): (&str, Option<&Download>)| {
        let (url, name) = (file?.url.clone(), file?.name.clone());
        Some(Action {
            name: format!("Download the {what}"),
            key: "",
            run: Callback::from(move |()| save_url(&url, &name)),
        })
    };
    files.map(one).into_iter().flatten()
}
