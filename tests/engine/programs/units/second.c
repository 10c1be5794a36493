#include "shared.h"

struct own { struct list *all; callback_t each; struct own *self[3]; long limit; };

__attribute__((section(".data..percpu"), used)) struct own per_cpu_own = { 0 };
static struct own spare;
static int calls;

/* Called from the other unit through `count_up`, which link-time optimisation may inline there. */
static __attribute__((noinline)) int deep_inside(struct own *own, int by)
{
	calls += by;
	return own->limit > calls ? calls : by;
}

int count_up(int by)
{
	return deep_inside(by > 3 ? &per_cpu_own : &spare, by);
}

static __attribute__((noinline)) int helper(struct own *own, long limit)
{
	return own->each(own->all, 0) + (int)limit;
}

__attribute__((noinline)) int walk_list(list_t *all, callback_t each, long limit)
{
	struct own own = { all, each, { 0 }, limit };

	per_cpu_own.all = all;
	return helper(&own, limit) + weigh(&all->place, 3);
}
