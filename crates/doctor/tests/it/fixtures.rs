//! The small files in `tests/doctor`: a healthy kernel and module, and of each finding one that shows it. They are made of
//! two ELF files without BTF (`kernel.elf`, `module.elf`) and the BTF that is built here.
//!
//! `BTFSCOPE_BLESS=1 cargo test -p btfscope-doctor` writes them.

use btf::{Btf, Int, IntEncoding, Kind, Linkage, Member, Param, TypeId, VarSection, WriteOptions};
use elf::{Elf, NewSection, patch_sections};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file, by name and bytes.
pub type File = (&'static str, Vec<u8>);

/// What is different from the healthy kernel.
#[derive(Clone, Copy, Default)]
pub struct Kernel {
    pub untagged: bool,
    pub implicit_left: bool,
    pub without_kfunc: bool,
    pub without_hook: bool,
    pub without_per_cpu: bool,
    pub second_task: bool,
    pub unsorted: bool,
    pub repeated: bool,
    pub odd_float: bool,
    pub shifted_strings: bool,
    pub ids_of_other: bool,
}

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/doctor")
}

fn template(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).expect("a committed file")
}

fn member(btf: &mut Btf, name: &str, ty: TypeId, bytes: u32) -> Member {
    Member {
        name: btf.intern(name.as_bytes()).unwrap(),
        ty,
        bit_offset: bytes * 8,
        bitfield_size: 0,
    }
}

/// The types of a kernel.
pub fn types(with: Kernel) -> Btf {
    let mut btf = Btf::new();
    let int = Int {
        size: 4,
        encoding: IntEncoding::SIGNED,
        offset: 0,
        bits: 32,
    };
    let int = btf.add_int("int", int).unwrap();
    let pid = member(&mut btf, "pid", int, 0);
    let tgid = member(&mut btf, "tgid", int, 4);
    btf.add_composite(Kind::Struct, "task_struct", 8, &[pid, tgid])
        .unwrap();
    if with.second_task {
        let state = member(&mut btf, "state", int, 0);
        btf.add_composite(Kind::Struct, "task_struct", 4, &[state])
            .unwrap();
    }
    let state = member(&mut btf, "state", int, 0);
    btf.add_composite(Kind::Struct, "module", 64, &[state])
        .unwrap();
    let id = member(&mut btf, "id", int, 0);
    let aux = btf
        .add_composite(Kind::Struct, "bpf_prog_aux", 4, &[id])
        .unwrap();
    let aux = btf.add_ptr(aux).unwrap();
    let param = |btf: &mut Btf, name: &str, ty| Param {
        name: btf.intern(name.as_bytes()).unwrap(),
        ty,
    };
    let task = param(&mut btf, "task", int);
    let given = param(&mut btf, "aux", aux);
    let whole = btf.add_func_proto(int, &[task, given]).unwrap();
    let shown = btf.add_func_proto(int, &[task]).unwrap();
    let proto = if with.implicit_left { whole } else { shown };
    let global = Linkage::Global;
    if !with.without_kfunc {
        let func = btf.add_func("example_dispatch", proto, global).unwrap();
        if !with.untagged {
            btf.add_decl_tag("bpf_kfunc", func, -1).unwrap();
        }
    }
    btf.add_func("example_dispatch_impl", whole, global)
        .unwrap();
    let func = btf.add_func("example_now", shown, global).unwrap();
    if !with.untagged {
        btf.add_decl_tag("bpf_kfunc", func, -1).unwrap();
    }
    if !with.without_hook {
        btf.add_func("example_hook", shown, global).unwrap();
    }
    if !with.without_per_cpu {
        let counter = btf.add_var("example_counter", int, global).unwrap();
        let place = VarSection {
            ty: counter,
            offset: 0,
            size: 4,
        };
        btf.add_datasec(".data..percpu", 4, &[place]).unwrap();
    }
    if with.odd_float {
        btf.add_float("odd", 5).unwrap();
    }
    if with.repeated {
        for _ in 0..2 {
            btf.add_ptr(int).unwrap();
        }
    }
    if !with.unsorted {
        btf.sort_by_name();
    }
    btf
}

fn bytes(btf: &Btf) -> Vec<u8> {
    btf.to_bytes(WriteOptions::default()).unwrap()
}

/// A file with more sections.
fn with_sections(elf: &[u8], sections: Vec<(&str, Vec<u8>)>) -> Vec<u8> {
    let section = |(name, bytes): (&str, Vec<u8>)| NewSection {
        name: name.to_owned(),
        bytes,
        align: 4,
    };
    let sections = sections.into_iter().map(section).collect();
    let patched = patch_sections(&Elf::parse(elf).unwrap(), elf, sections).unwrap();
    let mut out = Vec::new();
    patched
        .splice
        .write_to(elf, &mut |piece: &[u8]| {
            out.extend_from_slice(piece);
            Ok::<(), elf::ReadError>(())
        })
        .unwrap();
    out
}

