//! The conditions of a search, one by one, as the page shows them beside the text.

use crate::figures::counted;
use explore::{Field, Filter, Match, Query};

/// A condition that narrows or orders a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// What it is about: `kind`.
    pub what: &'static str,
    /// What must hold: `struct`.
    pub value: String,
    /// The search without it.
    pub without: Query,
}

/// All conditions of a search but its text. `module` names the module whose own types can be asked for. What lists of
/// functions and variables add is none of them: it is seen beside their box.
pub fn conditions(query: &Query, module: Option<&str>) -> Vec<Condition> {
    let mut all = Vec::new();
    let mut add = |what, value: String, remove: &dyn Fn(&mut Query)| {
        let mut without = query.clone();
        remove(&mut without);
        all.push(Condition {
            what,
            value,
            without,
        });
    };
    let Filter {
        groups,
        at_least,
        at_most,
        holes,
        bitfields,
        flexible,
        repeated,
        own,
        tag: _,
        section: _,
        function: _,
    } = &query.filter;
    match query.field {
        Field::Name => {}
        field => {
            let word = format!("{}s", field.word());
            add("in", word, &|query| query.field = Field::Name);
        }
    }
    match query.matching {
        Match::Substring => {}
        matching => add("match", matching.title().to_owned(), &|query| {
            query.matching = Match::Substring;
        }),
    }
    for group in groups {
        add("kind", group.word().to_owned(), &|query| {
            query.filter.groups.retain(|there| there != group);
        });
    }
    if let Some(bytes) = at_least {
        add("at least", counted(*bytes, "byte", "bytes"), &|query| {
            query.filter.at_least = None;
        });
    }
    if let Some(bytes) = at_most {
        add("at most", counted(*bytes, "byte", "bytes"), &|query| {
            query.filter.at_most = None;
        });
    }
    for (on, what, value, remove) in [
        (
            *holes,
            "has",
            "holes",
            (|filter| filter.holes = false) as fn(&mut Filter),
        ),
        (*bitfields, "has", "bitfields", |filter| {
            filter.bitfields = false;
        }),
        (*flexible, "ends in", "a flexible array", |filter| {
            filter.flexible = false;
        }),
        (*repeated, "name", "with several definitions", |filter| {
            filter.repeated = false;
        }),
    ] {
        if on {
            add(what, value.to_owned(), &|query| remove(&mut query.filter));
        }
    }
    if *own {
        let of = module.unwrap_or("this module");
        add("only types of", of.to_owned(), &|query| {
            query.filter.own = false;
        });
    }
    if query.order != Query::default().order {
        add("sort", query.order.title().to_owned(), &|query| {
            query.order = Query::default().order;
        });
    }
    if query.reversed {
        add("order", "reversed".to_owned(), &|query| {
            query.reversed = false;
        });
    }
    all
}

/// The search with its text alone.
pub fn text_alone(query: &Query) -> Query {
    Query {
        text: query.text.clone(),
        filter: Filter {
            tag: query.filter.tag.clone(),
            section: query.filter.section.clone(),
            ..Filter::default()
        },
        ..Query::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use explore::{Group, Order};

    #[test]
    fn every_condition_is_listed_and_removing_one_after_the_other_leaves_the_text() {
        let mut query = Query {
            text: "sk_buff".to_owned(),
            matching: Match::Regex,
            field: Field::Member,
            filter: Filter {
                groups: vec![Group::Struct, Group::Union],
                at_least: Some(1),
                at_most: Some(4096),
                holes: true,
                bitfields: true,
                flexible: true,
                repeated: true,
                own: true,
                ..Filter::default()
            },
            order: Order::Size,
            reversed: true,
        };
        let said = |query: &Query| -> Vec<String> {
            let all = conditions(query, Some("tcp_bbr"));
            let one = |condition: &Condition| format!("{}: {}", condition.what, condition.value);
            all.iter().map(one).collect()
        };
        assert_eq!(
            said(&query),
            [
                "in: members",
                "match: regular expression",
                "kind: struct",
                "kind: union",
                "at least: 1 byte",
                "at most: 4,096 bytes",
                "has: holes",
                "has: bitfields",
                "ends in: a flexible array",
                "name: with several definitions",
                "only types of: tcp_bbr",
                "sort: size",
                "order: reversed",
            ]
        );
        let alone = text_alone(&query);
        let mut count = 13;
        while let Some(last) = conditions(&query, None).pop() {
            query = last.without;
            count -= 1;
            assert_eq!(said(&query).len(), count);
        }
        assert_eq!(query, alone);
        assert_eq!(said(&Query::default()), [""; 0]);
    }
}
