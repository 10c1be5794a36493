// Kernels of the crate's documentation, compiled by
//   clang -target bpf -g -O2 -c kernel.c -o old.o; clang -target bpf -g -O2 -DNEW -c kernel.c -o new.o
// and objcopy -O binary --only-section=.BTF --set-section-flags .BTF=alloc old.o old.btf, and the same for new.
struct run_queue {
#ifdef NEW
	int queued;
#else
	int waiting;
#endif
	long cpu;
};

int pick_next(struct run_queue *queue)
{
	return (int)queue->cpu;
}
