//! The printed text against bpftool, which must be installed.

use crate::common::{bytes, every_kind, random};
use btf::{Btf, Endian, parse};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn bpftool(arguments: &[&str], base: Option<&Path>, file: &Path, format: &[&str]) -> String {
    let mut command = Command::new("bpftool");
    command.args(arguments);
    if let Some(base) = base {
        command.arg("-B").arg(base);
    }
    command.args(["btf", "dump", "file"]).arg(file).args(format);
    let output = command.output().expect("bpftool must be in PATH");
    assert!(
        output.status.success(),
        "{command:?}: {}{}",
        String::from_utf8_lossy(&output.stderr),
        String::from_utf8_lossy(&output.stdout)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn write(name: &str, btf: &Btf) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, bytes(btf)).unwrap();
    path
}

fn raw(btf: &Btf) -> String {
    let mut text = String::new();
    btf::print::raw::write_all(&mut text, btf).unwrap();
    text
}

fn json(btf: &Btf) -> Value {
    let mut text = String::new();
    btf::print::json::write_all(&mut text, btf).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// bpftool 7.1 widens the values of unsigned ENUMs with their sign; ours are the values.
fn narrow_enums(mut value: Value) -> Value {
    for ty in value["types"].as_array_mut().unwrap() {
        if ty["kind"] == "ENUM" && ty["encoding"] == "UNSIGNED" {
            for value in ty["values"].as_array_mut().unwrap() {
                let wide = value["val"].as_u64().unwrap();
                value["val"] = Value::from(wide as u32);
            }
        }
    }
    value
}

#[test]
#[ignore = "needs bpftool"]
fn raw_lines_are_bpftools() {
    for endian in [Endian::Little, Endian::Big] {
        let btf = every_kind().with_endian(endian);
        let file = write(&format!("raw-{endian:?}.btf"), &btf);
        assert_eq!(raw(&btf), bpftool(&[], None, &file, &["format", "raw"]));
    }
}

#[test]
#[ignore = "needs bpftool"]
fn json_is_bpftools() {
    let btf = every_kind();
    let file = write("json.btf", &btf);
    let theirs: Value = serde_json::from_str(&bpftool(&["-j"], None, &file, &[])).unwrap();
    assert_eq!(json(&btf), narrow_enums(theirs));
}

#[test]
#[ignore = "needs bpftool"]
fn of_split_btf_only_its_own_types_are_printed() {
    let base = std::sync::Arc::new(every_kind());
    let steps: Vec<_> = (0..120u32)
        .map(|n| (n as u8, n * 7, n * 11, n * 13))
        .collect();
    let split = random(&steps, Some(base.clone()));
    let base_file = write("base.btf", &base);
    let file = write("split.btf", &split);
    let theirs = bpftool(&[], Some(&base_file), &file, &["format", "raw"]);
    assert!(theirs.starts_with(&format!("{} INT 'int'", base.end_id())));
    assert_eq!(raw(&split), theirs);
    let theirs = bpftool(&["-j"], Some(&base_file), &file, &[]);
    let theirs: Value = serde_json::from_str(&theirs).unwrap();
    assert_eq!(json(&split), narrow_enums(theirs));
}

#[test]
fn one_type_is_the_same_text_as_in_the_whole() {
    let btf = every_kind();
    let (mut lines, mut objects) = (String::new(), String::from("{\"types\":["));
    for (id, _) in btf.types() {
        btf::print::raw::write_type(&mut lines, &btf, id).unwrap();
        objects.push_str(if id == btf.first_id() { "" } else { "," });
        btf::print::json::write_type(&mut objects, &btf, id).unwrap();
    }
    objects.push_str("]}");
    assert_eq!(lines, raw(&btf));
    assert_eq!(serde_json::from_str::<Value>(&objects).unwrap(), json(&btf));
    let mut nothing = String::new();
    btf::print::raw::write_type(&mut nothing, &btf, btf.end_id()).unwrap();
    btf::print::json::write_type(&mut nothing, &btf, btf.end_id()).unwrap();
    assert_eq!(nothing, "");
}

#[test]
fn names_that_json_must_escape_survive() {
    let mut btf = Btf::new();
    btf.add_typedef("a\u{1}\"\\\n\u{7f}é", btf::TypeId(0))
        .unwrap();
    assert_eq!(json(&btf)["types"][0]["name"], "a\u{1}\"\\\n\u{7f}é");
    let back = parse(&bytes(&btf), None).unwrap();
    assert_eq!(raw(&back), raw(&btf));
}

#[test]
fn no_name_leaves_its_line_or_reaches_a_terminal_as_an_order() {
    let mut btf = Btf::new();
    btf.add_typedef("a\u{1b}[31m\n[2] INT 'x' é", btf::TypeId(0))
        .unwrap();
    assert_eq!(
        raw(&btf),
        "[1] TYPEDEF 'a\\u{1b}[31m\\n[2] INT 'x' é' type_id=0\n"
    );
}
