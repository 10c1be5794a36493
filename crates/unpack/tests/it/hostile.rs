//! Archives that ask for too much.

use crate::common::{Place, extract, files, kernel_with_btf};
use unpack::{Error, Limits, Opened, Wanted};

/// The header of a tar entry.
fn header(name: &[u8], size: u64, flag: u8) -> Vec<u8> {
    let mut header = vec![0; 512];
    header[..name.len()].copy_from_slice(name);
    header[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
    header[156] = flag;
    header[148..156].copy_from_slice(b"        ");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

#[test]
fn a_name_that_leads_out_of_its_folder_is_refused() {
    for name in ["../vmlinux", "a/../../vmlinux"] {
        let archive = [header(name.as_bytes(), 0, b'0'), vec![0; 1024]].concat();
        let error = files("x.tar", &archive).unwrap_err();
        assert!(matches!(error, Error::OutsideName { .. }), "{error}");
    }
    let archive = [header(b"/vmlinux", 0, b'0'), vec![0; 1024]].concat();
    assert_eq!(
        files("x.tar", &archive).unwrap(),
        [("vmlinux".to_owned(), Vec::new())]
    );
}

#[test]
fn a_link_named_like_a_kernel_is_not_followed() {
    let mut link = header(b"boot/vmlinux", 0, b'0');
    link[156] = b'2';
    link[157..168].copy_from_slice(b"/etc/passwd");
    link[148..156].copy_from_slice(b"        ");
    let sum: u32 = link.iter().map(|byte| u32::from(*byte)).sum();
    link[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let error = extract("x.tar", &[link, vec![0; 1024]].concat(), &Wanted::Kernel).unwrap_err();
    assert!(
        matches!(error, Error::NoKernel { modules: 0, .. }),
        "{error}"
    );
}

#[test]
fn names_and_entries_are_limited() {
    let long = [header(b"././@LongLink", 1 << 30, b'L'), vec![b'a'; 4096]].concat();
    let error = files("x.tar", &long).unwrap_err();
    assert!(matches!(error, Error::LongName { .. }), "{error}");
    let limits = Limits {
        entries: 3,
        ..Limits::default()
    };
    let archive = header(b"a", 0, b'0').repeat(5);
    let Ok(Opened::Package(mut package)) = unpack::open("x.tar", Box::new(&archive[..]), &limits)
    else {
        panic!("a package");
    };
    for _ in 0..3 {
        package.next_entry().unwrap().expect("an entry");
    }
    let error = package.next_entry().unwrap_err();
    assert!(
        matches!(error, Error::TooManyEntries { limit: 3, .. }),
        "{error}"
    );
}

#[test]
#[ignore = "needs xz"]
fn what_expands_too_much_is_refused() {
    let place = Place::new();
    place.shell(
        "head -c 100M /dev/zero | xz -0 > vmlinux.xz && head -c 100M /dev/zero | gzip > vmlinux.gz",
    );
    for name in ["vmlinux.xz", "vmlinux.gz"] {
        let error = place.kernel(name).unwrap_err();
        assert!(matches!(error, Error::OverBudget(_)), "{error}");
        assert!(error.to_string().contains("--budget"), "{error}");
    }
}

#[test]
#[ignore = "needs xz, tar"]
fn layers_and_archives_in_archives_are_limited() {
    let place = Place::new();
    place.write("vmlinux", kernel_with_btf());
    place.shell(
        "tar -cf inner.tar vmlinux && cp inner.tar vmlinux-inner && tar -cf outer.tar vmlinux-inner inner.tar &&
         cp vmlinux x && for i in 1 2 3 4 5 6 7; do xz -c x > y && mv y x; done && mv x vmlinux.xz",
    );
    let error = place.kernel("vmlinux.xz").unwrap_err();
    assert!(matches!(error, Error::TooDeep { limit: 6, .. }), "{error}");
    let error = place.member("outer.tar", "inner.tar").unwrap_err();
    assert!(matches!(error, Error::ArchiveInside { .. }), "{error}");
}

#[test]
#[ignore = "needs ar, tar, gzip, xz, zstd, bzip2, lz4, lzop, zip, cpio"]
fn a_cut_or_damaged_file_gives_an_error_and_nothing_else() {
    let place = Place::new();
    place
        .write("vmlinux", kernel_with_btf())
        .write("debian-binary", "2.0\n");
    place.shell(
        "tar -cf x.tar vmlinux && xz -k x.tar && cp x.tar.xz data.tar.xz && ar q x.deb debian-binary data.tar.xz 2>/dev/null &&
         echo vmlinux | cpio --quiet -o -H newc > x.cpio && zip -q x.zip vmlinux && gzip -k vmlinux && xz -k vmlinux &&
         zstd -q -k --check vmlinux && bzip2 -k vmlinux && lz4 -q -k vmlinux vmlinux.lz4 && lzop -k vmlinux",
    );
    let names = "x.tar x.tar.xz x.deb x.cpio x.zip vmlinux.gz vmlinux.xz vmlinux.zst vmlinux.bz2 vmlinux.lz4 vmlinux.lzo";
    for name in names.split(' ') {
        let bytes = place.read(name);
        assert!(place.kernel(name).is_ok(), "{name}");
        // Each of these is refused, or what is missing is not needed: padding, or what follows the kernel.
        for len in (0..bytes.len()).step_by(97) {
            let part = bytes.get(..len).unwrap();
            if let Ok(found) = extract(name, part, &Wanted::Kernel) {
                assert!(
                    found.spool.bytes == kernel_with_btf(),
                    "{name} cut at {len}"
                );
            }
        }
        // Formats with checksums never give other bytes than those that were packed.
        let has_sum = !matches!(name, "x.tar" | "x.cpio");
        for at in (0..bytes.len()).step_by(41) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            let found = extract(name, &damaged, &Wanted::Kernel);
            if let (Ok(found), true) = (found, has_sum) {
                assert!(
                    found.spool.bytes == kernel_with_btf(),
                    "{name} damaged at {at}"
                );
            }
        }
    }
}
