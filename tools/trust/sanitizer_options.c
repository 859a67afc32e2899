// The options of a sanitizer, compiled into every program that tools/trust/sanitize.py builds for it: tests start programs with
// an environment of their own, in which *SAN_OPTIONS isn't.
const char *__asan_default_options(void) { return OPTIONS; }
const char *__tsan_default_options(void) { return OPTIONS; }
const char *__ubsan_default_options(void) { return "print_stacktrace=1"; }
