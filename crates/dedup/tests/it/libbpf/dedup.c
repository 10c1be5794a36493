// SPDX-License-Identifier: MIT OR Apache-2.0
/* Deduplicates BTF files with a libbpf that is loaded at run time: dedup LIBBPF.so [=] FILE...
 *
 * With "=" all hashes collide. FILE.base, where there is one, is the base of FILE; FILE.ext its .BTF.ext. The
 * result goes to FILE.out (and FILE.ext.out), or the error as a number to FILE.err. A line per file gives the seconds
 * of btf__dedup. */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct dedup_opts { /* of libbpf's public header */
	size_t sz;
	void *btf_ext;
	char force_collisions;
};

static char *path(const char *file, const char *suffix)
{
	static char text[4096];
	snprintf(text, sizeof(text), "%s%s", file, suffix);
	return text;
}

static void *contents(const char *name, unsigned *len)
{
	FILE *file = fopen(name, "rb");
	if (!file)
		return NULL;
	fseek(file, 0, SEEK_END);
	*len = ftell(file);
	rewind(file);
	char *bytes = malloc(*len + 1);
	if (fread(bytes, 1, *len, file) != *len)
		exit(3);
	fclose(file);
	return bytes;
}

static void put(const char *name, const void *bytes, unsigned len)
{
	FILE *file = fopen(name, "wb");
	if (!file || fwrite(bytes, 1, len, file) != len || fclose(file))
		exit(4);
}

int main(int count, char **args)
{
	void *lib = count > 1 ? dlopen(args[1], RTLD_NOW) : NULL;
	if (!lib) {
		fprintf(stderr, "%s\n", dlerror());
		return 2;
	}
	void *(*new_btf)(const void *, unsigned, void *) = dlsym(lib, "btf__new_split");
	void *(*new_ext)(const void *, unsigned) = dlsym(lib, "btf_ext__new");
	int (*dedup)(void *, struct dedup_opts *) = dlsym(lib, "btf__dedup");
	const void *(*raw)(void *, unsigned *) = dlsym(lib, "btf__raw_data");
	const void *(*raw_ext)(void *, unsigned *) = dlsym(lib, "btf_ext__raw_data");
	void (*free_btf)(void *) = dlsym(lib, "btf__free");
	void (*free_ext)(void *) = dlsym(lib, "btf_ext__free");
	void *(*set_print)(void *) = dlsym(lib, "libbpf_set_print");

	set_print(NULL);
	char collide = count > 2 && !strcmp(args[2], "=");
	for (int at = 2 + collide; at < count; at++) {
		const char *file = args[at];
		unsigned len;
		void *bytes, *base = NULL, *ext = NULL, *btf;
		int error = 0;
		if ((bytes = contents(path(file, ".base"), &len)))
			base = new_btf(bytes, len, NULL), free(bytes);
		if ((bytes = contents(path(file, ".ext"), &len)))
			ext = new_ext(bytes, len), free(bytes);
		if (!(bytes = contents(file, &len)))
			return 5;
		errno = 0;
		btf = new_btf(bytes, len, base);
		free(bytes);
		if (!btf) {
			error = errno ? -errno : -1;
		} else {
			struct dedup_opts opts = { sizeof(opts), ext, collide };
			clock_t start = clock();
			error = dedup(btf, &opts);
			printf("%s %.3f\n", file, (double)(clock() - start) / CLOCKS_PER_SEC);
		}
		if (error) {
			char text[32];
			put(path(file, ".err"), text, sprintf(text, "%d\n", error));
		} else {
			const void *out = raw(btf, &len);
			put(path(file, ".out"), out, len);
			if (ext) {
				out = raw_ext(ext, &len);
				put(path(file, ".ext.out"), out, len);
			}
		}
		if (btf)
			free_btf(btf);
		if (ext)
			free_ext(ext);
		if (base)
			free_btf(base);
	}
	return 0;
}
