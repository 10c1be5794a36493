//! What the engine tells of every scenario is what libbpf does: the pairs that its walks visit, what they assume, and the
//! hash under which each type becomes canonical, in this order.
//!
//! `tests/data/libbpf_events.txt` was recorded from libbpf 1.8 under gdb. `live` records it again.

use lab::{Event, Lab, State, scenario, steps};
use std::fmt::Write;
use std::path::PathBuf;

fn data() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/libbpf_events.txt")
}

/// The events of a scenario as lines.
fn ours(lab: &Lab) -> String {
    let (units, run) = lab.result().expect("units");
    let mut state = State::new(&units.btf);
    let mut text = String::new();
    let mut all = |line: std::fmt::Arguments<'_>| writeln!(text, "{line}").expect("a string");
    for step in steps(&units.btf, run) {
        for event in &run.events[step.events.clone()] {
            match *event {
                Event::Visit {
                    candidate,
                    canonical,
                    ..
                } => all(format_args!("visit {} {}", candidate.0, canonical.0)),
                Event::Hypothesis {
                    canonical,
                    candidate,
                } => all(format_args!("assume {} {}", canonical.0, candidate.0)),
                _ => {}
            }
        }
        step.apply(&run.events, &mut state);
        if let (Some(id), Some((_, hash))) = (step.entered(), state.sought) {
            all(format_args!("canonical {} {hash:x}", id.0));
        }
    }
    text
}

#[test]
fn the_events_of_every_scenario_are_those_of_libbpf() {
    let recorded = std::fs::read_to_string(data()).expect("recorded events");
    let mut recorded: Vec<(&str, &str)> = recorded
        .split("== ")
        .skip(1)
        .filter_map(|part| part.split_once('\n'))
        .collect();
    let mut lines = 0;
    for one in scenario::all() {
        let found = recorded.iter().position(|(slug, _)| *slug == one.slug);
        let at = found.unwrap_or_else(|| panic!("{}: record it, see `live`", one.slug));
        let (_, expected) = recorded.remove(at);
        assert_eq!(ours(&Lab::new(one.setup)), expected, "{}", one.slug);
        lines += expected.lines().count();
    }
    assert!(recorded.is_empty(), "{recorded:?}");
    assert!(lines > 350, "{lines}");
}

/// `BTFSCOPE_LIBBPF=FOLDER BTFSCOPE_BLESS=1 cargo test -p btfscope-lab -- --ignored live` records libbpf's events again. The
/// folder contains a libbpf.so.1 that was built with `CFLAGS="-g -O1 -fno-inline -fno-ipa-sra -fno-ipa-cp
/// -fno-optimize-sibling-calls"`.
mod live {
    use super::{data, ours};
    use btf::WriteOptions;
    use lab::{Lab, scenario};
    use std::path::{Path, PathBuf};
    use std::process::Command;

    /// Prints an event a line. The functions and the order of their parameters are libbpf's.
    const SCRIPT: &str = r#"set pagination off
set breakpoint pending on
set print inferior-events off
break btf_dedup_is_equiv
commands
silent
printf "visit %d %d\n", $esi, $edx
continue
end
break btf_dedup_hypot_map_add
commands
silent
printf "assume %d %d\n", $esi, $edx
continue
end
break btf_dedup_table_add
commands
silent
printf "canonical %d %lx\n", $edx, $rsi
continue
end
run
"#;

    #[test]
    #[ignore = "needs libbpf 1.8 with symbols (BTFSCOPE_LIBBPF) and gdb"]
    fn libbpf_tells_the_same() {
        let folder = std::env::var_os("BTFSCOPE_LIBBPF").expect("BTFSCOPE_LIBBPF names a folder");
        let library = PathBuf::from(folder).join("libbpf.so.1");
        let name = format!("btfscope-events-{}", std::process::id());
        let work = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&work).expect("a folder");
        let program = work.join("dedup");
        let source = Path::new(env!("CARGO_MANIFEST_DIR"));
        let source = source.join("../dedup/tests/it/libbpf/dedup.c");
        let mut compile = Command::new("cc");
        compile.args(["-O1", "-o"]).arg(&program).arg(source);
        assert!(compile.arg("-ldl").status().expect("cc").success());
        std::fs::write(work.join("script"), SCRIPT).expect("a file");
        let mut text = String::new();
        for one in scenario::all() {
            let lab = Lab::new(one.setup.clone());
            let (units, _) = lab.result().expect("units");
            let input = work.join("input.btf");
            let write = |btf: &btf::Btf, to: &Path| {
                let bytes = btf.to_bytes(WriteOptions::default()).expect("small");
                std::fs::write(to, bytes).expect("a file");
            };
            write(&units.btf, &input);
            let base = work.join("input.btf.base");
            let _ = std::fs::remove_file(&base);
            let first = units.btf.first_id().0;
            if let Some(own) = units.btf.base() {
                write(own, &base);
            }
            let mut gdb = Command::new("gdb");
            gdb.args(["-q", "-batch", "-x"]).arg(work.join("script"));
            gdb.arg("--args").arg(&program).arg(&library);
            if one.setup.same_hash {
                gdb.arg("=");
            }
            let said = gdb.arg(&input).output().expect("gdb").stdout;
            let said = String::from_utf8_lossy(&said);
            let events: String = said
                .lines()
                .filter(|line| {
                    let mut words = line.split(' ');
                    match (
                        words.next(),
                        words.next().and_then(|id| id.parse::<u32>().ok()),
                    ) {
                        (Some("visit" | "assume"), Some(_)) => true,
                        // The base's types are entered before the first pass.
                        (Some("canonical"), Some(id)) => id >= first,
                        _ => false,
                    }
                })
                .map(|line| match line.rsplit_once(' ') {
                    // Where all hashes are equal, libbpf computes them and leaves them out of account.
                    Some((rest, _)) if one.setup.same_hash && rest.starts_with("canonical") => {
                        format!("{rest} 0\n")
                    }
                    _ => format!("{line}\n"),
                })
                .collect();
            assert!(!events.is_empty(), "{}: {said}", one.slug);
            let result = std::fs::read(work.join("input.btf.out")).expect("a result");
            let theirs = match units.btf.base() {
                Some(base) => btf::Btf::parse_split(&result, base),
                None => btf::Btf::parse(&result),
            };
            let (_, run) = lab.result().expect("units");
            assert_eq!(
                printed(&theirs.expect("BTF")),
                printed(&run.deduped.btf),
                "{}",
                one.slug
            );
            assert_eq!(ours(&lab), events, "{}", one.slug);
            text += &format!("== {}\n{events}", one.slug);
        }
        let _ = std::fs::remove_dir_all(&work);
        if std::env::var_os("BTFSCOPE_BLESS").is_some() {
            std::fs::write(data(), text).expect("a file");
        }
    }

    fn printed(btf: &btf::Btf) -> String {
        let mut text = String::new();
        btf::print::raw::write_all(&mut text, btf).expect("a string");
        text
    }
}
