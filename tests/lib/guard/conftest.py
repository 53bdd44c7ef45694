"""An allow-list that fits on a screen, and the judgement without a process in between."""

import pytest

from lib.guard.allow_list import AllowList
from lib.guard.judge import judge

ALLOWED = AllowList.of(
    {
        "fct_messages": (
            ["project_id", "local_date", "sent_at", "entity", "direction", "message_count"],
            ["body"],
        ),
        "dim_contacts": (["project_id", "contact_key", "channel"], ["contact_id", "contact_name"]),
        "fct_agents_daily": (["entity", "agent_id", "wait_buckets", "wait_bucket_counts"], []),
    }
)


@pytest.fixture
def judged():
    """The verdict on a statement, 100 rows wanted."""

    def answer(sql):
        return judge(sql, ALLOWED, 100)

    return answer
