//! The table of all targets.

mod btf_format;
mod companions;
mod core_check;
mod dedup_engines;
mod doctor;
mod elf_files;
mod encode;
mod ext;
mod lab;
mod lessons;
mod links;
mod messages;
mod module;
#[cfg(not(target_family = "wasm"))]
mod packages;
mod questions;
mod sharing;
mod split;
mod stored;
#[cfg(not(target_family = "wasm"))]
mod structured;

/// A target of the fuzzer.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name of the program, the corpus, and the option `--target`.
    pub name: &'static str,
    /// What a run without a finding shows.
    pub shows: &'static str,
    /// Runs it on these bytes.
    pub run: fn(&[u8]),
    /// Bytes that an input may have. Longer ones cost time and reach nothing new.
    pub most_bytes: usize,
}

/// All targets that need nothing but the engine.
pub const TARGETS: &[Target] = &[
    Target {
        name: "elf",
        shows: "any bytes as an ELF file: sections, symbols, compressed and relocated data, patching",
        run: elf_files::run,
        most_bytes: 16 << 10,
    },
    Target {
        name: "encode",
        shows: "any ELF file is encoded, or refused with an error, and the result can be read again",
        run: encode::by_default,
        most_bytes: 64 << 10,
    },
    Target {
        name: "encode_all",
        shows: "the same with every feature; shards of one unit and of 32 MiB give the same bytes",
        run: encode::with_everything,
        most_bytes: 64 << 10,
    },
    Target {
        name: "sharing",
        shows: "types shared while encoding are those of all units one after the other, deduplicated",
        run: sharing::run,
        most_bytes: 64 << 10,
    },
    // Its generator needs what writes DWARF; files that it made are inputs of `encode`.
    #[cfg(not(target_family = "wasm"))]
    Target {
        name: "program",
        shows: "a random program of types, written as DWARF, has the BTF that follows from it",
        run: structured::run,
        most_bytes: 4 << 10,
    },
    Target {
        name: "companions",
        shows: "a file and what it refers to: split units, supplementary files of dwz",
        run: companions::run,
        most_bytes: 64 << 10,
    },
    Target {
        name: "package",
        shows: "a package (.dwp) beside a file with skeleton units",
        run: companions::package,
        most_bytes: 64 << 10,
    },
    Target {
        name: "module",
        shows: "a module encoded on its kernel's types; shards of one unit and of 32 MiB give the same bytes",
        run: module::run,
        most_bytes: 64 << 10,
    },
    Target {
        name: "btf",
        shows: "BTF is read, verified, printed in all forms, laid out, and written as it was",
        run: btf_format::run,
        most_bytes: 16 << 10,
    },
    Target {
        name: "dedup",
        shows: "folding and the exact engine alone give the same BTF and the same map",
        run: dedup_engines::run,
        most_bytes: 16 << 10,
    },
    Target {
        name: "split",
        shows: "split BTF: verified, printed, deduplicated, distilled, relocated, compared with its base",
        run: split::run,
        most_bytes: 16 << 10,
    },
    Target {
        name: "ext",
        shows: ".BTF.ext is read and follows its BTF through dedup",
        run: ext::run,
        most_bytes: 16 << 10,
    },
    Target {
        name: "core_check",
        shows: "any ELF file as a BPF object, checked on its own types and on none; what is found is written in each form",
        run: core_check::run,
        most_bytes: 64 << 10,
    },
    Target {
        name: "doctor",
        shows: "any file is examined as a kernel and as a module",
        run: doctor::run,
        most_bytes: 64 << 10,
    },
    // The replay in WebAssembly links what the page's engine is made of; its unpacker is a program of its own.
    #[cfg(not(target_family = "wasm"))]
    Target {
        name: "unpack",
        shows: "any bytes as a package: entries and contents are read; pieces and pools give the same kernel",
        run: packages::run,
        most_bytes: 16 << 10,
    },
    #[cfg(not(target_family = "wasm"))]
    Target {
        name: "image",
        shows: "any bytes as a boot image: payloads, raw BTF, the banner",
        run: packages::image,
        most_bytes: 16 << 10,
    },
    Target {
        name: "lab",
        shows: "any text as C declarations or printed types: the engine's steps, replayed and compared",
        run: lab::run,
        most_bytes: 4 << 10,
    },
    Target {
        name: "links",
        shows: "links and files of the laboratory, packed texts, codes and files of results",
        run: links::run,
        most_bytes: 4 << 10,
    },
    Target {
        name: "lessons",
        shows: "any text as a lesson, with its checks",
        run: lessons::run,
        most_bytes: 8 << 10,
    },
    Target {
        name: "questions",
        shows: "any search, name, and address asked of the explorer",
        run: questions::run,
        most_bytes: 512,
    },
    Target {
        name: "unchecked",
        shows: "the explorer, distilling, and comparison survive BTF whose references lead nowhere",
        run: questions::unchecked,
        most_bytes: 16 << 10,
    },
    Target {
        name: "stored",
        shows: "results that a browser kept, damaged: shards, plans, and where types come from",
        run: stored::run,
        most_bytes: 16 << 10,
    },
    Target {
        name: "messages",
        shows: "messages between page and workers: packed questions, and addresses of the page",
        run: messages::run,
        most_bytes: 4 << 10,
    },
];

/// The target of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
