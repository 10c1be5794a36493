//! Who uses a type, and which units had it: asked for when their part is shown.

use super::{Msg, Tab, Types};
use explore::UseKind;
use explore::questions::{ListUses, UnitsOf};
use yew::prelude::*;

/// How many users are asked for at once.
pub(super) const USES: u32 = 60;

impl Types {
    /// Asks for what the chosen part of a type needs.
    pub(super) fn fill(&mut self, ctx: &Context<Types>) {
        let Some(address) = self.place.clone() else {
            return;
        };
        match self.tab {
            Tab::Users if self.uses.is_empty() => self.ask_all_uses(ctx),
            Tab::Copies if self.units.is_none() => {
                let asked = address.clone();
                self.ask(ctx, UnitsOf(address), move |units| {
                    Msg::Units(asked.clone(), units)
                });
            }
            _ => {}
        }
    }

    pub(super) fn ask_all_uses(&self, ctx: &Context<Types>) {
        for (kind, _) in self.card.iter().flat_map(|card| &card.users) {
            self.ask_uses(ctx, *kind, USES);
        }
    }

    pub(super) fn ask_uses(&self, ctx: &Context<Types>, kind: UseKind, count: u32) {
        let Some(of) = self.place.clone() else { return };
        let asked = of.clone();
        let text = self.uses_text.clone();
        let asked_text = text.clone();
        let question = ListUses {
            of,
            kind,
            text,
            count,
        };
        self.ask(ctx, question, move |uses| {
            Msg::Uses(asked.clone(), asked_text.clone(), kind, uses)
        });
    }
}
