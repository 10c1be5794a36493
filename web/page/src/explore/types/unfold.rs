//! Members of struct or union type, unfolded in place. The address contains which they are.

use super::{Msg, Types, code};
use crate::browser::copy;
use crate::explore::place;
use explore::questions::Unfold;
use explore::{Address, Line, Unfolded};
use protocol::place::add_query;
use std::rc::Rc;
use yew::prelude::*;

impl Types {
    /// Unfolds a member, or folds it.
    pub(super) fn unfold(&mut self, ctx: &Context<Types>, member: &str) -> bool {
        self.unfolded.toggle(member);
        self.ask_lines(ctx);
        self.write_place();
        false
    }

    /// Unfolds the chosen member if `on`; otherwise folds it, or chooses the one around it.
    pub(super) fn unfold_chosen(&mut self, ctx: &Context<Types>, on: bool) -> bool {
        let Some(line) = self.line(self.chosen) else {
            return false;
        };
        let (row, member) = (line.row, line.member.clone().unwrap_or_default());
        if line.unfolded == Some(!on) {
            self.select(row);
            return self.unfold(ctx, &member);
        }
        let before = self.lines.iter().take_while(|other| other.row != row);
        let around = before
            .filter(|other| other.unfolded == Some(true) && is_in(&member, other))
            .last();
        match around.map(|line| line.row).filter(|_| !on) {
            Some(around) => {
                self.select(around);
                self.reveals = true;
                true
            }
            None => false,
        }
    }

    /// Unfolds all members, or folds them if they are.
    pub(super) fn unfold_all(&mut self, ctx: &Context<Types>) -> bool {
        self.unfolded = Unfolded {
            all: !self.unfolded.all,
            listed: Vec::new(),
        };
        self.ask_lines(ctx);
        self.write_place();
        true
    }

    /// Unfolds the member that contains one the address names. Returns whether it exists.
    pub(super) fn unfold_towards(&mut self, ctx: &Context<Types>, member: &str) -> bool {
        let mut folded = self
            .lines
            .iter()
            .filter(|line| line.unfolded == Some(false));
        let around = folded.find(|line| is_in(member, line));
        let Some(around) = around.and_then(|line| line.member.clone()) else {
            return false;
        };
        let Some(address) = self.place.clone() else {
            return false;
        };
        if !self.unfolded.contains(&around) {
            self.unfolded.toggle(&around);
        }
        self.ask_lines(ctx);
        let part = place::Part {
            member: Some(member),
            unfolded: Some(&self.unfolded),
            ..place::Part::default()
        };
        let mut parameters = part.parameters();
        add_query(&mut parameters, &self.query);
        self.seen
            .replace(&parameters.behind(&place::href(&address)));
        true
    }

    pub(super) fn ask_lines(&self, ctx: &Context<Types>) {
        let Some(of) = self.place.clone() else { return };
        let (asked, unfolded) = (of.clone(), self.unfolded.clone());
        let asked_unfolded = unfolded.clone();
        self.ask(ctx, Unfold { of, unfolded }, move |lines| {
            Msg::Lines(asked.clone(), asked_unfolded.clone(), lines)
        });
    }

    pub(super) fn take_lines(
        &mut self,
        ctx: &Context<Types>,
        of: &Address,
        unfolded: &Unfolded,
        lines: Result<Vec<Line>, String>,
    ) -> bool {
        // A late answer: another type is shown, or other members are unfolded.
        if self.place.as_ref() != Some(of) || *unfolded != self.unfolded {
            return false;
        }
        let Ok(lines) = lines else { return false };
        let before = self.member().map(str::to_owned);
        self.lines = Rc::new(lines);
        // Members within others have other rows now.
        self.part(ctx);
        self.reveals &= self.member() != before.as_deref();
        true
    }

    /// Copies the definition with all members folded: C that compiles has no other form.
    pub(super) fn copy_c(&self, ctx: &Context<Types>) {
        let Some(of) = self.place.clone().filter(|_| !self.unfolded.is_none()) else {
            let lines = self.lines.clone();
            ctx.link()
                .send_future(async move { Msg::Copied(copy(&code::text(&lines)).await) });
            return;
        };
        let unfolded = Unfolded::default();
        self.ask(ctx, Unfold { of, unfolded }, |lines| {
            Msg::CopyText(lines.map(|lines| code::text(&lines)))
        });
    }

    /// The block of the picture that contains the chosen member.
    pub fn chosen_block(&self) -> Option<u32> {
        let line = self.line(self.chosen)?;
        line.within.or(line.row)
    }
}

/// Whether a member is one of those that a line unfolds, or would.
fn is_in(member: &str, line: &Line) -> bool {
    let outer = line.member.as_deref();
    let rest = outer.and_then(|outer| member.strip_prefix(outer));
    rest.is_some_and(|rest| rest.starts_with('.'))
}
