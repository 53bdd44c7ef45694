"""Ask a sandbox application in the same process, as an httpx client would over the network."""

import asyncio
import csv
import io

import httpx

from infra.sandbox.access import ACCOUNT_KEY, SERVER_KEYS

CSV_HEADER = (
    "messageId,messageDate,sendType,contentType,status,statusAt,channelExternalId,error,content,"
    "scheduleAt,integration,channel,profileName,contactId,agentConversationId,agentQueuedAt,"
    "agentAssignedAt,agentClosedAt,agentCloseReason,agentId,dfIntentId,dfIntentName,isFallback,"
    "sendingId"
)


def server_key(project_id=None):
    """The headers of a project's own key, or of the key of the whole account."""
    key = ACCOUNT_KEY if project_id is None else SERVER_KEYS[project_id]
    return {"Authorization": f"ServerKey {key}"}


def ask(app, path, *, headers=None, method="GET", json=None, **params):
    """One request; by default with the account's key."""

    async def request():
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
            given = server_key() if headers is None else headers
            return await client.request(method, path, params=params, headers=given, json=json)

    return asyncio.run(request())


def csv_rows(body):
    """The rows of a CSV body, decoded as UTF-8, without the header line; each a tuple of texts."""
    header, *rows = csv.reader(io.StringIO(body.decode("utf-8"), newline=""))
    assert ",".join(header) == CSV_HEADER
    return [tuple(row) for row in rows]


def pages_until_empty(fetch):
    """All records of a paged list: pages from 0 until one comes back empty."""
    records = []
    for page in range(1_000):
        found = fetch(page)
        if not found:
            return records
        records += found
    raise AssertionError("the list never ended")
