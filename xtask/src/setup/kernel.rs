//! A distribution's kernel with debug information and some of its modules, for the tests.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::apt;
use crate::failure::{Because, Outcome, fail};
use crate::files;
use crate::project::Project;
use crate::toolbox::{Toolbox, run};

pub const RELEASE: &str = "6.1.0-47-cloud-amd64";
const VERSION: &str = "6.1.170-3";

/// A file of the package.
struct Wanted {
    /// Where it is below `modules/RELEASE/kernel`; empty for the kernel itself.
    module: &'static str,
    length: u64,
    sha256: &'static str,
}

/// The kernel, then modules from small to large.
const FILES: [Wanted; 6] = [
    Wanted {
        module: "",
        length: 587_352_384,
        sha256: "faf59fd21881ac99bddb51434beb9ffeeecd73fd511bfd08dc2bd98c77f750d4",
    },
    Wanted {
        module: "net/ipv4/tcp_bbr.ko",
        length: 649_304,
        sha256: "79fe38c67dbcb859f301555ad8346e917de0b8ae4ad428268a4170d2889bfb3e",
    },
    Wanted {
        module: "drivers/net/virtio_net.ko",
        length: 1_385_920,
        sha256: "2b5ea99f710722dc947b39de40d0d5b5ceb032a27055fb4e21a1a99587c38e2f",
    },
    Wanted {
        module: "net/netfilter/nf_conntrack.ko",
        length: 10_052_560,
        sha256: "e05a98a719921a95b39d5fd6a446835836cc4f86d0868857b0cf794b5997ec0b",
    },
    Wanted {
        module: "net/netfilter/nf_tables.ko",
        length: 12_618_208,
        sha256: "95348724aa90e88f99e97438ed8667337ef7542af10407d140dd7429dca11de5",
    },
    Wanted {
        module: "fs/xfs/xfs.ko",
        length: 43_233_096,
        sha256: "4111d89cca6af4bba10a201b8f32040bc58580e236eb635b2bad86696638d8de",
    },
];

impl Wanted {
    /// Where it is in the package.
    fn packed(&self) -> String {
        match self.module {
            "" => format!("./usr/lib/debug/boot/vmlinux-{RELEASE}"),
            module => format!("./usr/lib/debug/lib/modules/{RELEASE}/kernel/{module}"),
        }
    }

    /// Where it is kept.
    fn place(&self, project: &Project) -> PathBuf {
        match self.module {
            "" => project.kernels().join(format!("vmlinux-{RELEASE}")),
            module => modules(project).join(module.rsplit('/').next().unwrap_or(module)),
        }
    }

    /// Only a file with the right sum ever gets its name; the length finds later accidents.
    fn is_there(&self, project: &Project) -> bool {
        fs::metadata(self.place(project)).is_ok_and(|meta| meta.len() == self.length)
    }
}

fn package() -> String {
    format!("linux-image-{RELEASE}-dbg")
}

/// The folder of the modules; it holds nothing else.
fn modules(project: &Project) -> PathBuf {
    project.kernels().join(format!("modules-{RELEASE}"))
}

/// Finds the kernel and its modules, and hands them on as `BTFSCOPE_KERNEL` and `BTFSCOPE_MODULES`. A
/// kernel that was given comes without modules unless their folder is given too.
pub fn find(project: &Project, tools: &mut Toolbox) -> Outcome<bool> {
    if let Some(given) = given("BTFSCOPE_KERNEL") {
        tools.set("BTFSCOPE_KERNEL", absolute("BTFSCOPE_KERNEL", &given)?);
        if let Some(given) = self::given("BTFSCOPE_MODULES") {
            tools.set("BTFSCOPE_MODULES", absolute("BTFSCOPE_MODULES", &given)?);
        }
        return Ok(true);
    }
    let found = FILES.iter().all(|file| file.is_there(project));
    if found {
        tools.set("BTFSCOPE_KERNEL", FILES[0].place(project));
        tools.set("BTFSCOPE_MODULES", modules(project));
    }
    Ok(found)
}

fn given(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|given| !given.is_empty())
}

/// The tests run elsewhere than in the folder in which the path was typed.
fn absolute(name: &str, given: &OsString) -> Outcome<PathBuf> {
    fs::canonicalize(given).because(format!("{name} is {}", Path::new(given).display()))
}

/// Downloads the package, takes the files out of it, checks them and keeps them.
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
    extract(tools, &deb, &work)?;
    let modules = modules(project);
    fs::create_dir_all(&modules).because(format!("making {}", modules.display()))?;
    for file in &FILES {
        let from = work.join(file.packed());
        check(file, &from)?;
        let place = file.place(project);
        fs::rename(&from, &place).because(format!("naming {}", place.display()))?;
    }
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
                 take /usr/lib/debug/boot/vmlinux-{RELEASE} out of it and set BTFSCOPE_KERNEL to that file, \
                 and BTFSCOPE_MODULES to a folder with modules of it",
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

fn extract(tools: &Toolbox, deb: &Path, work: &Path) -> Outcome {
    println!("  taking vmlinux-{RELEASE} and modules out of the package");
    let mut unpack = tools.command("dpkg-deb")?;
    unpack.arg("--fsys-tarfile").arg(deb).stdout(Stdio::piped());
    let mut unpack = unpack.spawn().because("starting dpkg-deb")?;
    let Some(archive) = unpack.stdout.take() else {
        return fail("dpkg-deb has no output");
    };
    let mut tar = tools.command("tar")?;
    tar.args(["-x", "--no-same-owner", "-C"]).arg(work);
    tar.args(FILES.iter().map(Wanted::packed)).stdin(archive);
    let tar = tar.status();
    let unpack = unpack.wait();
    let both = [tar, unpack];
    if !both
        .into_iter()
        .all(|status| status.is_ok_and(|status| status.success()))
    {
        return fail(format!("{} could not be unpacked", deb.display()));
    }
    Ok(())
}

fn check(file: &Wanted, path: &Path) -> Outcome {
    let open = File::open(path).because(format!("opening {}", path.display()))?;
    let (sum, length) = files::sha256(open).because(format!("reading {}", path.display()))?;
    if (length, sum.as_str()) == (file.length, file.sha256) {
        return Ok(());
    }
    fail(format!(
        "{} is not the expected file: {length} bytes with SHA-256 {sum}, expected {} with {}",
        path.display(),
        file.length,
        file.sha256
    ))
}
