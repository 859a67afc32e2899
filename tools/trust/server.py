"""Runs `strata serve` on a free port of loopback."""
import contextlib
import os
import re
import resource
import subprocess
import threading

import ending
from ending import children


class Server:
    def __init__(self, process, address, files=None):
        """files: how many descriptors it may have; None for as many as the system gives."""
        self.process, self.files = process, files
        self.address = address
        self.host, port = address.split("://")[1].split(":")
        self.port = int(port)

    def resident_mebibytes(self, name="VmHWM"):
        """Of its memory: VmHWM is the most there ever was, VmRSS what there is."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith(name):
                    return int(line.split()[1]) // 1024
        return 0

    def socket_count(self):
        """How many sockets it has open: connections that it took, and a few of its own."""
        folder, count = f"/proc/{self.process.pid}/fd", 0
        for name in os.listdir(folder):
            try:
                count += os.readlink(f"{folder}/{name}").startswith("socket:")
            except FileNotFoundError:
                pass
        return count

    def processor_seconds(self):
        """What it has used of processors so far."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            facts = file.read().rpartition(")")[2].split()
        return sum(map(int, facts[11:13])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def running(binary, store, *arguments, files=None):
    """Yields a Server; stops it at the end, and fails when it doesn't end well.

    files: how many may be open, sockets among them; None for the system's limit.

    A signal that ends the tool (ending.watch) ends the server with it."""
    if threading.current_thread() is threading.main_thread():
        ending.watch()

    def limit():
        if files:
            resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    process = children.start([binary, "serve", "--port", "0", "--quiet", "--store", store, *arguments], stderr=subprocess.PIPE,
                               text=True, preexec_fn=limit)
    said = []
    try:
        for line in process.stderr:
            said.append(line)
            found = re.match(r"listening on (http://\S+)", line)
            if found:
                break
        else:
            raise AssertionError(f"strata serve has not started:\n{''.join(said)}")
        # Whatever it says later is kept, and can't fill the pipe.
        reader = threading.Thread(target=lambda: said.extend(process.stderr), daemon=True)
        reader.start()
        yield Server(process, found.group(1), files)
        process.terminate()
        assert process.wait(timeout=30) == 0, f"strata serve ended badly:\n{''.join(said)}"
    finally:
        children.kill(process)
