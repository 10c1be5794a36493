//! What named versions of readers cannot read.

use crate::problem::Problem;
use crate::readers::{Asked, Content, Judgement};
use btf::Btf;
use btf::verify::{Feature, features};

/// What one reader cannot read of a BTF whose header has this length.
pub(crate) fn check(btf: &Btf, header_len: u32, asked: &Asked) -> Vec<Problem> {
    let uses = features(btf);
    let has_layout = uses.iter().any(|one| one.feature == Feature::Layout);
    let header = (header_len > btf::HEADER_LEN && !has_layout).then_some((Content::LongHeader, 0));
    let uses = uses
        .into_iter()
        .map(|one| (Content::Of(one.feature), one.types));
    let mut problems = Vec::new();
    for (content, types) in header.into_iter().chain(uses) {
        let problem = match content.judge(asked) {
            Judgement::Reads => continue,
            Judgement::Refuses { version, message } => Problem::ReaderRefuses {
                reader: asked.to_string(),
                content: content.to_string(),
                types,
                measured: version,
                message,
            },
            Judgement::Unknown { refuses, reads } => Problem::ReaderUnknown {
                reader: asked.to_string(),
                content: content.to_string(),
                types,
                refuses,
                reads,
            },
        };
        problems.push(problem);
    }
    problems
}
