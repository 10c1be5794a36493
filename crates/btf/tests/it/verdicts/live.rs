//! The kernel itself, where `BTFSCOPE_ASK_KERNEL` names one and there is a C compiler.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What a kernel says of a list of BTFs.
pub struct Answers {
    /// Its release and machine.
    pub kernel: String,
    /// `accepted`, or the error and the last line of the log.
    pub verdicts: Vec<String>,
}

/// Asks the kernel that the environment names: `this` for the one that runs, which must let the user load BTF,
/// or the file of one that qemu boots. Without the variable says so and gives nothing.
pub fn ask(cases: &[&[u8]]) -> Option<Answers> {
    let Some(kernel) = std::env::var_os("BTFSCOPE_ASK_KERNEL") else {
        eprintln!("BTFSCOPE_ASK_KERNEL is not set: no kernel is asked");
        return None;
    };
    let folder = std::env::temp_dir().join(format!("btfscope-verdicts-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut pack = Vec::new();
    for bytes in cases {
        pack.extend((bytes.len() as u32).to_le_bytes());
        pack.extend_from_slice(bytes);
    }
    std::fs::write(folder.join("cases"), pack).unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/verdicts/load.c");
    let mut compile = Command::new("cc");
    compile
        .args(["-O1", "-static", "-o"])
        .arg(folder.join("init"));
    assert!(compile.arg(source).status().unwrap().success());
    let said = match kernel.to_str() {
        Some("this") => run(Command::new(folder.join("init")).arg(folder.join("cases"))),
        _ => boot(&folder, Path::new(&kernel)),
    };
    std::fs::remove_dir_all(folder).unwrap();
    Some(read(&said, cases.len()))
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Boots a kernel whose first process is the program, without hardware help.
fn boot(folder: &Path, kernel: &Path) -> String {
    let archive: PathBuf = folder.join("initramfs");
    let pack = "printf 'init\\ncases\\n' | cpio -o -H newc --quiet > initramfs";
    run(Command::new("sh").args(["-c", pack]).current_dir(folder));
    let mut qemu = Command::new("timeout");
    let machine = "900 qemu-system-x86_64 -accel tcg -cpu max -m 1G -display none -monitor none \
                   -no-reboot -serial stdio -append";
    qemu.args(machine.split_whitespace());
    // On a busy machine the guest's timer looks broken to it.
    qemu.arg("console=ttyS0 panic=-1 quiet loglevel=0 no_timer_check");
    qemu.arg("-kernel").arg(kernel).arg("-initrd").arg(archive);
    run(&mut qemu)
}

fn read(said: &str, count: usize) -> Answers {
    let mut kernel = None;
    let mut verdicts = Vec::new();
    for line in said.lines().map(|line| line.trim_end_matches('\r')) {
        let (head, rest) = line.split_once(' ').unwrap_or((line, ""));
        if head == "kernel" {
            kernel = Some(rest.to_owned());
        } else if kernel.is_some() && head.parse() == Ok(verdicts.len()) {
            verdicts.push(match rest.trim_end() {
                "ok" => "accepted".to_owned(),
                refused => refused.to_owned(),
            });
        }
    }
    let whole = said.lines().any(|line| line.trim_end() == "end");
    assert!(
        whole && verdicts.len() == count,
        "{} of {count} answers in {said}",
        verdicts.len()
    );
    Answers {
        kernel: kernel.unwrap_or_default(),
        verdicts,
    }
}
