//! What a run of the fuzzer did, as lines and as a table.

use super::program::Run;

/// A line while the run goes on.
pub fn progress(run: &Run) -> String {
    let found = match run.findings.len() {
        0 => "nothing found".to_owned(),
        1 => "1 finding".to_owned(),
        more => format!("{more} findings"),
    };
    format!(
        "{:<12} {:>10} executions in {} s, {} s of processor time, {} edges, {found}",
        run.name, run.executions, run.seconds, run.processor_seconds, run.edges
    )
}

/// The table of all targets, as docs/fuzzing.md has it.
pub fn of(runs: &[Run]) -> String {
    let mut lines = vec![
        "| target | executions | seconds | processor seconds | edges | of | features | inputs | findings |".to_owned(),
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|".to_owned(),
    ];
    lines.extend(runs.iter().map(|run| {
        format!(
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            run.name,
            run.executions,
            run.seconds,
            run.processor_seconds,
            run.edges,
            run.all_edges,
            run.features,
            run.inputs,
            run.findings.len()
        )
    }));
    let executions: u64 = runs.iter().map(|run| run.executions).sum();
    let seconds: u64 = runs.iter().map(|run| run.seconds).sum();
    let processor: u64 = runs.iter().map(|run| run.processor_seconds).sum();
    let findings: usize = runs.iter().map(|run| run.findings.len()).sum();
    lines.push(format!(
        "| all | {executions} | {seconds} | {processor} | | | | | {findings} |"
    ));
    lines.join("\n")
}

/// The command that repeats each finding.
pub fn findings(run: &Run) -> Vec<String> {
    let command = run.findings.iter();
    command
        .map(|(program, finding)| format!("{} {}", program.display(), finding.display()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_ends_with_the_sum_and_a_finding_is_a_command() {
        let run = Run {
            name: "elf".to_owned(),
            executions: 5,
            seconds: 2,
            processor_seconds: 1,
            findings: vec![("/p/elf".into(), "/f/crash-1".into())],
            ..Run::default()
        };
        assert_eq!(findings(&run), ["/p/elf /f/crash-1"]);
        let table = of(&[run, Run::default()]);
        assert!(
            table.ends_with("| all | 5 | 2 | 1 | | | | | 1 |"),
            "{table}"
        );
    }
}
