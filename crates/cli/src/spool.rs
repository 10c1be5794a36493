//! Pipes and devices as temporary files, since input is read by ranges, in any order and by several threads.

use crate::failure::Failure;
use crate::file_name::{STDIN_TITLE, is_stdin};
use crate::{temporary, unpacked};
use pipeline::FileFormat;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use unpack::{Format, Wanted};

/// Bytes that are taken from a pipe with BTF. The largest kernel has less than 10 MB of it.
const MOST_BTF: u64 = 1 << 30;
/// Bytes that are taken from a pipe with an ELF file.
const MOST_ELF: u64 = 64 << 30;

/// Copies what a pipe has to a temporary file without a name: of a package or image the kernel in it. Of what else is neither
/// ELF nor BTF only the first bytes are read, which say what it is: a device may have no end.
pub fn spool(path: &Path, pipe: &mut dyn Read) -> Result<File, Failure> {
    let failed = |error: io::Error| {
        let cause = format!("could not be read: {error}; write it to a file first, and name that");
        match is_stdin(path) {
            true => Failure::new(format!("{STDIN_TITLE} {cause}")),
            false => Failure::of(path, format!("it {cause}")),
        }
    };
    let mut head = Vec::new();
    let taken = Read::take(&mut *pipe, unpack::HEAD_BYTES as u64).read_to_end(&mut head);
    taken.map_err(failed)?;
    if Format::of(&head).is_packed("") {
        let input = Box::new(head.chain(pipe));
        return unpacked::take(path, input, None, &Wanted::Kernel).map(|taken| taken.file);
    }
    copied(&head, pipe).map_err(failed)
}

fn copied(head: &[u8], pipe: &mut dyn Read) -> io::Result<File> {
    let mut file = Temporary(temporary::file(None)?);
    file.write_all(head)?;
    let most = match FileFormat::of(head) {
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
        self.0.write(bytes).map_err(temporary::unwritten)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().map_err(temporary::unwritten)
    }
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
        let path = Path::new("-");
        let file = spool(path, &mut io::repeat(0)).unwrap();
        assert_eq!(file.metadata().unwrap().len(), unpack::HEAD_BYTES as u64);
        let btf = [0x9f, 0xeb, 1, 0];
        let file = spool(path, &mut btf.chain(&[7; 5000][..])).unwrap();
        assert_eq!(file.metadata().unwrap().len(), 5004);
    }
}
