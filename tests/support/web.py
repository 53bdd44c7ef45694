"""Two demo projects, one that is none, and the secret and clock of the tests of the web."""

from datetime import UTC, datetime

from lib.tenants.projects import Project

NOW = datetime(2026, 2, 17, 15, 0, tzinfo=UTC)
SECRET = "3f9c1b7ae25d48069d7c4e1fa8b2065c3f9c1b7ae25d4806"
PROJECTS = {
    "demo": Project(900101, "demo", "Visionamos Demo", "America/Bogota", True),
    "andina": Project(900202, "andina", "Cooperativa Andina", "America/Bogota", True),
    "real": Project(700700, "real", "Cliente Real", "America/Bogota", False),
}
