"""Models: fetched only when asked, checked, resumed, and taken from a folder or a zip."""

from __future__ import annotations

import hashlib
import http.server
import io
import json
import os
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from voice_checkin.cli.models import command
from voice_checkin.errors import BadInput, ModelMissing
from voice_checkin.listening import models

pytestmark = pytest.mark.ears

FILES = ("am/final.mdl", "conf/mfcc.conf", "conf/model.conf", "graph/HCLr.fst", "graph/Gr.fst")


def model_zip(extra: dict[str, bytes] | None = None, leave_out: str = "") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped:
        for name in FILES:
            if name != leave_out:
                zipped.writestr(f"vosk-model-small-en-us-0.15/{name}", os.urandom(3000))
        for name, content in (extra or {}).items():
            zipped.writestr(name, content)
    return packed.getvalue()


class Shop:
    """A server on this machine that can break off and count."""

    def __init__(self) -> None:
        self.content = model_zip()
        self.break_off_at: int | None = None
        self.ranges: list[str | None] = []
        self.answer = 200
        shop = self

        class Counter(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                wanted = self.headers.get("Range")
                shop.ranges.append(wanted)
                if shop.answer != 200:
                    self.send_error(shop.answer)
                    return
                start = int(wanted.split("=")[1].rstrip("-")) if wanted else 0
                self.send_response(206 if wanted else 200)
                self.send_header("Content-Length", str(len(shop.content) - start))
                self.end_headers()
                end = shop.break_off_at or len(shop.content)
                self.wfile.write(shop.content[start:end])

            def log_message(self, *words: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counter)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/models"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def pin(self) -> models.ModelPin:
        return replace(
            models.MODELS[0],
            bytes=len(self.content),
            sha256=hashlib.sha256(self.content).hexdigest(),
        )


@pytest.fixture
def shop() -> Iterator[Shop]:
    made = Shop()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_a_model_is_fetched_checked_and_installed(shop: Shop, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    where = models.install(
        shop.pin, tmp_path, lambda done, total: seen.append((done, total)), base_url=shop.url
    )
    assert where == tmp_path / "vosk-small-en"
    assert all((where / name).is_file() for name in FILES)
    assert models.installed("vosk-small-en", tmp_path)
    assert seen[-1] == (len(shop.content), len(shop.content))
    assert [path.name for path in tmp_path.iterdir()] == ["vosk-small-en"], "nothing is left over"


def test_a_download_that_was_cut_off_goes_on_where_it_stopped(shop: Shop, tmp_path: Path) -> None:
    shop.break_off_at = 5000
    with pytest.raises(ModelMissing, match="goes on where it stopped"):
        models.install(shop.pin, tmp_path, lambda *_: None, base_url=shop.url)
    shop.break_off_at = None
    models.install(shop.pin, tmp_path, lambda *_: None, base_url=shop.url)
    assert shop.ranges == [None, "bytes=5000-"]
    assert models.installed("vosk-small-en", tmp_path)


def test_another_file_than_the_pinned_one_is_deleted(shop: Shop, tmp_path: Path) -> None:
    pin = replace(shop.pin, sha256="0" * 64)
    with pytest.raises(BadInput, match="not the one that was pinned"):
        models.install(pin, tmp_path, lambda *_: None, base_url=shop.url)
    assert list(tmp_path.iterdir()) == []


def test_offline_it_says_so_and_how_else(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"cannot be reached.*--from"):
        models.install(
            models.MODELS[0], tmp_path, lambda *_: None, base_url="http://127.0.0.1:9/models"
        )


def test_a_server_without_the_file_is_reported(shop: Shop, tmp_path: Path) -> None:
    shop.answer = 404
    with pytest.raises(ModelMissing, match="answers 404"):
        models.install(shop.pin, tmp_path, lambda *_: None, base_url=shop.url)


def test_only_https_is_fetched(tmp_path: Path) -> None:
    for url in ("http://example.org", "file:///etc"):
        with pytest.raises(BadInput, match="https only"):
            models.install(models.MODELS[0], tmp_path, lambda *_: None, base_url=url)


@pytest.mark.parametrize("name", ["../evil.txt", "/evil/evil.txt", "a\\..\\evil.txt"])
def test_a_zip_that_leads_elsewhere_is_not_unpacked(tmp_path: Path, name: str) -> None:
    archive = tmp_path / "model.zip"
    archive.write_bytes(model_zip({name: b"evil"}))
    with pytest.raises(BadInput, match="leads elsewhere"):
        models.install_from(archive, "vosk-small-en", tmp_path / "models")
    assert not list(tmp_path.rglob("evil*"))


def test_a_model_is_taken_from_a_zip_or_a_folder_that_one_has(tmp_path: Path) -> None:
    archive = tmp_path / "model.zip"
    archive.write_bytes(model_zip())
    models.install_from(archive, "vosk-small-en", tmp_path / "one")
    assert models.installed("vosk-small-en", tmp_path / "one")
    models.install_from(tmp_path / "one" / "vosk-small-en", "vosk-small-en", tmp_path / "two")
    assert models.installed("vosk-small-en", tmp_path / "two")


def test_what_is_no_model_is_not_installed_and_leaves_the_old_one(tmp_path: Path) -> None:
    good, torn, text = tmp_path / "good.zip", tmp_path / "torn.zip", tmp_path / "text.zip"
    good.write_bytes(model_zip())
    torn.write_bytes(model_zip(leave_out="am/final.mdl"))
    text.write_text("hello")
    folder = tmp_path / "models"
    models.install_from(good, "vosk-small-en", folder)
    for source in (torn, text, tmp_path / "nowhere.zip"):
        with pytest.raises(BadInput):
            models.install_from(source, "vosk-small-en", folder)
    assert models.installed("vosk-small-en", folder)
    assert [path.name for path in folder.iterdir()] == ["vosk-small-en"]


def test_the_command_lists_installs_and_says_where(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("VOICE_CHECKIN_MODELS_URL", shop.url)
    monkeypatch.setattr(models, "MODELS", (shop.pin,))
    run = CliRunner()
    before = run.invoke(command, ["list", "--json"])
    rows = {row["name"]: row for row in map(json.loads, before.stdout.splitlines())}
    assert rows["moonshine-tiny-en"]["installed"]
    assert not rows["vosk-small-en"]["installed"]
    done = run.invoke(command, ["install", "vosk-small-en"])
    assert done.exit_code == 0, done.output
    where = Path(done.stdout.strip())
    assert (where / "am" / "final.mdl").is_file()
    path = run.invoke(command, ["path", "vosk-small-en", "--json"])
    assert json.loads(path.stdout) == {"path": str(where)}
    assert "installed" in run.invoke(command, ["list"]).stdout
    unknown = run.invoke(command, ["install", "whisper"])
    assert isinstance(unknown.exception, BadInput)
    assert unknown.exception.exit_code == 2
