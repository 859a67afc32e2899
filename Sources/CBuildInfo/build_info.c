#include "CBuildInfo.h"

#include <stddef.h>
#include <string.h>

// Where the checkout says which commit it is: HEAD holds the commit itself, or "ref: refs/heads/main". The compiler
// records what it embeds as a dependency, so a new commit compiles this file again. Elsewhere (another branch, a
// worktree, packed references) there is only what Package.swift passes, and the package manager remembers that from
// the last time that Package.swift changed: such a commit is a lower bound.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const char head[] = {
#if __has_embed("../../.git/HEAD")
#embed "../../.git/HEAD" suffix(, 0)
#else
    0
#endif
};

static const char main_branch[] = {
#if __has_embed("../../.git/refs/heads/main")
#embed "../../.git/refs/heads/main" suffix(, 0)
#else
    0
#endif
};

#ifndef STRATA_COMMIT
#define STRATA_COMMIT ""
#endif

static int is_commit(const char *text) { return strspn(text, "0123456789abcdef") >= 40; }

const char *strata_build_commit(int *is_lower_bound) {
    *is_lower_bound = 0;
    if (is_commit(head)) return head;
    if (strcmp(head, "ref: refs/heads/main\n") == 0 && is_commit(main_branch)) return main_branch;
    *is_lower_bound = 1;
    return STRATA_COMMIT;
}
