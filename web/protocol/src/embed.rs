//! A figure of the classroom in a frame of another page: its address, and the line of HTML that makes the frame.

use crate::place::Parameters;
use std::fmt::Write;

/// The parameter of the page's address, in front of `#`, that leaves the figure alone.
pub const EMBED: &str = "embed";

/// What a frame shows of a laboratory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// The drawing and its steps.
    #[default]
    Steps,
    /// The result's section, byte by byte.
    Bytes,
    /// The first pass, name by name.
    Strings,
}

impl Show {
    /// Its word in an address.
    pub fn word(self) -> &'static str {
        match self {
            Show::Steps => "",
            Show::Bytes => "bytes",
            Show::Strings => "strings",
        }
    }

    /// What an address asks for.
    pub fn of_address(hash: &str) -> Show {
        match Parameters::of(hash).get("show") {
            Some("bytes") => Show::Bytes,
            Some("strings") => Show::Strings,
            _ => Show::Steps,
        }
    }
}

/// The part of an address behind `#` that shows a laboratory with these units, at this step.
pub fn figure(setup: &str, step: u32, show: Show) -> String {
    let mut parameters = Parameters::default();
    parameters.add("s", setup);
    if show != Show::Bytes {
        parameters.add("step", &step.to_string());
    }
    parameters.add("show", show.word());
    parameters.behind("#/learn/lab")
}

/// The address of the whole page for a figure: what only frames know is left out, and the step is this one.
pub fn whole(hash: &str, step: u32) -> String {
    let place = hash.split('?').next().unwrap_or_default();
    let old = Parameters::of(hash);
    let mut parameters = Parameters::default();
    for name in ["s", "scenario"] {
        parameters.add(name, old.get(name).unwrap_or_default());
    }
    let of_steps = Show::of_address(hash) == Show::Steps;
    if of_steps && place == "#/learn/lab" {
        parameters.add("step", &step.to_string());
    }
    parameters.behind(if place.is_empty() { "#/learn" } else { place })
}

/// The frame as a line of HTML. `page` is the address of the page without parameters.
pub fn iframe(page: &str, hash: &str, title: &str) -> String {
    let mut line = String::from("<iframe src=\"");
    for part in [page, "?", EMBED, hash] {
        escape(&mut line, part);
    }
    line.push_str("\" width=\"720\" height=\"420\" title=\"");
    escape(&mut line, title);
    // Writing to a string cannot fail.
    let _ = write!(line, "\" loading=\"lazy\"></iframe>");
    line
}

/// Adds a text as part of an attribute in double quotes.
fn escape(line: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => line.push_str("&amp;"),
            '"' => line.push_str("&quot;"),
            '<' => line.push_str("&lt;"),
            '>' => line.push_str("&gt;"),
            c => line.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_one_line_of_html_whatever_its_title_is() {
        let hash = figure("AbC-_9", 12, Show::Steps);
        assert_eq!(hash, "#/learn/lab?s=AbC-_9&step=12");
        assert_eq!(
            iframe("https://example.org/btfscope/", &hash, "\"a\" <b> & c"),
            "<iframe src=\"https://example.org/btfscope/?embed#/learn/lab?s=AbC-_9&amp;step=12\" width=\"720\" height=\"420\" \
             title=\"&quot;a&quot; &lt;b&gt; &amp; c\" loading=\"lazy\"></iframe>"
        );
    }

    #[test]
    fn bytes_have_no_step_and_strings_have_one() {
        assert_eq!(figure("x", 3, Show::Bytes), "#/learn/lab?s=x&show=bytes");
        let strings = figure("x", 3, Show::Strings);
        assert_eq!(strings, "#/learn/lab?s=x&step=3&show=strings");
        assert_eq!(Show::of_address(&strings), Show::Strings);
        assert_eq!(Show::of_address("#/learn/lab?s=x"), Show::Steps);
    }

    #[test]
    fn the_whole_page_opens_at_the_step_that_a_frame_shows() {
        let open = |hash: &str| whole(hash, 7);
        assert_eq!(
            open("#/learn/lab?scenario=deep&step=2"),
            "#/learn/lab?scenario=deep&step=7"
        );
        assert_eq!(
            open("#/learn/lab?s=x&step=3&show=strings"),
            "#/learn/lab?s=x"
        );
        assert_eq!(open("#/learn/graphs?step=3"), "#/learn/graphs");
        assert_eq!(open(""), "#/learn");
    }
}
