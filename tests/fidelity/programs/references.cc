// References; with -DPLAIN pointers in their place.
#define KEEP __attribute__((used))
#ifdef PLAIN
#define REF(type) type *
#define RVALUE(type) type *
#else
#define REF(type) type &
#define RVALUE(type) type &&
#endif

struct target { int x; target *next; };
typedef REF(target) target_reference;
struct holder {
	REF(int) number;
	REF(const target) constant;
	RVALUE(target) moved;
	target_reference named;
	REF(target *) pointer;
	void (*function)(REF(target), RVALUE(int));
};
KEEP holder *held;

extern "C" int takes_reference(REF(target) object, REF(const int) number) { return 1; }
extern "C" int takes_moved(RVALUE(target) object, int plain) { return plain; }
extern "C" int returns_nothing(holder *h) { return h != nullptr; }
