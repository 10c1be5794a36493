/* What functions hold and how they are declared. Types whose name begins with local_ have block scope. */
#include "keep.h"

struct shared { int x; long y; };
struct only_in_prototype;

int old_style(a, b, c)
	int a;
	char *b;
	float c;
{
	return a + b[0] + (int)c;
}

int old_style_narrow(a, b)
	short a;
	unsigned char b;
{
	return a + b;
}

void nothing_at_all() {}
void no_parameters(void) {}
int variadic(const char *format, ...) { return format[0]; }
int unnamed_prototype(int, char *, struct only_in_prototype *);
int unnamed_prototype(int a, char *b, struct only_in_prototype *c) { return a + b[0] + (c != 0); }
struct shared returns_struct(int x) { return (struct shared){ x, x }; }
_Bool returns_bool(const struct shared *shared) { return shared->x; }
void (*returns_function(int which))(int) { return (void (*)(int))(long)which; }
static NOINLINE int hidden(struct shared *shared, int by) { return shared->x * by; }
static inline __attribute__((always_inline)) int inlined(int value)
{
	struct local_inlined { int v; } inside = { value };
	return inside.v + 1;
}
extern int declared_only(int number);
__attribute__((noreturn)) void never_returns(int code) { for (;;) code++; }
__attribute__((weak)) int weak_here(int value) { return value; }
int aliased(int value) __attribute__((alias("weak_here")));

int holds_types(int value)
{
	struct local_one { int a; struct local_inner { char b; } inner; } one = { value, { 1 } };
	enum local_enum { LOCAL_A = 4, LOCAL_B } choice = LOCAL_B;
	typedef unsigned long local_alias;
	local_alias sum = one.a + choice;

	for (int i = 0; i < value; i++) {
		struct local_block { local_alias values[3]; } block = { { i } };
		union local_union { int i; char c[4]; } both = { i };
		static struct local_static { int kept; } kept;

		kept.kept += both.i;
		sum += block.values[0] + one.inner.b + kept.kept;
	}
	{
		struct local_one { long other; } again = { sum };
		sum += again.other;
	}
	return sum + inlined(value);
}

int takes_many(int a, int b, int c, int d, int e, int f, int g, int h, struct shared i)
{
	return a + b + c + d + e + f + g + h + i.x;
}

int takes_packed(struct { char a; int b; } __attribute__((packed)) * p, int variable, int rows[variable])
{
	int sized[variable];

	sized[0] = p->b;
	return hidden((struct shared *)p, variable) + sized[0] + rows[0];
}
