//! A lesson in another language differs from the English one in its texts alone.

use course::{Lesson, Prose, SLUGS, file, languages, lesson_in, lessons};

/// All but the texts.
fn skeleton(lesson: &Lesson) -> String {
    let figures: Vec<_> = lesson
        .figures()
        .map(|figure| {
            (
                &figure.from,
                figure.switches,
                figure.show,
                figure.step,
                figure.until,
            )
        })
        .collect();
    let questions: Vec<Vec<bool>> = lesson
        .questions()
        .map(|question| {
            question
                .choices
                .iter()
                .map(|choice| choice.is_right)
                .collect()
        })
        .collect();
    let exercises: Vec<_> = lesson
        .exercises()
        .map(|own| {
            let checks: Vec<&str> = own
                .checks
                .iter()
                .map(|check| check.expression.as_str())
                .collect();
            (
                &own.id,
                &own.start,
                own.switches,
                &own.locked,
                own.number.is_some(),
                checks,
                own.hints.len(),
                &own.solution,
            )
        })
        .collect();
    let sets: Vec<_> = lesson
        .sets
        .iter()
        .map(|set| set.units.iter().map(|unit| &unit.text).collect::<Vec<_>>())
        .collect();
    let urls: Vec<&str> = lesson
        .sources
        .iter()
        .map(|source| source.url.as_str())
        .collect();
    let own = (
        &lesson.slug,
        lesson.minutes,
        lesson.ideas.len(),
        lesson.prose().count(),
    );
    format!("{own:#?}{figures:#?}{questions:#?}{exercises:#?}{sets:#?}{urls:#?}")
}

/// Links of all paragraphs: words and scenarios, in their order.
fn links(lesson: &Lesson) -> Vec<String> {
    let mut found = Vec::new();
    for prose in lesson.prose() {
        if let Prose::Paragraph(text) = prose {
            text.visit(&mut |span| match span {
                course::Span::Term(_, to) | course::Span::Lab(_, to) => found.push(to.clone()),
                _ => {}
            });
        }
    }
    found
}

#[test]
fn translations_have_the_same_units_figures_and_checks() {
    let mut found = 0;
    for (at, english) in lessons().iter().enumerate() {
        for (language, _) in languages(at).filter(|(language, _)| *language != "en") {
            let other = lesson_in(at, language).expect("a lesson");
            let told: Vec<String> = other
                .problems
                .iter()
                .map(|problem| problem.told(SLUGS[at]))
                .collect();
            assert_eq!(told, [""; 0]);
            assert_eq!(other.language, language);
            assert_eq!(skeleton(other), skeleton(english));
            assert_eq!(links(other), links(english));
            assert_ne!(other.title, english.title);
            assert!(file(at, language).is_some_and(|text| text.contains(&other.title)));
            found += 1;
        }
    }
    assert!(found > 0);
    assert!(lesson_in(0, "de").is_none() && file(0, "de").is_none());
}

/// Every file of the folders is compiled in.
#[test]
fn every_file_is_part_of_the_course() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons");
    for (language, _) in course::LANGUAGES {
        for entry in std::fs::read_dir(folder.join(language)).expect("a folder") {
            let path = entry.expect("an entry").path();
            let text = std::fs::read_to_string(&path).expect("a text");
            let known = (0..SLUGS.len()).any(|at| file(at, language) == Some(text.as_str()));
            assert!(known, "{} is not listed in lessons.rs", path.display());
        }
    }
}
