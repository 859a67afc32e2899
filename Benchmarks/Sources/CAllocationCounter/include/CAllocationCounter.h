#pragma once
#include <stdint.h>

/// Calls of malloc, calloc, realloc, aligned_alloc and posix_memalign since the process began, on all threads; 0 where
/// the C library isn't glibc.
uint64_t strata_allocation_count(void);
