"""The same tables by SQL: referring domains of every domain, and the comparison of every two neighbouring snapshots.

The URL rules are stated again here, in SQL, from docs/url-rules.md; only percent-encoding, IDNA and the public suffix list
are Python functions (the packages idna and publicsuffixlist, over the same pinned list).
"""
import ipaddress
import itertools

import duckdb
import idna
from publicsuffixlist import PublicSuffixList

RULES = r"""
CREATE MACRO raw(u) AS regexp_replace(trim(u, ' ' || chr(9) || chr(10) || chr(13)), '[\t\n\r]', '', 'g');
CREATE MACRO scheme(u) AS lower(regexp_extract(raw(u), '^([A-Za-z]+)://', 1));
CREATE MACRO authority(u) AS regexp_extract(raw(u), '^[A-Za-z]+://([^/\\?#]*)', 1);
-- after the last @; without a port
CREATE MACRO host_port(u) AS regexp_extract(authority(u), '([^@]*)$', 1);
CREATE MACRO host_text(u) AS rtrim_one_dot(lower(regexp_extract(host_port(u), '^(\[[^\]]*\]|[^:]*)', 1)));
CREATE MACRO port_text(u) AS ltrim(regexp_extract(host_port(u), ':([0-9]+)$', 1), '0');
CREATE MACRO tail(u) AS regexp_extract(regexp_replace(raw(u), '#.*$', ''), '^[A-Za-z]+://[^/\\?#]*(.*)$', 1);
CREATE MACRO path_text(u) AS replace(regexp_extract(tail(u), '^([^?]*)', 1), '\', '/');
CREATE MACRO query_text(u) AS regexp_extract(tail(u), '^[^?]*(\?.*)$', 1);
CREATE MACRO escaped(t) AS CASE WHEN regexp_matches(t, '[^!-~]|["<>]') THEN percent_encoded(t) ELSE t END;
CREATE MACRO port_part(u) AS CASE WHEN port_text(u) = '' OR (scheme(u), port_text(u)) IN (('http', '80'), ('https', '443'))
    THEN '' ELSE ':' || port_text(u) END;
"""


def percent_encoded(text):
    return "".join(chr(b) if 0x21 <= b <= 0x7E and chr(b) not in '"<>' else f"%{b:02X}" for b in text.encode("utf-8"))


def ascii_host(text):
    """The host's ASCII name; None when it isn't a host that a link can name."""
    if text.startswith("["):
        try:
            return f"[{ipaddress.IPv6Address(text[1:-1]).compressed}]"
        except ValueError:
            return None
    if not text.isascii():
        try:
            # UTS 46 mapping and Punycode, as browsers do: idna.encode would refuse names such as xn--qei (a heart)
            mapped = idna.uts46_remap(text, std3_rules=False, transitional=False)
            text = ".".join(l if l.isascii() else "xn--" + l.encode("punycode").decode() for l in mapped.split("."))
        except idna.IDNAError:
            return None
    labels = text.split(".")
    fits = all(0 < len(label) <= 63 for label in labels) and len(text) <= 253
    plain = all(c.isascii() and (c.isalnum() or c in "-_.") for c in text)
    if not (fits and plain):
        return None
    if labels[-1].isdigit():
        try:
            return str(ipaddress.IPv4Address(text))
        except ValueError:
            return None
    return text


def registrable_domain(suffixes, host):
    if host.startswith("[") or host.split(".")[-1].isdigit():
        return host
    return suffixes.privatesuffix(host) or host


def suffix_list(project):
    with open(f"{project}/data/public_suffix_list.dat", encoding="utf-8") as text:
        # not publicsuffix2: it takes kuleuven.be for a suffix because ezproxy.kuleuven.be is a rule
        return PublicSuffixList(text, accept_unknown=True)


