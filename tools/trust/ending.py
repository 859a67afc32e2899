"""How a tool ends, also when it is told to (Ctrl-C, SIGTERM, SIGHUP): its processes end, what it made is taken away, and its exit
status says which signal it was (130, 143, 129).

    with ending.work("strata-x-") as folder:        # processes are started by ending.children
"""
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
#: Seconds that a process has after SIGTERM.
GRACE = 5


class Told(SystemExit):
    """The tool was told to end; the code is the status that a shell shows for the signal."""


class Stopped(Exception):
    """The tool ends: no process is started any more."""


class Children:
    """The processes of a tool, whichever of its threads waits for them. Each has a session of its own, so that a Ctrl-C in the terminal is
    the tool's to pass on, and so that what a process has started ends with it."""

    def __init__(self):
        self.lock = threading.Lock()
        self.running = set()
        self.closed = False
        #: While the main thread starts a process, a signal waits: else nobody would know of that process.
        self.starting = False
        self.told = None

    def start(self, *arguments, **settings):
        """As subprocess.Popen."""
        is_main = threading.current_thread() is threading.main_thread()
        with self.lock:
            if self.closed:
                raise Stopped
            self.starting = is_main or self.starting
            try:
                process = subprocess.Popen(*arguments, start_new_session=True, **settings)
                self.running.add(process)
            finally:
                self.starting = self.starting and not is_main
        if is_main and self.told:
            raise Told(128 + self.told)
        return process

    def run(self, *arguments, timeout=None, **settings):
        """(status, output, errors), each as far as it is a pipe. The status is None when the process was killed after `timeout` seconds."""
        process = self.start(*arguments, **settings)
        try:
            out, err = process.communicate(timeout=timeout)
            return process.returncode, out, err
        except subprocess.TimeoutExpired:
            return None, b"", b""
        finally:
            self.kill(process)

    def kill(self, process):
        """Ends a process that may have ended already."""
        if process.poll() is None:
            self.send(process, signal.SIGKILL)
            process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        with self.lock:
            self.running.discard(process)

    @staticmethod
    def send(process, number):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)

    def end(self):
        """All of them, and no more are started."""
        with self.lock:
            self.closed = True
            left = list(self.running)
        for process in left:
            # The number of one that has been waited for may be another's by now.
            if process.poll() is None:
                self.send(process, signal.SIGTERM)
        for process in left:
            try:
                process.wait(timeout=GRACE)
            except subprocess.TimeoutExpired:
                self.send(process, signal.SIGKILL)
                process.wait()


children = Children()


def watch():
    """From now on such a signal raises Told in the main thread, so that what `finally` and `with` promise is done. A second one
    disturbs nothing of that."""
    def end(number, _):
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        if children.starting:
            children.told = number
            return
        raise Told(128 + number)
    for each in SIGNALS:
        # Whoever started the tool may have had a signal ignored (nohup).
        if signal.getsignal(each) != signal.SIG_IGN:
            signal.signal(each, end)


@contextlib.contextmanager
def work(prefix, in_memory=False):
    """A new folder; at the end, whichever that is, all children end and the folder goes."""
    watch()
    folder = tempfile.mkdtemp(prefix=prefix, dir="/dev/shm" if in_memory and os.path.isdir("/dev/shm") else None)
    try:
        yield folder
    finally:
        children.end()
        shutil.rmtree(folder, ignore_errors=True)
