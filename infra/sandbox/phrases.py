"""What people, bot and agents say: invented, with accents, emoji, commas and line breaks."""

from dataclasses import dataclass

WELCOME = "Default Welcome Intent"
FALLBACK = "Default Fallback Intent"
PRIVACY = "politica_privacidad_aceptada"
FLOW_RESPONSE = "flow_response"
ASK_FOR_AGENT = "[9] hablar_asesor"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing the bot understands: raw labels (menu codes move), what is asked and answered."""

    labels: tuple[str, ...]
    weight: float
    asked: tuple[str, ...]
    answered: str


REASONS = (
    Reason(
        ("[1.2] consulta_saldo", "[1.2.1] consulta_saldo", "consulta_saldo"),
        24,
        ("Quiero saber mi saldo", "cuanto tengo en aportes?", "saldo por favor 🙏", "1"),
        'Tu saldo está disponible en el portal, opción "Mis productos".',
    ),
    Reason(
        ("[2.1] solicitud_credito", "[2.1.3]  solicitud_credito"),
        17,
        ("Necesito un crédito", "requisitos para crédito de libre inversión", "Préstamo, urgente"),
        "Estos son los requisitos:\n• Cédula\n• Desprendible de nómina\n• Antigüedad de 3 meses",
    ),
    Reason(
        ("[1.3] pago_cuota", "[1.3]pago_cuota"),
        14,
        ("Cómo pago la cuota?", "pago PSE", "Ya pagué, ¿les envío el comprobante?"),
        "Puedes pagar por PSE, corresponsal o en oficina, sin costo.",
    ),
    Reason(
        ("[3.1] certificado", "[3.1.2] certificado"),
        11,
        ("certificado tributario", "Necesito paz y salvo", "Certificación de aportes 2025"),
        "Te enviamos el certificado al correo registrado 📄",
    ),
    Reason(
        ("[4.1] bloqueo_tarjeta",),
        6,
        ("Se me perdió la tarjeta 😱", "bloquear tarjeta", "me robaron la billetera, ayuda"),
        "Tu tarjeta queda bloqueada. ¿Deseas una nueva?",
    ),
    Reason(
        ("[4.2] recuperar_clave", "recuperar_clave"),
        9,
        ("Olvidé la clave", "no me deja entrar al portal", "clave bloqueada"),
        "Ingresa al portal y elige «Olvidé mi clave».",
    ),
    Reason(
        ("[5] oficinas_horarios", "[5.] oficinas_horarios"),
        8,
        ("A qué hora abren?", "dirección oficina Neiva", "¿Abren el sábado?"),
        "Atendemos de lunes a viernes, 8:00 a 17:00,\ny sábados de 8:00 a 12:00.",
    ),
    Reason(
        (ASK_FOR_AGENT, "[9.1] hablar_asesor"),
        3,
        ("asesor", "Quiero hablar con una persona", "agente por favor"),
        "Con gusto. ¿En qué tema te ayuda el asesor?",
    ),
    Reason(
        ("[6.1] afiliacion",),
        5,
        ("Quiero afiliarme", "cómo me asocio?", "Afiliación de mi mamá, ¿se puede?"),
        "¡Qué alegría! 🎉 Estos son los pasos para asociarte…",
    ),
    Reason(
        ("[7] actualizar_datos", "[7]  actualizar_datos "),
        6,
        ("Cambié de celular", "actualizar datos", "mi nueva dirección es Cra 7 # 12-34, apto 501"),
        "Actualiza tus datos aquí: https://portal.example/datos",
    ),
)
REASON_WEIGHTS = tuple(reason.weight for reason in REASONS)

GREETINGS = ("Hola", "Buenos días", "buenas tardes ☀️", "Hola, ¿cómo están?", "Menú", "Buen día 👋")
MENU = '{"text":"¿En qué podemos ayudarte?","buttons":["Saldo","Crédito, requisitos","\\"Otro\\""]}'
NOT_UNDERSTOOD = (
    "quiero aquello",
    "ñañaña",
    "me dijeron que con ustedes, el del mes pasado",
    "???",
    "lo mismo de ayer\npero con la otra\n\ngracias",
    'la señora dijo "mañana", y nada',
    "👍👍",
)
SORRY = ("No te entendí 😕, ¿puedes escribirlo de otra forma?", "Lo siento, no comprendí.")
PRIVACY_QUESTION = "¿Aceptas nuestra política de tratamiento de datos?"
PRIVACY_ANSWER = "Sí, acepto"
CONNECTING = "Te comunico con un asesor. Por favor espera un momento ⏳"
CLOSED_DESK = "Nuestros asesores atienden de lunes a sábado. Te escribimos mañana."
WAITING = ("¿Hola?", "sigo esperando…", "hay alguien?", "tengo afán, por favor")
FIRST_ANSWERS = (
    "Buen día, le ayudo",
    "Hola, ¿en qué le puedo servir?",
    "Buenas tardes, mi nombre es {agent}. ¿Me confirma su cédula?",
    "Señor(a) asociado(a), con gusto reviso su caso.",
)
AGENT_SAYS = (
    "Permítame un momento, por favor.",
    "Ya revisé: su cuota es de $ 345.678, vence el día 15.",
    "Listo, quedó actualizado ✅",
    "Le envío el enlace:\nhttps://portal.example/pagos\nQuedo atento(a).",
    'En el formulario elija "Crédito educativo", luego «Enviar».',
    "¿Hay algo más en que pueda ayudarle?",
    "Su solicitud está en estudio; la respuesta tarda 3 días hábiles.",
)
CONTACT_SAYS = (
    "Sí señora",
    "ok, gracias",
    "la cédula es 1.234.567",
    "¿Y cuánto demora?",
    "No me aparece, sale error",
    "Muchas gracias 😊",
    "Perfecto, quedo pendiente",
)
PHOTO = '{"mediaType":"image","caption":"comprobante, cuota de enero"}'
REACH_OUT = "Hola {name}, le escribimos por su solicitud de crédito."
NOTES = ("Cliente molesto, dar prioridad", "Falta desprendible; llamar el lunes", "Caso escalado ⚠️")
ASSIGNED_NOTICE = "Conversación asignada a {agent}"
CAMPAIGNS = (
    "Cuota de febrero: paga antes del 15 y evita intereses, {name} 💙",
    "Feria de vivienda 🏠: sábado, 9:00 a. m., sede principal",
    "Crédito educativo: tasa especial, ¡solo este mes!",
    "Bienvenida, {name}. Gracias por asociarte",
    "Actualiza tus datos y participa:\nhttps://portal.example/datos",
    "Black Friday: 0 % de cuota de manejo, aplican términos",
)
CAMPAIGN_REPLIES = ("Me interesa", "¿Cómo participo?", "no gracias", "STOP", "info por favor")
OTHER_CONTENT = "Mensaje enviado por una integración externa"
FAILURES = ("131026: Message undeliverable", "131047: Re-engagement message")
