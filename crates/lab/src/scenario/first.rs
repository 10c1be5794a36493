//! The first scenarios: a mechanism each, in the order of the course.

use super::Story;

pub const STORIES: &[Story] = &[
    (
        "two-units",
        "Two units, one struct",
        "Both units include the same header, so each type exists twice before dedup, and once afterwards. Variables are left out: only their types count.",
        4,
        &[
            "struct point {\n    int x;\n    int y;\n};\nstruct point *first;\nunsigned long count;\n",
            "struct point {\n    int x;\n    int y;\n};\nstruct point *second;\nunsigned long total;\n",
        ],
    ),
    (
        "list",
        "A list that points at itself",
        "The smallest cycle: the walk comes back to the pair with which it began. That pair is assumed to be equal already, so the walk ends.",
        3,
        &[
            "struct list {\n    struct list *next;\n    int value;\n};\n",
            "struct list {\n    struct list *next;\n    int value;\n};\n",
        ],
    ),
    (
        "forward",
        "A forward declaration",
        "Unit 2 only declares struct item. The walk treats the declaration as equal to the definition, so both units’ struct node become one.",
        5,
        &[
            "struct node {\n    struct node *next;\n    struct item *item;\n};\n\nstruct item {\n    int id;\n};\n",
            "struct item;\n\nstruct node {\n    struct node *next;\n    struct item *item;\n};\n",
        ],
    ),
    (
        "crosswise",
        "Each unit hides what the other shows",
        "One unit defines struct port and only declares struct ship, the other the reverse. Both define a third struct that refers to both; the walk over it pairs each declaration with its definition.",
        6,
        &[
            "struct ship;\nstruct voyage;\nstruct port {\n    struct ship *moored;\n    struct voyage *next;\n};\nstruct voyage {\n    struct port *from;\n    struct ship *by;\n};\n",
            "struct port;\nstruct voyage;\nstruct ship {\n    struct port *home;\n    struct voyage *last;\n};\nstruct voyage {\n    struct port *from;\n    struct ship *by;\n};\n",
        ],
    ),
    (
        "deep",
        "A difference two levels below",
        "struct outer has the same record in both units. Two pointers further on a member is an int in unit 1 and a long in unit 2, so everything that leads there exists twice in the result.",
        12,
        &[
            "struct inner {\n    int value;\n};\nstruct middle {\n    struct inner *inner;\n};\nstruct outer {\n    struct middle *middle;\n};\n",
            "struct inner {\n    long value;\n};\nstruct middle {\n    struct inner *inner;\n};\nstruct outer {\n    struct middle *middle;\n};\n",
        ],
    ),
    (
        "contradiction",
        "A contradiction",
        "In unit 1 both members have the same type, in unit 2 they have two. At right the canonical pointer is already paired with the candidate of left, so it cannot be paired with another.",
        6,
        &[
            "struct pair {\n    int *left;\n    int *right;\n};\n",
            "struct pair {\n    int *left;\n    long *right;\n};\n",
        ],
    ),
    (
        "copies",
        "Copies within one unit",
        "Compilers sometimes write the same type twice into one unit; here it is the array of unit 2. At second the walk meets a contradiction, finds that the two candidates are copies of each other, and goes on.",
        4,
        &[
            "struct pair {\n    char first[4];\n    char second[4];\n};\n",
            "[1] INT 'char' size=1 bits_offset=0 nr_bits=8 encoding=SIGNED\n[2] INT '__ARRAY_SIZE_TYPE__' size=4 bits_offset=0 nr_bits=32 encoding=(none)\n[3] ARRAY '(anon)' type_id=1 index_type_id=2 nr_elems=4\n[4] ARRAY '(anon)' type_id=1 index_type_id=2 nr_elems=4\n[5] STRUCT 'pair' size=8 vlen=2\n\t'first' type_id=3 bits_offset=0\n\t'second' type_id=4 bits_offset=32\n",
        ],
    ),
    (
        "ambiguous",
        "A forward that stays ambiguous",
        "Two definitions of one name differ, and a third unit only declares the name. Nobody can say which definition is meant, so the declaration stays.",
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
        "A forward declaration says whether it declares a struct or a union. A union of that name is not the declared struct, so the declaration stays.",
        4,
        &[
            "struct value *current;\n",
            "union value {\n    int number;\n};\n",
        ],
    ),
    (
        "references",
        "References come last",
        "Pointers, const and prototypes are hashed by what they refer to, so they wait until that is settled. Then two of them are equal if their records are.",
        9,
        &[
            "struct file {\n    const char *name;\n};\nint open(const char *name, struct file *file);\n",
            "struct file {\n    const char *name;\n};\nint close(const char *name, struct file *file);\n",
        ],
    ),
    (
        "enumeration",
        "An enumeration, declared and defined",
        "Enumerations are compared in the second pass. A declaration has no values; the definition of its name replaces it.",
        3,
        &[
            "enum colour {\n    RED,\n    GREEN,\n    BLUE,\n};\n",
            "enum colour;\nstruct lamp {\n    enum colour *colour;\n};\n",
        ],
    ),
    (
        "bitfields",
        "Bit-fields",
        "A bit-field’s offset and width are part of its struct’s record. The field is one bit wider in unit 2, so both structs stay.",
        3,
        &[
            "struct flags {\n    unsigned int ready : 1;\n    unsigned int level : 3;\n};\n",
            "struct flags {\n    unsigned int ready : 1;\n    unsigned int level : 4;\n};\n",
        ],
    ),
    (
        "pages",
        "One name with two definitions",
        "Only struct stats differs, and only struct task refers to it. The fast path shares everything else, so the exact engine gets few types.",
        19,
        &[PAGES, PAGES_WITH_LONG_STATS],
    ),
    (
        "elf-note-info",
        "Modelled on struct elf_note_info",
        "Linux 6.1 has two structs of this name, for core dumps of 64-bit and of 32-bit programs. These units are modelled on them, with the difference one pointer and one struct further down. (In the kernel a member of elf_note_info itself differs: csigdata.)",
        11,
        &[ELF_NOTE_INFO, ELF_NOTE_INFO_COMPAT],
    ),
];

/// A few structs that lead to each other, and one beside them.
const PAGES: &str = "\
struct list {
    struct list *next;
    struct list *previous;
};
struct page {
    unsigned long flags;
    struct list list;
};
struct folio {
    struct page *page;
};
struct file {
    struct folio *folio;
    const char *name;
};
struct stats {
    int reads;
};
struct task {
    struct stats *stats;
};
";

/// The same, but one struct has another member.
const PAGES_WITH_LONG_STATS: &str = "\
struct list {
    struct list *next;
    struct list *previous;
};
struct page {
    unsigned long flags;
    struct list list;
};
struct folio {
    struct page *page;
};
struct file {
    struct folio *folio;
    const char *name;
};
struct stats {
    long reads;
};
struct task {
    struct stats *stats;
};
";

/// Modelled on the core dumps of 64-bit programs in Linux 6.1.
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

/// The same for 32-bit programs.
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
