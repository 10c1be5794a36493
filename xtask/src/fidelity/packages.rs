//! Kernels' packages of Debian: what comes out of them, beside what dpkg-deb and tar take out.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::{Bench, table};
use crate::failure::{Because, Outcome, fail};
use crate::files;
use crate::setup::debian_script;
use crate::toolbox::run as run_command;

/// Suite, architecture, and a meta package of debug packages. The image's package has the same release.
const NEWEST: &[(&str, &str, &str)] = &[
    ("bookworm", "amd64", "linux-image-cloud-amd64-dbg"),
    ("bookworm", "arm64", "linux-image-cloud-arm64-dbg"),
    ("bookworm", "ppc64el", "linux-image-powerpc64le-dbg"),
    ("bookworm", "s390x", "linux-image-s390x-dbg"),
    ("bookworm", "armel", "linux-image-marvell-dbg"),
    ("trixie", "amd64", "linux-image-cloud-amd64-dbg"),
    ("trixie", "riscv64", "linux-image-riscv64-dbg"),
    ("sid", "amd64", "linux-image-cloud-amd64-dbg"),
    ("sid", "arm64", "linux-image-cloud-arm64-dbg"),
    ("sid", "s390x", "linux-image-s390x-dbg"),
    ("bookworm", "mips64el", "linux-image-5kc-malta-dbg"),
    ("bookworm", "mipsel", "linux-image-4kc-malta-dbg"),
    ("bookworm", "armhf", "linux-image-armmp-dbg"),
    ("bookworm", "i386", "linux-image-686-dbg"),
    ("trixie", "arm64", "linux-image-cloud-arm64-dbg"),
    ("trixie", "ppc64el", "linux-image-powerpc64le-dbg"),
    ("trixie", "s390x", "linux-image-s390x-dbg"),
    ("trixie", "armhf", "linux-image-armmp-dbg"),
    ("sid", "loong64", "linux-image-loong64-dbg"),
    ("sid", "riscv64", "linux-image-riscv64-dbg"),
    ("sid", "ppc64el", "linux-image-powerpc64le-dbg"),
    ("bookworm", "amd64", "linux-image-rt-amd64-dbg"),
    ("trixie", "amd64", "linux-image-amd64-dbg"),
    ("sid", "arm64", "linux-image-rt-arm64-dbg"),
];

/// Where the kernel is in a debug package.
const DEBUG: &str = "'./usr/lib/debug/boot/vmlinux-*' './usr/lib/debug/lib/modules/*/vmlinux'";
/// Where it is in any other.
const BOOT: &str = "'./boot/vmlinu[xz]*' './usr/lib/modules/*/vmlinu[xz]'";

/// A package that was downloaded.
struct Package {
    path: PathBuf,
    name: String,
    arch: String,
    /// The kernel's release, which the debug package and the image have in common.
    release: String,
    is_debug: bool,
}

/// What a package gave.
struct Judged {
    row: Vec<String>,
    good: bool,
}

/// Compares all packages, and prints the table.
pub fn run(bench: &Bench) -> Outcome<bool> {
    run_command(&mut bench.tools.cargo([
        "build",
        "--release",
        "-p",
        "btfscope-bench-peers",
        "--bin",
        "bench-measure",
    ]))?;
    let work = bench.work.join("packages");
    let folder = match env::var_os("BTFSCOPE_PACKAGES").filter(|given| !given.is_empty()) {
        Some(given) => PathBuf::from(given),
        None => download(bench)?,
    };
    let mut packages: Vec<Package> = files::under(&folder)?
        .iter()
        .filter_map(|path| Package::of(path))
        .collect();
    // Debug packages first: images are compared with them.
    packages.sort_by_key(|package| (!package.is_debug, package.name.clone()));
    println!("== packages: {}", packages.len());
    let mut rows = Vec::new();
    let mut good = 0;
    for package in &packages {
        let judged = judge(bench, package, &work)?;
        println!("{}", judged.row.join("  "));
        good += usize::from(judged.good);
        rows.push(judged.row);
    }
    let head = [
        "package",
        "MB",
        "what comes out",
        "CPU s",
        "MB of memory",
        "CPU s of dpkg-deb and tar",
        "verdict",
    ];
    println!("\n{}", table(&head, &rows));
    println!("{good} of {} packages are as they should be", rows.len());
    Ok(good == rows.len() && good > 0)
}

