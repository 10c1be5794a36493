//! `btfscope-pahole`: what kernel builds and their scripts get from it. What is expected was seen of
//! pahole 1.32; `live` asks it again.

use crate::common::Place;
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Output;

const PROGRAM: &str = r#"
#define TAG(value) __attribute__((btf_decl_tag(value)))
#define TYPE(value) __attribute__((btf_type_tag(value)))
enum wide { WIDE = 0x123456789aULL };
struct tagged { float real; enum wide wide; int TYPE("user") *pointer; } TAG("decl");
__attribute__((section(".data..percpu"), used)) int counter = 1;
int add(struct tagged *tagged, int number) { return (int)tagged->real + number; }
int main(void) { struct tagged tagged = { 1 }; return add(&tagged, 2); }
"#;

fn place() -> Place {
    let place = Place::new();
    place.write("prog.c", PROGRAM);
    // Or the linker would put the section into `.data`.
    let unique = "-Wl,--unique=.data..percpu";
    let args = ["-g", "-O0", "-no-pie", unique, "prog.c", "-o", "prog"];
    place.tool("clang", &args);
    place
}

fn run<S: AsRef<OsStr>>(place: &Place, args: impl IntoIterator<Item = S>) -> Output {
    let mut command = place.command(env!("CARGO_BIN_EXE_btfscope-pahole"));
    command.env_remove("PAHOLE_LANG_EXCLUDE");
    command.args(args).output().expect("it runs")
}

/// Success without a word but on standard output, which is given.
#[track_caller]
fn ok<S: AsRef<OsStr>>(place: &Place, args: impl IntoIterator<Item = S>) -> String {
    let output = run(place, args);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), stderr.as_str()), (Some(0), ""));
    String::from_utf8(output.stdout).expect("text")
}

/// The one line that it ends with, and nothing else, under this exit code.
#[track_caller]
fn says<S: AsRef<OsStr>>(place: &Place, code: i32, args: impl IntoIterator<Item = S>) -> String {
    let output = run(place, args);
    let stderr = String::from_utf8(output.stderr).expect("text");
    assert_eq!(
        (output.status.code(), output.stdout.len()),
        (Some(code), 0),
        "{stderr}"
    );
    let line = stderr.strip_prefix("btfscope-pahole: ").expect("the name");
    let line = line.strip_suffix('\n').expect("a whole line");
    assert!(!line.contains('\n'), "{stderr}");
    line.to_owned()
}

#[test]
fn scripts_read_the_version_they_decide_by() {
    let place = Place::new();
    assert_eq!(ok(&place, ["--version"]), "v1.32\n");
    assert_eq!(ok(&place, ["--numeric_version"]), "132\n");
    assert!(ok(&place, ["--btfscope-version"]).starts_with("btfscope "));
    let features = ok(&place, ["--supported_btf_features"]);
    assert!(
        features.starts_with("encode_force,var,float,decl_tag,type_tag,enum64,")
            && features.ends_with('\n'),
        "{features}"
    );
    assert!(ok(&place, ["--help"]).contains("--btf_encode_detached=OUT"));
}

/// Options as words, and what is in the result of them: of floats, 64-bit enumerations, variables,
/// tags of declarations, tags of types.
const CHOICES: &[(&str, &str)] = &[
    ("", "enum64 var decl type"),
    ("--btf_gen_floats", "float enum64 var decl type"),
    (
        "--skip_encoding_btf_vars --skip_encoding_btf_type_tag",
        "enum64 decl",
    ),
    (
        "--skip_encoding_btf_enum64 --skip_encoding_btf_decl_tag",
        "var type",
    ),
    ("--btf_features=float", "float"),
    ("--btf_features=", ""),
    ("--btf_features=default", "float enum64 var decl type"),
    (
        "--btf_features=default --btf_features=attributes --btf_features=layout",
        "float enum64 var decl type",
    ),
    (
        "--btf_features=+reproducible_build",
        "float enum64 var decl type",
    ),
    ("--btf_features_strict=var,type_tag", "var type"),
    ("--features float --features enum64", "float enum64"),
    ("--btf_gen_floats --btf_features=var", "var"),
    ("--btf_features=var --btf_gen_floats", "float var"),
    (
        "--btf_features=default --skip_encoding_btf_enum64",
        "float var decl type",
    ),
    (
        "-j --btf_features=encode_force,var,float,enum64,decl_tag,type_tag,optimized_func,consistent_func,decl_tag_kfuncs --lang_exclude=rust",
        "float enum64 var decl type",
    ),
    (
        "-j3 --skip_encoding_btf_inconsistent_proto --btf_gen_optimized --btf_gen_floats --btf_encode_force -F dwarf",
        "float enum64 var decl type",
    ),
];

