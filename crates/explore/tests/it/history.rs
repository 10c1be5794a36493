//! One type in several kernels.

use crate::common::explorer;
use explore::Wanted;
use explore::history::{History, Step, Version};

const FIRST: &str = "
    struct entity { long load; unsigned int on; short low; unsigned flag:1; };
    struct holder { struct entity entity; };
    enum state { IDLE, BUSY };
    int run(struct entity *entity);
";
const SECOND: &str = "
    struct entity { long load; long deadline; unsigned char on; short low; unsigned flag:1; };
    struct holder { struct entity entity; };
    enum state { IDLE, BUSY = 2, READY };
    int run(struct entity *entity, int flags, ...);
";
/// `entity` loses `low`, and `run` is no longer.
const THIRD: &str = "
    struct entity { long load; long deadline; unsigned char on; unsigned flag:1; };
    struct holder { struct entity entity; };
    enum state { IDLE, BUSY = 2, READY };
";

fn history(name: &str) -> History {
    let version = |(at, text): (usize, &str)| {
        let explorer = explorer(&[text]);
        let version = Version::find(explorer.btf(), &Wanted::parse(name));
        (format!("k{at}"), version)
    };
    let texts = [FIRST, SECOND, THIRD].into_iter().enumerate();
    History::of(&texts.map(version).collect::<Vec<_>>()).expect("some kernel has it")
}

#[test]
fn members_come_move_change_and_go() {
    let entity = history("struct entity");
    let told: Vec<String> = entity
        .text()
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(
        told,
        [
            "struct entity",
            "k0 k1 k2",
            "(size) 16 24 24",
            "load 0 long int load 0 0",
            "deadline – + 8 long int deadline 8",
            "on 8 unsigned int on ≠ 16 unsigned char on 16",
            "low 12 short int low 18 –",
            "flag 12:16 unsigned int flag:1 20:0 16:8",
        ]
    );
}

#[test]
fn the_first_column_is_called_after_what_its_rows_are() {
    let heads = ["struct entity", "enum state", "run"].map(|name| history(name).rows_are());
    assert_eq!(heads, ["Member", "Enumerator", "Parameter"]);
}

#[test]
fn a_prototype_and_an_enumeration_have_a_history_too() {
    let run = history("func run");
    let names: Vec<&str> = run.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["(returns)", "entity", "flags", "..."]);
    let flags = run.rows[2].cells[1].as_ref().expect("the second has flags");
    assert_eq!(
        (flags.step, &*flags.at, &*flags.text),
        (Step::New, "2", "int")
    );
    assert!(
        run.rows.iter().all(|row| row.cells[2].is_none()),
        "the third has no run"
    );
    let state = history("state");
    assert_eq!(
        state.markdown(),
        "### `enum state`\n\n|  | k0 | k1 | k2 |\n|---|---|---|---|\n\
         | `IDLE` | 0 | 0 | 0 |\n| `BUSY` | 1 | ≠ 2 | 2 |\n| `READY` | – | + 3 | 3 |\n"
    );
}

#[test]
fn a_table_says_of_each_cell_what_changed() {
    let csv = history("entity").csv();
    let mut lines = csv.lines();
    assert!(
        lines
            .next()
            .expect("heads")
            .starts_with("name,k0 offset,k0 type,k0 change,k1 offset")
    );
    assert!(
        csv.contains("low,12,short int low,,18,short int low,moved,,,absent\r\n"),
        "{csv}"
    );
    assert!(
        csv.contains("deadline,,,absent,8,long int deadline,new,8,long int deadline,\r\n"),
        "{csv}"
    );
}

#[test]
fn a_type_that_no_kernel_has_has_no_history() {
    let none = explorer(&[FIRST]);
    let version = Version::find(none.btf(), &Wanted::parse("nothing"));
    assert_eq!(History::of(&[("k0".to_owned(), version)]), None);
}
