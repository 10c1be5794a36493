//! Kernels as the page gives them: files that are read by ranges.

use btf::Btf;
use budget::Budget;
use core_check::{Config, Kernel, SymbolNames, module_name};
use elf::{Elf, ReadAt};
use pipeline::Identity;
use protocol::files::GivenFile;
use protocol::programs::KernelFiles;
use std::sync::Arc;
use web_sys::Blob;
use workers::source::FileSource;

/// A kernel, and what answers about its symbols once that is asked for.
pub struct Held {
    /// The kernel.
    pub kernel: Kernel,
    symbols: Option<Symbols>,
}

/// Where the names of symbols are. Most objects ask for none, and a kernel has hundreds of thousands.
enum Symbols {
    /// `System.map` or `kallsyms`, and the kernel's file, which tells of kfuncs.
    Text(GivenFile, Option<Blob>),
    /// The symbol table of the kernel's file.
    Elf(Blob),
}

impl Held {
    /// Reads the types of a kernel and its modules. Sentences about modules that are left out go to `remarks`.
    pub fn read(
        files: KernelFiles,
        budget: Budget,
        remarks: &mut Vec<String>,
    ) -> Result<Held, String> {
        let source = FileSource::new(&files.types)?;
        let (btf, identity) = types(&source, None, budget)?;
        let is_elf = identity.is_some();
        let release = identity.and_then(|identity| identity.release);
        let name = release.as_ref().unwrap_or(&files.called);
        let mut kernel = Kernel::within(name, Arc::new(btf), budget);
        let base = Arc::clone(&kernel.types().btf);
        for module in &files.modules {
            let read = FileSource::new(&module.types)
                .and_then(|source| types(&source, Some(Arc::clone(&base)), budget));
            match read {
                Ok((btf, _)) => {
                    kernel.add_module_within(&module_name(&module.name), Arc::new(btf), budget);
                }
                Err(cause) => remarks.push(format!("{} was left out: {cause}.", module.name)),
            }
        }
        if let Some(config) = &files.config {
            kernel.config = Some(Config::parse(&String::from_utf8_lossy(&whole(config)?)));
        }
        Ok(Held {
            kernel,
            symbols: match files.symbols {
                Some(text) => Some(Symbols::Text(text, is_elf.then_some(files.types))),
                None => is_elf.then_some(Symbols::Elf(files.types)),
            },
        })
    }

    /// Reads the names of symbols, unless that was done. Without them answers say that they are not known.
    pub fn read_symbols(&mut self) {
        let of_file = |file: &Blob| {
            let source = FileSource::new(file).ok();
            source.and_then(|source| SymbolNames::of_elf(&source))
        };
        self.kernel.symbols = match self.symbols.take() {
            Some(Symbols::Text(text, file)) => whole(&text).ok().map(|text| {
                SymbolNames::parse(&text).with_kfuncs_of(file.as_ref().and_then(of_file))
            }),
            Some(Symbols::Elf(file)) => of_file(&file),
            None => return,
        };
    }
}

/// Whether a file is an ELF file with `.BTF` and not for BPF.
pub fn is_kernel(given: &GivenFile) -> bool {
    let Ok(source) = FileSource::new(&given.file) else {
        return false;
    };
    let elf = Elf::parse(&source);
    elf.is_ok_and(|elf| elf.machine != BPF && elf.machine != 0 && elf.section(".BTF").is_some())
}

/// `EM_BPF`.
const BPF: u16 = 247;

/// The types in a file, and what an ELF file says of itself.
fn types(
    source: &FileSource,
    base: Option<Arc<Btf>>,
    budget: Budget,
) -> Result<(Btf, Option<Identity>), String> {
    let mut magic = [0; 4];
    let is_elf = source.len() >= 4 && source.read_at(0, &mut magic).is_ok() && magic == *b"\x7fELF";
    let (btf, identity) = match is_elf {
        false => {
            let bytes = source.read_btf().map_err(|failure| failure.cause)?;
            (parse(&bytes, base)?, None)
        }
        true => {
            let elf = Elf::parse(source).map_err(|error| error.to_string())?;
            let section = elf.section(".BTF").ok_or(
                "the file has no .BTF; open it in this page, which makes BTF of its DWARF, and check on the result",
            )?;
            let bytes = elf
                .read_section_unrelocated(source, section)
                .map_err(|error| error.to_string())?;
            let identity = Identity::read(&elf, source);
            (parse(&bytes, base)?, Some(identity))
        }
    };
    btf.check_references().map_err(|error| error.to_string())?;
    explore::check_names(&btf, budget).map_err(|error| error.to_string())?;
    Ok((btf, identity))
}

fn parse(bytes: &[u8], base: Option<Arc<Btf>>) -> Result<Btf, String> {
    btf::parse(bytes, base).map_err(|error| error.to_string())
}

/// The most bytes of a text that is read.
const LARGEST_TEXT: u64 = 64 << 20;

fn whole(given: &GivenFile) -> Result<Vec<u8>, String> {
    let source = FileSource::new(&given.file)?;
    if source.len() > LARGEST_TEXT {
        return Err(format!("{} is larger than any such text", given.path));
    }
    let mut bytes = vec![0; source.len() as usize];
    let read = source.read_at(0, &mut bytes);
    read.map_err(|error| error.to_string())?;
    Ok(bytes)
}
