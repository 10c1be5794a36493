//! Tables that are sorted by a press on a heading.

use protocol::place::Parameters;
use yew::prelude::*;

/// What a table is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sorting<C> {
    /// The column.
    pub column: C,
    /// Whether the order is not the column's usual one.
    pub reversed: bool,
}

/// A column of a table, as an address names it.
pub trait Column: Copy + PartialEq + 'static {
    /// All columns of the table.
    const ALL: &'static [Self];

    /// The word in the address.
    fn word(self) -> &'static str;
}

impl<C: Column> Sorting<C> {
    /// What an address asks for, if that is a sorting.
    pub fn of(parameters: &Parameters) -> Option<Sorting<C>> {
        let word = parameters.get("sort")?;
        let column = C::ALL.iter().find(|column| column.word() == word)?;
        Some(Sorting {
            column: *column,
            reversed: parameters.has("reverse"),
        })
    }

    /// Adds it to an address, unless the table is sorted so by itself.
    pub fn add(self, parameters: &mut Parameters, usual: Sorting<C>) {
        if self != usual {
            parameters.add("sort", self.column.word());
            parameters.switch("reverse", self.reversed);
        }
    }
}

impl<C: Copy + PartialEq + 'static> Sorting<C> {
    /// The sorting after a press on a column's heading.
    fn pressed(self, column: C) -> Sorting<C> {
        Sorting {
            column,
            reversed: self.column == column && !self.reversed,
        }
    }

    /// The heading of a column. `rises`: whether its usual order is from the least on, as that of names.
    pub fn head(
        self,
        title: &'static str,
        class: &'static str,
        column: C,
        rises: bool,
        onsort: &Callback<Sorting<C>>,
    ) -> Html {
        let sort = (self.column == column).then_some(match rises != self.reversed {
            true => "ascending",
            false => "descending",
        });
        let arrow = match sort {
            None => "",
            Some("ascending") => " ↑",
            Some(_) => " ↓",
        };
        let onclick = onsort.reform(move |_: MouseEvent| self.pressed(column));
        html! {
            <th scope="col" {class} aria-sort={sort}><button type="button" class="sort" {onclick}>{ title }<span aria-hidden="true">{ arrow }</span></button></th>
        }
    }
}
