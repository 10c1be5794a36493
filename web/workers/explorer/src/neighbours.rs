//! A type of the model for the laboratory: what two units said of it, before dedup.

use btf::{Btf, Kind, TypeId};
use explore::Copies;
use explore::UnitType;
use pipeline::{Plan, Provenance};
use protocol::explorer::UnitText;
use std::rc::Rc;
use web_sys::File;
use workers::companions::GivenFiles;
use workers::encoder::Encoder;

/// Types of a unit that are shown.
const MOST_TYPES: usize = 28;

/// What a unit is encoded from once more.
pub struct Source {
    /// The user's file.
    pub file: File,
    /// Files beside it.
    pub given: Rc<GivenFiles>,
    /// The plan of the job.
    pub plan: Plan,
}

/// The units of a result.
pub struct Units {
    /// None where the file is not at hand.
    source: Option<Source>,
    provenance: Provenance,
    encoder: Option<Encoder>,
}

impl Units {
    /// The units of a job.
    pub fn new(source: Option<Source>, provenance: Provenance) -> Units {
        Units {
            source,
            provenance,
            encoder: None,
        }
    }

    /// How many copies of each type the units have; `end` is the id behind the last.
    pub fn copies(&self, end: TypeId) -> Copies {
        Copies::new(self.provenance.copies(end))
    }

    /// The types of a unit, encoded once more.
    fn types(&mut self, unit: u32) -> Option<Btf> {
        if self.encoder.is_none() {
            let Source { file, given, plan } = self.source.as_ref()?;
            let opened = Encoder::open(file, given, plan.clone());
            self.encoder = opened.ok();
        }
        self.encoder.as_mut()?.unit(unit)
    }
}

impl explore::Units for Units {
    fn units_of(&self, ids: &[TypeId]) -> Vec<Vec<String>> {
        let found = self.provenance.units_of_each(ids).into_iter();
        let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
        found.map(owned).collect()
    }

    fn for_each_unit(&self, wanted: &dyn Fn(&str) -> bool, f: &mut dyn FnMut(&str, &[UnitType])) {
        let mut types = Vec::new();
        self.provenance.for_each_unit(wanted, |name, before| {
            types.clear();
            types.extend(before.iter().map(|one| UnitType {
                id: TypeId(one.id),
                declared: one.declared,
            }));
            f(name, &types);
        });
    }
}

/// What units say of the types of this name: one unit for each definition, or two for a single one. Without units,
/// the result itself is asked.
pub fn to_lab(btf: &Btf, units: Option<&mut Units>, name: &str) -> Result<Vec<UnitText>, String> {
    let name = name.trim();
    let bare = ["struct ", "union ", "enum "]
        .iter()
        .find_map(|keyword| name.strip_prefix(keyword))
        .map_or(name, str::trim);
    let defined = |kind: Kind| kind.is_composite() || kind.is_any_enum() || kind == Kind::Typedef;
    let ids: Vec<TypeId> = btf
        .types()
        .filter(|(id, ty)| defined(ty.kind()) && btf.name(*id) == bare)
        .map(|(id, _)| id)
        .collect();
    if ids.is_empty() || bare.is_empty() {
        return Err(format!(
            "There is no struct, union, enumeration or typedef called “{bare}” in this file."
        ));
    }
    let mut found = Vec::new();
    if let Some(units) = units {
        for (unit, source, id) in chosen(units, &ids) {
            if let Some(types) = units.types(unit) {
                let same = |other: &TypeId| {
                    types.kind(*other) == btf.kind(id) && types.name(*other) == btf.name(id)
                };
                let at = types.types().map(|(id, _)| id).find(same);
                let text = at.and_then(|at| lab::neighbourhood(&types, at, MOST_TYPES));
                found.extend(text.map(|text| UnitText { unit: source, text }));
            }
        }
    }
    if found.is_empty() {
        let text = |&id: &TypeId| lab::neighbourhood(btf, id, MOST_TYPES);
        let texts = ids.iter().take(lab::MOST_UNITS).filter_map(text);
        found.extend(texts.map(|text| UnitText {
            unit: String::new(),
            text,
        }));
    }
    Ok(found)
}

/// Which units to ask, each with its source file and the type that it has.
fn chosen(units: &Units, ids: &[TypeId]) -> Vec<(u32, String, TypeId)> {
    let mut all = Vec::new();
    for &id in ids.iter().take(lab::MOST_UNITS) {
        let of_type = units.provenance.units_of(id);
        let last = of_type
            .last()
            .filter(|_| ids.len() == 1 && of_type.len() > 1);
        for unit in of_type.first().into_iter().chain(last) {
            all.push((unit.unit, unit.name.to_owned(), id));
        }
    }
    all
}
