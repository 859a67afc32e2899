#pragma once

/// Swaps two files or directories of one file system in one step. Returns 0, or -1 with errno set.
int strata_exchange(const char *left, const char *right);

/// Whether a POSIX access list says who may read a file: then its group's rights are those that anybody of the list has at most.
int strata_has_access_list(const char *path);
