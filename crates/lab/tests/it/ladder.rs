//! The drawing of a step: the pair of the step is on one row and in view, rows are few, and arrows do not cross at a box.

use lab::ladder::{
    Cell, Graph, Ladder, MOST_ROWS, Metrics, Placement, State, ladder, lines, place,
};
use lab::{Lab, Moment, Seek, Setup, scenario};

const WIDE: Metrics = Metrics {
    width: 940.0,
    height: 560.0,
    font: 15.0,
    letter: 0.602,
    narrow: false,
    box_height: 38.0,
    gap: 24.0,
    row: 108.0,
};
const PHONE: Metrics = Metrics {
    width: 366.0,
    height: 420.0,
    font: 13.0,
    letter: 0.602,
    narrow: true,
    box_height: 34.0,
    gap: 24.0,
    row: 90.0,
};

/// Two units of thirty types each: a chain of structs that all lead back to the first.
fn sixty() -> Setup {
    let mut unit = String::new();
    for at in 0..14 {
        unit += &format!("struct s{at};\n");
    }
    for at in 0..14 {
        let next = (at + 1) % 14;
        unit += &format!(
            "struct s{at} {{\n    struct s{next} *next;\n    struct s0 *first;\n    long value;\n}};\n"
        );
    }
    unit += "struct top {\n    struct s0 *root;\n    long count;\n};\n";
    Setup::of(&[&unit, &unit])
}

/// Every step of a setup, drawn.
fn each_step(setup: &Setup, mut look: impl FnMut(&Graph, &Moment, &Ladder)) {
    let mut lab = Lab::new(setup.clone());
    let overview = lab.overview();
    for step in 0..=overview.steps {
        let moment = lab.seek(Seek::To(step));
        let drawn = ladder(&overview.graph, &moment, &[]);
        look(&overview.graph, &moment, &drawn);
    }
}

fn all_setups() -> Vec<(String, Setup)> {
    let scenarios = scenario::all().into_iter();
    let mut all: Vec<_> = scenarios.map(|one| (one.slug, one.setup)).collect();
    all.push(("sixty".to_owned(), sixty()));
    all
}

#[test]
fn the_pair_of_a_step_is_on_one_row_that_is_shown() {
    for (slug, setup) in all_setups() {
        each_step(&setup, |_, moment, drawn| {
            let ids = [moment.canonical, moment.candidate].into_iter().flatten();
            let ids: Vec<u32> = ids.collect();
            if ids.is_empty() {
                return;
            }
            let at = drawn
                .current
                .unwrap_or_else(|| panic!("{slug}, step {}: no row", moment.step));
            let row = &drawn.rows[drawn.shown[at]];
            for id in ids {
                assert!(
                    row.cells.iter().any(|cell| cell.meant() == Some(id)),
                    "{slug}, step {}: [{id}] is not in {row:?}",
                    moment.step
                );
            }
        });
    }
}

#[test]
fn a_type_is_drawn_once_and_few_rows_are_shown() {
    for (slug, setup) in all_setups() {
        each_step(&setup, |graph, moment, drawn| {
            let mut ids: Vec<u32> = drawn
                .rows
                .iter()
                .flat_map(|row| row.cells)
                .filter_map(Cell::id)
                .collect();
            let drawn_ids = ids.len();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), drawn_ids, "{slug}, step {}", moment.step);
            assert!(
                drawn.shown.len() <= MOST_ROWS,
                "{slug}, step {}",
                moment.step
            );
            // A type that is not shown is in a strip, or another type stands for it.
            let folded: u32 = drawn.strips.iter().map(|strip| strip.count).sum();
            if graph.units <= 2 {
                assert_eq!(ids.len(), graph.nodes.len(), "{slug}, step {}", moment.step);
                assert_eq!(drawn.shown.len() as u32 + folded, drawn.rows.len() as u32);
            }
        });
    }
}

