"""Fills PostgreSQL: the conversations' ids and words are copied in, everything else is made of them by the server."""

import concurrent.futures
import json
import shutil
import subprocess

from support.postgres import BINARIES, PostgresServer
from support.server import free_port

from . import copies

# As for a machine that the database has to itself; the rest is as PostgreSQL comes.
SERVING = {"shared_buffers": "1GB", "effective_cache_size": "4GB", "max_wal_size": "4GB"}
# A crash while it is filled means to begin again.
FILLING = SERVING | {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal",
    "max_wal_senders": "0", "autovacuum": "off", "maintenance_work_mem": "1GB", "checkpoint_timeout": "1h"}
URL_OPTIONS = "sslmode=disable&gssencmode=disable"
# The bucket of SearchStore, by which the tokens of a message are told apart.
BUCKET_POSITIONS = 16_384

COPIED = """
CREATE UNLOGGED TABLE large_copy (
    is_open int, number bigint, conversation uuid, identity uuid, contact uuid, leg uuid, person text, texts text[],
    tokens text[]);
CREATE FUNCTION large_message(conversation uuid, place int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT overlay(conversation::text PLACING left(md5(conversation::text || place), 12) FROM 25)::uuid
$$;
"""
# The event at each place of a template, with its message if it has one.
STEPS = """
CREATE UNLOGGED TABLE large_step (
    is_open int, place int, kind int, version bigint, type text, at bigint, body text, integration bytea,
    is_inbound int, status text, message_at bigint, content text);
"""
LOADS = ["""
INSERT INTO identity
SELECT uuid_send(c.identity), uuid_send(c.contact), t.integration, c.person, uuid_send(c.conversation), t.profile
FROM large_copy c JOIN large_template t USING (is_open);

INSERT INTO stream
SELECT t.kind, uuid_send(c.conversation), t.version, c.is_open, uuid_send(c.contact), t.started_at + c.number,
    convert_to(format(t.snapshot, c.conversation, c.identity, c.contact, c.leg, c.person), 'UTF8')
FROM large_copy c JOIN large_template t USING (is_open);

INSERT INTO event
SELECT {base} + c.number + s.place, s.kind, uuid_send(c.conversation), s.version, s.type, s.at + c.number + s.place,
    convert_to(format(
        s.body, c.conversation, c.identity, c.contact, c.leg, c.person, large_message(c.conversation, s.place)), 'UTF8')
FROM large_copy c
CROSS JOIN LATERAL (SELECT * FROM large_step s WHERE s.is_open = c.is_open ORDER BY s.place) s;
""", """
INSERT INTO message
SELECT {base} + c.number + s.place, uuid_send(large_message(c.conversation, s.place)),
    uuid_send(c.identity), uuid_send(c.conversation), uuid_send(c.leg), s.integration,
    c.person || E'\\n' || c.number + s.place, s.is_inbound, s.status, s.message_at + c.number + s.place,
    convert_to(format(s.content, c.texts[s.place]), 'UTF8')
FROM large_copy c
CROSS JOIN LATERAL (
    SELECT * FROM large_step s WHERE s.is_open = c.is_open AND s.content IS NOT NULL ORDER BY s.place) s;

INSERT INTO message_search
SELECT {base} + c.number + t.place, array_to_tsvector(string_to_array(t.tokens, ' '))
FROM large_copy c CROSS JOIN LATERAL unnest(c.tokens) WITH ORDINALITY t (tokens, place);
"""]
# The indexes that are quicker made at once than row by row; primary keys stay.
INDEXES = """
SELECT indexname AS name, indexdef AS definition FROM pg_indexes
WHERE tablename IN ('event', 'message', 'message_search', 'stream', 'identity') AND indexname NOT LIKE '%_pkey'
"""


