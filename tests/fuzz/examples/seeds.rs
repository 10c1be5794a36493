//! `seeds FOLDER`: seeds that only the engine can write, a folder for each target: packed messages, kept results, links.
//! `fuzz/seeds.sh` calls it.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use btf::TypeId;
use explore::copy_as::CopyForm;
use explore::export::Form;
use explore::questions::{
    ChangesAsMarkdown, Export, FindNames, ListChanges, ListRepeated, ListTypes, ListUses, RowOf,
    ShowChange, ShowType, SourcesAt, UnitsOf, VersionOf, WhyRepeated,
};
use explore::{Address, Explorer, Query, UseKind};
use fuzz_targets::program::{Bytes, Program};
use pipeline::{Job, Options, Worker};
use protocol::explorer::{AnyQuestion, TypeMetadata};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).ok_or("usage: seeds FOLDER")?;
    let folder = PathBuf::from(folder);
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sample");
    messages(&folder, &fs::read(sample.join("sample.pahole-1.32.btf"))?)?;
    stored(&folder, &fs::read(sample.join("sample.elf"))?)?;
    inline_sites(&folder)?;
    programs(&folder)?;
    relocations(&folder)?;
    links(&folder)
}

fn keep(folder: &Path, target: &str, number: usize, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    let folder = folder.join(target);
    fs::create_dir_all(&folder)?;
    Ok(fs::write(folder.join(format!("engine-{number}")), bytes)?)
}

fn messages(folder: &Path, types: &[u8]) -> Result<(), Box<dyn Error>> {
    let explorer = Explorer::new(btf::parse(types, None)?, None);
    let mut questions: Vec<AnyQuestion> = vec![
        ChangesAsMarkdown.into(),
        ListRepeated.into(),
        SourcesAt("kernel".to_owned()).into(),
        VersionOf("struct item".to_owned()).into(),
        Export::Types(Query::default(), Form::Csv).into(),
        Export::Changes.into(),
    ];
    let (from, count) = (0, 20);
    let (filter, query) = (Default::default(), Query::default());
    questions.push(
        ListChanges {
            filter,
            from,
            count,
        }
        .into(),
    );
    questions.push(ListTypes { query, from, count }.into());
    let (text, each) = ("item".to_owned(), 5);
    questions.push(FindNames { text, each }.into());
    for id in (1..explorer.btf().end_id().0).step_by(5).map(TypeId) {
        questions.extend(about(&explorer.address(id)));
    }
    for (number, question) in questions.iter().enumerate() {
        keep(folder, "messages", number, &postcard::to_stdvec(question)?)?;
    }
    Ok(())
}

fn about(address: &Address) -> Vec<AnyQuestion> {
    let of = || address.clone();
    let (unfolded, query) = (Default::default(), Query::default());
    let uses = ListUses {
        of: of(),
        kind: UseKind::Member,
        text: String::new(),
        count: 10,
    };
    vec![
        ShowType { of: of(), unfolded }.into(),
        ShowChange(of()).into(),
        WhyRepeated(of()).into(),
        UnitsOf(of()).into(),
        RowOf { query, of: of() }.into(),
        uses.into(),
        Export::Picture(of()).into(),
        Export::CopyAs(of(), CopyForm::Rust).into(),
    ]
}

/// The shards of the sample, its plan, and where its types come from.
fn stored(folder: &Path, file: &[u8]) -> Result<(), Box<dyn Error>> {
    let options = Options {
        shard_bytes: 1,
        ..Options::default()
    };
    let plan = pipeline::plan(file, &options)?;
    let mut number = 0;
    let mut next = |bytes: &[u8]| {
        number += 1;
        keep(folder, "stored", number, bytes)
    };
    next(&postcard::to_stdvec(&plan)?)?;
    let mut worker = Worker::new(file, &plan)?;
    let mut job: Job<()> = Job::new(&plan);
    let mut merge = pipeline::Merge::new(file, &plan)?;
    while let Some(task) = job.next_task() {
        let packed = worker.encode(&plan, &task, &mut |_| {})?.pack();
        next(&packed)?;
        merge.add(pipeline::ShardOutput::unpack(&packed)?)?;
    }
    let outcome = merge.finish(file, &plan, &mut |_| {})?;
    next(&postcard::to_stdvec(&outcome.provenance)?)?;
    let metadata = TypeMetadata {
        build: "1".to_owned(),
        skipped: outcome.skipped_functions,
        kfuncs: outcome.kfuncs,
        provenance: outcome.provenance,
    };
    next(&postcard::to_stdvec(&metadata)?)
}