/// A linked kernel: its BTF, and the ids of its kfuncs in `.BTF_ids`, sorted as the link does.
pub fn kernel(with: Kernel) -> Vec<u8> {
    let btf = types(with);
    let mut elf = template("kernel.elf");
    let section = Elf::parse(elf.as_slice()).unwrap();
    let at = section.section(".BTF_ids").unwrap().offset as usize;
    let id = |name: &str| btf.find(Kind::Func, name).map_or(0, |id| id.0);
    let flags = [("example_dispatch", 1_u32 << 16), ("example_now", 0)];
    let mut pairs = flags.map(|(name, flags)| (id(name), flags));
    if with.ids_of_other {
        pairs = pairs.map(|(id, flags)| (id - 1, flags));
    }
    pairs.sort_unstable();
    for (place, (id, flags)) in (at + 8..).step_by(8).zip(pairs) {
        elf[place..place + 4].copy_from_slice(&id.to_le_bytes());
        elf[place + 4..place + 8].copy_from_slice(&flags.to_le_bytes());
    }
    elf[at + 24..at + 28].copy_from_slice(&id("example_hook").to_le_bytes());
    let mut bytes = bytes(&btf);
    if with.shifted_strings {
        // One byte more at their start: every name begins one byte too early.
        let strings = u32::from_le_bytes(*bytes[16..].first_chunk().unwrap()) as usize + 24;
        bytes.insert(strings + 1, b'x');
        let len = u32::from_le_bytes(*bytes[20..].first_chunk().unwrap()) + 1;
        bytes[20..24].copy_from_slice(&len.to_le_bytes());
    }
    with_sections(&elf, vec![(".BTF", bytes)])
}

/// The types of a module on a kernel's.
fn module_types(base: Btf) -> Btf {
    let int = base.find(Kind::Int, "int").unwrap();
    let task = base.find(Kind::Struct, "task_struct").unwrap();
    let proto = base.find(Kind::Func, "example_now").unwrap();
    let proto = base.get(proto).unwrap().target().unwrap();
    let mut split = Btf::split(Arc::new(base));
    let (first, task) = (
        member(&mut split, "users", int, 0),
        member(&mut split, "task", task, 4),
    );
    split
        .add_composite(Kind::Struct, "example_state", 12, &[first, task])
        .unwrap();
    split
        .add_func("example_init", proto, Linkage::Static)
        .unwrap();
    split
}

fn module(sections: Vec<(&str, Vec<u8>)>) -> Vec<u8> {
    with_sections(&template("module.elf"), sections)
}

/// A module of the healthy kernel.
pub fn healthy_module() -> Vec<u8> {
    let split = module_types(types(Kernel::default()));
    module(vec![(".BTF", bytes(&split))])
}

/// All committed files.
pub fn all() -> Vec<File> {
    let healthy = Kernel::default();
    let kernels = [
        ("healthy.elf", healthy),
        (
            "refused.elf",
            Kernel {
                odd_float: true,
                ..healthy
            },
        ),
        (
            "names-cut.elf",
            Kernel {
                shifted_strings: true,
                ..healthy
            },
        ),
        (
            "kfuncs-without-function.elf",
            Kernel {
                without_kfunc: true,
                ..healthy
            },
        ),
        (
            "kfuncs-untagged.elf",
            Kernel {
                untagged: true,
                ..healthy
            },
        ),
        (
            "implicit-arguments.elf",
            Kernel {
                implicit_left: true,
                ..healthy
            },
        ),
        (
            "ids-of-other-btf.elf",
            Kernel {
                ids_of_other: true,
                ..healthy
            },
        ),
        (
            "functions-missing.elf",
            Kernel {
                without_hook: true,
                ..healthy
            },
        ),
        (
            "per-cpu-missing.elf",
            Kernel {
                without_per_cpu: true,
                ..healthy
            },
        ),
        (
            "core-type-repeated.elf",
            Kernel {
                second_task: true,
                ..healthy
            },
        ),
        (
            "not-deduplicated.elf",
            Kernel {
                repeated: true,
                ..healthy
            },
        ),
        (
            "not-sorted.elf",
            Kernel {
                unsorted: true,
                ..healthy
            },
        ),
    ];
    let mut files: Vec<File> = kernels
        .into_iter()
        .map(|(name, with)| (name, kernel(with)))
        .collect();
    files.push(("no-btf.elf", template("kernel.elf")));
    let cut = bytes(&types(healthy));
    files.push((
        "unreadable-btf.elf",
        with_sections(
            &template("kernel.elf"),
            vec![(".BTF", cut[..cut.len() - 20].to_vec())],
        ),
    ));
    files.push(("healthy.ko", healthy_module()));
    let other = module_types(types(Kernel {
        second_task: true,
        without_per_cpu: true,
        ..healthy
    }));
    files.push(("other-base.ko", module(vec![(".BTF", bytes(&other))])));
    let distilled = btf::distill::distill(&module_types(types(healthy))).unwrap();
    let split = bytes(&distilled.split);
    files.push((
        "healthy-distilled.ko",
        module(vec![
            (".BTF", split.clone()),
            (".BTF.base", bytes(&distilled.base)),
        ]),
    ));
    let mut larger = Btf::new();
    for (_, ty) in distilled.base.types() {
        let mut words = ty.words().to_vec();
        words[0] = larger
            .intern(distilled.base.string(ty.name()).unwrap())
            .unwrap()
            .0;
        if ty.kind() == Kind::Struct {
            words[2] += 8;
        }
        larger.push(&words).unwrap();
    }
    files.push((
        "base-does-not-fit.ko",
        module(vec![(".BTF", split), (".BTF.base", bytes(&larger))]),
    ));
    let mut larger = template("module.elf");
    larger = with_sections(&larger, vec![(".gnu.linkonce.this_module", vec![0; 72])]);
    files.push(("module-struct.ko", larger));
    files
}
