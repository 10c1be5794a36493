//! Archives of each format contain what was put into them.

use crate::common::{Pieces, Place, kernel_with_btf, noise, vmlinux};
use unpack::{Content, Error, Kind, Limits, MemorySpools, Opened, Role};

const LONG: &str = "lib/modules/6.1.0-a-release-with-a-name-that-does-not-fit-into-the-hundred-bytes-of-a-header-of-tar/kernel/net/sctp/sctp.ko";

/// Files as a debug package has them, in `root`.
fn root() -> (Place, Vec<(String, Vec<u8>)>) {
    let place = Place::new();
    let mut files = vec![
        ("usr/lib/debug/boot/vmlinux-6.1.0".to_owned(), vmlinux()),
        (LONG.to_owned(), kernel_with_btf()),
        ("usr/share/doc/copyright".to_owned(), b"MIT\n".to_vec()),
        ("usr/share/doc/empty".to_owned(), Vec::new()),
        ("boot/System.map".to_owned(), noise(100_001)),
    ];
    for (name, bytes) in &files {
        place.write(&format!("root/{name}"), bytes);
    }
    place.shell("ln -s vmlinux-6.1.0 root/usr/lib/debug/boot/vmlinux");
    files.sort();
    (place, files)
}

#[test]
#[ignore = "needs tar, ar, xz, zstd, bzip2"]
fn a_debian_package_opens_whatever_its_compressor() {
    let (place, files) = root();
    place
        .write("debian-binary", "2.0\n")
        .write("control.tar", "");
    for (ending, compress) in [
        ("", "cp data.tar data"),
        (".gz", "gzip -c data.tar > data"),
        (".xz", "xz -c data.tar > data"),
        (".zst", "zstd -q -c data.tar > data"),
        (".bz2", "bzip2 -c data.tar > data"),
    ] {
        place.shell(&format!(
            "tar -C root -cf data.tar . && {compress} && rm -f linux.deb && mv data data.tar{ending} &&
             ar q linux.deb debian-binary control.tar data.tar{ending} 2>/dev/null"
        ));
        assert!(place.files("linux.deb") == files, "{ending}");
        let found = place.kernel("linux.deb").expect("a kernel");
        assert_eq!(
            found.path.as_deref(),
            Some("usr/lib/debug/boot/vmlinux-6.1.0")
        );
        assert!(found.spool.bytes == vmlinux() && found.content == Content::Elf);
        let module = place.member("linux.deb", "sctp.ko").expect("a module");
        assert!(module.spool.bytes == kernel_with_btf());
    }
}

#[test]
#[ignore = "needs tar, xz"]
fn modules_come_out_by_name_and_reading_ends_with_the_last() {
    let place = Place::new();
    for name in ["a/sctp.ko", "b/sctp-diag.ko", "c/ext4.ko"] {
        place.write(name, kernel_with_btf());
    }
    place.write("d/rest", noise(1 << 20));
    place.shell("xz b/sctp-diag.ko && tar -cf modules.tar a b c d");
    let bytes = place.read("modules.tar");
    let wanted = ["sctp_diag", "nfs", "sctp.ko"].map(str::to_owned);
    let take = |bytes: &[u8], wanted: &[String]| {
        let limits = Limits::default();
        let input = Box::new(Pieces(bytes));
        let Ok(Opened::Package(mut package)) = unpack::open("modules.tar", input, &limits) else {
            panic!("it is an archive");
        };
        let modules = unpack::modules(&mut package, wanted, &mut MemorySpools).expect("modules");
        (modules, package.bytes_read())
    };
    let (modules, _) = take(&bytes, &wanted);
    let paths: Vec<_> = modules.found.iter().map(|it| it.path.clone()).collect();
    assert_eq!(
        paths,
        ["a/sctp.ko", "b/sctp-diag.ko.xz"].map(|path| Some(path.to_owned()))
    );
    assert!((modules.found.iter()).all(|it| it.spool.bytes == kernel_with_btf()));
    assert_eq!(modules.found[1].file_name("modules.tar"), "sctp-diag.ko");
    assert_eq!(modules.missing, ["nfs"]);
    let (_, read) = take(&bytes, &wanted[..1]);
    assert!(read < 1 << 20, "{read}");
}

