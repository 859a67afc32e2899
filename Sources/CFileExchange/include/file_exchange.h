#pragma once

/// Swaps two files or directories of one file system in one step. Returns 0, or -1 with errno set.
int strata_exchange(const char *left, const char *right);
