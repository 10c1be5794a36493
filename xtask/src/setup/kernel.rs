//! A distribution's kernel with debug information, for the tests.

use std::env;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::apt;
use crate::failure::{Because, Outcome, fail};
use crate::files::Summed;
use crate::project::Project;
use crate::toolbox::{Toolbox, run};

pub const RELEASE: &str = "6.1.0-47-cloud-amd64";
const VERSION: &str = "6.1.170-3";
const LENGTH: u64 = 587_352_384;
const SHA256: &str = "faf59fd21881ac99bddb51434beb9ffeeecd73fd511bfd08dc2bd98c77f750d4";

fn package() -> String {
    format!("linux-image-{RELEASE}-dbg")
}

fn place(project: &Project) -> PathBuf {
    project.kernels().join(format!("vmlinux-{RELEASE}"))
}

/// Finds the kernel and hands it on as `BTFSCOPE_KERNEL`.
pub fn find(project: &Project, tools: &mut Toolbox) -> Outcome<bool> {
    if let Some(given) = env::var_os("BTFSCOPE_KERNEL").filter(|given| !given.is_empty()) {
        // The tests run elsewhere than in the folder in which the path was typed.
        let path = fs::canonicalize(&given).because(format!(
            "BTFSCOPE_KERNEL is {}",
            Path::new(&given).display()
        ))?;
        tools.set("BTFSCOPE_KERNEL", path);
        return Ok(true);
    }
    let place = place(project);
    // Only a file with the right sum ever gets this name; the length finds later accidents.
    let found = fs::metadata(&place).is_ok_and(|meta| meta.len() == LENGTH);
    if found {
        tools.set("BTFSCOPE_KERNEL", place);
    }
    Ok(found)
}

/// Downloads the package, takes the one file out of it, checks it and keeps it.
pub fn fetch(project: &Project, tools: &Toolbox) -> Outcome {
    if tools.find("apt-get").is_none() || tools.find("dpkg-deb").is_none() {
        return fail(format!(
            "the tests' kernel comes from Debian's package {} and this system has no apt-get: \
             set BTFSCOPE_KERNEL to a vmlinux with DWARF and .BTF",
            package()
        ));
    }
    let kernels = project.kernels();
    let work = kernels.join("download");
    fs::create_dir_all(&work).because(format!("making {}", work.display()))?;
    let deb = download(tools, &work)?;
    let part = work.join("vmlinux.part");
    extract(tools, &deb, &part)?;
    let place = place(project);
    fs::rename(&part, &place).because(format!("naming {}", place.display()))?;
    fs::remove_dir_all(&work).because(format!("removing {}", work.display()))
}

fn download(tools: &Toolbox, work: &Path) -> Outcome<PathBuf> {
    let attempt = || -> Outcome {
        let mut get = tools.command("apt-get")?;
        // Root's cache folder may be closed to the user that apt downloads as.
        get.args(["-q", "-o", "APT::Sandbox::User=root"]);
        get.args(["download", &format!("{}={VERSION}", package())]);
        run(get.current_dir(work))
    };
    if attempt().is_err() {
        println!("  the list of packages may be old; renewing it");
        let mut update = apt::apt_get(tools)?;
        // A failure here shows in the next attempt, which says more.
        let _ = run(update.args(["-qq", "update"]));
        if let Err(failure) = attempt() {
            return fail(format!(
                "{failure}: Debian serves {} {VERSION} no more, or its archive cannot be reached. Its snapshot archive keeps it: \
                 take /usr/lib/debug/boot/vmlinux-{RELEASE} out of it and set BTFSCOPE_KERNEL to that file",
                package()
            ));
        }
    }
    let entries = fs::read_dir(work).because(format!("listing {}", work.display()))?;
    let deb = entries
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "deb"));
    match deb {
        Some(deb) => Ok(deb),
        None => fail(format!("apt-get left no package in {}", work.display())),
    }
}

fn extract(tools: &Toolbox, deb: &Path, part: &Path) -> Outcome {
    println!("  taking vmlinux-{RELEASE} out of the package");
    let mut unpack = tools.command("dpkg-deb")?;
    unpack.arg("--fsys-tarfile").arg(deb).stdout(Stdio::piped());
    let mut unpack = unpack.spawn().because("starting dpkg-deb")?;
    let Some(archive) = unpack.stdout.take() else {
        return fail("dpkg-deb has no output");
    };
    let mut tar = tools.command("tar")?;
    tar.arg("-xO")
        .arg(format!("./usr/lib/debug/boot/vmlinux-{RELEASE}"));
    tar.stdin(archive).stdout(Stdio::piped());
    let mut tar = tar.spawn().because("starting tar")?;
    let Some(mut file) = tar.stdout.take() else {
        return fail("tar has no output");
    };
    let out = File::create(part).because(format!("creating {}", part.display()))?;
    let mut out = Summed::new(out);
    let length = io::copy(&mut file, &mut out).because(format!("writing {}", part.display()))?;
    let both = [tar.wait(), unpack.wait()];
    if !both
        .into_iter()
        .all(|status| status.is_ok_and(|status| status.success()))
    {
        return fail(format!("{} could not be unpacked", deb.display()));
    }
    let sum = out.sum();
    if (length, sum.as_str()) != (LENGTH, SHA256) {
        return fail(format!(
            "vmlinux-{RELEASE} out of {} is not the expected file: {length} bytes with SHA-256 {sum}, expected {LENGTH} with {SHA256}",
            deb.display()
        ));
    }
    Ok(())
}
