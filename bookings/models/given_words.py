from __future__ import annotations

from django.db import models

from bookings.models.clients import Client


class GivenWord(models.Model):
    """The memory that a person has had a code word. It outlives the word, which is gone a day after the visit.

    `word_hash` is a keyed hash of person and word: who reads the table learns no word, and the same word looks
    different for each person. The constraint is what makes two visits that are settled at once take two words.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    word_hash = models.CharField(max_length=64)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "word_hash"], name="word_once_a_person")]
        indexes = [models.Index(fields=["given_at"], name="given_word_age")]

    def __str__(self) -> str:
        return f"given to {self.client_id}"
