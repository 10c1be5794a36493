//! What a job reports of itself: plain data for the command's `--stats json` and for the page.

use crate::identity::Identity;
use crate::kernel_build::KernelFile;
use crate::note::Note;
use btf::Kind;
use encode::InlineCounts;
use serde::{Deserialize, Serialize};

/// What a finished job reports. The field names are those of `--stats json`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Statistics {
    /// The file that was encoded.
    pub input: InputFile,
    /// One row for each kind that occurs before or after, in the order of kind numbers.
    pub kinds: Vec<KindRow>,
    /// All types before dedup, as a per-unit encoder emits them: their number, and the bytes of a
    /// `.BTF` section that holds them (header, types and one table of distinct strings).
    pub before: Measure,
    /// All types after dedup, and the bytes of the `.BTF` section.
    pub after: Measure,
    /// Names before and after dedup.
    pub strings: StringStatistics,
    /// Functions kept and left out.
    pub functions: FunctionStatistics,
    /// Units encoded and left out.
    pub units: UnitStatistics,
    /// What the DWARF says and BTF cannot express, and what became of it; before dedup.
    pub inexpressible: Vec<ReasonCount>,
    /// References in the DWARF that lead to no type or annotation. The type became `void`; the tags of a damaged chain of
    /// annotations were left out.
    #[serde(default)]
    pub dangling_references: u64,
    /// What the file shows of the kernel that it is, or is a module of.
    #[serde(default)]
    pub kernel: Option<KernelFile>,
    /// Inline sites, if they were asked for.
    #[serde(default)]
    pub inline: Option<InlineStatistics>,
    /// What the user must know of the result.
    #[serde(default)]
    pub notes: Vec<Note>,
    /// What the file took of what its size allows, by resource (`budget::Resource`): of location lists, the unit that took
    /// the largest part.
    #[serde(default)]
    pub budget: Vec<BudgetRow>,
    /// Seconds per stage, as the driver measured them; empty when it did not.
    pub stages: Vec<StageSeconds>,
    /// Peak memory in bytes, as the driver measured it.
    pub peak_memory: Option<u64>,
    /// How many workers encoded, as the driver counts them.
    pub workers: u32,
}

/// What a file took of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetRow {
    /// The name of the resource.
    pub resource: String,
    /// How much was spent.
    pub spent: u64,
    /// How much may be spent.
    pub limit: u64,
}

/// The input file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFile {
    /// Bytes of the file.
    pub file_bytes: u64,
    /// The width of its ELF class: 32 or 64.
    pub bits: u8,
    /// Whether its numbers begin with the highest byte.
    pub big_endian: bool,
    /// `e_machine`.
    pub machine: u16,
    /// Bytes of `.debug_info` after decompression.
    pub debug_info_bytes: u64,
    /// Bytes of all debug sections as stored in the file.
    pub dwarf_bytes: u64,
    /// Whether `.debug_info` is stored compressed.
    pub compressed: bool,
    /// Which kernel the file is, or which one it was built for.
    #[serde(default)]
    pub identity: Identity,
}

/// Number and bytes of some types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// How many types.
    pub types: u64,
    /// Bytes of these types in the type section.
    pub bytes: u64,
}

/// One kind before and after dedup; bytes of the type section only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindRow {
    /// The kind.
    #[serde(with = "kind_name")]
    pub kind: Kind,
    /// Before dedup.
    pub before: Measure,
    /// After dedup.
    pub after: Measure,
}

/// Names before and after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StringStatistics {
    /// How often a type, member, enumerator or parameter before dedup says a name.
    pub mentions: u64,
    /// Bytes of all these names if each were written out where it is said.
    pub mention_bytes: u64,
    /// Bytes of the table of distinct strings before dedup.
    pub before_bytes: u64,
    /// Distinct strings in the result, the empty one included.
    pub after_count: u64,
    /// Bytes of the result's string section.
    pub after_bytes: u64,
}

/// Functions kept and left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionStatistics {
    /// Functions in the result.
    pub kept: u64,
    /// Functions left out although the symbol table has them.
    pub skipped: u64,
    /// How many were left out for each reason; most first.
    pub reasons: Vec<ReasonCount>,
    /// Functions in the DWARF that the symbol table does not have (inlined everywhere, for example).
    pub without_symbol: u64,
    /// Whether the file has no symbol table, so that functions come from DWARF alone.
    pub no_symbol_table: bool,
}

