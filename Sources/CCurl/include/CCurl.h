#pragma once
#include <curl/curl.h>

// libcurl comes with some twenty libraries: loading them would take most of the time of a command that answers from the
// store. So the program isn't linked with it, and the first request loads it. The functions are libcurl's own, with a
// prefix; but for the first they must be called only after it has returned NULL.

// NULL, or what is missing. Not for two threads at a time.
const char *strata_curl_load(void);

CURLcode strata_curl_global_init(long flags);
CURL *strata_curl_easy_init(void);
void strata_curl_easy_cleanup(CURL *handle);
void strata_curl_easy_reset(CURL *handle);
CURLcode strata_curl_easy_perform(CURL *handle);
const char *strata_curl_easy_strerror(CURLcode code);
struct curl_slist *strata_curl_slist_append(struct curl_slist *list, const char *text);
void strata_curl_slist_free_all(struct curl_slist *list);

// Swift can't call C's variadic functions: one typed name for each kind of argument.
CURLcode strata_curl_set_long(CURL *handle, CURLoption option, long value);
CURLcode strata_curl_set_text(CURL *handle, CURLoption option, const char *value);
CURLcode strata_curl_set_pointer(CURL *handle, CURLoption option, void *value);
CURLcode strata_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value);
CURLcode strata_curl_set_size(CURL *handle, CURLoption option, curl_off_t value);
typedef size_t (*strata_curl_write_function)(char *bytes, size_t size, size_t count, void *context);
CURLcode strata_curl_set_write(CURL *handle, CURLoption option, strata_curl_write_function value);
typedef int (*strata_curl_progress_function)(void *context, curl_off_t download_size, curl_off_t downloaded,
                                             curl_off_t upload_size, curl_off_t uploaded);
CURLcode strata_curl_set_progress(CURL *handle, strata_curl_progress_function value);
CURLcode strata_curl_get_long(CURL *handle, CURLINFO info, long *value);
