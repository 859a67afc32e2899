"""Which states a store was in, and when: what an answer may say depends on when it was asked for."""
import threading
import time


class Timeline:
    def __init__(self, state):
        #: (since, the states that the store may be in from then on)
        self.entries = [(0.0, frozenset([state]))]
        self.lock = threading.Lock()

    def begins(self, state):
        """A command runs that leads to the state: it may be there at any moment from now on."""
        with self.lock:
            self.entries.append((time.monotonic(), self.entries[-1][1] | {state}))

    def ended(self, state):
        with self.lock:
            self.entries.append((time.monotonic(), frozenset([state])))

    def possible(self, since, until):
        """The states that somebody may have seen who looked from `since` to `until`."""
        with self.lock:
            entries = list(self.entries)
        found = set()
        for (begin, states), following in zip(entries, entries[1:] + [(float("inf"), None)]):
            if begin <= until and following[0] >= since:
                found |= states
        return found
