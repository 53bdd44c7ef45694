"""Who lives in the sandbox: two invented projects with their entities, agents and lines."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agent:
    """A person who answers; `entity` is whom they really work for, None at the shared desk."""

    agent_id: int
    name: str
    email: str
    entity: str | None
    weight: float
    works_evenings: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One chat line of a project, as `/v1/chat/channel` lists it."""

    instance_id: int
    kind: str
    name: str
    phone: str
    share: float


@dataclass(frozen=True, slots=True)
class ProjectProfile:
    """What the generator needs to invent one project.

    `weekday_visits` is a mean, `shared_phones` how many contacts also write to the other project,
    `outside_agent` somebody who sometimes answers here without being one of the agents.
    """

    project_id: int
    slug: str
    name: str
    server_key: str
    contact_count: int
    weekday_visits: float
    entity_weights: tuple[tuple[str, float], ...]
    agents: tuple[Agent, ...]
    lines: tuple[Line, ...]
    shared_phones: int
    outside_agent: Agent | None = None

    @property
    def entities(self) -> tuple[str, ...]:
        """The entities by name, most contacts first."""
        return tuple(name for name, _ in self.entity_weights)


# Seen on a few sessions of the demo project without being one of its agents.
OUTSIDE_AGENT = Agent(1299, "Soporte externo", "turno@soporte-externo.example", None, 0.0)

VISIONAMOS = ProjectProfile(
    project_id=900101,
    slug="demo",
    name="Visionamos Demo",
    server_key="00000000-0000-4000-8000-000000900101",
    contact_count=621,
    weekday_visits=7.45,
    entity_weights=(
        ("Cooprofesionales", 0.30),
        ("COOVIMAG", 0.24),
        ("Utrahuilca", 0.20),
        ("Cooprudea", 0.15),
        ("Vidasol", 0.11),
    ),
    agents=(
        Agent(1201, "Laura Gómez", "laura.gomez@cooprofesionales.example", "Cooprofesionales", 3.0),
        Agent(
            1202, "Andrés Ramírez", "andres.ramirez@cooprofesionales.example", "Cooprofesionales", 2
        ),
        Agent(
            1203,
            "Andrés Felipe Castro",
            "andres.castro@cooprofesionales.example",
            "Cooprofesionales",
            1.2,
            works_evenings=True,
        ),
        Agent(1204, "Camila Torres", "camila.torres@coovimag.example", "COOVIMAG", 2.6),
        Agent(1205, "Daniela Rojas", "daniela.rojas@coovimag.example", "COOVIMAG", 1.7, True),
        Agent(1206, "Jorge Hernández", "jorge.hernandez@utrahuilca.example", "Utrahuilca", 2.2),
        Agent(1207, "Juliana Vargas", "juliana.vargas@utrahuilca.example", "Utrahuilca", 1.4),
        Agent(1208, "Luis Fernando Díaz", "luis.diaz@red-visionamos.example", "Cooprudea", 2.0),
        Agent(1209, "Mónica Peña", "monica.pena@red-visionamos.example", "Cooprudea", 1.1, True),
        Agent(1210, "Natalia Quintero", "natalia.quintero@vidasol.example", "Vidasol", 1.6),
        Agent(1211, "Sebastián Ortiz", "sebastian.ortiz@vidasol.example", "Vidasol", 0.9),
        Agent(1212, "Yesenia Murillo", "yesenia.murillo@temporales.example", None, 0.7),
        Agent(1213, "Diana Marcela Ospina", "diana.ospina@red-visionamos.example", None, 1.3, True),
    ),
    lines=(Line(41, "cloudapi", "Línea principal", "573000009999", 1.0),),
    shared_phones=0,
    outside_agent=OUTSIDE_AGENT,
)

ANDINA = ProjectProfile(
    project_id=900202,
    slug="andina",
    name="Cooperativa Andina",
    server_key="00000000-0000-4000-8000-000000900202",
    contact_count=180,
    weekday_visits=1.8,
    entity_weights=(("Andina Centro", 0.62), ("Andina Sur", 0.38)),
    agents=(  # ids of the other project on purpose: an id means nothing without its project
        Agent(1201, "Rosalba Cifuentes", "rosalba.cifuentes@andina.example", "Andina Centro", 2.0),
        Agent(1202, "Milton Arboleda", "milton.arboleda@andina.example", "Andina Centro", 1.5),
        Agent(1203, "Edilma Tovar", "edilma.tovar@andina-sur.example", "Andina Sur", 1.3, True),
        Agent(1301, "Wilmar Yepes", "wilmar.yepes@andina-sur.example", "Andina Sur", 1.0),
        Agent(1302, "Ofelia Buitrago", "ofelia.buitrago@red-andina.example", None, 0.8),
    ),
    lines=(
        Line(52, "cloudapi", "WhatsApp Andina", "573000008888", 0.85),
        Line(53, "webchat", "Chat del portal", "", 0.15),
    ),
    shared_phones=40,
)

DEMO_PROFILES = (VISIONAMOS, ANDINA)
