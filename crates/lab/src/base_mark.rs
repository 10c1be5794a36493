//! Types of the base in a sentence: "of the base" follows the first mention of each.

use btf::TypeId;

/// Says of each type of the base that it is the base's, where it is first mentioned.
pub(crate) fn of_base(said: &str, first: TypeId) -> String {
    if first == TypeId(1) {
        return said.to_owned();
    }
    let mut marked: Vec<TypeId> = Vec::new();
    let mut text = String::with_capacity(said.len());
    for (at, part) in said.split('`').enumerate() {
        if at > 0 {
            text.push('`');
        }
        text += part;
        // Every other part is between backticks; its end is written with the next part.
        let id = part.strip_prefix('[').filter(|_| at % 2 == 1);
        let id = id.and_then(|rest| rest.split_once(']')?.0.parse().ok());
        if let Some(id) = id.map(TypeId).filter(|id| *id < first)
            && !marked.contains(&id)
        {
            marked.push(id);
            text += MARK;
        }
    }
    text.replace(&format!("{MARK}`"), "` of the base")
}

/// A sign that no name has.
const MARK: &str = "\0";
