/* What the other programs call and do not define. */
/* A linker script places a section after this one's. */
__attribute__((used)) int support_data = 1;
int opaque(int value) { return value; }
void escape(const void *pointer) {}
void fails(int value) {}
int start(void) { return 0; }
