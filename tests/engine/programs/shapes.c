#include "shapes.h"

#define KEEP __attribute__((used))
#define PER_CPU __attribute__((section(".data..percpu")))

KEEP struct bits bits;
KEEP struct packed packed;
KEEP struct flexible *flexible;
KEEP struct empty_tail empty_tail;
KEEP struct arrays arrays;
KEEP enum signs signs;
KEEP enum bytes bytes;
KEEP enum wide wide;
KEEP enum wide_signs wide_signs;
KEEP enum small small;
KEEP union number number;
KEEP struct floats floats;
KEEP struct qualified *qualified;
KEEP struct outer outer;

KEEP PER_CPU int per_cpu_count = 1;
KEEP PER_CPU static struct list per_cpu_list;
KEEP PER_CPU u64 per_cpu_times[4] = { 1 };

#ifdef __SIZEOF_INT128__
struct big {
	__int128 s;
	unsigned __int128 u;
};
KEEP struct big big;
#endif

/* Its size is the architecture's choice, so no struct. */
KEEP long double *long_double;

int variadic(const char *format, ...)
{
	return format[0];
}

static KEEP __attribute__((noinline)) int hidden(struct list *list, u8 byte)
{
	return list->next == list ? byte : 0;
}

int entry(struct outer *outer, struct operations *operations, enum signs signs)
{
	struct list list = { &list, 0 };

	if (operations->ready())
		return operations->open(operations, "name") + signs;
	return other(outer, bits, outer->level) + hidden(&list, 3);
}
