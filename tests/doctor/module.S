# What a module has beside its BTF: the release for which it was built, and a struct module of 64 bytes.
#
#   gcc -c module.S -o module.o && strip --strip-all module.o -o module.elf && rm module.o
	.section .modinfo, "a"
	.asciz "name=example"
	.asciz "vermagic=7.2.0-example SMP mod_unload"
	.section .gnu.linkonce.this_module, "aw"
	.zero 64
