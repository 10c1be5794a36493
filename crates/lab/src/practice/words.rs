//! Names for random declarations. None is in the prelude, and the four lists have no name in common.

/// Structs and unions.
pub const RECORDS: [&str; 16] = [
    "node", "item", "page", "task", "file", "disk", "port", "ship", "queue", "lock", "timer",
    "frame", "packet", "route", "user", "group",
];

/// Members and variables that are numbers.
pub const NUMBERS: [&str; 12] = [
    "id", "count", "flags", "size", "value", "state", "level", "offset", "total", "order", "mask",
    "limit",
];

/// Members that are pointers.
pub const LINKS: [&str; 8] = [
    "next", "prev", "parent", "child", "owner", "first", "data", "other",
];

/// Typedefs.
pub const TYPEDEFS: [&str; 6] = ["score", "weight", "handle", "amount", "index", "stamp"];

/// Enumerations, each with names of values.
pub const ENUMS: [(&str, [&str; 4]); 4] = [
    ("colour", ["RED", "GREEN", "BLUE", "WHITE"]),
    ("phase", ["IDLE", "READY", "RUNNING", "DONE"]),
    ("side", ["LEFT", "RIGHT", "TOP", "BOTTOM"]),
    ("speed", ["SLOW", "STEADY", "FAST", "FASTEST"]),
];

/// Functions.
pub const FUNCTIONS: [&str; 6] = ["start", "stop", "send", "fetch", "store", "reset"];

/// Parameters.
pub const PARAMS: [&str; 6] = ["name", "number", "from", "key", "length", "where"];

/// Integers of C.
pub const INTEGERS: [&str; 10] = [
    "int",
    "unsigned int",
    "long",
    "unsigned long",
    "char",
    "signed char",
    "unsigned char",
    "short",
    "unsigned short",
    "long long",
];

/// Another way to write an integer, if C has one that people know.
pub fn written_otherwise(integer: &str) -> Option<&'static str> {
    match integer {
        "unsigned int" => Some("unsigned"),
        "long" => Some("long int"),
        "unsigned long" => Some("unsigned long int"),
        "short" => Some("short int"),
        "long long" => Some("long long int"),
        _ => None,
    }
}
