//! Steps as lessons name them.

use lab::{Lab, Seek, Setup, StepName, StepNameError};

fn lab() -> Lab {
    let list = "struct list { struct list *next; int value; };";
    Lab::new(Setup::of(&[list, list, "struct list { long value; };"]))
}

fn resolved(name: &str) -> Result<u32, String> {
    let said = |error: StepNameError| format!("{error}. {}", error.advice());
    let parsed: StepName = name.parse().map_err(said)?;
    assert_eq!(parsed.to_string().parse(), Ok(parsed));
    parsed.resolve(lab().steps().expect("a run")).map_err(said)
}

#[test]
fn a_name_leads_to_the_step_of_which_it_speaks() {
    let told = lab().told();
    let last = told.len() as u32;
    for (name, says) in [
        ("pass:1", "Pass 1 of 7"),
        ("pass:5", "Pass 5 of 7"),
        ("walk", "Assume `[1]` ≡ `[4]`"),
        ("assume:[4]", "Assume `[1]` ≡ `[4]`"),
        ("known:1", "is already assumed"),
        ("replaced:1", "`[6]"),
        ("canonical", "`[3] int`"),
        (" canonical : 2 ", "becomes canonical"),
    ] {
        let at = resolved(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        let sentence = &told[at as usize - 1];
        assert!(sentence.contains(says), "{name}: {at}: {sentence}");
    }
    assert_eq!(resolved("last"), Ok(last));
    assert_eq!(resolved("first"), Ok(0));
    assert_eq!(resolved("12"), Ok(12));
    assert_eq!(resolved(&last.to_string()), Ok(last));
    let mut lab = lab();
    let name: StepName = "pass:5".parse().expect("a name");
    assert_eq!(
        lab.seek(Seek::Named(name)).step,
        resolved("pass:5").expect("a step")
    );
}

#[test]
fn a_name_without_a_step_says_what_there_is() {
    let last = lab().told().len();
    for (name, says) in [
        ("999", format!("there is no step 999: the run has {last}. Write a number from 1 to {last}, or name it, for example `different:1`, `assume:[4]`, `pass:5` or `last`.")),
        ("pass:8", "there is no pass 8. Write a number from 1 to 7.".to_owned()),
        ("pass", "no step is called `pass`. Did you mean `pass`?".to_owned()),
        ("diferent:1", "no step is called `diferent`. Did you mean `different`?".to_owned()),
        ("lats", "no step is called `lats`. Did you mean `last`?".to_owned()),
        ("contradiction:1", "`contradiction:1` names no step: it never happens. Choose something that happens: `btfscope lab --steps` prints every step.".to_owned()),
        ("walk:7", "`walk:7` names no step: it happens once. Write a number from 1 to 1.".to_owned()),
        ("walk:[9]", "`walk:[9]` names no step: it never happens to this type. It happens to [1], [4].".to_owned()),
        ("walk:x", "`x` is no number from 1 and no id in square brackets. Write `different:1` for the first, `assume:[4]` for the type `[4]`.".to_owned()),
        ("0", "`0` is no number from 1 and no id in square brackets. Write `different:1` for the first, `assume:[4]` for the type `[4]`.".to_owned()),
    ] {
        assert_eq!(resolved(name), Err(says), "{name}");
    }
}
