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
    /// assert_eq!(config.number("CONFIG_BPF"), Some(1));
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

    /// The value as a program sees it in an integer: `y` is 1, `m` is 2, `n` is 0.
    pub fn number(&self, name: &str) -> Option<u64> {
        let value = self.get(name)?;
        match value {
            "y" => Some(1),
            "m" => Some(2),
            "n" => Some(0),
            _ => match value.strip_prefix("0x") {
                Some(hex) => u64::from_str_radix(hex, 16).ok(),
                None => value
                    .parse::<u64>()
                    .ok()
                    .or_else(|| value.parse::<i64>().ok().map(|value| value as u64)),
            },
        }
    }
}
