//! A bill of materials: what the command and the page are made of, as CycloneDX 1.5 in JSON.

use crate::metadata::{Metadata, Package};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Of the packages in `shipped`; `sums` has the SHA-256 of each package's archive, by name and version.
pub fn bill(
    shipped: &Metadata,
    sums: &BTreeMap<String, String>,
    version: &str,
    commit: &str,
    date: &str,
) -> Value {
    let components: Vec<Value> = shipped
        .packages
        .iter()
        .filter(|package| package.name != "btfscope")
        .map(|package| component(package, sums))
        .collect();
    let reference = |id: &String| {
        let package = shipped.packages.iter().find(|package| package.id == *id);
        package.map(|package| Value::from(purl(package)))
    };
    let dependencies: Vec<Value> = shipped
        .uses
        .iter()
        .filter_map(|(user, used)| {
            let used: Vec<Value> = used.iter().filter_map(reference).collect();
            Some(json!({ "ref": reference(user)?, "dependsOn": used }))
        })
        .collect();
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": date,
            "component": {
                "type": "application",
                "bom-ref": format!("pkg:cargo/btfscope@{version}"),
                "name": "btfscope",
                "version": version,
                "purl": format!("pkg:cargo/btfscope@{version}"),
                "licenses": [{ "expression": "MIT OR Apache-2.0" }],
                "properties": [{ "name": "commit", "value": commit }],
            },
        },
        "components": components,
        "dependencies": dependencies,
    })
}

fn purl(package: &Package) -> String {
    format!("pkg:cargo/{}@{}", package.name, package.version)
}

fn component(package: &Package, sums: &BTreeMap<String, String>) -> Value {
    // Old manifests part their licences by a slash, which SPDX does not know.
    let licence = package.license.clone().unwrap_or_default();
    let licence = licence.replace(" / ", "/").replace('/', " OR ");
    let mut component = json!({
        "type": "library",
        "bom-ref": purl(package),
        "name": package.name,
        "version": package.version,
        "purl": purl(package),
        "licenses": [{ "expression": licence }],
    });
    let Some(fields) = component.as_object_mut() else {
        return component;
    };
    if let Some(description) = &package.description {
        fields.insert("description".to_owned(), description.trim().into());
    }
    if let Some(sum) = sums.get(&package.title()) {
        let hashes = json!([{ "alg": "SHA-256", "content": sum }]);
        fields.insert("hashes".to_owned(), hashes);
    }
    if let Some(address) = &package.repository {
        let references = json!([{ "type": "vcs", "url": address }]);
        fields.insert("externalReferences".to_owned(), references);
    }
    component
}

/// The checksums of packages' archives, as `Cargo.lock` has them.
pub fn sums(lock: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let lock: toml::Table = lock.parse().unwrap_or_default();
    let packages = lock.get("package").and_then(toml::Value::as_array);
    for package in packages.into_iter().flatten() {
        let field = |name: &str| package.get(name).and_then(toml::Value::as_str);
        if let (Some(name), Some(version), Some(sum)) =
            (field("name"), field("version"), field("checksum"))
        {
            found.insert(format!("{name} {version}"), sum.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_has_its_licence_sum_and_source() {
        let package: Package = serde_json::from_str(
            r#"{"id":"a","name":"a","version":"1.0.0","license":"MIT / Apache-2.0","license_file":null,
                "repository":"https://x.example","description":" It. ","manifest_path":"/x","source":"registry+x","targets":[]}"#,
        )
        .expect("a package");
        let lock = "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"00ff\"\n";
        let shipped = Metadata {
            packages: vec![package],
            uses: [("a".to_owned(), ["a".to_owned()].into())].into(),
        };
        let bill = bill(
            &shipped,
            &sums(lock),
            "0.0.1",
            "c0ffee",
            "2026-01-01T00:00:00Z",
        );
        let component = &bill["components"][0];
        assert_eq!(component["purl"], "pkg:cargo/a@1.0.0");
        assert_eq!(component["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert_eq!(component["hashes"][0]["content"], "00ff");
        assert_eq!(
            component["externalReferences"][0]["url"],
            "https://x.example"
        );
        assert_eq!(bill["dependencies"][0]["dependsOn"][0], "pkg:cargo/a@1.0.0");
    }
}
