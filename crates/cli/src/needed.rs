//! Files with what objects need of kernels: minimal BTF, and a C header.

use crate::failure::Failure;
use crate::output::{Output, commit};
use btf::{Btf, WriteOptions};
use core_check::{Keep, Kernel, MinimalError, Object, header, minimal, minimal_split};
use std::path::Path;

/// Writes for each kernel the BTF that the objects need, to `KERNEL.btf` in a directory.
pub fn write_minimal(
    folder: &Path,
    objects: &[Object],
    kernels: &[Kernel],
    keep: Keep,
) -> Result<(), Failure> {
    make(folder)?;
    for kernel in kernels {
        let small = minimal(objects, kernel, keep).map_err(|error| of(folder, kernel, &error))?;
        write(&folder.join(format!("{}.btf", file_name(kernel))), &small)?;
    }
    Ok(())
}

/// Writes the same as a directory for each kernel: `KERNEL/vmlinux`, and a file for each module, as in `/sys/kernel/btf`.
pub fn write_minimal_split(
    folder: &Path,
    objects: &[Object],
    kernels: &[Kernel],
    keep: Keep,
) -> Result<(), Failure> {
    for kernel in kernels {
        let small = minimal_split(objects, kernel, keep);
        let small = small.map_err(|error| of(folder, kernel, &error))?;
        let own = folder.join(file_name(kernel));
        make(&own)?;
        write(&own.join("vmlinux"), &small.kernel)?;
        for (name, btf) in &small.modules {
            write(&own.join(name), btf)?;
        }
    }
    Ok(())
}

/// Writes a header with what the objects need of all kernels.
pub fn write_header(path: &Path, objects: &[Object], kernels: &[Kernel]) -> Result<(), Failure> {
    let output = Output::check(path, &[])?;
    let objects: Vec<&Object> = objects.iter().collect();
    let kernels: Vec<&Kernel> = kernels.iter().collect();
    let text = header(&objects, &kernels).map_err(|error| Failure::of(path, error))?;
    commit(vec![output.write_bytes(text.as_bytes())?], [])
}

fn make(folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| Failure::unwritten(folder, &error))
}

fn write(path: &Path, btf: &Btf) -> Result<(), Failure> {
    let bytes = btf.to_bytes(WriteOptions::default());
    let bytes = bytes.map_err(|error| Failure::of(path, error))?;
    let output = Output::check(path, &[])?;
    commit(vec![output.write_bytes(&bytes)?], [])
}

fn of(folder: &Path, kernel: &Kernel, error: &MinimalError) -> Failure {
    Failure::of(folder, format!("{}: {error}", kernel.name))
}

/// The name of a kernel as that of a file.
fn file_name(kernel: &Kernel) -> String {
    kernel.name.replace(['/', '\\'], "_")
}
