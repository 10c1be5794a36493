//! The processor time and the memory of the real command on inputs of a size, one process each.

use crate::command::Command;
use crate::generator::Generator;
use crate::job::Place;
use crate::measure::Selection;
use nix::sys::resource::{UsageWho, getrusage};
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{self, Stdio};
use std::time::Duration;

/// What a command may take on an input of at most 1 MB.
pub const MOST_TIME: Duration = Duration::from_secs(2);
/// Resident bytes that a command may take on an input of at most 1 MB.
pub const MOST_MEMORY: u64 = 200_000_000;
/// Seconds after which the system ends a command.
const ENDED_AFTER: u64 = 10;

/// KiB of addresses that a command may have. One that needs more says so; no signal ends it.
const MOST_ADDRESSES: u64 = 1_000_000;

/// One command on one input.
#[derive(Clone, Debug)]
pub struct Usage {
    /// The generator's name.
    pub generator: &'static str,
    /// The command's name.
    pub command: &'static str,
    /// Bytes of the input.
    pub bytes: usize,
    /// Processor time of all threads.
    pub time: Duration,
    /// The largest resident size.
    pub memory: u64,
    /// The exit code; `None` if a signal ended the command.
    pub exit: Option<i32>,
}

impl Usage {
    /// Whether it took more than a command may.
    #[must_use]
    pub fn is_too_much(&self) -> bool {
        self.time > MOST_TIME || self.memory > MOST_MEMORY || self.exit.is_none()
    }
}

/// Runs the command whose first words are `btfscope` for every selected generator and command, on the largest input of at most `size` bytes.
///
/// # Errors
///
/// If a file cannot be written or a process not started.
pub fn use_of_each(
    program: &Path,
    btfscope: &[OsString],
    selection: &Selection,
    size: usize,
    folder: &Path,
    mut each: impl FnMut(&Usage),
) -> Result<(), String> {
    for generator in selection.generators() {
        let input = (generator.make)(generator.parameter_for(size));
        let place = Place::write(folder, &input)?;
        for command in selection.commands(generator) {
            let usage = run_once(program, btfscope, generator, command, &place, input.size())?;
            each(&usage);
        }
    }
    // Nothing else is in it.
    let _ = fs::remove_dir_all(folder);
    Ok(())
}

/// A process of its own measures its only child: the largest size of several cannot be told apart.
fn run_once(
    program: &Path,
    btfscope: &[OsString],
    generator: &Generator,
    command: &Command,
    place: &Place,
    bytes: usize,
) -> Result<Usage, String> {
    let mut once = process::Command::new(program);
    once.arg("once")
        .arg("--")
        .args(btfscope)
        .args(place.arguments(command));
    let output = once.stderr(Stdio::null()).output();
    let output = output.map_err(|error| format!("starting {}: {error}", program.display()))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut numbers = text.split_whitespace().map(str::parse::<i64>);
    let mut next = || {
        let number = numbers.next().and_then(Result::ok);
        number.ok_or_else(|| format!("{} was not measured: {text:?}", command.name))
    };
    let (milliseconds, memory, exit) = (next()?, next()?, next()?);
    Ok(Usage {
        generator: generator.name,
        command: command.name,
        bytes,
        time: Duration::from_millis(milliseconds.unsigned_abs()),
        memory: memory.unsigned_abs(),
        exit: i32::try_from(exit).ok().filter(|exit| *exit >= 0),
    })
}

/// Runs one command and prints its milliseconds, bytes, and exit code (−1 after a signal).
///
/// # Errors
///
/// If it cannot be started.
pub fn once(arguments: &[String]) -> Result<(), String> {
    let limited =
        format!("ulimit -c 0; ulimit -t {ENDED_AFTER}; ulimit -v {MOST_ADDRESSES}; exec \"$@\"");
    let mut bash = process::Command::new("bash");
    bash.args(["-c", &limited, "bash"]).args(arguments);
    let status = bash.stdin(Stdio::null()).stdout(Stdio::null()).status();
    let status = status.map_err(|error| format!("starting bash: {error}"))?;
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(|error| error.to_string())?;
    let time = usage.user_time() + usage.system_time();
    let milliseconds = time.tv_sec() * 1000 + time.tv_usec() / 1000;
    let exit = status.code().filter(|code| *code < 128).unwrap_or(-1);
    println!("{milliseconds} {} {exit}", usage.max_rss() * 1024);
    Ok(())
}