/// Types and inline sites of a program, as a base and split BTF on it.
fn inline_sites(folder: &Path) -> Result<(), Box<dyn Error>> {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("../inline");
    let mut options = Options::default();
    options.features.inline = true;
    for (number, name) in ["gcc.o", "clang.o"].into_iter().enumerate() {
        let file = fs::read(files.join(name))?;
        let plan = pipeline::plan(&file, &options)?;
        let mut worker = Worker::new(&file, &plan)?;
        let mut job: Job<()> = Job::new(&plan);
        let mut merge = pipeline::Merge::new(&file, &plan)?;
        while let Some(task) = job.next_task() {
            merge.add(worker.encode(&plan, &task, &mut |_| {})?)?;
        }
        let outcome = merge.finish(&file, &plan, &mut |_| {})?;
        let Some(inline) = outcome.inline else {
            continue;
        };
        let length = (outcome.bytes.len() as u32).to_le_bytes();
        let two = [length.as_slice(), &outcome.bytes, &inline].concat();
        for target in ["split", "unchecked"] {
            keep(folder, target, 100 + number, &two)?;
        }
    }
    Ok(())
}

/// DWARF of random programs, as ELF files: `program` itself has only the choices of which they are made.
fn programs(folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut random = 7_u32;
    for number in 0..40 {
        let choices: Vec<u8> = (0..400)
            .map(|_| {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (random >> 24) as u8
            })
            .collect();
        let program = Program::make(&mut Bytes::new(&choices));
        let file = fuzz_targets::program::write(&program);
        if file.len() <= 16 << 10 {
            for target in ["encode", "encode_all", "sharing"] {
                keep(folder, target, 200 + number, &file)?;
            }
        }
    }
    Ok(())
}

/// Object files in which each section has one relocation: of every machine those of its types that can be applied.
fn relocations(folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut number = 0;
    for machine in 1..=300_u16 {
        for is_64 in [true, false] {
            let file = |types: &[u32]| object_file(machine, is_64, types);
            let applied = |r_type: &u32| -> bool {
                let Ok(bytes) = file(&[*r_type]) else {
                    return false;
                };
                let Ok(read) = elf::Elf::parse(bytes.as_slice()) else {
                    return false;
                };
                let mut relocated = read.sections.iter().filter(|section| section.relocated);
                relocated.any(|section| read.read_section(bytes.as_slice(), section).is_ok())
            };
            let types: Vec<u32> = (1..=255).chain(256..320).filter(applied).collect();
            if !types.is_empty() {
                number += 1;
                keep(folder, "elf", number, &file(&types)?)?;
            }
        }
    }
    Ok(())
}

/// A file of this machine with a section for each of these relocations.
fn object_file(machine: u16, is_64: bool, types: &[u32]) -> Result<Vec<u8>, Box<dyn Error>> {
    use object::write::{Object, Relocation, Symbol, SymbolSection};
    use object::{
        Architecture, BinaryFormat, Endianness, SectionKind, SymbolFlags, SymbolKind, SymbolScope,
    };
    let architecture = match is_64 {
        true => Architecture::X86_64,
        false => Architecture::I386,
    };
    let mut object = Object::new(BinaryFormat::Elf, architecture, Endianness::Little);
    for (place, r_type) in types.iter().enumerate() {
        let name = format!(".debug_{place}").into_bytes();
        let section = object.add_section(Vec::new(), name, SectionKind::Debug);
        object.append_section_data(section, &[0x80, 0x80, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], 1);
        let symbol = object.add_symbol(Symbol {
            name: Vec::new(),
            value: 5,
            size: 0,
            kind: SymbolKind::Data,
            scope: SymbolScope::Compilation,
            weak: false,
            section: SymbolSection::Section(section),
            flags: SymbolFlags::None,
        });
        let flags = object::RelocationFlags::Elf {
            r_type: object::elf::RelocationType(*r_type),
        };
        object.add_relocation(
            section,
            Relocation {
                offset: 0,
                symbol,
                addend: if is_64 { 3 } else { 0 },
                flags,
            },
        )?;
    }
    let mut bytes = object.write()?;
    if let Some(place) = bytes.get_mut(18..20) {
        place.copy_from_slice(&machine.to_le_bytes());
    }
    Ok(bytes)
}

fn links(folder: &Path) -> Result<(), Box<dyn Error>> {
    for (number, scenario) in lab::scenario::all().iter().enumerate() {
        keep(
            folder,
            "links",
            2 * number,
            scenario.setup.to_link().as_bytes(),
        )?;
        keep(
            folder,
            "links",
            2 * number + 1,
            scenario.setup.to_file().as_bytes(),
        )?;
    }
    let packed = lab::pack("# A lesson\n\nSome text.\n");
    keep(folder, "links", 1000, packed.as_bytes())
}
