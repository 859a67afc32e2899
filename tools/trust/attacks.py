"""Ways to hurt a server, each with what it must answer. An attack yields faults; `told` is a few words on what was done."""
import random
import re
import select
import socket
import time

SPS = "/backlinks/v1.0/"
#: Seconds that a client may take for a request, or for a piece of its answer, while others find no room.
HOLDING = 5
#: Connections that send single bytes.
DOZENS = 40
BULK = "/v3/backlinks/bulk_new_lost_backlinks/live"


def connect(server, timeout=15):
    client = socket.create_connection((server.host, server.port), timeout=timeout)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


def send(client, data):
    """False when the server has had enough."""
    try:
        client.sendall(data)
        return True
    except OSError:
        return False


def rest(client):
    """Everything up to the end of the connection."""
    parts = []
    while True:
        try:
            part = client.recv(1 << 16)
        except ConnectionResetError:
            break
        if not part:
            break
        parts.append(part)
    return b"".join(parts)


def statuses(answer):
    """Of the answers in a stream of bytes; their bodies hold no status lines."""
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d\d\d) ", answer)]


def broke_down(answer):
    """Whether DataForSEO's contract says under HTTP 200 what 500 says elsewhere, of a call or of one of its tasks."""
    return re.search(rb'"status_code":\s*50000\b', answer) is not None


def request(method, path, body=b"", headers=()):
    lines = [f"{method} {path} HTTP/1.1", "Host: attacked", *headers]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def ask(server, data):
    """One exchange; the connection ends after it."""
    with connect(server) as client:
        send(client, data)
        try:
            client.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        return rest(client)


