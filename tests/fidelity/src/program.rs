//! The programs.

use std::path::PathBuf;

/// What a program is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// gnu11.
    C,
    /// C++17 without exceptions and run-time types.
    Cpp,
    /// Rust 2024 without the standard library.
    Rust,
    /// A unit in C and one in Rust, of which BTF is made as the kernel build does: without the latter.
    Mixed,
}

/// Sources that become one file.
#[derive(Debug)]
pub struct Program {
    /// Its name in tables and filters.
    pub name: &'static str,
    /// What it is written in.
    pub language: Language,
    /// Its sources in `programs/`, in the order in which they are linked.
    pub sources: &'static [&'static str],
}

const fn c(name: &'static str, sources: &'static [&'static str]) -> Program {
    Program {
        name,
        language: Language::C,
        sources,
    }
}

const fn cpp(name: &'static str, sources: &'static [&'static str]) -> Program {
    Program {
        name,
        language: Language::Cpp,
        sources,
    }
}

/// All programs.
pub const PROGRAMS: &[Program] = &[
    c("bitfields", &["bitfields.c"]),
    c("layout", &["layout.c"]),
    c("enums", &["enums.c"]),
    c("scalars", &["scalars.c"]),
    c("qualifiers", &["qualifiers.c"]),
    c("functions", &["functions.c"]),
    c("optimized", &["optimized.c"]),
    c("percpu", &["percpu.c"]),
    c("tags", &["tags.c"]),
    c("units", &["units_a.c", "units_b.c", "units_c.c"]),
    c(
        "all",
        &[
            "bitfields.c",
            "layout.c",
            "enums.c",
            "scalars.c",
            "qualifiers.c",
            "functions.c",
            "optimized.c",
            "percpu.c",
            "tags.c",
            "units_a.c",
            "units_b.c",
            "units_c.c",
        ],
    ),
    c("atomic", &["atomic.c"]),
    c("complex", &["complex.c"]),
    cpp("classes", &["classes.cc"]),
    cpp("references", &["references.cc"]),
    cpp("members", &["members.cc"]),
    Program {
        name: "shapes",
        language: Language::Rust,
        sources: &["shapes.rs"],
    },
    Program {
        name: "mixed",
        language: Language::Mixed,
        sources: &["beside_rust.c", "shapes.rs"],
    },
];

/// The program of this name.
///
/// # Panics
///
/// When there is none.
#[must_use]
pub fn program(name: &str) -> &'static Program {
    PROGRAMS
        .iter()
        .find(|program| program.name == name)
        .unwrap_or_else(|| panic!("there is no program {name}"))
}

/// Where the sources are.
#[must_use]
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("programs")
}
