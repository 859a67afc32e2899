#pragma once
#include <stddef.h>

/// The public suffix list of data/public_suffix_list.dat, as its text.
extern const unsigned char strata_public_suffix_list[];
extern const size_t strata_public_suffix_list_byte_count;
