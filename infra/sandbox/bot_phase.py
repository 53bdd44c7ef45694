"""The part of a visit in which the bot answers: greeting, reasons, and what it misunderstood."""

from dataclasses import dataclass

from infra.sandbox import phrases
from infra.sandbox.drafting import DayDraft
from infra.sandbox.people import Contact
from infra.sandbox.surveys import INVITATION, survey_answer

MISUNDERSTOOD_SHARE = 0.21
MISUNDERSTOOD_AGAIN_SHARE = 0.38
MISLABELLED_SHARE = 0.06
TURNS, TURN_WEIGHTS = (1, 2, 3, 4, 5), (30, 36, 20, 10, 4)


@dataclass(slots=True)
class BotPhase:
    """One contact talking to the bot; `at` is the clock of the visit and moves on with each row."""

    draft: DayDraft
    contact: Contact
    at: int
    sending_id: str = ""
    engine: str = "df"

    def talk(self, wants_agent: bool) -> int:
        """Write the whole phase and return the instant of its last row."""
        rng = self.draft.rng
        self.engine = "ai" if rng.random() < 0.015 else "df"
        if self.sending_id:
            self._turn(rng.choice(phrases.CAMPAIGN_REPLIES), phrases.FLOW_RESPONSE, phrases.MENU)
        elif rng.random() < 0.88:
            self._turn(rng.choice(phrases.GREETINGS), phrases.WELCOME, phrases.MENU)
        if rng.random() < 0.07:
            self.draft.from_bot(self.contact, self.at + 1, phrases.PRIVACY_QUESTION)
            self._turn(phrases.PRIVACY_ANSWER, phrases.PRIVACY, phrases.MENU)
        self._reasons(rng.choices(TURNS, TURN_WEIGHTS)[0])
        if wants_agent:
            label = rng.choice((phrases.ASK_FOR_AGENT, "[9.1] hablar_asesor"))
            self._turn("asesor", label, phrases.CONNECTING)
        return self.at

    def answer_survey(self) -> int:
        """Offer the survey; more than half of the people answer it."""
        rng = self.draft.rng
        self.at += rng.randrange(20, 90)
        self.draft.from_bot(self.contact, self.at, INVITATION, content_type="interactive")
        if rng.random() < 0.6:
            self.at += rng.randrange(15, 600)
            self.draft.incoming(
                self.contact,
                self.at,
                survey_answer(self.draft.profile, self.contact, rng),
                content_type="event",
                intent_id="df-flow",
                intent_name=phrases.FLOW_RESPONSE,
            )
        return self.at

    def _reasons(self, turns: int) -> None:
        rng, lost = self.draft.rng, False
        for _ in range(turns):
            lost = rng.random() < (MISUNDERSTOOD_AGAIN_SHARE if lost else MISUNDERSTOOD_SHARE)
            reason = rng.choices(phrases.REASONS, phrases.REASON_WEIGHTS)[0]
            label = rng.choice(reason.labels)
            if lost:
                name = label if rng.random() < MISLABELLED_SHARE else phrases.FALLBACK
                text, answer = rng.choice(phrases.NOT_UNDERSTOOD), rng.choice(phrases.SORRY)
                self._turn(text, name, answer, is_fallback=True)
            else:
                self._turn(rng.choice(reason.asked), label, reason.answered)

    def _turn(self, text: str, intent: str, answer: str, is_fallback: bool = False) -> None:
        """One inbound row with its intent and the bot's answer to it."""
        rng = self.draft.rng
        self.at += rng.randrange(4, 75)
        kind = rng.choices(("text", "interactive", "quickReplyEvent"), (78, 12, 10))[0]
        self.draft.incoming(
            self.contact,
            self.at,
            text,
            content_type=kind,
            integration=self.engine,
            intent_id=f"df-{sum(map(ord, intent)) % 9_000:04d}",
            intent_name=intent,
            is_fallback=is_fallback,
            sending_id=self.sending_id,
        )
        self.sending_id = ""
        silent = rng.random() < 0.02
        for _ in range(0 if silent else rng.choices((1, 2), (82, 18))[0]):
            self.at += rng.randrange(1, 4)
            send_type = "dialogflow" if self.engine == "df" else "ai"
            self.draft.from_bot(
                self.contact,
                self.at,
                answer,
                content_type="interactive" if answer == phrases.MENU else "text",
                send_type=send_type,
                integration=self.engine,
            )
