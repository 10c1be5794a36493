//! A block that was decompressed and is read in pieces.

/// Its bytes, and how many of them were read.
#[derive(Default)]
pub(super) struct UnpackedBlock {
    pub bytes: Vec<u8>,
    read: usize,
}

impl UnpackedBlock {
    /// Makes room for the next block.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.read = 0;
    }

    /// Whether all bytes were read.
    pub fn is_read(&self) -> bool {
        self.read >= self.bytes.len()
    }

    /// Copies the next bytes, as many as fit; how many they are.
    pub fn read(&mut self, buf: &mut [u8]) -> usize {
        let rest = self.bytes.get(self.read..).unwrap_or_default();
        let step = rest.len().min(buf.len());
        if let (Some(to), Some(from)) = (buf.get_mut(..step), rest.get(..step)) {
            to.copy_from_slice(from);
        }
        self.read += step;
        step
    }
}
