// Loads a BPF object with libbpf and without a kernel, and prints what libbpf decides:
//
//     loader [--module NAME=FILE]... [--types FILE] OBJECT
//
// libbpf speaks to the kernel through syscall(). This program has a syscall() of its own that answers bpf(): whatever is loaded or
// created succeeds, and the modules that have BTF are those named. The types of the kernel are those of /sys/kernel/btf/vmlinux, which
// the caller puts there. --types gives relocations other types, as btf_custom_path does.
//
// First all programs are relocated, with externs made weak and without what is looked up when a program is loaded. Then each
// program that attaches by BTF, and each struct_ops map, is loaded alone. Each load is a process, since the first error ends it.
#define _GNU_SOURCE
#include <bpf/libbpf.h>
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_MODULES 512
#define MOST_FILES 4096

static struct {
	char name[64];
	char *types;
	size_t len;
} modules[MOST_MODULES];
static unsigned int module_count;
// The module, counted from 1, whose types a file stands for.
static unsigned int module_of[MOST_FILES];
static const char *types_of_relocations;

static char *contents(const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat stat;

	if (fd < 0 || fstat(fd, &stat))
		return NULL;
	char *bytes = mmap(NULL, stat.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);

	close(fd);
	*len = stat.st_size;
	return bytes == MAP_FAILED ? NULL : bytes;
}

static unsigned int module_at(int fd) { return fd > 0 && fd < MOST_FILES ? module_of[fd] : 0; }

// A file that stands for what is loaded. libbpf replaces numbers below 3, which are free if this process has no standard input.
static int open_file(size_t size)
{
	int low = memfd_create("loaded", MFD_CLOEXEC);
	int fd = low < 0 ? low : fcntl(low, F_DUPFD_CLOEXEC, 3);

	close(low);
	if (fd < 0 || ftruncate(fd, size))
		return -1;
	if (fd < MOST_FILES)
		module_of[fd] = 0;
	return fd;
}

static int open_module(unsigned int number)
{
	int fd = number >= 1 && number <= module_count ? open_file(0) : -1;

	if (fd < 0 || fd >= MOST_FILES) {
		errno = ENOENT;
		return -1;
	}
	module_of[fd] = number;
	return fd;
}

// Says what a module's types are. libbpf asks twice: for their size, and for the bytes.
static int describe_module(unsigned int number, struct bpf_btf_info *info)
{
	if (!number)
		return 0;
	char *to = (char *)(long)info->btf, *name = (char *)(long)info->name;
	size_t len = modules[number - 1].len;

	if (to)
		memcpy(to, modules[number - 1].types, info->btf_size < len ? info->btf_size : len);
	if (name)
		snprintf(name, info->name_len, "%s", modules[number - 1].name);
	info->btf_size = len;
	info->id = number;
	info->kernel_btf = 1;
	return 0;
}

static int answer_bpf(int command, union bpf_attr *attr)
{
	size_t size = 4096;
	unsigned int number;

	switch (command) {
	case BPF_PROG_LOAD:
		number = module_at(attr->attach_btf_obj_fd);
		if (attr->attach_btf_id)
			printf("@attached %u %s\n", attr->attach_btf_id, number ? modules[number - 1].name : "vmlinux");
		break;
	case BPF_BTF_GET_NEXT_ID:
		if (attr->start_id >= module_count) {
			errno = ENOENT;
			return -1;
		}
		attr->next_id = attr->start_id + 1;
		return 0;
	case BPF_BTF_GET_FD_BY_ID:
		return open_module(attr->btf_id);
	case BPF_OBJ_GET_INFO_BY_FD:
		return describe_module(module_at(attr->info.bpf_fd), (struct bpf_btf_info *)(long)attr->info.info);
	case BPF_MAP_CREATE:
		if (attr->map_type == BPF_MAP_TYPE_STRUCT_OPS)
			printf("@created %s\n", attr->map_name);
		// The contents of data sections are mapped.
		size += (size_t)((attr->value_size + 7) / 8 * 8) * attr->max_entries;
		break;
	case BPF_MAP_LOOKUP_ELEM:
	case BPF_OBJ_GET:
		errno = ENOENT;
		return -1;
	case BPF_BTF_LOAD:
	case BPF_LINK_CREATE:
	case BPF_RAW_TRACEPOINT_OPEN:
		break;
	default:
		return 0;
	}
	return open_file(size > (64u << 20) ? 64u << 20 : size);
}

