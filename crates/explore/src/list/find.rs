//! The best of everything that has a name: types, members, functions, variables, enumerators, for a box that searches
//! them all at once.

use super::query::{Field, Filter, Query};
use super::search::{Outcome, first_reading};
use super::{FoundTypes, Row};
use crate::definition::{Line, TokenKind, definition};
use crate::explorer::Explorer;
use crate::group::Group;
use crate::signatures::Signature;
use btf::TypeId;
use serde::{Deserialize, Serialize};

/// What a name is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Named {
    /// A type other than a function or variable.
    Type,
    /// A member of a struct or union.
    Member,
    /// A function.
    Function,
    /// A variable or section.
    Variable,
    /// An enumerator.
    Enumerator,
}

impl Named {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Named; 5] = [
        Named::Type,
        Named::Member,
        Named::Function,
        Named::Variable,
        Named::Enumerator,
    ];

    /// The heading of what is found.
    pub fn title(self) -> &'static str {
        match self {
            Named::Type => "Types",
            Named::Member => "Members",
            Named::Function => "Functions",
            Named::Variable => "Variables",
            Named::Enumerator => "Enumerators",
        }
    }

    fn query(self, text: &str) -> Query {
        let (field, groups) = match self {
            Named::Type => (
                Field::Name,
                vec![
                    Group::Struct,
                    Group::Union,
                    Group::Enum,
                    Group::Typedef,
                    Group::Int,
                    Group::Fwd,
                ],
            ),
            Named::Member => (Field::Member, vec![Group::Struct, Group::Union]),
            Named::Function => (Field::Name, vec![Group::Func]),
            Named::Variable => (Field::Name, vec![Group::Var]),
            Named::Enumerator => (Field::Enumerator, vec![Group::Enum]),
        };
        Query {
            text: text.to_owned(),
            field,
            filter: Filter {
                groups,
                ..Filter::default()
            },
            ..Query::default()
        }
    }
}

/// Names of one sort that fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundNames {
    /// What they are of.
    pub of: Named,
    /// How many fit.
    pub total: u32,
    /// The best of them.
    pub best: Vec<FoundName>,
}

/// A name that fits, with what tells it from others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundName {
    /// The type, and the member or enumerator of it.
    pub row: Row,
    /// The declaration of a member or function as C; empty for others.
    pub declared: String,
    /// Bytes from the start of the type, for a member.
    pub offset: Option<u64>,
}

/// Finds names that a text fits, at most `each` of every sort. Sorts without a name that fits are left out.
pub fn find(explorer: &Explorer, text: &str, each: usize) -> Vec<FoundNames> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    let mut all = Vec::new();
    for named in Named::ALL {
        let query = named.query(text);
        // A text that is no expression is nobody's name.
        let Ok(outcome) = first_reading(explorer, &query) else {
            continue;
        };
        // `sk_buff->len` is a member, found among the types.
        let of = match outcome.sought.members.is_empty() {
            true => named,
            false => Named::Member,
        };
        let Some(found) = best(explorer, query, outcome, each, of) else {
            continue;
        };
        let known = all.iter().any(|there: &FoundNames| there.of == of);
        if !known {
            all.push(found);
        }
    }
    all
}

fn best(
    explorer: &Explorer,
    query: Query,
    outcome: Outcome,
    each: usize,
    of: Named,
) -> Option<FoundNames> {
    let found = FoundTypes::ranked(explorer, query, outcome);
    if found.is_empty() {
        return None;
    }
    let page = found.page(explorer, 0, each);
    let best = page.rows.into_iter().map(|row| {
        let (declared, offset) = match of {
            Named::Member => member(explorer, &row),
            Named::Function | Named::Variable => {
                (Signature::of(explorer, TypeId(row.id)).text(), None)
            }
            Named::Type | Named::Enumerator => (String::new(), None),
        };
        FoundName {
            row,
            declared,
            offset,
        }
    });
    Some(FoundNames {
        of,
        total: page.total,
        best: best.collect(),
    })
}

/// The declaration of the member that a row was found by, and its offset.
fn member(explorer: &Explorer, row: &Row) -> (String, Option<u64>) {
    let lines = definition(explorer, TypeId(row.id));
    let is_it = |line: &&Line| {
        let path = line.member.as_deref();
        path.is_some_and(|path| path.rsplit('.').next() == row.by.as_deref())
    };
    let Some(line) = lines.iter().find(is_it) else {
        return (String::new(), None);
    };
    let words = line.tokens.iter();
    let words = words.filter(|token| token.kind != TokenKind::Comment);
    let text: String = words.map(|token| token.text.as_str()).collect();
    (
        text.trim_end_matches([';', ' ', '{']).to_owned(),
        line.offset,
    )
}
