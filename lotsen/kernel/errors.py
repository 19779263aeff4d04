"""Anticipated noes, as sentences for the person who reads them."""

from __future__ import annotations


class Refused(Exception):
    """An anticipated no. Subclasses live beside the verb that raises them.

    `sentence` is fit for the reader's eyes; the edge (form, API, SMS, voice) shows it as it is.
    """

    sentence: str = ""

    def __init__(self, sentence: str = "") -> None:
        self.sentence = str(sentence or self.sentence or type(self).__doc__ or "")
        super().__init__(self.sentence)


class AlreadyMoved(Refused):
    """Somebody else was faster: the row is no longer in the state that the reader saw."""


class MoveNotAllowed(Refused):
    """The table of states has no such move."""
