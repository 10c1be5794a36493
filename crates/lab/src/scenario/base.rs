//! Scenarios of split BTF: a base, and a module on it.

use super::Story;

pub const STORIES: &[Story] = &[
    (
        "module",
        "A module uses the kernel’s types",
        "The base is a kernel’s types, deduplicated already. The module includes the same header, so it brings copies of them. Each copy is replaced by the kernel’s type; only what is new stays, with ids that continue those of the base.",
        2,
        &[
            "struct list {\n    struct list *next;\n};\nstruct device {\n    struct list list;\n    const char *name;\n};\n",
            "struct list {\n    struct list *next;\n};\nstruct device {\n    struct list list;\n    const char *name;\n};\nstruct blinker {\n    struct device device;\n    unsigned int interval;\n};\n",
        ],
    ),
    (
        "only-declared",
        "The kernel declares, the module defines",
        "The kernel only declares struct item; the module defines it. Other modules share the kernel’s types, so the declaration there stays what it is. The definition stays in the module, and so does its copy of struct shelf, which leads to it.",
        3,
        &[
            "struct item;\nstruct shelf {\n    struct item *first;\n    int count;\n};\n",
            "struct item {\n    int weight;\n};\nstruct shelf {\n    struct item *first;\n    int count;\n};\n",
        ],
    ),
    (
        "kernel-defines",
        "The module declares, the kernel defines",
        "The other way round nothing has to change in the base: the module’s declaration is replaced by the kernel’s definition.",
        2,
        &[
            "struct clock {\n    long ticks;\n};\nstruct tower {\n    struct clock *clock;\n};\n",
            "struct clock;\nstruct watch {\n    struct clock *clock;\n    struct watch *next;\n};\n",
        ],
    ),
    (
        "distilled",
        "What a distilled base keeps",
        "The module contains a struct inode, points to a struct file, and uses the typedef access. Its distilled base keeps the names and sizes of both structs and the integer; the typedef has no size to be checked, so it moves into the module. See “Distilled base” beside the steps.",
        2,
        &[
            "struct list {\n    struct list *next;\n};\ntypedef unsigned int access;\nstruct inode {\n    access access;\n    struct list list;\n};\nstruct file {\n    struct inode *inode;\n    const char *name;\n};\n",
            "struct list {\n    struct list *next;\n};\ntypedef unsigned int access;\nstruct inode {\n    access access;\n    struct list list;\n};\nstruct file {\n    struct inode *inode;\n    const char *name;\n};\nstruct journal {\n    struct inode inode;\n    struct file *last;\n    access rights;\n};\n",
        ],
    ),
];
