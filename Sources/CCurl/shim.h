#pragma once
#include <curl/curl.h>

// Swift can't call C's variadic functions: one typed name for each kind of argument.
static inline CURLcode strata_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode strata_curl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode strata_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode strata_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode strata_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}
typedef size_t (*strata_curl_write_function)(char *bytes, size_t size, size_t count, void *context);
static inline CURLcode strata_curl_set_write(CURL *handle, CURLoption option, strata_curl_write_function value) {
    return curl_easy_setopt(handle, option, value);
}
typedef int (*strata_curl_progress_function)(void *context, curl_off_t download_size, curl_off_t downloaded,
                                             curl_off_t upload_size, curl_off_t uploaded);
static inline CURLcode strata_curl_set_progress(CURL *handle, strata_curl_progress_function value) {
    return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, value);
}
static inline CURLcode strata_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}
