"""Runs `strata serve` on a free port of loopback."""
import contextlib
import re
import subprocess
import threading


@contextlib.contextmanager
def served(program, store, *arguments):
    """Yields the server's address; stops it at the end, and fails when it doesn't end well."""
    process = subprocess.Popen([program.binary, "serve", "--port", "0", "--quiet", "--store", store, *arguments],
                               stderr=subprocess.PIPE, text=True)
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
        yield found.group(1)
        process.terminate()
        assert process.wait(timeout=30) == 0, f"strata serve ended badly:\n{''.join(said)}"
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
