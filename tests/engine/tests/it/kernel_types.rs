//! The types that a kernel carries: what its build changes behind the encoder, and when we do the same.

use btf::{Btf, Kind};
use engine_tests::{Workshop, encode_with, raw, read_test_file};
use pipeline::{Features, KernelBuild, KernelTypes, Note, Options};

/// Kfuncs with implicit arguments, as an object file or linked.
fn kfuncs(shop: &Workshop, defines: &str, link: bool) -> Vec<u8> {
    shop.write("kfuncs.c", read_test_file("engine/programs/implicit.c"));
    shop.run(&format!(
        "gcc {defines} -g -O0 -ffreestanding -fno-pic -c kfuncs.c -o kfuncs.o"
    ));
    if !link {
        return shop.read("kfuncs.o");
    }
    shop.run("ld -Ttext 0x1000 -e 0x1000 -o kfuncs kfuncs.o");
    shop.read("kfuncs")
}

fn options(kernel: KernelTypes) -> Options {
    Options {
        kernel,
        ..Options::default()
    }
}

fn of_kernel() -> Options {
    options(KernelTypes::OfKernel(None))
}

/// Lines of a dump that name a function or a tag, and prototypes with their parameters; ids left out.
fn functions(btf: &Btf) -> Vec<String> {
    let types = btf.types().filter(|(_, ty)| ty.kind() == Kind::Func);
    let text = types.map(|(id, ty)| {
        let name = btf.name(id).into_owned();
        let declared = btf::print::c::type_name(btf, ty.target().expect("a prototype"), &name);
        let tags = btf
            .types()
            .filter(|(_, tag)| tag.kind() == Kind::DeclTag && tag.target() == Some(id));
        let tags: Vec<_> = tags.map(|(tag, _)| btf.name(tag).into_owned()).collect();
        format!("{declared}: {}", tags.join(" "))
    });
    text.collect()
}

fn prototypes(btf: &Btf) -> usize {
    let all = btf.types();
    all.filter(|(_, ty)| ty.kind() == Kind::FuncProto).count()
}

#[test]
#[ignore = "needs gcc"]
fn implicit_arguments_of_kfuncs_are_hidden_as_kernel_builds_hide_them() {
    for link in [false, true] {
        let shop = Workshop::new("implicit");
        let found = encode_with(&kfuncs(&shop, "", link), &of_kernel()).expect("encoded");
        // Sorted by name; a twin that the source has stays as it is.
        assert_eq!(
            functions(&found.btf),
            [
                "int both(struct bpf_prog_aux **out): bpf_kfunc",
                "int both_impl(struct bpf_prog_aux **out, const struct bpf_prog_aux *aux): ",
                "int halt(struct work *work): bpf_kfunc",
                "int halt_impl(struct work *work, aux_t aux): ",
                "int start(struct work *work, int flags): bpf_fastcall bpf_kfunc",
                "int start_impl(struct work *work, int flags, aux_t aux): bpf_fastcall",
                "int stop(struct work *work): bpf_kfunc",
            ]
        );
        assert_eq!(found.statistics.notes, []);
        btf::verify::verify_types(&found.btf).expect("a kernel takes it");
    }
}

#[test]
#[ignore = "needs gcc"]
fn builds_from_7_3_on_deduplicate_again_and_tag_kfuncs_themselves() {
    let shop = Workshop::new("rules");
    let file = kfuncs(&shop, "", true);
    let encode = |build, features| {
        let mut options = options(KernelTypes::OfKernel(Some(build)));
        options.features = Features::parse(features).expect("features");
        encode_with(&file, &options).expect("encoded")
    };
    let sorts = encode(KernelBuild::Sorts, "default");
    let again = encode(KernelBuild::DeduplicatesAgain, "default");
    // What programs see of `halt` has the prototype of `stop`.
    assert_eq!(prototypes(&sorts.btf), prototypes(&again.btf) + 1);
    assert_eq!(functions(&sorts.btf), functions(&again.btf));
    // The unit's types are where the map says.
    let halt = |found: &pipeline::Outcome| {
        let counts = found.btf.types().zip(&found.copies);
        let sums = counts.filter(|((_, ty), _)| ty.kind() == Kind::Struct);
        sums.map(|((id, _), copies)| (found.btf.name(id).into_owned(), *copies))
            .collect::<Vec<_>>()
    };
    assert_eq!(halt(&sorts), halt(&again));
    // The encoder of later builds is not asked for tags.
    let asked = "encode_force,var,float,enum64,decl_tag,type_tag,optimized_func,consistent_func";
    let without = encode(KernelBuild::DeduplicatesAgain, asked);
    assert_eq!(raw(&without.btf), raw(&again.btf));
}

