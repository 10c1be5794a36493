mod common;
#[path = "share/program.rs"]
mod program;
#[path = "share/ways.rs"]
mod ways;
use common::Random;
use program::{Program, Shape, Unit};
fn units(seed: u64, shape: Shape) -> Vec<Unit> {
    let mut random = Random(seed);
    let program = Program::random(&mut random, shape);
    let count = 1 + random.below(6);
    (0..count).map(|_| program.unit(&mut random)).collect()
}
fn same(units: &[Unit]) -> bool {
    if units.is_empty() {
        return true;
    };
    let a = ways::naive(units);
    let b = ways::shared(units, &[units.len()]);
    a.types == b.types && a.copies == b.copies
}
fn show(u: &Unit) {
    println!("unit int {}", u.int);
    for (i, w) in u.types.iter().enumerate() {
        println!(
            "  {} {:?} {:?} {:?}",
            i + 1,
            btf::Info(w.words[1]).kind(),
            w.names,
            &w.words[2..]
        );
    }
    for w in &u.beside {
        println!(
            "  beside {:?} {:?} {:?}",
            btf::Info(w.words[1]).kind(),
            w.names,
            &w.words[2..]
        );
    }
    for f in &u.functions {
        println!("  {:?}", f);
    }
}
#[test]
fn explore() {
    let z = Shape {
        declared: 0,
        variants: 0,
        twice: 0,
        typedef_cycles: false,
        copies: 0,
        alike: 0,
    };
    let shapes = [
        ("zero", z),
        ("declared", Shape { declared: 20, ..z }),
        ("variants", Shape { variants: 15, ..z }),
        (
            "decl+var",
            Shape {
                declared: 20,
                variants: 15,
                ..z
            },
        ),
        ("twice", Shape { twice: 4, ..z }),
        (
            "cycles",
            Shape {
                typedef_cycles: true,
                ..z
            },
        ),
        ("alike", Shape { alike: 20, ..z }),
        (
            "c-cycles",
            Shape {
                typedef_cycles: false,
                ..Shape::C
            },
        ),
        (
            "c-twice",
            Shape {
                twice: 0,
                ..Shape::C
            },
        ),
        (
            "c-both",
            Shape {
                twice: 0,
                typedef_cycles: false,
                ..Shape::C
            },
        ),
        ("C", Shape::C),
        ("copies", Shape { copies: 10, ..z }),
        (
            "all",
            Shape {
                copies: 10,
                ..Shape::C
            },
        ),
    ];
    for (n, s) in shapes {
        let mut bad = 0;
        let mut best: Option<(usize, Vec<Unit>)> = None;
        for seed in 0..20000u64 {
            let mut u = units(seed, s);
            if !same(&u) {
                bad += 1;
                // drop units, beside, functions
                loop {
                    let mut changed = false;
                    for i in (0..u.len()).rev() {
                        let x = u.remove(i);
                        if same(&u) {
                            u.insert(i, x);
                        } else {
                            changed = true
                        }
                    }
                    for i in 0..u.len() {
                        for j in (0..u[i].beside.len()).rev() {
                            let x = u[i].beside.remove(j);
                            if same(&u) {
                                u[i].beside.insert(j, x);
                            } else {
                                changed = true
                            }
                        }
                        for j in (0..u[i].functions.len()).rev() {
                            let x = u[i].functions.remove(j);
                            if same(&u) {
                                u[i].functions.insert(j, x);
                            } else {
                                changed = true
                            }
                        }
                        // remove types not referred: last ids
                        for t in (1..=u[i].types.len() as u32).rev() {
                            if t == u[i].int {
                                continue;
                            }
                            let saved = (
                                u[i].types.clone(),
                                u[i].beside.clone(),
                                u[i].functions.clone(),
                                u[i].int,
                            );
                            u[i].types.remove(t as usize - 1);
                            let f = |r: u32| {
                                if r == program::INDEX || r < t {
                                    r
                                } else if r == t {
                                    0
                                } else {
                                    r - 1
                                }
                            };
                            for w in u[i].types.iter_mut() {
                                let _ = btf::for_each_ref(&mut w.words, |r| {
                                    *r = f(*r);
                                    Ok::<(), ()>(())
                                });
                            }
                            for w in u[i].beside.iter_mut() {
                                w.words[2] = f(w.words[2]);
                            }
                            for g in u[i].functions.iter_mut() {
                                for p in g.1.iter_mut() {
                                    *p = f(*p);
                                }
                            }
                            u[i].int = f(u[i].int);
                            if same(&u) {
                                (u[i].types, u[i].beside, u[i].functions, u[i].int) = saved;
                            } else {
                                changed = true
                            }
                        }
                    }
                    if !changed {
                        break;
                    }
                }
                let size = u
                    .iter()
                    .map(|u| u.types.len() + u.functions.len() + u.beside.len())
                    .sum();
                if best.as_ref().is_none_or(|b| size < b.0) {
                    best = Some((size, u));
                }
                if bad > 200 {
                    break;
                }
            }
        }
        println!("== {n}: {bad} bad");
        if let Some((_, b)) = best {
            for u in &b {
                show(u);
            }
            let a = ways::naive(&b);
            let c = ways::shared(&b, &[b.len()]);
            println!(
                " naive {:?} {:?}\n share {:?} {:?}",
                a.types, a.copies, c.types, c.copies
            );
        }
    }
}
