"""Where the key lives, and whom it keeps out."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import SecretService, chainer, fail, null
from keyring.errors import KeyringLocked

from voice_checkin.errors import JournalError, JournalLocked
from voice_checkin.journal.keys import (
    FileKey,
    KeyPlace,
    KeyringKey,
    MemoryKey,
    choose_key_place,
    new_key,
    overwrite,
    salt_of,
    working_backend,
)

pytestmark = pytest.mark.journal


class Ring(SecretService.Keyring):
    """A system keyring that stands in for the desktop's; it may be broken or locked."""

    def __init__(self, *, works: bool = True, locked: bool = False) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.works = works
        self.locked = locked

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.works:
            self.kept[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("locked")
        return self.kept.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        self.kept.pop((service, username), None)


Ring.__module__ = SecretService.__name__


class Chain(chainer.ChainerBackend):
    """Several keyrings in order, as a desktop may have."""

    def __init__(self, *backends: KeyringBackend) -> None:
        self._backends = backends

    @property
    def backends(self) -> Iterator[KeyringBackend]:  # type: ignore[override]
        return iter(self._backends)


@pytest.fixture(params=["file", "ring", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> KeyPlace:
    return {
        "file": FileKey(tmp_path / "config" / "journal.key"),
        "ring": KeyringKey(Ring()),
        "memory": MemoryKey(),
    }[request.param]


def test_a_place_gives_back_its_key_until_it_is_destroyed(place: KeyPlace) -> None:
    key = new_key()
    assert place.read() is None
    place.write(key)
    assert place.read() == key
    place.destroy()
    assert place.read() is None
    place.destroy()


def test_no_two_keys_are_the_same() -> None:
    assert len({new_key() for _ in range(50)}) == 50
    assert len(salt_of(new_key())) == 16


def test_the_key_file_is_for_this_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "config" / "journal.key"
    FileKey(path).write(new_key())

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [item.name for item in path.parent.iterdir()] == ["journal.key"]


def test_a_working_keyring_is_preferred(tmp_path: Path) -> None:
    place = choose_key_place(tmp_path, Ring())
    place.write(new_key())

    assert isinstance(place, KeyringKey)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "backend",
    [fail.Keyring(), null.Keyring(), Ring(works=False), Ring(locked=True), Chain(null.Keyring())],
    ids=["none", "null", "forgetful", "locked", "chain of nulls"],
)
def test_a_keyring_that_does_not_keep_anything_is_not_used(
    backend: KeyringBackend, tmp_path: Path
) -> None:
    assert working_backend(backend) is None
    assert isinstance(choose_key_place(tmp_path, backend), FileKey)


def test_a_keyring_in_plain_text_is_not_used() -> None:
    class Plain(Ring):
        pass

    Plain.__module__ = "keyrings.alt.file"

    assert working_backend(Plain()) is None


def test_the_probe_leaves_nothing_behind() -> None:
    ring = Ring()

    assert working_backend(Chain(null.Keyring(), ring)) is ring
    assert ring.kept == {}


def test_a_key_file_that_is_there_wins_over_a_keyring_that_came_later(tmp_path: Path) -> None:
    FileKey(tmp_path / "journal.key").write(new_key())

    assert isinstance(choose_key_place(tmp_path, Ring()), FileKey)


@pytest.mark.parametrize("text", ["", "short", "g" * 96, "é" * 96, "a" * 200])
def test_a_key_file_that_is_none_is_not_taken_for_one(tmp_path: Path, text: str) -> None:
    path = tmp_path / "journal.key"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(JournalLocked, match="not a journal key"):
        FileKey(path).read()


def test_a_locked_keyring_says_so() -> None:
    with pytest.raises(JournalLocked, match="unlock"):
        KeyringKey(Ring(locked=True)).read()


def test_a_folder_where_no_key_can_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file, not a folder")

    with pytest.raises(JournalError, match="cannot be written"):
        FileKey(tmp_path / "config" / "journal.key").write(new_key())


def test_overwriting_leaves_zeros_for_whoever_still_holds_the_file(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"secret" * 20_000)
    with path.open("rb") as held:
        overwrite(path)

        assert set(held.read()) == {0}
    assert not path.exists()
