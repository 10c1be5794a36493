/* Qualifiers, pointers, function types. */
#include "keep.h"

struct target { int x; };
typedef const struct target const_target;
typedef volatile const_target both_target;
typedef int function_type(const char *format, ...);
typedef function_type *function_pointer;
typedef int (*returns_pointer(int))(void);
typedef void (*signal_handler)(int);
typedef signal_handler (*sets_handler)(int, signal_handler);
typedef const int constant_array[4];

struct qualified {
	const int a;
	volatile int b;
	const volatile int c;
	volatile const int d;
	int *const e;
	const int *f;
	const int *const *volatile g;
	char *__restrict h;
	char *const __restrict i;
	const_target j;
	both_target *k;
	const both_target *l;
	const constant_array m;
	const volatile void *n;
	void *const volatile *o;
	int ****deep;
};
struct operations {
	function_type *format;
	function_pointer same;
	returns_pointer *chooses;
	sets_handler sets;
	int (*takes_array)(int values[4], const char name[]);
	int (*takes_function)(int callback(void *, int), void *);
	void (*no_arguments)();
	const struct target *(*returns_const)(volatile struct target *const);
	struct target (*by_value)(struct target, union { int a; } *);
	int (*(*nested)(int (*)(long), ...))(struct operations *);
};
KEEP struct qualified *qualified;
KEEP struct operations operations;
KEEP function_type format_function;

int format_function(const char *format, ...)
{
	return format[0];
}

const char *qualifiers_use(const char *__restrict text, char *const *volatile list, const int number)
{
	return number ? text : *list;
}