/// Whether the way of one arrow to its box meets the lane of another that ends at the same box.
fn cross_at(placed: &Placement, drawn: &Ladder, one: usize, other: usize) -> bool {
    let (a, b) = (&drawn.arrows[one], &drawn.arrows[other]);
    let (Some(inner), Some(outer)) = (a.lane, b.lane) else {
        return false;
    };
    if a.side != b.side || inner >= outer {
        return false;
    }
    let (pa, pb) = (&placed.arrows[one], &placed.arrows[other]);
    let (top, bottom) = (pa.leaves.min(pa.arrives), pa.leaves.max(pa.arrives));
    let shared = |row: usize| row == a.from || row == a.to;
    [(b.from, pb.leaves), (b.to, pb.arrives)]
        .into_iter()
        .any(|(row, y)| shared(row) && y > top + 0.01 && y < bottom - 0.01)
}

#[test]
fn arrows_do_not_cross_at_a_box_and_lanes_do_not_overlap() {
    for (slug, setup) in all_setups() {
        each_step(&setup, |graph, moment, drawn| {
            let placed = place(graph, drawn, &WIDE);
            for one in 0..drawn.arrows.len() {
                for other in 0..drawn.arrows.len() {
                    assert!(
                        !cross_at(&placed, drawn, one, other),
                        "{slug}, step {}: {:?} and {:?}",
                        moment.step,
                        drawn.arrows[one],
                        drawn.arrows[other]
                    );
                    let (a, b) = (&drawn.arrows[one], &drawn.arrows[other]);
                    if one < other && a.side == b.side && a.lane.is_some() && a.lane == b.lane {
                        let span = |at: usize| {
                            let way = &placed.arrows[at];
                            (way.leaves.min(way.arrives), way.leaves.max(way.arrives))
                        };
                        let ((a, b), (c, d)) = (span(one), span(other));
                        assert!(b <= c || d <= a, "{slug}, step {}", moment.step);
                    }
                }
            }
        });
    }
}

#[test]
fn both_types_of_a_pair_are_in_view_at_every_step_of_sixty_types() {
    let setup = sixty();
    assert_eq!(Lab::new(setup.clone()).overview().before.len(), 60);
    for metrics in [WIDE, PHONE] {
        let mut pairs = 0;
        each_step(&setup, |graph, moment, drawn| {
            if moment.canonical.is_none() || moment.candidate.is_none() {
                return;
            }
            pairs += 1;
            let placed = place(graph, drawn, &metrics);
            let row = &placed.rows[drawn.current.expect("it has a row")];
            let top = row.y + placed.shift;
            assert!(top >= placed.top - 1.0, "step {}: above", moment.step);
            assert!(
                top + metrics.box_height <= placed.bottom + 1.0,
                "step {}: below",
                moment.step
            );
            assert!(placed.columns[0] >= 0.0);
            assert!(placed.columns[1] + placed.box_width <= metrics.width);
        });
        assert!(pairs > 90, "{pairs}");
    }
}

#[test]
fn boxes_do_not_overlap_and_names_fit() {
    for (slug, setup) in all_setups() {
        for metrics in [WIDE, PHONE] {
            each_step(&setup, |graph, moment, drawn| {
                let placed = place(graph, drawn, &metrics);
                let at = format!("{slug}, step {}", moment.step);
                assert!(
                    placed.columns[0] + placed.box_width < placed.columns[1],
                    "{at}"
                );
                for pair in placed.rows.windows(2) {
                    assert!(
                        pair[1].y - pair[0].y >= metrics.box_height + metrics.gap - 0.1,
                        "{at}"
                    );
                }
                for name in placed.rows.iter().flat_map(|row| &row.names) {
                    let width = name.chars().count() as f32 * metrics.font * metrics.letter;
                    let again = name.ends_with("again") || name == "void";
                    assert!(
                        again || width <= placed.box_width - placed.name_at + 0.1,
                        "{at}: {name}"
                    );
                }
            });
        }
    }
}

