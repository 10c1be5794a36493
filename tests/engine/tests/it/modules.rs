//! Modules of a distribution's kernel, as split BTF, against what pahole 1.32 makes of them, and btf-rs as a
//! reader of what we write.
//!
//! The oracle came from the same package as the kernel's by
//!
//! ```text
//! pahole -J --lang_exclude=rust --btf_base=ORACLE --btf_encode_detached=OUT MODULE.ko \
//!   --btf_features=encode_force,var,float,enum64,decl_tag,type_tag,optimized_func,consistent_func,decl_tag_kfuncs
//! ```

use crate::reader;
use btf::Btf;
use btf::compare::compare;
use engine_tests::{FileSource, encode, raw, test_file};
use flate2::read::GzDecoder;
use pipeline::{Merge, Options, Outcome, Worker};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const KERNEL: &str = "oracle/vmlinux-6.1.0-47-cloud-amd64.pahole-1.32.btf.gz";
const MODULES: [(&str, usize); 5] = [
    ("tcp_bbr", 30),
    ("virtio_net", 169),
    ("nf_conntrack", 635),
    ("nf_tables", 1_292),
    ("xfs", 7_354),
];

fn unpacked(path: &Path) -> Vec<u8> {
    let packed =
        std::fs::File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut bytes = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut bytes).unwrap();
    bytes
}

fn module(name: &str) -> FileSource {
    let folder = std::env::var_os("BTFSCOPE_MODULES");
    let folder =
        folder.expect("BTFSCOPE_MODULES names the modules' folder; cargo xtask test sets it");
    FileSource::open(&PathBuf::from(folder).join(format!("{name}.ko")))
}

fn on(base: &Arc<Btf>, source: &FileSource) -> Outcome {
    let plan = pipeline::plan(source, &Options::default()).unwrap();
    let mut merge = Merge::with_base(source, &plan, Some(base.clone())).unwrap();
    let mut worker = Worker::new(source, &plan).unwrap();
    let mut job: pipeline::Job<Vec<u8>> = pipeline::Job::new(&plan);
    while let Some(task) = job.next_task() {
        merge
            .add(worker.encode(&plan, &task, &mut |_| {}).unwrap())
            .unwrap();
    }
    merge.finish(source, &plan, &mut |_| {}).unwrap()
}

#[test]
#[ignore = "needs the real kernel's modules"]
fn modules_are_the_same_type_by_type_and_btf_rs_reads_them() {
    let base_bytes = unpacked(&test_file(KERNEL));
    let base = Arc::new(btf::parse(&base_bytes, None).unwrap());
    for (name, types) in MODULES {
        let file = format!("oracle/modules/{name}-6.1.0-47-cloud-amd64.pahole-1.32.btf.gz");
        let oracle = btf::parse(&unpacked(&test_file(&file)), Some(base.clone())).unwrap();
        assert_eq!(oracle.len(), types, "{name}: the oracle");
        let found = on(&base, &module(name));
        assert!(compare(&found.btf, &oracle).is_equal(), "{name}");
        let read = reader::types(&found.bytes, Some(&base_bytes)).unwrap();
        assert_eq!(read, types, "{name}: btf-rs");
        let (ours, theirs) = (raw(&found.btf), raw(&oracle));
        let differing = ours
            .lines()
            .zip(theirs.lines())
            .find(|(own, other)| own != other);
        assert_eq!(differing, None, "{name}");
        assert_eq!(ours.lines().count(), theirs.lines().count(), "{name}");
    }
}

#[test]
fn btf_rs_reads_the_sample_and_refuses_half_of_it() {
    let found = encode(&FileSource::open(&test_file("sample/sample.elf"))).unwrap();
    assert_eq!(reader::types(&found.bytes, None).unwrap(), found.btf.len());
    let half = &found.bytes[..found.bytes.len() / 2];
    assert!(reader::types(half, None).is_err());
}
