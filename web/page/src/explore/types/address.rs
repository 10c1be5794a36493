//! The address of the list and of a type's page: read, and written when what is shown changes.

use super::{Msg, Tab, Types};
use crate::browser::set_title;
use crate::explore::{place, suggestions};
use explore::questions::{ListTypes, ShowType};
use explore::{Address, Line};
use protocol::place::{Parameters, add_query, has_query, query, remove_query};
use protocol::unfolded::unfolded;
use yew::prelude::*;

impl Types {
    /// Searches for what the address contains. Without a search in it, that from before goes on. Returns whether it
    /// is another one.
    pub(super) fn read_search(&mut self, ctx: &Context<Types>) -> bool {
        // On the way to another view this one hears of the address too.
        if place::named("type").is_none() && !place::is("types") {
            return false;
        }
        let parameters = place::parameters();
        if !has_query(&parameters) {
            self.write_search();
            return false;
        }
        let (query, unread) = query(&parameters);
        let changed = query != self.query || unread != self.unread;
        self.unread = unread;
        if changed {
            self.search(ctx, query);
        }
        changed
    }

    /// The address of the list with its search.
    pub fn list_address(&self) -> String {
        let mut parameters = Parameters::default();
        add_query(&mut parameters, &self.query);
        parameters.behind("#/types")
    }

    /// Shows the type that the address names, and the part of it. Returns whether there is something else to draw.
    pub(super) fn route(&mut self, ctx: &Context<Types>) -> bool {
        let place = place::named("type");
        if place.is_none() && !place::is("types") {
            return false;
        }
        if place == self.place && (place.is_some() || self.suggestions.is_asked()) {
            return self.card.is_some() && place.is_some() && self.part(ctx);
        }
        self.place = place;
        self.missing = None;
        match self.place.clone() {
            Some(address) => {
                self.opening = true;
                self.awaited = true;
                let asked = address.clone();
                self.unfolded = unfolded(&place::parameters());
                let question = ShowType {
                    of: address,
                    unfolded: self.unfolded.clone(),
                };
                self.ask(ctx, question, move |card| Msg::Card(asked.clone(), card));
                // What is shown stays until the answer is there.
                false
            }
            None => {
                self.card = None;
                set_title("Types");
                for (at, query) in (self.suggestions).ask(
                    suggestions::orders(ctx.props().knows_copies),
                    ctx.props().client.module().is_some(),
                ) {
                    let question = ListTypes {
                        query,
                        from: 0,
                        count: suggestions::ROWS,
                    };
                    self.ask(ctx, question, move |page| Msg::Suggestions(at, page));
                }
                // The list before is the one that the worker remembers.
                true
            }
        }
    }

    /// Shows the part of the type that the address names. Returns true: it is to be drawn.
    pub(super) fn part(&mut self, ctx: &Context<Types>) -> bool {
        let Some(card) = self.card.clone() else {
            return false;
        };
        let parameters = place::parameters();
        let unfolded = unfolded(&parameters);
        if unfolded != self.unfolded {
            self.unfolded = unfolded;
            self.ask_lines(ctx);
        }
        self.unknown.clear();
        let filter = parameters.get("filter").unwrap_or_default();
        if filter != self.uses_text {
            self.uses_text = filter.to_owned();
            self.uses.clear();
        }
        self.tab = Tab::Layout;
        match parameters.get("tab").map(|word| (word, Tab::named(word))) {
            None => {}
            Some((_, Some(Tab::Copies))) if card.copies.is_none() => {
                let cause = "Copies before dedup are known only of files with DWARF.";
                self.unknown.push(cause.to_owned());
            }
            Some((_, Some(Tab::Sites))) if card.inlined_at.unwrap_or(0) == 0 => {
                let cause = match card.inlined_at {
                    Some(_) => format!("{} was inlined nowhere.", card.title),
                    None => "This file does not tell where functions were inlined.".to_owned(),
                };
                self.unknown.push(cause);
            }
            Some((_, Some(tab))) => self.tab = tab,
            Some((word, None)) => {
                let cause = format!("{} has no tab “{word}”.", card.title);
                self.unknown.push(cause);
            }
        }
        let selected = parameters.get("member").and_then(|member| {
            let row = row_of(&self.lines, member);
            if row.is_none() && !self.unfold_towards(ctx, member) {
                let what = match card.kind.is_any_enum() {
                    true => "enumerator",
                    false => "member",
                };
                let cause = format!("{} has no {what} “{member}”.", card.title);
                self.unknown.push(cause);
            }
            row
        });
        self.reveals = selected.is_some() && selected != self.selected;
        self.selected = selected;
        self.chosen = selected;
        self.fill(ctx);
        true
    }

    /// Puts the search into the address, beside what the address asks of a type.
    pub(super) fn write_search(&mut self) {
        let mut parameters = place::parameters();
        remove_query(&mut parameters);
        add_query(&mut parameters, &self.query);
        let of = place::named("type");
        let path = of.map_or_else(|| "#/types".to_owned(), |of| place::href(&of));
        self.seen.replace(&parameters.behind(&path));
    }

    /// Puts what is shown of the type into the address.
    pub(super) fn write_place(&mut self) {
        // What is selected in the type before means nothing for the one that is on its way.
        if let Some(address) = self.place.as_ref().filter(|_| !self.awaited) {
            let address = self.href(address, self.tab);
            self.seen.replace(&address);
        }
    }

    /// The address of a tab of a type, with what else is shown of it, and of the list beside it.
    pub(super) fn href(&self, address: &Address, tab: Tab) -> String {
        let mut parameters = self.part_of(tab).parameters();
        add_query(&mut parameters, &self.query);
        parameters.behind(&place::href(address))
    }

    /// The address of the type that is shown, without the list beside it; empty if none is.
    pub fn type_address(&self) -> String {
        let of = self.place.as_ref();
        of.map_or_else(String::new, |of| self.part_of(self.tab).href(of))
    }

    fn part_of(&self, tab: Tab) -> place::Part<'_> {
        place::Part {
            member: self.member(),
            unfolded: Some(&self.unfolded),
            tab: tab.word(),
            filter: match tab {
                Tab::Users => &self.uses_text,
                _ => "",
            },
        }
    }
}

/// The row that declares a member: by its whole path, or else the first of that name.
fn row_of(lines: &[Line], member: &str) -> Option<u32> {
    let named = |fits: &dyn Fn(&str) -> bool| {
        (lines.iter())
            .find(|line| line.member.as_deref().is_some_and(fits))
            .and_then(|line| line.row)
    };
    let last = |path: &str| path.rsplit('.').next() == Some(member);
    named(&|path| path == member).or_else(|| named(&last))
}
