"""What JSON Schema can't say of the served API, and checks for what its contracts do in their own way. For tools/check-server."""
import json

import schemathesis
from hypothesis import strategies as st

LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True).filter(lambda label: "--" not in label)
HOST = st.one_of(
    st.sampled_from(["braqua.net", "www.braqua.net", "grako.net", "never.example", "bücher.example", "127.0.0.1", "[::1]"]),
    st.builds(lambda label, top: f"{label}.{top}", LABEL, st.sampled_from(["com", "net", "co.uk", "example"])))
PATH = st.sampled_from(["", "/", "/guide/1", "/a%20b?c=d&e=+", "/%D1%82#x"])
schemathesis.openapi.format("name", HOST)
# A name or an address: each is sound in every mode. No pattern says what all of them are.
schemathesis.openapi.format("name-or-address", st.one_of(HOST, st.builds(
    lambda scheme, host, path: f"{scheme}://{host}{path}", st.sampled_from(["http", "https", "HTTPS"]), HOST, PATH)))


def is_sound(case):
    """Whether the request was made to be accepted."""
    return case.meta is not None and case.meta.generation.mode.is_positive


def is_of(case, tag):
    return tag in (case.operation.tags or [])


def put_days_in_order(values):
    """date_from isn't after date_to, also where one of them is the default: one parameter's schema can't name another."""
    first, last = values.get("date_from") or None, values.get("date_to") or None
    if not all(day is None or isinstance(day, str) for day in (first, last)):
        return
    if first and last and first > last:
        values["date_from"], values["date_to"] = last, first
    elif first and not last:
        values["date_to"] = first
    elif last and not first:
        values["date_from"] = last


@schemathesis.hook
def before_call(context, case, kwargs):
    if not is_sound(case) or not is_of(case, "SEO PowerSuite"):
        return
    # A cursor is made by the server and sealed: one that was made up is refused, as it must be (and as the tests of cursors hold).
    if case.query and "next" in case.query:
        del case.query["next"]
    for values in (case.query, case.body):
        if isinstance(values, dict) and ("date_from" in values or "date_to" in values):
            put_days_in_order(values)


@schemathesis.check
def envelope_refuses(ctx, response, case):
    """Where HTTP always says 200, the codes in the answer say what became of a request."""
    if not is_of(case, "DataForSEO") or response.status_code != 200 or case.meta is None:
        return
    answer = json.loads(response.content)
    # More than --rate-limit allows, sound or not.
    if answer["status_code"] == 40202:
        return
    codes = [answer["status_code"]] + [task["status_code"] for task in answer["tasks"] or []]
    refused = [code for code in codes if code != 20000]
    assert all(40000 <= code < 50000 for code in refused), f"not a refusal but a failure: {codes}"
    assert (answer["tasks_error"] or 0) == sum(code != 20000 for code in codes[1:])
    if is_sound(case):
        # How far back a day may lie depends on the newest snapshot.
        messages = [task["status_message"] for task in answer["tasks"] or []]
        named = all("'date_from'" in message or "'date_to'" in message for message in messages if message != "Ok.")
        assert codes[0] == 20000 and named, f"a sound request was refused: {codes} {messages}"
    elif answer["tasks"] is None:
        assert refused, "an unsound request was accepted"


@schemathesis.check
def other_methods_are_not_found(ctx, response, case):
    if is_of(case, "DataForSEO") and response.request.method != "POST":
        assert response.status_code in (401, 404), f"{response.request.method} is answered with {response.status_code}"
        if response.request.method != "HEAD":
            assert json.loads(response.content)["status_code"] in (40100, 40400)
