//! Tables that are sorted by a press on a heading.

use yew::prelude::*;

/// What a table is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sorting<C> {
    /// The column.
    pub column: C,
    /// Whether the order is not the column's usual one.
    pub reversed: bool,
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
