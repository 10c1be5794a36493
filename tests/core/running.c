// Loads each program of a BPF object into the running kernel, alone, and attaches none: `running OBJECT`. As root.
//
// For each program it prints "@program NAME", what libbpf and the verifier say, and "@end ERROR". A program of a struct_ops map is
// loaded with the map that contains it, which is not registered. Each load is a process.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int log_line(enum libbpf_print_level level, const char *format, va_list list)
{
	return level == LIBBPF_WARN ? vprintf(format, list) : 0;
}

// Loaders set what an object leaves open: how many entries a map has, and how large a stack is.
static void complete(struct bpf_map *map)
{
	enum bpf_map_type type = bpf_map__type(map);

	bpf_map__set_pin_path(map, NULL);
	if (type == BPF_MAP_TYPE_STACK_TRACE && !bpf_map__value_size(map))
		bpf_map__set_value_size(map, 127 * 8);
	if (bpf_map__max_entries(map))
		return;
	switch (type) {
	case BPF_MAP_TYPE_RINGBUF:
	case BPF_MAP_TYPE_USER_RINGBUF:
		bpf_map__set_max_entries(map, 4096);
		break;
	case BPF_MAP_TYPE_PERF_EVENT_ARRAY:
	case BPF_MAP_TYPE_TASK_STORAGE:
	case BPF_MAP_TYPE_SK_STORAGE:
	case BPF_MAP_TYPE_INODE_STORAGE:
	case BPF_MAP_TYPE_CGRP_STORAGE:
	case BPF_MAP_TYPE_CGROUP_STORAGE:
	case BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE:
		break;
	default:
		bpf_map__set_max_entries(map, 1);
	}
}

static void load(const char *path, const char *name)
{
	printf("@program %s\n", name);
	fflush(stdout);
	if (fork()) {
		int status = 0;

		wait(&status);
		if (!WIFEXITED(status))
			printf("@end killed\n");
		return;
	}
	struct bpf_object *object = bpf_object__open_file(path, NULL);
	struct bpf_program *program;
	struct bpf_map *map;

	if (!object)
		exit(1);
	bpf_object__for_each_program(program, object)
		bpf_program__set_autoload(program, !strcmp(bpf_program__name(program), name));
	program = bpf_object__find_program_by_name(object, name);
	bpf_object__for_each_map(map, object) {
		complete(map);
		if (bpf_map__type(map) != BPF_MAP_TYPE_STRUCT_OPS)
			continue;
		// Its value has a pointer to each of its programs.
		size_t size = 0;
		void **value = bpf_map__initial_value(map, &size);
		int has = 0;

		for (size_t at = 0; value && at < size / sizeof(*value); at++)
			has |= value[at] == program;
		bpf_map__set_autocreate(map, has);
	}
	printf("@end %d\n", bpf_object__load(object));
	exit(0);
}

int main(int argc, char **argv)
{
	struct bpf_program *program;

	if (argc != 2) {
		fprintf(stderr, "usage: running OBJECT\n");
		return 2;
	}
	libbpf_set_print(NULL);
	struct bpf_object *object = bpf_object__open_file(argv[1], NULL);

	libbpf_set_print(log_line);
	if (!object)
		return 0;
	bpf_object__for_each_program(program, object)
		if (bpf_program__type(program) != BPF_PROG_TYPE_EXT)
			load(argv[1], bpf_program__name(program));
	return 0;
}
