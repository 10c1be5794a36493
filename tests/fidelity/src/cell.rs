//! One cell of the matrix.

use crate::program::{Language, Program};
use crate::toolchain::Toolchain;

/// What becomes of compiled sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One relocatable file (several sources: joined by `ld -r`).
    Object,
    /// A linked program.
    Linked,
    /// A linked program that keeps its relocations.
    LinkedWithRelocations,
    /// A linked program without symbols.
    Stripped,
    /// A linked program with debug sections compressed by `objcopy` in this way.
    Compressed(&'static str),
    /// A relocatable file with debug sections compressed by `objcopy` in this way.
    CompressedObject(&'static str),
    /// A linked program on which `dwz` has worked.
    Dwz,
    /// Two linked programs, what they share in a third file.
    DwzMulti,
    /// `-gsplit-dwarf`, `.dwo` files beside.
    Split,
    /// `-gsplit-dwarf`, `.dwo` files packed into one `.dwp`.
    SplitPackage,
    /// `-fdebug-types-section`.
    TypeUnits,
    /// `-flto`.
    Lto,
    /// `-flto -ffat-lto-objects`, not linked.
    FatObject,
}

impl Form {
    /// Its name in tables and filters.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Form::Object => "object".to_owned(),
            Form::Linked => "linked".to_owned(),
            Form::LinkedWithRelocations => "linked-q".to_owned(),
            Form::Stripped => "stripped".to_owned(),
            Form::Compressed(way) => way.to_owned(),
            Form::CompressedObject(way) => format!("{way}-object"),
            Form::Dwz => "dwz".to_owned(),
            Form::DwzMulti => "dwz-m".to_owned(),
            Form::Split => "split".to_owned(),
            Form::SplitPackage => "split-dwp".to_owned(),
            Form::TypeUnits => "type-units".to_owned(),
            Form::Lto => "lto".to_owned(),
            Form::FatObject => "fat-lto-object".to_owned(),
        }
    }
}

impl Form {
    /// What it is, in words for a table.
    #[must_use]
    pub fn says(self) -> String {
        match self {
            Form::Object => "relocatable (`-c`, `ld -r`)".to_owned(),
            Form::Linked => "linked".to_owned(),
            Form::LinkedWithRelocations => "linked with relocations kept (`-q`)".to_owned(),
            Form::Stripped => "stripped of symbols; types alone".to_owned(),
            Form::Compressed(way) => format!("compressed ({way})"),
            Form::CompressedObject(way) => format!("compressed ({way}), relocatable"),
            Form::Dwz => "dwz".to_owned(),
            Form::DwzMulti => "dwz `-m`".to_owned(),
            Form::Split => "split DWARF, `.dwo`".to_owned(),
            Form::SplitPackage => "split DWARF, `.dwp`".to_owned(),
            Form::TypeUnits => "type units".to_owned(),
            Form::Lto => "`-flto`".to_owned(),
            Form::FatObject => "`-flto -ffat-lto-objects`, relocatable".to_owned(),
        }
    }
}

/// What our BTF is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference {
    /// pahole's of the same file.
    Same,
    /// pahole's of the plain linked program, or object, by the same compiler with the same flags, since
    /// pahole makes nothing of this form. Signatures of these kinds are left out.
    Plain(&'static str),
    /// pahole's of the same sources compiled with `-DPLAIN`, in which what pahole refuses is written as
    /// what it stands for.
    Twin,
}

/// A program, how it is built, and what its BTF is compared with.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The line of the table that it counts in.
    pub group: String,
    /// What is built.
    pub program: &'static Program,
    /// By which compiler.
    pub toolchain: Toolchain,
    /// With which flags.
    pub flags: String,
    /// Into what.
    pub form: Form,
    /// What its BTF is compared with.
    pub reference: Reference,
}

impl Cell {
    /// Its name, by which filters find it.
    #[must_use]
    pub fn name(&self) -> String {
        format!(
            "{} {} {} {}",
            self.program.name,
            self.toolchain.name,
            self.flags,
            self.form.name()
        )
    }

    /// Whether units written in Rust are wanted.
    #[must_use]
    pub fn wants_rust(&self) -> bool {
        self.program.language == Language::Rust
    }

    /// What our command needs besides the file.
    #[must_use]
    pub fn options(&self) -> &'static str {
        match self.wants_rust() {
            true => "--include-rust",
            false => "",
        }
    }

    /// Whether the source is C, or C is what is encoded of it.
    #[must_use]
    pub fn is_c(&self) -> bool {
        matches!(self.program.language, Language::C | Language::Mixed)
    }
}
