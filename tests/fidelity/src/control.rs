//! Proof that the comparison can fail: BTF that was altered must be found different.

use crate::cell::{Cell, Form, Reference};
use crate::compare::{Relation, compare};
use crate::judge::Judge;
use crate::peers::Peers;
use crate::program::program;
use crate::run::Workbench;
use crate::toolchain::Toolchains;
use std::path::Path;

/// Alters the BTF of a build in several ways, each of which must be found; says which.
///
/// # Errors
///
/// When an alteration is not found, or the build fails.
pub fn control(
    bench: &Workbench,
    tools: &Toolchains,
    peers: &Peers,
    judge: &Judge,
) -> Result<Vec<&'static str>, String> {
    let toolchain = tools.found.first().ok_or("there is no compiler")?;
    let cell = Cell {
        group: String::new(),
        program: program("bitfields"),
        toolchain: toolchain.clone(),
        flags: "-gdwarf-5 -O2".to_owned(),
        form: Form::Linked,
        reference: Reference::Same,
    };
    let file = judge.builder().file(&cell, cell.form, "")?;
    let ours = bench.path().join("control.btf");
    peers.own(bench, &file, &ours, "")?;
    let theirs = judge.reference(&cell, &file)?;
    let bytes = std::fs::read(&ours).map_err(|error| error.to_string())?;
    let mut found = Vec::new();
    for (what, altered) in [
        ("a type has another name", renamed(&bytes)),
        ("a member has another place", moved(&bytes)),
    ] {
        let altered = altered.ok_or_else(|| format!("nothing to alter: {what}"))?;
        let path = bench.path().join("altered.btf");
        std::fs::write(&path, altered).map_err(|error| error.to_string())?;
        must_differ(bench, &path, &theirs, what)?;
        found.push(what);
    }
    let other = Cell {
        flags: "-gdwarf-5 -O2 -m32".to_owned(),
        ..cell.clone()
    };
    let other_file = judge.builder().file(&other, other.form, "-DCONTROL")?;
    let narrow = judge.own(&other, &other_file)?;
    must_differ(bench, &narrow, &theirs, "another architecture's types")?;
    found.push("another architecture's types");
    let wrong = "struct one { int a; };\n_Static_assert(sizeof(struct one) == 5, \"\");\n";
    let clang = format!("{} -x c -std=gnu11 -fsyntax-only", tools.clang);
    if judge.compiles(&clang, wrong).is_ok() {
        return Err("the compiler takes an assertion that does not hold".to_owned());
    }
    found.push("an assertion that does not hold");
    Ok(found)
}

fn must_differ(bench: &Workbench, ours: &Path, theirs: &Path, what: &str) -> Result<(), String> {
    match compare(bench, ours, theirs, "")? {
        Relation::Differ(_) => Ok(()),
        other => Err(format!(
            "the comparison does not see that {what}: {other:?}"
        )),
    }
}

/// The name of a structure with another last letter.
fn renamed(bytes: &[u8]) -> Option<Vec<u8>> {
    let name = b"\0bits_packed\0";
    let at = bytes.windows(name.len()).position(|part| part == name)?;
    let mut altered = bytes.to_vec();
    altered[at + name.len() - 2] = b'x';
    Some(altered)
}

/// The last member of `struct bits_char`, one bit on: found by its name, in a type section of four-byte
/// words.
fn moved(bytes: &[u8]) -> Option<Vec<u8>> {
    let word = |at: usize| -> Option<u32> {
        Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
    };
    let head = word(4)? as usize;
    let (types, strings) = (head + word(8)? as usize, head + word(16)? as usize);
    let name = b"\0bits_char\0";
    let place = bytes[strings..]
        .windows(name.len())
        .position(|part| part == name)?
        + 1;
    // Name, info of a struct (kind 4) with three members.
    let at = (types..strings).step_by(4).find(|&at| {
        word(at) == Some(place as u32)
            && word(at + 4).is_some_and(|info| info & 0x7f00_ffff == 0x0400_0003)
    })?;
    let mut altered = bytes.to_vec();
    let offset = at + 12 + 2 * 12 + 8;
    *altered.get_mut(offset)? ^= 1;
    Some(altered)
}
