"""A few lines of Indigitall for tests: rows that can be counted, and faults on demand."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from lib.indigitall.endpoints import ENDPOINTS, MESSAGE_COLUMNS
from lib.indigitall.retries import Retries

HEADER = tuple(column.sources[0] for column in MESSAGE_COLUMNS)
HISTORY = "/v1/chat/history/csv"
CONTACTS = "/v1/chat/contacts"
SESSIONS = "/v1/chat/agent/conversations"
CHANNELS = "/v1/chat/channel"
APPLICATIONS = "/v1/application"
PUSH_DAILY = re.compile(r"/v1/application/(\d+)/dateStats")
CAMPAIGN_PATHS = {e.path for e in ENDPOINTS.values() if e.group == "statistics"}
ADDRESS = "http://fake.example"
KEYS = {1: "11111111-0000-4000-8000-000000000000", 2: "22222222-0000-4000-8000-000000000000"}

Fault = Callable[[httpx.Request], httpx.Response | None]


def message(message_id, at, **values):
    """One row of the history by its CSV names: an inbound text unless told otherwise."""
    given = {
        "messageDate": f"{at}+00:00",
        "sendType": "input",
        "contentType": "text",
        "content": "Hola",
        "integration": "df",
        "channel": "cloudapi",
        "profileName": "Contacto Uno",
        "contactId": "573000000001",
        "isFallback": "No",
    }
    return dict.fromkeys(HEADER, "") | given | {"messageId": str(message_id)} | values


def session(session_id, *, contact="573000000001", email="ana@uno.example", **values):
    """One row of the sessions list: queued, assigned and closed within one day."""
    given = {
        "conversationSessionId": 5,
        "agentId": 1201,
        "channel": "cloudapi",
        "queuedAt": "2026-02-10T14:00:00.000Z",
        "assignedAt": "2026-02-10T14:01:00.000Z",
        "closedAt": "2026-02-10T15:00:00.000Z",
        "initialAgentSession": 0,
    }
    return given | {"agentSessionId": session_id, "contactId": contact, "email": email} | values


def contact(contact_id="573000000001", **values):
    """One row of the contact list."""
    return {"id": 1, "contactId": contact_id, "profileName": "Contacto Uno"} | values


def csv_bytes(rows, header=HEADER):
    """Rows as the API writes them: header, UTF-8, a line end after every row."""
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, header, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode()


def envelope(data, status=200, message="OK"):
    """A JSON answer whose HTTP status is always 200: what counts stands in the body."""
    return httpx.Response(200, json={"statusCode": status, "message": message, "data": data})


@dataclass
class Records:
    """What one project has at the source."""

    messages: list = field(default_factory=list)
    contacts: list = field(default_factory=lambda: [contact()])
    sessions: list = field(default_factory=list)
    channels: list = field(default_factory=lambda: [{"id": 41, "type": "cloudapi"}])
    campaigns: dict[str, list] = field(default_factory=dict)


@dataclass
class FakeApi:
    """Serves two projects; `faults` are asked first, `requests` is what was asked for."""

    projects: dict[int, Records] = field(default_factory=lambda: {1: Records(), 2: Records()})
    faults: list[Fault] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    header: tuple = HEADER

    def __post_init__(self):
        self.transport = httpx.MockTransport(self.answer)
        self.retries = Retries(sleep=self.waits.append, jitter=lambda: 0.0)

    def asked(self, path):
        """The parameters of every request to a path, in order."""
        return [dict(r.url.params) for r in self.requests if r.url.path == path]

    def answer(self, request):
        self.requests.append(request)
        for fault in self.faults:
            response = fault(request)
            if response is not None:
                return response
        path, query = request.url.path, request.url.params
        if path == APPLICATIONS:
            return envelope([{"id": number} for number in self.projects])
        push = PUSH_DAILY.fullmatch(path)
        project = int(push[1] if push else query["applicationId"])
        if request.headers["Authorization"] != f"ServerKey {KEYS[project]}":
            return envelope(None, 401, "access token is not valid")
        records = self.projects[project]
        if path == HISTORY:
            return httpx.Response(200, content=csv_bytes(self._page(records, query), self.header))
        if push or path in CAMPAIGN_PATHS:
            return self._campaigns(records, PUSH_DAILY.sub("/dateStats", path), query)
        lists = {CONTACTS: records.contacts, SESSIONS: records.sessions}
        return envelope(_cut({**lists, CHANNELS: records.channels}[path], query))

    def _campaigns(self, records, path, query):
        """Lists and statistics of campaigns, kept by their path; push by day as /dateStats."""
        rows = records.campaigns.get(path, [])
        if "dateFrom" in query:
            first, last = query["dateFrom"], query["dateTo"]
            rows = [row for row in rows if first <= _day(row) <= last]
        if path in {"/v2/sms/campaign", "/v2/email/campaign"}:
            return envelope({"campaigns": rows})
        return envelope(_cut(rows, query))

    def _page(self, records, query):
        first, last = query["dateFrom"], query["dateTo"]
        wanted = [row for row in records.messages if first <= row["messageDate"][:10] <= last]
        return _cut(sorted(wanted, key=lambda row: row["messageDate"]), query)


def _day(row):
    return row.get("stat", row)["statsDate"]


def _cut(rows, query):
    limit = int(query.get("limit", len(rows) or 1))
    start = limit * int(query.get("page", 0))
    return rows[start : start + limit]


def once(fault):
    """A fault that happens at its first occasion only."""
    return times(1, fault)


def times(count, fault):
    """A fault that happens at its first so many occasions."""
    left = [count]

    def limited(request):
        if not left[0]:
            return None
        left[0] -= 1
        response = fault(request)
        left[0] += response is None
        return response

    return limited


def on(path, respond, *, page=None):
    """A fault for one path, and one page of it if given; `respond` makes the answer or raises."""

    def fault(request):
        if request.url.path != path or page not in (None, request.url.params.get("page")):
            return None
        return respond(request)

    return fault