fn found(types: &str) -> String {
    let marks = [
        ("float", "] FLOAT "),
        ("enum64", "] ENUM64 "),
        ("var", "] VAR "),
        ("decl", "] DECL_TAG "),
        ("type", "] TYPE_TAG "),
    ];
    let there = marks.iter().filter(|(_, mark)| types.contains(mark));
    there.map(|(name, _)| *name).collect::<Vec<_>>().join(" ")
}

#[test]
#[ignore = "needs clang"]
fn features_follow_the_options_and_their_order() {
    features_follow(None);
}

/// Holds every choice against what is known, and against `pahole`.
fn features_follow(pahole: Option<&str>) {
    let place = place();
    for (options, wanted) in CHOICES {
        let words = options.split(' ').filter(|word| !word.is_empty());
        ok(
            &place,
            words
                .clone()
                .chain(["--btf_encode_detached=ours.btf", "prog"]),
        );
        let types = place.run(["dump", "ours.btf"]).ok();
        assert_eq!(found(&types), *wanted, "{options}");
        assert!(types.contains("FUNC 'add'"), "{types}");
        if let Some(pahole) = pahole {
            let words = words.chain(["--btf_encode_detached=theirs.btf", "prog"]);
            place.tool(pahole, &words.collect::<Vec<_>>());
            assert_eq!(place.run(["dump", "theirs.btf"]).ok(), types, "{options}");
        }
    }
}

