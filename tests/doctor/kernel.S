# What a kernel has beside its BTF, as small as can be: a banner, a set of kfuncs and another function in .BTF_ids, a per-CPU
# variable, and symbols. `fixtures.rs` writes BTF and ids into it.
#
#   gcc -c kernel.S -o kernel.o && ld -n -T kernel.lds --build-id=none --no-warn-rwx-segments kernel.o -o kernel.elf && rm kernel.o
	.section .rodata, "a"
	.globl linux_banner
	.type linux_banner, @object
linux_banner:
	.asciz "Linux version 7.2.0-example (doctor@example) #1 SMP"
	.size linux_banner, . - linux_banner

	.section .BTF_ids, "a"
	.balign 4
__BTF_ID__set8__example_kfuncs:
	.long 2, 1
__BTF_ID__func__example_dispatch__1:
	.long 0, 0x10000
__BTF_ID__func__example_now__2:
	.long 0, 0
	.size __BTF_ID__set8__example_kfuncs, . - __BTF_ID__set8__example_kfuncs
__BTF_ID__func__example_hook__3:
	.long 0

	.section .data..percpu, "aw"
	.globl example_counter
	.type example_counter, @object
example_counter:
	.long 0
	.size example_counter, 4

	.text
	.irp name, example_dispatch, example_now, example_hook
	.globl \name
	.type \name, @function
\name:
	.byte 0
	.size \name, . - \name
	.endr
