"""Models that can be added: where they come from, how they are checked, where they live.

Nothing is fetched but by `install`, which a person asks for.
"""

from __future__ import annotations

import hashlib
import http.client
import shutil
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from voice_checkin.errors import BadInput, ModelMissing
from voice_checkin.listening.vosk import check_vosk_folder
from voice_checkin.settings import data_folder

TIMEOUT_S = 30.0
_CHUNK = 256 * 1024
MAX_UNPACKED_BYTES = 1024**3
"""The small English model unpacks to 68 MB; a gigabyte is no model for this machine."""
Progress = Callable[[int, int], None]
"""Called with bytes so far and bytes in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPin:
    """One model, pinned by size and checksum."""

    name: str
    about: str
    base_url: str
    archive: str
    bytes: int
    sha256: str
    licence: str


MODELS = (
    ModelPin(
        name="vosk-small-en",
        about="Vosk, small English model 0.15",
        base_url="https://alphacephei.com/vosk/models/",
        archive="vosk-model-small-en-us-0.15.zip",
        bytes=41_205_931,
        # Its makers publish none.  Ten public projects that pin this file name the same sum.
        sha256="30f26242c4eb449f948e42cb302dd7a686cb29a3423a8367f99ff41780942498",
        licence="Apache-2.0",
    ),
)


def models_folder() -> Path:
    """Return the folder that holds installed models."""
    return data_folder() / "models"


def pin_of(name: str) -> ModelPin:
    """Return the pin of a model by name.  Raises `BadInput`."""
    for pin in MODELS:
        if pin.name == name:
            return pin
    known = ", ".join(pin.name for pin in MODELS)
    raise BadInput(f"There is no model '{name}': choose one of {known}.")


def model_folder(name: str, folder: Path) -> Path:
    """Return where the model ``name`` lives, or would."""
    return folder / name


def installed(name: str, folder: Path) -> bool:
    """Say whether the model is there and whole as far as its files tell."""
    try:
        check_vosk_folder(model_folder(name, folder))
    except (ModelMissing, BadInput):
        return False
    return True


def install_from(source: Path, name: str, folder: Path) -> Path:
    """Install from a model's folder or its zip that the user has; return where it now is.

    Only its structure is checked: a user may bring another English model.  Raises `BadInput`.
    """
    target = model_folder(pin_of(name).name, folder)
    if not source.exists():
        raise BadInput(f"{source}: there is no such file or folder.")
    fresh = _fresh(target)
    if source.is_dir():
        root = _model_root(source)
        try:
            shutil.copytree(root, fresh)
        except OSError:
            shutil.rmtree(fresh, ignore_errors=True)
            raise BadInput(f"{source}: cannot be copied; is all of it readable?") from None
        return _put(fresh, target)
    return _put(_unpack(source, fresh), target)


def install(
    pin: ModelPin, folder: Path, progress: Progress, *, base_url: str | None = None
) -> Path:
    """Fetch, check and install a model; a download that was cut off goes on where it stopped.

    Raises `ModelMissing` offline, `BadInput` where the file is not the pinned one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{pin.archive}.part"
    url = (base_url or pin.base_url).rstrip("/") + "/" + pin.archive
    _fetch(url, partial, pin, progress)
    if partial.stat().st_size != pin.bytes or _sha256(partial) != pin.sha256:
        partial.unlink()
        raise BadInput(
            f"{url}: the file is not the one that was pinned (size or checksum differs); it was "
            "deleted. Try again, or take the model from elsewhere with '--from FOLDER_OR_ZIP'."
        )
    target = model_folder(pin.name, folder)
    installed_at = _put(_unpack(partial, _fresh(target)), target)
    partial.unlink()
    return installed_at


def _fetch(url: str, partial: Path, pin: ModelPin, progress: Progress) -> None:
    have = partial.stat().st_size if partial.exists() else 0
    if have >= pin.bytes:
        return
    if not url.startswith(("https://", "http://127.0.0.1")):
        raise BadInput(f"{url}: models are fetched over https only.")
    request = urllib.request.Request(url)  # noqa: S310 - the scheme was checked above
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - as above
            goes_on = answer.status == http.HTTPStatus.PARTIAL_CONTENT
            have = have if goes_on else 0
            with partial.open("ab" if goes_on else "wb") as file:
                while chunk := answer.read(_CHUNK):
                    have += len(chunk)
                    if have > pin.bytes:
                        break
                    file.write(chunk)
                    progress(have, pin.bytes)
    except urllib.error.HTTPError as error:
        raise ModelMissing(f"{url}: the server answers {error.code}. {_elsewhere(pin)}") from None
    except (OSError, http.client.HTTPException):
        # URLError is an OSError; IncompleteRead and its like are not.
        raise ModelMissing(
            f"{url}: cannot be reached. Connect to the internet and run the same command again: "
            f"it goes on where it stopped. {_elsewhere(pin)}"
        ) from None
    if have < pin.bytes:
        raise ModelMissing(
            f"{url}: the download stopped at {have} of {pin.bytes} bytes. Run the same command "
            "again: it goes on where it stopped."
        )


def _elsewhere(pin: ModelPin) -> str:
    return (
        f"Or fetch {pin.archive} on another machine and run "
        f"'voice-checkin models install {pin.name} --from {pin.archive}'."
    )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _fresh(target: Path) -> Path:
    """Return an empty place beside ``target``, for what is not checked yet."""
    fresh = target.with_name(target.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.parent.mkdir(parents=True, exist_ok=True)
    return fresh


def _unpack(archive: Path, into: Path) -> Path:
    """Unpack a zip, refusing names that lead out of the folder.  Raises `BadInput`."""
    try:
        with zipfile.ZipFile(archive) as zipped:
            if sum(item.file_size for item in zipped.infolist()) > MAX_UNPACKED_BYTES:
                raise BadInput(f"{archive}: too large for a model; not unpacked.")
            for item in zipped.infolist():
                path = PurePosixPath(item.filename)
                # A link's target could lead out as well; models hold none.
                is_link = (item.external_attr >> 16) & 0o170000 == 0o120000
                if path.is_absolute() or ".." in path.parts or "\\" in item.filename or is_link:
                    raise BadInput(f"{archive}: holds a path that leads elsewhere; not unpacked.")
                if item.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise BadInput(f"{archive}: packed in an unusual way; not unpacked.")
            zipped.extractall(into)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError):
        # A RuntimeError is a password, or something that Python's zipfile does not know.
        raise BadInput(f"{archive}: not a zip file, or damaged; fetch it again.") from None
    except OSError as error:
        raise BadInput(f"{archive}: cannot be unpacked ({error.strerror}).") from None
    return into


def _model_root(folder: Path) -> Path:
    """Return ``folder``, or the one folder inside it, whichever looks like a model."""
    if (folder / "am").is_dir():
        return folder
    inside = [child for child in folder.iterdir() if (child / "am").is_dir()]
    return inside[0] if len(inside) == 1 else folder


def _put(fresh: Path, target: Path) -> Path:
    """Check what is in ``fresh`` and put it in the place of ``target``, or delete it and raise."""
    root = _model_root(fresh)
    try:
        check_vosk_folder(root)
    except (ModelMissing, BadInput) as error:
        shutil.rmtree(fresh, ignore_errors=True)
        reason = str(error).split(". ")[0].replace(str(root), "What was given")
        raise BadInput(f"{reason}; nothing was installed.") from None
    shutil.rmtree(target, ignore_errors=True)
    root.rename(target)
    shutil.rmtree(fresh, ignore_errors=True)
    return target
