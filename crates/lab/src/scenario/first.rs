//! The first scenarios: a mechanism each, in the order of the course.

use super::Story;

pub const STORIES: &[Story] = &[
    (
        "two-units",
        "Two units, one struct",
        "Both units include the same header: each type stands twice, and once afterwards.",
        4,
        &[
            "struct point {\n    int x;\n    int y;\n};\nstruct point *first;\nunsigned long count;\n",
            "struct point {\n    int x;\n    int y;\n};\nstruct point *second;\nunsigned long total;\n",
        ],
    ),
    (
        "list",
        "A list that points at itself",
        "The smallest cycle: the walk comes back to where it began, and what it assumed there closes the cycle.",
        3,
        &[
            "struct list {\n    struct list *next;\n    int value;\n};\n",
            "struct list {\n    struct list *next;\n    int value;\n};\n",
        ],
    ),
    (
        "forward",
        "A forward declaration",
        "Unit 2 knows struct item by name only. The walk lets the declaration pass for the definition, and both units’ struct node become one.",
        5,
        &[
            "struct node {\n    struct node *next;\n    struct item *item;\n};\n\nstruct item {\n    int id;\n};\n",
            "struct item;\n\nstruct node {\n    struct node *next;\n    struct item *item;\n};\n",
        ],
    ),
    (
        "crosswise",
        "Each unit hides what the other shows",
        "One unit defines struct port and only declares struct ship, the other the reverse. A third struct holds both in both units: through it they learn of each other.",
        6,
        &[
            "struct ship;\nstruct voyage;\nstruct port {\n    struct ship *moored;\n    struct voyage *next;\n};\nstruct voyage {\n    struct port *from;\n    struct ship *by;\n};\n",
            "struct port;\nstruct voyage;\nstruct ship {\n    struct port *home;\n    struct voyage *last;\n};\nstruct voyage {\n    struct port *from;\n    struct ship *by;\n};\n",
        ],
    ),
    (
        "deep",
        "A difference two levels below",
        "struct outer looks the same in both units. Two pointers further on a member is an int here and a long there: everything above stays twice.",
        12,
        &[
            "struct inner {\n    int value;\n};\nstruct middle {\n    struct inner *inner;\n};\nstruct outer {\n    struct middle *middle;\n};\n",
            "struct inner {\n    long value;\n};\nstruct middle {\n    struct inner *inner;\n};\nstruct outer {\n    struct middle *middle;\n};\n",
        ],
    ),
    (
        "contradiction",
        "A contradiction",
        "In unit 1 both members point at the same struct leaf; in unit 2 at two structs. The second meets what was assumed of the first.",
        7,
        &[
            "struct leaf {\n    int value;\n};\nstruct pair {\n    struct leaf *left;\n    struct leaf *right;\n};\n",
            "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] STRUCT 'leaf' size=4 vlen=1\n\t'value' type_id=1 bits_offset=0\n[3] PTR '(anon)' type_id=2\n[4] STRUCT 'leaf' size=8 vlen=1\n\t'value' type_id=1 bits_offset=32\n[5] PTR '(anon)' type_id=4\n[6] STRUCT 'pair' size=16 vlen=2\n\t'left' type_id=3 bits_offset=0\n\t'right' type_id=5 bits_offset=64\n",
        ],
    ),
    (
        "ambiguous",
        "A forward that stays ambiguous",
        "Two definitions of one name differ, and a third unit only declares it: nobody can say which one is meant, so the declaration stays.",
        6,
        &[
            "struct state {\n    int ready;\n};\n",
            "struct state {\n    long ready;\n};\n",
            "struct state;\nstruct state *current;\n",
        ],
    ),
    (
        "wrong-kind",
        "Declared as a struct, defined as a union",
        "A forward declaration says which kind it stands for. A union of that name is not what was declared.",
        4,
        &[
            "struct value *current;\n",
            "union value {\n    int number;\n};\n",
        ],
    ),
    (
        "references",
        "References fall last",
        "Pointers, const and prototypes are hashed by what they refer to, so they wait until that is settled. Then equal ones are equal word by word.",
        9,
        &[
            "struct file {\n    const char *name;\n};\nint open(const char *name, struct file *file);\n",
            "struct file {\n    const char *name;\n};\nint close(const char *name, struct file *file);\n",
        ],
    ),
    (
        "enumeration",
        "An enumeration, declared and defined",
        "Enumerations are compared in the second pass. A declaration has no values and gives way to the definition of its name.",
        3,
        &[
            "enum colour {\n    RED,\n    GREEN,\n    BLUE,\n};\n",
            "enum colour;\nstruct lamp {\n    enum colour *colour;\n};\n",
        ],
    ),
    (
        "bitfields",
        "Bit-fields",
        "A bit-field’s place and width are part of its struct’s words: one bit more in unit 2, and the two stay apart.",
        3,
        &[
            "struct flags {\n    unsigned int ready : 1;\n    unsigned int level : 3;\n};\n",
            "struct flags {\n    unsigned int ready : 1;\n    unsigned int level : 4;\n};\n",
        ],
    ),
    (
        "elf-note-info",
        "A pair of the 6.1 kernel: struct elf_note_info",
        "Linux 6.1 has struct elf_note_info twice, member for member the same. The difference is one pointer and one struct below: the 32-bit core dump has its own registers. (Members that play no part in it are left out.)",
        11,
        &[ELF_NOTE_INFO, ELF_NOTE_INFO_COMPAT],
    ),
];

/// The native core dump's types of Linux 6.1, cut to what the difference needs.
const ELF_NOTE_INFO: &str = "\
struct task_struct;
struct elf_prstatus {
    int pr_fpvalid;
};
struct elf_thread_core_info {
    struct elf_thread_core_info *next;
    struct task_struct *task;
    struct elf_prstatus prstatus;
};
struct elf_note_info {
    struct elf_thread_core_info *thread;
    int thread_notes;
};
";

/// The same of 32-bit programs.
const ELF_NOTE_INFO_COMPAT: &str = "\
struct task_struct;
struct compat_elf_prstatus {
    int pr_fpvalid;
};
struct elf_thread_core_info {
    struct elf_thread_core_info *next;
    struct task_struct *task;
    struct compat_elf_prstatus prstatus;
};
struct elf_note_info {
    struct elf_thread_core_info *thread;
    int thread_notes;
};
";
