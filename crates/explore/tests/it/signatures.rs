//! Functions and variables as lines of C.

use btf::{Btf, Int, IntEncoding, Kind, Linkage, Param, TypeId, VarSection};
use explore::signatures::flag_names;
use explore::{
    Explorer, Field, Filter, FoundTypes, FunctionFilter, Group, Order, Query, Signature, export,
};

/// Two functions, one a kfunc; variables of two sections.
fn explorer() -> Explorer {
    let mut btf = Btf::new();
    let int = Int {
        bits: 32,
        offset: 0,
        encoding: IntEncoding::SIGNED,
        size: 4,
    };
    let int = btf.add_int("int", int).unwrap();
    let task = btf.add_fwd("task_struct", btf::FwdKind::Struct).unwrap();
    let pointer = btf.add_ptr(task).unwrap();
    let params = [
        ("p", pointer),
        ("a_long_name_of_a_parameter", int),
        ("another_of_them_all", int),
    ]
    .map(|(name, ty)| Param {
        name: btf.intern(name.as_bytes()).unwrap(),
        ty,
    });
    let proto = btf.add_func_proto(pointer, &params).unwrap();
    let kfunc = btf
        .add_func("bpf_task_acquire", proto, Linkage::Static)
        .unwrap();
    btf.add_decl_tag("bpf_kfunc", kfunc, -1).unwrap();
    // Of a parameter: says nothing of the function.
    btf.add_decl_tag("user", kfunc, 1).unwrap();
    let nothing = btf.add_func_proto(TypeId::VOID, &[]).unwrap();
    btf.add_func("schedule", nothing, Linkage::Static).unwrap();
    let percpu = btf.add_var("runqueues", int, Linkage::Global).unwrap();
    let other = btf.add_var("jiffies", int, Linkage::Global).unwrap();
    btf.add_var("nowhere", int, Linkage::Static).unwrap();
    for (section, ty, offset) in [(".data..percpu", percpu, 64), (".data", other, 0)] {
        let place = VarSection {
            ty,
            offset,
            size: 4,
        };
        btf.add_datasec(section, 68, &[place]).unwrap();
    }
    let flags = [("bpf_task_acquire".to_owned(), 1 | 1 << 2 | 1 << 30)];
    Explorer::new(btf, None).with_kfuncs(flags)
}

fn found(filter: Filter) -> Vec<Signature> {
    let explorer = explorer();
    let query = Query {
        filter,
        order: Order::Name,
        ..Query::default()
    };
    let found = FoundTypes::of(&explorer, query).expect("no expression");
    Signature::page(&explorer, &found, 0, 100).expect("few")
}

fn texts(rows: &[Signature]) -> Vec<String> {
    rows.iter().map(Signature::text).collect()
}

#[test]
fn a_kfunc_has_its_tags_and_flags_and_stands_on_one_line() {
    let rows = found(Filter {
        tag: Some("bpf_kfunc".to_owned()),
        ..Filter::default()
    });
    assert_eq!(
        texts(&rows),
        [
            "struct task_struct *bpf_task_acquire(struct task_struct *p, int a_long_name_of_a_parameter, int another_of_them_all);"
        ]
    );
    assert_eq!(rows[0].tags, ["bpf_kfunc"]);
    assert_eq!(rows[0].flags, ["KF_ACQUIRE", "KF_RET_NULL", "bit 30"]);
    let all = found(Filter {
        groups: vec![Group::Func],
        ..Filter::default()
    });
    assert_eq!(all.len(), 2);
    assert_eq!(all[1].text(), "void schedule(void);");
    assert!(all[1].flags.is_empty() && all[1].tags.is_empty());
    assert_eq!(flag_names(0), Vec::<String>::new());
}

