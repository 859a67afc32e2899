#pragma once
#include <stddef.h>
#include <stdint.h>

/// libFuzzer without a main function (LLVM, "libFuzzer: using libFuzzer as a library"): runs the body on inputs until its
/// arguments say stop, and returns the exit status.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*body)(const uint8_t *bytes, size_t count));
