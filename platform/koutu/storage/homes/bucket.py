"""Packs in a bucket of any server that speaks S3. Drafts grow on the local disk; a pack is one object."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from uuid import UUID

import boto3
import urllib3.exceptions
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from koutu.storage import packs
from koutu.storage.errors import StoreDown
from koutu.storage.homes.found import Found

CHUNK = 2**20
GONE = ("404", "NoSuchKey")
# A client waits for us: better an answer after seconds that the store is down than none.
PATIENCE = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "max_attempts": 4})


class Bucket:
    def __init__(self, client, bucket: str, prefix: str) -> None:
        self._client, self._bucket, self._prefix = client, bucket, prefix

    @classmethod
    def at(cls, address: str, endpoint: str = "") -> "Bucket":
        """`address` is s3://bucket/prefix; `endpoint` the server's URL where it is not Amazon's."""
        bucket, _, prefix = address.removeprefix("s3://").partition("/")
        return cls(_client(endpoint), bucket, f"{prefix.strip('/')}/" if prefix.strip("/") else "")

    def seal(self, pack: UUID, draft: Path) -> None:
        size = draft.stat().st_size
        with self._answering(pack):
            self._client.upload_file(str(draft), self._bucket, self._key(pack))
            stored = self._client.head_object(**self._named(pack))["ContentLength"]
        if stored != size:
            raise StoreDown(f"The store took {stored} of {size} bytes of a pack. Try again.")
        draft.unlink()

    def read(self, pack: UUID, offset: int, length: int) -> bytes:
        return b"".join(self.stream(pack, offset, length))

    def stream(self, pack: UUID, offset: int, length: int) -> Iterator[bytes]:
        if length == 0:
            return
        with self._answering(pack):
            span = f"bytes={offset}-{offset + length - 1}"
            answer = self._client.get_object(**self._named(pack), Range=span)
            if answer["ContentLength"] != length:
                raise EOFError(f"pack {pack} ends early")
            yield from answer["Body"].iter_chunks(CHUNK)

    def size(self, pack: UUID) -> int:
        with self._answering(pack):
            return self._client.head_object(**self._named(pack))["ContentLength"]

    def remove(self, pack: UUID) -> None:
        with self._answering(pack):
            self._client.delete_object(**self._named(pack))

    def all(self) -> Iterator[Found]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
        with self._answering():
            for page in pages:
                for entry in page.get("Contents", ()):
                    name = Path(entry["Key"])
                    if name.suffix == ".pack":
                        yield Found(UUID(name.stem), entry["Size"], entry["LastModified"].timestamp())

    @contextmanager
    def local(self, pack: UUID) -> Iterator[Path]:
        packs.require_space(self.size(pack))
        with tempfile.NamedTemporaryFile(dir=settings.DATA / "tmp", prefix="pack-") as file:
            with self._answering(pack):
                self._client.download_fileobj(self._bucket, self._key(pack), file)
            file.flush()
            yield Path(file.name)

    def free(self) -> None:
        return None

    @contextmanager
    def _answering(self, pack: UUID | None = None) -> Iterator[None]:
        """Tell a pack that is not there from a store that does not answer."""
        try:
            yield
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if pack and code in GONE and self._has_bucket():
                raise FileNotFoundError(f"pack {pack} is not in the store") from error
            if code == "InvalidRange":
                raise EOFError(f"pack {pack} ends early") from error
            raise StoreDown(f"The blob store refuses: {error}") from error
        except (BotoCoreError, Boto3Error, urllib3.exceptions.HTTPError) as error:
            raise StoreDown(f"The blob store does not answer: {error}") from error

    def _has_bucket(self) -> bool:
        """Asked once a pack is missing: the answer to a HEAD does not say which of the two is not there."""
        try:
            self._client.head_bucket(Bucket=self._bucket)
        except ClientError:
            return False
        return True

    def _key(self, pack: UUID) -> str:
        return f"{self._prefix}{pack.hex[:2]}/{pack.hex}.pack"

    def _named(self, pack: UUID) -> dict:
        return {"Bucket": self._bucket, "Key": self._key(pack)}


@cache
def _client(endpoint: str):
    """One for all threads of a process: it keeps its connections. Keys come from where boto3 looks for them."""
    return boto3.client("s3", endpoint_url=endpoint or None, config=PATIENCE)
