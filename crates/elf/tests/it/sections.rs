//! Sections: found, read whole, by range and as streams, in every class, byte order and packing.

use crate::common::elf_crate::{Class, CompressionFormat, Elf, Endian, Error, ReadAt};
use crate::common::{Fixture, KINDS, Part, contents, gnu_zlib, zlib, zstd};
use object::Endianness;
use object::elf;

fn read(file: &[u8], name: &str) -> Result<Vec<u8>, Error> {
    let parsed = Elf::parse(file)?;
    let section = parsed.section(name).expect("the section is there");
    parsed.read_section(file, section)
}

#[test]
fn every_class_and_byte_order() {
    for (is_64, endian) in KINDS {
        let file = Fixture::new(is_64, endian)
            .part(Part::new(".text", b"code".as_slice()).loaded(0x1000))
            .part(Part {
                sh_type: elf::SHT_NOBITS.0,
                ..Part::new(".bss", vec![0; 64])
            })
            .part(Part::new(".debug_info", b"info".as_slice()))
            .build();
        let parsed = Elf::parse(&file).expect("parses");
        assert_eq!(
            parsed.class,
            if is_64 { Class::Elf64 } else { Class::Elf32 }
        );
        assert_eq!(
            parsed.endian,
            if endian == Endianness::Little {
                Endian::Little
            } else {
                Endian::Big
            }
        );
        assert_eq!(
            (parsed.machine, parsed.file_type),
            (elf::EM_X86_64.0, elf::ET_EXEC.0)
        );
        let names: Vec<&str> = parsed.sections.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(names, ["", ".text", ".bss", ".debug_info", ".shstrtab"]);
        let text = parsed.section(".text").expect("text");
        assert_eq!((text.addr, text.size, text.is_loaded()), (0x1000, 4, true));
        assert_eq!(read(&file, ".debug_info").expect("reads"), b"info");
        assert_eq!(read(&file, ".bss").expect("takes no bytes"), b"");
        assert!(parsed.section(".debug_str").is_none());
        assert!(parsed.random_access());
    }
}

#[test]
fn every_packing_gives_the_same_bytes() {
    let data = contents(700_000);
    for (is_64, endian) in KINDS {
        let fixture = Fixture::new(is_64, endian);
        let packed =
            |kind, stream: &[u8]| fixture.compression_header(kind, data.len() as u64, stream);
        let half = data.len() / 2;
        let two = |pack: fn(&[u8]) -> Vec<u8>| [pack(&data[..half]), pack(&data[half..])].concat();
        let skippable = [
            [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9].as_slice(),
            &zstd(&data),
        ]
        .concat();
        let cases = [
            (
                ".debug_info",
                CompressionFormat::Zlib,
                packed(elf::ELFCOMPRESS_ZLIB, &zlib(&data)),
            ),
            (
                ".debug_line",
                CompressionFormat::Zlib,
                packed(elf::ELFCOMPRESS_ZLIB, &two(zlib)),
            ),
            (
                ".debug_str",
                CompressionFormat::Zstd,
                packed(elf::ELFCOMPRESS_ZSTD, &zstd(&data)),
            ),
            (
                ".debug_loc",
                CompressionFormat::Zstd,
                packed(elf::ELFCOMPRESS_ZSTD, &two(zstd)),
            ),
            (
                ".debug_addr",
                CompressionFormat::Zstd,
                packed(elf::ELFCOMPRESS_ZSTD, &skippable),
            ),
            (
                ".zdebug_abbrev",
                CompressionFormat::GnuZlib,
                gnu_zlib(&data),
            ),
        ];
        let mut fixture = Fixture::new(is_64, endian);
        for (name, format, bytes) in &cases {
            let part = Part::new(name, bytes.clone());
            let gnu = *format == CompressionFormat::GnuZlib;
            fixture = fixture.part(if gnu { part } else { part.compressed() });
        }
        let file = fixture.build();
        let parsed = Elf::parse(&file).expect("parses");
        assert!(!parsed.random_access());
        for (name, format, _) in cases {
            let section = parsed.section(name).expect("is there");
            let compression = section.compression.expect("is compressed");
            assert_eq!(
                (compression.format, section.data_size()),
                (format, data.len() as u64),
                "{name}"
            );
            assert!(
                parsed.read_section(&file, section).expect(name) == data,
                "{name}"
            );
            assert!(matches!(
                parsed.read_section_range(&file, section, 0..1),
                Err(Error::NotRandomAccess { .. })
            ));

            let mut stream = parsed.section_stream(&file, section).expect("streams");
            let (mut out, mut steps) = (Vec::new(), [1, 7, 4096, 100_000].into_iter().cycle());
            while stream.remaining() > 0 {
                let mut part =
                    vec![0; (steps.next().unwrap_or(1)).min(stream.remaining() as usize)];
                stream.read_exact(&mut part).expect("reads");
                out.extend_from_slice(&part);
            }
            assert_eq!(stream.position(), stream.size());
            assert!(out == data, "{name} as a stream");
            assert!(matches!(
                stream.read_exact(&mut [0]),
                Err(Error::RangeBeyondSection { .. })
            ));

            let mut stream = parsed.section_stream(&file, section).expect("streams");
            stream.skip(600_001).expect("skips");
            let mut part = [0; 5];
            stream.read_exact(&mut part).expect("reads");
            assert_eq!(part, data[600_001..600_006], "{name} after a skip");
        }
        assert_eq!(
            parsed
                .section(".debug_abbrev")
                .expect("by its plain name")
                .name,
            ".zdebug_abbrev"
        );
    }
}

