//! Drawings as files: well-formed, whole, the same each time, and with every step of an animation.

use lab::drawing::{Drawing, DrawingError, MOST_DRAWN, file_name};
use lab::{Lab, Seek, Setup, scenario};
use roxmltree::{Document, Node};

fn still(step: u32) -> Drawing {
    moving(step, step)
}

fn moving(first: u32, last: u32) -> Drawing {
    Drawing {
        title: "A list & its <head>".to_owned(),
        first,
        last,
        pace: 1_500,
        dark: false,
    }
}

fn scenario_lab(slug: &str) -> Lab {
    Lab::new(scenario::find(slug).unwrap().setup)
}

/// All texts below an element, in order.
fn texts<'d>(node: Node<'d, '_>) -> Vec<&'d str> {
    let texts = node.descendants().filter(|node| node.has_tag_name("text"));
    texts
        .flat_map(|text| text.descendants())
        .filter_map(|node| node.text().filter(|_| node.is_text()))
        .collect()
}

#[test]
fn every_step_of_every_scenario_is_a_drawing_with_its_pair() {
    for one in scenario::all() {
        let mut lab = Lab::new(one.setup);
        let overview = lab.overview();
        for step in 0..=overview.steps {
            let moment = lab.seek(Seek::To(step));
            let svg = lab.draw(&still(step)).unwrap();
            let document = Document::parse(&svg)
                .unwrap_or_else(|error| panic!("{}, step {step}: {error}", one.slug));
            let root = document.root_element();
            assert_eq!(root.attribute("role"), Some("img"));
            let shown = texts(root);
            for id in [moment.candidate, moment.canonical].into_iter().flatten() {
                let node = overview.graph.node(id);
                let is_drawn = |node: &lab::ladder::Node| {
                    shown
                        .iter()
                        .any(|text| text.split(" → ").next() == Some(format!("[{id}]").as_str()))
                        && (shown.contains(&node.label.as_str())
                            || shown.contains(&node.short.as_str())
                            || shown.iter().any(|text| text.ends_with('…')))
                };
                let again = shown.iter().any(|text| text.contains("again"));
                assert!(
                    node.is_none_or(|node| is_drawn(node) || again),
                    "{}, step {step}: [{id}] is missing in {shown:?}",
                    one.slug
                );
            }
        }
    }
}

#[test]
fn a_drawing_has_a_title_a_description_and_its_sentence() {
    let mut lab = scenario_lab("deep");
    let moment = lab.seek(Seek::To(3));
    let svg = lab.draw(&still(3)).unwrap();
    let document = Document::parse(&svg).unwrap();
    let text = |tag: &str| {
        let found = document.descendants().find(|node| node.has_tag_name(tag));
        found.and_then(|node| node.text()).unwrap().to_owned()
    };
    assert_eq!(text("title"), "A list & its <head>: step 3");
    assert!(text("desc").contains(&moment.sentence.replace('`', "")));
    let words = texts(document.root_element()).concat();
    let last = moment.sentence.replace('`', "");
    let last = last.rsplit(' ').next().unwrap();
    assert!(words.contains(last), "{words}");
    // Nothing of it comes from elsewhere.
    assert!(!svg.contains("href") && !svg.contains("var(") && !svg.contains("<style"));
    assert_eq!(lab.step(), 3);
}

#[test]
fn the_same_step_gives_the_same_bytes_light_or_dark() {
    let light = scenario_lab("list").draw(&still(5)).unwrap();
    let mut lab = scenario_lab("list");
    lab.seek(Seek::End);
    assert_eq!(lab.draw(&still(5)).unwrap(), light);
    let dark = Drawing {
        dark: true,
        ..still(5)
    };
    let dark = lab.draw(&dark).unwrap();
    assert!(dark.contains("#14171a") && !light.contains("#14171a"));
    let shapes = |svg: &str| Document::parse(svg).unwrap().descendants().count();
    assert_eq!(shapes(&dark), shapes(&light));
}

