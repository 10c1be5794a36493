//! Verdicts as JSON lines, in the words of a loader's log, to be compared with one: `verdicts CORPUS PAIRS BTFDIR`, where each line of
//! PAIRS is an object, a kernel and its modules (`NAME+mods`).

use core_check::{
    Answer, Attached, Checker, ExternKind, Kernel, Object, Operand, Resolved, SymbolNames, Verdict,
};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().collect();
    let [_, corpus, pairs, folder] = &args[..] else {
        return Err("usage: verdicts CORPUS PAIRS BTFDIR".into());
    };
    let mut kernels: HashMap<String, Kernel> = HashMap::new();
    let mut objects: HashMap<String, Result<Object, String>> = HashMap::new();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::fs::read_to_string(pairs)?.lines() {
        let (object, kernel) = line.split_once(' ').ok_or("a pair has two words")?;
        if !kernels.contains_key(kernel) {
            kernels.insert(kernel.to_owned(), read_kernel(folder, kernel)?);
        }
        let read = objects.entry(object.to_owned()).or_insert_with(|| {
            let bytes =
                std::fs::read(Path::new(corpus).join(object)).map_err(|error| error.to_string())?;
            Object::read(object, &bytes).map_err(|error| error.to_string())
        });
        match read {
            Err(error) => writeln!(
                out,
                "{}",
                json!({"object": object, "kernel": kernel, "t": "unread", "msg": error})
            )?,
            Ok(read) => {
                let answer = Checker::new(read).check(&kernels[kernel]);
                for line in lines(&answer) {
                    writeln!(out, "{line}")?;
                }
            }
        }
    }
    Ok(())
}

fn read_kernel(folder: &str, name: &str) -> Result<Kernel, Failure> {
    let bare = name.trim_end_matches("+mods");
    let path = Path::new(folder).join(format!("{bare}.btf"));
    let btf = Arc::new(btf::Btf::parse(&std::fs::read(path)?)?);
    let mut kernel = Kernel::new(name, btf.clone());
    if let Ok(text) = std::fs::read(Path::new(folder).join("kallsyms").join(bare)) {
        kernel.symbols = Some(SymbolNames::parse(&text));
    }
    if let Ok(elf) = std::fs::read(Path::new(folder).join(format!("{bare}.elf"))) {
        kernel.symbols = SymbolNames::of_elf(elf.as_slice());
    }
    if bare.len() < name.len() {
        let mut modules: Vec<String> = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let file = entry?.file_name().to_string_lossy().into_owned();
            let rest = file
                .strip_prefix(bare)
                .and_then(|rest| rest.strip_prefix('.'));
            if let Some(module) = rest.and_then(|rest| rest.strip_suffix(".btf")) {
                modules.push(module.to_owned());
            }
        }
        modules.sort();
        for module in modules {
            let path = Path::new(folder).join(format!("{bare}.{module}.btf"));
            let split = btf::Btf::parse_split(&std::fs::read(path)?, &btf)?;
            kernel.add_module(&module, Arc::new(split));
        }
    }
    Ok(kernel)
}

fn lines(answer: &Answer) -> Vec<Value> {
    let mut lines = vec![
        json!({"t": "object", "state": answer.state, "refused": answer.refused, "loads": answer.is_loaded()}),
    ];
    for one in &answer.relocations {
        let mut line = json!({
            "t": "relo", "sec": one.section, "n": one.number, "prog": one.program, "kind": one.kind.map(|kind| kind.name()),
            "local": one.local, "cands": one.candidates, "target": one.target, "insn": one.instruction,
            "optional": one.is_optional,
        });
        match &one.verdict {
            Verdict::Ok {
                operand,
                from,
                to,
                size,
                ..
            } => {
                line["verdict"] = json!("ok");
                line["cls"] = json!(match operand {
                    Operand::Immediate => "ALU/ALU64",
                    Operand::Offset => "LDX/ST/STX",
                    Operand::Wide => "LDIMM64",
                });
                line["from"] = json!(from);
                line["to"] = json!(to);
                if let Some((from, to)) = size {
                    line["mem_sz"] = json!([from, to]);
                }
            }
            Verdict::Poisoned { reach, missing } => {
                line["verdict"] = json!("poisoned");
                line["reach"] = json!(reach);
                line["missing"] = json!(missing);
            }
            Verdict::Fatal(fatal) => {
                line["verdict"] = json!("error");
                line["fatal"] = json!(fatal);
            }
        }
        lines.push(line);
    }
    for one in &answer.externs {
        let (verdict, to) = match &one.resolved {
            Resolved::Address(address) => ("ok", json!(format!("{address:#x}"))),
            Resolved::Type { place, .. } => {
                let of = place.module.as_deref().unwrap_or("vmlinux");
                let text = match one.kind {
                    ExternKind::Function => format!("{of} {}", place.id),
                    _ => format!("{} var {}", place.id, one.name),
                };
                ("ok", json!(text))
            }
            Resolved::Value(value) => ("ok", json!(format!("{value:#x}"))),
            Resolved::Text(text) => ("ok", json!(text)),
            Resolved::Unknown(_) => ("assumed", Value::Null),
            Resolved::Not(_) => ("unresolved", Value::Null),
        };
        lines.push(json!({
            "t": "extern", "name": one.name, "weak": one.is_weak, "verdict": verdict, "to": to, "call": one.call, "state": one.state,
            "elsewhere": one.elsewhere.as_ref().map(|elsewhere| &elsewhere.programs),
            "kind": match one.kind {
                ExternKind::Config => "kcfg",
                ExternKind::Symbol => "ksym",
                ExternKind::Variable => "var ksym",
                ExternKind::Function => "func ksym",
            },
        }));
    }
    for one in &answer.programs {
        let (verdict, id, of) = match &one.attached {
            Attached::Found(place) => {
                let of = place.module.clone().unwrap_or_else(|| "vmlinux".to_owned());
                ("ok", Some(place.id.0), Some(of))
            }
            // A loader of another byte order does not come to it.
            Attached::OtherProgram if !answer.refused.is_empty() => ("unreached", None, None),
            Attached::Not(_) | Attached::SetByLoader | Attached::OtherProgram => {
                ("fail", None, None)
            }
            _ => ("other", None, None),
        };
        lines.push(json!({
            "t": "attach", "prog": one.name, "sec": one.section, "verdict": verdict, "btf_id": id, "btf_of": of,
            "beyond": one.beyond, "state": one.state, "autoload": one.autoload,
        }));
    }
    for one in &answer.maps {
        let verdict = if one.operations.issues.is_empty() {
            "ok"
        } else {
            "fail"
        };
        lines.push(json!({
            "t": "struct_ops", "map": one.name, "verdict": verdict, "members_skipped": one.operations.skipped,
        }));
    }
    for line in &mut lines {
        line["object"] = json!(answer.object);
        line["kernel"] = json!(answer.kernel);
    }
    lines
}
