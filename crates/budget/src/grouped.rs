//! Numbers as people read them.

use core::fmt::{self, Display};

/// A number with its thousands set apart.
///
/// ```
/// assert_eq!(budget::Grouped(4_100_567).to_string(), "4,100,567");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grouped(pub u64);

impl Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut group = 1;
        while self.0 / group >= 1_000 {
            group *= 1_000;
        }
        write!(f, "{}", self.0 / group)?;
        while group > 1 {
            let rest = self.0 % group;
            group /= 1_000;
            write!(f, ",{:03}", rest / group)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::Grouped;
    use std::string::ToString;

    #[test]
    fn every_length_is_grouped() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (12_034, "12,034"),
            (1_000_000, "1,000,000"),
            (u64::MAX, "18,446,744,073,709,551,615"),
        ] {
            assert_eq!(Grouped(number).to_string(), text);
        }
    }
}
