//! Why a job cannot go on.

use crate::companions::NotOpened;
use budget::OverBudget;

/// A job's end without a result. Units that cannot be encoded are no errors: they are left out and
/// listed in [`crate::UnitStatistics::failed`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file is not a readable ELF file, or one of its sections cannot be read.
    #[error(transparent)]
    Elf(#[from] elf::Error),
    /// The file has no DWARF. `has_btf` tells whether it has a `.BTF` section that can be opened
    /// instead.
    #[error("this ELF file has no debug information (no .debug_info section){}", no_dwarf_advice(*has_btf, link.as_deref()))]
    NoDwarf {
        /// Whether there is a `.BTF` section.
        has_btf: bool,
        /// The debug file that `.gnu_debuglink` names.
        link: Option<String>,
    },
    /// The unit headers in `.debug_info` cannot be followed.
    #[error(
        "the unit header at offset {offset:#x} of {section} is damaged: {cause}; the file may be cut short or corrupted, get it again"
    )]
    UnitHeader {
        /// Where the header starts in the section.
        offset: u64,
        /// The section that has the unit.
        section: &'static str,
        /// What is wrong with the header.
        #[source]
        cause: BadUnitHeader,
    },
    /// The units are not those that the plan has by the file's own list: plan the job again.
    #[error("the file's list of units differs from its units: plan the job again")]
    UnlistedUnits,
    /// Relocations of `.debug_info` do not follow the order of its bytes, on which the plan relies: plan the job again with
    /// [`plan_with`](crate::plan_with).
    #[error("relocations of .debug_info do not follow the order of its bytes: plan the job again")]
    UnorderedRelocations,
    /// The file refers to a supplementary file that was not opened.
    #[error(
        "the types that this file has in common with others are in a supplementary file made by dwz, {wanted}: {cause}"
    )]
    Supplementary {
        /// Its name and build id, as the file has them.
        wanted: String,
        /// Why it was not opened.
        #[source]
        cause: NotOpened,
    },
    /// The supplementary file is not the one that the file was made with.
    #[error(
        "the supplementary file {name} is that of another build: its build id is {found}, this file was made with {wanted}; take both from the same build"
    )]
    OtherSupplementary {
        /// Its name, as the file has it.
        name: String,
        /// The build id that the file names.
        wanted: String,
        /// That of the file that was opened.
        found: String,
    },
    /// The file takes more than its size allows.
    #[error("encoding this file takes {0}")]
    OverBudget(#[from] OverBudget),
    /// No unit could be encoded.
    #[error(
        "none of the {units} units in .debug_info could be encoded; the first one failed so: {first}"
    )]
    NothingEncoded {
        /// How many units the file has.
        units: u64,
        /// Why the first failed: [`FailedUnit::cause`](crate::FailedUnit::cause), a text that crossed from a worker.
        first: String,
    },
    /// The types are in other files (split DWARF), and none of these was of use.
    #[error(
        "the types of this file are in other files (split DWARF, -gsplit-dwarf), and none of its {units} split units could be encoded; the first one failed so: {first}"
    )]
    SplitUnits {
        /// How many split units failed.
        units: u64,
        /// Why the first failed, as in [`Error::NothingEncoded`].
        first: String,
    },
    /// The file has split units alone: it belongs to another, which has the addresses.
    #[error(
        "this file holds split debug information (a .dwo or .dwp file); open the program or object file that it belongs to, with this file beside it"
    )]
    SplitFile,
    /// The debug information is there, but holds no type.
    #[error(
        "the debug information of this file describes no types ({units} units); build it with CONFIG_DEBUG_INFO or -g"
    )]
    NoTypes {
        /// How many units there are.
        units: u64,
    },
    /// Every unit was left out by the choice of languages.
    #[error("all {units} units were left out ({first}); choose others")]
    NothingChosen {
        /// How many units there are.
        units: u64,
        /// Why the first was left out.
        first: &'static str,
    },
    /// A packed shard could not be read back; a defect or damaged memory.
    #[error("the result of a shard is damaged on its way between workers: {cause}")]
    BadShard {
        /// Where reading the bytes stopped.
        #[source]
        cause: postcard::Error,
    },
    /// Names of a shard are offsets in sections that the merge does not have; a defect.
    #[error("the names of a shard are offsets in sections that the merge was not given")]
    SectionsNotShared,
    /// BTF cannot hold the result.
    #[error("the result does not fit into BTF: {0}")]
    Btf(#[from] btf::Error),
    /// The base cannot be distilled.
    #[error("the base cannot be distilled: {0}")]
    Distill(#[from] btf::distill::DistillError),
    /// Dedup refused its input.
    #[error("dedup failed: {0}")]
    Dedup(#[from] dedup::Error),
}

/// What is wrong with the header of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadUnitHeader {
    /// The section ends within the header.
    #[error("{left} bytes are left, too few for a unit")]
    TooFewBytes {
        /// Bytes from the header's start to the section's end.
        left: u64,
    },
    /// A length from 0xfffffff0 on that does not announce 64-bit DWARF.
    #[error("a length of {length:#x} is reserved")]
    ReservedLength {
        /// The length.
        length: u32,
    },
    /// The unit ends behind the section.
    #[error("a unit of {length} bytes, where {left} bytes are left in the section")]
    TooLong {
        /// The unit's length.
        length: u64,
        /// Bytes from the header's start to the section's end.
        left: u64,
    },
    /// The unit ends within its header.
    #[error("a unit of only {length} bytes")]
    TooShort {
        /// The unit's length.
        length: u64,
    },
}

impl Error {
    /// Whether the job cannot go on without the units of this task either: the file changed, disappeared, cannot be
    /// read, takes more than its budget, or needs [another plan](Error::is_of_plan).
    pub fn ends_job(&self) -> bool {
        match self {
            Error::OverBudget(_) | Error::Elf(elf::Error::OverBudget { .. }) => true,
            Error::Elf(elf::Error::Read(read)) => read.kind != elf::ReadErrorKind::EndOfSource,
            error => error.is_of_plan(),
        }
    }

    /// Whether the file is not as the plan takes it to be: the job starts again with the plan of
    /// [`plan_with`](crate::plan_with).
    pub fn is_of_plan(&self) -> bool {
        matches!(self, Error::UnlistedUnits | Error::UnorderedRelocations)
    }
}

fn no_dwarf_advice(has_btf: bool, link: Option<&str>) -> String {
    if let Some(link) = link {
        return format!(
            "; it was moved into the file {link} (.gnu_debuglink), which is to be encoded"
        );
    }
    let advice = if has_btf {
        ", but it has .BTF, which can be opened directly; to encode, take the kernel's -dbg package or build with CONFIG_DEBUG_INFO=y"
    } else {
        "; take the kernel's -dbg (debug symbols) package, or build with CONFIG_DEBUG_INFO=y or -g"
    };
    advice.to_owned()
}
