#include "keep.h"
#include "units.h"

struct only_forward_in_a { int defined_in_b; struct completed_in_b *other; };
struct completed_in_b;
struct differs { int a; int b; };
struct same_twice { struct common *common; struct differs_inside { long in_b; } *inside; };
struct kind_differs { int a; };
enum enum_differs { DIFFERS_A, DIFFERS_B };
enum completed_enum { COMPLETED_A = 1 };
typedef long typedef_differs;
typedef struct { int anonymous_same; } anonymous_alias;
struct only_forward { struct never_defined *never; union never_union *other; };

struct refers_b { struct only_forward_in_a forward; struct differs differs; struct same_twice same; struct kind_differs u;
	enum enum_differs e; typedef_differs t; anonymous_alias x; enum completed_enum completed; struct only_forward f; };
KEEP struct refers_b refers_b;
KEEP struct common common_b;

static NOINLINE int static_same(struct common *common, int value) { return common->count - value; }
static NOINLINE int static_differs(long value, int other) { return value + other; }
static NOINLINE int static_names_differ(int in_b) { return in_b + 2; }
int weak_function(int strong_parameter) { return strong_parameter + 1; }
int shared_function(struct common *common, common_alias *alias) { return common_inline(common) + alias->count; }
int only_b(struct common *common) { return static_same(common, 1) + static_differs(2, 3) + static_names_differ(3) + shared_per_cpu; }
PER_CPU static long static_per_cpu = 1;
