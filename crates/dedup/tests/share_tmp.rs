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

fn dups(u: &[Unit]) -> usize {
    u.iter()
        .map(|u| {
            let mut v: Vec<_> = u.types.iter().map(|w| format!("{w:?}")).collect();
            let n = v.len();
            v.sort();
            v.dedup();
            n - v.len()
        })
        .sum()
}
fn meaning(units: &[Unit]) -> bool {
    if units.is_empty() {
        return true;
    };
    let a = ways::naive(units);
    let b = ways::shared(units, &[units.len()]);
    btf::compare::compare(&a.btf, &b.btf).is_equal()
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
        arrays: 0,
    };
    let c0 = Shape {
        arrays: 0,
        twice: 0,
        alike: 0,
        typedef_cycles: false,
        ..Shape::C
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
        ("arrays", Shape { arrays: 15, ..z }),
        ("c0", c0),
        (
            "c0+cycles",
            Shape {
                typedef_cycles: true,
                ..c0
            },
        ),
        ("c0+alike", Shape { alike: 20, ..c0 }),
        ("c0+arrays", Shape { arrays: 15, ..c0 }),
        ("c0+twice", Shape { twice: 4, ..c0 }),
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
        for (what, f) in [
            ("order", same as fn(&[Unit]) -> bool),
            ("meaning", meaning as fn(&[Unit]) -> bool),
        ] {
            let mut bad = 0;
            let mut best: Option<(usize, Vec<Unit>)> = None;
            let mut seen = 0;
            for seed in 0..10000u64 {
                let mut u = units(seed, s);
                seen += 1;
                if !f(&u) {
                    bad += 1;
                    if bad <= 25 {
                        let d = dups(&u);
                        let ok = |u: &[Unit]| f(u) || dups(u) > d;
                        loop {
                            let mut changed = false;
                            for i in (0..u.len()).rev() {
                                let x = u.remove(i);
                                if ok(&u) {
                                    u.insert(i, x);
                                } else {
                                    changed = true
                                }
                            }
                            for i in 0..u.len() {
                                for j in (0..u[i].beside.len()).rev() {
                                    let x = u[i].beside.remove(j);
                                    if ok(&u) {
                                        u[i].beside.insert(j, x);
                                    } else {
                                        changed = true
                                    }
                                }
                                for j in (0..u[i].functions.len()).rev() {
                                    let x = u[i].functions.remove(j);
                                    if ok(&u) {
                                        u[i].functions.insert(j, x);
                                    } else {
                                        changed = true
                                    }
                                }
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
                                    if ok(&u) {
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
                    }
                }
                if bad > 100 {
                    break;
                }
            }
            println!("== {n} {what}: {bad} bad of {seen}");
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
}
