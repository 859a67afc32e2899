// Stands before the C library's calls about files below one folder, counts those of chosen kinds, and lets one of them fail.
//
//   STRATA_FAULT_ROOT=FOLDER   absolute, without links in it; calls about other files aren't counted
//   STRATA_FAULT_KINDS=LETTERS which calls count:
//       c open that may make or empty a file    o open to read     w write, pwrite     r read, pread       s fsync, fdatasync
//       n rename, renameat2                     d mkdir            u unlink, rmdir     t ftruncate         m mmap of a file
//       l opendir     e readdir     x close     f flock            i stat, lstat, fstat, access
//       p pthread_create
//   STRATA_FAULT_AT=N          the Nth of them; 0, or not given: none
//   STRATA_FAULT_CODE=E        fails with this errno, and does nothing (close closes); -1: reads or writes half of what it should
//   STRATA_FAULT_STAYS=1       and so does every later one
//   STRATA_FAULT_LOG=FILE      "letter path" of each call that failed; at the end the number of calls
//
// Built by tools/fault-test: cc -shared -fPIC -o faulty.so faulty.c -ldl
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static const char *root, *kinds = "";
static atomic_long calls;
static long fault_at;
static int fault_code, stays, record = -1;

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void begin(void) {
    const char *at = getenv("STRATA_FAULT_AT"), *code = getenv("STRATA_FAULT_CODE"), *log = getenv("STRATA_FAULT_LOG");
    int (*real_open)(const char *, int, ...) = next("open");
    root = getenv("STRATA_FAULT_ROOT");
    kinds = getenv("STRATA_FAULT_KINDS") ?: "";
    fault_at = at ? atol(at) : 0;
    fault_code = code ? atoi(code) : EIO;
    stays = getenv("STRATA_FAULT_STAYS") != NULL;
    if (log) record = real_open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_APPEND, 0600);
}

static void say(const char *line) {
    ssize_t (*real_write)(int, const void *, size_t) = next("write");
    if (record >= 0 && real_write(record, line, strlen(line)) < 0) abort();
}

__attribute__((destructor)) static void end(void) {
    char line[64];
    snprintf(line, sizeof line, "%ld\n", atomic_load(&calls));
    say(line);
}

static int below(const char *path) {
    return root && path && strncmp(path, root, strlen(root)) == 0 && (path[strlen(root)] == '/' || !path[strlen(root)]);
}

// 1 when this call is to fail. What is said before, and looked up, must not change errno.
static int now(char kind, const char *path) {
    if (!strchr(kinds, kind) || !below(path)) return 0;
    long number = atomic_fetch_add(&calls, 1) + 1;
    if (!fault_at || !(number == fault_at || (stays && number > fault_at))) return 0;
    int code = errno;
    char line[9000];
    snprintf(line, sizeof line, "%c %s\n", kind, path);
    say(line);
    errno = code;
    return 1;
}

// The same for an open file: a regular one, or a folder.
static int now_open(char kind, int descriptor) {
    if (!root || !strchr(kinds, kind)) return 0;
    int code = errno;
    char name[64], path[8192];
    snprintf(name, sizeof name, "/proc/self/fd/%d", descriptor);
    ssize_t count = readlink(name, path, sizeof path - 1);
    errno = code;
    if (count <= 0) return 0;
    path[count] = 0;
    return now(kind, path);
}

static int fail(void) {
    errno = fault_code;
    return -1;
}