#[test]
fn stored_sections_are_read_by_range_and_as_streams() {
    let data = contents(600_000);
    let file = Fixture::new(true, Endianness::Little)
        .part(Part::new(".debug_info", data.clone()))
        .part(Part::new(".zdebug_str", b"not packed".as_slice()))
        .build();
    let parsed = Elf::parse(&file).expect("parses");
    let info = parsed.section(".debug_info").expect("is there");
    assert!(info.random_access());
    assert_eq!(
        parsed
            .read_section_range(&file, info, 100..300)
            .expect("reads"),
        data[100..300]
    );
    assert_eq!(
        parsed
            .read_section_range(&file, info, 600_000..600_000)
            .expect("reads"),
        b""
    );
    #[allow(clippy::reversed_empty_ranges, reason = "that is the case")]
    for range in [599_999..600_001, 5..4, u64::MAX - 1..u64::MAX] {
        let result = parsed.read_section_range(&file, info, range);
        assert!(matches!(result, Err(Error::RangeBeyondSection { .. })));
    }
    let mut stream = parsed.section_stream(&file, info).expect("streams");
    let mut part = vec![0; 10];
    stream.read_exact(&mut part).expect("reads");
    stream.skip(300_000).expect("skips");
    let mut rest = vec![0; 299_990];
    stream.read_exact(&mut rest).expect("reads");
    assert!(part == data[..10] && rest == data[300_010..]);
    // Without the magic a .zdebug section is what it is.
    assert_eq!(read(&file, ".debug_str").expect("reads"), b"not packed");
}

#[test]
fn the_first_of_a_name_wins() {
    let file = Fixture::new(true, Endianness::Little)
        .part(Part::new(".zdebug_info", gnu_zlib(b"first")))
        .part(Part::new(".debug_info", b"second".as_slice()))
        .build();
    assert_eq!(read(&file, ".debug_info").expect("reads"), b"first");
    let parsed = Elf::parse(&file).expect("parses");
    assert_eq!(parsed.sections_named(".debug_info").count(), 2);
}

