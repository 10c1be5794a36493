//! The laboratory over typed texts.

use lab::compare::Algorithm;
use lab::{Lab, Seek, Setup};

/// Parts a text into units, as no text of C contains it.
const BETWEEN_UNITS: char = '\u{1}';

/// The first byte sets the switches, the rest are the texts of up to four units.
pub fn run(data: &[u8]) {
    let Some((switches, text)) = data.split_first() else {
        return;
    };
    let on = |bit: u8| switches >> bit & 1 == 1;
    let text = String::from_utf8_lossy(text);
    let mut texts = text.split(BETWEEN_UNITS).map(str::to_owned);
    let setup = Setup {
        base: if on(0) { texts.next() } else { None },
        units: texts.take(lab::MOST_UNITS).collect(),
        keep_forwards: on(1),
        same_hash: on(2),
        many_shards: on(3),
        prelude: on(4),
        ..Setup::default()
    };
    if on(5) {
        lab::compare::compare(&setup, [Algorithm::Article, Algorithm::FastPath]);
    }
    let mut lab = Lab::new(setup);
    let steps = lab.overview().steps;
    lab.seek(Seek::End);
    lab.seek(Seek::LastDecision);
    lab.seek(Seek::To(steps / 2));
    lab.sections();
}
