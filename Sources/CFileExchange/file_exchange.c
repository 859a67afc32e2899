// renameat2 is declared for C programs that ask for GNU extensions only, which Swift's Glibc module does not.
#define _GNU_SOURCE
#include "file_exchange.h"
#include <fcntl.h>
#include <stdio.h>

int strata_exchange(const char *left, const char *right) {
#ifdef __APPLE__
    return renamex_np(left, right, RENAME_SWAP);
#else
    return renameat2(AT_FDCWD, left, AT_FDCWD, right, RENAME_EXCHANGE);
#endif
}
