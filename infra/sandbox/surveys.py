"""Survey answers: an event message whose JSON names the entity in the contact's own spelling."""

import json
from random import Random

from infra.sandbox.people import Contact
from infra.sandbox.profiles import ProjectProfile

# What people type for an entity; demo_projects.yaml has them in lower case, blanks collapsed.
SPELLINGS = {
    "Cooprofesionales": (
        "Cooprofesionales", "COOPROFESIONALES", " cooprofesionales ", "Coop Profesionales",
        "COOPROFESIONÁLES", "Cooperativa  Cooprofesionales",
    ),
    "COOVIMAG": ("COOVIMAG", "Coovimag", "coovimag ", "Cooperativa COOVIMAG", "COVIMAG"),
    "Utrahuilca": ("Utrahuilca", "UTRAHUILCA", "Utrahuílca", "utra  huilca", "Ultrahuilca"),
    "Cooprudea": ("Cooprudea", "COOPRUDEA", "Cooprudéa", " CooPrudea", "COOPRUDÉA"),
    "Vidasol": ("Vidasol", "VIDASOL ", "Vida Sol", "vidasól", "Cooperativa Vidasol"),
    "Andina Centro": ("Andina Centro", "ANDINA CENTRO", "andina  centro ", "Ándina Centro"),
    "Andina Sur": ("Andina Sur", "ANDINA SUR", " andina sur", "ÁNDINA SUR"),
}  # fmt: skip
# Nobody can tell what these mean: they fall through every rule.
UNKNOWN_SPELLINGS = ("la cooperativa", "N/A", "Cooperativa", "no sé", "la de mi pueblo")
UNKNOWN_SHARE = 0.12
ELSEWHERE_SHARE = 0.04
RATINGS = ("5 - Excelente 😀", "4 - Bueno 🙂 ", "3 - Regular", "2 - Malo", "1 - Muy malo 😡 ")
RATING_WEIGHTS = (46, 28, 13, 7, 6)
# somebody edits the form now and then; the text is the only name a question has
QUESTIONS = (
    "¿Cómo califica la atención recibida? ",
    "¿Cómo califica la atención  recibida?",
    "¿CÓMO CALIFICA LA ATENCIÓN QUE RECIBIÓ?",
    "Cómo calificas la atención recibida 🙂",
)
OPEN_QUESTION = "¿Qué podemos mejorar? "
REMARKS = ("Nada, gracias 🙏", "Más rapidez ", "")
INVITATION = '{"text":"Cuéntanos cómo te fue","flow":"encuesta"}'


def survey_answer(profile: ProjectProfile, contact: Contact, rng: Random) -> str:
    """The JSON content of one answered survey; everyone without an entity answers vaguely."""
    entity = contact.home_entity
    if rng.random() < ELSEWHERE_SHARE:
        entity = rng.choice(profile.entities)
    if entity is None or rng.random() < UNKNOWN_SHARE:
        spelling = rng.choice(UNKNOWN_SPELLINGS)
    else:
        spelling = rng.choice(SPELLINGS[entity])
    rating = rng.choices(RATINGS, RATING_WEIGHTS)[0]
    number = rng.randrange(1, 9_999)
    flow_response = {
        "type": "encuesta",
        "entity": spelling,
        QUESTIONS[number % len(QUESTIONS)]: rating,
        **({OPEN_QUESTION: REMARKS[number % len(REMARKS)]} if number % 7 == 0 else {}),
        "flowToken": {"flowId": "demo-flow", "flowMessageId": number},
    }
    event = {"eventName": "FLOW_RESPONSE_EVENT", "eventParameters": {"flowResponse": flow_response}}
    return json.dumps(event, ensure_ascii=False)
