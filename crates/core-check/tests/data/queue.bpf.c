// The sample of the crate's documentation, compiled by
//   clang -target bpf -g -O2 -fdebug-prefix-map=$PWD=. -c queue.bpf.c -o queue.bpf.o
struct run_queue {
	int waiting;
	long cpu;
} __attribute__((preserve_access_index));

__attribute__((section("fentry/pick_next"), used)) int length(unsigned long long *ctx)
{
	struct run_queue *queue = (void *)ctx[0];

	return queue->waiting;
}
