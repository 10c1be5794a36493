//! Why a worker is of no use any more.

use crate::figures::bytes_text;
use crate::from_worker::BUILD;
use std::fmt;

/// A wasm memory of more bytes than this is at its end.
const FULL_MEMORY: f64 = 3.5e9;

/// Why a worker is of no use any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Death {
    /// The browser did not start it: the browser's text.
    NotStarted(String),
    /// Its code could not be loaded: a sentence.
    NotLoaded(String),
    /// It panicked: the panic's text.
    Panic(String),
    /// It trapped without a word, as it does when its memory runs out.
    Trap,
    /// The browser ended it, and said this or nothing.
    Stopped(String),
    /// It had something to do, and gave no sign for too long.
    Silent {
        /// For how many seconds.
        seconds: u32,
    },
    /// It is of another version: which.
    OtherBuild(String),
    /// A request could not be sent: the browser's text.
    NotSent(String),
    /// A message was not understood: a defect of ours.
    Defect(String),
    /// The browser has lost, or does not take, the bytes that it needs.
    NoData,
}

impl Death {
    /// What an `error` event says. A trap has no text of ours: browsers put the name of the wasm instruction into theirs.
    pub fn of_error_event(message: &str) -> Death {
        if message.contains("unreachable") {
            Death::Trap
        } else {
            Death::Stopped(message.to_owned())
        }
    }

    /// Whether memory ran out, by what is known of it. Where the browser or the standard library speaks, that is its text.
    pub fn is_out_of_memory(&self) -> bool {
        match self {
            Death::Trap => true,
            Death::NotStarted(text)
            | Death::Panic(text)
            | Death::Stopped(text)
            | Death::NotSent(text) => text.contains("memory"),
            Death::NotLoaded(_)
            | Death::Silent { .. }
            | Death::OtherBuild(_)
            | Death::Defect(_)
            | Death::NoData => false,
        }
    }

    /// The cause, with the memory of the worker where that says something.
    pub fn with_memory(&self, memory: f64) -> String {
        if is_full(memory) {
            format!("{self}, with its memory at {}", bytes_text(memory as u64))
        } else {
            self.to_string()
        }
    }
}

/// Whether a wasm memory is at its end.
pub fn is_full(memory: f64) -> bool {
    memory >= FULL_MEMORY
}

impl fmt::Display for Death {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Death::NotStarted(text) | Death::Panic(text) => f.write_str(text),
            // What is said of it ends with a full stop of its own.
            Death::NotLoaded(text) => f.write_str(text.trim_end_matches('.')),
            Death::Trap => {
                f.write_str("it exited without an error message, usually because memory ran out")
            }
            Death::Stopped(text) if text.is_empty() => {
                f.write_str("it exited without an error message (usually out of memory)")
            }
            Death::Stopped(text) => write!(f, "it stopped: {text}"),
            Death::Silent { seconds } => write!(f, "it gave no sign for {seconds} seconds"),
            Death::OtherBuild(build) => write!(
                f,
                "the page is version {BUILD}, its worker {build}; reload the page"
            ),
            Death::NotSent(text) => write!(f, "a request could not be sent: {text}"),
            Death::Defect(text) => f.write_str(text),
            Death::NoData => f.write_str("the browser is out of space for data"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trap_and_texts_about_memory_mean_that_memory_ran_out() {
        let trap = Death::of_error_event("Uncaught RuntimeError: unreachable");
        assert_eq!(trap, Death::Trap);
        assert!(trap.is_out_of_memory());
        let text = "could not allocate memory".to_owned();
        assert!(Death::NotStarted(text.clone()).is_out_of_memory());
        // Our own texts may be about anything.
        assert!(!Death::Defect(text).is_out_of_memory());
        assert!(!Death::of_error_event("Uncaught Error: killed").is_out_of_memory());
    }

    #[test]
    fn a_full_memory_is_named() {
        let death = Death::Stopped(String::new());
        assert_eq!(
            death.with_memory(1e6),
            "it exited without an error message (usually out of memory)"
        );
        assert_eq!(
            death.with_memory(4e9),
            "it exited without an error message (usually out of memory), with its memory at 4.00\u{a0}GB"
        );
        assert!(is_full(4e9) && !is_full(1e9));
    }

    #[test]
    fn a_sentence_about_code_that_did_not_load_ends_once() {
        let death = Death::NotLoaded("lab.js could not be loaded: gone.".to_owned());
        assert_eq!(death.to_string(), "lab.js could not be loaded: gone");
    }
}
