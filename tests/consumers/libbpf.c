// Reads BTF with the libbpf that is named: libbpf LIBBPF.SO FILE. Prints how many types it found; every type is also
// written as C. It looks its functions up, so that one program asks every version.
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

typedef int print_fn(int level, const char *format, va_list args);

static int said;

static int print(int level, const char *format, va_list args)
{
	if (level == 0 && !said++)
		vfprintf(stderr, format, args);
	return 0;
}

static void drop(void *context, const char *format, va_list args)
{
	(void)context, (void)format, (void)args;
}

static void *need(void *lib, const char *name)
{
	void *found = dlsym(lib, name);
	if (!found) {
		fprintf(stderr, "no %s\n", name);
		exit(3);
	}
	return found;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	void *lib = dlopen(argv[1], RTLD_NOW);
	if (!lib) {
		fprintf(stderr, "%s\n", dlerror());
		return 3;
	}
	print_fn *(*set_print)(print_fn *) = need(lib, "libbpf_set_print");
	void *(*parse)(const char *, void *) = need(lib, "btf__parse_raw");
	unsigned (*count)(const void *) = need(lib, "btf__type_cnt");
	void *(*new)(const void *, void (*)(void *, const char *, va_list), void *, void *) =
		need(lib, "btf_dump__new");
	int (*dump)(void *, unsigned) = need(lib, "btf_dump__dump_type");
	set_print(print);
	void *btf = parse(argv[2], 0);
	if (!btf || (unsigned long)btf > -4096UL) {
		fprintf(stderr, " (btf__parse_raw fails)\n");
		return 1;
	}
	void *out = new(btf, drop, 0, 0);
	for (unsigned id = 1; id < count(btf); id++)
		if (dump(out, id)) {
			fprintf(stderr, " (btf_dump__dump_type fails for type %u)\n", id);
			return 1;
		}
	printf("%u\n", count(btf) - 1);
	return 0;
}
