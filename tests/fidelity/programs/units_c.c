#include "keep.h"
#include "units.h"

struct only_forward_in_a;
struct completed_in_b;
struct differs;
struct never_defined;
struct uses_forwards { struct only_forward_in_a *a; struct completed_in_b *b; struct differs *ambiguous; struct never_defined *never; };
KEEP struct uses_forwards uses_forwards;
KEEP common_alias common_c;

static NOINLINE int static_same(struct common *common, int value) { return common->count * value; }
int only_c(struct common *common, struct uses_forwards *forwards) { return static_same(common, 4) + (forwards->a != 0); }
PER_CPU static int static_per_cpu = 2;