class Attack:
    def __init__(self, server, seconds, count, seed):
        self.server, self.seconds, self.count = server, seconds, count
        self.random = random.Random(seed)
        self.told = ""

    def open_more(self, clients, count, opening, end):
        """Opens connections that begin with these bytes, until there are so many, none is to be had, or the time is over."""
        while len(clients) < count and time.monotonic() < end:
            try:
                client = connect(self.server, 5)
            except OSError:
                return
            if send(client, opening):
                client.setblocking(False)
                clients.append(client)
            else:
                client.close()

    def many(self, opening, drip, every=0.2):
        """Opens connections that begin something and go on a byte at a time. Tells how many there were at a time at most, here and in the
        server, and how many the server ended. An attack that didn't come about shows nothing: that is a fault."""
        clients = []
        end = time.monotonic() + self.seconds
        ended = most = held = 0
        while time.monotonic() < end:
            self.open_more(clients, self.count, opening, end)
            most, held = max(most, len(clients)), max(held, self.server.socket_count())
            alive = []
            for client in clients:
                try:
                    client.send(drip)
                    alive.append(client)
                except BlockingIOError:
                    alive.append(client)
                except OSError:
                    ended += 1
                    client.close()
            clients = alive
            time.sleep(every)
        for client in clients:
            client.close()
        self.told = f"{most} of {self.count} at a time, {held} in the server; {ended} ended by it"
        faults = [] if most >= self.count / 2 else [f"only {most} of {self.count} connections were there at a time"]
        # It gives half of its descriptors to connections.
        room = min(self.count, self.server.files // 2 if self.server.files else self.count)
        return faults if held >= room / 2 else [*faults, f"the server had only {held} sockets, not {room / 2:.0f}"]

    # Slowness.

    def slow_heads(self):
        return self.many(b"GET /health HTTP/1.1\r\nHost: a\r\nX-Slow: ", b"x")

    def slow_bodies(self):
        return self.many(b"POST /backlinks/v1.0/get-metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n{", b" ")

    def slow_chunks(self):
        return self.many(b"POST /v3/backlinks/history/live HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n")

    def idle(self):
        """They say nothing."""
        return self.many(b"", b"")

    def single_bytes(self):
        """Heads with a long request line, whose headers come a byte at a time, on some dozens of connections: a server that looks through
        a head again at each byte works for each as long as it would for the line. Tells what a byte costs it, beside one of a short line."""
        costs, faults = [], []
        for length in (20, 60 << 10):
            opening = b"GET /health?" + b"x" * length + b" HTTP/1.1\r\nHost: a\r\nX-Slow: "
            clients, sent, held = [], 0, 0
            began, end = self.server.processor_seconds(), time.monotonic() + self.seconds
            while time.monotonic() < end:
                self.open_more(clients, DOZENS, opening, end)
                alive = []
                for client in clients:
                    try:
                        sent += client.send(b"x")
                        alive.append(client)
                    except BlockingIOError:
                        alive.append(client)
                    except OSError:
                        client.close()
                clients = alive
                # Else they would come together.
                time.sleep(0.005)
                held = max(held, self.server.socket_count())
            for client in clients:
                client.close()
            if held < DOZENS / 2 or sent < DOZENS * 10 * self.seconds:
                faults.append(f"only {held} connections in the server and {sent} bytes behind a line of {length} came about")
            costs.append((self.server.processor_seconds() - began) / max(1, sent) * 1e6)
        self.told = f"{DOZENS} heads of 60 KiB: {costs[1]:.0f} µs of processor for each byte more, {costs[0]:.0f} where the line is short"
        return faults

    def slow_readers(self):
        """Connections that ask for long answers and read nothing of them, as many as there may be: each goes for somebody else when it has
        taken nothing for longer than an honest client does."""
        many = request("GET", SPS + "get-raw-backlinks?target=braqua.net&mode=domain&limit=100000") * 20
        clients = []
        for _ in range(self.count):
            client = socket.socket()
            client.settimeout(5)
            # Little is on its way to it then.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1400)
            try:
                client.connect((self.server.host, self.server.port))
                client.sendall(many)
            except OSError:
                client.close()
                continue
            clients.append(client)
        # Whoever comes is answered before they leave.
        began, found = time.monotonic(), []
        while time.monotonic() - began < self.seconds or found != [200] and time.monotonic() - began < 4 * HOLDING:
            try:
                found = statuses(ask(self.server, request("GET", "/health")))
            except OSError:
                found = []
            time.sleep(0.2)
        for client in clients:
            client.close()
        self.told = f"{len(clients)} of {self.count} that ask for 20 long answers each and read none"
        faults = [] if len(clients) >= self.count / 2 else [f"only {len(clients)} connections came about"]
        return faults if found == [200] else [*faults, f"beside them, /health is answered with {found}"]

    def held_bodies(self):
        """Nearly whole bodies that never end: more than the server keeps of all together. A large one that ends is taken all the same, once
        the others have been held back for longer than an honest client takes."""
        body = b"{\"target\":\"" + b"x" * 3_900_000
        head = request("POST", SPS + "get-metrics", b"").replace(b"Content-Length: 0", b"Content-Length: 4100000")
        clients = []
        for _ in range(100):
            client = connect(self.server)
            client.settimeout(3)
            send(client, head + body)
            clients.append(client)
        honest = request("POST", SPS + "get-metrics", b'{"target":"braqua.net"' + b" " * 4_000_000 + b"}")
        began, found = time.monotonic(), []
        while found != [200] and time.monotonic() - began < max(self.seconds, 2 * HOLDING):
            # Whoever is refused comes again.
            try:
                found = statuses(ask(self.server, honest))
            except OSError:
                found = []
            time.sleep(0.2)
        taken = time.monotonic() - began
        refused = ended = 0
        for client in clients:
            if select.select([client], [], [], 0)[0]:
                try:
                    refusal = 503 in statuses(client.recv(1 << 16))
                    refused, ended = refused + refusal, ended + (not refusal)
                except OSError:
                    ended += 1
            client.close()
        self.told = f"100 of 3.9 MB each: {refused} refused with 503, {ended} ended; another of 4 MB taken after {taken:.1f} s"
        faults = [] if found == [200] else [f"a body of 4 MB is answered with {found} beside those that are held back, after {taken:.1f} s"]
        return faults if refused + ended else [*faults, "a hundred bodies of 3.9 MB were all kept"]

    # Floods.

    def endless(self):
        """Each kind of line without an end: refused with its status, after its limit."""
        faults = []
        chunked = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        kinds = (("a request line", b"GET /", b"x" * 4096, 414), ("a header", b"GET / HTTP/1.1\r\nX: ", b"x" * 4096, 431),
                 ("headers", b"GET / HTTP/1.1\r\n", b"X: y\r\n" * 500, 431), ("empty chunks' lines", chunked, b"0" * 4096, 400),
                 ("an extension", chunked + b"1;", b"x" * 4096, 400), ("small chunks", chunked, b"1;x=y\r\na\r\n" * 500, 400),
                 ("trailers", chunked + b"0\r\n", b"T: x\r\n" * 500, 400),
                 ("a body", b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", b"8000\r\n" + b"x" * 0x8000 + b"\r\n", 413))
        lost = 0
        for name, opening, piece, expected in kinds:
            # A connection that is reset may take the answer with it, but not each time.
            for _ in range(3):
                sent, found, ended = self.without_end(opening, piece)
                if found or not ended:
                    break
                lost += 1
            if found != [expected] or sent > 32 << 20:
                faults.append(f"{name} without an end: {found or ('no answer' if ended else 'neither an answer nor an end')} after {sent} "
                              f"bytes, not {expected}")
        self.told = f"{len(kinds)} kinds of lines and bodies without an end{f'; {lost} answers were lost' if lost else ''}"
        return faults

    def without_end(self, opening, piece):
        """How many bytes were sent, the statuses that came, and whether the server ended the connection."""
        with connect(self.server) as client:
            sent = 0
            while sent < 64 << 20 and send(client, opening if sent == 0 else piece):
                sent += len(piece)
                if select.select([client], [], [], 0)[0]:
                    break
            try:
                return sent, statuses(rest(client)), True
            except TimeoutError:
                return sent, [], False

    def pipelined(self):
        """All are answered, in turn; whoever doesn't read isn't answered into memory."""
        one = request("GET", SPS + "get-metrics?target=braqua.net&mode=domain")
        with connect(self.server) as client:
            client.settimeout(60)
            send(client, one * 999 + request("GET", "/health", headers=("Connection: close",)))
            found = statuses(rest(client))
        faults = [] if found == [200] * 1000 else [f"1000 pipelined requests: {len(found)} answers, {set(found)}"]
        clients = []
        many = request("GET", SPS + "get-raw-backlinks?target=braqua.net&mode=domain&limit=100000") * 500
        for _ in range(50):
            client = connect(self.server)
            client.setblocking(False)
            try:
                client.send(many)
            except OSError:
                pass
            clients.append(client)
        time.sleep(self.seconds / 2)
        held = self.server.socket_count()
        if held < len(clients) / 2:
            faults.append(f"the server had only {held} sockets beside {len(clients)} clients that read none")
        for client in clients:
            client.close()
        self.told = "1000 in one go; 50 clients that ask for 500 long answers and read none"
        return faults

    def churn(self):
        """Connections that are reset at once, and in the middle of a request or of an answer."""
        end = time.monotonic() + self.seconds
        count = 0
        openings = (b"", b"GET /he", request("GET", "/health"), request("POST", BULK, b"[{"),
                    request("GET", SPS + "get-raw-backlinks?target=braqua.net&mode=domain&limit=100000"))
        while time.monotonic() < end:
            try:
                client = connect(self.server, 5)
            except OSError:
                continue
            send(client, self.random.choice(openings))
            # A reset instead of an end.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            client.close()
            count += 1
        self.told = f"{count} connections, reset"
        return [] if count > 50 else [f"only {count} connections came about"]

    def noise(self):
        """Random bytes, and requests with some of their bytes changed: no answer but 200, without a fault in it, and refusals."""
        faults = []
        sound = [request("GET", SPS + "get-backlinks?target=braqua.net&limit=5"),
                 request("POST", BULK, b'[{"targets":["braqua.net"]}]'), request("GET", "/health")]
        allowed = {200, 400, 401, 404, 405, 406, 413, 414, 431, 501, 505}
        for number in range(2_000):
            data = bytearray(self.random.choice(sound)) if number % 4 else bytearray(self.random.randbytes(200))
            for _ in range(self.random.randrange(6)):
                data[self.random.randrange(len(data))] = self.random.randrange(256)
            answer = ask(self.server, bytes(data))
            found = set(statuses(answer))
            if not found <= allowed or broke_down(answer):
                faults.append(f"{bytes(data)!r}: {found} {answer[-300:]!r}")
        self.told = "2000 requests of random and of changed bytes"
        return faults
