"""WAV files in and out.  Read by hand: the standard library's reader knows no float samples and
takes a truncated file without a word.

Read: PCM of 8, 16, 24 or 32 bits and float of 32 or 64, any rate from 4 to 192 kHz, 1 to 8
channels (averaged).  A file with no samples at all is a WAV in which nobody speaks.  A file whose
header promises more than the file holds was cut off and is refused, as is anything else.
"""

from __future__ import annotations

import struct
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voice_checkin.errors import BadInput
from voice_checkin.events import Samples
from voice_checkin.sound.resample import resample
from voice_checkin.words import RATE_HZ

MAX_BYTES = 512 * 1024 * 1024
"""About 45 minutes of 48 kHz stereo at 32 bits; more is not a conversation."""
MOST_SECONDS = 3 * 3600
"""At low rates and 8 bits a file of that size would be a day of sound and gigabytes in memory."""
_BLOCK_BYTES = 1024 * 1024
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_STREAMED = (0xFFFFFFFF, 0xFFFFFFFE, 0x7FFFFFFF, 0x7FFFF000)
"""Data sizes that programs write when they stream to a pipe and cannot know the length."""
_HELP = "Record it again, or convert it with 'sox FILE -r 16000 -c 1 -b 16 NEW.wav'."


def read_wav(path: Path) -> Samples:
    """Return the file as 16 kHz mono.  Raises `BadInput` naming the file and what to do."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise BadInput(
                f"{path}: larger than {MAX_BYTES // 1024**2} MiB; split it into shorter files."
            )
        content = bytearray()
        with path.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                content += block
                if len(content) > MAX_BYTES:  # a pipe or a device, which has no size
                    raise BadInput(f"{path}: has no end that could be waited for.")
    except FileNotFoundError:
        raise BadInput(f"{path}: there is no such file.") from None
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror}).") from None
    return parse_wav(content, str(path))


def parse_wav(content: bytes | bytearray, name: str) -> Samples:
    """Return a WAV's samples as 16 kHz mono; ``name`` is for the sentence of a `BadInput`."""
    if len(content) == 0:
        raise BadInput(f"{name}: the file is empty (0 bytes). {_HELP}")
    if len(content) < 12 or content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise BadInput(f"{name}: not a WAV file. {_HELP}")
    layout: bytes | bytearray | None = None
    at = 12
    while at + 8 <= len(content):
        kind, size = content[at : at + 4], struct.unpack_from("<I", content, at + 4)[0]
        body = at + 8
        if kind == b"fmt ":
            layout = content[body : body + size]
        elif kind == b"data":
            if layout is None:
                break
            rest = len(content) - body
            if size > rest and size not in _STREAMED:
                raise BadInput(
                    f"{name}: cut off: {rest} bytes of sound where {size} are promised. {_HELP}"
                )
            whole = rest if size in _STREAMED else size
            return _convert(content[body : body + whole], layout, name)
        at = body + size + size % 2
    raise BadInput(f"{name}: cut off before its sound begins. {_HELP}")


def _convert(data: bytes | bytearray, layout: bytes | bytearray, name: str) -> Samples:
    if len(layout) < 16:
        raise BadInput(f"{name}: its header is damaged. {_HELP}")
    tag, channels, rate, _, align, bits = struct.unpack_from("<HHIIHH", layout)
    if tag == _EXTENSIBLE and len(layout) >= 26:
        tag = struct.unpack_from("<H", layout, 24)[0]
    if not 1 <= channels <= 8 or not 4_000 <= rate <= 192_000:
        raise BadInput(
            f"{name}: {channels} channels at {rate} Hz cannot be used "
            f"(1 to 8 channels, 4000 to 192000 Hz). {_HELP}"
        )
    if align != channels * bits // 8 or bits % 8:
        raise BadInput(f"{name}: its header contradicts itself. {_HELP}")
    if align and len(data) / align > MOST_SECONDS * rate:
        raise BadInput(
            f"{name}: longer than {MOST_SECONDS // 3600} hours; split it into shorter files."
        )
    whole = data[: len(data) // align * align] if align else b""
    values = _values(whole, tag, bits)
    if values is None:
        raise BadInput(f"{name}: samples of format {tag} with {bits} bits are unknown. {_HELP}")
    mono = values.reshape(-1, channels).mean(axis=1, dtype=np.float32)
    clipped = np.clip(np.rint(mono * 32768.0), -32768, 32767)
    return resample(clipped.astype(np.int16), rate, RATE_HZ)


def _values(data: bytes | bytearray, tag: int, bits: int) -> npt.NDArray[np.float32] | None:
    """Return the samples as floats, full scale 1, channels interleaved; None: unknown format."""
    match tag, bits:
        case 1, 8:  # the one unsigned format
            return (np.frombuffer(data, np.uint8).astype(np.float32) - 128.0) / 128.0
        case 1, 16:
            return np.frombuffer(data, "<i2").astype(np.float32) / 2.0**15
        case 1, 24:
            wide = np.zeros((len(data) // 3, 4), dtype=np.uint8)
            wide[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
            return wide.reshape(-1).view("<i4").astype(np.float32) / np.float32(2.0**31)
        case 1, 32:
            return np.frombuffer(data, "<i4").astype(np.float32) / np.float32(2.0**31)
        case 3, (32 | 64):
            floats = np.frombuffer(data, f"<f{bits // 8}").astype(np.float32)
            return np.clip(np.nan_to_num(floats, posinf=1.0, neginf=-1.0), -1.0, 1.0)
        case _:
            return None


def write_wav(path: Path, left: Samples, right: Samples | None = None) -> None:
    """Write 16 kHz 16-bit mono, or stereo where ``right`` is given (the shorter is padded)."""
    channels = [left] if right is None else [left, right]
    length = max(len(channel) for channel in channels)
    frames = np.zeros((length, len(channels)), dtype="<i2")
    for index, channel in enumerate(channels):
        frames[: len(channel), index] = channel
    try:
        with path.open("wb") as file, wave.open(file, "wb") as out:
            out.setnchannels(len(channels))
            out.setsampwidth(2)
            out.setframerate(RATE_HZ)
            out.writeframes(frames.tobytes())
    except OSError as error:
        raise BadInput(f"{path}: cannot be written ({error.strerror}).") from None
