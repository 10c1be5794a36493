//! Questions about single types and lists of them.

use super::{Question, count};
use crate::address::Address;
use crate::card::{Card, UseRow};
use crate::definition::{Line, Unfolded, unfolded_definition};
use crate::list::{FoundNames, Page, Query, find, with_fitting_names};
use crate::session::Session;
use crate::units::{Folder, Units};
use crate::users::{Use, UseKind, by_name};
use btf::TypeId;
use serde::{Deserialize, Serialize};

/// Asks to compute what later answers need, while nobody waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepare;

impl Question for Prepare {
    type Answer = ();

    fn answer(self, session: &mut Session, units: Option<&dyn Units>) -> Result<(), String> {
        let explorer = session.explorer();
        explorer.facts();
        explorer.by_name();
        explorer.attached();
        // The address of any type needs the numbers of all types.
        explorer.address(TypeId(1));
        if let Some(units) = units {
            explorer.sources(units);
        }
        Ok(())
    }
}

/// Asks for some rows of the types that fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListTypes {
    /// Which types fit, and their order.
    pub query: Query,
    /// The first row, from 0.
    pub from: u32,
    /// How many rows at most.
    pub count: u32,
}

impl Question for ListTypes {
    type Answer = Page;

    fn answer(self, session: &mut Session, _: Option<&dyn Units>) -> Result<Page, String> {
        let ListTypes { query, from, count } = self;
        session.with_found(query, |explorer, found| {
            found.page(explorer, from as usize, count as usize)
        })
    }
}

/// Asks for the row at which a type stands in a list, from 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowOf {
    /// The list.
    pub query: Query,
    /// The type.
    pub of: Address,
}

impl Question for RowOf {
    type Answer = Option<u32>;

    fn answer(self, session: &mut Session, _: Option<&dyn Units>) -> Result<Option<u32>, String> {
        let (_, id) = session.find(&self.of)?;
        session.with_found(self.query, |_, found| found.position(id).map(count))
    }
}

/// Asks for names that a text fits: of types, members, functions, variables, enumerators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindNames {
    /// The text.
    pub text: String,
    /// How many of each sort at most.
    pub each: u32,
}

impl Question for FindNames {
    type Answer = Vec<FoundNames>;

    fn answer(
        self,
        session: &mut Session,
        _: Option<&dyn Units>,
    ) -> Result<Vec<FoundNames>, String> {
        Ok(find(session.explorer(), &self.text, self.each as usize))
    }
}

/// Asks for everything about one type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowType {
    /// The type.
    pub of: Address,
    /// The members that are unfolded in its definition.
    pub unfolded: Unfolded,
}

impl Question for ShowType {
    type Answer = Box<Card>;

    fn answer(self, session: &mut Session, _: Option<&dyn Units>) -> Result<Box<Card>, String> {
        let ShowType { of, unfolded } = self;
        let (explorer, id) = session.find(&of)?;
        let only_inline = !std::ptr::eq(explorer, session.explorer());
        let card = Card::unfolded(explorer, id, &unfolded).map(|card| Card {
            only_inline,
            ..card
        });
        card.map(Box::new)
            .ok_or_else(|| format!("{of} has nothing to show"))
    }
}

/// Asks for the definition of a type with members unfolded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfold {
    /// The type.
    pub of: Address,
    /// The members that are unfolded.
    pub unfolded: Unfolded,
}

impl Question for Unfold {
    type Answer = Vec<Line>;

    fn answer(self, session: &mut Session, _: Option<&dyn Units>) -> Result<Vec<Line>, String> {
        let (explorer, id) = session.find(&self.of)?;
        Ok(unfolded_definition(explorer, id, &self.unfolded))
    }
}

/// Asks for the uses of a type of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListUses {
    /// The type that is used.
    pub of: Address,
    /// Which kind of use.
    pub kind: UseKind,
    /// Only users whose text contains this; a small letter matches a capital too.
    pub text: String,
    /// How many rows at most.
    pub count: u32,
}

/// Uses of a type of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uses {
    /// How many uses exist.
    pub total: u32,
    /// The first of them, by the name of the user.
    pub rows: Vec<UseRow>,
}

impl Question for ListUses {
    type Answer = Uses;

    fn answer(self, session: &mut Session, _: Option<&dyn Units>) -> Result<Uses, String> {
        let mut rows = uses_of(session, &self.of, Some(self.kind), &self.text)?;
        let total = count(rows.len());
        rows.truncate(self.count as usize);
        Ok(Uses { total, rows })
    }
}

/// The uses of a type whose text contains `text`, by kind of use and name of the user.
pub(super) fn uses_of(
    session: &Session,
    of: &Address,
    kind: Option<UseKind>,
    text: &str,
) -> Result<Vec<UseRow>, String> {
    let (explorer, id) = session.find(of)?;
    let query = Query {
        text: text.to_owned(),
        ..Query::default()
    };
    let all = explorer.users_of(id);
    let kinds = UseKind::ALL.into_iter();
    let kinds = kinds.filter(|one| kind.is_none_or(|kind| kind == *one));
    let rows = kinds.flat_map(|kind| {
        let uses: Vec<Use> = all.iter().filter(|one| one.kind == kind).cloned().collect();
        let uses = by_name(explorer.btf(), &uses);
        let rows = uses.iter().map(|one| UseRow::of(explorer, one));
        rows.collect::<Vec<UseRow>>()
    });
    with_fitting_names(&query, rows, |row| &row.text).map_err(|error| error.to_string())
}

/// Asks for the units that have a type, by folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitsOf(pub Address);

impl Question for UnitsOf {
    type Answer = Vec<Folder>;

    fn answer(
        self,
        session: &mut Session,
        units: Option<&dyn Units>,
    ) -> Result<Vec<Folder>, String> {
        let (_, id) = session.find(&self.0)?;
        let units = units.map_or_else(Vec::new, |units| units.units_of(&[id]));
        Ok(Folder::of(units.into_iter().next().unwrap_or_default()))
    }
}
