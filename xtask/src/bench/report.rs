//! What a run found, in Markdown: shown as it comes, and kept as a whole.

use crate::fidelity::table;

pub struct Report {
    text: String,
    shown: bool,
}

impl Report {
    pub fn new() -> Self {
        Self {
            text: String::new(),
            shown: true,
        }
    }

    /// One that shows nothing.
    #[cfg(test)]
    pub fn quiet() -> Self {
        Self {
            text: String::new(),
            shown: false,
        }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    fn add(&mut self, text: &str) {
        if self.shown {
            print!("{text}");
        }
        self.text += text;
    }

    fn paragraph(&mut self, text: &str) {
        if !self.text.is_empty() {
            self.add("\n");
        }
        self.add(text);
    }

    pub fn title(&mut self, level: usize, title: &str) {
        self.paragraph(&format!("{} {title}\n", "#".repeat(level)));
    }

    pub fn line(&mut self, line: &str) {
        self.paragraph(&format!("{line}\n"));
    }

    pub fn list(&mut self, items: &[String]) {
        let items: Vec<_> = items.iter().map(|item| format!("- {item}\n")).collect();
        self.paragraph(&items.concat());
    }

    pub fn table(&mut self, head: &[&str], rows: &[Vec<String>]) {
        self.paragraph(&table(head, rows));
    }

    pub fn code(&mut self, lines: &[String]) {
        self.paragraph(&format!("```console\n{}\n```\n", lines.join("\n")));
    }
}