def connect(project):
    suffixes = suffix_list(project)
    base = duckdb.connect()
    base.execute("SET threads TO 2")
    one_dot = lambda host: host[:-1] if host.endswith(".") else host
    special = {"null_handling": "special"}
    base.create_function("rtrim_one_dot", one_dot, ["VARCHAR"], "VARCHAR")
    base.create_function("percent_encoded", percent_encoded, ["VARCHAR"], "VARCHAR")
    base.create_function("ascii_host", ascii_host, ["VARCHAR"], "VARCHAR", **special)
    base.create_function("registrable_domain", lambda h: registrable_domain(suffixes, h), ["VARCHAR"], "VARCHAR")
    base.execute(RULES)
    return base


def load(base, name, file):
    """TABLE name: distinct links of one snapshot with normalised URLs, hosts and registrable domains."""
    base.execute(f"CREATE OR REPLACE TABLE rows AS SELECT * FROM read_csv('{file}', header=true, all_varchar=true, quote='\"', escape='\"')")
    columns = {row[0] for row in base.execute("DESCRIBE rows").fetchall()}
    text = lambda column: f"coalesce({column}, '')" if column in columns else "''"
    flag = lambda column: f"coalesce({column} = 'true', false)" if column in columns else "false"
    kind = "link_type" if "link_type" in columns else "'href'"
    base.execute(f"""
        CREATE OR REPLACE TABLE urls AS
        WITH written AS (SELECT url_from AS u FROM rows UNION SELECT url_to FROM rows),
        hosts AS (SELECT DISTINCT host_text(u) AS text FROM written WHERE scheme(u) IN ('http', 'https')),
        named AS (SELECT text, ascii_host(text) AS host FROM hosts)
        SELECT u, host, registrable_domain(host) AS domain, scheme(u) || '://' || host || port_part(u)
                  || escaped(CASE WHEN path_text(u) = '' THEN '/' ELSE path_text(u) END) || escaped(query_text(u)) AS url
        FROM written JOIN named ON text = host_text(u)
        WHERE host IS NOT NULL AND scheme(u) IN ('http', 'https')""")
    base.execute(f"""
        CREATE OR REPLACE TABLE {name} AS
        SELECT DISTINCT f.url AS url_from, t.url AS url_to, {kind} AS link_type, {text('anchor')} AS anchor,
               {flag('image')} AS image, {text('image_source')} AS image_source, {flag('nofollow')} AS nofollow,
               {flag('ugc')} AS ugc, {flag('sponsored')} AS sponsored,
               f.host AS host_from, f.domain AS domain_from, t.host AS host_to, t.domain AS domain_to
        FROM rows r JOIN urls f ON r.url_from = f.u JOIN urls t ON r.url_to = t.u""")
    return base.execute(f"SELECT count(*) FROM {name}").fetchone()[0]


def referring(base, table, level):
    return base.execute(f"""
        SELECT {level}_to AS target, count(*), count(DISTINCT url_from), count(DISTINCT host_from),
               count(DISTINCT domain_from), count(*) FILTER (NOT nofollow), count(*) FILTER (nofollow)
        FROM {table} WHERE domain_from <> domain_to GROUP BY 1 ORDER BY 1""").fetchall()