/// Inline sites, and what is known of their arguments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InlineStatistics {
    /// Sites in the result.
    pub sites: u64,
    /// Functions that have a site in the result.
    pub functions: u64,
    /// Bytes of `.BTF.inline`.
    pub bytes: u64,
    /// Arguments in a register, in memory, or constant.
    pub placed: u64,
    /// Arguments that exist nowhere at the address of their site.
    pub gone: u64,
    /// Arguments that must be computed, or are addresses of variables: BTF cannot express them.
    pub inexpressible: u64,
    /// Sites left out: the DWARF gives them no address.
    pub without_address: u64,
    /// Sites left out: the function is described in another unit, or BTF cannot describe it.
    pub without_function: u64,
    /// Sites left out: the address is in no section with code.
    pub outside_code: u64,
    /// Sites left out: the kernel would refuse the name of the function or of a parameter.
    pub refused_name: u64,
    /// Units whose sites could not all be read.
    pub unreadable_units: u64,
}

impl InlineStatistics {
    /// Those of sites before they are written.
    pub(crate) fn of(counts: InlineCounts) -> InlineStatistics {
        InlineStatistics {
            placed: counts.placed,
            gone: counts.gone,
            inexpressible: counts.inexpressible,
            without_address: counts.without_address,
            without_function: counts.without_function,
            unreadable_units: counts.unreadable_units,
            ..InlineStatistics::default()
        }
    }

    /// Sites in the DWARF that are not in the result.
    pub fn left_out(&self) -> u64 {
        self.without_address + self.without_function + self.outside_code + self.refused_name
    }
}

/// A reason and how often it applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonCount {
    /// A short text, such as "optimised parameters".
    pub reason: String,
    /// How many functions, units or types it applied to.
    pub count: u64,
}

impl ReasonCount {
    /// Adds to the count of a reason.
    pub(crate) fn add(counts: &mut Vec<ReasonCount>, reason: &str, count: u64) {
        match counts.iter_mut().find(|known| known.reason == reason) {
            Some(known) => known.count += count,
            None if count == 0 => {}
            None => counts.push(ReasonCount {
                reason: reason.to_owned(),
                count,
            }),
        }
    }
}

/// Units encoded and left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitStatistics {
    /// Units in `.debug_info`.
    pub total: u64,
    /// Units that were encoded.
    pub encoded: u64,
    /// Units left out because of their language or form, counted by reason.
    pub excluded: Vec<ReasonCount>,
    /// Units whose types came from other files (split DWARF).
    pub split: u64,
    /// Bytes of the sections of these units, decompressed.
    pub split_bytes: u64,
    /// Units that could not be encoded.
    pub failed: Vec<FailedUnit>,
}

/// A unit that could not be encoded and was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedUnit {
    /// Offset of the unit in `.debug_info`.
    pub offset: u64,
    /// Its source file, when known.
    pub name: Option<String>,
    /// Why, in lower case and without a full stop. A text, not an error: it comes from another worker or is the
    /// browser's own.
    pub cause: String,
}

/// The stages of a job, in the order in which they start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Read sections, symbols, and unit headers.
    Plan,
    /// Write the types of every unit as BTF.
    Encode,
    /// Add the workers' outputs in file order.
    Merge,
    /// Select the functions that BTF may describe.
    Functions,
    /// Make equal types one.
    Dedup,
    /// Make the bytes of the `.BTF` section.
    Write,
    /// Write the input with the new sections.
    Patch,
}

impl Stage {
    /// All stages in order.
    pub const ALL: [Stage; 7] = [
        Stage::Plan,
        Stage::Encode,
        Stage::Merge,
        Stage::Functions,
        Stage::Dedup,
        Stage::Write,
        Stage::Patch,
    ];

    /// The stage as progress shows it.
    pub fn title(self) -> &'static str {
        match self {
            Stage::Plan => "Read the file",
            Stage::Encode => "Encode types",
            Stage::Merge => "Merge shards",
            Stage::Functions => "Select functions",
            Stage::Dedup => "Dedup",
            Stage::Write => "Write .BTF",
            Stage::Patch => "Patch the ELF",
        }
    }
}

/// Time a stage took, as the driver counts it. Stages overlap: merging goes on while others encode. The
/// page counts a stage from its start to its end; the command counts of merging the time that it works.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageSeconds {
    /// Which stage.
    pub stage: Stage,
    /// How long it took.
    pub seconds: f64,
}

mod kind_name {
    //! Kinds by their names, as bpftool prints them.
    use btf::Kind;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(kind: &Kind, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(kind.name())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Kind, D::Error> {
        let name = String::deserialize(deserializer)?;
        Kind::from_name(&name)
            .ok_or_else(|| D::Error::custom(format!("no BTF kind is named {name}")))
    }
}
