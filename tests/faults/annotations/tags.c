/*
 * gcc-16 -g -O2 -c tags.c                                          (gcc 16.2, for tags.o)
 * gcc-16 -g -O2 -fdebug-types-section -c tags.c -o type-units.o
 * pahole --btf_features=all,global_var --btf_encode_detached=tags.pahole-1.32.btf tags.o
 */
#define D(text) __attribute__((btf_decl_tag(text)))
#define T(text) __attribute__((btf_type_tag(text)))

struct s {
	int T("user") *p;
	int m D("member");
	int T("one") T("two") *q D("first") D("second");
	int T("inner") *T("outer") *nested;
	int bits : 3 D("bits");
} v;

union u {
	int T("user") *again;
	long b D("union_member");
} w D("variable");

D("function") D("function_two")
int f(int a D("a"), struct s T("trusted") *b D("b") D("b_two"), int c)
{
	int T("local") *l = b->p;

	return a + *l + c;
}

static inline D("inlined") int g(int a D("inlined_parameter")) { return a * 3; }
int h(int a) { return g(a) + g(a + 1); }
void *use = g;
