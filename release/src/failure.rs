//! Why nothing came of it.

use std::io;
use std::path::{Path, PathBuf};

/// Each names what went wrong, where, and what to do next where that is known.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("{0}; see btfscope-release --help")]
    Usage(String),
    #[error("{}: {error}", path.display())]
    Io { path: PathBuf, error: io::Error },
    #[error("`cargo metadata` failed: {0}")]
    Cargo(String),
    #[error("deny.toml: {0}")]
    Policy(#[from] toml::de::Error),
    #[error("{}", problems.join("\n"))]
    Refused { problems: Vec<String> },
    #[error("{} is not what the dependencies ask for: regenerate it with `cargo run -p btfscope-release -- notices`", path.display())]
    Stale { path: PathBuf },
    #[error(
        "{package} has no text of its licence {licence}, and release/texts/ has none: put it there"
    )]
    NoText { package: String, licence: String },
    #[error("the licence of {package}, {expression}, cannot be read: {reason}")]
    Expression {
        package: String,
        expression: String,
        reason: String,
    },
    #[error("{0}")]
    Archive(String),
}

impl Failure {
    /// Makes a failure of an error about a file.
    pub fn io(path: &Path) -> impl FnOnce(io::Error) -> Failure + use<> {
        let path = path.to_owned();
        move |error| Failure::Io { path, error }
    }
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Failure {
        Failure::Usage(error.to_string())
    }
}
