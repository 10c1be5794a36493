//! Nothing in the tree carries a licence or a copyright of others: a test that reads every file.

use std::fs;
use std::path::Path;

use crate::files;
use crate::project::Project;

/// What a line that says whose a file is has in it, in small letters; in two parts, so that this file has none.
const MARKERS: [[&str; 2]; 5] = [
    ["spdx-license-", "identifier:"],
    ["copyright ", "(c)"],
    ["copyright ", "19"],
    ["copyright ", "20"],
    ["gnu general ", "public license"],
];
/// What else it has when it is about ours.
const OURS: [&str; 2] = ["mit or apache-2.0", "the btfscope authors"];
/// Texts of licences and notices, and folders of them.
const TEXTS: [&str; 5] = [
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "NOTICE",
    "release/texts",
    "web/third-party.txt",
];
/// Folders that are made, not kept.
const MADE: [&str; 4] = ["target", "dist", "node_modules", ".git"];

/// The line of a text that says it is somebody else's.
fn foreign(text: &str) -> Option<&str> {
    text.lines().find(|line| {
        let line = line.to_lowercase();
        let marked = MARKERS.iter().any(|marker| line.contains(&marker.concat()));
        marked && !OURS.iter().any(|ours| line.contains(ours))
    })
}

fn kept(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    !MADE.iter().any(|made| name == *made)
}

#[test]
fn no_file_is_somebody_elses() {
    let root = Project::find().unwrap().root;
    let mut seen = 0;
    let tops = fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    for top in tops.filter(|top| kept(top)) {
        for file in files::under(&top).unwrap() {
            let place = file.strip_prefix(&root).unwrap();
            let made = place.ancestors().any(|part| !kept(part));
            if made || TEXTS.iter().any(|text| place.starts_with(text)) {
                continue;
            }
            let bytes = fs::read(&file).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            assert_eq!(foreign(&text), None, "in {}", place.display());
            seen += 1;
        }
    }
    assert!(seen > 500, "only {seen} files under {}", root.display());
}

#[test]
fn markers_of_others_are_found() {
    let [spdx, sign, _, year, gnu] = MARKERS.map(|marker| marker.concat());
    for theirs in [
        format!("// {} GPL-2.0", spdx.to_uppercase()),
        format!("# {spdx} (LGPL-2.1 OR BSD-2-Clause)"),
        format!("/* {sign} 2018 Somebody */"),
        format!("{year}18 Somebody"),
        format!("under the terms of the {gnu}"),
    ] {
        assert_eq!(
            foreign(&format!("first\n{theirs}\nlast")),
            Some(theirs.as_str())
        );
    }
    assert_eq!(foreign(&format!("// {spdx} MIT OR Apache-2.0")), None);
    assert_eq!(foreign(&format!("{sign} 2026 The btfscope authors")), None);
}
