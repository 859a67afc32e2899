// Stands before the C library's calls about files below one folder, counts those of chosen kinds, and lets one of them fail.
//
//   STRATA_FAULT_ROOT=FOLDER   absolute, without links in it; calls about other files aren't counted
//   STRATA_FAULT_KINDS=LETTERS which calls count:
//       c open that may make or empty a file, link    o open to read     w write     r read     s fsync     n rename     d mkdir
//       u unlink, rmdir     t ftruncate, fallocate    m mmap of a file   l opendir   e readdir  x close     f flock
//       i stat, access      p pthread_create
//   each under all names that the C library has for it: which one a program calls is up to its compiler and its libraries
//   STRATA_FAULT_AT=N          the Nth of them; 0, or not given: none
//   STRATA_FAULT_CODE=E        fails with this errno, and does nothing (close closes); -1: reads or writes half of what it should
//   STRATA_FAULT_STAYS=1       and so does every later one
//   STRATA_FAULT_LOG=FILE      "letter path" of each call that failed; at the end the letters of all calls, in order, and their number
//
// Built by tools/fault-test: cc -shared -fPIC -o faulty.so faulty.c -ldl
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *root, *kinds = "";
static atomic_long calls;
static char letters[1 << 20];
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
    long number = atomic_load(&calls);
    say(letters);
    snprintf(line, sizeof line, "\n%ld\n", number);
    say(line);
}

static int below(const char *path) {
    return root && path && strncmp(path, root, strlen(root)) == 0 && (path[strlen(root)] == '/' || !path[strlen(root)]);
}

