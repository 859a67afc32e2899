"""What a tool mounts is mounted for it and its processes alone, and is gone with the last of them, however that ends."""
import ctypes
import os

#: sched.h and sys/mount.h of Linux. (os.unshare is there from Python 3.12 on.)
CLONE_NEWNS = 0x0002_0000
MS_REC = 0x4000
MS_PRIVATE = 1 << 18


def begin():
    """Gives this process mounts of its own. To be called before any thread or process is started. Raises OSError where that isn't
    allowed (to others than root)."""
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(CLONE_NEWNS) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    # Else what is mounted below a shared mount appears in the machine's, too.
    if library.mount(b"none", b"/", None, ctypes.c_ulong(MS_REC | MS_PRIVATE), None) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
