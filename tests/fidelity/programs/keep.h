#define KEEP __attribute__((used))
#define NOINLINE __attribute__((noinline, used))
#define PER_CPU __attribute__((section(".data..percpu"), used))
#if defined(__has_attribute)
#define HAS(attribute) __has_attribute(attribute)
#else
#define HAS(attribute) 0
#endif
