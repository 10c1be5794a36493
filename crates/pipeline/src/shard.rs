//! What comes out of a run of units, and how it travels between workers.

use crate::error::Error;
use crate::statistics::{FailedUnit, Measure, ReasonCount};
use btf::{Kind, StringOffset};
use dedup::sharing::{NodeRef, SharedRun};
use encode::Variable;
use serde::{Deserialize, Serialize};

/// The result of a task: its types, shared, and what else its units hold.
///
/// Units are numbered from 0 within the run, those left out not counted; names are offsets in
/// `strings`; references are [`NodeRef`]s of `shared`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ShardOutput {
    /// Units of the task, encoded or not.
    pub(crate) units: u32,
    /// Units whose types are in `shared`: index in the file, name.
    pub(crate) shared_units: Vec<(u32, String)>,
    pub(crate) shared: SharedRun,
    pub(crate) strings: Vec<u8>,
    pub(crate) functions: Vec<FunctionState>,
    /// Parameters of all functions: name, reference.
    pub(crate) params: Vec<(u32, u32)>,
    pub(crate) variables: Vec<VariableState>,
    /// Unit, value, reference, component.
    pub(crate) decl_tags: Vec<(u32, u32, u32, i32)>,
    /// First `int`: unit, reference.
    pub(crate) index: Option<(u32, u32)>,
    /// First unit with an array.
    pub(crate) first_array: Option<u32>,
    pub(crate) counts: Counts,
    pub(crate) failed: Vec<FailedUnit>,
    pub(crate) excluded: Vec<ReasonCount>,
    pub(crate) inexpressible: Vec<ReasonCount>,
    /// Units that were read from other files (split DWARF), and bytes of their sections.
    pub(crate) split_units: u32,
    pub(crate) split_bytes: u64,
    /// How many of `failed` are split units.
    pub(crate) failed_split: u32,
}

/// A function as one DIE describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FunctionState {
    pub unit: u32,
    pub name: u32,
    pub address: u64,
    pub result: u32,
    /// First parameter and their number in [`ShardOutput::params`].
    pub first_param: u32,
    pub param_count: u32,
    /// [`encode::FunctionFlags`].
    pub flags: u8,
    /// Value and component.
    pub decl_tags: Vec<(u32, i32)>,
}

/// A per-CPU variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct VariableState {
    pub unit: u32,
    pub name: u32,
    pub address: u64,
    pub size: u64,
    pub ty: u32,
    pub external: bool,
    pub decl_tags: Vec<u32>,
}

/// Types before any sharing, by kind, and their names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    /// By the number of the kind, up to the highest that was counted.
    pub kinds: Vec<Measure>,
    pub mentions: u64,
    pub mention_bytes: u64,
}

/// Knows how long names are.
pub(crate) trait NameLengths {
    fn name_len(&self, name: btf::StringOffset) -> usize;
}

impl NameLengths for btf::StringTable {
    fn name_len(&self, name: btf::StringOffset) -> usize {
        self.get(name).map_or(0, <[u8]>::len)
    }
}

impl NameLengths for btf::Btf {
    fn name_len(&self, name: btf::StringOffset) -> usize {
        self.string(name).map_or(0, <[u8]>::len)
    }
}

impl Counts {
    pub fn add_type(&mut self, words: &[u32], lengths: &impl NameLengths) {
        self.add_types(words, 1, lengths);
    }

    /// Adds several types of the same words.
    pub fn add_types(&mut self, words: &[u32], copies: u64, lengths: &impl NameLengths) {
        let Some(ty) = btf::Type::from_words(words) else {
            return;
        };
        let row = self.row(ty.kind());
        row.types += copies;
        row.bytes += copies * words.len() as u64 * 4;
        for name in ty.names().filter(|name| !name.is_empty()) {
            let len = lengths.name_len(name);
            self.mentions += copies;
            self.mention_bytes += copies * (len as u64 + 1);
        }
    }

    pub fn merge(&mut self, other: &Counts) {
        for (kind, measure) in other.iter() {
            let row = self.row(kind);
            row.types += measure.types;
            row.bytes += measure.bytes;
        }
        self.mentions += other.mentions;
        self.mention_bytes += other.mention_bytes;
    }

    pub fn iter(&self) -> impl Iterator<Item = (Kind, Measure)> {
        self.kinds
            .iter()
            .enumerate()
            .map(|(number, &measure)| (Kind::from_number(number as u8), measure))
    }

    pub fn types(&self) -> u64 {
        self.kinds.iter().map(|measure| measure.types).sum()
    }

    pub fn bytes(&self) -> u64 {
        self.kinds.iter().map(|measure| measure.bytes).sum()
    }

    pub fn row(&mut self, kind: Kind) -> &mut Measure {
        let number = usize::from(kind.number());
        if number >= self.kinds.len() {
            self.kinds.resize(number + 1, Measure::default());
        }
        &mut self.kinds[number]
    }
}

impl ShardOutput {
    pub(crate) fn add_variable(
        &mut self,
        unit: u32,
        variable: &Variable,
        reference: impl Fn(u32) -> NodeRef,
    ) {
        self.variables.push(VariableState {
            unit,
            name: variable.name.0,
            address: variable.address,
            size: variable.size,
            ty: reference(variable.ty).0,
            external: variable.external,
            decl_tags: variable.decl_tags.iter().map(|value| value.0).collect(),
        });
    }

    /// Gives each name outside `shared` another number.
    pub(crate) fn for_each_name(&mut self, mut name: impl FnMut(StringOffset) -> StringOffset) {
        let mut rename = |word: &mut u32| *word = name(StringOffset(*word)).0;
        for function in &mut self.functions {
            rename(&mut function.name);
            function
                .decl_tags
                .iter_mut()
                .for_each(|(value, _)| rename(value));
        }
        self.params.iter_mut().for_each(|(name, _)| rename(name));
        for variable in &mut self.variables {
            rename(&mut variable.name);
            variable.decl_tags.iter_mut().for_each(&mut rename);
        }
        self.decl_tags
            .iter_mut()
            .for_each(|(_, value, ..)| rename(value));
    }

    /// Units of the task, encoded or left out.
    pub fn units(&self) -> u32 {
        self.units
    }

    /// The output as bytes, to be carried between workers.
    pub fn pack(&self) -> Vec<u8> {
        // Writing plain numbers into memory has no way to fail.
        postcard::to_stdvec(self).unwrap_or_default()
    }

    /// Reads packed bytes back.
    ///
    /// # Errors
    ///
    /// When the bytes are not those of [`ShardOutput::pack`].
    pub fn unpack(bytes: &[u8]) -> Result<ShardOutput, Error> {
        postcard::from_bytes(bytes).map_err(|error| Error::BadShard {
            cause: error.to_string(),
        })
    }
}
