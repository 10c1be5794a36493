//! What only shows when the engine runs: whether units can be read, steps exist, starts are undone and solutions done.

use super::{NoLesson, Problems, agree, give_excerpts};
use crate::{
    Content, Exercise, Fault, Figure, Lesson, Problem, Solution, Span, Switches, UnitsFrom,
};
use lab::check::{Check, Solution as Given};
use lab::{Lab, Setup, StepName, scenario};

/// A lesson's file that was tried out.
#[derive(Clone, Debug)]
pub struct Tried {
    /// The lesson.
    pub lesson: Lesson,
    /// All that is wrong with its file, by line: [`Lesson::problems`] and what the engine shows.
    pub problems: Vec<Problem>,
}

impl Tried {
    /// Whether something is wrong that readers would notice.
    pub fn has_errors(&self) -> bool {
        let mut all = self.problems.iter();
        all.any(|problem| !problem.fault.is_warning())
    }
}

/// Reads a lesson's file and runs everything in it: figures, stops, starts and solutions.
///
/// # Errors
///
/// [`NoLesson`] if it is too long or not text.
pub fn try_out(bytes: &[u8]) -> Result<Tried, NoLesson> {
    let lesson = Lesson::read(bytes)?;
    // It was read, so it is text.
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut trial = Trial {
        lesson: &lesson,
        lines: text.lines().collect(),
        problems: Problems::default(),
    };
    trial.units();
    for part in &lesson.parts {
        match &part.content {
            Content::Figure(figure) => trial.figure(part.line, "figure", figure),
            Content::Stop(stop) => trial.figure(part.line, "stop", &stop.figure),
            Content::Exercise(exercise) => trial.exercise(part.line, exercise),
            _ => {}
        }
    }
    trial.links();
    let mut problems = trial.problems.0;
    give_excerpts(text, problems.iter_mut());
    problems.extend(lesson.problems.iter().cloned());
    problems.sort_by_key(|problem| problem.line);
    problems.dedup();
    Ok(Tried { lesson, problems })
}

struct Trial<'l> {
    lesson: &'l Lesson,
    lines: Vec<&'l str>,
    problems: Problems,
}

