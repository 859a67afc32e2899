// Stands before the C library's calls that change files, counts them, and ends the process at one of them.
//
//   STRATA_KILL_AT=N         at the Nth call; 0, or not given: never
//   STRATA_KILL_HOW=half     a write writes half of its bytes first; else the call isn't made at all
//   STRATA_KILL_WITH=S       instead of SIGKILL the signal S is sent, and the call is made all the same
//   STRATA_KILL_STAYS=1      and again at every later call
//   STRATA_KILL_LOG=FILE     a letter for each call that there was, written when the process ends by itself: w for a write, d for an
//                            fsync of a folder, else c
//
// Built by tools/kill-test: cc -shared -fPIC -o killer.so killer.c -ldl
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long calls;
static long kill_at;
static int half, with, stays;
static char kinds[1 << 20];

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void begin(void) {
    const char *at = getenv("STRATA_KILL_AT"), *how = getenv("STRATA_KILL_HOW");
    kill_at = at ? atol(at) : 0;
    half = how && strcmp(how, "half") == 0;
    with = getenv("STRATA_KILL_WITH") ? atoi(getenv("STRATA_KILL_WITH")) : SIGKILL;
    stays = getenv("STRATA_KILL_STAYS") != NULL;
}

__attribute__((destructor)) static void end(void) {
    const char *path = getenv("STRATA_KILL_LOG");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file) return;
    fwrite(kinds, 1, (size_t)atomic_load(&calls) % sizeof kinds, file);
    fclose(file);
}

// 1 when this is the call.
static int now(char kind) {
    long number = atomic_fetch_add(&calls, 1) + 1;
    if (number <= (long)sizeof kinds) kinds[number - 1] = kind;
    if (number != kill_at && !(stays && kill_at && number > kill_at)) return 0;
    if (with == SIGKILL) return 1;
    kill(getpid(), with);
    return 0;
}
static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

// Only files: what goes to a terminal, a pipe or a socket says nothing about the store.
static int is_file(int descriptor) {
    struct stat status;
    return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = next("write");
    if (is_file(descriptor) && now('w')) {
        if (half) real(descriptor, bytes, count / 2);
        die();
    }
    return real(descriptor, bytes, count);
}

#define PWRITE(name)                                                             \
    ssize_t name(int descriptor, const void *bytes, size_t count, off_t offset) { \
        static ssize_t (*real)(int, const void *, size_t, off_t);                \
        if (!real) real = next(#name);                                           \
        if (is_file(descriptor) && now('w')) {                                      \
            if (half) real(descriptor, bytes, count / 2, offset);                \
            die();                                                               \
        }                                                                        \
        return real(descriptor, bytes, count, offset);                           \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

// Opening counts when it may make a file or empty one.
#define OPEN(name)                                            \
    int name(const char *path, int flags, ...) {              \
        static int (*real)(const char *, int, ...);           \
        if (!real) real = next(#name);                        \
        va_list rest;                                         \
        va_start(rest, flags);                                \
        mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0; \
        va_end(rest);                                         \
        if (flags & (O_CREAT | O_TRUNC) && now('c')) die();      \
        return real(path, flags, mode);                       \
    }
OPEN(open)
OPEN(open64)

#define CALL(type, name, parameters, arguments) \
    type name parameters {                      \
        static type(*real) parameters;          \
        if (!real) real = next(#name);          \
        if (now('c')) die();                       \
        return real arguments;                  \
    }
int fsync(int descriptor) {
    static int (*real)(int);
    if (!real) real = next("fsync");
    struct stat status;
    if (now(fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode) ? 'd' : 'c')) die();
    return real(descriptor);
}
CALL(int, fdatasync, (int descriptor), (descriptor))
CALL(int, ftruncate, (int descriptor, off_t size), (descriptor, size))
CALL(int, ftruncate64, (int descriptor, off_t size), (descriptor, size))
CALL(int, rename, (const char *old, const char *new), (old, new))
CALL(int, renameat2, (int from, const char *old, int to, const char *new, unsigned flags), (from, old, to, new, flags))
CALL(int, unlink, (const char *path), (path))
CALL(int, rmdir, (const char *path), (path))
CALL(int, mkdir, (const char *path, mode_t mode), (path, mode))
