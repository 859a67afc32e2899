// renameat2 is declared for C programs that ask for GNU extensions only, which Swift's Glibc module does not.
#define _GNU_SOURCE
#include "file_exchange.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/types.h>
#include <sys/xattr.h>

int strata_exchange(const char *left, const char *right) {
#ifdef __APPLE__
    return renamex_np(left, right, RENAME_SWAP);
#else
    return renameat2(AT_FDCWD, left, AT_FDCWD, right, RENAME_EXCHANGE);
#endif
}

// Swift's Glibc module leaves sys/xattr.h out.
int strata_has_access_list(const char *path) {
#ifdef __APPLE__
    (void)path;
    return 0;
#else
    return getxattr(path, "system.posix_acl_access", NULL, 0) > 0;
#endif
}
