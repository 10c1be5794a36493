// Pointers to members, for which BTF has no kind; with -DPLAIN what they are made of.
#define KEEP __attribute__((used))

struct owner { int data; const char *text; int method(int value) { return value + data; } };
#ifdef PLAIN
typedef long to_text;
struct holds_members {
	int before;
	long data;
	struct { int (*__pfn)(owner *, int); long __delta; } method;
	struct { void (*__pfn)(const owner *); long __delta; } constant;
	to_text texts[2];
	int after;
};
#else
typedef const char *owner::*to_text;
struct holds_members {
	int before;
	int owner::*data;
	int (owner::*method)(int);
	void (owner::*constant)() const;
	to_text texts[2];
	int after;
};
#endif
KEEP holds_members holder;
KEEP owner owned;

extern "C" int members_use(holds_members *held, owner *object) { return object->data + held->after; }