#[test]
fn functions_are_found_by_what_they_take_and_return() {
    let explorer = crate::common::explorer(&["
        typedef unsigned int u32;
        typedef struct sk_buff skb_t;
        struct sock { int state; };
        struct sk_buff { struct sock *sk; u32 len; };
        struct sk_buff_head { struct sk_buff *first; };
        struct sock *owner_of(const struct sk_buff *skb);
        struct sk_buff *first_of(struct sk_buff_head *list);
        int count(struct sk_buff **all, u32 length);
        void hand_over(skb_t *skb, unsigned int flags);
        void *sk_buff_memory(void);
    "]);
    let names = |query: Query| -> Vec<String> {
        let found = FoundTypes::of(&explorer, query).expect("no expression");
        let rows = Signature::page(&explorer, &found, 0, 100).expect("few");
        rows.into_iter().map(|row| row.name).collect()
    };
    let functions = || Filter {
        groups: vec![Group::Func],
        ..Filter::default()
    };
    let takes = |text: &str| {
        names(Query {
            filter: Filter {
                function: FunctionFilter {
                    takes: Some(text.to_owned()),
                    ..FunctionFilter::default()
                }
                .boxed(),
                ..functions()
            },
            ..Query::default()
        })
    };
    let returns = |text: &str| {
        names(Query {
            filter: Filter {
                function: FunctionFilter {
                    returns: Some(text.to_owned()),
                    ..FunctionFilter::default()
                }
                .boxed(),
                ..functions()
            },
            ..Query::default()
        })
    };
    assert_eq!(
        takes("struct sk_buff *"),
        ["count", "hand_over", "owner_of"],
        "through pointers, qualifiers, and typedefs"
    );
    assert_eq!(takes("sk_buff"), takes("struct sk_buff *"));
    assert_eq!(
        takes("sk_bu"),
        ["count", "first_of", "hand_over", "owner_of"],
        "a part of a name"
    );
    assert_eq!(takes("skb_t"), ["hand_over"]);
    assert_eq!(takes("u32"), ["count"]);
    assert_eq!(takes("unsigned int"), ["hand_over"]);
    assert_eq!(takes("union sk_buff"), [""; 0]);
    assert_eq!(returns("sk_*"), ["first_of"]);
    assert_eq!(returns("struct sock *"), ["owner_of"]);
    assert_eq!(returns("void"), ["hand_over"]);
    assert_eq!(returns("void *"), ["sk_buff_memory"]);
    let anything = |text: &str, order| {
        names(Query {
            text: text.to_owned(),
            field: Field::Signature,
            filter: functions(),
            order,
            ..Query::default()
        })
    };
    assert_eq!(
        anything("sk_buff", Order::Best),
        [
            "sk_buff_memory",
            "count",
            "first_of",
            "hand_over",
            "owner_of"
        ],
        "names come first"
    );
    assert_eq!(
        anything("struct sk_buff *", Order::Name),
        ["count", "first_of", "hand_over", "owner_of"]
    );
    assert_eq!(anything("", Order::Name).len(), 5);
    assert_eq!(anything("no such thing", Order::Name), [""; 0]);
}

#[test]
fn a_kfunc_is_found_by_its_flags() {
    let of = |flag: &str| {
        found(Filter {
            function: FunctionFilter {
                flag: Some(flag.to_owned()),
                ..FunctionFilter::default()
            }
            .boxed(),
            ..Filter::default()
        })
        .len()
    };
    assert_eq!((of("KF_RET_NULL"), of("KF_RCU")), (1, 0));
}

#[test]
fn variables_are_found_by_their_section() {
    let of = |section: &str| {
        let rows = found(Filter {
            section: Some(section.to_owned()),
            ..Filter::default()
        });
        rows.into_iter().map(|row| row.name).collect::<Vec<_>>()
    };
    assert_eq!(of(".data..percpu"), ["runqueues"]);
    assert_eq!(of(""), ["jiffies", "runqueues"], "of any section");
    assert!(of(".bss").is_empty());
    let rows = found(Filter {
        section: Some(".data..percpu".to_owned()),
        ..Filter::default()
    });
    assert_eq!(rows[0].kind, Kind::Var);
    assert_eq!(rows[0].place, Some((".data..percpu".to_owned(), 64)));
    assert_eq!(rows[0].size, Some(4));
    let csv = export::signatures(&rows, export::Form::Csv);
    let line = csv.lines().nth(1).unwrap_or_default();
    assert!(
        line.ends_with(",runqueues,int runqueues;,,,.data..percpu,64,4,"),
        "{csv}"
    );
}
