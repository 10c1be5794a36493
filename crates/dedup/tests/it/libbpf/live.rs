//! The real libbpf, where `BTFSCOPE_LIBBPF` names a folder with `libbpf.so.1` of 1.8 or newer and there is a
//! C compiler.

use btf::{Btf, BtfExt, WriteOptions};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

/// A libbpf, and a folder for what it reads and writes.
pub struct Libbpf {
    program: PathBuf,
    library: PathBuf,
    folder: PathBuf,
}

impl Drop for Libbpf {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Libbpf {
    /// The libbpf that the environment names; without one says that there is none.
    pub fn find(purpose: &str) -> Option<Libbpf> {
        let Some(folder) = std::env::var_os("BTFSCOPE_LIBBPF") else {
            eprintln!("BTFSCOPE_LIBBPF is not set: libbpf itself is not asked");
            return None;
        };
        let library = PathBuf::from(folder).join("libbpf.so.1");
        let name = format!("btfscope-libbpf-{purpose}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let program = folder.join("dedup");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/libbpf/dedup.c");
        let mut compile = Command::new("cc");
        compile.args(["-O1", "-o"]).arg(&program).arg(source);
        assert!(compile.arg("-ldl").status().unwrap().success());
        Some(Libbpf {
            program,
            library,
            folder,
        })
    }

    /// What libbpf makes of each BTF, or its error; where `collide`, with all hashes in one bucket.
    pub fn dedup(&self, inputs: &[Btf], collide: bool) -> Vec<Result<Btf, i32>> {
        let path = |at: usize, suffix: &str| self.folder.join(format!("{at}.btf{suffix}"));
        let write = |btf: &Btf, to: PathBuf| {
            std::fs::write(to, btf.to_bytes(WriteOptions::default()).unwrap()).unwrap();
        };
        for (at, btf) in inputs.iter().enumerate() {
            write(btf, path(at, ""));
            if let Some(base) = btf.base() {
                write(base, path(at, ".base"));
            }
        }
        let numbers: Vec<usize> = (0..inputs.len()).collect();
        for some in numbers.chunks(1000) {
            let files = some.iter().map(|&at| path(at, ""));
            self.run(files.collect(), collide);
        }
        let taken = |file: PathBuf| {
            let bytes = std::fs::read(&file);
            let _ = std::fs::remove_file(file);
            bytes
        };
        let result = |(at, input): (usize, &Btf)| {
            let base = input.base().map(Arc::clone);
            for suffix in ["", ".base"] {
                let _ = std::fs::remove_file(path(at, suffix));
            }
            match taken(path(at, ".err")) {
                Ok(number) => Err(String::from_utf8(number).unwrap().trim().parse().unwrap()),
                Err(_) => Ok(btf::parse(&taken(path(at, ".out")).unwrap(), base).unwrap()),
            }
        };
        inputs.iter().enumerate().map(result).collect()
    }

    /// What libbpf makes of a BTF and the `.BTF.ext` beside it.
    pub fn dedup_with_ext(&self, btf: &Btf, ext: &[u8]) -> (Btf, BtfExt) {
        let file = self.folder.join("with.btf");
        let bytes = btf.to_bytes(WriteOptions::default()).unwrap();
        std::fs::write(&file, bytes).unwrap();
        std::fs::write(self.folder.join("with.btf.ext"), ext).unwrap();
        self.run(vec![file], false);
        let read = |name: &str| std::fs::read(self.folder.join(name)).unwrap();
        let btf = btf::parse(&read("with.btf.out"), None).unwrap();
        (btf, BtfExt::parse(read("with.btf.ext.out")).unwrap())
    }

    fn run(&self, files: Vec<PathBuf>, collide: bool) {
        let mut command = Command::new(&self.program);
        let options = collide.then_some("=");
        command.arg(&self.library).args(options).args(files);
        let run = command.output().unwrap();
        let error = String::from_utf8_lossy(&run.stderr);
        assert!(run.status.success(), "{}: {error}", run.status);
    }
}
