#include "CCurl.h"
#include <dlfcn.h>
#include <stddef.h>

// The macros of curl.h that check arguments hide the functions' types.
#undef curl_easy_setopt
#undef curl_easy_getinfo

static struct {
    __typeof__(&curl_global_init) global_init;
    __typeof__(&curl_easy_init) easy_init;
    __typeof__(&curl_easy_cleanup) easy_cleanup;
    __typeof__(&curl_easy_reset) easy_reset;
    __typeof__(&curl_easy_perform) easy_perform;
    __typeof__(&curl_easy_strerror) easy_strerror;
    __typeof__(&curl_slist_append) slist_append;
    __typeof__(&curl_slist_free_all) slist_free_all;
    __typeof__(&curl_easy_setopt) easy_setopt;
    __typeof__(&curl_easy_getinfo) easy_getinfo;
} library;

const char *strata_curl_load(void) {
    void *file = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (file == NULL) return dlerror();
#define FIND(name)                                                                                                     \
    *(void **)&library.name = dlsym(file, "curl_" #name);                                                              \
    if (library.name == NULL) return "libcurl.so.4 has no curl_" #name
    FIND(global_init);
    FIND(easy_init);
    FIND(easy_cleanup);
    FIND(easy_reset);
    FIND(easy_perform);
    FIND(easy_strerror);
    FIND(slist_append);
    FIND(slist_free_all);
    FIND(easy_setopt);
    FIND(easy_getinfo);
#undef FIND
    return NULL;
}

CURLcode strata_curl_global_init(long flags) { return library.global_init(flags); }
CURL *strata_curl_easy_init(void) { return library.easy_init(); }
void strata_curl_easy_cleanup(CURL *handle) { library.easy_cleanup(handle); }
void strata_curl_easy_reset(CURL *handle) { library.easy_reset(handle); }
CURLcode strata_curl_easy_perform(CURL *handle) { return library.easy_perform(handle); }
const char *strata_curl_easy_strerror(CURLcode code) { return library.easy_strerror(code); }
struct curl_slist *strata_curl_slist_append(struct curl_slist *list, const char *text) {
    return library.slist_append(list, text);
}
void strata_curl_slist_free_all(struct curl_slist *list) { library.slist_free_all(list); }

CURLcode strata_curl_set_long(CURL *handle, CURLoption option, long value) {
    return library.easy_setopt(handle, option, value);
}
CURLcode strata_curl_set_text(CURL *handle, CURLoption option, const char *value) {
    return library.easy_setopt(handle, option, value);
}
CURLcode strata_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return library.easy_setopt(handle, option, value);
}
CURLcode strata_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return library.easy_setopt(handle, option, value);
}
CURLcode strata_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return library.easy_setopt(handle, option, value);
}
CURLcode strata_curl_set_write(CURL *handle, CURLoption option, strata_curl_write_function value) {
    return library.easy_setopt(handle, option, value);
}
CURLcode strata_curl_set_progress(CURL *handle, strata_curl_progress_function value) {
    return library.easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, value);
}
CURLcode strata_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return library.easy_getinfo(handle, info, value);
}
