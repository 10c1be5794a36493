//! Which of the lists is shown, and what is searched for in it.

use explore::signatures::FLAGS;
use explore::{Field, Filter, FunctionFilter, Group, Match, Order, Query};
use protocol::place::Parameters;
/// The section of per-CPU variables in a kernel.
const PER_CPU: &str = ".data..percpu";

/// What is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    All,
    Kfuncs,
    PerCpu,
    LeftOut,
    Inlined,
}

pub const LISTS: [Listed; 5] = [
    Listed::All,
    Listed::Kfuncs,
    Listed::PerCpu,
    Listed::LeftOut,
    Listed::Inlined,
];

impl Listed {
    pub fn slug(self) -> &'static str {
        match self {
            Listed::All => "",
            Listed::Kfuncs => "kfuncs",
            Listed::PerCpu => "per-cpu",
            Listed::LeftOut => "left-out",
            Listed::Inlined => "inlined",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Listed::All => "Functions",
            Listed::Kfuncs => "kfuncs",
            Listed::PerCpu => "Per-CPU variables",
            Listed::LeftOut => "Left out",
            Listed::Inlined => "Inlined",
        }
    }

    pub fn href(self) -> String {
        match self {
            Listed::All => "#/functions".to_owned(),
            other => format!("#/functions/{}", other.slug()),
        }
    }

    /// What this list is, in a sentence.
    pub fn about(self) -> &'static str {
        match self {
            Listed::All => "Functions that BPF programs can attach to, in C.",
            Listed::Kfuncs => {
                "Functions tagged bpf_kfunc, which BPF programs may call. Flags are shown if the file contains the kernel’s BTF id sets."
            }
            Listed::PerCpu => "Per-CPU variables and their offset in .data..percpu.",
            Listed::LeftOut => {
                "Functions in the symbol table that are not in the BTF, because BPF programs could not rely on them."
            }
            Listed::Inlined => {
                "Functions that were inlined, also those without a FUNC in .BTF. A probe on a function (kprobe, fentry) does not see its inline sites."
            }
        }
    }

    pub fn filter(self) -> Filter {
        let of = |group| vec![group];
        match self {
            Listed::All | Listed::LeftOut => Filter {
                groups: of(Group::Func),
                ..Filter::default()
            },
            Listed::Kfuncs => Filter {
                groups: of(Group::Func),
                tag: Some("bpf_kfunc".to_owned()),
                ..Filter::default()
            },
            Listed::Inlined => Filter {
                groups: of(Group::Func),
                function: FunctionFilter {
                    inlined: true,
                    ..FunctionFilter::default()
                }
                .boxed(),
                ..Filter::default()
            },
            Listed::PerCpu => Filter {
                groups: of(Group::Var),
                section: Some(PER_CPU.to_owned()),
                ..Filter::default()
            },
        }
    }
}

/// The columns by which functions are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// By fit to the text, then by name.
    Function,
    /// By the number of inline sites.
    Sites,
}

impl Column {
    /// The column that a list is sorted by unless the user chooses.
    pub fn usual(listed: Listed) -> Column {
        match listed {
            Listed::Inlined => Column::Sites,
            _ => Column::Function,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Column::Function => Order::Name.word(),
            Column::Sites => Order::Sites.word(),
        }
    }
}

/// Where the text is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Within {
    /// In names, and in the types that functions take and return.
    #[default]
    Anything,
    Name,
    Takes,
    Returns,
}

impl Within {
    pub const ALL: [Within; 4] = [
        Within::Anything,
        Within::Name,
        Within::Takes,
        Within::Returns,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Within::Anything => "",
            Within::Name => "name",
            Within::Takes => "takes",
            Within::Returns => "returns",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Within::Anything => "names and types",
            Within::Name => "names",
            Within::Takes => "types they take",
            Within::Returns => "types they return",
        }
    }
}

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub text: String,
    pub within: Within,
    pub regex: bool,
    /// The flag of kfuncs.
    pub flag: Option<String>,
    /// The column by which functions are sorted; `None` for the usual one of the list.
    pub column: Option<Column>,
    /// Whether the order is reversed.
    pub reversed: bool,
}

impl Wanted {
    /// What an address asks for, and the parameters in it that mean nothing; `None` if it asks for nothing.
    pub fn of(parameters: &Parameters) -> Option<(Wanted, Vec<String>)> {
        let given = ["search", "in", "match", "flag", "sort", "reverse"];
        if !given.iter().any(|name| parameters.has(name)) {
            return None;
        }
        let value = |name| parameters.get(name).unwrap_or_default();
        let within = Within::ALL
            .into_iter()
            .find(|one| one.word() == value("in"));
        let regex = value("match") == Match::Regex.word();
        let flag = FLAGS.contains(&value("flag")).then(|| value("flag"));
        let mut columns = [Column::Function, Column::Sites].into_iter();
        let column = columns.find(|column| column.word() == value("sort"));
        let read = [
            ("sort", column.is_some()),
            ("in", within.is_some()),
            ("match", regex),
            ("flag", flag.is_some()),
        ];
        let unread = (read.into_iter())
            .filter(|(name, known)| !known && !value(name).is_empty())
            .map(|(name, _)| format!("{name}={}", value(name)));
        let wanted = Wanted {
            text: value("search").to_owned(),
            within: within.unwrap_or_default(),
            regex,
            flag: flag.map(str::to_owned),
            column,
            reversed: parameters.has("reverse"),
        };
        Some((wanted, unread.collect()))
    }

    /// The column by which a list is sorted.
    pub fn column(&self, listed: Listed) -> Column {
        self.column.unwrap_or_else(|| Column::usual(listed))
    }

    /// The same after a press on the heading of a column.
    pub fn sorted(&self, listed: Listed, column: Column) -> Wanted {
        Wanted {
            reversed: self.column(listed) == column && !self.reversed,
            column: (column != Column::usual(listed)).then_some(column),
            ..self.clone()
        }
    }

    pub fn address(&self, listed: Listed) -> String {
        let mut parameters = Parameters::default();
        parameters.add("search", &self.text);
        parameters.add("in", self.within.word());
        if self.regex {
            parameters.add("match", Match::Regex.word());
        }
        parameters.add("flag", self.flag.as_deref().unwrap_or_default());
        if let Some(column) = self.column {
            parameters.add("sort", column.word());
        }
        parameters.switch("reverse", self.reversed);
        parameters.behind(&listed.href())
    }

    pub fn query(&self, listed: Listed) -> Query {
        let is_of_functions = matches!(listed, Listed::All | Listed::Kfuncs | Listed::Inlined);
        let mut query = Query {
            matching: match self.regex {
                true => Match::Regex,
                false => Match::Substring,
            },
            filter: listed.filter(),
            order: match self.column(listed) {
                Column::Sites if is_of_functions => Order::Sites,
                // Of equal fit, in the order of names.
                _ => Order::Best,
            },
            reversed: self.reversed && is_of_functions,
            ..Query::default()
        };
        let mut function = query
            .filter
            .function
            .take()
            .map_or_else(Default::default, |of| *of);
        let text = self.text.trim();
        match self.within {
            Within::Takes if is_of_functions && !text.is_empty() => {
                function.takes = Some(text.to_owned());
            }
            Within::Returns if is_of_functions && !text.is_empty() => {
                function.returns = Some(text.to_owned());
            }
            Within::Anything => {
                query.text = self.text.clone();
                query.field = Field::Signature;
            }
            _ => query.text = self.text.clone(),
        }
        if listed == Listed::Kfuncs {
            function.flag = self.flag.clone();
        }
        query.filter.function = function.boxed();
        query
    }
}
