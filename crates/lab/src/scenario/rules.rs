//! A scenario for each rule of dedup, in the order of its passes.

use super::Story;

pub const STORIES: &[Story] = &[
    (
        "strings",
        "Each unit brings its own strings",
        "Both units contain struct list, so its names exist twice. No type refers to list_init, which is left of a function that was removed. The first pass stores each name once and drops that string.",
        4,
        &[
            "struct list {\n    struct list *next;\n    int value;\n};\n",
            "[1] STRUCT 'list' size=16 vlen=2\n\t'next' type_id=2 bits_offset=0\n\t'value' type_id=3 bits_offset=64\n[2] PTR '(anon)' type_id=1\n[3] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[4] STRUCT 'owner' size=24 vlen=2\n\t'list' type_id=1 bits_offset=0\n\t'value' type_id=3 bits_offset=128\nSTRING 'list_init'\n",
        ],
    ),
    (
        "names",
        "Each name is stored once",
        "Both units bring their own strings. The first pass stores each name once, whatever it names: left and right are a struct in one unit and a member in the other.",
        3,
        &[
            "struct left {\n    int right;\n    int weight;\n};\n",
            "struct right {\n    int left;\n    int weight;\n};\n",
        ],
    ),
    (
        "numbers",
        "Almost the same number",
        "Unit 2 repeats the integer of unit 1. Its other five types differ from it in one thing each: size, sign, width, name and kind. All of these must agree.",
        6,
        &[
            "[1] INT 'count' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n",
            "[1] INT 'count' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] INT 'count' size=8 bits_offset=0 nr_bits=32 encoding=SIGNED\n[3] INT 'count' size=4 bits_offset=0 nr_bits=32 encoding=(none)\n[4] INT 'count' size=4 bits_offset=0 nr_bits=31 encoding=SIGNED\n[5] INT 'total' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[6] FLOAT 'count' size=4\n",
        ],
    ),
    (
        "one-of-each",
        "One type of every kind",
        "Every kind that dedup knows, each once. A type without an equal comes out as it was.",
        19,
        &[
            "[1] INT 'metre' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] PTR '(anon)' type_id=0\n[3] ARRAY '(anon)' type_id=1 index_type_id=1 nr_elems=12\n[4] STRUCT 'sail' size=4 vlen=1\n\t'area' type_id=1 bits_offset=0\n[5] UNION 'rope' size=4 vlen=1\n\t'length' type_id=1 bits_offset=0\n[6] ENUM 'wind' encoding=UNSIGNED size=4 vlen=2\n\t'CALM' val=0\n\t'STORM' val=12\n[7] FWD 'cargo' fwd_kind=union\n[8] TYPEDEF 'depth' type_id=1\n[9] VOLATILE '(anon)' type_id=2\n[10] CONST '(anon)' type_id=2\n[11] RESTRICT '(anon)' type_id=2\n[12] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1\n\t'at' type_id=1\n[13] FUNC 'steer' type_id=12 linkage=static\n[14] VAR 'tide' type_id=1, linkage=static\n[15] DATASEC '.tides' size=4 vlen=1\n\ttype_id=14 offset=0 size=4\n[16] FLOAT 'knots' size=8\n[17] DECL_TAG 'listed' type_id=4 component_idx=0\n[18] TYPE_TAG 'salted' type_id=2\n[19] ENUM64 'stars' encoding=UNSIGNED size=8 vlen=1\n\t'POLARIS' val=1099511627776\n",
        ],
    ),
    (
        "members",
        "A name, a size and members are not enough",
        "Three structs of one name: unit 2 has the members in another order, unit 3 has one more. The records must be equal before anything below them is compared.",
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
        "The same name, size and member, but another kind: two types. So their pointers are two types as well.",
        5,
        &[
            "struct slot {\n    int number;\n};\nstruct slot *taken;\n",
            "union slot {\n    int number;\n};\nunion slot *taken;\n",
        ],
    ),
    (
        "nameless",
        "Structs without a name",
        "Structs without a name are compared like others, by their members. The unions inside become one, and so do the structs around them.",
        4,
        &[
            "struct event {\n    int kind;\n    union {\n        int key;\n        struct {\n            int x;\n            int y;\n        };\n    };\n};\n",
            "struct event {\n    int kind;\n    union {\n        int key;\n        struct {\n            int x;\n            int y;\n        };\n    };\n};\n",
        ],
    ),
    (
        "mutual",
        "Two structs that refer to each other",
        "To compare one struct the walk must compare the other, and comes back. Both assumptions hold, so both structs become one.",
        4,
        &[
            "struct child;\nstruct parent {\n    struct child *first;\n};\nstruct child {\n    struct parent *parent;\n    struct child *next;\n};\n",
            "struct child;\nstruct parent {\n    struct child *first;\n};\nstruct child {\n    struct parent *parent;\n    struct child *next;\n};\n",
        ],
    ),
    (
        "void",
        "void is not an empty struct",
        "A pointer to void and a pointer to a struct without members are different types, even though every type has the same hash here. The walk finds the difference.",
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
        "In C both mean the same. In BTF the order of the modifiers is part of the type.",
        7,
        &[
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] VOLATILE '(anon)' type_id=1\n[3] CONST '(anon)' type_id=2\n[4] PTR '(anon)' type_id=3\n",
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] CONST '(anon)' type_id=1\n[3] VOLATILE '(anon)' type_id=2\n[4] PTR '(anon)' type_id=3\n",
        ],
    ),
    (
        "typedefs",
        "One typedef, two meanings",
        "The typedef size is the same in units 1 and 2. In unit 3 it stands for another integer, so it is another type, and so is the struct that uses it.",
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
        "Static in one unit, global in another",
        "A function’s linkage is part of its type: the same name and prototype, but two functions.",
        4,
        &[
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1\n\t'at' type_id=1\n[3] FUNC 'steer' type_id=2 linkage=static\n",
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] FUNC_PROTO '(anon)' ret_type_id=1 vlen=1\n\t'at' type_id=1\n[3] FUNC 'steer' type_id=2 linkage=global\n",
        ],
    ),
    (
        "variables",
        "Variables are never merged",
        "Each variable has its own place in memory. Their types become one; the variables and the sections that list them are kept.",
        5,
        &[
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] VAR 'tide' type_id=1, linkage=static\n[3] DATASEC '.tides' size=4 vlen=1\n\ttype_id=2 offset=0 size=4\n",
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] VAR 'tide' type_id=1, linkage=static\n[3] DATASEC '.tides' size=4 vlen=1\n\ttype_id=2 offset=0 size=4\n",
        ],
    ),
    (
        "wide-values",
        "Values beyond 32 bits",
        "A value that needs more than 32 bits makes an ENUM64. Equal ones become one, as with ENUM; unit 3 differs only in the high half of the value.",
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
        "A declared enumeration has no size, so an ENUM64 of its name is its definition as well.",
        3,
        &[
            "enum limit {\n    FAR = 1ULL << 40,\n};\n",
            "enum limit;\nstruct road {\n    enum limit *limit;\n};\n",
        ],
    ),
    (
        "enum-twice",
        "A declared enumeration with two definitions",
        "A declared struct with two definitions is ambiguous and stays. A declared enumeration is not: each definition that pass 2 meets replaces it, so the last one counts.",
        5,
        &[
            "enum mode;\nstruct file {\n    enum mode *mode;\n};\n",
            "enum mode {\n    READ,\n};\n",
            "enum mode {\n    WRITE,\n};\nstruct lock {\n    enum mode *mode;\n};\n",
        ],
    ),
    (
        "late",
        "A declaration that no walk meets",
        "Unit 1 only declares struct item, and no struct of both units leads to it, so no walk compares the two. Pass 4 finds that the name has exactly one definition.",
        3,
        &[
            "struct item;\nstruct item *first;\n",
            "struct item {\n    int id;\n};\n",
        ],
    ),
    (
        "enum-sizes",
        "Two sizes, two enumerations",
        "The same names and values, in one byte in unit 1 and in four bytes in unit 2: the size is part of the type.",
        2,
        &[
            "[1] ENUM 'side' encoding=UNSIGNED size=1 vlen=2\n\t'PORT' val=0\n\t'STARBOARD' val=1\n",
            "[1] ENUM 'side' encoding=UNSIGNED size=4 vlen=2\n\t'PORT' val=0\n\t'STARBOARD' val=1\n",
        ],
    ),
    (
        "declared-union",
        "Declared and defined, for unions",
        "A forward declaration of a union is replaced by the union of its name, although no walk leads from one to the other.",
        4,
        &[
            "union parcel;\nunion parcel *sent;\n",
            "union parcel {\n    int weight;\n    long volume;\n};\n",
        ],
    ),
    (
        "decl-tags",
        "Tags on a function and its parameters",
        "A declaration tag has a text, a target, and the number of a part of the target. Two tags are equal if all three are; unit 2 has one of its own.",
        6,
        &[
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] FUNC_PROTO '(anon)' ret_type_id=1 vlen=2\n\t'at' type_id=1\n\t'by' type_id=1\n[3] FUNC 'steer' type_id=2 linkage=global\n[4] DECL_TAG 'kept' type_id=3 component_idx=-1\n[5] DECL_TAG 'kept' type_id=3 component_idx=1\n",
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] FUNC_PROTO '(anon)' ret_type_id=1 vlen=2\n\t'at' type_id=1\n\t'by' type_id=1\n[3] FUNC 'steer' type_id=2 linkage=global\n[4] DECL_TAG 'kept' type_id=3 component_idx=1\n[5] DECL_TAG 'lost' type_id=3 component_idx=1\n",
        ],
    ),
    (
        "member-tags",
        "Tags on a struct and its members",
        "The structs become one first. Then their tags have the same target, so equal tags become one as well.",
        5,
        &[
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] STRUCT 'sail' size=8 vlen=2\n\t'area' type_id=1 bits_offset=0\n\t'age' type_id=1 bits_offset=32\n[3] DECL_TAG 'listed' type_id=2 component_idx=-1\n[4] DECL_TAG 'measured' type_id=2 component_idx=0\n",
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] STRUCT 'sail' size=8 vlen=2\n\t'area' type_id=1 bits_offset=0\n\t'age' type_id=1 bits_offset=32\n[3] DECL_TAG 'measured' type_id=2 component_idx=0\n[4] DECL_TAG 'measured' type_id=2 component_idx=1\n",
        ],
    ),
    (
        "type-tags",
        "Tags in a row",
        "Type tags form chains that begin at a pointer. The same tags in another order are another chain; equal ends are shared.",
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
        "The tag is two references below the struct. It is part of the graph that is compared, so the struct of unit 3 is another type.",
        6,
        &[
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] TYPE_TAG 'user' type_id=1\n[3] PTR '(anon)' type_id=2\n[4] STRUCT 'request' size=8 vlen=1\n\t'buffer' type_id=3 bits_offset=0\n",
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] TYPE_TAG 'user' type_id=1\n[3] PTR '(anon)' type_id=2\n[4] STRUCT 'request' size=8 vlen=1\n\t'buffer' type_id=3 bits_offset=0\n",
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] PTR '(anon)' type_id=1\n[3] STRUCT 'request' size=8 vlen=1\n\t'buffer' type_id=2 bits_offset=0\n",
        ],
    ),
    (
        "twice",
        "The same struct twice in one unit",
        "One unit can contain copies of its own. They become one like copies in different units.",
        3,
        &[
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] STRUCT 'rung' size=16 vlen=2\n\t'above' type_id=3 bits_offset=0\n\t'height' type_id=1 bits_offset=64\n[3] PTR '(anon)' type_id=2\n[4] STRUCT 'rung' size=16 vlen=2\n\t'above' type_id=5 bits_offset=0\n\t'height' type_id=1 bits_offset=64\n[5] PTR '(anon)' type_id=4\n",
        ],
    ),
];
