// C++ without references: classes, inheritance, templates, namespaces.
#define KEEP __attribute__((used))
#define NOINLINE __attribute__((noinline, used))

namespace space {
struct inside { int a; };
namespace deeper { enum class colour : unsigned char { red, green = 7 }; }
using alias = inside *;
int free_function(inside *object, deeper::colour colour) { return object->a + int(colour); }
}
namespace { struct hidden { long h; }; NOINLINE int unnamed_space(hidden *object) { return object->h; } }

enum class wide : unsigned long long { low = 1, high = 0xffffffffffffffffull };
enum class narrow : signed char { minus = -1, plus = 1 };
enum plain { PLAIN_A, PLAIN_B = 3 };
enum opaque_enum : short;

struct base { int in_base; int method(int by); static int counted; static const int fixed = 5; };
struct second_base { long in_second; };
struct derived : base, second_base { char own; };
class with_virtual {
public:
	virtual int answer(int value);
	int open;
	struct nested { int n; nested *next; } first;
	enum kind { KIND_A, KIND_B } kind;
	typedef unsigned int nested_alias;
	nested_alias number;
protected:
	int guarded : 3;
private:
	mutable bool secret;
};
struct virtual_base : virtual base { int v; };
struct empty_class {};
struct declared_class;
struct with_constructor { int c; with_constructor(int value) : c(value) {} ~with_constructor() {} explicit operator bool() const { return c; } };
template <typename T, int N> struct array_of { T values[N]; T first() { return values[0]; } };
template <typename T> T largest(T a, T b) { return a > b ? a : b; }
template <typename... Ts> struct pack { int n; };
union overlapping { int i; struct { short low, high; }; };
struct null_holder { decltype(nullptr) null; wchar_t w; char16_t c16; char32_t c32; };

int base::counted = 1;
int base::method(int by) { return in_base + by; }
int with_virtual::answer(int value) { return value + open + secret; }
KEEP derived derived_object;
KEEP virtual_base *virtual_object;
KEEP empty_class empty_object;
KEEP array_of<int, 3> three;
KEEP array_of<space::inside *, 2> two;
KEEP pack<int, char *> packed_pack;
KEEP overlapping overlapped;
KEEP null_holder *holder;
KEEP opaque_enum *opaque_pointer;
KEEP declared_class *declared;
KEEP wide wide_value;
KEEP narrow narrow_value;
KEEP plain plain_value;
thread_local int per_thread = 1;

int overloaded(int value) { return value; }
int overloaded(long value) { return int(value) + 1; }
extern "C" int classes_use(with_virtual *object, space::alias inside)
{
	with_constructor made(3);
	return largest(object->open, 2) + int(largest(1.0, 2.0)) + three.first() + made.c + space::free_function(inside, space::deeper::colour::red) + unnamed_space(nullptr);
}
