//! Why a split unit is left out: what is wrong with its file, with the package, or with both.

use super::split_sections::INFO;
use crate::companions::NotOpened;

/// Why a split unit cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SplitUnitError {
    /// The input itself has split units, and these cannot be read.
    #[error("the split units of this file cannot be read: {0}")]
    Input(#[source] SplitFileError),
    /// The unit's `.dwo` file was not opened.
    #[error(transparent)]
    NotOpened(#[from] NotOpened),
    /// The unit's `.dwo` file is of no use.
    #[error("{name}: {cause}")]
    File {
        /// The file's name, as the skeleton unit has it.
        name: String,
        #[source]
        cause: SplitFileError,
    },
    /// A package exists that does not give the unit, and neither does a `.dwo` file.
    #[error("{package}; {file}")]
    PackageAndFile {
        package: PackageError,
        /// Why the file does not give it, and what to do.
        #[source]
        file: Box<SplitUnitError>,
    },
}

/// What is wrong with a file that has, or should have, split units.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SplitFileError {
    /// It is no ELF file, or one of its sections cannot be read.
    #[error(transparent)]
    Elf(#[from] elf::Error),
    /// Its machine, byte order, or class differs from the input's.
    #[error(
        "this file is for another machine than the ELF file; give the one that was built with the ELF file"
    )]
    OtherMachine,
    #[error(
        "this file has no split unit (no {INFO} section); give the .dwo file that was built with the ELF file"
    )]
    NoSplitUnit,
    /// It has other units than the one that the skeleton unit names.
    #[error(
        "this file has {} instead of {wanted:#018x}, so it is of another build; give the one that was built with the ELF file",
        listed(found)
    )]
    OtherUnits {
        /// The id (`DW_AT_dwo_id`) that the skeleton unit has.
        wanted: u64,
        /// The first ids that the file has.
        found: Vec<u64>,
    },
    /// The units' headers in `.debug_info.dwo` cannot be read.
    #[error(transparent)]
    Units(#[from] encode::Error),
}

/// Why a package (`.dwp`) does not give a unit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PackageError {
    #[error(
        "the package (.dwp) has no unit {id:#018x}, so it may be of another build: make it again from the .dwo files"
    )]
    NoUnit {
        /// The id (`DW_AT_dwo_id`) that the skeleton unit has.
        id: u64,
    },
    #[error("the package (.dwp) cannot be used: {0}")]
    Unusable(#[source] BadPackage),
}

/// What is wrong with a package.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadPackage {
    /// It exists and was not opened.
    #[error(transparent)]
    NotOpened(#[from] NotOpened),
    /// It is no ELF file of the input's machine, or its sections cannot be read.
    #[error(transparent)]
    File(#[from] SplitFileError),
    #[error("it has no index of split units (.debug_cu_index); make it again from the .dwo files")]
    NoIndex,
    /// The index cannot be read.
    #[error(transparent)]
    Index(encode::Error),
    #[error(
        "its index leads to section {section}, which it does not have; make it again from the .dwo files"
    )]
    NoSection {
        /// The section's name.
        section: &'static str,
    },
    #[error(
        "its index leads to bytes {from:#x} to {to:#x} of {section}, which has {size:#x}; make it again from the .dwo files"
    )]
    BeyondSection {
        /// The section's name.
        section: &'static str,
        /// The first byte of the unit's part.
        from: u64,
        /// The byte after the part.
        to: u64,
        /// Bytes that the section has.
        size: u64,
    },
    /// The part of `.debug_info.dwo` that the index names contains other units.
    #[error("its index leads to another unit than {id:#018x}; make it again from the .dwo files")]
    OtherUnit {
        /// The id that the index was asked for.
        id: u64,
    },
}

impl From<elf::Error> for BadPackage {
    fn from(error: elf::Error) -> BadPackage {
        BadPackage::File(error.into())
    }
}

/// The ids of a file's units, as a message lists them.
fn listed(ids: &[u64]) -> String {
    if ids.is_empty() {
        return "no compilation unit".to_owned();
    }
    let ids: Vec<String> = ids.iter().map(|id| format!("{id:#018x}")).collect();
    format!("unit {}", ids.join(", "))
}
