"""Somebody who types: keys at a human's pace, counted, with a stopwatch."""

from __future__ import annotations

import os
import time

KEYS_A_MINUTE = 180
MOST_TABS = 80


class Typist:
    """Types on a page with the keyboard alone.

    The stopwatch counts a third of a second for each key (180 a minute) and the time that the machine takes. With
    `LOTSEN_REAL_TYPING=1` keys are really pressed at that pace.
    """

    def __init__(self, page):
        self.page, self.keys = page, 0
        self.delay = 60_000 / KEYS_A_MINUTE if os.environ.get("LOTSEN_REAL_TYPING") else 0
        self.begun = time.perf_counter()

    @property
    def seconds(self):
        """What the stopwatch shows."""
        really = time.perf_counter() - self.begun
        return really if self.delay else really + self.keys * 60 / KEYS_A_MINUTE

    def press(self, key):
        self.keys += 1
        if self.delay:
            time.sleep(self.delay / 1000)
        self.page.keyboard.press(key)

    def type(self, text):
        self.keys += len(text)
        self.page.keyboard.type(text, delay=self.delay)

    def focus(self):
        """What has the focus: name, value, id."""
        return self.page.evaluate(
            "(() => { const at = document.activeElement; return [at.name || '', at.value || '', at.id || ''] })()"
        )

    def tab_to(self, name):
        """On with Tab until a control of this name has the focus; never by the mouse."""
        for _ in range(MOST_TABS):
            if self.focus()[0] == name:
                return
            self.press("Tab")
        raise AssertionError(f"{name} is not reached by Tab")

    def fill(self, name, text):
        self.tab_to(name)
        self.type(text)

    def choose(self, name, value):
        """A chip: to the group with Tab, on within it with the arrows, or with Tab and Space where several may be."""
        self.tab_to(name)
        wanted = self.page.locator(f'input[name="{name}"][value="{value}"]')
        is_radio = wanted.get_attribute("type") == "radio"
        for _ in range(self.page.locator(f'input[name="{name}"]').count()):
            if self.focus()[1] == value:
                break
            self.press("ArrowRight" if is_radio else "Tab")
        if not wanted.is_checked():
            self.press("Space")
        assert wanted.is_checked(), (name, value)
