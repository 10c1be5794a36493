//! Lists of names on the command line: features and languages.

use pipeline::{Features, Languages};

/// Reads names of features, separated by commas. The error lists the names that exist.
pub fn features(list: &str) -> Result<Features, String> {
    Features::parse(list).map_err(|unknown| {
        let names: Vec<&str> = Features::NAMES.iter().map(|row| row.0).collect();
        format!(
            "unknown feature {unknown}; the features are {}",
            names.join(", ")
        )
    })
}

/// Reads names of languages, separated by commas. The error lists the names that exist.
pub fn languages(list: &str) -> Result<Languages, String> {
    Languages::parse(list).map_err(|unknown| {
        let names: Vec<&str> = Languages::names().collect();
        format!(
            "unknown language {unknown}; the languages are {}",
            names.join(", ")
        )
    })
}
