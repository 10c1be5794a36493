//! Languages that units are written in, under pahole's names.

use gimli::{DwLang, constants as dw};
use serde::{Deserialize, Serialize};

/// A set of languages. It also knows "any other language", so that "all but these" is a set too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Languages(u64);

/// Name as pahole has it, code, and the reason told of units that are left out for it.
macro_rules! known {
    ($($name:literal $code:ident $title:literal,)*) => {
        &[$(($name, dw::$code, concat!("written in ", $title)),)*]
    };
}

/// All languages with a name. Rows up to `upc` are those of pahole's `--lang`; those after it are newer codes of the
/// DWARF registry.
const KNOWN: &[(&str, DwLang, &str)] = known![
    "ada83" DW_LANG_Ada83 "Ada 83",
    "ada95" DW_LANG_Ada95 "Ada 95",
    "asm" DW_LANG_Mips_Assembler "assembler",
    "bliss" DW_LANG_BLISS "Bliss",
    "c" DW_LANG_C "C",
    "c11" DW_LANG_C11 "C11",
    "c89" DW_LANG_C89 "C89",
    "c99" DW_LANG_C99 "C99",
    "cobol74" DW_LANG_Cobol74 "Cobol 74",
    "cobol85" DW_LANG_Cobol85 "Cobol 85",
    "c++" DW_LANG_C_plus_plus "C++",
    "c++03" DW_LANG_C_plus_plus_03 "C++03",
    "c++11" DW_LANG_C_plus_plus_11 "C++11",
    "c++14" DW_LANG_C_plus_plus_14 "C++14",
    "d" DW_LANG_D "D",
    "dylan" DW_LANG_Dylan "Dylan",
    "fortran03" DW_LANG_Fortran03 "Fortran 2003",
    "fortran08" DW_LANG_Fortran08 "Fortran 2008",
    "fortran77" DW_LANG_Fortran77 "Fortran 77",
    "fortran90" DW_LANG_Fortran90 "Fortran 90",
    "fortran95" DW_LANG_Fortran95 "Fortran 95",
    "go" DW_LANG_Go "Go",
    "haskell" DW_LANG_Haskell "Haskell",
    "java" DW_LANG_Java "Java",
    "julia" DW_LANG_Julia "Julia",
    "modula2" DW_LANG_Modula2 "Modula-2",
    "modula3" DW_LANG_Modula3 "Modula-3",
    "objc" DW_LANG_ObjC "Objective-C",
    "objc++" DW_LANG_ObjC_plus_plus "Objective-C++",
    "ocaml" DW_LANG_OCaml "OCaml",
    "opencl" DW_LANG_OpenCL "OpenCL",
    "pascal83" DW_LANG_Pascal83 "Pascal",
    "pli" DW_LANG_PLI "PL/I",
    "python" DW_LANG_Python "Python",
    "renderscript" DW_LANG_RenderScript "RenderScript",
    "rust" DW_LANG_Rust "Rust",
    "swift" DW_LANG_Swift "Swift",
    "upc" DW_LANG_UPC "UPC",
    "c17" DW_LANG_C17 "C17",
    "c++17" DW_LANG_C_plus_plus_17 "C++17",
    "c++20" DW_LANG_C_plus_plus_20 "C++20",
    "zig" DW_LANG_Zig "Zig",
];

/// A language with a name, as `DW_AT_language` numbers it; all others are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Language(u16);

/// Bit of the assembler, whose code is far from the others'.
const ASSEMBLER: u32 = 62;
/// Bit of every code without a bit of its own.
const OTHER: u32 = 63;

impl Languages {
    /// The empty set.
    pub const NONE: Languages = Languages(0);
    /// Rust alone: what the kernel build leaves out.
    pub const RUST: Languages = Languages(1 << dw::DW_LANG_Rust.0);

