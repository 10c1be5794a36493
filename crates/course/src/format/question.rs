//! Questions: a text, then choices with feedback.

use super::Problems;
use super::outline::Line;
use super::spans::text;
use crate::{Choice, Fault, Problem, Question};

/// A choice as it is read.
#[derive(Debug)]
struct Draft {
    line: u32,
    is_right: bool,
    says: String,
    feedback: String,
}

/// Reads a question. Several things can be wrong with it: the first takes the place of the question.
pub(super) fn read(
    line: u32,
    inner: &[Line<'_>],
    problems: &mut Problems,
) -> Result<Question, Problem> {
    let mut ask = String::new();
    let mut drafts: Vec<Draft> = Vec::new();
    let mut is_shuffled = false;
    for one in inner {
        let own = one.text.trim();
        if let Some((is_right, says)) = choice(own) {
            drafts.push(Draft {
                line: one.number,
                is_right,
                says: says.to_owned(),
                feedback: String::new(),
            });
        } else if let Some(order) = own.strip_prefix("order:") {
            is_shuffled = match order.trim() {
                "shuffle" => true,
                "fixed" => false,
                other => {
                    let fault = Fault::Value {
                        place: "question".to_owned(),
                        key: "order".to_owned(),
                        value: other.to_owned(),
                        expected: "order: shuffle or order: fixed".to_owned(),
                    };
                    return Err(Problem::new(one.number, fault));
                }
            };
        } else {
            let to = match drafts.last_mut() {
                None => &mut ask,
                Some(draft) => match own.strip_prefix('>') {
                    Some(feedback) => {
                        append(&mut draft.feedback, feedback.trim());
                        continue;
                    }
                    None if draft.feedback.is_empty() => &mut draft.says,
                    None => &mut draft.feedback,
                },
            };
            append(to, own.strip_prefix("ask:").unwrap_or(own).trim());
        }
    }
    let mut faults = Vec::new();
    if ask.is_empty() {
        let expected = "the question, then choices that begin with - [ ] or - [x]";
        faults.push(Problem::new(
            line,
            Fault::Empty {
                place: "question".to_owned(),
                expected,
            },
        ));
    } else if drafts.len() < 2 {
        faults.push(Problem::new(line, Fault::FewChoices(drafts.len())));
    } else if drafts.iter().all(|draft| !draft.is_right) {
        faults.push(Problem::new(line, Fault::NoRightChoice));
    }
    let silent = drafts
        .iter()
        .filter(|draft| !draft.is_right && draft.feedback.is_empty());
    faults.extend(silent.map(|draft| Problem::new(draft.line, Fault::NoFeedback)));
    let mut faults = faults.into_iter();
    if let Some(first) = faults.next() {
        faults.for_each(|more| problems.push(more));
        return Err(first);
    }
    Ok(Question {
        ask: text(&ask),
        choices: drafts
            .into_iter()
            .map(|draft| Choice {
                line: draft.line,
                is_right: draft.is_right,
                says: text(&draft.says),
                feedback: text(&draft.feedback),
            })
            .collect(),
        is_shuffled,
    })
}

/// Whether a line begins a choice: whether it is right, and what it says.
fn choice(line: &str) -> Option<(bool, &str)> {
    let rest = line.strip_prefix("- [")?;
    let (mark, says) = rest.split_once(']')?;
    match mark.trim() {
        "" => Some((false, says.trim())),
        "x" | "X" => Some((true, says.trim())),
        _ => None,
    }
}

fn append(text: &mut String, more: &str) {
    if !text.is_empty() && !more.is_empty() {
        text.push(' ');
    }
    text.push_str(more);
}