#[test]
fn an_animation_has_every_step_and_each_at_its_time() {
    let mut lab = scenario_lab("deep");
    let svg = lab.draw(&moving(2, 9)).unwrap();
    let document = Document::parse(&svg).unwrap();
    let groups: Vec<Node<'_, '_>> = document
        .descendants()
        .filter(|node| node.attribute("class") == Some("btfscope-step"))
        .collect();
    let steps: Vec<_> = groups
        .iter()
        .map(|node| node.attribute("data-step"))
        .collect();
    let expected: Vec<String> = (2..=9).map(|step| step.to_string()).collect();
    assert_eq!(
        steps,
        expected
            .iter()
            .map(|it| Some(it.as_str()))
            .collect::<Vec<_>>()
    );
    for (at, group) in groups.iter().enumerate() {
        // Begins so many seconds in a round of twelve, which is as much as that it has begun the rest of it ago.
        let ago = if at == 0 { 0.0 } else { 12.0 - at as f64 * 1.5 };
        assert_eq!(
            group.attribute("style"),
            Some(format!("animation-delay: -{ago:.3}s").as_str())
        );
        let hidden = group.attribute("visibility") == Some("hidden");
        assert_eq!(
            hidden,
            at + 1 < groups.len(),
            "without CSS the last step is shown"
        );
        let shown = texts(*group).concat();
        assert!(shown.starts_with(&format!("Step {} of", at + 2)), "{shown}");
    }
    assert!(svg.contains("12.000s step-end infinite") && svg.contains("12.5000%"));
    assert!(svg.contains("prefers-reduced-motion"));
    assert_eq!(lab.draw(&moving(2, 9)).unwrap(), svg);
}

#[test]
fn what_cannot_be_drawn_says_why() {
    let mut broken = Lab::new(Setup::of(&["struct a { int x }"]));
    assert_eq!(broken.draw(&still(0)), Err(DrawingError::NoRun));
    let mut empty = Lab::new(Setup::of(&[""]));
    assert_eq!(empty.draw(&still(0)), Err(DrawingError::NoTypes));
    let mut lab = scenario_lab("deep");
    let last = lab.overview().steps;
    let said = lab.draw(&still(last + 1)).unwrap_err();
    assert_eq!(
        said.to_string(),
        format!("step {} does not exist; the last one is {last}", last + 1)
    );
    assert!(matches!(
        lab.draw(&moving(4, 2)),
        Err(DrawingError::Backwards { .. })
    ));
    let fast = Drawing {
        pace: 10,
        ..moving(1, 2)
    };
    let said = lab.draw(&fast).unwrap_err().to_string();
    assert_eq!(
        said,
        "a step of 0.01 seconds cannot be shown; take 0.1 to 60"
    );
    // Many types make many steps.
    let unit: String = (0..40)
        .map(|at| format!("struct s{at} {{ int a{at}; }};\n"))
        .collect();
    let mut long = Lab::new(Setup::of(&[&unit, &unit]));
    assert!(long.overview().steps > MOST_DRAWN);
    assert_eq!(
        long.draw(&moving(0, MOST_DRAWN)),
        Err(DrawingError::TooMany {
            steps: MOST_DRAWN + 1
        })
    );
    assert!(long.draw(&moving(1, MOST_DRAWN)).is_ok());
}

#[test]
fn names_with_signs_of_xml_are_text() {
    let mut lab = Lab::new(Setup::of(&["typedef int t;", "typedef int t;"]));
    let drawing = Drawing {
        title: "]]> \u{1} \" ' &".to_owned(),
        ..still(1)
    };
    let svg = lab.draw(&drawing).unwrap();
    let document = Document::parse(&svg).unwrap();
    let title = document
        .descendants()
        .find(|node| node.has_tag_name("title"));
    assert_eq!(
        title.and_then(|node| node.text()),
        Some("]]> \u{fffd} \" ' &: step 1")
    );
}

#[test]
fn a_file_is_called_after_scenario_and_steps() {
    assert_eq!(file_name(Some("deep"), 12, 12), "btfscope-deep-step-12");
    assert_eq!(file_name(None, 3, 20), "btfscope-lab-steps-3-20");
}
