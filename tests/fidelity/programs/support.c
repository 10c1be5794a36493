/* What the other programs call and do not define. */
int opaque(int value) { return value; }
void escape(const void *pointer) {}
void fails(int value) {}
int start(void) { return 0; }
