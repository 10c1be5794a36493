//! What a search found, in words: how it was read, what else is like it, and what to try if nothing fits.

use crate::explore::place;
use crate::explore::types::{Msg, Types};
use explore::{Address, Field};
use protocol::conditions::conditions;
use protocol::figures::counted;
use protocol::text::sentence;
use yew::prelude::*;

/// The line below the list.
pub fn view(types: &Types, ctx: &Context<Types>) -> Html {
    let is_narrowed = !conditions(&types.query, ctx.props().client.module()).is_empty();
    // Nothing is known before the first answer.
    if !types.answered && types.page.total == 0 && types.refused.is_none() {
        return html! { <p role="status"></p> };
    }
    html! {
        <p role="status">{ match &types.refused {
            Some(cause) => html! { <span class="warn">{ sentence(cause) }</span> },
            None => html! { <>{ counted(u64::from(types.page.total), "type", "types") }{ in_vain(types, is_narrowed) }{ remark(types) }{ unread(&types.unread) }</> },
        } }{ similar(types) }{ elsewhere(types, ctx) }{ next(types, is_narrowed, ctx) }</p>
    }
}

/// How the text was read, where that is not as it stands.
fn remark(types: &Types) -> String {
    let remark = types.page.reading.remark();
    remark.map_or_else(String::new, |remark| format!(". {remark}"))
}

/// What of the search in the address means nothing.
pub fn unread(parameters: &[String]) -> String {
    match parameters {
        [] => String::new(),
        some => format!(
            ". The address contains {}, which means nothing here",
            some.join(", ")
        ),
    }
}

/// What was looked for in vain; without a text, that nothing fits the conditions.
fn in_vain(types: &Types, is_narrowed: bool) -> String {
    let text = types.query.text.trim();
    let what = match types.query.field {
        Field::Name | Field::Signature => "type",
        Field::Member => "member",
        Field::Enumerator => "enumerator",
        Field::Parameter => "parameter",
    };
    match (types.page.total, text, is_narrowed) {
        (1.., ..) | (_, "", false) => String::new(),
        (_, "", true) => ": none fits these conditions".to_owned(),
        (_, text, false) => format!(": no {what} fits “{text}”"),
        (_, text, true) => format!(": no {what} fits “{text}” under these conditions"),
    }
}

/// What to try when nothing fits: the search without its conditions if that finds something, or else another text.
fn next(types: &Types, is_narrowed: bool, ctx: &Context<Types>) -> Html {
    if types.page.total > 0 || types.refused.is_some() {
        return Html::default();
    }
    if let Some(without) = types.without.filter(|without| is_narrowed && *without > 0) {
        let onclick = ctx.link().callback(|_| Msg::Clear);
        let text = format!(
            "{} without the conditions",
            counted(u64::from(without), "type", "types")
        );
        return html! { <>{ " · " }<button type="button" class="link small" {onclick}>{ text }</button></> };
    }
    let is_found = !types.page.similar.is_empty() || !types.page.elsewhere.is_empty();
    html! { if !is_found && !types.query.text.trim().is_empty() {
        { ". Try a part of the name, or * for any letters; Ctrl K searches all names" }
    } }
}

/// Links to types with similar names, if nothing fits.
fn similar(types: &Types) -> Html {
    let one = |address: &Address| {
        html! { <a href={place::href(address)}>{ format!("{} {}", address.word, address.name) }</a> }
    };
    let mut links = Vec::new();
    for address in &types.page.similar {
        links.push(html! { { if links.is_empty() { " " } else { ", " } } });
        links.push(one(address));
    }
    html! {
        if !types.page.similar.is_empty() {
            { ". Similar:" }{ for links }
        }
    }
}

/// Ways to where else the text stands, when no type is called so.
fn elsewhere(types: &Types, ctx: &Context<Types>) -> Html {
    let button = |(field, count): &(Field, u32)| {
        let (one, many) = match field {
            Field::Name | Field::Signature => return Html::default(),
            Field::Member => ("type with such a member", "types with such members"),
            Field::Enumerator => (
                "type with such an enumerator",
                "types with such enumerators",
            ),
            Field::Parameter => (
                "function with such a parameter",
                "functions with such parameters",
            ),
        };
        let mut next = types.query.clone();
        next.field = *field;
        let onclick = ctx.link().callback(move |_| Msg::Query(next.clone()));
        html! { <>{ " · " }<button type="button" class="link small" {onclick}>{ counted(u64::from(*count), one, many) }</button></> }
    };
    html! { <>{ for types.page.elsewhere.iter().map(button) }</> }
}
