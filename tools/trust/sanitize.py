"""The Swift suite under the sanitizers that Swift has on Linux: tools/test --sanitize [address|thread ...] [-- swift test's arguments]

Each has a build folder of its own (.build-address …), so that the usual one stays as it is. What can't run under one of them is named
with the reason. A report of a sanitizer ends its test process, which fails the run.
"""
import os
import re
import subprocess
import sys
import time

PROJECT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
OPTIONS = {
    # Swift's runtime and test library keep what they make at the start; leaks of ours are the leak tests' matter.
    "address": {"ASAN_OPTIONS": "detect_leaks=0:detect_stack_use_after_return=1:strict_string_checks=1:halt_on_error=1"},
    "thread": {"TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1"},
}
#: Not run unless named, or not to be had.
ON_REQUEST = {
    "thread": "doesn't see the waiting path of Swift's Mutex, and reports what it guards: so it does in ten lines that do nothing else",
}
UNAVAILABLE = {
    "undefined": "swiftc 6.3 has none on Linux (\"unsupported option '-sanitize=undefined'\"); overflow, bounds and casts of Swift code trap in "
                 "every build",
}
#: Pattern of tests → why they can't run.
MEMORY = {"MemoryTests/filesStream": "measures memory, and the sanitizer keeps what is freed for a while"}
SKIPPED = {"address": MEMORY, "thread": MEMORY}
REPORT = re.compile(r"^.*(?:ERROR: AddressSanitizer|WARNING: ThreadSanitizer).*$", re.MULTILINE)


def run(sanitizer, arguments):
    scratch = f".build-{sanitizer}"
    shared = ["--sanitize", sanitizer, "--scratch-path", scratch]
    environment = {**os.environ, **OPTIONS[sanitizer], "SWIFT_BACKTRACE": "enable=no"}
    start = time.time()
    print(f"== {sanitizer}: build", flush=True)
    if subprocess.run(["swift", "build", "--build-tests", *shared], cwd=PROJECT, stdout=subprocess.DEVNULL).returncode != 0:
        return f"{sanitizer}: the build failed"
    skips = []
    for pattern, reason in SKIPPED[sanitizer].items():
        print(f"   left out: {pattern}: {reason}", flush=True)
        skips += ["--skip", pattern]
    print(f"== {sanitizer}: tests", flush=True)
    log = os.path.join(PROJECT, scratch, "test.log")
    with open(log, "wb") as output:
        status = subprocess.run(["swift", "test", "--skip-build", *shared, *skips, *arguments], cwd=PROJECT, stdout=output,
                                stderr=subprocess.STDOUT, env=environment).returncode
    with open(log, errors="replace") as file:
        text = file.read()
    reports = REPORT.findall(text)
    counts = re.findall(r"Test run with (\d+) tests? .*", text)
    seconds = f"{time.time() - start:.0f} s"
    if status == 0 and not reports and counts and int(counts[-1]) > 0:
        print(f"   {counts[-1]} tests, no report, {seconds}", flush=True)
        return None
    for line in [*dict.fromkeys(reports), *re.findall(r"^.*(?:✘|error:).*$", text, re.MULTILINE)][:20]:
        print(f"   {line}", flush=True)
    return f"{sanitizer}: exit status {status}, {len(reports)} reports, {seconds}; all of it: {log}"


def main():
    given = sys.argv[1:]
    split = given.index("--") if "--" in given else len(given)
    chosen, arguments = given[:split] or [name for name in OPTIONS if name not in ON_REQUEST], given[split + 1:]
    unknown = [name for name in chosen if name not in OPTIONS]
    if unknown:
        reasons = "".join(f"\n{name}: {UNAVAILABLE[name]}" for name in unknown if name in UNAVAILABLE)
        sys.exit(f"tools/test --sanitize: no sanitizer {', '.join(unknown)}; there are {', '.join(OPTIONS)}{reasons}")
    for name, reason in (ON_REQUEST | UNAVAILABLE).items():
        if name not in chosen:
            print(f"   left out: {name}: {reason}", flush=True)
    failures = [failure for name in chosen if (failure := run(name, arguments))]
    for failure in failures:
        print(failure)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
