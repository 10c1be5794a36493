//! A page that has been used beside the native command, its patched file, and raw BTF in fresh pages.

use std::path::Path;

use super::Bench;
use super::report::Report;
use super::spread::{Spread, shown};
use crate::failure::{Because, Outcome, fail};
use crate::serve;

/// What `tests/browser/bench-warm.mjs` says: values by name, in the order of their first.
type Values = Vec<(String, Vec<f64>)>;

/// Runs on the page that was built.
pub fn run(bench: &Bench, kernel: &Path, report: &mut Report) -> Outcome {
    let address = serve::in_background(&bench.project.dist())?;
    let mut node = bench.tools.command("node")?;
    node.env("BTFSCOPE_URL", address);
    node.env("BTFSCOPE_KERNEL", kernel);
    node.arg(bench.project.root.join("tests/browser/bench-warm.mjs"));
    let done = node.arg(bench.rounds.to_string()).output();
    let done = done.because("starting node")?;
    if !done.status.success() {
        let cause = String::from_utf8_lossy(&done.stderr).into_owned();
        return fail(format!(
            "tests/browser/bench-warm.mjs failed: {}",
            cause.trim()
        ));
    }
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    let Some(values) = parse(&said) else {
        return fail(format!("tests/browser/bench-warm.mjs said {said:?}"));
    };
    report.title(3, "The page when it is warm, and raw BTF");
    let rows = values.into_iter().map(|(name, of)| {
        let spread = shown(Spread::of(of), 2);
        vec![name, spread]
    });
    report.table(&["measure", "value"], &rows.collect::<Vec<_>>());
    Ok(())
}

/// Lines of a name and a number that a tab parts.
fn parse(said: &str) -> Option<Values> {
    let mut values = Values::new();
    for line in said.lines() {
        let (name, value) = line.split_once('\t')?;
        let value = value.parse().ok()?;
        match values.iter_mut().find(|(own, _)| own == name) {
            Some((_, all)) => all.push(value),
            None => values.push((name.to_owned(), vec![value])),
        }
    }
    (!values.is_empty()).then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_one_name_are_one_row() {
        let values = parse("a: s\t1.5\nb\t2\na: s\t2.5\n").unwrap();
        let wanted = [("a: s", vec![1.5, 2.5]), ("b", vec![2.0])];
        assert_eq!(values, wanted.map(|(name, of)| (name.to_owned(), of)));
        assert_eq!(parse("a\t1\nb 2\n"), None);
        assert_eq!(parse("a\tmany\n"), None);
        assert_eq!(parse(""), None);
    }
}
