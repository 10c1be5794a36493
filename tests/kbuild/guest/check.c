// SPDX-License-Identifier: MIT OR Apache-2.0
/*
 * Asks a kernel what it says of BTF. One line for each question on standard output:
 *
 *	@btfscope QUESTION NAME ANSWER
 *
 *	check programs		load and run the BPF programs, compare what they saw with what is so
 *	check load FILE...	BPF_BTF_LOAD of each file
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "results.h"
#include "probe.skel.h"

static int failed;

static void answer(const char *question, const char *name, const char *format, ...)
{
	va_list rest;

	printf("@btfscope %s %s ", question, name);
	va_start(rest, format);
	vprintf(format, rest);
	va_end(rest);
	putchar('\n');
	fflush(stdout);
}

static void expect(const char *name, long long seen, long long wanted)
{
	if (seen == wanted) {
		answer("program", name, "ok %lld", seen);
	} else {
		failed = 1;
		answer("program", name, "wrong: %lld instead of %lld", seen, wanted);
	}
}

static void expect_text(const char *name, const char *seen, const char *wanted)
{
	if (!strcmp(seen, wanted)) {
		answer("program", name, "ok %s", seen);
	} else {
		failed = 1;
		answer("program", name, "wrong: %s instead of %s", seen, wanted);
	}
}

/* A child that waits until `go` is closed and then becomes the shell's `true`, named so. */
static pid_t child(int go[2])
{
	pid_t pid = fork();
	char byte;

	if (pid)
		return pid;
	close(go[1]);
	if (read(go[0], &byte, 1) == 0)
		execl("/bin/busybox", "true", NULL);
	_exit(1);
}

static int write_text(const char *path, const char *text)
{
	int file = open(path, O_WRONLY);
	ssize_t written = file < 0 ? -1 : write(file, text, strlen(text));

	if (file >= 0)
		close(file);
	return written < 0 ? -errno : 0;
}

static int programs(void)
{
	struct probe *probe = probe__open_and_load();
	struct results *results;
	int go[2], status, error;
	pid_t pid;

	if (!probe) {
		answer("program", "load", "refused: %s", strerror(errno));
		return 1;
	}
	answer("program", "load", "ok");
	results = &probe->bss->results;
	error = probe__attach(probe);
	if (error) {
		answer("program", "attach", "refused: %s", strerror(-error));
		return 1;
	}
	answer("program", "attach", "ok");

	if (pipe(go) || (pid = child(go)) < 0)
		return 1;
	results->wanted_pid = pid;
	close(go[0]);
	close(go[1]);
	waitpid(pid, &status, 0);
	expect("exec-count", results->execs, 1);
	expect("exec-pid", results->pid, pid);
	expect("exec-parent", results->parent_tgid, getpid());
	/* The name is that of the file: busybox. */
	expect_text("exec-comm", results->comm, "busybox");
	expect("kfunc-of-kernel", results->found_pid, pid);
	expect("enum-value", results->pidtype_sid, 3);
	expect("field-absent", results->absent, 1);
	answer("size", "task_struct", "%u %llu", results->task_size, results->comm_offset);

	status = system("/bin/busybox ip link add seen7 type dummy");
	expect("device-made", status, 0);
	expect("device-count", results->devices, 1);
	expect_text("device-name", results->device, "seen7");
	expect("device-mtu", results->mtu, 1500);

	error = write_text("/sys/module/btfscope_demo/parameters/trigger", "40");
	expect("module-trigger", error, 0);
	expect("module-count", results->sums, 1);
	expect("module-left", results->left, 40);
	expect("module-right", results->right, 2);
	expect("module-sum", results->sum, 42);
	expect("module-task", results->task_pid, getpid());
	expect("kfunc-of-module", results->twice, 84);
	probe__destroy(probe);
	return failed;
}

static void *read_whole(const char *path, size_t *size)
{
	struct stat there;
	char *bytes = NULL;
	int file = open(path, O_RDONLY);

	if (file < 0 || fstat(file, &there))
		return NULL;
	*size = there.st_size;
	bytes = malloc(*size + 1);
	if (bytes && read(file, bytes, *size) != (ssize_t)*size) {
		free(bytes);
		bytes = NULL;
	}
	close(file);
	return bytes;
}

/* The last line of the log that says something. */
static const char *verdict(char *log)
{
	char *end = log + strlen(log), *line;

	while (end > log && (end[-1] == '\n' || end[-1] == ' '))
		*--end = 0;
	line = strrchr(log, '\n');
	return line ? line + 1 : log;
}

static void load(const char *path)
{
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	static char log[4 << 20];
	size_t size = 0;
	void *bytes = read_whole(path, &size);
	LIBBPF_OPTS(bpf_btf_load_opts, options);
	int btf;

	if (!bytes) {
		answer("load", name, "unreadable: %s", strerror(errno));
		return;
	}
	btf = bpf_btf_load(bytes, size, &options);
	if (btf >= 0) {
		answer("load", name, "ok %zu bytes", size);
		close(btf);
	} else {
		int error = errno;

		log[0] = 0;
		options.log_level = 1;
		options.log_buf = log;
		options.log_size = sizeof(log);
		btf = bpf_btf_load(bytes, size, &options);
		answer("load", name, "refused: %s: %s", strerror(error), verdict(log));
		if (btf >= 0)
			close(btf);
	}
	free(bytes);
}

int main(int count, char **words)
{
	if (count > 1 && !strcmp(words[1], "programs"))
		return programs();
	if (count > 2 && !strcmp(words[1], "load")) {
		for (int i = 2; i < count; i++)
			load(words[i]);
		return 0;
	}
	fprintf(stderr, "usage: check programs | check load FILE...\n");
	return 2;
}
