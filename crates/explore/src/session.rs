//! Questions and answers as plain values, for callers that do not hold the types themselves.

use crate::address::Address;
use crate::card::{Card, UseRow};
use crate::changes::{
    ChangeCard, ChangeFilter, Changes, ChangesPage, FolderCount, GroupCount, changes,
};
use crate::definition::{Line, definition};
use crate::explorer::Explorer;
use crate::export::{self, Form};
use crate::left_out::LeftOut;
use crate::list::{Found, Group, Page, Query, QueryError, name_fits};
use crate::modules::{Among, Modules};
use crate::signatures::Signature;
use crate::sources::{Area, Measured};
use crate::units::{Folder, Units};
use crate::users::{Role, by_name};
use crate::wanted::Wanted;
use crate::why::{Repeated, Trail, repeated};
use btf::TypeId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask {
    /// Work out what later answers need. Answered by [`Say::Ready`].
    Ready,
    /// Types that fit, some rows of them. Answered by [`Say::List`] or [`Say::Refused`].
    List {
        /// What fits.
        query: Query,
        /// The first row, from 0.
        from: u32,
        /// How many rows at most.
        count: u32,
    },
    /// All of one type. Answered by [`Say::Card`] or [`Say::Refused`].
    Card(Address),
    /// Who uses a type in one way. Answered by [`Say::Uses`] or [`Say::Refused`].
    Uses {
        /// The type.
        of: Address,
        /// In which way.
        role: Role,
        /// How many rows at most.
        count: u32,
    },
    /// The units that have a type. Answered by [`Say::Units`] or [`Say::Refused`].
    Units(Address),
    /// Functions or variables that fit, some of them. Answered by [`Say::Signatures`] or [`Say::Refused`].
    Signatures {
        /// What fits.
        query: Query,
        /// The first, from 0.
        from: u32,
        /// How many at most.
        count: u32,
    },
    /// Functions left out whose names fit, some of them. Answered by [`Say::LeftOut`] or [`Say::Refused`].
    LeftOut {
        /// Its text and how that is meant.
        query: Query,
        /// The first, from 0.
        from: u32,
        /// How many at most.
        count: u32,
    },
    /// Where types come from: the folder or unit at a path, empty for all. Answered by [`Say::Area`] or
    /// [`Say::Refused`].
    Area(String),
    /// A table or picture as a file. Answered by [`Say::Text`] or [`Say::Refused`].
    Export(Export),
    /// What modules on these types repeat and bring, of one or all; at most so many rows of each. Answered by
    /// [`Say::Among`].
    Among {
        /// The module.
        of: Option<String>,
        /// How many rows at most.
        count: u32,
    },
    /// A question about the types of a module and its base. For those who hold modules too: a [`Session`] refuses.
    Of(String, Box<Ask>),
    /// Names that have several types. Answered by [`Say::Repeated`].
    Repeated,
    /// Why a name is there more than once. Answered by [`Say::Why`] or [`Say::Refused`].
    Why(Address),
    /// What became of types in the other BTF, some rows. Answered by [`Say::Changes`] or [`Say::Refused`].
    Changes {
        /// Which.
        filter: ChangeFilter,
        /// The first row, from 0.
        from: u32,
        /// How many rows at most.
        count: u32,
    },
    /// What changed in a folder, by the folders right below it; empty for the root. Answered by
    /// [`Say::ChangedFolders`] or [`Say::Refused`].
    ChangedFolders(String),
    /// What became of one type. Answered by [`Say::Change`] or [`Say::Refused`].
    Change(Address),
    /// All of it as Markdown. Answered by [`Say::Text`] or [`Say::Refused`].
    ChangesText,
}

/// What is written as a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Export {
    /// All types that fit.
    Types(Query, Form),
    /// All functions or variables that fit.
    Signatures(Query, Form),
    /// The parts of a folder, those with the most first.
    Area(String, Measured, Form),
    /// A folder as a treemap.
    Treemap(String, Measured),
    /// The bytes of a struct.
    Picture(Address),
    /// A type with what it needs, as a C header.
    Header(Address),
    /// What became of types in the other BTF, as JSON.
    Changes,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Say {
    /// All is worked out.
    Ready,
    /// Rows of a list.
    List(Page),
    /// A type.
    Card(Box<Card>),
    /// Uses of a type: how many, and the first of them.
    Uses(u32, Vec<UseRow>),
    /// Units, by folder.
    Units(Vec<Folder>),
    /// Functions or variables: how many fit, the number of the first here, and some of them.
    Signatures(u32, u32, Vec<Signature>),
    /// Functions left out: how many fit, the number of the first here, and some of them.
    LeftOut(u32, u32, Vec<LeftOut>),
    /// A folder or unit.
    Area(Box<Area>),
    /// What modules repeat and bring.
    Among(Box<Among>),
    /// Names that have several types.
    Repeated(Vec<RepeatedRow>),
    /// Why one of them is.
    Why(Box<Why>),
    /// Changes by folder; none where folders are not known.
    ChangedFolders(Vec<FolderCount>),
    /// What became of types: of how many of each kind, and rows.
    Changes(Vec<GroupCount>, ChangesPage),
    /// What became of one type.
    Change(Box<ChangeCard>),
    /// A text.
    Text(String),
    /// There is no answer: a sentence.
    Refused(String),
}