#[test]
#[ignore = "needs tar"]
fn every_format_of_tar_gives_the_same_files() {
    let (place, files) = root();
    for format in ["v7", "ustar", "gnu", "pax"] {
        // Names of the oldest formats are short.
        let (exclude, files) = match format {
            "gnu" | "pax" => ("", files.clone()),
            _ => {
                let mut files = files.clone();
                files.retain(|(name, _)| name != LONG);
                ("--exclude=lib/modules", files)
            }
        };
        place.shell(&format!(
            "tar -C root {exclude} --format={format} -cf x.tar ."
        ));
        assert!(place.files("x.tar") == files, "{format}");
    }
    // A prefix in the header instead of a long name.
    let name = "a".repeat(90) + "/" + &"b".repeat(90);
    place.write(&format!("other/{name}"), "x");
    place.shell("tar -C other --format=ustar -cf x.tar .");
    assert_eq!(place.files("x.tar"), [(name, b"x".to_vec())]);
}

#[test]
#[ignore = "needs tar, xz, zstd, bzip2"]
fn archives_in_compressed_files_open() {
    let (place, files) = root();
    for (name, option) in [
        ("x.tar.gz", "-z"),
        ("x.tar.xz", "-J"),
        ("x.tar.bz2", "-j"),
        ("x.pkg.tar.zst", "--zstd"),
    ] {
        place.shell(&format!("tar -C root {option} -cf {name} ."));
        assert!(place.files(name) == files, "{name}");
        let bytes = place.read(name);
        let Ok(Opened::Package(package)) =
            unpack::open(name, Box::new(&bytes[..]), &Limits::default())
        else {
            panic!("{name} is a package");
        };
        assert_eq!(package.kind() == Kind::Arch, name.contains("pkg"));
    }
    // Alpine's packages are gzip streams with an archive each, of which only the last one has an end.
    place.shell(
        "printf x > root/.SIGN && tar -C root -cf a.tar .SIGN && tar -C root -cf b.tar boot usr lib &&
         head -c 1024 a.tar | gzip > x.apk && gzip -c b.tar >> x.apk && rm root/.SIGN",
    );
    let mut signed = files;
    signed.push((".SIGN".to_owned(), b"x".to_vec()));
    signed.sort();
    assert!(place.files("x.apk") == signed);
}

#[test]
#[ignore = "needs cpio, rpmbuild"]
fn an_rpm_package_opens_whatever_its_compressor() {
    let (place, files) = root();
    place.shell("cd root && find . | cpio --quiet -o -H newc > ../x.cpio && find . | cpio --quiet -o -H crc > ../sum.cpio");
    assert!(place.files("x.cpio") == files);
    assert!(place.files("sum.cpio") == files);
    place.write(
        "x.spec",
        "Name: kernel\nVersion: 1\nRelease: 1\nSummary: x\nLicense: MIT\nBuildArch: noarch\nAutoReqProv: no\n\
         %define __os_install_post %{nil}\n%define debug_package %{nil}\n%define _build_id_links none\n\
         %description\nx\n%install\ncp -r %{source} %{buildroot}\n%files\n/boot\n/usr\n/lib\n",
    );
    for payload in ["w1.gzdio", "w1.xzdio", "w3.zstdio", "w1.lzdio", "w.ufdio"] {
        place.shell(&format!(
            "rm -rf rpms && mkdir -p build && rpmbuild -bb --quiet --define \"_binary_payload {payload}\" \
             --define \"source $PWD/root/.\" --define \"_topdir $PWD/build\" --define \"_rpmdir $PWD/rpms\" x.spec && \
             mv rpms/noarch/*.rpm x.rpm"
        ));
        assert!(place.files("x.rpm") == files, "{payload}");
        let found = place.kernel("x.rpm").expect("a kernel");
        assert!(found.spool.bytes == vmlinux());
    }
}

#[test]
#[ignore = "needs zip"]
fn a_zip_archive_opens_from_its_front() {
    let (place, files) = root();
    place.shell("rm root/usr/lib/debug/boot/vmlinux && cd root && zip -q -r ../x.zip . && zip -q -0 -r ../stored.zip . && zip -q -r - . | cat > ../piped.zip");
    for name in ["x.zip", "stored.zip", "piped.zip"] {
        assert!(place.files(name) == files, "{name}");
    }
    place.shell("cd root && zip -q -P secret -r ../secret.zip boot");
    let error = place.member("secret.zip", "boot/System.map").unwrap_err();
    assert!(matches!(error, Error::Unsupported { .. }), "{error}");
}

