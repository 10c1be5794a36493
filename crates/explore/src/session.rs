//! What questions are asked about, between one question and the next.

use crate::address::Address;
use crate::changes::{Changes, changes};
use crate::explorer::Explorer;
use crate::inlined::InlineSites;
use crate::list::{FoundTypes, Query};
use crate::modules::Modules;
use crate::sources::Area;
use crate::units::Units;
use crate::wanted::Wanted;
use btf::TypeId;
use budget::OverBudget;
use std::sync::Arc;

/// What [questions](crate::questions) are asked about. It remembers the last list that was asked for.
#[derive(Debug)]
pub struct Session {
    explorer: Explorer,
    /// The types of `.BTF.inline`, on those of `explorer`.
    inline: Option<Explorer>,
    found: Option<FoundTypes>,
    other: Option<(Explorer, Changes)>,
    modules: Modules,
}

impl Session {
    /// A session about these types.
    pub fn new(explorer: Explorer) -> Session {
        Session {
            explorer,
            inline: None,
            found: None,
            other: None,
            modules: Modules::default(),
        }
    }

    /// Compares the types with those of another BTF. Folders of changes are known if [`Explorer::sources`] was computed.
    ///
    /// # Errors
    ///
    /// As [`changes`].
    pub fn compare_with(&mut self, other: Explorer) -> Result<(), OverBudget> {
        let found = changes(&self.explorer, &other)?;
        self.other = Some((other, found));
        Ok(())
    }

    /// Takes inline sites: split BTF that is based on these types.
    ///
    /// # Errors
    ///
    /// As [`InlineSites::checked`].
    pub fn add_inline_sites(&mut self, btf: btf::Btf) -> Result<(), String> {
        let sites = Arc::new(InlineSites::checked(&btf)?);
        let mut inline = Explorer::new(btf, None);
        inline.take_inline_sites(sites.clone());
        self.explorer.take_inline_sites(sites);
        self.inline = Some(inline);
        self.found = None;
        Ok(())
    }

    /// Reads a module that is based on these types, and keeps what it repeats and adds.
    pub fn add_module(&mut self, name: &str, btf: &btf::Btf) {
        self.modules.add(&self.explorer, name, btf);
    }

    /// Forgets all modules.
    pub fn forget_modules(&mut self) {
        self.modules = Modules::default();
    }

    /// The types that questions are about.
    pub fn explorer(&self) -> &Explorer {
        &self.explorer
    }

    /// The types of `.BTF.inline`, or those that questions are about, if these are split BTF with inline sites.
    pub(crate) fn with_inline_sites(&self) -> &Explorer {
        self.inline.as_ref().unwrap_or(&self.explorer)
    }

    /// What modules repeat and add.
    pub(crate) fn modules(&self) -> &Modules {
        &self.modules
    }

    /// The other BTF of a comparison, and the changes.
    pub(crate) fn other(&self) -> Result<&(Explorer, Changes), String> {
        self.other
            .as_ref()
            .ok_or_else(|| "no second file is open to compare with".to_owned())
    }

    /// The type at an address, and what it is a type of: the types, or those of `.BTF.inline`, which has inlined functions
    /// that the types lack.
    pub(crate) fn find(&self, address: &Address) -> Result<(&Explorer, TypeId), String> {
        let btf = self.explorer.btf();
        let of = |explorer| Some((explorer, Explorer::find(explorer, address)?));
        // An id without a name means the types themselves.
        let inline = self.inline.as_ref().filter(|_| address.word != "type");
        let found = of(&self.explorer).or_else(|| inline.and_then(of));
        found.ok_or_else(|| {
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

    /// The folder or unit at a path.
    pub(crate) fn area(&self, path: &str, units: Option<&dyn Units>) -> Result<Area, String> {
        let units =
            units.ok_or_else(|| "source files are known only for files with DWARF".to_owned())?;
        let sources = self.explorer.sources(units);
        let area = sources.area(&self.explorer, units, path);
        area.ok_or_else(|| format!("no folder or unit is called “{path}”"))
    }

    /// Gives the types that a query finds to `answer`. If the last query was the same, nothing is searched.
    pub(crate) fn with_found<A>(
        &mut self,
        query: Query,
        answer: impl FnOnce(&Explorer, &FoundTypes) -> A,
    ) -> Result<A, String> {
        let function = query.filter.function.as_ref();
        let explorer = match &self.inline {
            Some(inline) if function.is_some_and(|of| of.inlined) => inline,
            _ => &self.explorer,
        };
        let found = match self.found.take().filter(|found| *found.query() == query) {
            Some(found) => found,
            None => FoundTypes::of(explorer, query).map_err(|error| error.to_string())?,
        };
        let answer = answer(explorer, &found);
        self.found = Some(found);
        Ok(answer)
    }
}
