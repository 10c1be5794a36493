//! libbpf itself: `BTFSCOPE_LIBBPF` names a folder with `libbpf.so.1` of 1.8 or newer, which no distribution's
//! stable release has. `BTFSCOPE_BLESS=1` writes down what it says.

use super::{
    AS_LIBBPF, BLOCK, BLOCKS, CASES, DIGESTS, block, cases, data, digest, ours, programs, said,
    scattered,
};
use crate::ext;
use btf::{Btf, BtfExt, Endian, WriteOptions};
use dedup::{Options, dedup_with_ext};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

/// A libbpf, and a folder for what it reads and writes.
struct Libbpf {
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
    /// The libbpf that the environment names.
    fn find(purpose: &str) -> Libbpf {
        let folder = std::env::var_os("BTFSCOPE_LIBBPF")
            .expect("BTFSCOPE_LIBBPF names a folder with libbpf.so.1");
        let library = PathBuf::from(folder).join("libbpf.so.1");
        let name = format!("btfscope-libbpf-{purpose}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let program = folder.join("dedup");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/libbpf/dedup.c");
        let mut compile = Command::new("cc");
        compile.args(["-O1", "-o"]).arg(&program).arg(source);
        assert!(compile.arg("-ldl").status().unwrap().success());
        Libbpf {
            program,
            library,
            folder,
        }
    }

    /// What libbpf makes of each BTF, or its error; where `collide`, with all hashes in one bucket.
    fn dedup(&self, inputs: &[Btf], collide: bool) -> Vec<Result<Btf, i32>> {
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
    fn dedup_with_ext(&self, btf: &Btf, ext: &[u8]) -> (Btf, BtfExt) {
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

fn blessing() -> bool {
    std::env::var_os("BTFSCOPE_BLESS").is_some()
}

#[test]
#[ignore = "needs libbpf 1.8 in BTFSCOPE_LIBBPF"]
fn every_rule_is_as_written_down() {
    let libbpf = Libbpf::find("cases");
    let cases = cases();
    let inputs: Vec<Btf> = cases.iter().map(|case| case.input.clone()).collect();
    let says = |result: Result<Btf, i32>| match result {
        Ok(btf) => said(&btf),
        Err(number) => format!("error {number}"),
    };
    let ask = |inputs: &[Btf], collide| -> Vec<String> {
        let results = libbpf.dedup(inputs, collide);
        results.into_iter().map(says).collect()
    };
    let results = ask(&inputs, false);
    assert_eq!(results, ask(&inputs, true));
    let once: Vec<Btf> = inputs.iter().map(scattered).collect();
    assert_eq!(results, ask(&once, false));
    if blessing() {
        let path = data(CASES);
        let old = std::fs::read_to_string(&path).unwrap();
        let mut new = old.split("\n== ").next().unwrap().trim_end().to_owned();
        new.push('\n');
        for (case, result) in cases.iter().zip(&results) {
            let _ = write!(new, "\n== {}\n-- becomes\n{result}\n", case.text);
        }
        std::fs::write(path, new).unwrap();
        return;
    }
    for (case, result) in cases.iter().zip(results) {
        assert_eq!(case.expected, result, "{}", case.text);
    }
}

#[test]
#[ignore = "needs libbpf 1.8 in BTFSCOPE_LIBBPF"]
fn random_programs_come_out_as_ours() {
    let libbpf = Libbpf::find("random");
    let mut digests = String::new();
    for (name, make) in programs::WAYS {
        for number in 0..BLOCKS {
            let inputs = block(make, number);
            let theirs = libbpf.dedup(&inputs, false);
            for (at, (ours, theirs)) in ours(&inputs, &AS_LIBBPF).iter().zip(&theirs).enumerate() {
                let seed = number * BLOCK + at as u64;
                assert_eq!(digest(0, ours), digest(0, theirs), "{name}, seed {seed}");
            }
            let of = theirs.iter().fold(0, digest);
            let _ = writeln!(digests, "{name} {number}: {of:016x}");
        }
    }
    // The last line is a count of ours.
    let written = std::fs::read_to_string(data(DIGESTS)).unwrap();
    let (lines, count) = written.trim_end().rsplit_once('\n').unwrap();
    if blessing() {
        std::fs::write(data(DIGESTS), format!("{digests}{count}\n")).unwrap();
        return;
    }
    assert_eq!(lines, digests.trim_end());
}

#[test]
#[ignore = "needs libbpf 1.8 in BTFSCOPE_LIBBPF"]
fn records_beside_a_btf_follow_as_ours_do() {
    let libbpf = Libbpf::find("ext");
    let mut btf = ext::program();
    let bytes = ext::ext(&mut btf, Endian::Little);
    let (theirs, their_ext) = libbpf.dedup_with_ext(&btf, &bytes);
    let mut ours = BtfExt::parse(bytes).unwrap();
    let deduped = dedup_with_ext(btf, &mut ours, &Options::default()).unwrap();
    assert_eq!(ours.as_bytes(), their_ext.as_bytes());
    assert_eq!(
        deduped.btf.strings().as_bytes(),
        theirs.strings().as_bytes()
    );
    assert!(deduped.btf.types().eq(theirs.types()));
}
