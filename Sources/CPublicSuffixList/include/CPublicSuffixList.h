#pragma once
#include <stddef.h>

/// The public suffix list of data/public_suffix_list.dat, as its text; constant, for the program's whole life.
const unsigned char *_Nonnull strata_public_suffix_list(void);
size_t strata_public_suffix_list_byte_count(void);