#[test]
#[ignore = "needs tar"]
fn several_kernels_are_listed() {
    let place = Place::new();
    place
        .write("root/a/vmlinux", vmlinux())
        .write("root/b/vmlinux", kernel_with_btf())
        .write("root/b/vmlinuz", "MZ");
    place.shell("tar -C root --sort=name -cf x.tar . && tar -C root -cf one.tar b && tar -C root -cf none.tar b/vmlinuz");
    let error = place.kernel("x.tar").unwrap_err().to_string();
    assert_eq!(
        error,
        "it contains several kernels: a/vmlinux, b/vmlinux; name one, as in FILE!a/vmlinux"
    );
    assert!(place.member("x.tar", "b/vmlinux").unwrap().spool.bytes == kernel_with_btf());
    let error = place.member("x.tar", "vmlinux").unwrap_err();
    assert!(matches!(error, Error::Several { .. }), "{error}");
    // The ELF file is preferred to the boot image beside it.
    let found = place.kernel("one.tar").unwrap();
    assert_eq!(found.path.as_deref(), Some("b/vmlinux"));
    let error = place
        .member("one.tar", "vmlinux-6.1")
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("it contains no file \"vmlinux-6.1\""),
        "{error}"
    );
    let error = place.kernel("none.tar").unwrap_err().to_string();
    assert!(
        error.starts_with("the boot image contains neither"),
        "{error}"
    );
}

#[test]
#[ignore = "needs tar, xz"]
fn types_of_a_kernel_and_its_modules_open_together() {
    let place = Place::new();
    place
        .write("sys/kernel/btf/vmlinux", crate::common::kernel_btf())
        .write("sys/kernel/btf/nf_tables", [0x9f, 0xeb, 1, 0, 24, 0, 0, 0])
        .write("other/xfs", [0x9f, 0xeb, 1, 0, 24, 0, 0, 1]);
    for (name, order) in [
        (
            "first.tar",
            "sys/kernel/btf/nf_tables other sys/kernel/btf/vmlinux",
        ),
        (
            "last.tar",
            "other sys/kernel/btf/vmlinux sys/kernel/btf/nf_tables",
        ),
    ] {
        place.shell(&format!("tar -cf {name} {order}"));
        let found = place.kernel(name).unwrap();
        assert!(found.spool.bytes == crate::common::kernel_btf());
        let [module] = found.modules.as_slice() else {
            panic!("{name} has one module beside its kernel");
        };
        assert_eq!(module.path.as_deref(), Some("sys/kernel/btf/nf_tables"));
        assert_eq!(module.file_name(name), "nf_tables");
        assert_eq!(module.spool.bytes, [0x9f, 0xeb, 1, 0, 24, 0, 0, 0]);
    }
    place.shell("tar -cf modules.tar sys/kernel/btf/nf_tables other && tar -cf one.tar other");
    assert!(matches!(
        place.kernel("modules.tar"),
        Err(Error::NoKernel { .. })
    ));
    assert_eq!(
        place.kernel("one.tar").unwrap().path.as_deref(),
        Some("other/xfs")
    );
    place.shell("rm -r other");
    place.shell("export XZ_OPT=-0; tar -cJf types.tar.xz sys && cp sys/kernel/btf/vmlinux 5.4.0.btf && tar -cJf 5.4.0.btf.tar.xz 5.4.0.btf");
    let found = place.kernel("types.tar.xz").unwrap();
    assert_eq!(found.path.as_deref(), Some("sys/kernel/btf/vmlinux"));
    assert_eq!(found.content, Content::Btf);
    let found = place.kernel("5.4.0.btf.tar.xz").unwrap();
    assert_eq!(found.path.as_deref(), Some("5.4.0.btf"));
    let bytes = place.read("types.tar.xz");
    let Ok(Opened::Package(mut package)) =
        unpack::open("types.tar.xz", Box::new(&bytes[..]), &Limits::default())
    else {
        panic!("a package");
    };
    let (mut members, others) = unpack::members(&mut package).unwrap();
    members.sort_by(|one, other| one.path.cmp(&other.path));
    let roles: Vec<_> = members.iter().map(|member| member.role).collect();
    assert_eq!((roles, others), (vec![Role::Btf, Role::KernelBtf], 0));
}