class PostgresHouse(PostgresServer):
    """A server of the bench's own in the folder, whose data stay."""

    signal = "INT"
    stop_seconds = 300

    def __init__(self, folder):
        self.folder = folder.resolve() / "cluster"
        self.port = free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/engawa?{URL_OPTIONS}"
        self.options = ["--database", self.url]
        self.shell = None
        self.is_filled = (folder / "filled.json").exists()
        if self.is_filled:
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        (self.folder / "keep").touch()
        self.make()

    def start(self):
        super().start(**(SERVING if self.is_filled else FILLING))
        if not self.is_filled:
            self.run("createdb", "-h", self.folder, "-p", self.port, "-U", "postgres", "engawa")
        return self

    def fill(self, conversations, open_count):
        self.script("UPDATE identity SET conversation = "
                    "(SELECT conversation FROM message WHERE message.identity = identity.id LIMIT 1)")
        closed, opened = (copies.Template(self._rows, bytes_of(self.records(
            "SELECT identity.id FROM identity JOIN stream ON stream.key = identity.conversation "
            f"WHERE is_open = {is_open} LIMIT 1")[0]["id"])) for is_open in (0, 1))
        base = self.records("SELECT max(position) AS position FROM event")[0]["position"]
        indexes = self.records(INDEXES)
        reference = self.records("SELECT pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE "
                                 "conname = 'outbox_message_fkey'")[0]["text"]
        # It needs an index of messages, which goes for a while.
        self.script("ALTER TABLE outbox DROP CONSTRAINT outbox_message_fkey;\n"
                    + "".join(f"DROP INDEX {index['name']};\n" for index in indexes) + COPIED + STEPS
                    + templates([closed, opened]))
        all_copies = copies.Copies(closed, opened, conversations, open_count)
        self._copy_in(all_copies, base)
        self.script("ANALYZE large_copy")
        self._at_once(load.format(base=base) for load in LOADS)
        self._at_once(index["definition"] for index in indexes)
        self.script(f"ALTER TABLE outbox ADD CONSTRAINT outbox_message_fkey {reference}")
        self.script("INSERT INTO checkpoint SELECT 'search', max(position) FROM event ON CONFLICT (follower) DO UPDATE "
                    "SET position = excluded.position;\nDROP TABLE large_copy, large_step, large_template;\n"
                    "DROP FUNCTION large_message")
        # As the server's own housekeeping does when it gets to it.
        self.script("VACUUM ANALYZE")
        count = self.records("SELECT count(*) AS count FROM message")[0]["count"]
        self.stop()
        self.is_filled = True
        self.start()
        return count, all_copies.samples

    def bytes(self):
        return self.records("SELECT pg_database_size('engawa') AS bytes")[0]["bytes"]

    def script(self, sql):
        """Runs statements one after another, the first error ends it."""
        command = [BINARIES / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.url]
        subprocess.run(command, input=sql, check=True, text=True, cwd="/tmp", stdout=subprocess.DEVNULL)

    def records(self, sql):
        """The rows of a query by the names of its columns."""
        rows = self.query(f"SELECT row_to_json(found) FROM ({sql}) found", self.url)
        return [json.loads(row[0]) for row in rows]

    def _rows(self, table, column, value, order):
        found = self.records(f"SELECT * FROM {table} WHERE {column} = '\\x{value.hex()}' ORDER BY {order}")
        return [{name: bytes_of(value) for name, value in row.items()} for row in found]

    def _copy_in(self, all_copies, base):
        command = [BINARIES / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.url, "-c",
                   "COPY large_copy FROM STDIN"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, text=True, cwd="/tmp") as process:
            for copy in all_copies:
                process.stdin.write(copied_line(copy, base))
        if process.returncode:
            raise RuntimeError("the copies did not get into the database")

    def _at_once(self, scripts):
        """Two things at a time: each keeps one core busy."""
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(self.script, scripts))


def copied_line(copy, base):
    """A row of large_copy; neither texts nor tokens have anything that needs quoting beyond these quotes."""
    tokens = []
    for place, text in enumerate(copy.texts, 1):
        bucket = (base + copy.number + place) // BUCKET_POSITIONS
        tokens.append(" ".join(f"{bucket}:{token}" for token in copies.search_tokens(text)))
    texts, tokens = ('{"' + '","'.join(words) + '"}' for words in (copy.texts, tokens))
    ids = "\t".join(raw.hex() for raw in copy.ids)
    return f"{copy.template.is_open}\t{copy.number}\t{ids}\t{copy.user}\t{texts}\t{tokens}\n"


def templates(both):
    """The tables of what all copies have in common, with places for what they have not."""
    steps, heads = [], []
    for template in both:
        identity, stream = template.identity, template.stream
        heads.append((template.is_open, identity["integration"], identity["profile"], stream["kind"],
                      stream["version"], stream["started_at"], pattern(stream["snapshot"], template.names)))
        for place, (event, message) in enumerate(template.steps, 1):
            names = [*template.names, *([copies.uuid_text(message["id"]).encode()] if message else [])]
            step = (template.is_open, place, event["stream_kind"], event["version"], event["type"],
                    event["occurred_at"], pattern(event["body"], names))
            steps.append(step + (content(message) if message else (None,) * 5))
    rows = ",\n".join(literals(step) for step in steps)
    return (f"INSERT INTO large_step VALUES {rows};\nCREATE UNLOGGED TABLE large_template AS SELECT * FROM (VALUES "
            f"{', '.join(literals(head) for head in heads)}) "
            "t (is_open, integration, profile, kind, version, started_at, snapshot);\n")


def content(message):
    body = json.loads(message["body"]) | {"text": "\0"}
    text = json.dumps(body, ensure_ascii=False).replace("%", "%%").replace('"\\u0000"', '"%s"')
    return message["integration"], message["is_inbound"], message["status"], message["occurred_at"], text


def pattern(body, names):
    """A pattern for `format` with the names' numbers in their places."""
    text = bytes(body).decode().replace("%", "%%")
    for number, name in enumerate(names, 1):
        text = text.replace(name.decode(), f"%{number}$s")
    return text


def literals(values):
    return "(" + ", ".join(map(literal, values)) + ")"


def literal(value):
    if value is None or isinstance(value, int):
        return "NULL" if value is None else str(value)
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'::bytea"
    return "'" + value.replace("'", "''") + "'"


def bytes_of(value):
    """The bytes of a column that holds bytes; anything else as it is."""
    return bytes.fromhex(value[2:]) if isinstance(value, str) and value.startswith("\\x") else value