/// A name that has several types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepeatedRow {
    /// The first of its types.
    pub address: Address,
    /// `struct slot`.
    pub title: String,
    /// How many types there are.
    pub count: u32,
}

/// Why a name is there more than once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// `struct slot`.
    pub title: String,
    /// The types of that name.
    pub definitions: Vec<Definition>,
    /// For each type but the first, the way to its nearest difference from the first.
    pub differences: Vec<Difference>,
}

/// One of several types of a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// Its address.
    pub address: Address,
    /// The units that have it.
    pub folders: Vec<Folder>,
    /// How many those are.
    pub units: u32,
}

/// What tells two types of a name apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The way there.
    pub trail: Trail,
    /// For each pair on the way, both as C with the line that leads on, where one does.
    pub pairs: Vec<(Half, Half)>,
}

/// One side of a pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Half {
    /// Its address.
    pub address: Address,
    /// It as C.
    pub lines: Vec<Line>,
    /// The number of the line that leads on or that differs, from 0.
    pub marked: Option<u32>,
    /// How many units have it.
    pub units: u32,
}

/// An explorer that is asked, and remembers the list that was asked for last.
pub struct Session {
    explorer: Explorer,
    found: Option<Found>,
    other: Option<(Explorer, Changes)>,
    modules: Modules,
}

impl Session {
    /// About these types.
    pub fn new(explorer: Explorer) -> Session {
        Session {
            explorer,
            found: None,
            other: None,
            modules: Modules::default(),
        }
    }

    /// Holds the types against others. Folders of changes are known where [`Explorer::sources`] was worked out.
    pub fn compare_with(&mut self, other: Explorer) {
        let found = changes(&self.explorer, &other);
        self.other = Some((other, found));
    }

    /// Reads a module that is based on these types, and keeps what it repeats and adds.
    pub fn add_module(&mut self, name: &str, btf: &btf::Btf) {
        self.modules.add(&self.explorer, name, btf);
    }

    /// Forgets all modules.
    pub fn forget_modules(&mut self) {
        self.modules = Modules::default();
    }

    fn other(&self) -> Result<&(Explorer, Changes), String> {
        self.other
            .as_ref()
            .ok_or_else(|| "there is nothing to compare with".to_owned())
    }

    /// What is asked about.
    pub fn explorer(&self) -> &Explorer {
        &self.explorer
    }

    /// Answers a question; `units` knows which units have a type, where that is known.
    pub fn answer(&mut self, ask: Ask, units: Option<&dyn Units>) -> Say {
        let answered = match ask {
            Ask::Ready => {
                self.explorer.facts();
                self.explorer.by_name();
                self.explorer.attached();
                // For this the others of its name are counted, of all types at once.
                self.explorer.address(TypeId(1));
                if let Some(units) = units {
                    self.explorer.sources(units);
                }
                Ok(Say::Ready)
            }
            Ask::List { query, from, count } => self
                .list(query, from, count)
                .map_err(|error| error.to_string()),
            Ask::Card(address) => self.find(&address).and_then(|id| {
                let card = Card::of(&self.explorer, id);
                let card = card.ok_or_else(|| format!("there is nothing to show of {address}"))?;
                Ok(Say::Card(Box::new(card)))
            }),
            Ask::Uses { of, role, count } => self.find(&of).map(|id| self.uses(id, role, count)),
            Ask::Units(address) => self.find(&address).map(|id| {
                let units = units.map_or_else(Vec::new, |units| units.units_of(&[id]));
                Say::Units(Folder::of(units.into_iter().next().unwrap_or_default()))
            }),
            Ask::Signatures { query, from, count } => self
                .signatures(query, from, count)
                .map_err(|error| error.to_string()),
            Ask::LeftOut { query, from, count } => self
                .left_out(&query, from, count)
                .map_err(|error| error.to_string()),
            Ask::Area(path) => {
                let area = self.area(&path, units);
                area.map(|area| Say::Area(Box::new(area)))
            }
            Ask::Export(what) => self.export(what, units).map(Say::Text),
            Ask::Among { of, count } => {
                let among = self.modules.among(of.as_deref(), count as usize);
                Ok(Say::Among(Box::new(among)))
            }
            Ask::Of(name, _) => Err(format!("the types of {name} are not here")),
            Ask::Repeated => Ok(Say::Repeated(self.repeated())),
            Ask::Why(address) => self.why(&address, units),
            Ask::Changes {
                filter,
                from,
                count,
            } => self.other().map(|(_, found)| {
                Say::Changes(found.groups.clone(), found.page(&filter, from, count))
            }),
            Ask::ChangedFolders(within) => self
                .other()
                .map(|(_, found)| Say::ChangedFolders(found.folders_in(&within))),
            Ask::Change(address) => self.other().and_then(|(other, found)| {
                let card = found.card(&self.explorer, other, &address);
                let none = || format!("neither file has {} {}", address.word, address.name);
                card.map(|card| Say::Change(Box::new(card)))
                    .ok_or_else(none)
            }),
            Ask::ChangesText => self.other().map(|(_, found)| {
                let mut text = found.markdown().join("\n");
                text.push('\n');
                Say::Text(text)
            }),
        };
        answered.unwrap_or_else(Say::Refused)
    }

