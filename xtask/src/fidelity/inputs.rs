//! Kernels with debug information, out of distributions' packages.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::Bench;
use crate::failure::{Because, Outcome, fail};
use crate::files;
use crate::setup::debian_script;

/// A kernel that we compare on.
#[derive(Clone)]
pub struct Kernel {
    pub name: String,
    pub says: String,
    suite: String,
    arch: String,
    package: Package,
    /// Taken out of the package, by the name of the file; those that a named kernel lacks are left out.
    modules: Vec<&'static str>,
    must_have_modules: bool,
}

#[derive(Clone)]
enum Package {
    Named(String),
    /// What a meta package depends on: the newest.
    Newest(String),
}

const COMMON: &[&str] = &["btrfs", "xfs", "nf_tables", "nf_conntrack", "virtio_net"];

/// What is taken of kernels whose own BTF is compared too, and of those that are named: some packages lack a few.
const COMMONEST: &[&str] = &[
    "8021q",
    "bonding",
    "bridge",
    "btrfs",
    "ceph",
    "cifs",
    "dm-crypt",
    "dm-mod",
    "ib_core",
    "loop",
    "mlx5_core",
    "nf_conntrack",
    "nf_tables",
    "nfs",
    "nfsd",
    "openvswitch",
    "sctp",
    "sunrpc",
    "tcp_bbr",
    "tun",
    "vfio",
    "vhost",
    "virtio_net",
    "vxlan",
    "wireguard",
    "xfs",
];

/// Taken of kernels that are named. Cloud kernels have none of them.
const IN_RUST: &[&str] = &["ax88796b_rust", "qt2025"];

/// Name, what it is, suite, architecture, package (a meta package, or that of the kernel itself), modules.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

const KERNELS: &[Row] = &[
    (
        "6.1",
        "gcc 12, x86-64",
        "bookworm",
        "amd64",
        "linux-image-6.1.0-47-cloud-amd64-dbg",
        &[
            "tcp_bbr",
            "virtio_net",
            "ena",
            "nf_conntrack",
            "nf_tables",
            "btrfs",
            "xfs",
        ],
    ),
    (
        "6.12",
        "gcc 12, x86-64, kfuncs",
        "bookworm-backports",
        "amd64",
        "linux-image-cloud-amd64-dbg",
        COMMON,
    ),
    (
        "sid",
        "the newest gcc, x86-64, Rust units",
        "sid",
        "amd64",
        "linux-image-cloud-amd64-dbg",
        COMMONEST,
    ),
    (
        "s390x",
        "big-endian, 64-bit",
        "bookworm",
        "s390x",
        "linux-image-s390x-dbg",
        COMMON,
    ),
    (
        "armel",
        "32-bit Arm",
        "bookworm",
        "armel",
        "linux-image-marvell-dbg",
        &["btrfs", "xfs", "nf_tables", "nf_conntrack", "bluetooth"],
    ),
];

/// The kernels that are compared without being named.
fn known() -> Vec<Kernel> {
    KERNELS
        .iter()
        .map(|&(name, says, suite, arch, package, modules)| Kernel {
            name: name.to_owned(),
            says: says.to_owned(),
            suite: suite.to_owned(),
            arch: arch.to_owned(),
            package: Package::of(package),
            modules: modules.to_vec(),
            must_have_modules: true,
        })
        .collect()
}

impl Package {
    /// A kernel's own debug package has its release in its name, a meta package has not.
    fn of(name: &str) -> Package {
        let is_release = |name: &str| name.starts_with(|c: char| c.is_ascii_digit());
        match name.strip_prefix("linux-image-").is_some_and(is_release) {
            true => Package::Named(name.to_owned()),
            false => Package::Newest(name.to_owned()),
        }
    }
}

/// A kernel by its name in the list, or any other of Debian's as `SUITE/ARCH/PACKAGE`.
fn named(name: &str) -> Option<Kernel> {
    if let Some(kernel) = known().into_iter().find(|kernel| kernel.name == name) {
        return Some(kernel);
    }
    let parts: Vec<&str> = name.split('/').collect();
    let &[suite, arch, package] = parts.as_slice() else {
        return None;
    };
    let plain = |part: &str| {
        let taken = |c: char| c.is_ascii_alphanumeric() || "-+._".contains(c);
        part.starts_with(|c: char| c.is_ascii_alphanumeric()) && part.chars().all(taken)
    };
    if !parts.iter().all(|part| plain(part)) || !package.ends_with("-dbg") {
        return None;
    }
    Some(Kernel {
        name: parts.join("-"),
        says: format!("{arch}, {suite}"),
        suite: suite.to_owned(),
        arch: arch.to_owned(),
        package: Package::of(package),
        modules: [COMMONEST, IN_RUST].concat(),
        must_have_modules: false,
    })
}

