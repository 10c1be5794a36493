//! Lists of types to start with, shown before one is chosen.

use super::{chip, place};
use explore::{Filter, Group, Order, Page, Query};
use protocol::figures::{bytes_text, counted, grouped};
use yew::prelude::*;

/// Rows of each list.
pub const ROWS: u32 = 12;

/// The short lists, as far as they have come.
#[derive(Default)]
pub struct Suggestions {
    lists: Vec<(Order, Page)>,
}

impl Suggestions {
    /// Whether they were asked for.
    pub fn is_asked(&self) -> bool {
        !self.lists.is_empty()
    }

    /// What to ask for, unless it was; `own`: of a module's own types.
    pub fn ask(&mut self, orders: [Order; 3], own: bool) -> Vec<(usize, Query)> {
        if self.is_asked() {
            return Vec::new();
        }
        self.lists = orders.map(|order| (order, Page::default())).to_vec();
        let query = |order| Query {
            order,
            filter: Filter {
                groups: vec![Group::Struct, Group::Union],
                own,
                ..Filter::default()
            },
            ..Query::default()
        };
        orders.map(query).into_iter().enumerate().collect()
    }

    /// Takes one of them.
    pub fn set(&mut self, at: usize, page: Page) {
        if let Some((_, there)) = self.lists.get_mut(at) {
            *there = page;
        }
    }
}

/// The orders of the lists.
pub fn orders(knows_copies: bool) -> [Order; 3] {
    match knows_copies {
        true => [Order::Saved, Order::Size, Order::Users],
        false => [Order::Size, Order::Users, Order::Holes],
    }
}

/// The lists. `searched`: whether `total` counts what a search found. `explained`: whether something else says why nothing is known of copies.
pub fn view(
    suggestions: &Suggestions,
    (total, searched): (u32, bool),
    knows_copies: bool,
    explained: bool,
) -> Html {
    html! {
        <div class="outset">
            <h1 id="title" tabindex="-1">{ match total {
                0 => "Types".to_owned(),
                total if searched => counted(u64::from(total), "match", "matches"),
                total => counted(u64::from(total), "named type", "named types"),
            } }</h1>
            <p class="sub">{ "Search for a type, or start with one of these structs." }
                if !knows_copies && !explained { { " Figures from before dedup need a file with DWARF." } }</p>
            { lists(suggestions) }
        </div>
    }
}

/// The lists alone.
pub fn lists(suggestions: &Suggestions) -> Html {
    html! { <div class="lists">{ for suggestions.lists.iter().map(|(order, page)| list(*order, page)) }</div> }
}

fn list(order: Order, page: &Page) -> Html {
    let title = match order {
        Order::Saved => "Most saved by dedup",
        Order::Size => "Largest",
        Order::Users => "Most used",
        Order::Copies => "Most copies before dedup",
        Order::Depth => "Most deeply nested (levels)",
        _ => "Largest holes",
    };
    let figure = |row: &explore::Row| match (order, row.value, row.size) {
        (Order::Saved, Some(value), _) => bytes_text(value),
        (_, Some(value), _) => grouped(value),
        (_, None, Some(size)) => bytes_text(size),
        _ => String::new(),
    };
    html! {
        <section><h2>{ title }</h2><table><tbody>
            { for page.rows.iter().map(|row| html! {
                <tr><td><span class="chip">{ chip::swatch(row.kind) }<a href={place::href(&row.address)}>{ &row.name }</a></span></td>
                    <td class="num">{ figure(row) }</td></tr>
            }) }
        </tbody></table></section>
    }
}
