// A libbpf.a of a newer system asks for names that this system's C library does not have.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

unsigned long __isoc23_strtoul(const char *text, char **end, int base) { return strtoul(text, end, base); }
long __isoc23_strtol(const char *text, char **end, int base) { return strtol(text, end, base); }
unsigned long long __isoc23_strtoull(const char *text, char **end, int base) { return strtoull(text, end, base); }
long long __isoc23_strtoll(const char *text, char **end, int base) { return strtoll(text, end, base); }
int __isoc23_sscanf(const char *text, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	int count = vsscanf(text, format, list);
	va_end(list);
	return count;
}
int __isoc23_fscanf(FILE *file, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	int count = vfscanf(file, format, list);
	va_end(list);
	return count;
}
