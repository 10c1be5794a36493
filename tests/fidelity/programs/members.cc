// Pointers to members and a lambda, for which BTF has no kind.
#define KEEP __attribute__((used))

struct owner { int data; int method(int value) { return value + data; } };
struct holds_members {
	int before;
	int owner::*data;
	int (owner::*method)(int);
	int after;
};
KEEP holds_members holder;

extern "C" int members_use(holds_members *held, owner *object) { return object->*held->data + held->after; }
