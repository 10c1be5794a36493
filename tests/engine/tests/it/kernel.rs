//! A distribution's kernel against what pahole 1.32 makes of it.
//!
//! The oracle beside it came from Debian's `linux-image-6.1.0-47-cloud-amd64-dbg` 6.1.170-3 by
//!
//! ```text
//! pahole -J -j1 --lang_exclude=rust --btf_encode_detached=OUT vmlinux \
//!   --btf_features=encode_force,var,float,enum64,decl_tag,type_tag,optimized_func,consistent_func,decl_tag_kfuncs
//! ```
//!
//! and the list of functions that it leaves out from the same run with `-V`: name and finding, parted by a
//! tab, a line for each finding.

use btf::compare::{Comparison, compare};
use btf::verify::{Subject, verify_all, verify_as};
use btf::{Btf, Kind};
use engine_tests::{FileSource, Workshop, encode_shards, encode_with, read_test_file, test_file};
use flate2::read::GzDecoder;
use pipeline::{Options, Outcome};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::PathBuf;
use std::sync::OnceLock;

const ORACLE: &str = "oracle/vmlinux-6.1.0-47-cloud-amd64.pahole-1.32.btf.gz";
const SKIPPED: &str = "oracle/vmlinux-6.1.0-47-cloud-amd64.pahole-1.32.skipped-functions.txt";

fn path() -> PathBuf {
    let path = std::env::var_os("BTFSCOPE_KERNEL");
    PathBuf::from(path.expect("BTFSCOPE_KERNEL names the kernel; cargo xtask test sets it"))
}

fn kernel() -> FileSource {
    FileSource::open(&path())
}

fn shards_of(mebibytes: u64) -> Options {
    Options {
        shard_bytes: mebibytes << 20,
        ..Options::default()
    }
}

fn cut_for(workers: u32) -> Options {
    Options {
        workers,
        ..Options::default()
    }
}

/// The result, made once for all tests here.
fn found() -> &'static Outcome {
    static FOUND: OnceLock<Outcome> = OnceLock::new();
    FOUND.get_or_init(|| encode_with(&kernel(), &shards_of(8)).unwrap())
}

fn oracle() -> Btf {
    let packed = std::fs::File::open(test_file(ORACLE)).unwrap();
    let mut bytes = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut bytes).unwrap();
    btf::parse(&bytes, None).unwrap()
}

fn count(btf: &Btf) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for (_, ty) in btf.types() {
        *counts.entry(ty.kind().name()).or_insert(0) += 1;
    }
    counts
}

#[test]
#[ignore = "needs the real kernel"]
fn pahole_has_the_same_types() {
    let (found, oracle) = (&found().btf, oracle());
    assert_eq!(oracle.len(), 94_397, "the oracle");
    assert_eq!(count(found), count(&oracle));
    let comparison: Comparison = compare(found, &oracle);
    assert_eq!(comparison.only_in_a, [], "ours");
    assert_eq!(comparison.only_in_b, [], "pahole's");
}

#[test]
#[ignore = "needs the real kernel"]
fn in_the_same_order() {
    let (found, oracle) = (&found().btf, oracle());
    let list = |btf: &Btf| -> Vec<(Kind, String)> {
        btf.types()
            .map(|(id, ty)| (ty.kind(), btf.name(id).into_owned()))
            .collect()
    };
    let (ours, theirs) = (list(found), list(&oracle));
    let first = ours
        .iter()
        .zip(&theirs)
        .position(|(own, other)| own != other);
    assert_eq!(first.map(|at| (at + 1, &ours[at], &theirs[at])), None);
    assert_eq!(ours.len(), theirs.len());
    // Not kinds and names alone: the words refer to the same ids.
    let differing: Vec<String> = found
        .types()
        .zip(oracle.types())
        .filter(|((_, own), (_, other))| {
            own.size_or_type() != other.size_or_type() || own.info() != other.info()
        })
        .map(|((id, _), _)| format!("{id} {}", found.name(id)))
        .collect();
    assert!(differing.is_empty(), "{differing:?}");
}

/// What we call a finding of pahole's; none for those that only tell more about another.
fn reason(finding: &str) -> Option<&'static str> {
    Some(match finding {
        "ambiguous address" => "ambiguous address",
        "optimized parameters" => "optimised parameters",
        "reordered parameters" => "reordered parameters",
        "inconsistet prototype" => "conflicting prototypes",
        _ if finding.starts_with("unexpected register") => "unexpected register",
        _ if finding.contains("mismatch") => return None,
        _ => panic!("a finding without a name: {finding}"),
    })
}

#[test]
#[ignore = "needs the real kernel"]
fn the_same_functions_are_left_out_for_the_same_reasons() {
    let text = String::from_utf8(read_test_file(SKIPPED)).unwrap();
    assert_eq!(text.lines().count(), 935);
    let theirs: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.split('\t').next())
        .collect();
    let ours: BTreeSet<&str> = found()
        .skipped_functions
        .iter()
        .map(|own| own.name.as_str())
        .collect();
    assert_eq!(
        ours.difference(&theirs).collect::<Vec<_>>(),
        Vec::<&&str>::new(),
        "only we leave out"
    );
    assert_eq!(
        theirs.difference(&ours).collect::<Vec<_>>(),
        Vec::<&&str>::new(),
        "only pahole leaves out"
    );
    // Lines on parameters and returns that differ say where prototypes conflict; they come on top.
    for own in &found().skipped_functions {
        let findings = text
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .filter(|(name, _)| *name == own.name)
            .filter_map(|(_, finding)| reason(finding));
        // pahole tells the last of those that apply, we tell all, in the same order.
        let theirs: Vec<&str> = findings.collect();
        let ours: Vec<&str> = own.reasons.last().map(String::as_str).into_iter().collect();
        assert_eq!(ours, theirs, "{} {:?}", own.name, own.reasons);
    }
    let functions = &found().statistics.functions;
    let reasons: Vec<(&str, u64)> = functions
        .reasons
        .iter()
        .map(|reason| (reason.reason.as_str(), reason.count))
        .collect();
    assert_eq!(
        reasons,
        [
            ("optimised parameters", 482),
            ("ambiguous address", 297),
            ("reordered parameters", 45),
            ("conflicting prototypes", 28),
            ("unexpected register", 7),
        ]
    );
    assert_eq!(functions.skipped, 859);
    assert_eq!(functions.kept, count(&oracle())["FUNC"] as u64);
}

