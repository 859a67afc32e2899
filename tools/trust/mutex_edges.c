// What the thread sanitizer doesn't see of Swift's Mutex on Linux, told to it.
//
// A Mutex of the Synchronization library (Swift 6.3) is a word. It is taken and given back by one compare-and-exchange, which is
// emitted into the code that uses it, so the sanitizer sees it. When that doesn't succeed because another thread has the lock or
// waits for it, functions of libswiftSynchronization do the work, and those aren't instrumented: what happened under the lock
// before seems to have nothing to do with what happens after. The functions here stand before the library's, call them, and say
// that the word was released before, and acquired after: the sanitizer keeps one clock for an address, the same for this and for
// the compare-and-exchange.
//
// tools/trust/sanitize.py links this into every program that it builds for the thread sanitizer, and looks at counting.swift
// first: with a lock it must not be reported, without one it must be. Another Swift may name these functions otherwise.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

void __tsan_acquire(void *address);
void __tsan_release(void *address);

// Swift's calling convention: self is in a register of its own. Symbols are the mangled names of _MutexHandle's methods.
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *word
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void strata_lock(uint32_t thread, SELF) __asm__(LOCK);
SWIFT bool strata_try_lock(SELF) __asm__(TRY_LOCK);
SWIFT void strata_unlock(SELF) __asm__(UNLOCK);

static __typeof__(&strata_lock) real_lock;
static __typeof__(&strata_try_lock) real_try_lock;
static __typeof__(&strata_unlock) real_unlock;

// NULL in a program without the library: nobody calls them there.
__attribute__((constructor)) static void find(void) {
    real_lock = (__typeof__(real_lock))dlsym(RTLD_NEXT, LOCK);
    real_try_lock = (__typeof__(real_try_lock))dlsym(RTLD_NEXT, TRY_LOCK);
    real_unlock = (__typeof__(real_unlock))dlsym(RTLD_NEXT, UNLOCK);
}

SWIFT void strata_lock(uint32_t thread, SELF) {
    real_lock(thread, word);
    __tsan_acquire(word);
}

SWIFT bool strata_try_lock(SELF) {
    bool is_taken = real_try_lock(word);
    if (is_taken) __tsan_acquire(word);
    return is_taken;
}

SWIFT void strata_unlock(SELF) {
    __tsan_release(word);
    real_unlock(word);
}
