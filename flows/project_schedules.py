"""Deployments of one project in Prefect, copied from those of `flows/prefect.yaml`.

Every active project is served by the deployments of that file; a project with schedules of its own
gets a copy of a deployment with its number as parameter. `prefect deploy` leaves the copies alone.
Prefect is spoken to over HTTP, because importing it takes seconds.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import httpx

from lib.tenants.parts import Schedule

__all__ = ["ScheduleError", "remove_schedules", "set_schedules"]

TIMEOUT_S = 15.0
COPIED = (
    "flow_id",
    "entrypoint",
    "path",
    "pull_steps",
    "work_pool_name",
    "work_queue_name",
    "job_variables",
    "concurrency_options",
    "enforce_parameter_schema",
    "parameter_openapi_schema",
    "description",
    "version",
)
# what a flow calls the project it is asked to run for: a number, or a list of numbers
PARAMETERS = ("project_id", "projects")


class ScheduleError(Exception):
    """Prefect cannot be brought to a project's schedules; says what was expected and what came."""


def set_schedules(
    api_url: str,
    project_id: int,
    slug: str,
    schedules: Sequence[Schedule],
    transport: httpx.BaseTransport | None = None,
) -> int:
    """Make the project's deployments those of these schedules; returns how many were changed.

    A second call changes nothing. Raises ScheduleError.
    """
    with _client(api_url, transport) as http:
        existing = {found["name"]: found for found in _of_project(http, project_id)}
        wanted = [_copy(http, project_id, slug, schedule) for schedule in schedules]
        gone = [
            found for name, found in existing.items() if name not in {w["name"] for w in wanted}
        ]
        new = [each for each in wanted if _differs(each, existing.get(each["name"]))]
        for each in new:
            _ask(http, "POST", "/deployments/", each)
        return len(new) + _delete(http, gone)


def remove_schedules(
    api_url: str, project_id: int, transport: httpx.BaseTransport | None = None
) -> int:
    """Delete every deployment of the project; returns how many there were. Raises ScheduleError."""
    with _client(api_url, transport) as http:
        return _delete(http, _of_project(http, project_id))


def _client(api_url: str, transport: httpx.BaseTransport | None) -> httpx.Client:
    return httpx.Client(base_url=api_url, timeout=TIMEOUT_S, transport=transport, trust_env=False)


def _tag(project_id: int) -> str:
    return f"project-{project_id}"


def _of_project(http: httpx.Client, project_id: int) -> list[dict[str, Any]]:
    tagged = {"deployments": {"tags": {"all_": [_tag(project_id)]}}}
    found: list[dict[str, Any]] = _ask(http, "POST", "/deployments/filter", tagged)
    return found


def _copy(http: httpx.Client, project_id: int, slug: str, schedule: Schedule) -> dict[str, Any]:
    base = _ask(http, "GET", f"/deployments/name/{schedule.deployment}")
    known = base.get("parameter_openapi_schema", {}).get("properties", {})
    name = next((name for name in PARAMETERS if name in known), None)
    if name is None:
        raise ScheduleError(
            f"{schedule.deployment}: a parameter {' or '.join(PARAMETERS)} was expected and it has"
            f" {', '.join(known) or 'none'}: it cannot run for one project"
        )
    value = project_id if name == "project_id" else [project_id]
    timing = {"cron": schedule.cron, "timezone": schedule.timezone}
    return {
        **{key: base[key] for key in COPIED if base.get(key) is not None},
        # two deployments of one flow must not share a name
        "name": f"{schedule.deployment.partition('/')[2]}-{slug}",
        "tags": [_tag(project_id)],
        "parameters": {**base.get("parameters", {}), name: value},
        "schedules": [{"active": True, "schedule": timing}],
    }


def _differs(wanted: dict[str, Any], found: dict[str, Any] | None) -> bool:
    if found is None:
        return True
    timings = [
        {"cron": each["schedule"].get("cron"), "timezone": each["schedule"].get("timezone")}
        for each in found["schedules"]
        if each["active"]
    ]
    same = all(found.get(key) == value for key, value in wanted.items() if key != "schedules")
    return not same or timings != [each["schedule"] for each in wanted["schedules"]]


def _delete(http: httpx.Client, deployments: Iterable[dict[str, Any]]) -> int:
    gone = list(deployments)
    for found in gone:
        _ask(http, "DELETE", f"/deployments/{found['id']}")
    return len(gone)


def _ask(http: httpx.Client, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401
    try:
        answer = http.request(method, path, json=body)
    except httpx.TransportError as error:
        raise ScheduleError(
            f"Prefect was expected at {http.base_url} and gave no answer ({type(error).__name__});"
            " start its server or leave PREFECT_API_URL empty"
        ) from error
    if answer.is_error:
        raise ScheduleError(
            f"{method} {path}: success was expected and {answer.status_code} came; deploy"
            " flows/prefect.yaml first"
        )
    return answer.json() if answer.content else None
