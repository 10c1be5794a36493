/* A program whose accesses are relocated against the kernel's types. */
#include "vmlinux.h"

#define core(field) __builtin_preserve_access_index(&(field))

int probe(struct task_struct *task)
{
	struct task_struct *parent = *core(task->real_parent);
	return *core(parent->tgid) + *core(parent->mm->map_count) +
	       (int)__builtin_preserve_field_info(task->flags, 2 /* exists */) +
	       (int)__builtin_preserve_type_info(*(struct sk_buff *)0, 1 /* size */);
}
