"""The rows of the outbox: messages, call tasks, letters to print, and what came in from the telephone network."""

from lotsen.messages.models.about import About
from lotsen.messages.models.calls import CallTask
from lotsen.messages.models.inbound import InboundSms, SilencedNumber, WebhookReceipt
from lotsen.messages.models.letters import Letter, PrintRun
from lotsen.messages.models.outbox import Message
from lotsen.messages.models.telephone import AgentLine, AgentRing, PhoneCall, PhoneSpending, Voicemail
from lotsen.messages.models.texts import TextVersion
from lotsen.messages.models.watch import Circuit, Heartbeat

__all__ = [
    "About",
    "AgentLine",
    "AgentRing",
    "CallTask",
    "Circuit",
    "Heartbeat",
    "InboundSms",
    "Letter",
    "Message",
    "PhoneCall",
    "PhoneSpending",
    "PrintRun",
    "SilencedNumber",
    "TextVersion",
    "Voicemail",
    "WebhookReceipt",
]
