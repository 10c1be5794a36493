//! The licence texts that packages bring along.

use crate::failure::Failure;
use crate::metadata::Package;
use spdx::{LicenseItem, LicenseReq};
use std::path::{Path, PathBuf};

/// Licences of code that a package brings from elsewhere, where only we know to look.
const FURTHER: [(&str, &str); 1] = [("libmimalloc-sys", "c_src/mimalloc/v3/LICENSE")];

/// What files with a licence or notices are called, at the start of their names.
const NAMES: [&str; 5] = ["license", "licence", "copying", "unlicense", "notice"];

/// The texts for one package under these licences: its own files, or the licence's standard text where it has none.
pub fn of(package: &Package, taken: &[LicenseReq]) -> Result<Vec<String>, Failure> {
    let folder = package.manifest_path.parent().unwrap_or(Path::new("."));
    let files = files(package, folder)?;
    let mut texts = Vec::new();
    for licence in taken {
        let own = files.iter().find(|(name, text)| fits(licence, name, text));
        match own {
            Some((_, text)) => texts.push(tidy(text)),
            None => texts.push(standard(package, licence)?),
        }
    }
    let notices = files.iter().filter(|(name, _)| name.starts_with("notice"));
    texts.extend(notices.map(|(_, text)| tidy(text)));
    for (_, path) in FURTHER.iter().filter(|(name, _)| *name == package.name) {
        let path = folder.join(path);
        let text = std::fs::read_to_string(&path).map_err(Failure::io(&path))?;
        texts.push(tidy(&text));
    }
    Ok(texts)
}

/// Files with licences, with lower-case names, in order.
fn files(package: &Package, folder: &Path) -> Result<Vec<(String, String)>, Failure> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(Failure::io(folder))? {
        paths.push(entry.map_err(Failure::io(folder))?.path());
    }
    if let Some(named) = &package.license_file {
        paths.push(folder.join(named));
    }
    paths.sort();
    paths.dedup();
    let mut found = Vec::new();
    for path in paths.iter().filter(|path| path.is_file()) {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase();
        if NAMES.iter().any(|start| name.starts_with(start)) {
            let bytes = std::fs::read(path).map_err(Failure::io(path))?;
            found.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    Ok(found)
}

/// Whether this text is the licence's, by words that only it has.
fn fits(licence: &LicenseReq, name: &str, text: &str) -> bool {
    let words = match id(licence) {
        "MIT" => "Permission is hereby granted, free of charge",
        "Apache-2.0" => "Apache License",
        "MPL-2.0" => "Mozilla Public License",
        "Zlib" => "'as-is', without any express or implied",
        "Unicode-3.0" => "UNICODE LICENSE V3",
        "ISC" => "Permission to use, copy, modify, and",
        "BSD-2-Clause" | "BSD-3-Clause" => "Redistribution and use in source and binary forms",
        _ => return false,
    };
    let plain = |text: &str| {
        text.split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase()
    };
    !name.starts_with("notice") && plain(text).contains(&plain(words))
}

fn id(licence: &LicenseReq) -> &'static str {
    match &licence.license {
        LicenseItem::Spdx { id, .. } => id.name,
        LicenseItem::Other(_) => "",
    }
}

/// The text that SPDX has of a licence, with the package's authors for its holders.
fn standard(package: &Package, licence: &LicenseReq) -> Result<String, Failure> {
    let Some(known) = spdx::license_id(id(licence)) else {
        return Err(Failure::NoText {
            package: package.title(),
            licence: licence.to_string(),
        });
    };
    let holders = match package.authors.as_slice() {
        [] => format!("the authors of {}", package.name),
        authors => authors.join(", "),
    };
    let text = known.text().replace("<year> <copyright holders>", &holders);
    Ok(tidy(&text))
}

/// Without spaces at line ends and blank lines around.
fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let text = lines.join("\n");
    text.trim_matches('\n')
        .trim_start_matches('\u{feff}')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use spdx::Expression;

    fn package(folder: &Path) -> Package {
        let manifest = folder.join("Cargo.toml").display().to_string();
        let text = format!(
            r#"{{"id":"a","name":"a","version":"1.0.0","license":"MIT","license_file":null,"authors":["A. Writer"],
                "repository":null,"description":null,"manifest_path":{manifest:?},"source":"registry+x","targets":[]}}"#
        );
        serde_json::from_str(&text).expect("a package")
    }

    fn texts(folder: &Path, expression: &str) -> Vec<String> {
        let expression = Expression::parse(expression).expect("a licence");
        let taken: Vec<LicenseReq> = expression
            .requirements()
            .map(|one| one.req.clone())
            .collect();
        of(&package(folder), &taken).expect("texts")
    }

    #[test]
    fn files_are_found_by_name_and_words() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).expect("written");
        };
        write("LICENSE-APACHE", "Apache License  \nVersion 2.0\n");
        write(
            "COPYING",
            "\nCopyright X\n\nPermission is hereby\ngranted, free of charge, to\n",
        );
        write("readme.md", "Permission is hereby granted, free of charge");
        let mit = "Copyright X\n\nPermission is hereby\ngranted, free of charge, to";
        assert_eq!(texts(folder.path(), "MIT"), [mit]);
        assert_eq!(
            texts(folder.path(), "Apache-2.0"),
            ["Apache License\nVersion 2.0"]
        );
        write("NOTICE", "It has parts of Y.");
        assert_eq!(texts(folder.path(), "MIT"), [mit, "It has parts of Y."]);
    }

    #[test]
    fn without_a_file_the_standard_text_names_the_authors() {
        let folder = tempfile::tempdir().expect("a folder");
        let texts = texts(folder.path(), "MIT");
        let text = texts.first().expect("one");
        assert!(text.contains("Permission is hereby granted"), "{text}");
        assert!(text.contains("A. Writer"), "{text}");
    }
}
