// Stands before the C library's calls that change files, and writes down what they did below one folder, in order.
//
//   STRATA_RECORD_ROOT=FOLDER   absolute, without links in it
//   STRATA_RECORD_LOG=FILE      the record; one line each, file and folder as inode number:
//       O inode path            a file was made, or opened to be written     D inode path     a folder was made
//       W inode offset count    bytes were written; they follow the line     T inode size     a file was cut, or grew
//       S inode                 fsync                                        R old TAB new    renamed
//       X left TAB right        two were exchanged                           U path           unlinked, or a folder removed
//       ? name                  a call that changes files below the folder, and that this doesn't record: no replay is right then
//
// Built by tools/kill-test: cc -shared -fPIC -o recorder.so recorder.c -ldl
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *root;
static int record = -1;
static ssize_t (*real_write)(int, const void *, size_t);

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void begin(void) {
    real_write = next("write");
    int (*real_open)(const char *, int, ...) = next("open");
    root = getenv("STRATA_RECORD_ROOT");
    const char *path = getenv("STRATA_RECORD_LOG");
    if (root && path) record = real_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_APPEND, 0600);
}

static void all(const void *bytes, size_t count) {
    for (const char *at = bytes; count > 0;) {
        ssize_t done = real_write(record, at, count);
        if (done <= 0) abort();
        at += done;
        count -= (size_t)done;
    }
}

__attribute__((format(printf, 1, 2))) static void note(const char *format, ...) {
    char line[9000];
    va_list rest;
    va_start(rest, format);
    int count = vsnprintf(line, sizeof line, format, rest);
    va_end(rest);
    if (count < 0 || (size_t)count >= sizeof line) abort();
    all(line, (size_t)count);
}

static int below(const char *path) {
    return record >= 0 && strncmp(path, root, strlen(root)) == 0 && (path[strlen(root)] == '/' || !path[strlen(root)]);
}

// The inode of an open file or folder; 0 for what isn't below the root.
static unsigned long inode(int descriptor) {
    if (record < 0) return 0;
    char name[64], path[8192];
    snprintf(name, sizeof name, "/proc/self/fd/%d", descriptor);
    ssize_t count = readlink(name, path, sizeof path - 1);
    struct stat status;
    if (count <= 0) return 0;
    path[count] = 0;
    return below(path) && fstat(descriptor, &status) == 0 ? status.st_ino : 0;
}

#define GUARDED(body)              \
    pthread_mutex_lock(&lock);     \
    body;                          \
    int code = errno;              \
    pthread_mutex_unlock(&lock);   \
    errno = code

ssize_t write(int descriptor, const void *bytes, size_t count) {
    unsigned long file = descriptor == record ? 0 : inode(descriptor);
    if (!file) return real_write(descriptor, bytes, count);
    ssize_t done;
    GUARDED({
        off_t offset = lseek(descriptor, 0, SEEK_CUR);
        done = real_write(descriptor, bytes, count);
        if (done > 0) {
            note("W %lu %ld %zd\n", file, (long)offset, done);
            all(bytes, (size_t)done);
        }
    });
    return done;
}

