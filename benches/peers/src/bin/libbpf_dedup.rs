//! `bench-libbpf-dedup IN.btf OUT.btf`: libbpf's `btf__dedup`, with the same work around it as
//! `btfscope dedup` has: read the file, dedup, write the result.

use std::ffi::{CStr, OsString};
use std::fs;
use std::process::ExitCode;
use std::ptr;

use bench_peers::{Trouble, processor_seconds, tell};
use libbpf_sys::{
    btf__dedup, btf__free, btf__new, btf__raw_data, btf__type_cnt, libbpf_get_error,
    libbpf_version_string,
};
use nix::sys::resource::{UsageWho, getrusage};

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    match (args.next(), args.next()) {
        (Some(input), Some(output)) => tell(dedup(&input, &output)),
        (Some(word), None) if word == "--version" => tell(Ok(version())),
        _ => {
            eprintln!("usage: bench-libbpf-dedup IN.btf OUT.btf, or --version");
            ExitCode::from(2)
        }
    }
}

fn version() -> String {
    // SAFETY: libbpf gives a string that lives as long as the program.
    let version = unsafe { CStr::from_ptr(libbpf_version_string()) };
    version.to_string_lossy().into_owned()
}

fn dedup(input: &OsString, output: &OsString) -> Result<String, Trouble> {
    let bytes = fs::read(input)?;
    let size = u32::try_from(bytes.len())?;
    // SAFETY: pointer and size are those of `bytes`, which libbpf copies.
    let btf = unsafe { btf__new(bytes.as_ptr().cast(), size) };
    // SAFETY: the function takes any pointer that libbpf returned.
    let code = unsafe { libbpf_get_error(btf.cast()) };
    if btf.is_null() || code != 0 {
        return Err(format!("libbpf does not read the BTF: error {code}").into());
    }
    drop(bytes);
    let start = processor_seconds(&getrusage(UsageWho::RUSAGE_SELF)?);
    // SAFETY: `btf` is valid; the options may be left out.
    let code = unsafe { btf__dedup(btf, ptr::null()) };
    let alone = processor_seconds(&getrusage(UsageWho::RUSAGE_SELF)?) - start;
    if code != 0 {
        return Err(format!("btf__dedup ended with error {code}").into());
    }
    let mut size = 0;
    // SAFETY: `btf` is valid, and `size` is written before it is read.
    let data = unsafe { btf__raw_data(btf, &mut size) };
    if data.is_null() {
        return Err("libbpf gives no bytes".into());
    }
    // SAFETY: libbpf gave `size` bytes at `data`, which live as long as `btf`.
    let result = unsafe { std::slice::from_raw_parts(data.cast::<u8>(), size as usize) };
    fs::write(output, result)?;
    // SAFETY: `btf` is valid. Type 0 is counted too.
    let types = unsafe { btf__type_cnt(btf) } - 1;
    // SAFETY: nobody uses `btf` or its bytes after this.
    unsafe { btf__free(btf) };
    Ok(format!("{types} types; btf__dedup alone {alone:.2} s CPU"))
}
