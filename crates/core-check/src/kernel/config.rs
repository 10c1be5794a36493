//! The options of a kernel's configuration.

use rustc_hash::FxHashMap;

/// The lines `CONFIG_NAME=VALUE` of a `.config`.
#[derive(Clone, Debug, Default)]
pub struct Config {
    values: FxHashMap<String, String>,
}

impl Config {
    /// Reads a `.config`.
    ///
    /// ```
    /// use core_check::Config;
    ///
    /// let config = Config::parse("# CONFIG_A is not set\nCONFIG_HZ=250\nCONFIG_BPF=y\n");
    /// assert_eq!(config.get("CONFIG_HZ"), Some("250"));
    /// assert_eq!(config.get("CONFIG_A"), None);
    /// ```
    pub fn parse(text: &str) -> Config {
        let pairs = text.lines().filter_map(|line| line.trim().split_once('='));
        let pairs = pairs.filter(|(name, _)| name.starts_with("CONFIG_"));
        Config {
            values: pairs
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        }
    }

    /// The text after `=`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }
}
