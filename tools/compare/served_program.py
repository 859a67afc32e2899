"""Runs `strata serve` on a free port of loopback."""
import contextlib
import os
import sys

# Behind this folder, which has a module of the name of one there.
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "trust"))
import server  # noqa: E402


@contextlib.contextmanager
def served(program, store, *arguments):
    """Yields the server's address; stops it at the end, and fails when it doesn't end well."""
    with server.running(program.binary, store, *arguments) as started:
        yield started.address
