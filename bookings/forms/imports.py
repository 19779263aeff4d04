"""The files that a coordinator sends."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lotsen.kernel.tables import MOST_BYTES


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; too big ones are refused before they are read."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = data if isinstance(data, list | tuple) else [data]
        cleaned = [super(FilesField, self).clean(one, initial) for one in files or [None]]
        for one in cleaned:
            if one.size > MOST_BYTES:
                raise ValidationError(
                    gettext("Die Datei ist zu groß. Möglich sind {limit} MB.").format(limit=MOST_BYTES // 10**6)
                )
        return cleaned


class ListsForm(forms.Form):
    """One to five lists at once."""

    files = FilesField(
        label=_("Dateien"),
        help_text=_("CSV-Dateien, eine oder mehrere auf einmal. Höchstens 20 MB je Datei."),
        error_messages={
            "required": _("Bitte wählen Sie eine Datei."),
            "empty": _("Die Datei ist leer."),
            "missing": _("Bitte wählen Sie eine Datei."),
        },
    )

    def files_and_names(self) -> list[tuple[str, bytes]]:
        """Name and bytes of each file."""
        return [(one.name or "", one.read()) for one in self.cleaned_data["files"]]
