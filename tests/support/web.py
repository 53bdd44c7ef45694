"""Two demo projects, one that is none, and the secret of the tests of the web."""

from lib.tenants.projects import Project

SECRET = "3f9c1b7ae25d48069d7c4e1fa8b2065c3f9c1b7ae25d4806"
PROJECTS = {
    "demo": Project(900101, "demo", "Visionamos Demo", "America/Bogota", True),
    "andina": Project(900202, "andina", "Cooperativa Andina", "America/Bogota", True),
    "real": Project(700700, "real", "Cliente Real", "America/Bogota", False),
}
