/* A unit in C beside one in Rust, which the kernel build leaves out. */
#include "keep.h"

struct beside { int a; struct beside *b; };
KEEP struct beside beside;
extern _Bool kinds(const void *single, const void *never, const void *pointer);
int beside_use(struct beside *b) { return kinds(b, b, b) + b->a; }