    fn find(&self, address: &Address) -> Result<TypeId, String> {
        let btf = self.explorer.btf();
        self.explorer.find(address).ok_or_else(|| {
            let wanted = match address.word.as_str() {
                "type" => format!("[{}]", address.name),
                "struct" | "union" | "enum" | "typedef" | "func" | "var" => {
                    format!("{} {}", address.word, address.name)
                }
                _ => address.name.clone(),
            };
            Wanted::parse(&wanted).not_found(btf)
        })
    }

    fn list(&mut self, query: Query, from: u32, count: u32) -> Result<Say, QueryError> {
        let found = self.found(query)?;
        let page = found.page(&self.explorer, from as usize, count as usize);
        self.found = Some(found);
        Ok(Say::List(page))
    }

    fn signatures(&mut self, query: Query, from: u32, count: u32) -> Result<Say, QueryError> {
        let found = self.found(query)?;
        let rows = Signature::page(&self.explorer, &found, from as usize, count as usize);
        let total = u32::try_from(found.len()).unwrap_or(u32::MAX);
        self.found = Some(found);
        Ok(Say::Signatures(total, from, rows))
    }

    fn export(&mut self, what: Export, units: Option<&dyn Units>) -> Result<String, String> {
        let refused = |error: QueryError| error.to_string();
        let none = || "there is nothing to write".to_owned();
        match what {
            Export::Types(query, form) => {
                let found = self.found(query).map_err(refused)?;
                let page = found.page(&self.explorer, 0, usize::MAX);
                Ok(export::types(&page.rows, form))
            }
            Export::Signatures(query, form) => {
                let found = self.found(query).map_err(refused)?;
                let rows = Signature::page(&self.explorer, &found, 0, usize::MAX);
                Ok(export::signatures(&rows, form))
            }
            Export::Area(path, measured, form) => {
                let mut area = self.area(&path, units)?;
                area.sort(measured);
                Ok(export::area(&area, form))
            }
            Export::Treemap(path, measured) => {
                let area = self.area(&path, units)?;
                Ok(export::treemap(&area, measured))
            }
            Export::Picture(address) => {
                let card = Card::of(&self.explorer, self.find(&address)?).ok_or_else(none)?;
                let memory = card.memory.as_ref().ok_or_else(none)?;
                Ok(export::picture(&memory.picture, &card.title))
            }
            Export::Header(address) => {
                let id = self.find(&address)?;
                let mut text = String::new();
                btf::print::c::print_c_of(self.explorer.btf(), &[id], &mut text)
                    .map_err(|error| error.to_string())?;
                Ok(text)
            }
            Export::Changes => {
                let (_, found) = self.other()?;
                Ok(export::json(found))
            }
        }
    }

    fn area(&self, path: &str, units: Option<&dyn Units>) -> Result<Area, String> {
        let units = units
            .ok_or_else(|| "where types come from is known of files with DWARF only".to_owned())?;
        let sources = self.explorer.sources(units);
        let area = sources.area(&self.explorer, units, path);
        area.ok_or_else(|| format!("there is no folder and no unit “{path}”"))
    }

