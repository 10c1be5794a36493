//! Compilers that are there.

use crate::run::{Workbench, exists};

/// Which options a compiler knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// GNU.
    Gcc,
    /// LLVM.
    Clang,
}

/// A compiler for C, and for C++ where it is there.
#[derive(Clone, Debug)]
pub struct Toolchain {
    /// Its name in tables and filters.
    pub name: String,
    /// Which options it knows.
    pub family: Family,
    /// The command for C.
    pub cc: String,
    /// The command for C++.
    pub cxx: Option<String>,
    /// What it builds for, as clang names it; `None`: this machine.
    pub target: Option<&'static str>,
    /// Whether it has a linker.
    pub links: bool,
}

impl Toolchain {
    /// Whether it builds for the machine that it runs on.
    #[must_use]
    pub fn is_native(&self) -> bool {
        self.target.is_none()
    }
}

/// What was found and what was not.
#[derive(Debug)]
pub struct Toolchains {
    /// Those that are there.
    pub found: Vec<Toolchain>,
    /// Names of those that are not, and whether a full run needs them.
    pub missing: Vec<(String, bool)>,
    /// The linker of LLVM.
    pub lld: Option<String>,
    /// `rustc`.
    pub rustc: Option<String>,
    /// The newest clang, which compiles headers.
    pub clang: String,
}

/// Versions of gcc, and whether a full run needs them. The first also compiles C beside other languages.
const GCC: [(u32, bool); 6] = [
    (12, true),
    (11, false),
    (13, false),
    (14, false),
    (15, false),
    (16, false),
];

/// Versions of clang, newest first, and whether a full run needs them.
const CLANG: [(u32, bool); 11] = [
    (24, false),
    (23, false),
    (22, false),
    (21, false),
    (19, false),
    (18, false),
    (17, false),
    (16, true),
    (15, false),
    (14, true),
    (13, false),
];

/// gcc for other machines: its prefix, the machine as clang names it, and whether a full run needs version 12 of it.
const CROSS_GCC: [(&str, &str, bool); 13] = [
    ("i686-linux-gnu", "i386-linux-gnu", true),
    ("arm-linux-gnueabi", "arm-linux-gnueabi", true),
    ("arm-linux-gnueabihf", "arm-linux-gnueabihf", false),
    ("aarch64-linux-gnu", "aarch64-linux-gnu", true),
    ("s390x-linux-gnu", "s390x-linux-gnu", true),
    ("powerpc-linux-gnu", "powerpc-linux-gnu", true),
    ("powerpc64-linux-gnu", "powerpc64-linux-gnu", false),
    ("powerpc64le-linux-gnu", "powerpc64le-linux-gnu", false),
    ("mips64-linux-gnuabi64", "mips64-linux-gnuabi64", false),
    ("riscv64-linux-gnu", "riscv64-linux-gnu", false),
    ("loongarch64-linux-gnu", "loongarch64-linux-gnu", false),
    ("sparc64-linux-gnu", "sparc64-linux-gnu", false),
    ("m68k-linux-gnu", "m68k-linux-gnu", false),
];

/// Versions of gcc for other machines.
const CROSS_GCC_VERSIONS: [u32; 2] = [12, 16];

/// Machines for which clang makes objects.
const CROSS_CLANG: [&str; 10] = [
    "i386-linux-gnu",
    "arm-linux-gnueabi",
    "armeb-linux-gnueabi",
    "aarch64-linux-gnu",
    "s390x-linux-gnu",
    "powerpc-linux-gnu",
    "powerpc64-linux-gnu",
    "mips64-linux-gnuabi64",
    "riscv64-linux-gnu",
    "loongarch64-linux-gnu",
];

impl Toolchains {
    /// Looks for compilers.
    ///
    /// # Errors
    ///
    /// When there is no clang at all: headers could not be checked.
    pub fn find(bench: &Workbench) -> Result<Toolchains, String> {
        let mut found = Vec::new();
        let mut missing = Vec::new();
        for (version, required) in GCC {
            match versioned(bench, "gcc", version) {
                Some(cc) => found.push(Toolchain {
                    name: format!("gcc-{version}"),
                    family: Family::Gcc,
                    cxx: versioned(bench, "g++", version),
                    cc,
                    target: None,
                    links: true,
                }),
                None => missing.push((format!("gcc {version}"), required)),
            }
        }
        let mut newest = None;
        for (version, required) in CLANG {
            let Some(cc) = versioned(bench, "clang", version) else {
                missing.push((format!("clang {version}"), required));
                continue;
            };
            let cxx = versioned(bench, "clang++", version);
            let new = newest.get_or_insert_with(|| cc.clone()) == &cc;
            found.push(Toolchain {
                name: format!("clang-{version}"),
                family: Family::Clang,
                cc: cc.clone(),
                cxx,
                target: None,
                links: true,
            });
            for target in CROSS_CLANG {
                // The oldest knows fewer machines; the newest and it are enough.
                if new || version == 14 && !target.starts_with("loongarch") {
                    found.push(Toolchain {
                        name: format!("clang-{version} {target}"),
                        family: Family::Clang,
                        cc: format!("{cc} --target={target}"),
                        cxx: None,
                        target: Some(target),
                        links: false,
                    });
                }
            }
        }
        for (prefix, target, required) in CROSS_GCC {
            let versions = CROSS_GCC_VERSIONS.map(|version| format!("{prefix}-gcc-{version}"));
            let mut names: Vec<String> = versions.into_iter().filter(|cc| exists(cc)).collect();
            let plain = format!("{prefix}-gcc");
            if names.is_empty() && exists(&plain) {
                names.push(plain);
            }
            if names.is_empty() {
                missing.push((format!("{prefix}-gcc"), required));
            }
            found.extend(names.into_iter().map(|cc| Toolchain {
                name: cc.clone(),
                family: Family::Gcc,
                cc,
                cxx: None,
                target: Some(target),
                // GNU ld 2.46 for LoongArch ends with a signal on symbols that nothing defines; lld does not.
                links: !target.starts_with("loongarch"),
            }));
        }
        let lld = [
            "ld.lld-24",
            "ld.lld-23",
            "ld.lld-22",
            "ld.lld-19",
            "ld.lld-16",
            "ld.lld",
        ]
        .into_iter()
        .find(|lld| exists(lld));
        let rustc = exists("rustc").then(|| "rustc".to_owned());
        for (name, there) in [("lld", lld.is_some()), ("rustc", rustc.is_some())] {
            if !there {
                missing.push((name.to_owned(), true));
            }
        }
        for name in ["dwz", "objcopy", "ld", "strip"] {
            if !exists(name) {
                missing.push((name.to_owned(), true));
            }
        }
        Ok(Toolchains {
            found,
            missing,
            lld: lld.map(str::to_owned),
            rustc,
            clang: newest.ok_or("there is no clang; headers cannot be checked without one")?,
        })
    }
}

/// The compiler with this major version, under its own name or the plain one.
fn versioned(bench: &Workbench, name: &str, version: u32) -> Option<String> {
    let own = format!("{name}-{version}");
    if exists(&own) {
        return Some(own);
    }
    if !exists(name) {
        return None;
    }
    let text = bench.must("", &format!("{name} -dumpversion")).ok()?;
    let major = text.trim().split('.').next()?;
    (major == version.to_string()).then(|| name.to_owned())
}