long syscall(long number, ...)
{
	static long (*real)(long, ...);
	va_list list;
	long args[6];

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		args[i] = va_arg(list, long);
	va_end(list);
	if (number == __NR_bpf)
		return answer_bpf((int)args[0], (union bpf_attr *)args[1]);
	if (!real)
		real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	return real(number, args[0], args[1], args[2], args[3], args[4], args[5]);
}

static int log_line(enum libbpf_print_level level, const char *format, va_list list)
{
	return vprintf(format, list);
}

// Makes all externs weak, so that none of them ends the load.
static void weaken(char *file, size_t len)
{
	Elf64_Ehdr *header = (Elf64_Ehdr *)file;

	if (len < sizeof(*header) || header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB)
		return;
	Elf64_Shdr *section = (Elf64_Shdr *)(file + header->e_shoff);

	for (int i = 0; i < header->e_shnum; i++) {
		if (section[i].sh_type != SHT_SYMTAB)
			continue;
		Elf64_Sym *symbol = (Elf64_Sym *)(file + section[i].sh_offset);

		for (size_t n = section[i].sh_size / sizeof(*symbol); n; n--, symbol++)
			if (symbol->st_shndx == SHN_UNDEF && symbol->st_info == ELF64_ST_INFO(STB_GLOBAL, STT_NOTYPE))
				symbol->st_info = ELF64_ST_INFO(STB_WEAK, STT_NOTYPE);
	}
}

static int attaches_by_btf(const struct bpf_program *program)
{
	enum bpf_prog_type type = bpf_program__type(program);

	return type == BPF_PROG_TYPE_TRACING || type == BPF_PROG_TYPE_LSM || type == BPF_PROG_TYPE_EXT;
}

// Loads all programs for their relocations, or one program for its target, or one map.
static void load(const char *file, size_t len, const char *only, const char *only_map)
{
	fflush(stdout);
	if (fork()) {
		wait(NULL);
		return;
	}
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = "object", .btf_custom_path = types_of_relocations);
	struct bpf_object *object = bpf_object__open_mem(file, len, &options);
	struct bpf_program *program;
	struct bpf_map *map;

	printf("@%s %s\n", only_map ? "map" : "load", only_map ? only_map : only ? only : "");
	if (!object)
		exit(1);
	bpf_object__for_each_program(program, object) {
		int wanted = only_map ? 0 : !only || !strcmp(bpf_program__name(program), only);

		bpf_program__set_autoload(program, wanted);
		if (!only && !only_map && (attaches_by_btf(program) || bpf_program__type(program) == BPF_PROG_TYPE_STRUCT_OPS))
			bpf_program__set_type(program, BPF_PROG_TYPE_SYSCALL);
	}
	bpf_object__for_each_map(map, object)
		if (bpf_map__type(map) == BPF_MAP_TYPE_STRUCT_OPS)
			bpf_map__set_autocreate(map, only_map && !strcmp(bpf_map__name(map), only_map));
	printf("@end %d\n", bpf_object__load(object));
	exit(0);
}

// Adds a module, given as NAME=FILE. Whether that worked.
static int add_module(const char *text)
{
	const char *equals = strchr(text, '=');

	if (!equals || module_count == MOST_MODULES)
		return 0;
	char *name = modules[module_count].name;

	snprintf(name, sizeof(modules->name), "%.*s", (int)(equals - text), text);
	modules[module_count].types = contents(equals + 1, &modules[module_count].len);
	return !!modules[module_count++].types;
}

int main(int argc, char **argv)
{
	struct bpf_program *program;
	struct bpf_map *map;
	size_t len = 0;
	int at = 1, known = 1;

	for (; known && at + 2 < argc; at += 2)
		if (!strcmp(argv[at], "--module"))
			known = add_module(argv[at + 1]);
		else if ((known = !strcmp(argv[at], "--types")))
			types_of_relocations = argv[at + 1];
	char *file = known && at + 1 == argc ? contents(argv[at], &len) : NULL;

	if (!file) {
		fprintf(stderr, "usage: loader [--module NAME=FILE]... [--types FILE] OBJECT\n");
		return 2;
	}
	libbpf_set_print(log_line);
	weaken(file, len);
	load(file, len, NULL, NULL);

	struct bpf_object *object = bpf_object__open_mem(file, len, NULL);

	if (!object)
		return 0;
	bpf_object__for_each_program(program, object)
		if (attaches_by_btf(program))
			load(file, len, bpf_program__name(program), NULL);
	bpf_object__for_each_map(map, object)
		if (bpf_map__type(map) == BPF_MAP_TYPE_STRUCT_OPS)
			load(file, len, NULL, bpf_map__name(map));
	return 0;
}