#[test]
#[ignore = "needs gcc"]
fn the_release_shows_whether_the_build_changes_types() {
    for (release, build) in [
        ("6.19.1-test", None),
        ("7.2.0-test", Some(KernelBuild::Sorts)),
        ("7.3.0", Some(KernelBuild::DeduplicatesAgain)),
    ] {
        for link in [false, true] {
            let shop = Workshop::new("release");
            let file = kfuncs(&shop, &format!("-DRELEASE=\"{release}\""), link);
            let by_file = encode_with(&file, &options(KernelTypes::ByFile)).expect("encoded");
            let kernel = by_file.statistics.kernel.expect("a kernel's file");
            let identity = &by_file.statistics.input.identity;
            assert_eq!(identity.release.as_deref(), Some(release));
            assert_eq!((kernel.build, kernel.applied), (build, build));
            assert_eq!(by_file.statistics.notes, []);

            // The encoder's types are the default, and one line says that the kernel's differ.
            let default = encode_with(&file, &Options::default()).expect("encoded");
            let release = Some(release.to_owned());
            let expected = build.map(|_| Note::OfEncoder { release });
            assert_eq!(default.statistics.notes, Vec::from_iter(expected));
            let chosen = encode_with(&file, &of_kernel()).expect("encoded");
            assert_eq!(raw(&chosen.btf) == raw(&by_file.btf), build.is_some());
            assert_eq!(raw(&default.btf) == raw(&by_file.btf), build.is_none());
        }
    }
}

#[test]
#[ignore = "needs gcc, objcopy"]
fn the_files_own_btf_shows_it_too() {
    let shop = Workshop::new("own");
    let file = kfuncs(&shop, "-DRELEASE=\"6.12.0-backports\"", true);
    // A release alone says that nothing is changed. A BTF that is sorted, and has equal prototypes, says otherwise.
    for (kernel, build) in [
        (KernelTypes::OfEncoder, None),
        (
            KernelTypes::OfKernel(Some(KernelBuild::Sorts)),
            Some(KernelBuild::Sorts),
        ),
    ] {
        let own = encode_with(&file, &options(kernel)).expect("encoded");
        shop.write("kfuncs.btf", &own.bytes);
        shop.run("objcopy --add-section .BTF=kfuncs.btf kfuncs final");
        let again = encode_with(&shop.read("final"), &options(KernelTypes::ByFile));
        let again = again.expect("encoded");
        let shown = again.statistics.kernel.expect("a kernel's file").build;
        assert_eq!(shown, build);
        assert_eq!(raw(&again.btf), raw(&own.btf));
    }
}

#[test]
#[ignore = "needs gcc, binutils"]
fn what_the_other_half_of_a_separated_file_holds_is_said() {
    let shop = Workshop::new("halves");
    shop.write("whole.o", kfuncs(&shop, "", true));
    shop.run("objcopy --only-keep-debug whole.o debug.o");
    for options in [Options::default(), of_kernel()] {
        let found = encode_with(&shop.read("debug.o"), &options).expect("encoded");
        assert_eq!(found.statistics.notes, [Note::KfuncsInOtherFile]);
        assert!(!raw(&found.btf).contains("bpf_kfunc"));
    }
}
