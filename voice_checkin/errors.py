"""Every error a person can meet, each with an exit code and one sentence.

    VoiceCheckinError
    ├── BadInput             a file, flag or value that cannot be used
    │   ├── ScriptError      dialog scripts: every diagnostic at once
    │   └── SettingsError    the settings file
    ├── DeviceError          microphone or speaker missing, unplugged, busy
    ├── ModelMissing         a recogniser's or voice's model, with how to get it
    ├── VoiceError           no synthesiser can speak
    ├── PartFailed           a part of the program gave up in the middle of an evening
    └── JournalError         the journal cannot be opened, read or written
        ├── JournalLocked    another program has it, or the key does not fit
        │   └── JournalInUse another evening is running
        └── JournalDamaged   the file is not a journal, or is torn

Messages name the file, line, device or value and what to do.  They never hold anything a person
said: what people say is not put into exceptions, logs or temporary files.
"""

from __future__ import annotations

from collections.abc import Sequence


class VoiceCheckinError(Exception):
    """Base of all errors that the command line turns into one sentence."""

    exit_code = 2


class BadInput(VoiceCheckinError):
    """A file, flag or value that cannot be used."""


class ScriptError(BadInput):
    """A dialog script with faults: one ``file:line:col CODE sentence`` a diagnostic."""

    most_shown = 100

    def __init__(self, diagnostics: Sequence[str]) -> None:
        self.diagnostics = tuple(diagnostics)
        shown = self.diagnostics[: self.most_shown]
        more = len(self.diagnostics) - len(shown)
        super().__init__("\n".join((*shown, *((f"... and {more} more.",) if more else ()))))


class SettingsError(BadInput):
    """The settings file cannot be read or holds a value out of range."""


class DeviceError(VoiceCheckinError):
    """A microphone or speaker is missing, busy or gone."""


class ModelMissing(VoiceCheckinError):
    """A model is not on this machine; the message says how to get it."""


class VoiceError(VoiceCheckinError):
    """No synthesiser can speak on this machine."""


class PartFailed(VoiceCheckinError):
    """A part of the program gave up in the middle of an evening."""

    exit_code = 1


class JournalError(VoiceCheckinError):
    """The journal cannot be opened, read or written."""


class JournalLocked(JournalError):
    """Another program has this journal, or the key does not fit."""


class JournalInUse(JournalLocked):
    """Another evening is running on this journal."""


class JournalDamaged(JournalError):
    """The file is not a journal, or is torn."""