#[test]
fn streams_that_are_not_what_they_claim() {
    let fixture = Fixture::new(true, Endianness::Little);
    let data = contents(5000);
    let mut flipped = zstd(&data);
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    let cut = |bytes: Vec<u8>| bytes[..bytes.len() / 2].to_vec();
    let cases = [
        (
            "too little",
            fixture.compression_header(elf::ELFCOMPRESS_ZLIB, 5001, &zlib(&data)),
        ),
        (
            "too much",
            fixture.compression_header(elf::ELFCOMPRESS_ZLIB, 4999, &zlib(&data)),
        ),
        (
            "cut short",
            fixture.compression_header(elf::ELFCOMPRESS_ZLIB, 5000, &cut(zlib(&data))),
        ),
        (
            "noise",
            fixture.compression_header(elf::ELFCOMPRESS_ZLIB, 5000, &data),
        ),
        (
            "zstd too little",
            fixture.compression_header(elf::ELFCOMPRESS_ZSTD, 5001, &zstd(&data)),
        ),
        (
            "zstd too much",
            fixture.compression_header(elf::ELFCOMPRESS_ZSTD, 4999, &zstd(&data)),
        ),
        (
            "zstd cut short",
            fixture.compression_header(elf::ELFCOMPRESS_ZSTD, 5000, &cut(zstd(&data))),
        ),
        (
            "zstd noise",
            fixture.compression_header(elf::ELFCOMPRESS_ZSTD, 5000, &data),
        ),
        (
            "zstd checksum",
            fixture.compression_header(elf::ELFCOMPRESS_ZSTD, 5000, &flipped),
        ),
        ("no room for a header", vec![1, 0, 0, 0]),
    ];
    for (what, bytes) in cases {
        let file = Fixture::new(true, Endianness::Little)
            .part(Part::new(".debug_info", bytes).compressed())
            .build();
        let result = read(&file, ".debug_info");
        assert!(
            matches!(&result, Err(Error::BadCompression { .. })),
            "{what}: {result:?}"
        );
    }
    let claims = fixture.compression_header(elf::ELFCOMPRESS_ZLIB, 1 << 40, &zlib(&data));
    let file = Fixture::new(true, Endianness::Little)
        .part(Part::new(".debug_info", claims).compressed())
        .build();
    assert!(
        matches!(read(&file, ".debug_info"), Err(Error::ImplausibleSize { claimed, .. }) if claimed == 1 << 40)
    );
    let other = fixture.compression_header(elf::CompressionType(77), 5000, &data);
    let file = Fixture::new(true, Endianness::Little)
        .part(Part::new(".debug_info", other).compressed())
        .build();
    assert!(matches!(
        read(&file, ".debug_info"),
        Err(Error::UnsupportedCompression { ch_type: 77, .. })
    ));
}

#[test]
fn what_is_not_elf_says_so() {
    assert_eq!(
        Elf::parse(b"".as_slice()),
        Err(Error::NotElf { magic: vec![] })
    );
    assert_eq!(
        Elf::parse(b"#!/bin/sh".as_slice()),
        Err(Error::NotElf {
            magic: b"#!/b".to_vec()
        })
    );
    assert!(matches!(
        Elf::parse(b"\x7fELF".as_slice()),
        Err(Error::Truncated {
            what: "ELF header",
            ..
        })
    ));
    let good = Fixture::new(true, Endianness::Little).build();
    let with = |at: usize, byte: u8| {
        let mut file = good.clone();
        file[at] = byte;
        Elf::parse(&file)
    };
    assert_eq!(with(4, 3), Err(Error::UnsupportedClass { class: 3 }));
    assert_eq!(with(5, 0), Err(Error::UnsupportedEncoding { encoding: 0 }));
    assert_eq!(with(6, 9), Err(Error::UnsupportedVersion { version: 9 }));
    assert!(matches!(
        with(58, 63),
        Err(Error::BadSectionHeaderSize {
            size: 63,
            expected: 64
        })
    ));
    assert!(matches!(
        with(62, 9),
        Err(Error::BadNameTable { index: 9, count: 2 })
    ));
}