def comparison(base, level):
    """By key (from, to, type): surplus is new or lost; of the pairs, those that aren't equal in every property changed."""
    attributes = "url_from, url_to, link_type, anchor, image, image_source, nofollow, ugc, sponsored"
    return base.execute(f"""
        WITH a AS (SELECT * FROM old WHERE domain_from <> domain_to), b AS (SELECT * FROM new WHERE domain_from <> domain_to),
        ka AS (SELECT url_from, url_to, link_type, {level}_to AS target, count(*) AS n FROM a GROUP BY ALL),
        kb AS (SELECT url_from, url_to, link_type, {level}_to AS target, count(*) AS n FROM b GROUP BY ALL),
        same AS (SELECT url_from, url_to, link_type, count(*) AS n
                 FROM (SELECT {attributes} FROM a INTERSECT SELECT {attributes} FROM b) GROUP BY ALL),
        keys AS (SELECT target, coalesce(ka.n, 0) AS na, coalesce(kb.n, 0) AS nb, url_from, url_to, link_type
                 FROM ka FULL JOIN kb USING (url_from, url_to, link_type, target)),
        links AS (SELECT target, sum(greatest(nb - na, 0)) AS new, sum(greatest(na - nb, 0)) AS lost,
                         sum(least(na, nb) - coalesce(same.n, 0)) AS changed
                  FROM keys LEFT JOIN same USING (url_from, url_to, link_type) GROUP BY target),
        gained AS (SELECT target, count(*) AS n FROM (SELECT DISTINCT {level}_to AS target, host_from FROM b
                   EXCEPT SELECT {level}_to, host_from FROM a) GROUP BY 1),
        gone AS (SELECT target, count(*) AS n FROM (SELECT DISTINCT {level}_to AS target, host_from FROM a
                 EXCEPT SELECT {level}_to, host_from FROM b) GROUP BY 1),
        main_gained AS (SELECT target, count(*) AS n FROM (SELECT DISTINCT {level}_to AS target, domain_from FROM b
                        EXCEPT SELECT {level}_to, domain_from FROM a) GROUP BY 1),
        main_gone AS (SELECT target, count(*) AS n FROM (SELECT DISTINCT {level}_to AS target, domain_from FROM a
                      EXCEPT SELECT {level}_to, domain_from FROM b) GROUP BY 1)
        SELECT target, new::BIGINT, lost::BIGINT, changed::BIGINT, coalesce(gained.n, 0), coalesce(gone.n, 0),
               coalesce(main_gained.n, 0), coalesce(main_gone.n, 0)
        FROM links LEFT JOIN gained USING (target) LEFT JOIN gone USING (target)
             LEFT JOIN main_gained USING (target) LEFT JOIN main_gone USING (target)
        WHERE new + lost + changed > 0 OR gained.n > 0 OR gone.n > 0
        ORDER BY 1""").fetchall()


def expect_equal(ours, theirs, what):
    ours = [tuple(int(v) if i else v for i, v in enumerate(row.values())) for row in ours]
    theirs = [tuple(row) for row in theirs]
    if ours != theirs:
        differing = [(a, b) for a, b in itertools.zip_longest(sorted(ours), sorted(theirs)) if a != b]
        only_ours, only_theirs = set(ours) - set(theirs), set(theirs) - set(ours)
        raise AssertionError(f"{what}: {len(ours)} rows by strata, {len(theirs)} by SQL, first differences:\n"
                             f"strata only: {sorted(only_ours)[:5]}\nSQL only: {sorted(only_theirs)[:5]}\n"
                             f"(order differs first at {differing[:1]})")
    return len(ours)


def compare(program, folder, prefix, project, newest=None):
    store, files = program.store_of(folder, prefix, newest)
    base = connect(project)
    dates = sorted(files)
    compared = links = 0
    for number, date in enumerate(dates):
        base.execute("DROP TABLE IF EXISTS old")
        if number:
            base.execute("ALTER TABLE new RENAME TO old")
        count = load(base, "new", files[date])
        shown = {row["id"]: int(row["links"]) for row in program.rows("snapshots", store=store)}
        if shown[date] != count:
            raise AssertionError(f"{date}: {shown[date]} links stored by strata, {count} by SQL")
        links += count
        for level in ("domain", "host"):
            ours = program.rows("refdomains", "--every", level, "--snapshot", date, store=store)
            compared += expect_equal(ours, referring(base, "new", level), f"refdomains --every {level} of {date}")
            if number:
                ours = program.rows("diff", dates[number - 1], date, "--every", level, store=store)
                compared += expect_equal(ours, comparison(base, level), f"diff {dates[number - 1]} {date} --every {level}")
    return f"{len(dates)} snapshots, {links} links, {compared} rows of tables are equal"