#[test]
#[ignore = "needs the real kernel"]
fn counts_before_dedup_and_copies() {
    let outcome = found();
    assert_eq!(outcome.statistics.before.types, 3_409_960);
    let copies: u64 = outcome.copies.iter().map(|&count| u64::from(count)).sum();
    assert_eq!(copies, 3_409_960);
    assert!(
        !outcome.copies.contains(&0),
        "a type that comes from nowhere"
    );
    let units = &outcome.statistics.units;
    assert_eq!(units.failed, []);
    assert_eq!(units.encoded, units.total);
}

#[test]
#[ignore = "needs the real kernel"]
fn the_kernel_would_accept_it() {
    assert_eq!(verify_all(&found().btf), []);
    verify_as(&found().bytes, None, Subject::Kernel).unwrap();
}

#[test]
#[ignore = "needs the real kernel"]
fn how_the_units_are_cut_into_shards_does_not_matter() {
    let source = kernel();
    let mut cuts = vec![pipeline::plan(&source, &shards_of(8)).unwrap().shards];
    for options in [
        shards_of(1),
        shards_of(64),
        cut_for(1),
        cut_for(2),
        cut_for(3),
        cut_for(8),
    ] {
        let plan = pipeline::plan(&source, &options).unwrap();
        assert!(
            !cuts.contains(&plan.shards),
            "cut like another: {options:?}"
        );
        // The last shard comes first.
        let other = encode_shards(&source, &plan, |count| (0..count).rev().collect()).unwrap();
        assert!(other.bytes == found().bytes, "other bytes: {options:?}");
        assert_eq!(other.copies, found().copies, "{options:?}");
        assert_eq!(
            other.skipped_functions,
            found().skipped_functions,
            "{options:?}"
        );
        // Each answer goes over all units, so a few must do.
        let ids = (1..=found().btf.len() as u32).step_by(9_973);
        for id in ids.map(btf::TypeId) {
            assert_eq!(
                other.provenance.units_of(id),
                found().provenance.units_of(id),
                "{options:?}"
            );
        }
        cuts.push(plan.shards);
    }
}

#[test]
#[ignore = "needs the real kernel, readelf, bpftool"]
fn tools_read_the_patched_file_and_nothing_else_changes() {
    let source = kernel();
    let parsed = elf::Elf::parse(&source).unwrap();
    let patched = elf::patch_btf(&parsed, &source, found().bytes.clone()).unwrap();
    let shop = Workshop::new("kernel");
    let mut file = std::fs::File::create(shop.path().join("patched")).unwrap();
    patched
        .splice
        .write_to(&source, &mut |bytes| {
            std::io::Write::write_all(&mut file, bytes).map_err(Trouble::from)
        })
        .unwrap();

    let original = path().to_string_lossy().into_owned();
    // Below the headers readelf names the sections of each segment: there .BTF is .BTF.loaded.
    let segments = |file: &str| -> String {
        let text = shop.run(&format!("readelf -lW {file}"));
        text.split("Section to Segment")
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(segments("patched"), segments(&original));
    assert!(segments("patched").contains("LOAD"));
    let sections = shop.run("readelf -SW patched");
    let before = shop.run(&format!("readelf -SW {original}"));
    assert_eq!(sections.matches(".BTF.loaded").count(), 1, "{sections}");
    let new = sections
        .lines()
        .find(|line| line.contains(" .BTF "))
        .unwrap();
    let fields: Vec<&str> = new.split(']').nth(1).unwrap().split_whitespace().collect();
    assert_eq!(
        (fields[1], fields[2]),
        ("PROGBITS", "0000000000000000"),
        "{new}"
    );
    assert_eq!(
        u64::from_str_radix(fields[4], 16).unwrap(),
        found().bytes.len() as u64,
        "{new}"
    );
    assert!(!new.contains(" A "), "{new}");
    // Every other section is where it was.
    let plain = |text: &str| -> Vec<String> {
        text.lines()
            .filter(|line| line.contains("] ."))
            .filter(|line| !line.contains(" .BTF") && !line.contains(".shstrtab"))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(plain(&sections), plain(&before));

    let dump = shop.run("bpftool btf dump file patched format raw");
    let types = dump.lines().filter(|line| line.starts_with('[')).count();
    assert_eq!(types, found().btf.len());
    assert_eq!(
        dump,
        engine_tests::raw(&found().btf),
        "bpftool prints what we print"
    );
}

/// What can go wrong while writing.
#[derive(Debug)]
struct Trouble(#[allow(dead_code, reason = "shown by a failing test")] String);

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Trouble {
        Trouble(error.to_string())
    }
}

impl From<elf::ReadError> for Trouble {
    fn from(error: elf::ReadError) -> Trouble {
        Trouble(error.to_string())
    }
}
