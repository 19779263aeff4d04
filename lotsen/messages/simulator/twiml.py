"""Reads the spoken document (TwiML). Pure."""

from dataclasses import dataclass, field
from xml.etree import ElementTree


class NotTwiml(ValueError):
    """The answer of a webhook is no spoken document."""


@dataclass(frozen=True)
class Verb:
    """One element: what it is, its attributes, its words, what is inside."""

    name: str
    attributes: dict[str, str]
    text: str
    inside: list["Verb"] = field(default_factory=list)

    def spoken(self) -> list[str]:
        """The sentences that the caller hears from it, in order."""
        own = [self.text] if self.name == "Say" and self.text else []
        return own + [sentence for verb in self.inside for sentence in verb.spoken()]


def parse(document: str) -> list[Verb]:
    """The verbs of a document in order. Refuses what is no XML with the root Response (NotTwiml)."""
    if "<!DOCTYPE" in document or "<!ENTITY" in document:
        raise NotTwiml("no document type allowed")
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 - our own documents, and a DOCTYPE was refused above
    except ElementTree.ParseError as error:
        raise NotTwiml(str(error)) from None
    if root.tag != "Response":
        raise NotTwiml(f"root is {root.tag}")
    return [_verb(element) for element in root]


def _verb(element: ElementTree.Element) -> Verb:
    words = " ".join("".join(element.itertext()).split()) if element.tag == "Say" else (element.text or "").strip()
    return Verb(element.tag, dict(element.attrib), words, [_verb(inner) for inner in element])
