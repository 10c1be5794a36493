//! Classes of types that cannot be told apart, with some m log n looks at references for n types with m references.
//!
//! A class splits where the references of its types lead to different classes. Of its parts the largest keeps the class's
//! number, so a type changes its number at most log n times, and each change has the types that refer to it looked at
//! again. Rounds over all types would take as many steps for every round, and a difference may be any number of rounds away.
//!
//! The way to split by signatures and to keep the largest part follows Jacobs and Wißmann, *Fast Coalgebraic Bisimilarity
//! Minimization* (2023).

use super::colours::Graph;

/// The class of each type. Types with a name in `names` have one class for each name, whatever they refer to.
pub(super) fn classes(graph: &Graph, names: &[Option<u64>]) -> Vec<u32> {
    let mut partition = Partition::new(graph, names);
    let users = Users::new(graph, names);
    let mut new = Vec::new();
    loop {
        let waiting = std::mem::take(&mut partition.waiting);
        if waiting.is_empty() {
            break;
        }
        for class in waiting {
            partition.split(class, graph, &mut new);
            for class in new.drain(..) {
                partition.touch_users(class, &users);
            }
        }
    }
    partition.class
}

/// The types of a class lie side by side: those whose references lead to the classes to which they led before, and behind
/// them those that must be looked at again.
#[derive(Clone, Copy)]
struct Class {
    start: u32,
    touched: u32,
    end: u32,
}

impl Class {
    /// A class without touched types.
    const fn of(start: u32, end: u32) -> Class {
        Class {
            start,
            touched: end,
            end,
        }
    }
}

struct Partition {
    /// The class of each type.
    class: Vec<u32>,
    /// The types of all classes, and where in there each type is.
    order: Vec<u32>,
    place: Vec<u32>,
    classes: Vec<Class>,
    /// Classes with touched types.
    waiting: Vec<u32>,
    /// The signature of each touched type of the class that is split. Equal types have equal ones; should two others have, too, they
    /// stay in one class, and the walk decides.
    signatures: Vec<(u32, u32)>,
    /// The parts of the class that is split.
    parts: Vec<Class>,
    /// The types whose users are touched.
    ids: Vec<u32>,
}

impl Partition {
    /// Types of equal words are in one class. All are touched.
    fn new(graph: &Graph, names: &[Option<u64>]) -> Partition {
        let own = graph.own.iter().zip(names);
        let own = own.map(|(&own, name)| half(name.unwrap_or(own)));
        let mut sorted: Vec<(u32, u32)> = own.zip(0..).collect();
        sorted.sort_unstable();
        let mut partition = Partition {
            class: vec![0; names.len()],
            order: Vec::with_capacity(names.len()),
            place: vec![0; names.len()],
            classes: Vec::new(),
            waiting: Vec::new(),
            signatures: Vec::new(),
            parts: Vec::new(),
            ids: Vec::new(),
        };
        for equal in sorted.chunk_by(|one, next| one.0 == next.0) {
            let number = partition.classes.len() as u32;
            let start = partition.order.len() as u32;
            for &(_, id) in equal {
                partition.class[id as usize] = number;
                // Types that go by their names are in no list, so nothing splits their classes.
                if names[id as usize].is_none() {
                    partition.place[id as usize] = partition.order.len() as u32;
                    partition.order.push(id);
                }
            }
            let end = partition.order.len() as u32;
            partition.classes.push(Class {
                start,
                touched: start,
                end,
            });
            if end - start > 1 {
                partition.waiting.push(number);
            }
        }
        partition
    }

    /// Splits a class by what its types refer to, and puts the numbers of the new classes into `new`.
    fn split(&mut self, number: u32, graph: &Graph, new: &mut Vec<u32>) {
        let Class {
            start,
            touched,
            end,
        } = self.classes[number as usize];
        let mut signatures = std::mem::take(&mut self.signatures);
        let ids = &self.order[touched as usize..end as usize];
        signatures.extend(
            ids.iter()
                .map(|&id| (half(graph.colour(id, &self.class)), id)),
        );
        signatures.sort_unstable();
        for (place, &(_, id)) in (touched..).zip(&signatures) {
            self.order[place as usize] = id;
            self.place[id as usize] = place;
        }
        // The untouched types are a part: each touched one leads to a class with a new number, to which none of these leads.
        let mut from = start;
        let mut to = touched;
        for part in signatures.chunk_by(|one, next| one.0 == next.0) {
            if from < to {
                self.parts.push(Class::of(from, to));
                from = to;
            }
            to += part.len() as u32;
        }
        self.parts.push(Class::of(from, to));
        signatures.clear();
        self.signatures = signatures;
        self.renumber(number, new);
    }

    /// The largest part keeps the number of the class.
    fn renumber(&mut self, number: u32, new: &mut Vec<u32>) {
        let parts = self.parts.iter().enumerate();
        let largest = parts.max_by_key(|(_, part)| part.end - part.start);
        let largest = largest.map_or(0, |(at, _)| at);
        self.classes[number as usize] = self.parts.swap_remove(largest);
        for part in self.parts.drain(..) {
            let number = self.classes.len() as u32;
            for &id in &self.order[part.start as usize..part.end as usize] {
                self.class[id as usize] = number;
            }
            self.classes.push(part);
            new.push(number);
        }
    }

    /// Has the types looked at again that refer to the types of a class.
    fn touch_users(&mut self, class: u32, users: &Users) {
        let Class { start, end, .. } = self.classes[class as usize];
        // A copy: what is touched moves, in this class too.
        let mut ids = std::mem::take(&mut self.ids);
        ids.extend_from_slice(&self.order[start as usize..end as usize]);
        for id in ids.drain(..) {
            for &user in users.of(id) {
                self.touch(user);
            }
        }
        self.ids = ids;
    }

    fn touch(&mut self, id: u32) {
        let number = self.class[id as usize];
        let class = &mut self.classes[number as usize];
        let place = self.place[id as usize];
        if class.end - class.start == 1 || place >= class.touched {
            return;
        }
        if class.touched == class.end {
            self.waiting.push(number);
        }
        class.touched -= 1;
        let other = self.order[class.touched as usize];
        self.order.swap(place as usize, class.touched as usize);
        self.place[other as usize] = place;
        self.place[id as usize] = class.touched;
    }
}

/// Which types refer to a type.
struct Users {
    /// Where the users of each type begin in `users`, and their end.
    starts: Vec<u32>,
    users: Vec<u32>,
}

impl Users {
    /// Types with a name in `names` are nobody's users: no reference of theirs counts.
    fn new(graph: &Graph, names: &[Option<u64>]) -> Users {
        let refine = || (0..).zip(names).filter(|(_, name)| name.is_none());
        let mut starts = vec![0; names.len() + 1];
        for (id, _) in refine() {
            for &to in graph.refs(id) {
                starts[to as usize] += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        // Each start is an end that moves down to it.
        let mut users = vec![0; sum as usize];
        for (id, _) in refine() {
            for &to in graph.refs(id) {
                let start = &mut starts[to as usize];
                *start -= 1;
                users[*start as usize] = id;
            }
        }
        Users { starts, users }
    }

    fn of(&self, id: u32) -> &[u32] {
        let id = id as usize;
        &self.users[self.starts[id] as usize..self.starts[id + 1] as usize]
    }
}

fn half(hash: u64) -> u32 {
    (hash >> 32) as u32
}