fn download(bench: &Bench) -> Outcome<PathBuf> {
    let folder = bench.project.kernels().join("fidelity/packages");
    fs::create_dir_all(&folder).because(format!("making {}", folder.display()))?;
    println!("set-up: Debian's kernels for packages: 16 GB to download");
    for &(suite, arch, meta) in NEWEST {
        let script = |mode: &str| -> Outcome<_> {
            let mut command = debian_script(bench.project, &bench.tools, mode, suite, &folder)?;
            command.env("ARCH", arch);
            Ok(command)
        };
        let output = script("newest")?
            .arg(meta)
            .stderr(Stdio::inherit())
            .output();
        let output = output.because("asking apt")?;
        let debug = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let Some(image) = debug.strip_suffix("-dbg") else {
            println!("{suite} has no package {meta} for {arch}");
            continue;
        };
        // From Linux 7.2 on, Debian's image is a package of its own, on which that of the old name depends.
        let binary = image.replace("linux-image-", "linux-binary-");
        // A mirror may list what it has not.
        if let Err(failure) = run_command(script("only")?.arg(&debug)) {
            println!("{debug} for {arch} is left out: {failure}");
            continue;
        }
        if run_command(script("only")?.arg(&binary)).is_err() {
            run_command(script("only")?.arg(image))?;
        }
    }
    Ok(folder)
}

impl Package {
    /// A package by its file's name, `NAME_VERSION_ARCH.deb`.
    fn of(path: &Path) -> Option<Package> {
        let file = path.file_name()?.to_str()?.strip_suffix(".deb")?;
        let mut parts = file.split('_');
        let (name, _version, arch) = (parts.next()?, parts.next()?, parts.next()?);
        let release = name
            .strip_prefix("linux-image-")
            .or_else(|| name.strip_prefix("linux-binary-"))?;
        let release = release.trim_start_matches("unsigned-");
        let is_debug = release.ends_with("-dbg");
        let release = release
            .trim_end_matches("-dbg")
            .trim_end_matches("-unsigned");
        Some(Package {
            path: path.to_owned(),
            name: name.to_owned(),
            arch: arch.to_owned(),
            release: release.to_owned(),
            is_debug,
        })
    }
}

fn judge(bench: &Bench, package: &Package, work: &Path) -> Outcome<Judged> {
    let [ours, theirs] = ["ours", "theirs"].map(|name| work.join(name));
    for folder in [&ours, &theirs] {
        if folder.is_dir() {
            fs::remove_dir_all(folder).because("removing what was unpacked before")?;
        }
        fs::create_dir_all(folder).because("making a folder")?;
    }
    let deb = package.path.display().to_string();
    let command = bench.project.target.join("release/btfscope");
    let unpack = format!(
        "'{}' unpack '{deb}' -o '{}' 2>'{}'",
        command.display(),
        ours.display(),
        work.join("said").display()
    );
    let patterns = if package.is_debug { DEBUG } else { BOOT };
    // One of the two patterns has no match, of which tar complains.
    let tools = format!(
        "dpkg-deb --fsys-tarfile '{deb}' | tar -x -C '{}' --wildcards {patterns} 2>/dev/null; true",
        theirs.display()
    );
    let own = measure(bench, &unpack)?;
    let tar = measure(bench, &tools)?;
    let said = fs::read_to_string(work.join("said")).unwrap_or_default();
    let found = files::under(&ours)?.into_iter().next();
    let wanted = files::under(&theirs)?.into_iter().next();
    let beside = work.join(format!("{}-{}.btf", package.release, package.arch));
    let (out, verdict, good) = match (&found, &wanted) {
        (Some(found), Some(wanted)) if package.is_debug => {
            let types = section(bench, found, ".BTF")?;
            fs::write(&beside, types.as_deref().unwrap_or_default()).because("keeping BTF")?;
            let good = same(found, wanted)?;
            let verdict = if good {
                "the same bytes"
            } else {
                "OTHER BYTES"
            };
            (describe(found)?, verdict.to_owned(), good)
        }
        (Some(found), _) => {
            let types = match section(bench, found, ".BTF")? {
                Some(types) => types,
                None if is_raw(found) => fs::read(found).because("reading what came out")?,
                // An ELF file that was built without.
                None => Vec::new(),
            };
            match fs::read(&beside) {
                wanted if types.is_empty() => {
                    let agrees =
                        wanted.map_or_else(|_| says_no_btf(bench, &deb), |it| it.is_empty());
                    let verdict = match agrees {
                        true => "built without BTF, as it says",
                        false => "NO BTF",
                    };
                    (describe(found)?, verdict.to_owned(), agrees)
                }
                Ok(wanted) if wanted == types => (
                    describe(found)?,
                    "BTF of the debug package".to_owned(),
                    true,
                ),
                Ok(_) => (
                    describe(found)?,
                    "OTHER BTF than the debug package".to_owned(),
                    false,
                ),
                Err(_) => (describe(found)?, "BTF is whole".to_owned(), true),
            }
        }
        (None, _) => {
            let without = said.contains("built without CONFIG_DEBUG_INFO_BTF");
            let agrees =
                fs::read(&beside).is_ok_and(|types| types.is_empty()) || says_no_btf(bench, &deb);
            match without && agrees {
                true => (
                    "–".to_owned(),
                    "built without BTF, as it says".to_owned(),
                    true,
                ),
                false => ("–".to_owned(), format!("FAILED: {}", said.trim()), false),
            }
        }
    };
    let size = fs::metadata(&package.path)
        .because("reading the size")?
        .len();
    let row = vec![
        format!("{} {}", package.name, package.arch),
        (size / 1_000_000).to_string(),
        out,
        format!("{:.1}", own.seconds),
        (own.kilobytes / 1000).to_string(),
        format!("{:.1}", tar.seconds),
        verdict,
    ];
    Ok(Judged { row, good })
}

