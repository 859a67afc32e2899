#include "CPublicSuffixList.h"

// #embed (C23) keeps one copy of the list in the tree: the file that data/README.md documents.
const unsigned char strata_public_suffix_list[] = {
#embed "../../data/public_suffix_list.dat"
};
const size_t strata_public_suffix_list_byte_count = sizeof strata_public_suffix_list;