/// A kernel's files as they are here.
pub struct Input {
    pub kernel: Kernel,
    pub release: String,
    pub vmlinux: PathBuf,
    /// In the order of their names.
    pub modules: Vec<PathBuf>,
}

impl Input {
    /// Whether this kernel's build changes types behind the encoder: from Linux 7.0 on.
    pub fn builds_change_types(&self) -> bool {
        let major: String = self
            .release
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        major.parse::<u32>().is_ok_and(|major| major >= 7)
    }
}

pub fn check_names(only: &[String]) -> Outcome {
    match only.iter().find(|name| named(name).is_none()) {
        None => Ok(()),
        Some(unknown) => {
            let names: Vec<_> = known().into_iter().map(|kernel| kernel.name).collect();
            fail(format!(
                "there is no kernel {unknown}; there are {}, and all of Debian's as SUITE/ARCH/PACKAGE, such as \
                 sid/riscv64/linux-image-riscv64-dbg",
                names.join(", ")
            ))
        }
    }
}

/// The kernels asked for; those that are not here are downloaded, one after the other.
pub fn ready(bench: &Bench, only: &[String], all_modules: bool) -> Outcome<Vec<Input>> {
    let kernels: Vec<Kernel> = match only {
        [] => known(),
        only => only.iter().filter_map(|name| named(name)).collect(),
    };
    let mut found = Vec::new();
    for kernel in kernels {
        let own = bench.project.kernels().join("fidelity").join(&kernel.name);
        let given = env::var_os("BTFSCOPE_KERNELS").filter(|given| !given.is_empty());
        let folder =
            given.map_or_else(|| own.clone(), |given| Path::new(&given).join(&kernel.name));
        let input = match kernel.look(&folder, all_modules)? {
            Some(input) => input,
            None if folder != own => {
                println!(
                    "BTFSCOPE_KERNELS has no kernel with its modules in {}: left out",
                    folder.display()
                );
                continue;
            }
            None => {
                kernel.fetch(bench, &own, all_modules)?;
                match kernel.look(&own, all_modules)? {
                    Some(input) => input,
                    None => {
                        return fail(format!(
                            "the package of kernel {} has other files than expected: {}",
                            kernel.name,
                            own.display()
                        ));
                    }
                }
            }
        };
        found.push(input);
    }
    if found.is_empty() {
        return fail("there is no kernel to compare on");
    }
    Ok(found)
}

/// Says that all modules were taken out of the package.
const ALL: &str = "all-modules";

impl Kernel {
    /// The files below `folder`, a package unpacked; none where one of them is not there.
    fn look(&self, folder: &Path, all_modules: bool) -> Outcome<Option<Input>> {
        if all_modules && !folder.join(ALL).exists() {
            return Ok(None);
        }
        let debug = folder.join("usr/lib/debug");
        let files = files::under(&debug)?;
        let name = |path: &Path| {
            path.file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned()
        };
        let Some(vmlinux) = files.iter().find(|path| name(path).starts_with("vmlinux")) else {
            return Ok(None);
        };
        let mut modules: Vec<PathBuf> = files
            .iter()
            .filter(|path| name(path).ends_with(".ko"))
            .cloned()
            .collect();
        if !all_modules {
            let wanted = |path: &PathBuf| {
                self.modules
                    .iter()
                    .any(|module| name(path) == format!("{module}.ko"))
            };
            modules.retain(wanted);
            if self.must_have_modules && modules.len() != self.modules.len() {
                return Ok(None);
            }
        }
        modules.sort_by_key(|path| name(path));
        // boot/vmlinux-RELEASE, or lib/modules/RELEASE/vmlinux.
        let release = match name(vmlinux).strip_prefix("vmlinux-") {
            Some(release) => release.to_owned(),
            None => vmlinux.parent().map(name).unwrap_or_default(),
        };
        Ok(Some(Input {
            kernel: self.clone(),
            release,
            vmlinux: vmlinux.clone(),
            modules,
        }))
    }

