/* What the other programs call and do not define. */
/* A linker script places a section after .data, where small ones are not on every machine. */
__attribute__((used)) int support_data[64] = { 1 };
int opaque(int value) { return value; }
void escape(const void *pointer) {}
void fails(int value) {}
int start(void) { return 0; }
