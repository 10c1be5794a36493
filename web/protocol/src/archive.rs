//! Many files as one: the headers of a tar archive, whose contents stay where they are.
//!
//! An archive that is not compressed is its files with a header before and some zeroes behind each. As pieces
//! of a `Blob` none of these files is read before the archive is saved.

/// What stands before a file in the archive. The time is that of its making, in seconds since 1970.
pub fn header(name: &str, bytes: u64, time: u64) -> Vec<u8> {
    let mut header = tar::Header::new_ustar();
    // A name that does not fit is cut: better under a short name than not at all.
    if header.set_path(clean(name)).is_err() {
        let end: String = clean(name)
            .chars()
            .rev()
            .take(24)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        let _ = header.set_path(end);
    }
    header.set_size(bytes);
    header.set_mode(0o644);
    header.set_mtime(time);
    header.set_entry_type(tar::EntryType::Regular);
    header.set_cksum();
    header.as_bytes().to_vec()
}

/// A name without what would lead out of the folder.
fn clean(name: &str) -> String {
    name.replace(['/', '\\', '\0'], "_")
}

/// Zeroes behind a file of this size.
pub fn padding(bytes: u64) -> usize {
    (bytes.next_multiple_of(512) - bytes) as usize
}

/// Zeroes at the archive's end.
pub const END: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn what_was_packed_is_read_back() {
        let long = format!("{}.ko.btf", "very_long_name_".repeat(20));
        let files = [
            ("nf_tables.ko.btf", b"one".to_vec()),
            ("../up", vec![7; 512]),
            (long.as_str(), Vec::new()),
        ];
        let mut bytes = Vec::new();
        for (name, content) in &files {
            bytes.extend(header(name, content.len() as u64, 1_700_000_000));
            bytes.extend(content);
            bytes.extend(vec![0; padding(content.len() as u64)]);
        }
        bytes.extend([0; END]);
        let mut archive = tar::Archive::new(bytes.as_slice());
        let mut names = Vec::new();
        for (entry, (_, content)) in archive.entries().expect("an archive").zip(&files) {
            let mut entry = entry.expect("an entry");
            let mut read = Vec::new();
            entry.read_to_end(&mut read).expect("its bytes");
            assert_eq!(&read, content);
            names.push(entry.path().expect("a name").display().to_string());
        }
        assert_eq!(names.len(), 3);
        assert_eq!(names[0], "nf_tables.ko.btf");
        assert_eq!(names[1], ".._up");
        assert!(names[2].ends_with("name_.ko.btf"), "{}", names[2]);
    }
}
