//! Questions about single types and lists of them.

use super::{Question, count};
use crate::address::Address;
use crate::card::{Card, UseRow};
use crate::list::{Page, Query};
use crate::session::Session;
use crate::units::{Folder, Units};
use crate::users::{UseKind, by_name};
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
        let id = session.find(&self.of)?;
        session.with_found(self.query, |_, found| found.position(id).map(count))
    }
}

/// Asks for everything about one type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowType(pub Address);

impl Question for ShowType {
    type Answer = Box<Card>;

    fn answer(self, session: &mut Session, _: Option<&dyn Units>) -> Result<Box<Card>, String> {
        let id = session.find(&self.0)?;
        let card = Card::of(session.explorer(), id);
        card.map(Box::new)
            .ok_or_else(|| format!("{} has nothing to show", self.0))
    }
}

/// Asks for the uses of a type of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListUses {
    /// The type that is used.
    pub of: Address,
    /// Which kind of use.
    pub kind: UseKind,
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
        let id = session.find(&self.of)?;
        let explorer = session.explorer();
        let mut uses = explorer.users_of(id);
        uses.retain(|one| one.kind == self.kind);
        let total = count(uses.len());
        let uses = by_name(explorer.btf(), &uses);
        let rows = uses.iter().take(self.count as usize);
        Ok(Uses {
            total,
            rows: rows.map(|one| UseRow::of(explorer, one)).collect(),
        })
    }
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
        let id = session.find(&self.0)?;
        let units = units.map_or_else(Vec::new, |units| units.units_of(&[id]));
        Ok(Folder::of(units.into_iter().next().unwrap_or_default()))
    }
}
