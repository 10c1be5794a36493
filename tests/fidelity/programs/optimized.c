/* Functions whose parameters or bodies the optimiser changes. */
#include "keep.h"
#define SOLID __attribute__((noinline))

struct pair { long a, b; };
struct triple { long a, b, c; };
struct tight { char a; long b; } __attribute__((packed));
extern void escape(const void *);
extern int opaque(int);
extern void fails(int) __attribute__((cold));

static SOLID int reads_member(struct pair *pair) { return opaque(pair->a); }
static SOLID int unused_last(int used, int unused) { return opaque(used); }
static SOLID int unused_first(int unused, int used) { return opaque(used); }
static SOLID int unused_middle(int a, int unused, int b) { return opaque(a) + b; }
static SOLID int always_three(int value, int three) { return opaque(value) * three + three; }
static SOLID int no_result(int value) { escape(&value); return value; }
static SOLID int by_value(struct triple triple, int factor) { return opaque(triple.b) * factor; }
static SOLID int two_registers(struct pair pair, int factor) { return opaque(pair.b) * factor; }
static SOLID int tight_argument(struct tight tight, int a, int b, int c, int d, int e, int f, struct tight last)
{
	return opaque(tight.a) + a + b + c + d + e + f + last.b;
}
static SOLID int seven(int a, int b, int c, int d, int e, int f, int g, struct pair last)
{
	return opaque(a) + b + c + d + e + f + g + last.a;
}
static SOLID int floats_between(int a, float b, int c, double d) { return opaque(a) + b + c + d; }

/* Constants that DWARF writes as numbers and as bytes. */
static SOLID int always_half(int value, double half) { return opaque(value) * half; }
static SOLID int always_first(struct pair pair, int value) { return opaque(value) + pair.a; }
static SOLID int always_name(int value, const char *name) { escape(name); return opaque(value); }

int splits(int value, struct pair *pair)
{
	if (__builtin_expect(value < 0, 0)) {
		fails(value);
		pair->a = opaque(value);
		fails(pair->b);
	}
	return value + pair->b;
}

static int part_of(struct pair *pair, int value)
{
	if (!pair->a)
		return 0;
	for (int i = 0; i < value; i++) {
		escape(pair);
		opaque(pair->b);
		opaque(i);
	}
	fails(value);
	return opaque(value);
}

int uses_part_once(struct pair *pair) { return part_of(pair, 4) + opaque(1); }
int uses_part_twice(struct pair *pair) { return part_of(pair, 5) + opaque(2); }
int uses_part_again(struct pair *pair, int n) { return part_of(pair, n); }

int uses(struct pair *pair, struct triple *triple, struct tight *tight)
{
	int sum = reads_member(pair) + unused_last(1, 2) + unused_first(3, 4) + unused_middle(5, 6, 7);

	sum += always_three(sum, 3) + always_three(8, 3) + by_value(*triple, sum) + two_registers(*pair, sum);
	no_result(sum);
	sum += tight_argument(*tight, 1, sum, 3, 4, 5, 6, *tight) + seven(sum, 2, 3, 4, 5, 6, sum, *pair);
	sum += always_half(sum, 0.5) + always_half(sum + 1, 0.5) + always_name(sum, "name") + always_name(3, "name");
	sum += always_first((struct pair){ 1, 2 }, sum) + always_first((struct pair){ 1, 2 }, 3);
	return sum + floats_between(sum, sum, 2, sum);
}

int uses_more(struct pair *pair, int value)
{
	return reads_member(pair + 1) + always_three(value, 3) + unused_last(value, value) + unused_first(value, value);
}
