//! Numbers of few bits, one after the other.

/// Writes bits.
#[derive(Debug, Default)]
pub struct Writer(pub Vec<bool>);

impl Writer {
    /// The lowest bits of a number, highest first.
    pub fn put(&mut self, number: u32, bits: u32) {
        let bits = (0..bits).rev();
        self.0.extend(bits.map(|bit| number >> bit & 1 == 1));
    }

    /// A number of any size: groups of four bits, lowest first, each with a bit that says whether another follows.
    pub fn any(&mut self, mut number: u32) {
        loop {
            let more = number > 0xf;
            self.put(u32::from(more), 1);
            self.put(number & 0xf, 4);
            if !more {
                return;
            }
            number >>= 4;
        }
    }
}

/// Reads bits. What is missing at the end is an error.
#[derive(Debug)]
pub struct Reader<'b>(pub &'b [bool]);

/// The bits end too early, or a number is too large.
#[derive(Debug, PartialEq, Eq)]
pub struct Bad;

impl Reader<'_> {
    /// A number of so many bits.
    pub fn take(&mut self, bits: usize) -> Result<u32, Bad> {
        let (own, rest) = self.0.split_at_checked(bits).ok_or(Bad)?;
        self.0 = rest;
        Ok(own
            .iter()
            .fold(0, |number, bit| number << 1 | u32::from(*bit)))
    }

    /// A number of any size.
    pub fn any(&mut self) -> Result<u32, Bad> {
        let mut number = 0_u64;
        for at in 0..8 {
            let more = self.take(1)? == 1;
            number |= u64::from(self.take(4)?) << (4 * at);
            if !more {
                return u32::try_from(number).map_err(|_| Bad);
            }
        }
        Err(Bad)
    }
}
