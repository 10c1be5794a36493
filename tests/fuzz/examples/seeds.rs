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
use pipeline::{Job, Options, Worker};
use protocol::explorer::{AnyQuestion, TypeMetadata};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).ok_or("usage: seeds FOLDER")?;
    let folder = PathBuf::from(folder);
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sample");
    messages(&folder, &fs::read(sample.join("sample.pahole-1.32.btf"))?)?;
    stored(&folder, &fs::read(sample.join("sample.elf"))?)?;
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
