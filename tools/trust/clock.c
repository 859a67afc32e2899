// A clock that goes wrong: stands before the C library's calls that tell the time of day.
//
//   STRATA_CLOCK_START=S    seconds since 1970 at the first look
//   STRATA_CLOCK_STEP=S     added at each further look: below zero the clock goes backwards
//
// The clock that only measures (CLOCK_MONOTONIC) stays right: no system lets it go backwards.
// Built by tools/fault-test: cc -shared -fPIC -o clock.so clock.c -ldl
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static atomic_long looks;
static long start, step;

__attribute__((constructor)) static void begin(void) {
    const char *at = getenv("STRATA_CLOCK_START"), *by = getenv("STRATA_CLOCK_STEP");
    start = at ? atol(at) : 0;
    step = by ? atol(by) : -1;
}

static time_t now(void) { return start + step * atomic_fetch_add(&looks, 1); }

int clock_gettime(clockid_t clock, struct timespec *found) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    if (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE) return real(clock, found);
    found->tv_sec = now();
    found->tv_nsec = 0;
    return 0;
}

int gettimeofday(struct timeval *restrict found, void *restrict zone) {
    (void)zone;
    found->tv_sec = now();
    found->tv_usec = 0;
    return 0;
}

time_t time(time_t *found) {
    time_t seconds = now();
    if (found) *found = seconds;
    return seconds;
}