    /// Reads names separated by commas, of either case.
    ///
    /// # Errors
    ///
    /// The first name that is not known.
    pub fn parse(list: &str) -> Result<Languages, String> {
        let mut languages = Languages::NONE;
        let names = list.split(',').map(str::trim);
        for name in names.filter(|name| !name.is_empty()) {
            let known = KNOWN.iter().find(|row| row.0.eq_ignore_ascii_case(name));
            let (_, code, _) = known.ok_or_else(|| name.to_owned())?;
            languages.0 |= 1 << bit(u64::from(code.0));
        }
        Ok(languages)
    }

    /// The names that [`Languages::parse`] knows.
    pub fn names() -> impl Iterator<Item = &'static str> {
        KNOWN.iter().map(|&(name, _, _)| name)
    }

    /// All languages but these, those without a name included.
    #[must_use]
    pub fn others(self) -> Languages {
        Languages(!self.0)
    }

    /// Whether a `DW_AT_language` is in the set; a unit that has none counts as language 0.
    pub fn contains(self, code: u64) -> bool {
        self.0 & (1 << bit(code)) != 0
    }
}

impl Language {
    /// The language that DWARF numbers so.
    pub(crate) fn of(code: u64) -> Language {
        let known = KNOWN.iter().find(|row| u64::from(row.1.0) == code);
        Language(known.map_or(0, |row| row.1.0))
    }

    /// The first index of an array in the language that DWARF numbers so, where its DIE does not say it.
    ///
    /// Source: DWARF 5, table 7.17.
    pub(crate) fn first_index(code: u64) -> u64 {
        let counts_from_one = u16::try_from(code).is_ok_and(|code| {
            matches!(
                DwLang(code),
                dw::DW_LANG_Ada83
                    | dw::DW_LANG_Ada95
                    | dw::DW_LANG_Ada2005
                    | dw::DW_LANG_Ada2012
                    | dw::DW_LANG_Cobol74
                    | dw::DW_LANG_Cobol85
                    | dw::DW_LANG_Fortran77
                    | dw::DW_LANG_Fortran90
                    | dw::DW_LANG_Fortran95
                    | dw::DW_LANG_Fortran03
                    | dw::DW_LANG_Fortran08
                    | dw::DW_LANG_Fortran18
                    | dw::DW_LANG_Julia
                    | dw::DW_LANG_Modula2
                    | dw::DW_LANG_Modula3
                    | dw::DW_LANG_Pascal83
                    | dw::DW_LANG_PLI
            )
        });
        u64::from(counts_from_one)
    }

    /// `written in C++`, or that the language has no name.
    pub(crate) fn written_in(self) -> &'static str {
        let known = KNOWN.iter().find(|row| row.1.0 == self.0);
        known.map_or("written in a language without a name", |row| row.2)
    }
}

fn bit(code: u64) -> u32 {
    match u32::try_from(code) {
        Ok(code) if code < ASSEMBLER => code,
        Ok(code) if code == u32::from(dw::DW_LANG_Mips_Assembler.0) => ASSEMBLER,
        _ => OTHER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_pahole_s_and_every_language_has_a_bit_of_its_own() {
        assert_eq!(Languages::parse("rust"), Ok(Languages::RUST));
        assert_eq!(Languages::parse(" Rust,"), Ok(Languages::RUST));
        assert_eq!(Languages::parse("c,fooscript"), Err("fooscript".to_owned()));
        for &(name, code, _) in KNOWN {
            let alone = Languages::parse(name).expect(name);
            let others: Vec<&str> = KNOWN
                .iter()
                .filter(|row| alone.contains(u64::from(row.1.0)))
                .map(|row| row.0)
                .collect();
            assert_eq!(others, [name]);
            assert!(!alone.others().contains(u64::from(code.0)), "{name}");
        }
    }

    #[test]
    fn all_but_some_takes_in_what_has_no_name() {
        let others = Languages::parse("c11,asm").expect("names").others();
        let codes = [0x1d, 0x8001, 0, 0x1c, 0x8002, 0xffff_ffff_ffff];
        let found = codes.map(|code| others.contains(code));
        assert_eq!(found, [false, false, true, true, true, true]);
    }
}
