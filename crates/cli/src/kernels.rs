//! Kernels to check objects against: a file each, or a directory with a kernel, its modules, and what lies beside.

use crate::allowed;
use crate::failure::{Failure, one_line, say};
use crate::file::Source;
use crate::input;
use core_check::{Config, FileRole, Kernel, SymbolNames, module_name, natural, role_of};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Reads kernels. Their symbols are read only if they are asked for.
pub fn read_all(paths: &[PathBuf], symbols: bool) -> Result<Vec<Kernel>, Failure> {
    let mut kernels: Vec<Kernel> = Vec::new();
    for path in paths {
        let mut kernel = match path.is_dir() {
            true => of_directory(path, symbols)?,
            false => of_file(path, symbols)?,
        };
        // Columns are told apart by name.
        if kernels.iter().any(|known| known.name == kernel.name) {
            kernel.name = one_line(&path.to_string_lossy());
        }
        kernels.push(kernel);
    }
    Ok(kernels)
}

fn of_file(path: &Path, symbols: bool) -> Result<Kernel, Failure> {
    let btf = input::named(path, input::checked_btf(path, None)?)?;
    let release = input::release(path);
    let name = release.clone().unwrap_or_else(|| {
        let name = path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy();
        one_line(name.strip_suffix(".btf").unwrap_or(&name))
    });
    let mut kernel = Kernel::within(&name, Arc::new(btf), allowed::budget());
    if symbols {
        kernel.symbols = Source::open(path)
            .ok()
            .and_then(|source| SymbolNames::of_elf(&source));
    }
    Ok(kernel)
}

/// A directory: the file whose name begins with `vmlinux` is the kernel, others with BTF are its modules.
fn of_directory(folder: &Path, symbols: bool) -> Result<Kernel, Failure> {
    let mut files = Vec::new();
    list(folder, &mut files, 0)?;
    files.sort_by_cached_key(|path| natural(&path.to_string_lossy()));
    let files: Vec<(FileRole, PathBuf)> = files
        .into_iter()
        .filter_map(|path| Some((role(&path)?, path)))
        .collect();
    let first = |wanted: FileRole| {
        let mut found = files.iter().filter(|(role, _)| *role == wanted);
        found.next().map(|(_, path)| path)
    };
    let Some(vmlinux) = first(FileRole::Kernel) else {
        return Err(Failure::of(
            folder,
            "this directory has no file whose name begins with vmlinux; name the kernel's file",
        ));
    };
    let mut kernel = of_file(vmlinux, symbols)?;
    if input::release(vmlinux).is_none() && kernel.release.is_none() {
        let name = folder.file_name().unwrap_or(folder.as_os_str());
        kernel.name = one_line(&name.to_string_lossy());
        kernel.release = core_check::Release::of(&kernel.name);
    }
    let base = Arc::clone(&kernel.types().btf);
    let modules = files.iter().filter(|(role, _)| *role == FileRole::Module);
    for (_, path) in modules {
        match input::checked_btf(path, Some(&base)) {
            Ok(btf) => {
                let name = path.file_name().unwrap_or(path.as_os_str());
                let name = one_line(&module_name(&name.to_string_lossy()));
                kernel.add_module_within(&name, Arc::new(btf), allowed::budget());
            }
            Err(failure) => say(&format!("warning: module left out: {}", failure.message())),
        }
    }
    if let Some(path) = first(FileRole::Symbols).filter(|_| symbols) {
        let text = std::fs::read(path).map_err(|error| Failure::of(path, error))?;
        let of_file = kernel.symbols.take();
        kernel.symbols = Some(SymbolNames::parse(&text).with_kfuncs_of(of_file));
    }
    if let Some(path) = first(FileRole::Config) {
        let text = std::fs::read_to_string(path).map_err(|error| Failure::of(path, error))?;
        kernel.config = Some(Config::parse(&text));
    }
    Ok(kernel)
}

/// How deep directories of modules are: `kernel/drivers/net/ethernet/…`.
const DEPTH: usize = 12;

fn list(folder: &Path, files: &mut Vec<PathBuf>, depth: usize) -> Result<(), Failure> {
    let entries = std::fs::read_dir(folder).map_err(|error| Failure::of(folder, error))?;
    for entry in entries {
        let entry = entry.map_err(|error| Failure::of(folder, error))?;
        let kind = entry
            .file_type()
            .map_err(|error| Failure::of(folder, error))?;
        if kind.is_dir() && depth < DEPTH {
            list(&entry.path(), files, depth + 1)?;
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// What a file of the directory is to the kernel.
fn role(path: &Path) -> Option<FileRole> {
    let mut head = [0u8; 2];
    let read = std::fs::File::open(path)
        .and_then(|mut file| std::io::Read::read_exact(&mut file, &mut head));
    let head = if read.is_ok() { &head[..] } else { &[] };
    role_of(&path.to_string_lossy(), head)
}
