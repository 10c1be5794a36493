// The source of inventory.o, which the examples of the crate's documentation read:
//     gcc -g -gz=zlib -Os -c -fno-asynchronous-unwind-tables -fdebug-prefix-map=$PWD=. inventory.c -o inventory.o

enum state { STATE_FREE, STATE_SOLD };

typedef unsigned int count_t;

struct item {
	struct item *next;
	char name[16];
	char shelf;
	count_t count;
	unsigned int fragile : 1;
	enum state state : 3;
};

struct item item;

int sell(struct item *sold, const char *note, ...)
{
	if (!sold->count)
		return -1;
	sold->state = STATE_SOLD;
	return --sold->count;
}
