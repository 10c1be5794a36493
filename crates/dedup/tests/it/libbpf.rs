//! What libbpf 1.8 makes of type graphs: a case for each rule of dedup, written down with its result, and
//! random programs, of whose results a digest is written down. `live` asks libbpf itself.

mod live;
pub mod programs;

use crate::common::spelled;
use btf::{Btf, StringOffset, StringTable, names_mut};
use dedup::{Options, dedup};
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;

/// Every rule as libbpf has it, its fault with arrays too.
const AS_LIBBPF: Options = Options::new().trust_array_lengths(true);

const CASES: &str = "libbpf_cases.txt";
const DIGESTS: &str = "libbpf_digests.txt";

fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

/// A graph, and what becomes of it.
struct Case {
    /// Its lines up to the result.
    text: String,
    name: String,
    input: Btf,
    expected: String,
}

fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(data(CASES)).unwrap();
    let mut cases = Vec::new();
    for part in text.split("\n== ").skip(1) {
        let (text, expected) = part
            .split_once("\n-- becomes\n")
            .unwrap_or_else(|| panic!("no result in {part:?}"));
        let (name, rest) = text.split_once('\n').unwrap();
        let lines: Vec<&str> = rest.lines().filter(|line| !line.starts_with('#')).collect();
        let graph = lines.join("\n");
        let (base, own) = match graph.split_once("-- on\n") {
            Some((own, base)) => (Some(base), own),
            None => (None, graph.as_str()),
        };
        let mut input = Btf::new();
        if let Some(base) = base {
            crate::graph::add(&mut input, base);
            input.index_strings();
            input = Btf::split(Arc::new(input));
        }
        crate::graph::add(&mut input, own);
        cases.push(Case {
            text: text.to_owned(),
            name: name.to_owned(),
            input,
            expected: expected.trim_end().to_owned(),
        });
    }
    cases
}

/// Types and strings as text.
fn said(btf: &Btf) -> String {
    let mut text = crate::graph::lines(btf);
    let strings = btf.strings().iter().map(|(_, string)| string);
    let named: Vec<_> = strings
        .filter(|string| !string.is_empty())
        .map(String::from_utf8_lossy)
        .collect();
    let _ = write!(text, "strings: {}", named.join(" "));
    text.trim_end().to_owned()
}

/// The same types with a string of its own for each mention of a name.
fn scattered(btf: &Btf) -> Btf {
    let mut out = btf
        .base()
        .map_or_else(Btf::new, |base| Btf::split(Arc::clone(base)));
    let start = btf.strings().start();
    let mut strings = match btf.base() {
        Some(_) => Vec::new(),
        None => vec![0],
    };
    for (_, ty) in btf.types() {
        let mut words = ty.words().to_vec();
        for offset in names_mut(&mut words) {
            if *offset != 0 {
                let name = btf.string(StringOffset(*offset)).unwrap();
                *offset = start + strings.len() as u32;
                strings.extend(name);
                strings.push(0);
            }
        }
        out.push(&words).unwrap();
    }
    out.set_strings(StringTable::from_bytes(start, strings));
    out
}

#[test]
fn every_rule_is_as_libbpf_has_it() {
    let cases = cases();
    assert!(cases.len() > 60, "{}", cases.len());
    for case in cases {
        let once = scattered(&case.input);
        for (input, force_collisions) in [(&case.input, false), (&case.input, true), (&once, false)]
        {
            let options = Options::default()
                .trust_array_lengths(case.name.ends_with("(fault)"))
                .force_collisions(force_collisions)
                .colour_first(force_collisions);
            let found = match dedup(input.clone(), &options) {
                Ok(deduped) => said(&deduped.btf),
                Err(error) => format!("error: {error}"),
            };
            // libbpf has a number for an error.
            let same = match case.expected.starts_with("error") {
                true => found.starts_with("error"),
                false => found == case.expected,
            };
            assert!(
                same,
                "{}\nbecomes\n{found}\ninstead of\n{}",
                case.text, case.expected
            );
        }
    }
}

/// FNV-1a over types and strings.
fn digest(of: u64, result: &Result<Btf, i32>) -> u64 {
    let mut value = of;
    let mut add = |bytes: &[u8]| {
        for &byte in bytes {
            value = (value ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    };
    match result {
        Ok(btf) => {
            for (words, names) in spelled(btf) {
                words.iter().for_each(|word| add(&word.to_le_bytes()));
                names.iter().for_each(|name| add(name.as_bytes()));
            }
            add(btf.strings().as_bytes());
        }
        Err(_) => add(b"error"),
    }
    value
}

const BLOCK: u64 = 256;
const BLOCKS: u64 = 8;

/// The inputs of a block of seeds.
fn block(make: fn(u64) -> Btf, number: u64) -> Vec<Btf> {
    (number * BLOCK..(number + 1) * BLOCK).map(make).collect()
}

fn ours(inputs: &[Btf], options: &Options) -> Vec<Result<Btf, i32>> {
    let results = inputs.iter().map(|input| dedup(input.clone(), options));
    results
        .map(|result| result.map(|deduped| deduped.btf).map_err(|_| -22))
        .collect()
}

#[test]
fn random_programs_come_out_as_from_libbpf() {
    let mut digests = String::new();
    let mut arrays = 0;
    for (name, make) in programs::WAYS {
        for number in 0..BLOCKS {
            let inputs = block(make, number);
            let as_libbpf = ours(&inputs, &AS_LIBBPF);
            let of = as_libbpf.iter().fold(0, digest);
            let right = ours(&inputs, &Options::default());
            let coloured = ours(&inputs, &Options::default().colour_first(true));
            for (coloured, right) in coloured.iter().zip(&right) {
                assert_eq!(digest(0, coloured), digest(0, right), "{name} {number}");
            }
            arrays += right
                .iter()
                .zip(&as_libbpf)
                .filter(|(right, fault)| digest(0, right) != digest(0, fault))
                .count();
            let _ = writeln!(digests, "{name} {number}: {of:016x}");
        }
    }
    // The one fault of libbpf that we do not follow unless asked to.
    let _ = writeln!(digests, "programs with arrays taken for others: {arrays}");
    assert_eq!(std::fs::read_to_string(data(DIGESTS)).unwrap(), digests);
}