#[test]
#[ignore = "needs clang, objcopy"]
fn the_section_is_put_into_the_file_itself() {
    let place = place();
    let before = place.read("prog");
    fs::set_permissions(place.path("prog"), Permissions::from_mode(0o751)).expect("set");
    symlink("prog", place.path("link")).expect("link");

    ok(&place, ["-J", "--btf_encode_detached", "raw.btf", "prog"]);
    assert!(place.read("prog") == before, "detached leaves it alone");

    ok(&place, ["-J", "link"]);
    assert!(
        fs::symlink_metadata(place.path("link"))
            .expect("there")
            .is_symlink()
    );
    let mode = fs::metadata(place.path("prog"))
        .expect("there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o751);
    // As link-vmlinux.sh takes it out.
    let cut = [
        "--only-section=.BTF",
        "--set-section-flags",
        ".BTF=alloc,readonly",
        "--strip-all",
    ];
    place.tool("objcopy", &[&cut[..], &["prog", "cut.o"]].concat());
    place.tool(
        "objcopy",
        &["--dump-section", ".BTF=cut.btf", "cut.o", "unused.o"],
    );
    assert_eq!(place.read("cut.btf"), place.read("raw.btf"));
    let status = place.command("./prog").status().expect("it runs");
    assert_eq!(status.code(), Some(3));

    let once = place.read("prog");
    ok(&place, ["-J", "prog"]);
    assert!(place.read("prog") == once, "a second time changes nothing");
    assert_eq!(
        place.files(),
        [
            "cut.btf", "cut.o", "link", "prog", "prog.c", "raw.btf", "unused.o"
        ]
    );
}

#[test]
#[ignore = "needs clang, bpftool"]
fn modules_stand_on_the_base_named_after_a_blank() {
    let place = place();
    let kernel =
        "struct tagged { int TAG; }; int unused(struct tagged *tagged) { return tagged->TAG; }";
    place.write("base.c", kernel);
    place.tool("cc", &["-g", "-c", "base.c", "-o", "base.o"]);
    place.write(
        "module.c",
        format!("{kernel} long own(struct tagged *tagged) {{ return unused(tagged); }}"),
    );
    place.tool("cc", &["-g", "-c", "module.c", "-o", "module.ko"]);
    ok(&place, ["-J", "--btf_features=default", "base.o"]);
    ok(
        &place,
        [
            "-J",
            "-j",
            "--btf_features=default",
            "--btf_base",
            "base.o",
            "module.ko",
        ],
    );
    let types = place.tool(
        "bpftool",
        &["-B", "base.o", "btf", "dump", "file", "module.ko"],
    );
    assert!(
        types.contains("FUNC 'own'") && !types.contains("STRUCT"),
        "{types}"
    );
}

#[test]
#[ignore = "needs objcopy"]
fn modules_outside_the_tree_bring_what_they_need_of_the_base() {
    modules_bring_what_they_need(None);
}

/// Holds the result against what is known, and against `pahole`'s.
fn modules_bring_what_they_need(pahole: Option<&str>) {
    let place = Place::new();
    place.write(
        "base.c",
        "struct other { long a; }; struct tagged { int tag; }; int unused(struct tagged *tagged, struct other *other) { return tagged->tag + other->a; }",
    );
    place.tool("cc", &["-g", "-c", "base.c", "-o", "base.o"]);
    place.write(
        "module.c",
        "struct tagged { int tag; }; struct mine { struct tagged tagged; }; long own(struct mine *mine) { return mine->tagged.tag; }",
    );
    place.tool("cc", &["-g", "-c", "module.c", "-o", "module.ko"]);
    ok(&place, ["-J", "--btf_features=default", "base.o"]);
    // As Makefile.modfinal asks for it.
    let args = "-J -j --btf_features=default --btf_features=distilled_base --btf_base base.o";
    if let Some(pahole) = pahole {
        fs::copy(place.path("module.ko"), place.path("theirs.ko")).expect("copied");
        let args = args.split(' ').chain(["theirs.ko"]);
        place.tool(pahole, &args.collect::<Vec<_>>());
    }
    ok(&place, args.split(' ').chain(["module.ko"]));
    let types = |file: &str| {
        let out = |section: &str| format!("{section}={section}{file}");
        let (split, base) = (out(".BTF"), out(".BTF.base"));
        let args = [
            "--dump-section",
            &split,
            "--dump-section",
            &base,
            file,
            "unused.o",
        ];
        place.tool("objcopy", &args);
        let (split, base) = (format!(".BTF{file}"), format!(".BTF.base{file}"));
        let base_types = place.run(["dump", &base]).ok();
        base_types + &place.run(["dump", &split, "--base", &base]).ok()
    };
    let ours = types("module.ko");
    assert!(ours.contains("STRUCT 'tagged' size=4 vlen=0"), "{ours}");
    assert!(
        ours.contains("FUNC 'own'") && !ours.contains("'other'"),
        "{ours}"
    );
    if pahole.is_some() {
        assert_eq!(types("theirs.ko"), ours);
    }

    let before = place.read("base.o");
    let line = says(&place, 1, ["-J", "--btf_features=distilled_base", "base.o"]);
    assert!(
        line.starts_with("base.o: the feature distilled_base needs a base"),
        "{line}"
    );
    assert!(place.read("base.o") == before);
}

#[test]
#[ignore = "needs clang"]
fn a_file_without_anything_to_encode_is_left_alone_and_the_build_goes_on() {
    let place = place();
    let before = place.read("prog");
    place.tool("cc", &["prog.c", "-o", "bare", "-w"]);
    let bare = place.read("bare");
    let line = says(&place, 0, ["-J", "bare"]);
    assert!(
        line.starts_with("warning: bare: this ELF file has no debug information"),
        "{line}"
    );
    assert!(line.ends_with("; no BTF is written"), "{line}");
    // clang 14 says C99 and newer ones C11.
    let line = says(&place, 0, ["-J", "--lang_exclude=C11,c99", "prog"]);
    assert!(line.contains("all 1 units were left out ("), "{line}");
    says(
        &place,
        0,
        ["--btf_encode_detached=raw.btf", "--lang=rust", "prog"],
    );
    let mut command = place.command(env!("CARGO_BIN_EXE_btfscope-pahole"));
    let command = command
        .env("PAHOLE_LANG_EXCLUDE", "c11,c99")
        .args(["-J", "prog"]);
    let output = command.output().expect("it runs");
    assert!(output.status.success() && !output.stderr.is_empty());
    assert!(place.read("bare") == bare && place.read("prog") == before);
    assert_eq!(place.files(), ["bare", "prog", "prog.c"]);
}

#[test]
#[ignore = "needs clang"]
fn a_feature_that_does_not_exist_is_named_and_the_rest_is_done() {
    let place = place();
    let words = [
        "--btf_features=not_there_yet,var",
        "--btf_encode_detached=ours.btf",
        "prog",
    ];
    let output = run(&place, words);
    let said = String::from_utf8(output.stderr).expect("text");
    assert_eq!(
        said,
        "btfscope-pahole: unknown feature not_there_yet is ignored (see --supported_btf_features)\n"
    );
    assert!(output.status.success());
    let types = place.run(["dump", "ours.btf"]).ok();
    assert_eq!(found(&types), "var");
    assert_eq!(place.read("ours.btf")[4], 24);
    ok(
        &place,
        [
            "--btf_features=var,layout",
            "--btf_encode_detached=layout.btf",
            "prog",
        ],
    );
    assert_eq!(place.read("layout.btf")[4], 32);
    let stats = place.run(["stats", "layout.btf"]).ok();
    assert!(stats.contains("with a layout section"), "{stats}");
}

#[test]
#[ignore = "needs clang"]
fn what_it_cannot_do_it_refuses_by_name() {
    let place = place();
    let before = place.read("prog");
    let refusals: &[(&str, &str)] = &[
        (
            "-J --no_such_thing prog",
            "unknown option --no_such_thing (see --help)",
        ),
        ("-J -k prog", "unknown option -k (see --help)"),
        (
            "-J --btf_enc prog",
            "--btf_enc could be --btf_encode or --btf_encode_detached or --btf_encode_force; write it in full",
        ),
        ("-J --sizes prog", "--sizes is of no use for encoding BTF"),
        (
            "-J --fixup_silly_bitfields prog",
            "--fixup_silly_bitfields changes what pahole encodes, and this command cannot do so",
        ),
        (
            "-J -C task_struct prog",
            "--class_name is of no use for encoding BTF",
        ),
        (
            "prog",
            "without -J or --btf_encode_detached pahole prints types",
        ),
        ("-J", "no file is named"),
        (
            "-J prog prog.c",
            "prog.c: only one file is encoded at a time",
        ),
        (
            "-J prog --btf_base",
            "missing argument for option '--btf_base'",
        ),
        (
            "-J --lang_exclude=klingon prog",
            "unknown language klingon; the languages are ada83, ",
        ),
        (
            "-J --btf_features_strict=nothing prog",
            "unknown feature nothing; the features are encode_force, ",
        ),
        ("-J -jmany prog", "--jobs=many is not a number of threads"),
        (
            "-J -F ctf prog",
            "--format_path=ctf: BTF is made from DWARF alone",
        ),
    ];
    for (words, wanted) in refusals {
        let line = says(&place, 2, words.split(' '));
        assert!(line.starts_with(wanted), "{line}");
    }
    let line = says(&place, 1, ["-J", "--btf_base=prog.c", "prog"]);
    assert!(
        line.starts_with("prog.c: this is not an ELF file or BTF"),
        "{line}"
    );
    says(&place, 1, ["-J", "missing"]);
    says(&place, 1, ["-J", "prog.c"]);
    assert!(place.read("prog") == before);
    assert_eq!(place.files(), ["prog", "prog.c"]);
}

#[test]
#[ignore = "needs clang"]
fn without_room_the_file_stays_as_it_was() {
    let place = place();
    let before = place.read("prog");
    let script = format!(
        "trap '' XFSZ; ulimit -f 8; exec {} -J prog",
        env!("CARGO_BIN_EXE_btfscope-pahole")
    );
    let output = place
        .command("/bin/sh")
        .args(["-c", &script])
        .output()
        .expect("sh runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(place.read("prog") == before);
    assert_eq!(place.files(), ["prog", "prog.c"]);
}

/// pahole 1.32 itself, which no distribution's stable release has.
mod live {
    fn pahole() -> String {
        std::env::var("BTFSCOPE_PAHOLE").expect("BTFSCOPE_PAHOLE names pahole 1.32")
    }

    #[test]
    #[ignore = "needs clang, and pahole 1.32 in BTFSCOPE_PAHOLE"]
    fn features_follow_the_options_and_their_order() {
        super::features_follow(Some(&pahole()));
    }

    #[test]
    #[ignore = "needs objcopy, and pahole 1.32 in BTFSCOPE_PAHOLE"]
    fn modules_outside_the_tree_bring_what_they_need_of_the_base() {
        super::modules_bring_what_they_need(Some(&pahole()));
    }
}

/// `tests/faults/kabi` has two units; pahole 1.32 keeps these functions and structures of them.
#[test]
fn units_and_names_are_chosen_by_prefix_as_pahole_does() {
    let place = Place::new();
    let input = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/faults/kabi/ab.o");
    for (options, wanted) in [
        (&["-X", "b.c"][..], "dev fa"),
        (&["--cu_exclude=b", "--cu_excl=a."], "dev fb"),
        (&["--kabi_prefix=__UNIQUE_ID_rh_kabi_hide"], "dev fa fb"),
        (&[], "dev dev fa fb"),
    ] {
        let mut words = vec!["-J", "--btf_encode_detached=out.btf"];
        words.extend(options);
        words.push(input);
        assert!(run(&place, words).status.success());
        let dump = place.run(["dump", "out.btf"]).ok();
        let named = dump.lines().filter_map(|line| {
            let line = line.split_once("FUNC '").or(line.split_once("STRUCT 'd"))?;
            let name = line.1.split('\'').next()?;
            Some(if name == "ev" { "dev" } else { name })
        });
        assert_eq!(named.collect::<Vec<_>>().join(" "), wanted, "{options:?}");
    }
}
