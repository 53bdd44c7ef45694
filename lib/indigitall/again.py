"""A record that was set aside, parsed once more with the rules of today."""

import csv
import io
import json
from dataclasses import replace

from lib.indigitall.endpoint_types import Endpoint
from lib.indigitall.errors import IndigitallError
from lib.indigitall.message_csv import parse_message_page
from lib.indigitall.records import JsonRecord, MessagePage, RecordPage, Reject, parse_record

__all__ = ["parse_again"]


def parse_again(
    endpoint: Endpoint, reject: Reject, project_id: int
) -> MessagePage | RecordPage | Reject:
    """A page with this record alone, through the parser of the ingestion; or why it still cannot.

    A row of a CSV that did not fit its header was kept without it: which value belongs to which
    column is not known any more, so it keeps its reason. Another project's record does as well.
    """
    entry = json.loads(reject.payload)
    try:
        if endpoint.response == "csv":
            if not isinstance(entry, dict):
                return reject
            page = parse_message_page([_as_csv(entry, endpoint.separator)], endpoint)
            return replace(page.rejects[0], payload=reject.payload) if page.rejects else page
        # what was set aside is the record itself, without what wrapped it in the answer
        record = parse_record(entry, replace(endpoint, record_field=None), project_id)
    except IndigitallError:
        # its text is about a whole answer; that of the record is the one it was set aside with
        return reject
    if isinstance(record, JsonRecord):
        return RecordPage((record,), (), row_count=1, total=None, digest=b"")
    return replace(record, payload=reject.payload)


def _as_csv(entry: dict[str, str], separator: str) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerow(entry.keys())
    writer.writerow(entry.values())
    return text.getvalue().encode()
