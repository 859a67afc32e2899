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
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
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
    size_t count = (size_t)atomic_load(&calls) % sizeof kinds;
    FILE *(*real)(const char *, const char *) = next("fopen");
    FILE *file = path ? real(path, "w") : NULL;
    if (!file) return;
    fwrite(kinds, 1, count, file);
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

// Half of what comes in parts is a half of the first one.
#define WRITE(name, parameters, arguments, halved)     \
    ssize_t name parameters {                          \
        static ssize_t(*real) parameters;              \
        if (!real) real = next(#name);                 \
        if (is_file(descriptor) && now('w')) {         \
            if (half) real halved;                     \
            die();                                     \
        }                                              \
        return real arguments;                         \
    }
static struct iovec first(const struct iovec *parts, int part_count) {
    struct iovec made = {NULL, 0};
    if (part_count > 0) made = (struct iovec){parts->iov_base, parts->iov_len / 2};
    return made;
}
#define FIRST (&(struct iovec[]){first(parts, part_count)}[0])
WRITE(writev, (int descriptor, const struct iovec *parts, int part_count), (descriptor, parts, part_count), (descriptor, FIRST, 1))
WRITE(pwritev, (int descriptor, const struct iovec *parts, int part_count, off_t offset), (descriptor, parts, part_count, offset),
      (descriptor, FIRST, 1, offset))
WRITE(pwritev64, (int descriptor, const struct iovec *parts, int part_count, off64_t offset), (descriptor, parts, part_count, offset),
      (descriptor, FIRST, 1, offset))
WRITE(copy_file_range, (int source, off64_t *from, int descriptor, off64_t *to, size_t count, unsigned flags),
      (source, from, descriptor, to, count, flags), (source, from, descriptor, to, count / 2, flags))
WRITE(sendfile, (int descriptor, int source, off_t *from, size_t count), (descriptor, source, from, count),
      (descriptor, source, from, count / 2))
WRITE(sendfile64, (int descriptor, int source, off64_t *from, size_t count), (descriptor, source, from, count),
      (descriptor, source, from, count / 2))

// Opening counts when it may make a file or empty one.
static int takes_mode(int flags) { return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE; }

#define OPEN(name, parameters, arguments)                                           \
    int name parameters {                                                           \
        static int(*real) parameters;                                               \
        if (!real) real = next(#name);                                              \
        va_list rest;                                                               \
        va_start(rest, flags);                                                      \
        mode_t mode = takes_mode(flags) ? va_arg(rest, mode_t) : 0;   \
        va_end(rest);                                                               \
        if (flags & (O_CREAT | O_TRUNC) && now('c')) die();                         \
        return real arguments;                                                      \
    }
OPEN(open, (const char *path, int flags, ...), (path, flags, mode))
OPEN(open64, (const char *path, int flags, ...), (path, flags, mode))
OPEN(openat, (int folder, const char *path, int flags, ...), (folder, path, flags, mode))
OPEN(openat64, (int folder, const char *path, int flags, ...), (folder, path, flags, mode))

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
// Other names for the same.
#define OPEN_STREAM(name)                                   \
    FILE *name(const char *path, const char *mode) {        \
        static FILE *(*real)(const char *, const char *);   \
        if (!real) real = next(#name);                      \
        if (strpbrk(mode, "wa") && now('c')) die();         \
        return real(path, mode);                            \
    }
OPEN_STREAM(fopen)
OPEN_STREAM(fopen64)
CALL(int, creat, (const char *path, mode_t mode), (path, mode))
CALL(int, creat64, (const char *path, mode_t mode), (path, mode))
CALL(int, mkstemp, (char *path), (path))
CALL(int, mkstemp64, (char *path), (path))
CALL(int, mkostemp, (char *path, int flags), (path, flags))
CALL(int, mkostemp64, (char *path, int flags), (path, flags))
CALL(char *, mkdtemp, (char *path), (path))
CALL(int, link, (const char *old, const char *new), (old, new))
CALL(int, linkat, (int from, const char *old, int to, const char *new, int flags), (from, old, to, new, flags))
CALL(int, symlink, (const char *old, const char *new), (old, new))
CALL(int, symlinkat, (const char *old, int to, const char *new), (old, to, new))
CALL(int, syncfs, (int descriptor), (descriptor))
CALL(int, sync_file_range, (int descriptor, off64_t offset, off64_t count, unsigned flags), (descriptor, offset, count, flags))
CALL(int, truncate, (const char *path, off_t size), (path, size))
CALL(int, truncate64, (const char *path, off64_t size), (path, size))
CALL(int, fallocate, (int descriptor, int how, off_t offset, off_t count), (descriptor, how, offset, count))
CALL(int, fallocate64, (int descriptor, int how, off64_t offset, off64_t count), (descriptor, how, offset, count))
CALL(int, posix_fallocate, (int descriptor, off_t offset, off_t count), (descriptor, offset, count))
CALL(int, posix_fallocate64, (int descriptor, off64_t offset, off64_t count), (descriptor, offset, count))
CALL(int, renameat, (int from, const char *old, int to, const char *new), (from, old, to, new))
CALL(int, unlinkat, (int folder, const char *path, int flags), (folder, path, flags))
CALL(int, remove, (const char *path), (path))
CALL(int, mkdirat, (int folder, const char *path, mode_t mode), (folder, path, mode))
CALL(int, fchmod, (int descriptor, mode_t mode), (descriptor, mode))
