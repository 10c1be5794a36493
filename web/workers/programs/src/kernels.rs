//! Kernels as the page gives them: files that are read by ranges.

use btf::Btf;
use budget::Budget;
use core_check::{Config, Kernel, SymbolNames, module_name};
use elf::{Elf, ReadAt};
use js_sys::{Array, Uint8Array};
use pipeline::Identity;
use protocol::codec::Bytes;
use protocol::files::GivenFile;
use protocol::programs::{KernelCopy, KernelFiles, ModuleFile};
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

/// The bytes of what was read.
pub struct ReadTypes {
    /// Raw BTF of the kernel.
    kernel: Vec<u8>,
    /// Names of modules, and raw split BTF.
    modules: Vec<(String, Vec<u8>)>,
}

impl Held {
    /// Reads the types of a kernel and its modules; their bytes are returned if they are to be `copied`. Sentences about modules
    /// that are left out go to `remarks`.
    pub fn read(
        files: KernelFiles,
        budget: Budget,
        copied: bool,
        remarks: &mut Vec<String>,
    ) -> Result<(Held, Option<ReadTypes>), String> {
        let source = FileSource::new(&files.types)?;
        let Types {
            bytes,
            btf,
            identity,
        } = types(&source, None, budget)?;
        let mut read = copied.then(|| ReadTypes {
            kernel: bytes,
            modules: Vec::new(),
        });
        let is_elf = identity.is_some();
        let release = identity.and_then(|identity| identity.release);
        let name = release.as_ref().unwrap_or(&files.called);
        let mut kernel = Kernel::within(name, Arc::new(btf), budget);
        let base = Arc::clone(&kernel.types().btf);
        for module in files.modules {
            let found = FileSource::new(&module.types)
                .and_then(|source| types(&source, Some(Arc::clone(&base)), budget));
            match found {
                Ok(Types { bytes, btf, .. }) => {
                    kernel.add_module_within(&module_name(&module.name), Arc::new(btf), budget);
                    if let Some(read) = &mut read {
                        read.modules.push((module.name, bytes));
                    }
                }
                Err(cause) => remarks.push(format!("{} was left out: {cause}.", module.name)),
            }
        }
        if let Some(config) = &files.config {
            kernel.config = Some(Config::parse(&String::from_utf8_lossy(&whole(config)?)));
        }
        if let Some(Bytes(names)) = &files.names {
            let names = postcard::from_bytes(&names.to_vec());
            kernel.symbols = Some(names.map_err(|error| error.to_string())?);
        }
        let symbols = match files.symbols {
            Some(text) => Some(Symbols::Text(text, is_elf.then_some(files.types))),
            None => is_elf.then_some(Symbols::Elf(files.types)),
        };
        Ok((Held { kernel, symbols }, read))
    }

    /// What was read, apart from the files, which are not read any more.
    pub fn copy(&mut self, read: ReadTypes) -> Result<Option<KernelCopy>, String> {
        self.read_symbols();
        let names = self.kernel.symbols.as_ref().map(postcard::to_stdvec);
        let names = names.transpose().map_err(|error| error.to_string())?;
        let modules = read.modules.into_iter().map(|(name, bytes)| {
            let types = blob(&bytes)?;
            Some(ModuleFile { name, types })
        });
        let (Some(types), Some(modules)) = (blob(&read.kernel), modules.collect()) else {
            // The browser has no room; the files stay.
            return Ok(None);
        };
        Ok(Some(KernelCopy {
            called: self.kernel.name.clone(),
            types,
            modules,
            names: names.map(|names| Bytes(Uint8Array::from(names.as_slice()))),
        }))
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

fn blob(bytes: &[u8]) -> Option<Blob> {
    Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes))).ok()
}

/// The types in a file.
struct Types {
    /// Raw BTF.
    bytes: Vec<u8>,
    btf: Btf,
    /// What an ELF file says of itself.
    identity: Option<Identity>,
}

/// Reads the types in a file.
fn types(source: &FileSource, base: Option<Arc<Btf>>, budget: Budget) -> Result<Types, String> {
    let mut magic = [0; 4];
    let is_elf = source.len() >= 4 && source.read_at(0, &mut magic).is_ok() && magic == *b"\x7fELF";
    let (bytes, identity) = match is_elf {
        false => (source.read_btf().map_err(|failure| failure.cause)?, None),
        true => {
            let elf = Elf::parse(source).map_err(|error| error.to_string())?;
            let section = elf.section(".BTF").ok_or(
                "the file has no .BTF; open it in this page, which makes BTF of its DWARF, and check on the result",
            )?;
            let bytes = elf
                .read_section_unrelocated(source, section)
                .map_err(|error| error.to_string())?;
            (bytes, Some(Identity::read(&elf, source)))
        }
    };
    let btf = btf::parse(&bytes, base).map_err(|error| error.to_string())?;
    btf.check_references().map_err(|error| error.to_string())?;
    explore::check_names(&btf, budget).map_err(|error| error.to_string())?;
    Ok(Types {
        bytes,
        btf,
        identity,
    })
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
