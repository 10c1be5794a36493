//! What libbpf 1.8 makes of type graphs: a case for each rule of dedup, written down with its result, and
//! random programs, of whose results a digest is written down. Where `BTFSCOPE_LIBBPF` names a libbpf, it is
//! asked whether it still says so; `BTFSCOPE_BLESS=1` then writes down what it says.

pub mod live;
pub mod programs;

use crate::common::spelled;
use btf::{Btf, StringOffset, StringTable, for_each_name};
use dedup::{Options, dedup};
use live::Libbpf;
use std::convert::Infallible;
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;

/// Every rule as libbpf has it, its fault with arrays too.
const AS_LIBBPF: Options = Options {
    force_collisions: false,
    resolve_forwards: true,
    match_forwards: true,
    rebuild_strings: true,
    trust_array_lengths: true,
};

fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

fn blessing() -> bool {
    std::env::var_os("BTFSCOPE_BLESS").is_some()
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
    let text = std::fs::read_to_string(data("libbpf_cases.txt")).unwrap();
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
        let renamed: Result<(), Infallible> = for_each_name(&mut words, |offset| {
            if *offset != 0 {
                let name = btf.string(StringOffset(*offset)).unwrap();
                *offset = start + strings.len() as u32;
                strings.extend(name);
                strings.push(0);
            }
            Ok(())
        });
        renamed.unwrap();
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
            let options = Options {
                trust_array_lengths: case.name.ends_with("(fault)"),
                force_collisions,
                ..Options::default()
            };
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

#[test]
fn libbpf_itself_says_so() {
    let Some(libbpf) = Libbpf::find("cases") else {
        return;
    };
    let cases = cases();
    let inputs: Vec<Btf> = cases.iter().map(|case| case.input.clone()).collect();
    let once: Vec<Btf> = inputs.iter().map(scattered).collect();
    let says = |result: Result<Btf, i32>| match result {
        Ok(btf) => said(&btf),
        Err(number) => format!("error {number}"),
    };
    let ask = |inputs: &[Btf], collide| -> Vec<String> {
        let results = libbpf.dedup(inputs, collide);
        results.into_iter().map(says).collect()
    };
    let results = ask(&inputs, false);
    assert_eq!(results, ask(&inputs, true));
    assert_eq!(results, ask(&once, false));
    if blessing() {
        let path = data("libbpf_cases.txt");
        let old = std::fs::read_to_string(&path).unwrap();
        let mut new = old.split("\n== ").next().unwrap().trim_end().to_owned();
        new.push('\n');
        for (case, result) in cases.iter().zip(&results) {
            let _ = write!(new, "\n== {}\n-- becomes\n{result}\n", case.text);
        }
        std::fs::write(path, new).unwrap();
        return;
    }
    for (case, result) in cases.iter().zip(results) {
        assert_eq!(case.expected, result, "{}", case.text);
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

#[test]
fn random_programs_come_out_as_from_libbpf() {
    let libbpf = Libbpf::find("random");
    let written = std::fs::read_to_string(data("libbpf_digests.txt")).unwrap_or_default();
    let mut digests = String::new();
    let mut arrays = 0;
    for (name, make) in programs::WAYS {
        for block in 0..BLOCKS {
            let inputs: Vec<Btf> = (block * BLOCK..(block + 1) * BLOCK).map(make).collect();
            let ours = |options: &Options| -> Vec<Result<Btf, i32>> {
                let results = inputs.iter().map(|input| dedup(input.clone(), options));
                results
                    .map(|result| result.map(|deduped| deduped.btf).map_err(|_| -22))
                    .collect()
            };
            let as_libbpf = ours(&AS_LIBBPF);
            let mut of = as_libbpf.iter().fold(0, digest);
            if let Some(libbpf) = &libbpf {
                let theirs = libbpf.dedup(&inputs, false);
                for (at, (ours, theirs)) in as_libbpf.iter().zip(&theirs).enumerate() {
                    let seed = block * BLOCK + at as u64;
                    assert_eq!(digest(0, ours), digest(0, theirs), "{name}, seed {seed}");
                }
                of = theirs.iter().fold(0, digest);
            }
            let right = ours(&Options::default());
            arrays += right
                .iter()
                .zip(&as_libbpf)
                .filter(|(right, fault)| digest(0, right) != digest(0, fault))
                .count();
            let _ = writeln!(digests, "{name} {block}: {of:016x}");
        }
    }
    // The one fault of libbpf that we do not follow unless asked to.
    let _ = writeln!(digests, "programs with arrays taken for others: {arrays}");
    if libbpf.is_some() && blessing() {
        std::fs::write(data("libbpf_digests.txt"), &digests).unwrap();
        return;
    }
    assert_eq!(written, digests);
}
