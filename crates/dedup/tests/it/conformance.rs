//! Type graphs of the kernel's BTF selftests, and what libbpf's `btf__dedup` makes of them.

use crate::common::spelled;
use btf::{Btf, Info, Kind};
use dedup::{Options, dedup};
use serde_json::Value;

fn cases() -> Vec<Value> {
    let cases: Value = serde_json::from_str(include_str!("../data/dedup_cases.json")).unwrap();
    let cases = cases.as_array().unwrap().clone();
    assert_eq!(cases.len(), 21);
    cases
}

fn number(value: &Value) -> u32 {
    match value {
        Value::Null => 0,
        Value::Bool(flag) => u32::from(*flag),
        Value::String(linkage) => match linkage.as_str() {
            "static" | "struct" => 0,
            "global" | "union" => 1,
            "extern" => 2,
            other => panic!("{other}"),
        },
        number => number.as_i64().unwrap() as u32,
    }
}

fn build(types: &Value) -> Btf {
    let mut btf = Btf::new();
    for ty in types.as_array().unwrap() {
        let name = |btf: &mut Btf, of: &Value| {
            let name = of["name"].as_str().unwrap_or("");
            let name = if name == "(anon)" { "" } else { name };
            btf.intern(name.as_bytes()).unwrap().0
        };
        let type_name = name(&mut btf, ty);
        let kind = Kind::from_name(ty["kind"].as_str().unwrap()).unwrap();
        let mut parts = Vec::new();
        let mut vlen = 0;
        let mut list = |btf: &mut Btf, field: &str, named: bool, words: &[&str]| {
            for part in ty[field].as_array().into_iter().flatten() {
                if named {
                    parts.push(name(btf, part));
                }
                parts.extend(words.iter().map(|&word| number(&part[word])));
                vlen += 1;
            }
        };
        match kind {
            Kind::Struct | Kind::Union => list(&mut btf, "members", true, &["type", "offset"]),
            Kind::Enum => list(&mut btf, "values", true, &["val"]),
            Kind::Enum64 => list(&mut btf, "values", true, &["lo32", "hi32"]),
            Kind::FuncProto => list(&mut btf, "params", true, &["type"]),
            Kind::Datasec => list(&mut btf, "vars", false, &["type", "offset", "size"]),
            Kind::Int => parts.push(
                number(&ty["encoding"]) << 24 | number(&ty["offset"]) << 16 | number(&ty["bits"]),
            ),
            Kind::Array => {
                parts.extend(["type", "index_type", "nelems"].map(|field| number(&ty[field])));
            }
            Kind::Func => vlen = number(&ty["linkage"]),
            Kind::Var => parts.push(number(&ty["linkage"])),
            Kind::DeclTag => parts.push(number(&ty["component_idx"])),
            _ => {}
        }
        let flag = match kind {
            Kind::Fwd if !ty["fwd_kind"].is_null() => number(&ty["fwd_kind"]),
            _ => number(&ty["kflag"]),
        };
        let third = match kind {
            Kind::Array => 0,
            kind if kind.has_size() => number(&ty["size"]),
            _ => number(&ty["type"]),
        };
        let mut words = vec![type_name, Info::new(kind, vlen, flag != 0).0, third];
        words.extend(parts);
        let id = btf.push(&words).unwrap();
        assert_eq!(id.0, number(&ty["id"]));
    }
    btf
}

fn check(options: &Options) {
    for case in cases() {
        let deduped = dedup(build(&case["input"]), options).unwrap();
        let expected = build(&case["expect"]);
        assert_eq!(
            spelled(&deduped.btf),
            spelled(&expected),
            "{}",
            case["descr"]
        );
        assert_eq!(
            deduped.btf.strings().as_bytes(),
            expected.strings().as_bytes(),
            "strings of {}",
            case["descr"]
        );
    }
}

#[test]
fn every_case_comes_out_as_libbpf_makes_it() {
    check(&Options::default());
}

#[test]
fn every_case_comes_out_the_same_when_all_hashes_are_equal() {
    check(&Options {
        force_collisions: true,
        ..Options::default()
    });
}
