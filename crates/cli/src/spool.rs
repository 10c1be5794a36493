//! Pipes and devices as temporary files, since input is read by ranges, in any order and by several threads.

use pipeline::{FileFormat, HEAD_BYTES};
use std::fs::File;
use std::io::{self, Read, Seek, Write};

/// Bytes that are taken from a pipe with BTF. The largest kernel has less than 10 MB of it.
const MOST_BTF: u64 = 1 << 30;
/// Bytes that are taken from a pipe with an ELF file.
const MOST_ELF: u64 = 64 << 30;

/// Copies what a pipe has to a temporary file without a name. Of what is neither ELF nor BTF only the first bytes are read,
/// which say what it is: a device may have no end.
pub fn spool(pipe: &mut dyn Read) -> io::Result<File> {
    let mut head = Vec::new();
    pipe.take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    let mut file = Temporary(tempfile::tempfile().map_err(unwritten)?);
    file.write_all(&head)?;
    let most = match FileFormat::of("", &head) {
        FileFormat::Btf => MOST_BTF,
        FileFormat::Elf => MOST_ELF,
        _ => 0,
    };
    copy(pipe, &mut file, most.saturating_sub(head.len() as u64))?;
    let Temporary(mut file) = file;
    file.rewind()?;
    Ok(file)
}

/// The temporary file. An error of it is not one of the pipe, and says so.
struct Temporary(File);

impl Write for Temporary {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).map_err(unwritten)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().map_err(unwritten)
    }
}

fn unwritten(error: io::Error) -> io::Error {
    let folder = std::env::temp_dir();
    let cause = format!(
        "its temporary file in {} (TMPDIR names another directory) could not be written: {error}",
        folder.display()
    );
    io::Error::new(error.kind(), cause)
}

/// Copies to the end, or an error if more than `most` bytes come; nothing if that is 0.
fn copy(pipe: &mut dyn Read, file: &mut dyn Write, most: u64) -> io::Result<()> {
    let copied = io::copy(&mut pipe.take(most), file)?;
    if most == 0 || copied < most || pipe.read(&mut [0])? == 0 {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "its end did not come within {} MiB",
        most.div_ceil(1 << 20)
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_is_copied_to_its_end_and_no_further_than_it_may_go() {
        let mut file = tempfile::tempfile().unwrap();
        copy(&mut &b"12345"[..], &mut file, 5).unwrap();
        assert_eq!(file.metadata().unwrap().len(), 5);
        let error = copy(&mut io::repeat(1), &mut file, 3 << 20).unwrap_err();
        assert_eq!(error.to_string(), "its end did not come within 3 MiB");
    }

    #[test]
    fn only_the_first_bytes_are_read_of_what_is_no_input() {
        let file = spool(&mut io::repeat(0)).unwrap();
        assert_eq!(file.metadata().unwrap().len(), HEAD_BYTES as u64);
        let btf = [0x9f, 0xeb, 1, 0];
        let file = spool(&mut btf.chain(&[7; 5000][..])).unwrap();
        assert_eq!(file.metadata().unwrap().len(), 5004);
    }
}