    fn left_out(&self, query: &Query, from: u32, count: u32) -> Result<Say, QueryError> {
        let fits = name_fits(query)?;
        let all = self.explorer.left_out().iter();
        let found: Vec<&LeftOut> = all.filter(|one| fits(&one.name)).collect();
        let rows = found.iter().skip(from as usize).take(count as usize);
        Ok(Say::LeftOut(
            u32::try_from(found.len()).unwrap_or(u32::MAX),
            from,
            rows.map(|one| (*one).clone()).collect(),
        ))
    }

    /// What a query found: what was found last, when that was the same query.
    fn found(&mut self, query: Query) -> Result<Found, QueryError> {
        match self.found.take().filter(|found| *found.query() == query) {
            Some(found) => Ok(found),
            None => Found::of(&self.explorer, query),
        }
    }

    fn uses(&self, id: TypeId, role: Role, count: u32) -> Say {
        let mut uses = self.explorer.users_of(id);
        uses.retain(|one| one.role == role);
        let total = u32::try_from(uses.len()).unwrap_or(u32::MAX);
        let uses = by_name(self.explorer.btf(), &uses);
        let rows = uses.iter().take(count as usize);
        Say::Uses(
            total,
            rows.map(|one| UseRow::of(&self.explorer, one)).collect(),
        )
    }

    fn repeated(&self) -> Vec<RepeatedRow> {
        let btf = self.explorer.btf();
        let row = |one: &Repeated| {
            Some(RepeatedRow {
                address: self.explorer.address(*one.ids.first()?),
                title: one.title(btf),
                count: u32::try_from(one.ids.len()).unwrap_or(u32::MAX),
            })
        };
        repeated(btf).iter().filter_map(row).collect()
    }

    fn why(&self, address: &Address, units: Option<&dyn Units>) -> Result<Say, String> {
        let id = self.find(address)?;
        let btf = self.explorer.btf();
        let all = repeated(btf);
        let Some(one) = all.iter().find(|one| one.ids.contains(&id)) else {
            return Err(format!(
                "{} is there once: dedup made one of all its copies",
                crate::address::spoken(btf, id)
            ));
        };
        let trails = one.trails(&self.explorer);
        let steps = trails.iter().flat_map(|trail| &trail.steps);
        let on_the_way = steps.flat_map(|step| [TypeId(step.left), TypeId(step.right)]);
        let ids: Vec<TypeId> = one.ids.iter().copied().chain(on_the_way).collect();
        // All at once: each look goes through all units.
        let sources = units.map_or_else(Vec::new, |units| units.units_of(&ids));
        let known: BTreeMap<TypeId, Vec<String>> = ids.into_iter().zip(sources).collect();
        let definition = |id: &TypeId| {
            let units = known.get(id).cloned().unwrap_or_default();
            Definition {
                address: self.explorer.address(*id),
                units: u32::try_from(units.len()).unwrap_or(u32::MAX),
                folders: Folder::of(units),
            }
        };
        let difference = |trail: Trail| Difference {
            pairs: self.pairs(&trail, &known),
            trail,
        };
        Ok(Say::Why(Box::new(Why {
            title: one.title(btf),
            definitions: one.ids.iter().map(definition).collect(),
            differences: trails.into_iter().map(difference).collect(),
        })))
    }

    /// Both sides of every pair on the way.
    fn pairs(&self, trail: &Trail, units: &BTreeMap<TypeId, Vec<String>>) -> Vec<(Half, Half)> {
        let steps = trail.steps.iter().enumerate();
        let pair = |(at, step): (usize, &crate::why::Step)| {
            let next = trail.steps.get(at + 1).map(|next| next.via.as_ref());
            let row = match next {
                Some(via) => via.and_then(crate::why::Via::number),
                None => trail.cause.as_ref().and_then(crate::why::Cause::number),
            };
            let half = |id: u32| {
                let units = units.get(&TypeId(id)).map_or(0, Vec::len);
                self.half(TypeId(id), row, units)
            };
            (half(step.left), half(step.right))
        };
        steps.map(pair).collect()
    }

    fn half(&self, id: TypeId, number: Option<u32>, units: usize) -> Half {
        let lines = definition(&self.explorer, id);
        let kind = Group::of(self.explorer.btf().kind(id));
        // The members of the type itself are one level in; lines without a place are remarks.
        let direct = lines.iter().enumerate().filter(|(_, line)| {
            let of_enum = kind == Some(Group::Enum) && line.depth == 1;
            line.depth == 1 && (line.offset.is_some() || of_enum)
        });
        let marked = number.and_then(|number| direct.map(|(at, _)| at).nth(number as usize));
        Half {
            address: self.explorer.address(id),
            marked: marked.and_then(|at| u32::try_from(at).ok()),
            lines,
            units: u32::try_from(units).unwrap_or(u32::MAX),
        }
    }
}
