//! The words around a lesson's text, in the language of the lesson. What the lab says is English.

/// The words of a language.
pub struct Labels {
    pub predict: &'static str,
    pub several: &'static str,
    pub check: &'static str,
    pub show_answer: &'static str,
    pub right: &'static str,
    pub wrong: &'static str,
    pub incomplete: &'static str,
    pub task: &'static str,
    pub unit: &'static str,
    pub in_lab: &'static str,
    pub sources: &'static str,
    pub all_lessons: &'static str,
    pub present: &'static str,
    pub copy_link: &'static str,
    pub save: &'static str,
    pub notes: &'static str,
    pub answer: &'static str,
    pub lesson: &'static str,
    pub of: &'static str,
    pub minutes: &'static str,
    pub back: &'static str,
    pub next: &'static str,
    pub leave: &'static str,
}

const ENGLISH: Labels = Labels {
    predict: "Predict",
    several: "Several are right.",
    check: "Check answer",
    show_answer: "Show the answer",
    right: "Correct.",
    wrong: "Not quite.",
    incomplete: "All that you chose are right, but not all right ones are chosen.",
    task: "Task",
    unit: "Unit",
    in_lab: "Open it in the lab",
    sources: "Sources:",
    all_lessons: "All lessons",
    present: "Present",
    copy_link: "Copy link",
    save: "Save",
    notes: "Speaker notes",
    answer: "Answer",
    lesson: "Lesson",
    of: "of",
    minutes: "minutes",
    back: "Back",
    next: "Next",
    leave: "Leave",
};

const GERMAN: Labels = Labels {
    predict: "Was erwarten Sie?",
    several: "Mehrere sind richtig.",
    check: "Antwort prüfen",
    show_answer: "Antwort zeigen",
    right: "Richtig.",
    wrong: "Noch nicht.",
    incomplete: "Alle gewählten Antworten sind richtig, aber es fehlen noch welche.",
    task: "Aufgabe",
    unit: "Unit",
    in_lab: "Im Lab öffnen",
    sources: "Quellen:",
    all_lessons: "Alle Lektionen",
    present: "Vorführen",
    copy_link: "Link kopieren",
    save: "Speichern",
    notes: "Notizen zum Vortrag",
    answer: "Antwort",
    lesson: "Lektion",
    of: "von",
    minutes: "Minuten",
    back: "Zurück",
    next: "Weiter",
    leave: "Beenden",
};

/// The words of a language; English ones where there are none.
pub fn labels(language: &str) -> &'static Labels {
    match language.split('-').next() {
        Some("de") => &GERMAN,
        _ => &ENGLISH,
    }
}
