//! A scenario for each rule of dedup, in the order of its passes.

use super::Story;

pub const STORIES: &[Story] = &[
    (
        "names",
        "Each name stands once",
        "Both units bring strings of their own. After the first pass each name stands once, whatever it names: left and right are structs here and members there.",
        3,
        &[
            "struct left {\n    int right;\n    int weight;\n};\n",
            "struct right {\n    int left;\n    int weight;\n};\n",
        ],
    ),
    (
        "numbers",
        "Almost the same number",
        "Unit 2 repeats the number of unit 1. Its other five differ from it in one thing each: size, sign, width, name and kind. All of these must agree.",
        6,
        &[
            "[1] INT 'count' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n",
            "[1] INT 'count' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] INT 'count' size=8 bits_offset=0 nr_bits=32 encoding=SIGNED\n[3] INT 'count' size=4 bits_offset=0 nr_bits=32 encoding=(none)\n[4] INT 'count' size=4 bits_offset=0 nr_bits=31 encoding=SIGNED\n[5] INT 'total' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[6] FLOAT 'count' size=4\n",
        ],
    ),
    (
        "one-of-each",
        "One type of every kind",
        "All kinds there are, each once: whatever comes in once comes out as it was.",
        19,
        &[
            "[1] INT 'metre' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] PTR '(anon)' type_id=0\n[3] ARRAY '(anon)' type_id=1 index_type_id=1 nr_elems=12\n[4] STRUCT 'sail' size=4 vlen=1\n\t'area' type_id=1 bits_offset=0\n[5] UNION 'rope' size=4 vlen=1\n\t'length' type_id=1 bits_offset=0\n[6] ENUM 'wind' encoding=UNSIGNED size=4 vlen=2\n\t'CALM' val=0\n\t'STORM' val=12\n[7] FWD 'cargo' fwd_kind=union\n[8] TYPEDEF 'depth' type_id=1\n[9] VOLATILE '(anon)' type_id=2\n[10] CONST '(anon)' type_id=2\n[11] RESTRICT '(anon)' type_id=2\n[12] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1\n\t'at' type_id=1\n[13] FUNC 'steer' type_id=12 linkage=static\n[14] VAR 'tide' type_id=1, linkage=static\n[15] DATASEC '.tides' size=4 vlen=1\n\ttype_id=14 offset=0 size=4\n[16] FLOAT 'knots' size=8\n[17] DECL_TAG 'listed' type_id=4 component_idx=0\n[18] TYPE_TAG 'salted' type_id=2\n[19] ENUM64 'stars' encoding=UNSIGNED size=8 vlen=1\n\t'POLARIS' val=1099511627776\n",
        ],
    ),
    (
        "members",
        "A name, a size and members are not enough",
        "Three structs of one name: another order, another type, one member more. What one struct says itself must be the same before anything below it is looked at.",
        5,
        &[
            "struct seat {\n    int row;\n    char place;\n};\n",
            "struct seat {\n    char place;\n    int row;\n};\n",
            "struct seat {\n    int row;\n    char place;\n    int price;\n};\n",
        ],
    ),
    (
        "union",
        "A union is no struct",
        "The same name, size and member, and another kind: two types. Their pointers stay two as well.",
        5,
        &[
            "struct slot {\n    int number;\n};\nstruct slot *taken;\n",
            "union slot {\n    int number;\n};\nunion slot *taken;\n",
        ],
    ),
    (
        "nameless",
        "Structs without a name",
        "Structs without a name are compared like others, by what they hold. The unions inside meet, and so do the structs around them.",
        4,
        &[
            "struct event {\n    int kind;\n    union {\n        int key;\n        struct {\n            int x;\n            int y;\n        };\n    };\n};\n",
            "struct event {\n    int kind;\n    union {\n        int key;\n        struct {\n            int x;\n            int y;\n        };\n    };\n};\n",
        ],
    ),
    (
        "mutual",
        "Two structs that know each other",
        "To compare one the walk must pass through the other, and comes back. What it assumed of both holds, so both become one.",
        4,
        &[
            "struct child;\nstruct parent {\n    struct child *first;\n};\nstruct child {\n    struct parent *parent;\n    struct child *next;\n};\n",
            "struct child;\nstruct parent {\n    struct child *first;\n};\nstruct child {\n    struct parent *parent;\n    struct child *next;\n};\n",
        ],
    ),
    (
        "void",
        "void is no empty struct",
        "A pointer to nothing in particular and a pointer to a struct without members look alike, and here every type has the same hash. The walk sees the difference.",
        5,
        &[
            "[1] STRUCT '(anon)' size=0 vlen=0\n[2] PTR '(anon)' type_id=1\n[3] STRUCT 'box' size=8 vlen=1\n\t'content' type_id=2 bits_offset=0\n",
            "[1] PTR '(anon)' type_id=0\n[2] STRUCT 'box' size=8 vlen=1\n\t'content' type_id=1 bits_offset=0\n",
        ],
    ),
    (
        "arrays",
        "The length counts",
        "Arrays are equal when element, index and length are. Of the four arrays here the two of seven days become one.",
        8,
        &[
            "struct week {\n    int days[7];\n};\nstruct rest {\n    int days[2];\n};\n",
            "struct week {\n    int days[7];\n};\nstruct work {\n    int days[5];\n};\n",
        ],
    ),
    (
        "qualifiers",
        "const of volatile, volatile of const",
        "To a programmer both are the same. To BTF the order in which modifiers follow each other is part of the type.",
        7,
        &[
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] VOLATILE '(anon)' type_id=1\n[3] CONST '(anon)' type_id=2\n[4] PTR '(anon)' type_id=3\n",
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] CONST '(anon)' type_id=1\n[3] VOLATILE '(anon)' type_id=2\n[4] PTR '(anon)' type_id=3\n",
        ],
    ),
    (
        "typedefs",
        "One typedef, two meanings",
        "size is the same in units 1 and 2. In unit 3 it names another number, so it is another type, and whoever uses it is too.",
        6,
        &[
            "typedef unsigned long size;\nstruct block {\n    size length;\n};\n",
            "typedef unsigned long size;\nstruct block {\n    size length;\n};\n",
            "typedef unsigned int size;\nstruct block {\n    size length;\n};\n",
        ],
    ),
    (
        "prototypes",
        "The names of parameters count",
        "Result, types and names of all parameters must agree. Unit 2 uses another name for one of them, so both functions stay.",
        9,
        &[
            "int copy(char *to, const char *from);\n",
            "int copy(char *to, const char *source);\n",
        ],
    ),
    (
        "linkage",
        "Static here, global there",
        "A function’s linkage is part of it: same name, same prototype, two functions.",
        4,
        &[
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1\n\t'at' type_id=1\n[3] FUNC 'steer' type_id=2 linkage=static\n",
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1\n\t'at' type_id=1\n[3] FUNC 'steer' type_id=2 linkage=global\n",
        ],
    ),
    (
        "variables",
        "Variables are never merged",
        "Each variable is a place in memory of its own. Their types become one, the variables and the section that lists them stay as many as they were.",
        5,
        &[
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] VAR 'tide' type_id=1, linkage=static\n[3] DATASEC '.tides' size=4 vlen=1\n\ttype_id=2 offset=0 size=4\n",
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] VAR 'tide' type_id=1, linkage=static\n[3] DATASEC '.tides' size=4 vlen=1\n\ttype_id=2 offset=0 size=4\n",
        ],
    ),
    (
        "wide-values",
        "Values beyond 32 bits",
        "A value that needs more than 32 bits makes an ENUM64. Equal ones meet like any other enumeration; unit 3 differs in the high half only.",
        2,
        &[
            "enum limit {\n    FAR = 1ULL << 40,\n};\n",
            "enum limit {\n    FAR = 1ULL << 40,\n};\n",
            "enum limit {\n    FAR = 1ULL << 41,\n};\n",
        ],
    ),
    (
        "declared-wide",
        "Declared narrow, defined wide",
        "A declared enumeration says nothing of its size, so it stands for the ENUM64 of its name as well.",
        3,
        &[
            "enum limit {\n    FAR = 1ULL << 40,\n};\n",
            "enum limit;\nstruct road {\n    enum limit *limit;\n};\n",
        ],
    ),
    (
        "enum-sizes",
        "Two sizes, two enumerations",
        "The same names and values, once in one byte and once in four: the size is part of the type.",
        2,
        &[
            "[1] ENUM 'side' encoding=UNSIGNED size=1 vlen=2\n\t'PORT' val=0\n\t'STARBOARD' val=1\n",
            "[1] ENUM 'side' encoding=UNSIGNED size=4 vlen=2\n\t'PORT' val=0\n\t'STARBOARD' val=1\n",
        ],
    ),
    (
        "declared-union",
        "Declared and defined, for unions",
        "A forward declaration of a union finds the union of its name, across units and without anything that leads from one to the other.",
        4,
        &[
            "union parcel;\nunion parcel *sent;\n",
            "union parcel {\n    int weight;\n    long volume;\n};\n",
        ],
    ),
    (
        "decl-tags",
        "Tags on a function and its parameters",
        "A declaration tag names its target and which part of it. Tags meet when text, target and part are the same; unit 2 has one of its own.",
        6,
        &[
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] FUNC_PROTO '(anon)' ret_type_id=1 vlen=2\n\t'at' type_id=1\n\t'by' type_id=1\n[3] FUNC 'steer' type_id=2 linkage=global\n[4] DECL_TAG 'kept' type_id=3 component_idx=-1\n[5] DECL_TAG 'kept' type_id=3 component_idx=1\n",
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] FUNC_PROTO '(anon)' ret_type_id=1 vlen=2\n\t'at' type_id=1\n\t'by' type_id=1\n[3] FUNC 'steer' type_id=2 linkage=global\n[4] DECL_TAG 'kept' type_id=3 component_idx=1\n[5] DECL_TAG 'lost' type_id=3 component_idx=1\n",
        ],
    ),
    (
        "member-tags",
        "Tags on a struct and its members",
        "The structs become one first; then their tags say the same of the same struct, and become one too.",
        5,
        &[
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] STRUCT 'sail' size=8 vlen=2\n\t'area' type_id=1 bits_offset=0\n\t'age' type_id=1 bits_offset=32\n[3] DECL_TAG 'listed' type_id=2 component_idx=-1\n[4] DECL_TAG 'measured' type_id=2 component_idx=0\n",
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] STRUCT 'sail' size=8 vlen=2\n\t'area' type_id=1 bits_offset=0\n\t'age' type_id=1 bits_offset=32\n[3] DECL_TAG 'measured' type_id=2 component_idx=0\n[4] DECL_TAG 'measured' type_id=2 component_idx=1\n",
        ],
    ),
    (
        "type-tags",
        "Tags in a row",
        "Type tags form chains, from the pointer down. The same tags in another order are another chain; where the ends are equal they are shared.",
        8,
        &[
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] TYPE_TAG 'salted' type_id=1\n[3] TYPE_TAG 'dried' type_id=2\n[4] PTR '(anon)' type_id=3\n",
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] TYPE_TAG 'salted' type_id=1\n[3] PTR '(anon)' type_id=2\n",
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] TYPE_TAG 'dried' type_id=1\n[3] TYPE_TAG 'salted' type_id=2\n[4] PTR '(anon)' type_id=3\n",
        ],
    ),
    (
        "tagged-member",
        "A tag below a member",
        "Whether a pointer is tagged shows two steps below the struct only. It belongs to the graph that is compared, so unit 3 keeps a struct of its own.",
        6,
        &[
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] TYPE_TAG 'user' type_id=1\n[3] PTR '(anon)' type_id=2\n[4] STRUCT 'request' size=8 vlen=1\n\t'buffer' type_id=3 bits_offset=0\n",
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] TYPE_TAG 'user' type_id=1\n[3] PTR '(anon)' type_id=2\n[4] STRUCT 'request' size=8 vlen=1\n\t'buffer' type_id=3 bits_offset=0\n",
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] PTR '(anon)' type_id=1\n[3] STRUCT 'request' size=8 vlen=1\n\t'buffer' type_id=2 bits_offset=0\n",
        ],
    ),
    (
        "twice",
        "Said twice in one unit",
        "One unit can hold copies of its own. They become one like copies of different units.",
        3,
        &[
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] STRUCT 'rung' size=16 vlen=2\n\t'above' type_id=3 bits_offset=0\n\t'height' type_id=1 bits_offset=64\n[3] PTR '(anon)' type_id=2\n[4] STRUCT 'rung' size=16 vlen=2\n\t'above' type_id=5 bits_offset=0\n\t'height' type_id=1 bits_offset=64\n[5] PTR '(anon)' type_id=4\n",
        ],
    ),
];
