//! What an examination found: findings, and checks that passed with what they looked at.

use crate::finding::{Finding, Severity};
use crate::pahole::Made;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fmt::Write;

/// A check that found nothing wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// What was checked: `Kfuncs`.
    pub check: String,
    /// What it looked at: `132 tagged`.
    pub text: String,
}

/// What an examination found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The kernel file's name.
    pub kernel: String,
    /// The kernel's release, if the file tells.
    pub release: Option<String>,
    /// The modules' names.
    pub modules: Vec<String>,
    /// What is wrong, errors first, then in the order of the files.
    pub findings: Vec<Finding>,
    /// What is right.
    pub passed: Vec<Passed>,
    /// Which pahole can have made the kernel's BTF; `None` if it cannot be read.
    pub made: Option<Made>,
}

impl Report {
    /// How many findings have a severity.
    pub fn count(&self, severity: Severity) -> usize {
        let of = self.findings.iter();
        of.filter(|finding| finding.severity() == severity).count()
    }

    /// The most severe finding.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(Finding::severity).min()
    }

    /// `4 findings: 2 errors, 2 warnings`, or `No problems found`.
    pub fn heading(&self) -> String {
        let counts = [Severity::Error, Severity::Warning].map(|one| (one, self.count(one)));
        let counts = counts.iter().filter(|(_, count)| *count > 0);
        let counts: Vec<String> = counts
            .map(|&(severity, count)| counted(count as u64, severity.word()))
            .collect();
        if counts.is_empty() {
            return "No problems found".to_owned();
        }
        let all = counted(self.findings.len() as u64, "finding");
        format!("{all}: {}", counts.join(", "))
    }

    /// All of it, for other programs.
    pub fn json(&self) -> Value {
        let findings = self.findings.iter().map(|finding| {
            json!({
                "file": finding.file,
                "code": finding.problem.code(),
                "severity": finding.severity(),
                "heading": finding.heading(),
                "cause": finding.cause(),
                "fix": finding.fix(),
                "evidence": finding.evidence(),
                "problem": finding.problem,
            })
        });
        json!({
            "kernel": self.kernel,
            "release": self.release,
            "modules": self.modules,
            "errors": self.count(Severity::Error),
            "warnings": self.count(Severity::Warning),
            "findings": findings.collect::<Vec<_>>(),
            "passed": self.passed,
            "pahole": self.made,
        })
    }

    /// All of it as Markdown.
    pub fn markdown(&self) -> String {
        let mut text = format!("# {}\n\n{}\n", self.heading(), self.subject());
        for finding in &self.findings {
            // Writing to a string cannot fail.
            let _ = write!(
                text,
                "\n## {}: {}\n\n- File: `{}`\n- Cause: {}\n- Fix: {}\n",
                finding.severity().word(),
                finding.heading(),
                finding.file,
                finding.cause(),
                finding.fix()
            );
            let lines = finding.evidence();
            if !lines.is_empty() {
                let _ = write!(text, "\n```text\n{}\n```\n", lines.join("\n"));
            }
        }
        if !self.passed.is_empty() {
            text.push_str("\n## passed\n\n| check | looked at |\n|---|---|\n");
        }
        for one in &self.passed {
            let _ = writeln!(text, "| {} | {} |", one.check, one.text);
        }
        text
    }

    /// The kernel, its release, and the modules.
    pub fn subject(&self) -> String {
        let release = self.release.as_ref();
        let mut text = match release {
            Some(release) if !self.kernel.contains(release) => {
                format!("{} (Linux {release})", self.kernel)
            }
            _ => self.kernel.clone(),
        };
        match self.modules.as_slice() {
            [] => {}
            [one] => text.push_str(&format!(" with {one}")),
            many => text.push_str(&format!(
                " with {} modules",
                explore::grouped(many.len() as u64)
            )),
        }
        text
    }
}

/// `1 error`, `2 errors`.
pub(crate) fn counted(count: u64, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        many => format!("{} {what}s", explore::grouped(many)),
    }
}
