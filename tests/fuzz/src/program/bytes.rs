//! Bytes as choices: a fuzzer that changes one byte changes one choice.

/// Reads choices; after the last byte every choice is the first one.
#[derive(Debug)]
pub struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    /// All choices are in these bytes.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Bytes<'a> {
        Bytes(bytes)
    }

    /// A number below `end`, and 0 if `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        let mut number = usize::from(self.byte());
        if end > 256 {
            number = number << 8 | usize::from(self.byte());
        }
        number.checked_rem(end).unwrap_or(0)
    }

    /// Yes in so many of 256 cases, and no after the last byte.
    pub fn chance(&mut self, of_256: u8) -> bool {
        let no = self.is_empty();
        let byte = self.byte();
        !no && byte < of_256
    }

    /// One of these.
    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// Whether the last byte was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }
}