#define TRANSFER(name, kind, parameters, whole, half)                                         \
    ssize_t name parameters {                                                                 \
        static ssize_t(*real) parameters;                                                     \
        if (!real) real = next(#name);                                                        \
        if ((fault_code != -1 || count > 1) && now_open(kind, descriptor)) return fault_code == -1 ? real half : fail(); \
        return real whole;                                                                    \
    }
TRANSFER(write, 'w', (int descriptor, const void *bytes, size_t count), (descriptor, bytes, count), (descriptor, bytes, count / 2))
TRANSFER(read, 'r', (int descriptor, void *bytes, size_t count), (descriptor, bytes, count), (descriptor, bytes, count / 2))
#define TRANSFER_AT(name, kind, type)                                                         \
    TRANSFER(name, kind, (int descriptor, type bytes, size_t count, off_t offset), (descriptor, bytes, count, offset), \
             (descriptor, bytes, count / 2, offset))
TRANSFER_AT(pwrite, 'w', const void *)
TRANSFER_AT(pwrite64, 'w', const void *)
TRANSFER_AT(pread, 'r', void *)
TRANSFER_AT(pread64, 'r', void *)

#define OPEN(name)                                                                     \
    int name(const char *path, int flags, ...) {                                       \
        static int (*real)(const char *, int, ...);                                    \
        if (!real) real = next(#name);                                                 \
        va_list rest;                                                                  \
        va_start(rest, flags);                                                         \
        mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;                      \
        va_end(rest);                                                                  \
        if (now(flags & (O_CREAT | O_TRUNC | O_WRONLY | O_RDWR) ? 'c' : 'o', path)) return fail(); \
        return real(path, flags, mode);                                                \
    }
OPEN(open)
OPEN(open64)

#define CALL(type, name, parameters, arguments, failing, failed) \
    type name parameters {                                       \
        static type(*real) parameters;                           \
        if (!real) real = next(#name);                           \
        if (failing) {                                           \
            fail();                                              \
            return failed;                                       \
        }                                                        \
        return real arguments;                                   \
    }
CALL(int, fsync, (int descriptor), (descriptor), now_open('s', descriptor), -1)
CALL(int, fdatasync, (int descriptor), (descriptor), now_open('s', descriptor), -1)
CALL(int, ftruncate, (int descriptor, off_t size), (descriptor, size), now_open('t', descriptor), -1)
CALL(int, ftruncate64, (int descriptor, off_t size), (descriptor, size), now_open('t', descriptor), -1)
CALL(int, flock, (int descriptor, int operation), (descriptor, operation), operation != LOCK_UN && now_open('f', descriptor), -1)
CALL(int, rename, (const char *old, const char *new), (old, new), now('n', new), -1)
CALL(int, renameat2, (int from, const char *old, int to, const char *new, unsigned flags), (from, old, to, new, flags),
     now('n', new), -1)
CALL(int, unlink, (const char *path), (path), now('u', path), -1)
CALL(int, rmdir, (const char *path), (path), now('u', path), -1)
CALL(int, mkdir, (const char *path, mode_t mode), (path, mode), now('d', path), -1)
CALL(int, stat, (const char *path, struct stat *found), (path, found), now('i', path), -1)
CALL(int, lstat, (const char *path, struct stat *found), (path, found), now('i', path), -1)
CALL(int, access, (const char *path, int mode), (path, mode), now('i', path), -1)
CALL(int, fstat, (int descriptor, struct stat *found), (descriptor, found), now_open('i', descriptor), -1)
// It returns its error.
CALL(int, pthread_create, (pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *context),
     (thread, attributes, start, context), now('p', root), fault_code)
CALL(DIR *, opendir, (const char *path), (path), now('l', path), NULL)
CALL(struct dirent *, readdir, (DIR * folder), (folder), now_open('e', dirfd(folder)), NULL)
CALL(struct dirent64 *, readdir64, (DIR * folder), (folder), now_open('e', dirfd(folder)), NULL)
CALL(void *, mmap, (void *at, size_t count, int rights, int flags, int descriptor, off_t offset),
     (at, count, rights, flags, descriptor, offset), descriptor >= 0 && now_open('m', descriptor), MAP_FAILED)
CALL(void *, mmap64, (void *at, size_t count, int rights, int flags, int descriptor, off64_t offset),
     (at, count, rights, flags, descriptor, offset), descriptor >= 0 && now_open('m', descriptor), MAP_FAILED)

// On Linux the file is closed whatever the call says.
int close(int descriptor) {
    static int (*real)(int);
    if (!real) real = next("close");
    int failing = now_open('x', descriptor);
    int result = real(descriptor);
    return failing ? fail() : result;
}
