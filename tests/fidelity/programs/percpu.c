/* Variables: per-CPU ones, global and static ones. */
#include "keep.h"

struct counter { long count; char name[8]; };
typedef struct counter counter_alias;
struct nothing {};

PER_CPU int per_cpu_first = 1;
PER_CPU static struct counter per_cpu_static = { 1, "name" };
PER_CPU counter_alias per_cpu_array[3] = { { 1 } };
PER_CPU volatile int per_cpu_volatile = 3;
PER_CPU void *per_cpu_pointer;
PER_CPU struct { int anonymous; } per_cpu_anonymous = { 2 };
PER_CPU int per_cpu_rows[2][3] = { { 1 } };
PER_CPU struct nothing per_cpu_nothing;
PER_CPU char per_cpu_last __attribute__((aligned(64)));
PER_CPU int __UNIQUE_ID_left_out = 1;
extern int per_cpu_declared;
extern PER_CPU int per_cpu_declared_first;
PER_CPU int per_cpu_declared_first = 5;
__attribute__((section(".data..percpu..first"), used)) int per_cpu_other_section = 1;

int global_zero;
KEEP int global_data = 1;
KEEP const int global_constant = 2;
KEEP static volatile long static_data = 3;
KEEP const char *const global_text = "text";
KEEP struct counter global_counter;
KEEP int global_array[5] = { 1 };
extern struct counter declared_elsewhere;
static __thread int thread_local_one = 1;

int percpu_use(int delta)
{
	PER_CPU static int per_cpu_in_function = 1;
	static int static_in_function = 1;

	per_cpu_in_function += delta;
	static_in_function += delta;
	global_zero += static_in_function;
	return per_cpu_first + per_cpu_in_function + global_zero + thread_local_one;
}
