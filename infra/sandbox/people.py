"""The contacts of a project: invented people, the same ones for every seed and clock."""

from dataclasses import dataclass
from random import Random

from infra.sandbox.profiles import Line, ProjectProfile

NO_ENTITY_SHARE = 0.12
LISTED_BY_CUSTOMER_SHARE = 0.8
FIRST_CREATED = 1_672_578_000  # 2023-01-01 13:00 UTC: before every day that is ever generated
CREATED_WITHIN_SECONDS = 600 * 86_400

FIRST_NAMES = (
    "Adriana", "Álvaro", "Ángela", "Beatriz", "Byron", "Carlos", "César", "Clara Inés", "Doris",
    "Édgar", "Elkin", "Esperanza", "Fabián", "Flor María", "Gloria", "Gustavo", "Héctor", "Inés",
    "Iván", "Jairo", "Jénnifer", "José Ángel", "Leidy", "Luz Dary", "Marlén", "Martín", "Nohora",
    "Óscar", "Patricia", "Ramiro", "Rubén", "Sandra", "Tomás", "Úrsula", "Víctor", "Yolanda",
)  # fmt: skip
SURNAMES = (
    "Acevedo", "Agudelo", "Bermúdez", "Bolaños", "Cárdenas", "Cuéllar", "Echeverri", "Fandiño",
    "Galvis", "Giraldo", "Ibáñez", "Jiménez", "Londoño", "Marulanda", "Muñoz", "Narváez", "Nuñez",
    "Ocampo", "Páez", "Perdomo", "Quiñones", "Rincón", "Sepúlveda", "Tabares", "Urrutia", "Zúñiga",
)  # fmt: skip
ORNAMENTS = (" 🌻", " ✨", " 🇨🇴", " ❤️", " ⚽", " 🙏🏽")


@dataclass(frozen=True, slots=True, eq=False)
class Contact:
    """One person who writes; `home_entity` is what the rules try to find, None for nobody's."""

    record_id: int
    contact_id: str
    profile_name: str
    line: Line
    home_entity: str | None
    is_listed_by_customer: bool
    activity: float
    created_at: int


def population(profile: ProjectProfile, scale: float = 1.0) -> tuple[Contact, ...]:
    """The project's contacts; a smaller scale keeps the first ones."""
    count = max(8, round(profile.contact_count * scale))
    return tuple(_contact(profile, index) for index in range(count))


def _contact(profile: ProjectProfile, index: int) -> Contact:
    rng = Random(f"contact:{profile.project_id}:{index}")
    home = None
    if rng.random() >= NO_ENTITY_SHARE:
        names, weights = zip(*profile.entity_weights, strict=True)
        home = rng.choices(names, weights)[0]
    name = f"{rng.choice(FIRST_NAMES)} {rng.choice(SURNAMES)}"
    if rng.random() < 0.08:
        name += rng.choice(ORNAMENTS)
    elif rng.random() < 0.05:
        name = f'{name.split(" ", maxsplit=1)[0]} "{rng.choice(SURNAMES)}", {rng.choice(SURNAMES)}'
    lines = profile.lines
    return Contact(
        record_id=7_700_001 + index,
        contact_id=_phone(profile, index),
        profile_name=name,
        line=rng.choices(lines, [line.share for line in lines])[0],
        home_entity=home,
        is_listed_by_customer=home is not None and rng.random() < LISTED_BY_CUSTOMER_SHARE,
        activity=rng.paretovariate(1.6),
        created_at=FIRST_CREATED + rng.randrange(CREATED_WITHIN_SECONDS),
    )


def _phone(profile: ProjectProfile, index: int) -> str:
    """Invented, unique in the project; the first `shared_phones` people also write to the demo."""
    is_shared = index < profile.shared_phones
    own_block = 0 if is_shared or not profile.shared_phones else 1
    number = (index * 3 if is_shared else index) * 7_919 + 1_013
    return f"57300{own_block}{number % 1_000_000:06d}"
