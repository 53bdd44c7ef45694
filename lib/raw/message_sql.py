"""The statements that turn the messages read for one window into rows of raw.messages.

They work on three temporary tables of the connection: `incoming` (what was read), `known` (what raw
has under the same ids) and `vanished` (what raw has in the window and the read has not). Rows that
are the same on both sides are never written, so an identical read leaves raw untouched.
"""

from lib.indigitall.endpoints import MESSAGE_COLUMNS
from lib.raw.erased import ERASED_ID, ERASED_MESSAGE
from lib.raw.message_lines import DELIMITER

__all__ = [
    "CHANGED",
    "CLEAR",
    "COPY",
    "COUNTS",
    "CREATE",
    "DELETE",
    "DROP_DUPLICATES",
    "DROP_TOO_OLD",
    "FIND_KNOWN",
    "FIND_VANISHED",
    "INSERT",
    "STAGED_DAYS",
    "STORED_DAYS",
    "STRIP_ERASED",
    "UPDATE",
]

SOURCE = tuple(column.name for column in MESSAGE_COLUMNS)
STAGED = (*SOURCE, "extra", "sent_at", "contact_key", "payload_hash")
SESSION_TIMES = "agent_conversation_id, agent_queued_at, agent_assigned_at, agent_closed_at"
OLD_COLUMNS = f"message_id, sent_at, {SESSION_TIMES}"


def _listed(names: tuple[str, ...], prefix: str = "") -> str:
    return ", ".join(f"{prefix}{name}" for name in names)


CREATE = f"""
create temp table if not exists incoming_messages (
    {", ".join(f"{name} text" for name in SOURCE)},
    extra text, sent_at timestamptz, contact_key text, payload_hash bytea
);
create temp table if not exists known_messages (
    message_id text, sent_at timestamptz, agent_conversation_id text, agent_queued_at text,
    agent_assigned_at text, agent_closed_at text, is_same boolean
);
create temp table if not exists vanished_messages (
    message_id text, sent_at timestamptz, agent_conversation_id text, agent_queued_at text,
    agent_assigned_at text, agent_closed_at text
);
"""
CLEAR = "truncate incoming_messages, known_messages, vanished_messages"
COPY = f"""
copy incoming_messages ({_listed(STAGED)}) from stdin
(format text, delimiter e'\\x{ord(DELIMITER):02x}', null '', encoding 'UTF8')
"""

# Pages move while rows arrive: of a message seen twice the later one stands. Rows of this table are
# only ever appended, so the greatest ctid is the latest.
DROP_DUPLICATES = """
delete from incoming_messages as incoming
using (
    select message_id, max(ctid) as latest
    from incoming_messages
    group by message_id
    having count(*) > 1
) as repeated
where incoming.message_id = repeated.message_id and incoming.ctid <> repeated.latest
"""

# a message of an erased contact counts, and tells nobody whose it is: what raw has of it keeps the
# key that replaced the contact's, what is new has none
STRIP_ERASED = f"""
update incoming_messages set {ERASED_MESSAGE}, extra = null, contact_key = null
where contact_key = any(%(erased)s)
"""

# by the source's day: distinct messages that came, and how many of them are not taken in
STAGED_DAYS = """
select
    (sent_at at time zone 'UTC')::date, count(*),
    count(*) filter (where sent_at < %(kept_since)s::timestamptz)
from incoming_messages
group by 1
"""
# by the source's day: messages that raw has, and those it keeps although they did not come
STORED_DAYS = """
select
    (messages.sent_at at time zone 'UTC')::date, count(*),
    count(*) filter (
        where incoming.message_id is null
            and (
                messages.sent_at < %(begins_at)s or messages.sent_at >= %(ends_at)s
                or messages.message_id = any(%(set_aside)s)
            )
    )
from raw.messages as messages
left join incoming_messages as incoming using (message_id)
where messages.project_id = %(project)s and messages.deleted_at is null
    and messages.sent_at >= %(date_from)s::timestamp at time zone 'UTC'
    and messages.sent_at < %(date_to)s::timestamp at time zone 'UTC'
group by 1
"""

# a window reaches a day beyond what it answers for: what is not kept is not taken in
DROP_TOO_OLD = "delete from incoming_messages where sent_at < %(kept_since)s"

FIND_KNOWN = f"""
insert into known_messages
select {_listed(tuple(OLD_COLUMNS.split(", ")), "messages.")},
    messages.payload_hash = incoming.payload_hash and messages.deleted_at is null
from incoming_messages as incoming
inner join raw.messages as messages
    on messages.project_id = %(project)s and messages.message_id = incoming.message_id
"""

FIND_VANISHED = f"""
insert into vanished_messages
select {OLD_COLUMNS}
from raw.messages as messages
where project_id = %(project)s and sent_at >= %(begins_at)s and sent_at < %(ends_at)s
    and deleted_at is null
    and message_id <> all(%(set_aside)s)
    and not exists (
        select 1 from incoming_messages as incoming
        where incoming.message_id = messages.message_id
    )
"""

COUNTS = """
select
    count(*), count(*) filter (where not is_same), (select count(*) from vanished_messages)
from known_messages
"""

# local day and session of every message that is not as it was, as it was and as it is
CHANGED = f"""
select distinct (sent_at at time zone %(timezone)s)::date, {SESSION_TIMES}
from (
    select sent_at, {SESSION_TIMES}
    from incoming_messages as incoming
    where not exists (
        select 1 from known_messages as known
        where known.message_id = incoming.message_id and known.is_same
    )
    union all
    select sent_at, {SESSION_TIMES} from known_messages where not is_same
    union all
    select sent_at, {SESSION_TIMES} from vanished_messages
) as changed
"""

INSERT = f"""
insert into raw.messages (
    project_id, {_listed(SOURCE)}, extra, sent_at, contact_key, payload_hash, batch_id, loaded_at
)
select
    %(project)s, {_listed(SOURCE)}, coalesce(extra::jsonb, '{{}}'), sent_at, contact_key,
    payload_hash, %(batch)s, %(now)s
from incoming_messages as incoming
where not exists (
    select 1 from known_messages as known where known.message_id = incoming.message_id
)
"""

UPDATE = f"""
update raw.messages as messages
set ({_listed(SOURCE[1:])}, extra, sent_at, contact_key, payload_hash, batch_id, loaded_at,
        deleted_at) =
    ({_listed(SOURCE[1:], "incoming.")}, coalesce(incoming.extra::jsonb, '{{}}'),
        incoming.sent_at,
        case when incoming.contact_id = '{ERASED_ID}' and messages.contact_id = '{ERASED_ID}'
            then messages.contact_key else incoming.contact_key end,
        incoming.payload_hash, %(batch)s, %(now)s, null)
from known_messages as known
inner join incoming_messages as incoming using (message_id)
where messages.project_id = %(project)s and messages.message_id = known.message_id
    and not known.is_same
"""

DELETE = """
update raw.messages as messages
set deleted_at = %(now)s, batch_id = %(batch)s, loaded_at = %(now)s
from vanished_messages as vanished
where messages.project_id = %(project)s and messages.message_id = vanished.message_id
"""