/// What a command took.
struct Measured {
    /// Of user and system, with all processes that it started.
    seconds: f64,
    /// The largest resident set of one process.
    kilobytes: u64,
}

fn measure(bench: &Bench, script: &str) -> Outcome<Measured> {
    let program = bench.project.target.join("release/bench-measure");
    let mut command = bench.tools.command_at(&program);
    // A refused package is judged by what was said.
    command.args(["/bin/sh", "-c", &format!("{script}; true")]);
    let output = command.output().because("measuring")?;
    let line = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<f64> = line
        .split_whitespace()
        .filter_map(|one| one.parse().ok())
        .collect();
    let &[_wall, user, system, kilobytes, ..] = numbers.as_slice() else {
        return fail(format!("bench-measure printed {line}"));
    };
    Ok(Measured {
        seconds: user + system,
        kilobytes: kilobytes as u64,
    })
}

/// Whether what came out is BTF alone, by its name.
fn is_raw(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "btf")
}

fn describe(path: &Path) -> Outcome<String> {
    let size = fs::metadata(path).because("reading the size")?.len();
    let kind = if is_raw(path) { "BTF" } else { "ELF" };
    Ok(format!("{kind}, {:.1} MB", size as f64 / 1e6))
}

fn same(one: &Path, other: &Path) -> Outcome<bool> {
    let sum = |path: &Path| -> Outcome<_> {
        let file = fs::File::open(path).because(format!("opening {}", path.display()))?;
        files::sha256(file).because(format!("reading {}", path.display()))
    };
    Ok(sum(one)? == sum(other)?)
}

/// The bytes of an ELF file's section, by readelf; `None` if it has none or is no ELF file.
fn section(bench: &Bench, path: &Path, name: &str) -> Outcome<Option<Vec<u8>>> {
    let mut readelf = bench.tools.command("readelf")?;
    let output = readelf
        .args(["-S", "-W"])
        .arg(path)
        .output()
        .because("running readelf")?;
    let text = String::from_utf8_lossy(&output.stdout);
    for line in text.lines() {
        // [Nr] Name Type Address Off Size: the number may have a space in it.
        let Some((_, rest)) = line.split_once(']') else {
            continue;
        };
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let &[found, _, _, offset, size, ..] = fields.as_slice() else {
            continue;
        };
        if found != name {
            continue;
        }
        let number = |text: &str| usize::from_str_radix(text, 16).unwrap_or(usize::MAX);
        let bytes = fs::read(path).because("reading an ELF file")?;
        let start = number(offset);
        let part = bytes.get(start..start.saturating_add(number(size)));
        return Ok(part.map(<[u8]>::to_vec));
    }
    Ok(None)
}

/// Whether the configuration in a package has no BTF.
fn says_no_btf(bench: &Bench, deb: &str) -> bool {
    let script = format!(
        "dpkg-deb --fsys-tarfile '{deb}' | tar -xO --wildcards './boot/config-*' 2>/dev/null | grep -q '# CONFIG_DEBUG_INFO_BTF is not set'"
    );
    let mut shell = bench.tools.command_at(Path::new("/bin/sh"));
    shell.args(["-c", &script]);
    shell.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_and_its_debug_package_have_one_release() {
        let of = |name: &str| {
            Package::of(Path::new(name)).map(|package| (package.release, package.is_debug))
        };
        let release = "7.2.13+deb14-cloud-amd64";
        let image = of("linux-binary-7.2.13+deb14-cloud-amd64_7.2.13-1_amd64.deb");
        assert_eq!(image, Some((release.to_owned(), false)));
        let debug = of("linux-image-7.2.13+deb14-cloud-amd64-dbg_7.2.13-1_amd64.deb");
        assert_eq!(debug, Some((release.to_owned(), true)));
        let unsigned = of("linux-image-7.2.13+deb14-cloud-amd64-unsigned_7.2.13-1_amd64.deb");
        assert_eq!(unsigned, image);
        assert_eq!(of("linux-doc_1_all.deb"), None);
    }
}
