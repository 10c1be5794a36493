//! The commands, built so that nothing of this machine is in them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::fresh;
use super::targets::Target;
use crate::failure::{Because, Outcome, fail};
use crate::project::Project;
use crate::toolbox::{Toolbox, run};

/// Cargo parts the compiler's options by it.
const BETWEEN: &str = "\u{1f}";
pub const PROGRAMS: [&str; 2] = ["btfscope", "btfscope-pahole"];

/// How commands are built, whatever the target.
pub struct Build<'a> {
    pub tools: &'a Toolbox,
    /// Cargo's target folder: its own, since the options differ from everybody else's.
    pub target: PathBuf,
    page: &'a Path,
    paths: Vec<(PathBuf, String)>,
}

impl<'a> Build<'a> {
    pub fn new(project: &Project, tools: &'a Toolbox, page: &'a Path) -> Outcome<Build<'a>> {
        Ok(Build {
            tools,
            target: project.target.join("release-build"),
            page,
            paths: paths(project, tools)?,
        })
    }

    /// Builds both commands for `target` with one more option of the compiler, and puts them into `to`.
    pub fn commands(&self, target: &Target, further: Option<&str>, to: &Path) -> Outcome {
        let mut cargo =
            self.tools
                .cargo(["build", "--locked", "--release", "--bins", "-p", "btfscope"]);
        cargo.args(["--target", target.triple]);
        let mut flags = flags(&self.paths);
        flags.extend(further.map(str::to_owned));
        let name = target.triple.replace('-', "_");
        cargo
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_ENCODED_RUSTFLAGS", flags.join(BETWEEN))
            // What debuggers need is several times the size of what runs.
            .env("CARGO_PROFILE_RELEASE_DEBUG", "false")
            .env("CARGO_PROFILE_RELEASE_STRIP", "symbols")
            .env("BTFSCOPE_PAGE", self.page)
            .env(format!("CC_{name}"), target.compiler)
            .env(format!("CFLAGS_{name}"), self.c_flags());
        // musl's wrapper is for C; the standard library brings what linking takes.
        if target.compiler != "musl-gcc" {
            let linker = format!("CARGO_TARGET_{}_LINKER", name.to_uppercase());
            cargo.env(linker, target.compiler);
        }
        run(&mut cargo)?;
        fresh(to)?;
        let built = self.target.join(target.triple).join("release");
        for program in PROGRAMS {
            fs::copy(built.join(program), to.join(program))
                .because(format!("copying {program} of {}", target.triple))?;
        }
        Ok(())
    }

    fn c_flags(&self) -> String {
        let maps = self
            .paths
            .iter()
            .map(|(from, to)| format!("-ffile-prefix-map={}={to}", from.display()));
        maps.collect::<Vec<_>>().join(" ")
    }
}

/// The compiler's options that take this machine's folders out of what it makes.
pub fn flags(paths: &[(PathBuf, String)]) -> Vec<String> {
    let flag =
        |(from, to): &(PathBuf, String)| format!("--remap-path-prefix={}={to}", from.display());
    paths.iter().map(flag).collect()
}

/// Folders of this machine that stand in messages, and what stands there instead.
pub fn paths(project: &Project, tools: &Toolbox) -> Outcome<Vec<(PathBuf, String)>> {
    let home = match (env::var_os("CARGO_HOME"), env::var_os("HOME")) {
        (Some(home), _) if !home.is_empty() => PathBuf::from(home),
        (_, Some(home)) => PathBuf::from(home).join(".cargo"),
        _ => return fail("neither CARGO_HOME nor HOME is set: set one, packages are kept there"),
    };
    // The last one that fits counts, so what lies in another comes after it.
    let mut paths = vec![
        (project.root.clone(), "/btfscope".to_owned()),
        (project.target.clone(), "/btfscope/target".to_owned()),
    ];
    let registries = home.join("registry/src");
    if let Ok(entries) = fs::read_dir(&registries) {
        let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        folders.sort();
        paths.extend(
            folders
                .into_iter()
                .map(|folder| (folder, "/crates".to_owned())),
        );
    }
    // Where rustup keeps the library's source, messages name that instead of the place it was built from.
    let sysroot = tools
        .output("rustc", &["--print", "sysroot"])
        .unwrap_or_default();
    let says = tools.output("rustc", &["-vV"]).unwrap_or_default();
    if let Some(hash) = says
        .lines()
        .find_map(|line| line.strip_prefix("commit-hash: "))
    {
        let source = Path::new(&sysroot).join("lib/rustlib/src/rust");
        paths.push((source, format!("/rustc/{hash}")));
    }
    Ok(paths)
}
