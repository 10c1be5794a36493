//! Finding programs and running them with the right environment.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::{Because, Outcome, fail};
use crate::project::Project;

/// What the set-up found: folders to search before `PATH`, and variables for those who run.
#[derive(Debug, Clone)]
pub struct Toolbox {
    root: PathBuf,
    before: Vec<PathBuf>,
    vars: Vec<(&'static str, OsString)>,
}

impl Toolbox {
    pub fn new(project: &Project) -> Self {
        Self {
            root: project.root.clone(),
            before: Vec::new(),
            vars: Vec::new(),
        }
    }

    /// Has the programs of `dir` found before those on `PATH`.
    pub fn add(&mut self, dir: PathBuf) {
        self.before.push(dir);
    }

    /// Sets a variable for everything that is run.
    pub fn set(&mut self, name: &'static str, value: impl Into<OsString>) {
        self.vars.push((name, value.into()));
    }

    /// A variable that was set.
    pub fn var(&self, name: &str) -> Option<&OsStr> {
        let mut set = self.vars.iter().rev();
        set.find(|(own, _)| *own == name)
            .map(|(_, value)| value.as_os_str())
    }

    fn search(&self) -> Vec<PathBuf> {
        let path = env::var_os("PATH").unwrap_or_default();
        let mut all = self.before.clone();
        all.extend(env::split_paths(&path));
        // Debian puts bpftool there, and an ordinary user's PATH has neither.
        all.extend(["/usr/sbin", "/sbin"].map(PathBuf::from));
        all
    }

    /// Where a program is, if it is anywhere.
    pub fn find(&self, program: &str) -> Option<PathBuf> {
        let found = self.search().into_iter().map(|dir| dir.join(program));
        found.into_iter().find(|path| is_program(path))
    }

    /// A program, run in the repository's top folder.
    pub fn command(&self, program: &str) -> Outcome<Command> {
        match self.find(program) {
            Some(path) => Ok(self.command_at(&path)),
            None => fail(format!("there is no program {program} on PATH")),
        }
    }

    pub fn command_at(&self, path: &Path) -> Command {
        let mut command = Command::new(path);
        command.current_dir(&self.root);
        // What cargo set for this run of xtask is not meant for the cargo that we call:
        // build scripts that watch such a variable would run again and again.
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&name);
            }
        }
        if let Ok(path) = env::join_paths(self.search()) {
            command.env("PATH", path);
        }
        for (name, value) in &self.vars {
            command.env(name, value);
        }
        command
    }

    /// Cargo itself: the one that runs us.
    pub fn cargo<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = self.command_at(Path::new(&cargo));
        command.args(args);
        command
    }

    /// What `program args` prints, if it runs and succeeds.
    pub fn output(&self, program: &str, args: &[&str]) -> Option<String> {
        let mut command = self.command(program).ok()?;
        command.args(args).stdin(Stdio::null());
        let output = command.output().ok().filter(|out| out.status.success())?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// Runs a command with its output visible; anything but success is a failure that names it.
pub fn run(command: &mut Command) -> Outcome {
    let line = line(command);
    let status = command.status().because(format!("starting `{line}`"))?;
    if status.success() {
        return Ok(());
    }
    fail(format!("`{line}` failed ({status})"))
}

/// The command as one would type it.
pub fn line(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let mut words = vec![name.to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|arg| arg.to_string_lossy().into_owned()),
    );
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn toolbox() -> Toolbox {
        Toolbox {
            root: env::temp_dir(),
            before: Vec::new(),
            vars: Vec::new(),
        }
    }

    #[test]
    fn a_failing_command_is_named() {
        let failure = run(&mut toolbox().command("false").unwrap()).unwrap_err();
        assert!(failure.to_string().starts_with("`false` failed"));
        assert!(toolbox().command("no-such-program-here").is_err());
    }

    #[test]
    fn variables_reach_the_program() {
        let mut tools = toolbox();
        tools.set("XTASK_TEST_VALUE", "seven");
        assert_eq!(
            tools.output("printenv", &["XTASK_TEST_VALUE"]).as_deref(),
            Some("seven")
        );
        assert_eq!(tools.output("printenv", &["CARGO_PKG_NAME"]), None);
    }
}
