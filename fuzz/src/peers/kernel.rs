//! Our verifier, by the rules of the running kernel's release, and that kernel (`BPF_BTF_LOAD`). Needs root.

use std::ffi::CStr;
use std::io;
use std::mem::size_of;
use std::sync::LazyLock;

use btf::layout;
use btf::verify::{self, Release, Subject, Target};

use super::cannot_ask;

/// The command of the system call.
const BPF_BTF_LOAD: libc::c_int = 18;
/// Bytes of the kernel's log.
const LOG: usize = 1 << 20;

/// What the command takes.
#[repr(C)]
#[derive(Default)]
struct Load {
    btf: u64,
    log: u64,
    size: u32,
    log_size: u32,
    log_level: u32,
    log_true_size: u32,
    flags: u32,
    token: u32,
}

/// The release of the running kernel.
static RELEASE: LazyLock<Release> = LazyLock::new(|| {
    // SAFETY: all of it is arrays of characters, for which zeroes are valid; the call fills them with texts that end.
    let release = unsafe {
        let mut name: libc::utsname = std::mem::zeroed();
        libc::uname(&mut name);
        CStr::from_ptr(name.release.as_ptr())
            .to_string_lossy()
            .into_owned()
    };
    release
        .parse()
        .unwrap_or_else(|error| cannot_ask(&format!("the kernel {release}: {error}")))
});

/// The kernel accepts what our verifier accepts, and nothing else.
///
/// # Panics
///
/// If it does not.
pub fn run(data: &[u8]) {
    let target = Target {
        subject: Subject::Program,
        release: *RELEASE,
    };
    let ours = verify::verify_as(data, None, target).map(drop);
    let theirs = load(data, None);
    if let Err(error) = &theirs
        && matches!(
            error.raw_os_error(),
            Some(libc::EPERM | libc::EACCES | libc::ENOSYS)
        )
    {
        cannot_ask(&format!("BPF_BTF_LOAD is for root: {error}"));
    }
    if ours.is_ok() == theirs.is_ok() || expected(data, &theirs) {
        return;
    }
    let mut log = vec![0; LOG];
    drop(load(data, Some(&mut log)));
    let end = log.iter().position(|byte| *byte == 0).unwrap_or(LOG);
    let log = String::from_utf8_lossy(&log[..end]);
    let tail: Vec<&str> = log.lines().rev().take(6).collect();
    panic!(
        "ours: {ours:?}\nthe kernel: {theirs:?}, whose log ends (last line first) with {tail:#?}"
    );
}

/// Differences that are judged: memory is the machine's matter; and pointers are as wide as the BTF says for us, as wide as
/// the kernel's own for the kernel.
fn expected(data: &[u8], theirs: &io::Result<()>) -> bool {
    let error = theirs.as_ref().err().and_then(io::Error::raw_os_error);
    let of_machine = matches!(error, Some(libc::ENOMEM | libc::EINTR | libc::EAGAIN));
    let pointer = btf::parse(data, None).map(|btf| layout::pointer_size(&btf));
    of_machine || pointer.is_ok_and(|pointer| pointer != size_of::<usize>() as u64)
}

/// Loads BTF into the kernel, and lets go of it again.
fn load(data: &[u8], log: Option<&mut Vec<u8>>) -> io::Result<()> {
    let mut load = Load {
        btf: data.as_ptr() as u64,
        size: data.len() as u32,
        ..Load::default()
    };
    if let Some(log) = log {
        load.log = log.as_mut_ptr() as u64;
        load.log_size = log.len() as u32;
        load.log_level = 1;
    }
    // SAFETY: the structure is the command's, and its pointers and lengths are those of slices that outlive the call. The
    // descriptor is closed once.
    unsafe {
        let file = libc::syscall(libc::SYS_bpf, BPF_BTF_LOAD, &load, size_of::<Load>());
        if file < 0 {
            return Err(io::Error::last_os_error());
        }
        libc::close(file as libc::c_int);
    }
    Ok(())
}
