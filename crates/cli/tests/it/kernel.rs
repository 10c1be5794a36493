//! A distribution's kernel with several numbers of threads.

use crate::common::Place;
use serde_json::Value;

/// Statistics and the functions left out, without what is a matter of the run.
fn lasting(json: &str) -> Value {
    let mut told: Value = serde_json::from_str(json).expect("JSON");
    let fields = told.as_object_mut().expect("an object");
    for of_the_run in ["stages", "peak_memory", "workers"] {
        assert!(fields.remove(of_the_run).is_some(), "{of_the_run}");
    }
    told
}

#[test]
#[ignore = "needs the real kernel"]
fn threads_change_nothing() {
    let kernel = std::env::var("BTFSCOPE_KERNEL").expect("cargo xtask test sets it");
    let place = Place::new();
    let encoded = |threads: u64| {
        let jobs = format!("-j{threads}");
        let told = place
            .run(["encode", &kernel, &jobs, "-o", "out.btf", "--stats", "json"])
            .ok();
        let workers = serde_json::from_str::<Value>(&told).expect("JSON")["workers"].as_u64();
        assert_eq!(workers, Some(threads));
        (place.read("out.btf"), lasting(&told))
    };
    let (bytes, told) = encoded(1);
    assert!(bytes.len() > 1 << 20, "a kernel's types");
    for threads in [2, 3, 8] {
        let (other_bytes, other_told) = encoded(threads);
        // A kernel's bytes in a message would help nobody.
        assert!(other_bytes == bytes, "{threads} threads give other bytes");
        assert!(other_told == told, "{threads} threads tell something else");
    }
}

#[test]
#[ignore = "needs the real kernel"]
fn statistics_name_the_kernel() {
    let kernel = std::env::var("BTFSCOPE_KERNEL").expect("cargo xtask test sets it");
    let place = Place::new();
    let text = place
        .run(["encode", &kernel, "-o", "out.btf", "--stats", "text"])
        .ok();
    assert!(text.contains("\nLinux 6.1.0-"), "{text}");
    assert!(text.contains(" (x86_64)\nbuild id "), "{text}");
    let module = format!(
        "{}/tcp_bbr.ko",
        std::env::var("BTFSCOPE_MODULES").expect("set too")
    );
    let text = place
        .run([
            "encode", &module, "--base", &kernel, "-o", "out.btf", "--stats", "text",
        ])
        .ok();
    assert!(text.contains("\nbuilt for Linux 6.1.0-"), "{text}");
}
