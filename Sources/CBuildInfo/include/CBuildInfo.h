#pragma once

/// Text that begins with the commit that the program was built from (40 hexadecimal digits, then anything); "" when it
/// was not built from a git checkout. It lives for ever.
/// - Parameter is_lower_bound: becomes 1 when the program may be of a later commit, else 0.
const char *_Nonnull strata_build_commit(int *_Nonnull is_lower_bound);
