//! Numbers that are neither integers nor binary floating point. Of decimal numbers and gcc's complex
//! integers pahole 1.32 makes integers of their size; complex numbers end it, unless FLOAT is not asked for.

use engine_tests::{Workshop, describe, encode_whole, encode_with};
use pipeline::Options;

#[test]
#[ignore = "needs gcc"]
fn decimal_and_complex_numbers() {
    let shop = Workshop::new("numbers");
    shop.write(
        "numbers.c",
        "_Decimal32 d32; _Decimal64 d64; _Decimal128 d128;
        _Complex int ci; _Complex long long cll;
        _Float128 q; double _Complex cd; float _Complex cf; _Float128 _Complex cq;",
    );
    let build = "gcc -g -c numbers.c -o numbers.o";
    shop.run(build);
    let file = shop.read("numbers.o");
    let outcome = encode_whole(&file, build);
    let kinds = |btf: &btf::Btf| -> Vec<String> {
        let row = |(id, ty): (btf::TypeId, btf::Type<'_>)| {
            format!("{:?} {} {}", ty.kind(), btf.name(id), ty.size_or_type())
        };
        let mut rows: Vec<String> = btf.types().map(row).collect();
        rows.sort();
        rows
    };
    assert_eq!(
        kinds(&outcome.btf),
        [
            "Float _Float128 16",
            "Float double 8",
            "Float float 4",
            "Int _Decimal128 16",
            "Int _Decimal32 4",
            "Int _Decimal64 8",
            "Int __unknown__ 16",
            "Int complex int 8",
            "Struct complex__Float128 32",
            "Struct complex_double 16",
            "Struct complex_float 8",
        ],
        "{}",
        describe(&outcome.btf)
    );
    let counted = &outcome.statistics.inexpressible;
    assert!(
        counted
            .iter()
            .any(|row| row.reason.starts_with("complex") && row.count == 3),
        "{counted:?}"
    );

    let mut options = Options::default();
    options.features.float = false;
    let integers = encode_with(&file, &options).unwrap();
    assert_eq!(
        kinds(&integers.btf),
        [
            "Int _Decimal128 16",
            "Int _Decimal32 4",
            "Int _Decimal64 8",
            "Int _Float128 16",
            "Int __SANITIZED_FAKE_INT__ 4",
            "Int __unknown__ 16",
            "Int complex double 16",
            "Int complex float 8",
            "Int complex int 8",
        ]
    );
}
