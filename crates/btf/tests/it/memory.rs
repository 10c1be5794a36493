//! A section for which the system has no memory.

use btf::Error;
use std::process::Command;

/// What a section claims to have, of a file with holes.
const CLAIMED: u32 = 0xf000_0000;
/// Set in the process that has little memory.
const CHILD: &str = "BTFSCOPE_LITTLE_MEMORY";
const NAME: &str = "memory::a_section_for_which_there_is_no_memory_is_an_error";

/// Reads BTF whose sections claim these lengths. All its bytes behind the header are zero, and none is in memory.
fn read(type_len: u32, str_len: u32) -> Error {
    let mut header = vec![0x9f, 0xeb, 1, 0];
    for word in [24, 0, type_len, type_len, str_len] {
        header.extend_from_slice(&u32::to_le_bytes(word));
    }
    let len = u64::from(type_len) + u64::from(str_len) + header.len() as u64;
    let at = |offset: u64, to: &mut [u8]| {
        let own = usize::try_from(offset).ok().and_then(|at| header.get(at..));
        let own = own.unwrap_or_default();
        let count = own.len().min(to.len());
        to.fill(0);
        to[..count].copy_from_slice(&own[..count]);
        Ok::<(), Error>(())
    };
    btf::read(len, at, None).expect_err("the system has less")
}

#[test]
#[cfg(unix)]
fn a_section_for_which_there_is_no_memory_is_an_error() {
    if std::env::var_os(CHILD).is_some() {
        for (lens, claimed) in [((CLAIMED, 1), "type"), ((0, CLAIMED), "string")] {
            let error = read(lens.0, lens.1);
            assert!(
                matches!(error, Error::OutOfMemory { section, len: CLAIMED } if section == claimed),
                "{error:?}"
            );
            assert_eq!(
                error.to_string(),
                format!(
                    "there is not enough memory for the {claimed} section of this BTF ({CLAIMED} bytes)"
                )
            );
        }
        return;
    }
    let own = std::env::current_exe().expect("a path");
    let ran = Command::new("sh")
        .args(["-c", "ulimit -v 1000000; exec \"$0\" \"$@\""])
        .arg(own)
        .args(["--exact", NAME])
        .env(CHILD, "1")
        .output()
        .expect("a shell");
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && said.contains("1 passed"), "{said}");
}
