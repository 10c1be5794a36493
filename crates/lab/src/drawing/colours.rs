//! The colours of the page, as numbers: a file has no style sheet. A test compares them with the page's.

/// Colours of a drawing.
#[derive(Clone, Copy, Debug)]
pub struct Colours {
    pub bg: &'static str,
    pub surface: &'static str,
    pub line: &'static str,
    pub line_strong: &'static str,
    pub text: &'static str,
    pub text_2: &'static str,
    pub text_3: &'static str,
    pub accent: &'static str,
    pub accent_weak: &'static str,
    pub error: &'static str,
    /// For each group of kinds.
    kinds: [(&'static str, &'static str); 9],
    /// How much of a kind's colour is in the field behind its letter, in a hundred parts.
    tint: u32,
}

const LIGHT: Colours = Colours {
    bg: "#ffffff",
    surface: "#f5f6f8",
    line: "#dcdfe4",
    line_strong: "#838c97",
    text: "#1b1f24",
    text_2: "#4a535e",
    text_3: "#5d6672",
    accent: "#1d5fc2",
    accent_weak: "#e7effb",
    error: "#b3261e",
    kinds: [
        ("struct", "#5b24cf"),
        ("enum", "#6f5000"),
        ("int", "#0e4a60"),
        ("ptr", "#7c8890"),
        ("func", "#66200f"),
        ("typedef", "#c01cae"),
        ("var", "#4f9406"),
        ("tag", "#a8845a"),
        ("fwd", "#4a535e"),
    ],
    tint: 16,
};

const DARK: Colours = Colours {
    bg: "#14171a",
    surface: "#1c2025",
    line: "#30363e",
    line_strong: "#6d7782",
    text: "#e6e9ec",
    text_2: "#b4bcc5",
    text_3: "#949ea9",
    accent: "#7db0f7",
    accent_weak: "#1a2c45",
    error: "#ff9087",
    kinds: [
        ("struct", "#a070ff"),
        ("enum", "#f0c33c"),
        ("int", "#27b4d0"),
        ("ptr", "#c3c9ce"),
        ("func", "#d4501f"),
        ("typedef", "#c4559c"),
        ("var", "#aef09c"),
        ("tag", "#9c7c60"),
        ("fwd", "#b4bcc5"),
    ],
    tint: 24,
};

impl Colours {
    /// Those of light or dark paper.
    pub fn of(dark: bool) -> Colours {
        match dark {
            true => DARK,
            false => LIGHT,
        }
    }

    /// The colour of a group of kinds.
    pub fn kind(&self, group: &str) -> &'static str {
        let own = self.kinds.iter().find(|(name, _)| *name == group);
        own.map_or(self.text_2, |(_, colour)| colour)
    }

    /// The colour behind a kind's letter: a little of the kind's in that of the paper.
    pub fn field(&self, group: &str) -> String {
        let channels = |colour: &str| {
            let number = u32::from_str_radix(colour.trim_start_matches('#'), 16).unwrap_or(0);
            [number >> 16 & 255, number >> 8 & 255, number & 255]
        };
        let own = channels(self.kind(group));
        let mut mixed = String::from("#");
        for (own, paper) in own.into_iter().zip(channels(self.bg)) {
            let channel = (own * self.tint + paper * (100 - self.tint) + 50) / 100;
            mixed += &format!("{channel:02x}");
        }
        mixed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_colours_are_those_of_the_page() {
        let tokens = include_str!("../../../../web/styles/tokens.css");
        let (light, dark) = tokens.split_once("data-theme=\"dark\"").unwrap();
        for (colours, css) in [(LIGHT, light), (DARK, dark)] {
            let plain = [
                ("bg", colours.bg),
                ("surface", colours.surface),
                ("line", colours.line),
                ("line-strong", colours.line_strong),
                ("text", colours.text),
                ("text-2", colours.text_2),
                ("text-3", colours.text_3),
                ("accent", colours.accent),
                ("accent-weak", colours.accent_weak),
                ("error", colours.error),
            ];
            let kinds = colours
                .kinds
                .map(|(kind, colour)| (format!("k-{kind}"), colour));
            let plain = plain.map(|(name, colour)| (name.to_owned(), colour));
            for (name, colour) in plain.into_iter().chain(kinds) {
                assert!(
                    css.contains(&format!("--{name}: {colour};")),
                    "{name}: {colour}"
                );
            }
            assert!(css.contains(&format!("--k-tint: {}%;", colours.tint)));
        }
    }
}