#[test]
fn members_are_below_each_other_in_their_order() {
    // Both members of unit 2 have a row; `left` is above `right`, as in the declaration.
    let setup = scenario::find("contradiction").expect("it exists").setup;
    let mut seen = false;
    each_step(&setup, |_, moment, drawn| {
        let place = |label: &str| {
            drawn
                .arrows
                .iter()
                .find(|arrow| arrow.side == 1 && arrow.label == label)
        };
        if let (Some(left), Some(right)) = (place("left"), place("right")) {
            assert!(left.to < right.to, "step {}", moment.step);
            seen = true;
        }
    });
    assert!(seen);
}

#[test]
fn a_contradiction_shows_the_pair_that_was_assumed_first() {
    let setup = scenario::find("contradiction").expect("it exists").setup;
    let mut found = 0;
    each_step(&setup, |_, moment, drawn| {
        if !matches!(moment.now, lab::ladder::Now::Contradiction(_)) {
            return;
        }
        found += 1;
        let row = &drawn.rows[drawn.shown[drawn.current.expect("it has a row")]];
        assert!(
            row.cells.iter().any(|cell| matches!(cell, Cell::Again(_))),
            "{row:?}"
        );
        assert_eq!(row.rung.text(), "≠ contradiction");
        let first = drawn
            .rows
            .iter()
            .find(|row| row.rung.conflicts)
            .expect("assumed first");
        assert_eq!(first.rung.text(), "≡ assumed first");
    });
    assert!(found > 0);
}

#[test]
fn a_walk_goes_from_assumed_to_holds_to_same() {
    let setup = scenario::find("list").expect("it exists").setup;
    let mut states: Vec<State> = Vec::new();
    each_step(&setup, |_, _, drawn| {
        // The pointers: [2] and [5].
        let row = drawn
            .rows
            .iter()
            .find(|row| row.cells[0].id() == Some(2))
            .expect("drawn");
        assert_eq!(row.cells[1].id(), Some(5));
        if states.last() != Some(&row.rung.state) {
            states.push(row.rung.state);
        }
    });
    let order = [State::None, State::Assumed, State::Holds, State::Same];
    let mut left = states.iter();
    assert!(
        order.iter().all(|wanted| left.any(|state| state == wanted)),
        "{states:?}"
    );
}

#[test]
fn a_drawing_of_a_step_depends_on_the_step_alone() {
    for slug in ["deep", "contradiction", "ambiguous"] {
        let setup = scenario::find(slug).expect("it exists").setup;
        let mut lab = Lab::new(setup);
        let overview = lab.overview();
        let forth: Vec<Ladder> = (0..=overview.steps)
            .map(|step| ladder(&overview.graph, &lab.seek(Seek::To(step)), &[]))
            .collect();
        for step in (0..=overview.steps).rev() {
            let drawn = ladder(&overview.graph, &lab.seek(Seek::To(step)), &[]);
            assert_eq!(drawn, forth[step as usize], "{slug}, step {step}");
        }
    }
}

#[test]
fn strips_can_be_opened() {
    let mut lab = Lab::new(sixty());
    let overview = lab.overview();
    let moment = lab.seek(Seek::End);
    let folded = ladder(&overview.graph, &moment, &[]);
    let strip = folded.strips.first().expect("sixty types are folded");
    let open = ladder(&overview.graph, &moment, &[strip.fold]);
    assert_eq!(
        open.shown.len() as u32,
        folded.shown.len() as u32 + strip.count
    );
    assert!(open.strips.iter().all(|other| other.fold != strip.fold));
}

