struct common { int count; struct common *next; enum common_state { STATE_A, STATE_B } state; };
typedef struct common common_alias;
extern int shared_per_cpu;
int shared_function(struct common *common, common_alias *alias);
static inline int common_inline(struct common *common) { return common->count; }