impl Trial<'_> {
    /// Whether the units of sets can be read, each for itself.
    fn units(&mut self) {
        for set in &self.lesson.sets {
            let several = self.lesson.sets.len() > 1;
            for unit in &set.units {
                let place = match several {
                    true => format!("unit {} of the set {:?}", unit.name, set.name),
                    false => format!("unit {}", unit.name),
                };
                let setup = self.switches_of(&set.name).put(vec![unit.text.clone()]);
                self.unread(&Lab::new(setup), &[(place, unit.line)]);
            }
        }
    }

    /// The switches of the first block that uses a set.
    fn switches_of(&self, set: &str) -> Switches {
        let is_it = |from: &UnitsFrom| matches!(from, UnitsFrom::Set(own) if own == set);
        let mut used = self
            .lesson
            .parts
            .iter()
            .filter_map(|part| match &part.content {
                Content::Figure(figure) => Some((&figure.from, figure.switches)),
                Content::Stop(stop) => Some((&stop.figure.from, stop.figure.switches)),
                Content::Exercise(exercise) => Some((&exercise.start, exercise.switches)),
                _ => None,
            });
        let found = used.find(|(from, _)| is_it(from));
        found.map(|(_, switches)| switches).unwrap_or_default()
    }

    /// Adds the errors of a laboratory's texts; `places` are what they are called, and the lines before their first.
    fn unread(&mut self, lab: &Lab, places: &[(String, u32)]) {
        let panes = lab.overview().panes;
        for ((place, line), pane) in places.iter().zip(panes) {
            let Some(error) = pane.error else { continue };
            let fault = Fault::UnreadUnit {
                place: place.clone(),
                line: error.line,
                cause: error.cause,
            };
            let mut problem = Problem::new(line.saturating_add(error.line), fault);
            if let Some(excerpt) = error.excerpt {
                problem.mark = excerpt.mark();
                problem.excerpt = excerpt.line;
            }
            self.problems.push(problem);
        }
    }

    /// The setup of a block; none if a scenario does not exist. Sets that do not exist are known before.
    fn setup(
        &mut self,
        line: u32,
        place: &str,
        from: &UnitsFrom,
        switches: &Switches,
    ) -> Option<Setup> {
        let UnitsFrom::Scenario(slug) = from else {
            return self.lesson.setup(from, switches);
        };
        let found = scenario::find(slug);
        if found.is_none() {
            let (place, slug) = (place.to_owned(), slug.clone());
            self.problems.add(line, Fault::NoScenario { place, slug });
        }
        found.map(|scenario| scenario.setup)
    }

    fn figure(&mut self, line: u32, place: &str, figure: &Figure) {
        let Some(mut setup) = self.setup(line, place, &figure.from, &figure.switches) else {
            return;
        };
        if let Some(set) = figure.base.as_ref().and_then(|base| self.lesson.set(base)) {
            let units: Vec<&str> = set.units.iter().map(|unit| unit.text.as_str()).collect();
            setup.base = Some(units.join("\n"));
        }
        let lab = Lab::new(setup);
        let place = || place.to_owned();
        let Some(steps) = lab.steps() else {
            // A unit that cannot be read is told of already.
            if lab.overview().panes.iter().all(|pane| pane.error.is_none()) {
                let cause = lab.refusal().unwrap_or_default();
                let place = place();
                self.problems.add(line, Fault::Refused { place, cause });
            }
            return;
        };
        let mut resolved = |name: StepName| match name.resolve(steps) {
            Ok(step) => Some(step),
            Err(error) => {
                let (place, error) = (place(), Box::new(error));
                self.problems.add(line, Fault::Step { place, error });
                None
            }
        };
        let from = resolved(figure.step);
        let until = figure.until.and_then(resolved);
        if let (Some(from), Some(until)) = (from, until)
            && until < from
        {
            let place = place();
            let fault = Fault::StepsBackwards { place, from, until };
            self.problems.add(line, fault);
        }
    }

    fn exercise(&mut self, line: u32, exercise: &Exercise) {
        let place = format!("exercise {:?}", exercise.id);
        let Some(start) = self.setup(line, &place, &exercise.start, &exercise.switches) else {
            return;
        };
        let Ok(check) = Check::parse(&exercise.check_text()) else {
            return;
        };
        let decide = |lab: &Lab, answer| {
            let start = &start;
            check.decide(&Given { start, lab, answer })
        };
        let begun = Lab::new(start.clone());
        if let UnitsFrom::Here(units) = &exercise.start {
            let places = self.places(line, "start", &place, units.len());
            self.unread(&begun, &places);
        }
        let answer = match exercise.solution {
            Solution::Number(number) => Some(number),
            Solution::Units(_) => None,
        };
        // A number may be right whatever the units are.
        if answer.is_none() && decide(&begun, None).done {
            let line = self.key(line, "start");
            let place = place.clone();
            self.problems.add(line, Fault::StartPasses { place });
        }
        let at = self.key(line, "solution");
        let solved = exercise.solved(&start);
        let lab = Lab::new(solved.clone());
        if lab.result().is_none() {
            let own = format!("{place}, solution");
            let places = self.places(line, "solution", &own, solved.units.len());
            if begun.result().is_some() {
                self.unread(&lab, &places);
            }
            return;
        }
        if let Solution::Units(units) = &exercise.solution {
            let changed = units.iter().map(|(unit, _)| *unit);
            let locked = changed.filter(|unit| exercise.locked.contains(unit)).min();
            if let Some(unit) = locked {
                let (place, unit) = (place.clone(), unit + 1);
                return self.problems.add(at, Fault::SolutionLocked { place, unit });
            }
        }
        let verdict = decide(&lab, answer);
        if !verdict.done {
            let fault = Fault::SolutionFails {
                place,
                check: verdict.line,
                says: verdict.says,
            };
            self.problems.add(at, fault);
        }
    }

    /// Links to scenarios.
    fn links(&mut self) {
        let all = scenario::all();
        let mut found = Vec::new();
        for (line, text) in agree::all_texts(self.lesson) {
            text.visit(&mut |span| {
                if let Span::Lab(_, slug) = span
                    && all.iter().all(|one| one.slug != *slug)
                {
                    let (place, slug) = ("link".to_owned(), slug.clone());
                    found.push((line, Fault::NoScenario { place, slug }));
                }
            });
        }
        for (line, fault) in found {
            self.problems.add(line, fault);
        }
    }

    /// The line of a key of the block that begins on this line; otherwise the block's.
    fn key(&self, block: u32, key: &str) -> u32 {
        self.find(block, |line| {
            line.strip_prefix(key)
                .is_some_and(|rest| rest.trim_start().starts_with(':'))
        })
        .unwrap_or(block)
    }

    /// The first line below this one, and before the end of its block, that is wanted.
    fn find(&self, from: u32, wanted: impl Fn(&str) -> bool) -> Option<u32> {
        let below = (1_u32..).zip(&self.lines).skip(from as usize);
        let mut inner = below.take_while(|(_, line)| !line.starts_with("```"));
        inner
            .find(|(_, line)| wanted(line))
            .map(|(number, _)| number)
    }

    /// What the units below a key are called, and the lines before their first.
    fn places(&self, block: u32, key: &str, place: &str, units: usize) -> Vec<(String, u32)> {
        let key = self.key(block, key);
        let unit = |number: usize| {
            let name = format!("unit {number}:");
            let found = self.find(key, |line| line.trim_start().starts_with(&name));
            let line = found.unwrap_or(key);
            // A unit that follows its name begins on the same line.
            let text = (line as usize)
                .checked_sub(1)
                .and_then(|at| self.lines.get(at));
            let text = text.and_then(|text| text.trim_start().strip_prefix(&name));
            let is_beside = text.is_some_and(|text| !matches!(text.trim(), "" | "|"));
            let before = line.saturating_sub(u32::from(is_beside || found.is_none()));
            (format!("{place}, unit {number}"), before)
        };
        (1..=units).map(unit).collect()
    }
}
