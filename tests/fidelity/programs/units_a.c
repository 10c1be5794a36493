/* With units_b.c and units_c.c: the same names in several units. */
#include "keep.h"
#include "units.h"

struct only_forward_in_a;
struct completed_in_b { int here; };
struct differs { int a; };
struct same_twice { struct common *common; struct differs_inside { int in_a; } *inside; };
union kind_differs { int a; };
enum enum_differs { DIFFERS_A };
enum completed_enum;
typedef int typedef_differs;
typedef struct { int anonymous_same; } anonymous_alias;

struct refers_a { struct only_forward_in_a *forward; struct differs *differs; struct same_twice same; union kind_differs u;
	enum enum_differs e; typedef_differs t; anonymous_alias x; enum completed_enum *completed; struct completed_in_b c; };
KEEP struct refers_a refers_a;
KEEP struct common common_a;

static NOINLINE int static_same(struct common *common, int value) { return common->count + value; }
static NOINLINE int static_differs(int value) { return value + 1; }
static NOINLINE int static_names_differ(int in_a) { return in_a + 2; }
__attribute__((weak)) int weak_function(int weak_parameter) { return weak_parameter; }
__attribute__((weak)) int weak_alone(int value) { return value; }
int only_a(struct common *common, struct only_forward_in_a *forward) { return static_same(common, 1) + static_differs(2) + static_names_differ(3) + (forward != 0); }
int constant_differs(const int *value) { return *value; }
PER_CPU int shared_per_cpu = 1;
PER_CPU static int static_per_cpu = 1;
