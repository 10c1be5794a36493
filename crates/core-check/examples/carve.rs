//! Writes the BPF objects that files contain into a folder, named by the file and their place in it: `carve FOLDER FROM…`. Of a
//! directory, all files below it are searched.

use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let folder = args.next().ok_or("usage: carve FOLDER FROM...")?;
    std::fs::create_dir_all(&folder)?;
    let mut open: Vec<PathBuf> = args.collect();
    let mut count = 0;
    while let Some(path) = open.pop() {
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            for entry in std::fs::read_dir(&path)? {
                open.push(entry?.path());
            }
        } else if path.is_file() {
            count += carve(&path, &folder)?;
        }
    }
    println!("{count} objects");
    Ok(())
}

fn carve(path: &Path, folder: &Path) -> Result<usize, Box<dyn std::error::Error>> {
    let bytes = std::fs::read(path)?;
    let found = core_check::embedded(&bytes);
    for (number, range) in found.iter().enumerate() {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = format!("{name}-{}.bpf.o", number + 1);
        std::fs::write(folder.join(name), &bytes[range.clone()])?;
    }
    Ok(found.len())
}