#define PWRITE(name)                                                              \
    ssize_t name(int descriptor, const void *bytes, size_t count, off_t offset) { \
        ssize_t (*real)(int, const void *, size_t, off_t) = next(#name);          \
        unsigned long file = inode(descriptor);                                   \
        ssize_t done;                                                             \
        GUARDED({                                                                 \
            done = real(descriptor, bytes, count, offset);                        \
            if (file && done > 0) {                                               \
                note("W %lu %ld %zd\n", file, (long)offset, done);                \
                all(bytes, (size_t)done);                                         \
            }                                                                     \
        });                                                                       \
        return done;                                                              \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

// The whole of a path that begins at an open folder; the path itself where there is none.
static const char *absolute(int folder, const char *path, char *whole, size_t room) {
    if (folder == AT_FDCWD || path[0] == '/') return path;
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", folder);
    ssize_t count = readlink(name, whole, room - 1);
    if (count <= 0 || (size_t)count + strlen(path) + 2 > room) return path;
    whole[count] = '/';
    strcpy(whole + count + 1, path);
    return whole;
}

static void opened(int found, const char *path, int flags) {
    struct stat status;
    if (found < 0 || !(flags & (O_WRONLY | O_RDWR)) || !below(path) || fstat(found, &status) != 0) return;
    note("O %lu %s\n", (unsigned long)status.st_ino, path);
    if (flags & O_TRUNC) note("T %lu 0\n", (unsigned long)status.st_ino);
}

static int takes_mode(int flags) { return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE; }

#define OPEN(name, parameters, arguments, folder)                                     \
    int name parameters {                                                             \
        int(*real) parameters = next(#name);                                          \
        va_list rest;                                                                 \
        va_start(rest, flags);                                                        \
        mode_t mode = takes_mode(flags) ? va_arg(rest, mode_t) : 0;     \
        va_end(rest);                                                                 \
        int found;                                                                    \
        GUARDED({                                                                     \
            char whole[8192];                                                         \
            found = real arguments;                                                   \
            if ((flags & O_TMPFILE) == O_TMPFILE && below(path)) note("? %s\n", "O_TMPFILE");      \
            else opened(found, absolute(folder, path, whole, sizeof whole), flags);   \
        });                                                                           \
        return found;                                                                 \
    }
OPEN(open, (const char *path, int flags, ...), (path, flags, mode), AT_FDCWD)
OPEN(open64, (const char *path, int flags, ...), (path, flags, mode), AT_FDCWD)
OPEN(openat, (int folder, const char *path, int flags, ...), (folder, path, flags, mode), folder)
OPEN(openat64, (int folder, const char *path, int flags, ...), (folder, path, flags, mode), folder)

// Calls that return 0 when they have done it.
#define CALL(name, parameters, arguments, said)       \
    int name parameters {                             \
        int(*real) parameters = next(#name);          \
        int result;                                   \
        GUARDED({                                     \
            result = real arguments;                  \
            if (result == 0 && record >= 0) { said; } \
        });                                           \
        return result;                                \
    }
static void synced(int descriptor) {
    unsigned long file = inode(descriptor);
    if (file) note("S %lu\n", file);
}
static void resized(int descriptor, off_t size) {
    unsigned long file = inode(descriptor);
    if (file) note("T %lu %ld\n", file, (long)size);
}
static void removed(const char *path) {
    if (below(path)) note("U %s\n", path);
}
static void made(const char *path) {
    struct stat status;
    if (below(path) && stat(path, &status) == 0) note("D %lu %s\n", (unsigned long)status.st_ino, path);
}
static void renamed(const char *old, const char *new, char how) {
    if (below(old) && below(new)) note("%c %s\t%s\n", how, old, new);
}
CALL(fsync, (int descriptor), (descriptor), synced(descriptor))
CALL(fdatasync, (int descriptor), (descriptor), synced(descriptor))
CALL(ftruncate, (int descriptor, off_t size), (descriptor, size), resized(descriptor, size))
CALL(ftruncate64, (int descriptor, off_t size), (descriptor, size), resized(descriptor, size))
CALL(rename, (const char *old, const char *new), (old, new), renamed(old, new, 'R'))
static void renamed_at(int from, const char *old, int to, const char *new, char how) {
    char first[8192], second[8192];
    renamed(absolute(from, old, first, sizeof first), absolute(to, new, second, sizeof second), how);
}
CALL(renameat, (int from, const char *old, int to, const char *new), (from, old, to, new), renamed_at(from, old, to, new, 'R'))
CALL(renameat2, (int from, const char *old, int to, const char *new, unsigned flags), (from, old, to, new, flags),
     renamed_at(from, old, to, new, flags & RENAME_EXCHANGE ? 'X' : 'R'))
CALL(unlink, (const char *path), (path), removed(path))
CALL(remove, (const char *path), (path), removed(path))
CALL(rmdir, (const char *path), (path), removed(path))
CALL(unlinkat, (int folder, const char *path, int flags), (folder, path, flags), {
    char whole[8192];
    removed(absolute(folder, path, whole, sizeof whole));
})
CALL(mkdir, (const char *path, mode_t mode), (path, mode), made(path))
CALL(mkdirat, (int folder, const char *path, mode_t mode), (folder, path, mode), {
    char whole[8192];
    made(absolute(folder, path, whole, sizeof whole));
})

// The program makes none of the calls that follow below the folder. Should it begin to, the replay says so; it would miss them without a word.
#define UNKNOWN(type, name, parameters, arguments, is_ours)   \
    type name parameters {                                    \
        type(*real) parameters = next(#name);                 \
        if (record >= 0 && (is_ours)) {                       \
            GUARDED({ note("? %s\n", #name); });              \
        }                                                     \
        return real arguments;                                \
    }
UNKNOWN(ssize_t, writev, (int file, const struct iovec *parts, int count), (file, parts, count), inode(file))
UNKNOWN(ssize_t, pwritev, (int file, const struct iovec *parts, int count, off_t at), (file, parts, count, at), inode(file))
UNKNOWN(ssize_t, pwritev64, (int file, const struct iovec *parts, int count, off64_t at), (file, parts, count, at), inode(file))
UNKNOWN(ssize_t, sendfile, (int file, int source, off_t *at, size_t count), (file, source, at, count), inode(file))
UNKNOWN(ssize_t, sendfile64, (int file, int source, off64_t *at, size_t count), (file, source, at, count), inode(file))
UNKNOWN(ssize_t, copy_file_range, (int source, off64_t *from, int file, off64_t *to, size_t count, unsigned flags),
        (source, from, file, to, count, flags), inode(file))
UNKNOWN(int, fallocate, (int file, int how, off_t at, off_t count), (file, how, at, count), inode(file))
UNKNOWN(int, fallocate64, (int file, int how, off64_t at, off64_t count), (file, how, at, count), inode(file))
UNKNOWN(int, posix_fallocate, (int file, off_t at, off_t count), (file, at, count), inode(file))
UNKNOWN(int, posix_fallocate64, (int file, off64_t at, off64_t count), (file, at, count), inode(file))
UNKNOWN(int, syncfs, (int file), (file), inode(file))
UNKNOWN(int, sync_file_range, (int file, off64_t at, off64_t count, unsigned flags), (file, at, count, flags), inode(file))
UNKNOWN(void *, mmap, (void *at, size_t count, int rights, int flags, int file, off_t offset), (at, count, rights, flags, file, offset),
        file >= 0 && rights & PROT_WRITE && flags & MAP_SHARED && inode(file))
UNKNOWN(void *, mmap64, (void *at, size_t count, int rights, int flags, int file, off64_t offset),
        (at, count, rights, flags, file, offset), file >= 0 && rights & PROT_WRITE && flags & MAP_SHARED && inode(file))
UNKNOWN(int, truncate, (const char *path, off_t size), (path, size), below(path))
UNKNOWN(int, truncate64, (const char *path, off64_t size), (path, size), below(path))
UNKNOWN(int, creat, (const char *path, mode_t mode), (path, mode), below(path))
UNKNOWN(int, creat64, (const char *path, mode_t mode), (path, mode), below(path))
UNKNOWN(int, mkstemp, (char *path), (path), below(path))
UNKNOWN(int, mkstemp64, (char *path), (path), below(path))
UNKNOWN(int, mkostemp, (char *path, int flags), (path, flags), below(path))
UNKNOWN(int, mkostemp64, (char *path, int flags), (path, flags), below(path))
UNKNOWN(char *, mkdtemp, (char *path), (path), below(path))
UNKNOWN(int, link, (const char *old, const char *new), (old, new), below(new))
UNKNOWN(int, linkat, (int from, const char *old, int to, const char *new, int flags), (from, old, to, new, flags), below(new))
UNKNOWN(int, symlink, (const char *old, const char *new), (old, new), below(new))
UNKNOWN(int, symlinkat, (const char *old, int to, const char *new), (old, to, new), below(new))
UNKNOWN(FILE *, fopen, (const char *path, const char *mode), (path, mode), strpbrk(mode, "wa+") && below(path))
UNKNOWN(FILE *, fopen64, (const char *path, const char *mode), (path, mode), strpbrk(mode, "wa+") && below(path))
