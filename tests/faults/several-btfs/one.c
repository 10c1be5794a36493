/* x86-64: gcc -gbtf -c one.c two.c && ld -r one.o two.o -o x86-64.o; s390x: the same with s390x-linux-gnu-gcc and -ld. */
struct list { struct list *next; int value; };
enum colour { RED, GREEN };
typedef unsigned long count_t;
struct bits { unsigned a : 3, b : 5; };
enum colour colour;
struct bits bits;
int shared(struct list *list, count_t count) { return list->value + (int)count; }