#[test]
fn lines_of_declarations_belong_to_the_member_of_the_step() {
    let setup = scenario::find("list").expect("it exists").setup;
    let mut members = Vec::new();
    each_step(&setup, |graph, moment, _| {
        let lines = lines(graph, moment, &setup.units);
        if moment.path.len() == 2 && moment.canonical == Some(2) {
            members.push((lines[0].clone(), lines[1].clone()));
        }
    });
    let (one, other) = members.first().expect("the walk comes to the pointers");
    assert_eq!(one.current, [2], "`struct list *next;`");
    assert_eq!(other.current, [2]);
    assert_eq!(one.path, [1, 2, 3, 4]);
    let printed = scenario::find("contradiction").expect("it exists").setup;
    let mut found = false;
    each_step(&printed, |graph, moment, _| {
        let lines = lines(graph, moment, &printed.units);
        found |= !lines[1].current.is_empty() && !lines[1].path.is_empty();
    });
    assert!(found, "printed types have lines too");
}

#[test]
fn labels_of_arrows_beside_the_boxes_do_not_overlap() {
    // Scenarios with fewer such labels than gaps between rows.
    for slug in ["elf-note-info", "list", "contradiction"] {
        let setup = scenario::find(slug).expect("it exists").setup;
        each_step(&setup, |graph, moment, drawn| {
            let placed = place(graph, drawn, &WIDE);
            for side in [0, 1] {
                let mut lines: Vec<i32> = drawn
                    .arrows
                    .iter()
                    .zip(&placed.arrows)
                    .filter(|(arrow, way)| {
                        arrow.side == side && arrow.lane.is_some() && !way.label.is_empty()
                    })
                    .map(|(_, way)| way.label_at.1 as i32)
                    .collect();
                let labels = lines.len();
                lines.sort_unstable();
                lines.dedup();
                assert_eq!(lines.len(), labels, "{slug}, step {}", moment.step);
            }
        });
    }
}

#[test]
fn new_ids_stand_in_the_boxes_and_then_in_the_references() {
    // Unit 2 repeats `int` and the list before it adds a struct of its own.
    let setup = Setup::of(&[
        "struct list {\n    struct list *next;\n    int value;\n};\n",
        "struct list {\n    struct list *next;\n    int value;\n};\nstruct pair {\n    struct list *first;\n    long sum;\n};\n",
    ]);
    let mut seen = Vec::new();
    each_step(&setup, |_, moment, drawn| {
        let places = drawn.rows.iter().flat_map(|row| row.cells);
        let ids = places.filter_map(|cell| match cell {
            Cell::Type(place) => place.new.map(|_| place.id_text()),
            _ => None,
        });
        let ids: Vec<String> = ids.collect();
        let labels = drawn.arrows.iter().map(|arrow| arrow.label.clone());
        seen.push((moment.pass, ids, labels.collect::<Vec<_>>()));
    });
    let before = seen.iter().filter(|(pass, ..)| *pass < Some(5));
    assert!(before.clone().count() > 10);
    for (_, ids, labels) in before {
        assert!(ids.is_empty() && labels.iter().all(|label| !label.contains('[')));
    }
    let (_, ids, labels) = seen.last().unwrap();
    assert_eq!(*ids, ["[7] → [4]", "[8] → [5]"]);
    assert!(labels.contains(&"sum [5]".to_owned()), "{labels:?}");
}

#[test]
fn each_step_of_a_comparing_pass_has_its_line_of_the_algorithm() {
    for (slug, setup) in all_setups() {
        let mut lines = Vec::new();
        each_step(&setup, |_, moment, _| {
            let compares =
                matches!(moment.pass, Some(1 | 2 | 4)) && !moment.sentence.contains("left out");
            assert_eq!(
                compares,
                moment.line.is_some(),
                "{slug}: {}",
                moment.sentence
            );
            lines.extend(moment.line);
        });
        assert!(lines.iter().all(|line| (1..=7).contains(line)), "{slug}");
    }
    let mut list = Vec::new();
    let setup = scenario::find("list").unwrap().setup;
    each_step(&setup, |_, moment, _| list.extend(moment.line));
    assert_eq!(list, [1, 4, 2, 3, 1, 4, 2, 6, 7, 5, 5, 3, 1, 4, 2, 3]);
}