    fn fetch(&self, bench: &Bench, folder: &Path, all_modules: bool) -> Outcome {
        let (project, tools) = (bench.project, &bench.tools);
        println!(
            "set-up: kernel {}: 300 to 430 MB to download, up to 700 MB on disk",
            self.name
        );
        let work = project.kernels().join("fidelity/download");
        let clear = |path: &Path| match path.is_dir() {
            true => fs::remove_dir_all(path).because(format!("removing {}", path.display())),
            false => Ok(()),
        };
        clear(&work)?;
        clear(folder)?;
        fs::create_dir_all(folder).because(format!("making {}", folder.display()))?;
        let script = |mode: &str| -> Outcome<_> {
            let mut command = debian_script(project, tools, mode, &self.suite, &work)?;
            command.env("ARCH", &self.arch);
            Ok(command)
        };
        let package = match &self.package {
            Package::Named(name) => name.clone(),
            Package::Newest(meta) => {
                let mut newest = script("newest")?;
                let output = newest
                    .arg(meta)
                    .stderr(Stdio::inherit())
                    .output()
                    .because("asking apt")?;
                String::from_utf8_lossy(&output.stdout).trim().to_owned()
            }
        };
        if package.is_empty() {
            return fail(format!(
                "{} has no debug package for kernel {}",
                self.suite, self.name
            ));
        }
        println!("  {package}");
        crate::toolbox::run(script("only")?.arg(&package))?;
        let debs = files::under(&work)?;
        let Some(deb) = debs
            .iter()
            .find(|path| path.extension().is_some_and(|it| it == "deb"))
        else {
            return fail(format!("apt-get left no package in {}", work.display()));
        };
        self.unpack(bench, deb, folder, all_modules)?;
        clear(&work)
    }

    /// Takes the kernel and modules out of a package. What is not in it shows afterwards.
    fn unpack(&self, bench: &Bench, deb: &Path, folder: &Path, all_modules: bool) -> Outcome {
        let mut unpack = bench.tools.command("dpkg-deb")?;
        unpack.arg("--fsys-tarfile").arg(deb).stdout(Stdio::piped());
        let mut unpack = unpack.spawn().because("starting dpkg-deb")?;
        let Some(archive) = unpack.stdout.take() else {
            return fail("dpkg-deb has no output");
        };
        let mut tar = bench.tools.command("tar")?;
        tar.args(["-x", "--no-same-owner", "--wildcards", "-C"])
            .arg(folder);
        // The kernel is in one of these, and tar complains of the other.
        tar.args([
            "./usr/lib/debug/boot/vmlinux-*",
            "./usr/lib/debug/lib/modules/*/vmlinux",
        ]);
        if all_modules {
            tar.arg("*.ko");
        } else {
            tar.args(self.modules.iter().map(|module| format!("*/{module}.ko")));
        }
        let tar = tar.stdin(archive).stderr(Stdio::null()).status();
        let _ = tar.because("running tar")?;
        let done = unpack.wait().because("running dpkg-deb")?;
        if !done.success() {
            return fail(format!("{} could not be unpacked", deb.display()));
        }
        if all_modules {
            fs::write(folder.join(ALL), "").because("noting that all modules are there")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_unknown_ones_are_refused() {
        let kernels = known();
        for (number, kernel) in kernels.iter().enumerate() {
            let first = kernels.iter().position(|other| other.name == kernel.name);
            assert_eq!(first, Some(number));
            assert!(kernel.modules.len() >= 5, "{}", kernel.name);
        }
        // The kernel of `test`, whose results are in tests/oracle.
        let release = kernels.iter().find_map(|kernel| match &kernel.package {
            Package::Named(name) => Some(name.clone()),
            Package::Newest(_) => None,
        });
        let package = format!("linux-image-{}-dbg", crate::setup::KERNEL);
        assert_eq!(release, Some(package));
        let any = "sid/riscv64/linux-image-riscv64-dbg".to_owned();
        assert!(check_names(&["6.1".to_owned(), any]).is_ok());
        for unknown in [
            "5.4",
            "sid/riscv64",
            "sid/../linux-image-riscv64-dbg",
            "sid/arm64/bash",
        ] {
            assert!(check_names(&[unknown.to_owned()]).is_err(), "{unknown}");
        }
    }
}