// 1 when this call is to fail. What is said before, and looked up, must not change errno.
static int now(char kind, const char *path) {
    if (!strchr(kinds, kind) || !below(path)) return 0;
    long number = atomic_fetch_add(&calls, 1) + 1;
    if (number < (long)sizeof letters) letters[number - 1] = kind;
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

// The same for a path that begins at an open folder.
static int now_at(char kind, int folder, const char *path) {
    if (folder == AT_FDCWD || !path || path[0] == '/') return now(kind, path);
    if (!path[0]) return now_open(kind, folder);
    if (!root || !strchr(kinds, kind)) return 0;
    int code = errno;
    char name[64], whole[8192];
    snprintf(name, sizeof name, "/proc/self/fd/%d", folder);
    ssize_t count = readlink(name, whole, sizeof whole / 2);
    errno = code;
    if (count <= 0 || (size_t)count >= sizeof whole / 2 || strlen(path) >= sizeof whole / 2) return 0;
    whole[count] = '/';
    strcpy(whole + count + 1, path);
    return now(kind, whole);
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
TRANSFER(copy_file_range, 'w', (int source, off64_t *from, int descriptor, off64_t *to, size_t count, unsigned flags),
         (source, from, descriptor, to, count, flags), (source, from, descriptor, to, count / 2, flags))
TRANSFER(sendfile, 'w', (int descriptor, int source, off_t *from, size_t count), (descriptor, source, from, count),
         (descriptor, source, from, count / 2))
TRANSFER(sendfile64, 'w', (int descriptor, int source, off64_t *from, size_t count), (descriptor, source, from, count),
         (descriptor, source, from, count / 2))
// Half is a half of the first part.
#define TRANSFER_PARTS(name, kind, parameters, whole, half)                                            \
    ssize_t name parameters {                                                                          \
        static ssize_t(*real) parameters;                                                              \
        if (!real) real = next(#name);                                                                 \
        struct iovec first = {part_count > 0 ? parts->iov_base : NULL, part_count > 0 ? parts->iov_len / 2 : 0}; \
        if ((fault_code != -1 || first.iov_len > 0) && now_open(kind, descriptor)) return fault_code == -1 ? real half : fail(); \
        return real whole;                                                                             \
    }
#define TRANSFER_PARTS_AT(name, kind)                                                                  \
    TRANSFER_PARTS(name, kind, (int descriptor, const struct iovec *parts, int part_count, off_t offset), \
                   (descriptor, parts, part_count, offset), (descriptor, &first, 1, offset))
TRANSFER_PARTS(writev, 'w', (int descriptor, const struct iovec *parts, int part_count), (descriptor, parts, part_count),
               (descriptor, &first, 1))
TRANSFER_PARTS(readv, 'r', (int descriptor, const struct iovec *parts, int part_count), (descriptor, parts, part_count),
               (descriptor, &first, 1))
TRANSFER_PARTS_AT(pwritev, 'w')
TRANSFER_PARTS_AT(pwritev64, 'w')
TRANSFER_PARTS_AT(preadv, 'r')
TRANSFER_PARTS_AT(preadv64, 'r')

static char opening(int flags) { return flags & (O_CREAT | O_TRUNC | O_WRONLY | O_RDWR) ? 'c' : 'o'; }

static int takes_mode(int flags) { return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE; }

#define OPEN(name, parameters, arguments, failing)                                          \
    int name parameters {                                                                   \
        static int(*real) parameters;                                                       \
        if (!real) real = next(#name);                                                      \
        va_list rest;                                                                       \
        va_start(rest, flags);                                                              \
        mode_t mode = takes_mode(flags) ? va_arg(rest, mode_t) : 0;           \
        va_end(rest);                                                                       \
        if (failing) return fail();                                                         \
        return real arguments;                                                              \
    }
OPEN(open, (const char *path, int flags, ...), (path, flags, mode), now(opening(flags), path))
OPEN(open64, (const char *path, int flags, ...), (path, flags, mode), now(opening(flags), path))
OPEN(openat, (int folder, const char *path, int flags, ...), (folder, path, flags, mode), now_at(opening(flags), folder, path))
OPEN(openat64, (int folder, const char *path, int flags, ...), (folder, path, flags, mode), now_at(opening(flags), folder, path))

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
CALL(int, syncfs, (int descriptor), (descriptor), now_open('s', descriptor), -1)
CALL(int, sync_file_range, (int descriptor, off64_t offset, off64_t count, unsigned flags), (descriptor, offset, count, flags),
     now_open('s', descriptor), -1)
CALL(int, creat, (const char *path, mode_t mode), (path, mode), now('c', path), -1)
CALL(int, creat64, (const char *path, mode_t mode), (path, mode), now('c', path), -1)
CALL(FILE *, fopen, (const char *path, const char *mode), (path, mode), now(strpbrk(mode, "wa+") ? 'c' : 'o', path), NULL)
CALL(FILE *, fopen64, (const char *path, const char *mode), (path, mode), now(strpbrk(mode, "wa+") ? 'c' : 'o', path), NULL)
CALL(int, mkstemp, (char *path), (path), now('c', path), -1)
CALL(int, mkstemp64, (char *path), (path), now('c', path), -1)
CALL(int, mkostemp, (char *path, int flags), (path, flags), now('c', path), -1)
CALL(int, mkostemp64, (char *path, int flags), (path, flags), now('c', path), -1)
CALL(int, link, (const char *old, const char *new), (old, new), now('c', new), -1)
CALL(int, linkat, (int from, const char *old, int to, const char *new, int flags), (from, old, to, new, flags), now_at('c', to, new), -1)
CALL(int, symlink, (const char *old, const char *new), (old, new), now('c', new), -1)
CALL(int, symlinkat, (const char *old, int to, const char *new), (old, to, new), now_at('c', to, new), -1)
CALL(int, truncate, (const char *path, off_t size), (path, size), now('t', path), -1)
CALL(int, truncate64, (const char *path, off64_t size), (path, size), now('t', path), -1)
CALL(int, fallocate, (int descriptor, int how, off_t offset, off_t count), (descriptor, how, offset, count), now_open('t', descriptor), -1)
CALL(int, fallocate64, (int descriptor, int how, off64_t offset, off64_t count), (descriptor, how, offset, count),
     now_open('t', descriptor), -1)
// They return their error.
CALL(int, posix_fallocate, (int descriptor, off_t offset, off_t count), (descriptor, offset, count), now_open('t', descriptor), fault_code)
CALL(int, posix_fallocate64, (int descriptor, off64_t offset, off64_t count), (descriptor, offset, count), now_open('t', descriptor),
     fault_code)
CALL(int, ftruncate, (int descriptor, off_t size), (descriptor, size), now_open('t', descriptor), -1)
CALL(int, ftruncate64, (int descriptor, off_t size), (descriptor, size), now_open('t', descriptor), -1)
CALL(int, flock, (int descriptor, int operation), (descriptor, operation), operation != LOCK_UN && now_open('f', descriptor), -1)
CALL(int, rename, (const char *old, const char *new), (old, new), now('n', new), -1)
CALL(int, renameat2, (int from, const char *old, int to, const char *new, unsigned flags), (from, old, to, new, flags),
     now_at('n', to, new), -1)
CALL(int, renameat, (int from, const char *old, int to, const char *new), (from, old, to, new), now_at('n', to, new), -1)
CALL(int, unlink, (const char *path), (path), now('u', path), -1)
CALL(int, unlinkat, (int folder, const char *path, int flags), (folder, path, flags), now_at('u', folder, path), -1)
CALL(int, remove, (const char *path), (path), now('u', path), -1)
CALL(int, rmdir, (const char *path), (path), now('u', path), -1)
CALL(int, mkdir, (const char *path, mode_t mode), (path, mode), now('d', path), -1)
CALL(int, mkdirat, (int folder, const char *path, mode_t mode), (folder, path, mode), now_at('d', folder, path), -1)
CALL(char *, mkdtemp, (char *path), (path), now('d', path), NULL)
CALL(int, stat, (const char *path, struct stat *found), (path, found), now('i', path), -1)
CALL(int, lstat, (const char *path, struct stat *found), (path, found), now('i', path), -1)
CALL(int, stat64, (const char *path, struct stat64 *found), (path, found), now('i', path), -1)
CALL(int, lstat64, (const char *path, struct stat64 *found), (path, found), now('i', path), -1)
CALL(int, fstat64, (int descriptor, struct stat64 *found), (descriptor, found), now_open('i', descriptor), -1)
CALL(int, fstatat, (int folder, const char *path, struct stat *found, int flags), (folder, path, found, flags), now_at('i', folder, path), -1)
CALL(int, fstatat64, (int folder, const char *path, struct stat64 *found, int flags), (folder, path, found, flags),
     now_at('i', folder, path), -1)
CALL(int, statx, (int folder, const char *path, int flags, unsigned mask, struct statx *found), (folder, path, flags, mask, found),
     now_at('i', folder, path), -1)
CALL(int, faccessat, (int folder, const char *path, int mode, int flags), (folder, path, mode, flags), now_at('i', folder, path), -1)
CALL(int, access, (const char *path, int mode), (path, mode), now('i', path), -1)
CALL(int, fstat, (int descriptor, struct stat *found), (descriptor, found), now_open('i', descriptor), -1)
// It returns its error.
CALL(int, pthread_create, (pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *context),
     (thread, attributes, start, context), now('p', root), fault_code)
CALL(DIR *, opendir, (const char *path), (path), now('l', path), NULL)
CALL(DIR *, fdopendir, (int descriptor), (descriptor), now_open('l', descriptor), NULL)
CALL(FTS *, fts_open, (char *const *paths, int flags, int (*compare)(const FTSENT **, const FTSENT **)), (paths, flags, compare),
     now('l', paths[0]), NULL)
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
