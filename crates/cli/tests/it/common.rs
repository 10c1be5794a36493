//! A folder to work in, the command, other tools, and small programs with debug information.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A folder of its own, in which everything runs.
pub struct Place {
    folder: TempDir,
}

/// What a run of the command gave.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    fn of(output: Output) -> Ran {
        Ran {
            code: output.status.code().expect("ended by itself"),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }

    /// Success without a word on standard error; gives standard output.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!((self.code, self.stderr.as_str()), (0, ""));
        self.stdout
    }

    /// Failure with this code, nothing on standard output, and one line on standard error, which is
    /// given without the command's name and the line end.
    #[track_caller]
    pub fn fails(self, code: i32) -> String {
        assert_eq!(
            (self.code, self.stdout.as_str()),
            (code, ""),
            "{}",
            self.stderr
        );
        one_line(&self.stderr)
    }
}

/// The one line in `stderr`, without the command's name.
#[track_caller]
pub fn one_line(stderr: &str) -> String {
    let line = stderr
        .strip_prefix("btfscope: ")
        .expect("the command's name");
    let line = line.strip_suffix('\n').expect("a whole line");
    assert!(!line.contains('\n'), "one line: {stderr}");
    line.to_owned()
}

impl Place {
    pub fn new() -> Place {
        Place {
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).expect("written");
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).expect("read")
    }

    /// Names of the files there are, sorted.
    pub fn files(&self) -> Vec<String> {
        let names = fs::read_dir(self.folder.path()).expect("listed");
        let mut names: Vec<String> = names
            .map(|entry| {
                entry
                    .expect("listed")
                    .file_name()
                    .into_string()
                    .expect("text")
            })
            .collect();
        names.sort();
        names
    }

    /// A command to be run in this folder.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).env("LC_ALL", "C");
        command
    }

    /// Runs `btfscope`.
    pub fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Ran {
        let output = self.command(btfscope()).args(args).output();
        Ran::of(output.expect("btfscope runs"))
    }

    /// Runs a shell script with the command as `$0`.
    pub fn shell(&self, script: &str) -> Ran {
        let output = self
            .command("/bin/sh")
            .args(["-c", script])
            .arg(btfscope())
            .output();
        Ran::of(output.expect("sh runs"))
    }

    /// Runs another tool, which must be there and succeed; gives its standard output.
    #[track_caller]
    pub fn tool(&self, name: &str, args: &[&str]) -> String {
        let output = self.command(name).args(args).output();
        let output =
            output.unwrap_or_else(|error| panic!("{name} is needed for this test: {error}"));
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name} {args:?}: {stderr}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// Builds `prog`, a program of two units with debug information that share a struct.
    pub fn build_program(&self) {
        self.write("one.c", ONE);
        self.write("two.c", TWO);
        self.tool("cc", &["-g", "-O0", "one.c", "two.c", "-o", "prog"]);
    }
}

/// The command under test.
pub fn btfscope() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_btfscope"))
}

const ONE: &str = "
struct shared { int number; char name[16]; struct shared *next; };
struct only_one { char small; unsigned long long big; float real; };
int add(int number, struct shared *shared)
{
    struct only_one one = { 1, 2, 3 };
    return number + shared->number + (int)one.real;
}
";

const TWO: &str = "
struct shared { int number; char name[16]; struct shared *next; };
enum colour { RED, GREEN = 5 };
int add(int number, struct shared *shared);
int main(void)
{
    struct shared shared = { 1 };
    enum colour colour = GREEN;
    return add(colour, &shared);
}
";
