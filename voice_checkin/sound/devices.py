"""Finding and opening devices by name, and saying in one sentence what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from voice_checkin.errors import DeviceError
from voice_checkin.words import RATE_HZ, Seconds

BLOCK_S: Seconds = 0.02
LATENCY_S: Seconds = 0.1
"""Blocks of 20 ms at 100 ms latency: below 30 ms a Raspberry Pi is choppy (portaudio issue 246)."""
_OFFER = "Try 'voice-checkin rehearse' or 'voice-checkin --keyboard', which need neither."


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceInfo:
    """One device, as PortAudio lists it."""

    name: str
    inputs: int
    """Channels; 0: not a microphone."""
    outputs: int
    rate_hz: int
    """What it does by itself."""
    default_input: bool = False
    default_output: bool = False


@dataclass(slots=True, kw_only=True)
class Opened:
    """A stream that can be started, and what it was opened as."""

    input_name: str
    output_name: str
    rate_hz: int
    input_channels: int
    output_channels: int
    stream: Any = field(repr=False)

    @property
    def name(self) -> str:
        if self.input_name == self.output_name:
            return self.input_name
        return f"{self.input_name} / {self.output_name}"

    @property
    def latency_s(self) -> tuple[Seconds, Seconds]:
        """From air to us and from us to air, as PortAudio says."""
        heard, played = self.stream.latency
        return float(heard), float(played)

    @property
    def is_running(self) -> bool:
        return bool(self.stream.active)

    def start(self) -> None:
        """Raises `DeviceError`."""
        try:
            self.stream.start()
        except _portaudio().PortAudioError as error:
            raise DeviceError(f"{self.name}: cannot be started ({_reason(error)}).") from None

    def close(self) -> None:
        """Let go of the device; one that is gone already is no error."""
        self.stream.abort(ignore_errors=True)
        self.stream.close(ignore_errors=True)


def _portaudio() -> Any:
    """Import sounddevice, which needs a system library.  Raises `DeviceError`."""
    try:
        import sounddevice
    except (ImportError, OSError):
        raise DeviceError(
            "The sound library PortAudio is missing: install it with "
            f"'sudo apt install libportaudio2'. {_OFFER}"
        ) from None
    return sounddevice


def _reason(error: BaseException) -> str:
    return str(error.args[0]).split("[")[0].strip() if error.args else type(error).__name__


def restart_library() -> None:
    """Make PortAudio look for devices again; every open stream must be closed before."""
    library = _portaudio()
    library._terminate()
    try:
        library._initialize()
    except library.PortAudioError as error:
        raise DeviceError(f"The sound system does not answer ({_reason(error)}).") from None


def list_devices() -> list[DeviceInfo]:
    """Return every microphone and speaker.  Raises `DeviceError` without PortAudio."""
    library = _portaudio()
    default_input, default_output = library.default.device
    return [
        DeviceInfo(
            name=str(found["name"]),
            inputs=int(found["max_input_channels"]),
            outputs=int(found["max_output_channels"]),
            rate_hz=int(found["default_samplerate"]),
            default_input=index == default_input,
            default_output=index == default_output,
        )
        for index, found in enumerate(library.query_devices())
    ]


def has_devices() -> bool:
    """Say whether there is both a microphone and a speaker."""
    try:
        found = list_devices()
    except DeviceError:
        return False
    return any(device.inputs for device in found) and any(device.outputs for device in found)


def find_device(name: str | None, way: Literal["input", "output"]) -> tuple[int, DeviceInfo]:
    """Return the index and description of a device by name, None meaning the default.

    The whole name wins, then a part of it that only one device has.  Raises `DeviceError`.
    """
    what = "microphone" if way == "input" else "speaker"
    found = [
        (index, device)
        for index, device in enumerate(list_devices())
        if (device.inputs if way == "input" else device.outputs)
    ]
    if not found:
        raise DeviceError(f"There is no {what}: connect one and try again. {_OFFER}")
    if name is None:
        for index, device in found:
            if device.default_input if way == "input" else device.default_output:
                return index, device
        return found[0]
    wanted = name.casefold()
    exact = [item for item in found if item[1].name.casefold() == wanted]
    part = [item for item in found if wanted in item[1].name.casefold()]
    if exact or len(part) == 1:
        return (exact or part)[0]
    names = ", ".join(f"'{device.name}'" for _, device in (part or found))
    trouble = "fits several" if part else "is not there"
    raise DeviceError(f"The {what} '{name}' {trouble}: choose one of {names}.")


def open_stream(
    input_name: str | None, output_name: str | None, callback: Callable[..., None]
) -> Opened:
    """Open both devices as one stream, at 16 kHz where they can.  Raises `DeviceError`."""
    library = _portaudio()
    input_index, microphone = find_device(input_name, "input")
    output_index, speaker = find_device(output_name, "output")
    rates = dict.fromkeys((RATE_HZ, microphone.rate_hz, speaker.rate_hz, 48_000, 44_100))
    # Most systems mix one channel to what a card has; a bare card wants all of its own.
    channels = dict.fromkeys(
        (
            (1, 1),
            (min(2, microphone.inputs), min(2, speaker.outputs)),
            (1, min(2, speaker.outputs)),
            (microphone.inputs, speaker.outputs),
        )
    )
    reason = ""
    for rate in rates:
        for inputs, outputs in channels:
            try:
                stream = library.RawStream(
                    samplerate=rate,
                    blocksize=int(rate * BLOCK_S),
                    device=(input_index, output_index),
                    channels=(inputs, outputs),
                    dtype="int16",
                    latency=LATENCY_S,
                    callback=callback,
                )
            except library.PortAudioError as error:
                reason = reason or _reason(error)
                continue
            return Opened(
                input_name=microphone.name,
                output_name=speaker.name,
                rate_hz=rate,
                input_channels=inputs,
                output_channels=outputs,
                stream=stream,
            )
    raise DeviceError(
        f"'{microphone.name}' and '{speaker.name}' cannot be opened together ({reason}): "
        "another program may hold them, or choose others in 'voice-checkin setup'."
    )
