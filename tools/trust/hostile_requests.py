"""Single requests that are meant to hurt: (name, bytes, the statuses of all answers that may come, what the answer must hold)."""
from attacks import BULK, SPS, request

SECOND = request("GET", "/health")


def post(path, body, encoding="utf-8"):
    return request("POST", path, body if isinstance(body, bytes) else body.encode(encoding))


def smuggled():
    """A request whose end two readers could see in different places, and one behind it that must not be answered."""
    head = b"POST /backlinks/v1.0/get-metrics HTTP/1.1\r\nHost: a\r\n"
    body = b"4\r\nabcd\r\n0\r\n\r\n"
    for headers, status in (
            (b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", 400), (b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", 400),
            (b"Content-Length: 4\r\nContent-Length: 4\r\n", 400), (b"Content-Length: 4\r\nContent-Length: 13\r\n", 400),
            (b"Content-Length: 4, 4\r\n", 400), (b"Content-Length: +4\r\n", 400), (b"Content-Length: -4\r\n", 400),
            (b"Content-Length: 4 4\r\n", 400), (b"Content-Length: 0x4\r\n", 400), (b"Content-Length:\r\n", 400),
            (b"Content-Length : 4\r\n", 400), (b"Content-Length: 4\n\r\n", 400), (b"Content-Length: 99999999999999999999\r\n", 413),
            (b"Transfer-Encoding: xchunked\r\n", 501), (b"Transfer-Encoding: identity\r\n", 501),
            (b"Transfer-Encoding: chunked, chunked\r\n", 501), (b"Transfer-Encoding : chunked\r\n", 400),
            (b"Transfer-Encoding: \x0bchunked\r\n", 400), (b"Transfer-Encoding: chunked\0\r\n", 400),
            (b"X: y\r\n Transfer-Encoding: chunked\r\n", 400), (b"X: y\nContent-Length: 4\r\n", 400),
            (b"X: y\rContent-Length: 4\r\n", 400), (b"X: \0\r\n", 400), (b"Host: b\r\n", 400), (b"Bad Name: x\r\n", 400)):
        yield f"smuggling {headers!r}", head + headers + b"\r\n" + body + SECOND, [status], b'"error"'
    chunked = head + b"Transfer-Encoding: chunked\r\n\r\n"
    for chunks in (b"0x4\r\nabcd\r\n", b"+4\r\nabcd\r\n", b"4\nabcd\r\n", b"4\r\nabcdef\r\n", b"4;\rx\r\nabcd\r\n", b"ffffffffffffffff\r\n",
                   b"4 4\r\nabcd\r\n", b"\r\n", b"0\r\nT: x\n\r\n"):
        yield f"chunks {chunks!r}", chunked + chunks + SECOND, [400], b'"error"'
    for line in (b"CONNECT a:443 HTTP/1.1", b"OPTIONS * HTTP/1.1", b"GET https://a/ HTTP/1.1", b"GET  / HTTP/1.1", b"GET / HTTP/1.1 x", b"GET /"):
        yield f"line {line!r}", line + b"\r\nHost: a\r\n\r\n" + SECOND, [400], b'"error"'
    yield "line HTTP/2.0", b"GET / HTTP/2.0\r\nHost: a\r\n\r\n" + SECOND, [505], b'"error"'
    yield "no Host", b"GET /health HTTP/1.1\r\n\r\n" + SECOND, [400], b'"error"'
    yield "line feeds alone", b"GET /health HTTP/1.1\nHost: a\n\n" + SECOND, [400], b'"error"'
    # The absolute form is a proxy's; both requests are sound.
    yield "absolute target", b"GET HTTP://other/health HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND, [200, 200], b'"status"'


