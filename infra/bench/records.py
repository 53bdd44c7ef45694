"""Records of the JSON lists as rows of raw, written by COPY with the hashes of a real load."""

import csv
import io
from collections.abc import Iterable, Mapping
from hashlib import blake2b

from infra.bench.people import People
from lib.clock import now
from lib.indigitall.endpoints import AGENT_CONVERSATIONS, CHANNELS, CONTACTS
from lib.indigitall.records import payload_text
from lib.raw.connection import Connection
from lib.raw.message_lines import HASH_BYTES
from lib.raw.resources import RESOURCES, Resource

CONTACT_LIST = RESOURCES[CONTACTS.name]
CHANNEL_LIST = RESOURCES[CHANNELS.name]
SESSIONS = RESOURCES[AGENT_CONVERSATIONS.name]
LINES: list[dict[str, object]] = [
    {"id": 41, "name": "Línea principal", "type": "cloudapi", "status": "active"},
    {"id": 42, "name": "Sitio", "type": "webchat", "status": "active"},
]


def copy_records(
    connection: Connection,
    resource: Resource,
    people: People,
    records: Iterable[Mapping[str, object]],
    batch: int,
) -> None:
    """Write records that the resource's table has not got yet."""
    keys = dict(zip(people.contact_ids, people.keys, strict=True))
    field = resource.endpoint.key_sources[0]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    loaded_at = now().isoformat()
    for record in records:
        payload = payload_text(record)
        digest = blake2b(payload.encode(), digest_size=HASH_BYTES).hexdigest()
        row = [people.project.project_id, record[field], payload, f"\\x{digest}", batch, loaded_at]
        contact = [keys[str(record[resource.contact_field])]] if resource.contact_field else []
        writer.writerow(row + contact)
    columns = f"project_id, {resource.key_column}, payload, payload_hash, batch_id, loaded_at"
    if resource.contact_field:
        columns += ", contact_key"
    statement = f"copy raw.{resource.table} ({columns}) from stdin (format csv, encoding 'UTF8')"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(buffer.getvalue())
