#include "CPublicSuffixList.h"

// #embed (C23, and an extension before) keeps one copy of the list in the tree: the file that data/README.md documents.
#pragma clang diagnostic ignored "-Wc23-extensions"
static const unsigned char list[] = {
#embed "../../data/public_suffix_list.dat"
};

const unsigned char *strata_public_suffix_list(void) { return list; }
size_t strata_public_suffix_list_byte_count(void) { return sizeof list; }
