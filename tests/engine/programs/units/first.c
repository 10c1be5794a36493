#include "shared.h"

/* The same name as in the other unit, and another type. */
struct own { char text[16]; struct point places[4][2]; };
struct hidden { int secret; struct own *owner; volatile u64 *const clock; };
struct ring { struct ring *self[3]; struct ring **(*table)[2]; } ring;

struct own own_first;
enum wide wide_first = HUGE;
__attribute__((section(".data..percpu"), used)) int per_cpu_first = 4;
__attribute__((section(".data..percpu"), used)) struct point per_cpu_point;

static __attribute__((noinline)) int helper(struct own *own, int at)
{
	return own->places[at & 3][1].x + own->text[at & 15];
}

__attribute__((noinline)) int visit(struct list *one, struct hidden *what)
{
	return weigh(&one->place, what->secret) + helper(&own_first, what->secret) + count_up(one->color);
}

__attribute__((used)) void _start(void)
{
	list_t list = { 0 };
	struct hidden what = { .secret = (int)wide_first };
	/* Types that only a variable in a function, or in a block, has. */
	struct local { int a; struct { long b; } c; } local = { 1, { 2 } };

	if (list.flag) {
		volatile struct deeper { struct local *up; short d[3]; } deeper = { &local, { 0 } };
		(void)deeper.d;
	}
	list.place.x = visit(&list, &what);
	*(volatile int *)&list.number = walk_list(&list, visit, 7);
	for (;;)
		;
}