def bodies():
    targets = ",".join(f'"t{number}.com"' for number in range(100_000))
    yield "100,000 targets", post(SPS + "get-metrics", f'{{"target":[{targets}]}}'), [400], b"At most 100 targets"
    yield "100,000 targets of one", post(SPS + "get-backlinks", f'{{"target":[{targets}]}}'), [400], b"single target"
    yield "100,000 targets in bulk", post(BULK, f'[{{"targets":[{targets}]}}]'), [200], b"Invalid Field: 'targets'."
    yield "100,000 tasks", post(BULK, f"[{','.join(['{}'] * 100_000)}]"), [200], b"40006"
    fields = ",".join(f'"f{number}":1' for number in range(100_000))
    yield "100,000 fields", post(BULK, f"[{{{fields}}}]"), [200], b"40506"
    yield "a body of 4 MiB and a byte", post(SPS + "get-metrics", b" " * ((4 << 20) + 1)), [413], b"larger than"
    yield "2,000,000 numbers", post(SPS + "get-metrics", "[" + "0," * 2_000_000 + "0]"), [400], b"JSON object"
    yield "1,300,000 lists", post(SPS + "get-metrics", '{"target":[' + "[]," * 1_300_000 + "[]]}"), [400], b"target"
    for depth in (65, 1_000_000):
        yield f"{depth} lists deep", post(SPS + "get-metrics", "[" * depth), [400], b"post data is invalid"
        yield f"{depth} objects deep", post(BULK, '{"a":' * (depth if depth < 1000 else 800_000)), [200], b"40503"
    sound = '{"target":"braqua.net"}'
    for encoding in ("utf-16", "utf-16-be", "utf-32", "utf-8-sig"):
        yield f"a body in {encoding}", post(SPS + "get-metrics", sound, encoding), [400], b"post data is invalid"
    for name, text in (("overlong", b"\xc0\xaf"), ("a surrogate", b"\xed\xa0\x80"), ("half a pair", b"\\ud800"), ("NUL", b"\0"),
                       ("a line feed", b"\n"), ("half a character", b"\xc3"), ("beyond Unicode", b"\xf4\x90\x80\x80")):
        yield f"{name} in a body", post(SPS + "get-metrics", b'{"target":"' + text + b'"}'), [400], b"post data is invalid"
    for number in ("1e400", "9" * 100_000, "-1", "0.5", "1e308", "NaN", "0x10", "00"):
        yield f"limit {number[:10]}", post(SPS + "get-backlinks", f'{{"target":"braqua.net","limit":{number}}}'), [400], b'"error"'


def addresses():
    for junk in ("%FF%FE", "%00", "%C0%AF", "%ED%A0%80", "a%0d%0aX:y", "%E2%80%AE", "..%2f..%2fetc%2fpasswd", "http://%00/", "@", "[::1"):
        yield f"target {junk}", request("GET", f"{SPS}get-metrics?target={junk}"), [400], b'"error"'
        yield f"cursor {junk}", request("GET", f"{SPS}get-raw-backlinks?target=braqua.net&next={junk}"), [400], b"next"
        yield f"export {junk}", request("GET", f"/export/c/{junk}"), [404], b'"error"'
        broken = junk in ("%FF%FE", "%C0%AF", "%ED%A0%80")
        yield (f"task {junk}", request("GET", f"{SPS}download-all-backlinks-status?task_id={junk}"), [400 if broken else 200],
               b"task_id" if broken else b"unknown or deleted")
    many = "&".join(["target=a.com"] * 101)
    yield "101 targets", request("GET", f"{SPS}get-metrics?{many}"), [400], b"At most 100 targets"
    yield "4,500 targets", request("GET", f"{SPS}get-metrics?" + "&".join(["target=a.com"] * 4_500)), [400], b"At most 100 targets"
    yield "a line of 64 KiB and more", request("GET", f"{SPS}get-metrics?target=" + "a" * 70_000), [414], b'"error"'
    yield "a header of 32 KiB and more", request("GET", "/health", headers=("X: " + "y" * 40_000,)), [431], b'"error"'
    yield "101 headers", request("GET", "/health", headers=[f"X-{number}: y" for number in range(101)]), [431], b'"error"'
    for method in ("OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "get", "PROPFIND", "~"):
        yield f"{method} /health", request(method, "/health"), [405], b"Allow: GET, HEAD"
        yield f"{method} get-metrics", request(method, f"{SPS}get-metrics?target=a.com"), [405], b"Allow: GET, POST"
        yield f"{method} bulk", request(method, BULK), [404], b"40400"
    yield "HEAD /health", request("HEAD", "/health"), [200], b"Content-Length"
    yield "GET bulk", request("GET", BULK), [404], b"40400"


def everything():
    yield from smuggled()
    yield from bodies()
    yield from addresses()