#[test]
fn a_file_cut_short_is_named_with_its_place() {
    let file = Fixture::new(true, Endianness::Little)
        .part(Part::new(".debug_info", contents(1000)))
        .build();
    for len in [20, 100, file.len() - 1] {
        let result = Elf::parse(&file[..len]);
        assert!(
            matches!(result, Err(Error::Truncated { have, .. }) if have == len as u64),
            "{len}"
        );
    }
    // A section past the end, as in a file whose headers come first.
    let mut parsed = Elf::parse(&file).expect("parses");
    let info = parsed.section(".debug_info").expect("is there").clone();
    parsed.sections[1].size = 1 << 20;
    let beyond = parsed.sections[1].clone();
    assert_eq!(
        parsed.first_section_beyond(file.len() as u64),
        Some(&beyond)
    );
    let error = parsed
        .read_section(&file, &beyond)
        .expect_err("runs past the end");
    assert_eq!(
        error,
        Error::SectionBeyondEnd {
            section: ".debug_info".to_owned(),
            offset: info.offset,
            size: 1 << 20,
            file_len: file.len() as u64
        }
    );
    assert!(error.to_string().starts_with(&format!(
        "the file ends at {:#x}, but .debug_info runs",
        file.len()
    )));
    assert!(matches!(
        parsed.read_section_range(&file, &beyond, 0..1 << 20),
        Err(Error::SectionBeyondEnd { .. })
    ));
}

#[test]
fn overlapping_names_do_not_take_the_memory() {
    let mut fixture = Fixture::new(true, Endianness::Little);
    for _ in 0..2000 {
        fixture = fixture.part(Part::new("", []));
    }
    fixture.parts[0].data = vec![b'x'; 200_000];
    fixture.parts[0].sh_type = elf::SHT_STRTAB.0;
    fixture.parts[0].name = "names";
    fixture.names_in = Some("names");
    let mut file = fixture.build();
    // Every name starts at the front of the long one.
    let table = file.len() - 2001 * 64;
    for index in 0..2001 {
        file[table + index * 64..][..4].fill(0);
    }
    assert!(matches!(
        Elf::parse(&file),
        Err(Error::NamesTooLarge { .. })
    ));
}

#[test]
fn a_failing_source_is_reported_as_it_says() {
    struct Failing(Vec<u8>, u64);
    impl ReadAt for Failing {
        fn len(&self) -> u64 {
            self.0.len() as u64
        }
        fn read_at(
            &self,
            offset: u64,
            buf: &mut [u8],
        ) -> Result<(), crate::common::elf_crate::ReadError> {
            if offset + buf.len() as u64 > self.1 && offset < self.1 + 4000 {
                return Err(crate::common::elf_crate::ReadError::failed(
                    offset,
                    buf.len() as u64,
                    "the disk is gone",
                ));
            }
            self.0.read_at(offset, buf)
        }
    }
    let fixture = Fixture::new(true, Endianness::Little);
    type Pack = fn(&[u8]) -> Vec<u8>;
    let codecs: [(elf::CompressionType, Pack); 2] =
        [(elf::ELFCOMPRESS_ZLIB, zlib), (elf::ELFCOMPRESS_ZSTD, zstd)];
    for (kind, pack) in codecs {
        let data = contents(100_000);
        let bytes = fixture.compression_header(kind, 100_000, &pack(&data));
        let file = Fixture::new(true, Endianness::Little)
            .part(Part::new(".debug_info", bytes).compressed())
            .build();
        let source = Failing(file, 2000);
        let parsed = Elf::parse(&source).expect("headers are readable");
        let section = parsed.section(".debug_info").expect("is there");
        let result = parsed.read_section(&source, section);
        assert!(
            matches!(&result, Err(Error::Read(error)) if error.to_string().contains("the disk is gone")),
            "{result:?}"
        );
    }
}
