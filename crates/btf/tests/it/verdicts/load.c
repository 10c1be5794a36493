// SPDX-License-Identifier: MIT OR Apache-2.0
/* Asks the kernel what it says of BTF: load FILE, where FILE has the length of each BTF (4 bytes) and the BTF.
 *
 * A line says which kernel it is, and one for each BTF "N ok" or "N ERROR last line of the log". As the first
 * process of a guest it reads /cases and turns the guest off. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

static char text[1 << 24];

static int load(const void *bytes, unsigned len, int with_log)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.btf = (unsigned long)bytes;
	attr.btf_size = len;
	if (with_log) {
		memset(text, 0, sizeof(text));
		attr.btf_log_buf = (unsigned long)text;
		attr.btf_log_size = sizeof(text) - 1;
		attr.btf_log_level = 1;
	}
	return syscall(SYS_bpf, BPF_BTF_LOAD, &attr, sizeof(attr));
}

/* The last line, with single spaces. */
static char *last_line(void)
{
	size_t len = strlen(text);
	char *line, *from, *to;

	while (len && strchr("\n ", text[len - 1]))
		text[--len] = 0;
	line = strrchr(text, '\n');
	line = line ? line + 1 : text;
	for (from = to = line; *from; from++) {
		if (*from == '\t')
			*from = ' ';
		if (*from != ' ' || (to > line && to[-1] != ' '))
			*to++ = *from;
	}
	*to = 0;
	return line;
}

int main(int count, char **args)
{
	const char *name = getpid() == 1 ? "/cases" : count == 2 ? args[1] : "";
	FILE *file = fopen(name, "rb");
	struct utsname kernel;
	unsigned len;

	if (!file)
		return 2;
	uname(&kernel);
	printf("\nkernel %s %s\n", kernel.release, kernel.machine);
	for (int at = 0; fread(&len, sizeof(len), 1, file) == 1; at++) {
		char *bytes = malloc(len ? len : 1);
		int fd;

		if (!bytes || fread(bytes, 1, len, file) != len)
			return 3;
		fd = load(bytes, len, 0);
		if (fd >= 0) {
			printf("%d ok\n", at);
			close(fd);
		} else {
			const char *error = strerrorname_np(errno);

			load(bytes, len, 1);
			printf("%d %s %s\n", at, error, last_line());
		}
		free(bytes);
	}
	puts("end");
	fflush(stdout);
	if (getpid() == 1) {
		sleep(1);
		reboot(RB_AUTOBOOT);
	}
	return 0;
}
