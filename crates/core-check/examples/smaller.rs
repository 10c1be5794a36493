//! Writes the BTF that each object of a folder needs of a kernel, in three forms, so that a loader can be asked about them:
//! `smaller OBJECTS KERNEL.btf OUT`. Modules are `KERNEL.MODULE.btf` beside the kernel.
//!
//! ```text
//! OUT/OBJECT/flat.btf      for relocations, as one file
//! OUT/OBJECT/split/        the same as vmlinux and a file for each module
//! OUT/OBJECT/all/          with attach targets, externs, and structs of operations
//! ```

use btf::WriteOptions;
use core_check::{Checker, Keep, Kernel, Object, minimal, minimal_split};
use std::path::{Path, PathBuf};
use std::sync::Arc;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let args: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [objects, kernel, out] = &args[..] else {
        return Err("usage: smaller OBJECTS KERNEL.btf OUT".into());
    };
    let kernel = read_kernel(kernel)?;
    let mut sizes = Vec::new();
    let mut differ = 0;
    for entry in std::fs::read_dir(objects)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let Ok(object) = Object::read(&name, &std::fs::read(&path)?) else {
            continue;
        };
        let to = out.join(&*name);
        let flat = minimal(std::slice::from_ref(&object), &kernel, Keep::Relocations)?;
        std::fs::create_dir_all(&to)?;
        std::fs::write(to.join("flat.btf"), flat.to_bytes(WriteOptions::default())?)?;
        sizes.push(flat.to_bytes(WriteOptions::default())?.len());
        for (form, keep) in [("split", Keep::Relocations), ("all", Keep::All)] {
            let split = minimal_split(std::slice::from_ref(&object), &kernel, keep)?;
            let to = to.join(form);
            std::fs::create_dir_all(&to)?;
            std::fs::write(
                to.join("vmlinux"),
                split.kernel.to_bytes(WriteOptions::default())?,
            )?;
            for (module, btf) in &split.modules {
                std::fs::write(to.join(module), btf.to_bytes(WriteOptions::default())?)?;
            }
            if keep == Keep::All {
                differ += usize::from(!same_answer(&object, &kernel, &to)?);
            }
        }
    }
    sizes.sort_unstable();
    println!(
        "{} objects; bytes of flat.btf: least {:?}, median {:?}, most {:?}; {differ} have another answer with all/",
        sizes.len(),
        sizes.first(),
        sizes.get(sizes.len() / 2),
        sizes.last()
    );
    match differ {
        0 => Ok(()),
        _ => Err("an object has another answer with its minimal BTF".into()),
    }
}

fn read_kernel(path: &Path) -> Result<Kernel, Failure> {
    let btf = Arc::new(btf::Btf::parse(&std::fs::read(path)?)?);
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut kernel = Kernel::new(&name, btf.clone());
    let folder = path.parent().unwrap_or(Path::new("."));
    for (module, path) in modules(folder, &format!("{name}."), ".btf")? {
        let split = btf::Btf::parse_split(&std::fs::read(path)?, &btf)?;
        kernel.add_module(&module, Arc::new(split));
    }
    Ok(kernel)
}

/// Files by the name between `before` and `after`, in order.
fn modules(folder: &Path, before: &str, after: &str) -> Result<Vec<(String, PathBuf)>, Failure> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let rest = file.strip_prefix(before);
        if let Some(module) = rest.and_then(|rest| rest.strip_suffix(after)) {
            found.push((module.to_owned(), path.clone()));
        }
    }
    found.sort();
    Ok(found)
}

/// Whether all states of a check are the same with the files of a folder.
fn same_answer(object: &Object, kernel: &Kernel, folder: &Path) -> Result<bool, Failure> {
    let btf = Arc::new(btf::Btf::parse(&std::fs::read(folder.join("vmlinux"))?)?);
    let mut small = Kernel::new(&kernel.name, btf.clone());
    for (module, path) in modules(folder, "", "")? {
        if module != "vmlinux" {
            let split = btf::Btf::parse_split(&std::fs::read(path)?, &btf)?;
            small.add_module(&module, Arc::new(split));
        }
    }
    let checker = Checker::new(object);
    let (whole, part) = (checker.check(kernel), checker.check(&small));
    let states = |answer: &core_check::Answer| {
        let programs = answer.programs.iter().map(|one| one.state);
        let externs = answer.externs.iter().map(|one| one.state);
        let maps = answer.maps.iter().map(|one| one.state);
        (
            answer.state,
            programs.chain(externs).chain(maps).collect::<Vec<_>>(),
        )
    };
    let same = states(&whole) == states(&part);
    if !same {
        println!(
            "{} on {}: {:?}, with minimal BTF {:?}",
            object.name,
            kernel.name,
            states(&whole),
            states(&part)
        );
    }
    Ok(same)
}
