"""The zip streams and every reader takes it; the folder appears whole or not at all."""

import io
import shutil
import subprocess
import zipfile

import pytest

from koutu.accounts.errors import Refused
from koutu.releases.archive import Entry, entry, require_free, write_folder, zip_stream

FILES = {"a/one.txt": b"one", "a/two.bin": bytes(range(256)) * 100, "名字.md": "中文".encode(), "z/empty": b""}


def entries():
    return [entry(path, data) for path, data in FILES.items()]


def zipped() -> bytes:
    return b"".join(zip_stream(entries()))


def test_python_and_unzip_read_the_zip(tmp_path):
    with zipfile.ZipFile(io.BytesIO(zipped())) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == FILES
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        assert not any(info.flag_bits & 8 for info in archive.infolist()), "sizes stand before the data"
    path = tmp_path / "a.zip"
    path.write_bytes(zipped())
    if program := shutil.which("unzip"):
        assert subprocess.run([program, "-tq", path], check=False).returncode == 0


def test_the_same_files_give_the_same_zip():
    assert zipped() == zipped()


def test_more_files_than_the_old_zip_can_count():
    many = [entry(f"{number:06d}", b"") for number in range(70_000)]
    with zipfile.ZipFile(io.BytesIO(b"".join(zip_stream(many)))) as archive:
        assert len(archive.namelist()) == 70_000


def test_a_zip_above_four_gigabytes_is_read_by_python(tmp_path):
    """Five sparse gigabytes: the zeros are sought over, not written."""
    piece = bytes(2**20)
    big = [Entry(f"{number}.bin", lambda: (piece for _ in range(1024))) for number in range(5)]
    path = tmp_path / "big.zip"
    with path.open("wb") as file:
        for chunk in zip_stream([*big, entry("last.txt", b"beyond four gigabytes")]):
            if chunk is piece:
                file.seek(len(chunk), io.SEEK_CUR)
            else:
                file.write(chunk)
    with zipfile.ZipFile(path) as archive:
        assert archive.read("last.txt") == b"beyond four gigabytes"
        assert archive.getinfo("4.bin").file_size == 2**30


def test_a_folder_is_written_and_replaced_whole(tmp_path):
    target = tmp_path / "out"
    told = []
    assert write_folder(entries(), target, told.append) == len(FILES)
    (target / "stale").write_bytes(b"of an older export")
    write_folder(entries(), target, told.append)
    assert {str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()} == set(FILES)
    assert list(tmp_path.iterdir()) == [target]


def test_a_failure_leaves_the_folder_as_it_was(tmp_path):
    def broken():
        yield entry("new.txt", b"new")
        raise OSError("the disk is gone")

    target = tmp_path / "out"
    write_folder(entries(), target, lambda done: None)
    with pytest.raises(OSError, match="gone"):
        write_folder(broken(), target, lambda done: None)
    assert (target / "a" / "one.txt").read_bytes() == b"one"
    assert not (target / "new.txt").exists()


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "thesis.doc").write_bytes(b"years of work")
    with pytest.raises(Refused, match="something else"):
        require_free(tmp_path, lambda folder: False)
    require_free(tmp_path, lambda folder: True)
    require_free(tmp_path / "new", lambda folder: False)
    with pytest.raises(Refused, match="is a file"):
        require_free(tmp_path / "thesis.doc", lambda folder: True)
