//! Boot images with payloads of each compressor.

use crate::common::{Place, extract, kernel_btf, kernel_with_btf, noise};
use unpack::{Content, Error, Wanted};

/// A bzImage with this payload, by the boot protocol.
fn bz_image(payload: &[u8]) -> Vec<u8> {
    let mut image = vec![0; 0x1000];
    image[..2].copy_from_slice(b"MZ");
    // Three sectors of setup code behind the first, the payload at 0x400 of the rest.
    image[0x1f1] = 3;
    image[0x202..0x206].copy_from_slice(b"HdrS");
    image[0x206..0x208].copy_from_slice(&0x020fu16.to_le_bytes());
    image[0x248..0x24c].copy_from_slice(&0x400u32.to_le_bytes());
    image[0x24c..0x250].copy_from_slice(&(payload.len() as u32).to_le_bytes());
    image.resize(4 * 512 + 0x400, 0x90);
    image.extend(payload);
    image.extend(noise(5000));
    image
}

/// A kernel as it is in a bzImage: an ELF file, and relocations behind it.
fn kernel() -> Vec<u8> {
    let mut kernel = kernel_with_btf();
    kernel.extend(noise(300_000));
    kernel
}

#[test]
#[ignore = "needs xz, zstd, bzip2, lz4, lzop"]
fn the_payload_of_a_bz_image_is_found_whatever_its_compressor() {
    let place = Place::new();
    place.write("kernel", kernel());
    for command in [
        "gzip -n -9 -c",
        "xz --check=crc32 --x86 --lzma2=dict=32MiB -c",
        "xz --format=lzma -9 -c",
        "zstd -q --ultra -22 -c",
        "bzip2 -9 -c",
        "lz4 -q -l -9 -c",
        "lzop -9 -c",
    ] {
        let mut payload = place
            .shell(&format!("{command} < kernel > payload"))
            .read("payload");
        if !command.starts_with("gzip") {
            payload.extend((kernel().len() as u32).to_le_bytes());
        }
        let image = bz_image(&payload);
        let found = extract("vmlinuz", &image, &Wanted::Kernel).expect(command);
        assert!(found.spool.bytes == kernel(), "{command}");
        assert_eq!(found.content, Content::Elf);
        assert_eq!(found.images, ["a boot image (bzImage)"]);
        let banner = found.banner.expect("a banner");
        assert_eq!(banner.release, "7.2.0-example");
        // Without a header that says where it is: as on s390 and 32-bit Arm.
        let mut anywhere = noise(100_000);
        anywhere[..4].copy_from_slice(&[0; 4]);
        anywhere.extend(&payload);
        anywhere.extend(noise(5000));
        let found = extract("vmlinuz-6.1.0-s390x", &anywhere, &Wanted::Kernel).expect(command);
        assert!(found.spool.bytes == kernel(), "{command}, somewhere");
    }
}

/// A raw kernel with BTF in it.
fn raw(magic: &[u8]) -> Vec<u8> {
    let mut image = noise(1_100_000);
    image[..8].copy_from_slice(b"MZ\0\x91\0\0\0\0");
    image[56..60].copy_from_slice(magic);
    image.extend(b"Linux version 6.1.0-47-arm64 (debian-kernel@lists.debian.org) #1\n\0");
    image.extend(kernel_btf());
    image.extend(noise(100_000));
    image
}

/// A unified kernel image: a program with the kernel as its second section.
fn unified(kernel: &[u8]) -> Vec<u8> {
    let mut image = b"MZ".to_vec();
    image.resize(0x3c, 0);
    image.extend(0x80u32.to_le_bytes());
    image.resize(0x80, 0);
    image.extend(b"PE\0\0\x64\x86\x02\0");
    image.resize(0x80 + 20, 0);
    image.extend(16u16.to_le_bytes());
    image.resize(0x80 + 24 + 16, 0);
    for (name, len, at) in [
        (b".osrel\0\0", 16u32, 0x200u32),
        (b".linux\0\0", kernel.len() as u32, 0x400),
    ] {
        image.extend(name);
        let end = image.len() + 32;
        image.extend(len.to_le_bytes());
        image.extend(0x1000u32.to_le_bytes());
        image.extend(len.next_multiple_of(512).to_le_bytes());
        image.extend(at.to_le_bytes());
        image.resize(end, 0);
    }
    image.resize(0x400, 0);
    image.extend(kernel);
    image.resize(image.len().next_multiple_of(512), 0);
    image
}

#[test]
#[ignore = "needs gzip, mkimage"]
fn raw_kernels_open_by_their_btf_whatever_is_around_them() {
    let place = Place::new();
    for magic in [b"ARM\x64", b"RSC\x05"] {
        let image = raw(magic);
        let check = |name: &str, bytes: &[u8]| {
            let found = extract(name, bytes, &Wanted::Kernel).expect(name);
            assert!(found.spool.bytes == kernel_btf(), "{name}");
            assert_eq!(found.content, Content::Btf);
            assert_eq!(found.banner.expect("a banner").release, "6.1.0-47-arm64");
        };
        check("Image", &image);
        place
            .write("Image", &image)
            .shell("gzip -1 -c Image > Image.gz");
        check("Image.gz", &place.read("Image.gz"));
        place.shell("mkimage -A arm64 -O linux -T kernel -C gzip -a 0 -e 0 -n x -d Image.gz uImage >/dev/null");
        check("uImage", &place.read("uImage"));
        let packed = place.read("Image.gz");
        let mut zboot = b"MZ\0\0zimg".to_vec();
        zboot.extend(4096u32.to_le_bytes());
        zboot.extend((packed.len() as u32).to_le_bytes());
        zboot.resize(24, 0);
        zboot.extend(b"gzip\0");
        zboot.resize(4096, 0);
        zboot.extend(&packed);
        check("vmlinuz.efi", &zboot);
        check("linux.efi", &unified(&zboot));
    }
    let mut damaged = place.read("uImage");
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    let error = extract("uImage", &damaged, &Wanted::Kernel).unwrap_err();
    assert!(matches!(error, Error::Checksum { .. }), "{error}");
}

#[test]
fn an_image_without_types_says_its_release() {
    let mut image = noise(100_000);
    image[..64].fill(0);
    image[56..60].copy_from_slice(b"ARM\x64");
    image.extend(b"Linux version 5.4.0 (me@home) #1\n\0");
    let error = extract("Image", &image, &Wanted::Kernel).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the boot image contains neither an ELF file nor BTF (Linux 5.4.0, built without CONFIG_DEBUG_INFO_BTF)"
    );
    let error = extract("vmlinuz", &bz_image(&[])[..0x500], &Wanted::Kernel).unwrap_err();
    assert!(matches!(error, Error::Damaged { .. }), "{error}");
}
