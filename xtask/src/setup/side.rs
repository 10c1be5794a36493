//! Programs of Debian's unstable suite, unpacked into a folder of ours and never installed.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Because, Outcome, fail};
use crate::project::Project;
use crate::toolbox::{Toolbox, run};

/// The pahole that our output is held against.
pub const PAHOLE: &str = "1.32";

/// A group of such programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// pahole, with its libbpf.
    Pahole,
    /// bpftool, which prints both encoders' results: Debian 12's refuses those of a machine of the other byte
    /// order when libbpf 1.8 wrote them.
    Bpftool,
    /// Go and cilium/ebpf, as readers of what we write.
    Readers,
}

impl Side {
    /// Packages of which the programs run, with all that they need.
    const fn programs(self) -> &'static [&'static str] {
        match self {
            Self::Pahole => &["pahole"],
            Self::Bpftool => &["bpftool"],
            Self::Readers => &["golang-go"],
        }
    }

    /// Packages of which the files matter.
    const fn sources(self) -> &'static [&'static str] {
        match self {
            Self::Pahole | Self::Bpftool => &[],
            Self::Readers => &["golang-github-cilium-ebpf-dev", "golang-golang-x-sys-dev"],
        }
    }

    pub fn what(self) -> String {
        let all = [self.programs(), self.sources()].concat();
        format!("Debian sid's {}", all.join(", "))
    }

    pub const fn takes(self) -> &'static str {
        match self {
            Self::Pahole => "less than a minute: 5 MB to download, 25 MB on disk",
            Self::Bpftool => "less than a minute: 7 MB to download, 30 MB on disk",
            Self::Readers => "one to two minutes: 80 MB to download, 450 MB on disk",
        }
    }

    fn folder(self, project: &Project) -> PathBuf {
        project.tools().join(match self {
            Self::Pahole => "sid-pahole",
            Self::Bpftool => "sid-bpftool",
            Self::Readers => "sid-go",
        })
    }

    /// Looks for it and hands on where it is.
    pub fn find(self, project: &Project, tools: &mut Toolbox) -> Outcome<bool> {
        let folder = self.folder(project);
        match self {
            Self::Pahole => {
                if let Some(given) = env::var_os("BTFSCOPE_PAHOLE").filter(|it| !it.is_empty()) {
                    let path = fs::canonicalize(&given).because(format!(
                        "BTFSCOPE_PAHOLE is {}",
                        Path::new(&given).display()
                    ))?;
                    tools.set("BTFSCOPE_PAHOLE", path);
                    return Ok(true);
                }
                let pahole = folder.join("bin/pahole");
                let found = pahole.is_file();
                if found {
                    tools.set("BTFSCOPE_PAHOLE", pahole);
                }
                Ok(found)
            }
            Self::Bpftool => {
                let bpftool = folder.join("bin/bpftool");
                let found = bpftool.is_file();
                if found {
                    tools.set("BTFSCOPE_BPFTOOL", bpftool);
                }
                Ok(found)
            }
            Self::Readers => {
                let bin = folder.join("bin");
                let code = folder.join("root/usr/share/gocode");
                let found = bin.is_dir() && code.join("src/github.com/cilium/ebpf").is_dir();
                if found {
                    tools.set("GOROOT", folder.join("root/usr/lib/go"));
                    tools.set("GOPATH", code);
                    tools.set("GO111MODULE", "off");
                    tools.set("GOTOOLCHAIN", "local");
                    tools.set("GOCACHE", project.notes().join("go"));
                    tools.set("CGO_ENABLED", "0");
                }
                Ok(found)
            }
        }
    }

    pub fn fetch(self, project: &Project, tools: &Toolbox) -> Outcome {
        let folder = self.folder(project);
        if folder.is_dir() {
            fs::remove_dir_all(&folder).because(format!("removing {}", folder.display()))?;
        }
        let mut programs = script(project, tools, "run", "sid", &folder)?;
        run(programs.args(self.programs()))?;
        if !self.sources().is_empty() {
            let mut sources = script(project, tools, "add", "sid", &folder)?;
            run(sources.args(self.sources()))?;
        }
        Ok(())
    }
}

/// The script that unpacks packages of `suite` below `folder`; the packages follow.
pub fn script(
    project: &Project,
    tools: &Toolbox,
    mode: &str,
    suite: &str,
    folder: &Path,
) -> Outcome<Command> {
    if tools.find("apt-get").is_none() || tools.find("dpkg-deb").is_none() {
        return fail(
            "this system has no apt-get: give pahole as BTFSCOPE_PAHOLE and unpacked kernels as BTFSCOPE_KERNELS",
        );
    }
    let mut command = tools.command("bash")?;
    command.arg(project.root.join("xtask/src/setup/debian-side.sh"));
    command.args([mode, suite]).arg(folder);
    Ok(command)
}
