struct list { struct list *next; int value; };
typedef unsigned long count_t;
struct other { struct list list; double ratio; };
struct other other;
static int helper(struct list *list, count_t count) { return list->value - (int)count; }
int main(void) { return helper(&other.list, 3); }
