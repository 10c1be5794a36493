//! What people hand each other as text: links, files of the laboratory, codes and files of results.

use course::results;
use lab::{Asked, Setup};

/// Bytes that a packed text may have.
const MOST: usize = 64 << 10;

/// Reads a text as each of them. What was read is written and read as the same.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(setup) = Setup::from_file(&text) {
        let again = Setup::from_file(&setup.to_file());
        assert_eq!(again.as_ref(), Ok(&setup), "a saved setup can be opened");
        link(&setup);
    }
    if let Ok(setup) = Setup::from_link(&text) {
        link(&setup);
    }
    let _ = Asked::from_link(&text);
    if let Ok(unpacked) = lab::unpack(&text, MOST) {
        let again = lab::unpack(&lab::pack(&unpacked), MOST);
        assert_eq!(again.as_ref(), Ok(&unpacked), "a packed text is unpacked");
    }
    if let Ok(results) = results::Results::from_file(&text) {
        let _ = results::Results::from_file(&results.to_file());
    }
    let _ = results::Answers::of_json(&text).to_json();
    if let Ok(read) = results::decode(&text) {
        let again = results::decode(&results::encode(&read));
        assert!(
            again.is_ok_and(|again| again == read),
            "a code of results says what it said"
        );
    }
    let found = results::find(&text);
    let _ = results::Class::of_text(&found, &[]).csv();
}

fn link(setup: &Setup) {
    let again = Setup::from_link(&setup.to_link());
    assert_eq!(
        again.as_ref(),
        Ok(setup),
        "a link opens what it was made of"
    );
}
