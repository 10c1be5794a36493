//! Files with companions, from a folder.

use crate::FileSource;
use elf::ReadAt;
use pipeline::{
    Companion, Companions, Error, Job, Merge, NotOpened, Options, Outcome, ShardOutput, Worker,
};
use std::path::{Path, PathBuf};

/// Companions that lie in one folder under the names that the file has of them; of a package, under
/// the name given here.
#[derive(Clone, Debug)]
pub struct Folder {
    /// The folder.
    pub path: PathBuf,
    /// The package's name.
    pub package: Option<String>,
}

impl Folder {
    /// Without a package.
    #[must_use]
    pub fn new(path: &Path) -> Folder {
        Folder {
            path: path.to_owned(),
            package: None,
        }
    }

    /// With a package.
    #[must_use]
    pub fn with_package(path: &Path, name: &str) -> Folder {
        Folder {
            package: Some(name.to_owned()),
            ..Folder::new(path)
        }
    }
}

impl Companions for Folder {
    fn open(&self, companion: &Companion) -> Result<Box<dyn ReadAt + '_>, NotOpened> {
        let missing = |name: &str| NotOpened::Missing {
            name: name.to_owned(),
            looked: "not in the folder".to_owned(),
            advice: "put it there",
        };
        let name = match companion {
            Companion::Package => self.package.as_deref().ok_or_else(|| missing("package"))?,
            other => other.file_name(),
        };
        let path = self.path.join(name);
        if !path.is_file() {
            return Err(missing(name));
        }
        Ok(Box::new(FileSource::open(&path)))
    }
}

/// Encodes a file with its companions. Workers take turns: `workers` of them, shard by shard, and what
/// they give is taken from back to front where `backwards`.
///
/// # Errors
///
/// As the pipeline says.
pub fn encode_in_turns(
    source: &[u8],
    companions: &dyn Companions,
    options: &Options,
    workers: usize,
    backwards: bool,
) -> Result<Outcome, Error> {
    let plan = pipeline::plan_with(source, options, companions)?;
    let mut merge = Merge::new(source, &plan)?;
    let mut pool = Vec::new();
    for _ in 0..workers.max(1) {
        pool.push(Worker::with_companions(source, &plan, companions)?);
    }
    let mut job: Job<Vec<u8>> = Job::new(&plan);
    let mut done = Vec::new();
    while let Some(task) = job.next_task() {
        let turn = done.len() % pool.len();
        let output = pool[turn].encode(&plan, &task, &mut |_| {})?;
        done.push((task.id, output.pack()));
    }
    if backwards {
        done.reverse();
    }
    for (id, packed) in done {
        job.finished(id, packed);
        while let Some(packed) = job.take_ready() {
            merge.add(ShardOutput::unpack(&packed)?)?;
        }
    }
    merge.finish(source, &plan, &mut |_| {})
}
