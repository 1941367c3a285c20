"""Buckets of any server that speaks S3: packs, one object each, and other people's films."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Self
from uuid import UUID

import boto3
import urllib3.exceptions
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from django.conf import settings

from koutu.storage import packs
from koutu.storage.errors import SourceDown, StoreDown
from koutu.storage.homes.found import Found

CHUNK = 2**20
GONE = ("404", "NoSuchKey")
CLOSED = ("403", "AccessDenied", "AllAccessDisabled", "InvalidAccessKeyId", "SignatureDoesNotMatch")
# A client waits for us: better an answer after seconds that the store is down than none.
PATIENCE = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "max_attempts": 4})
# A bucket of other people is asked again within seconds anyway; one that hangs must not hold up the others.
HASTE = Config(connect_timeout=5, read_timeout=10, retries={"mode": "standard", "max_attempts": 1})


class _Prefix:
    patience = PATIENCE

    def __init__(self, client, bucket: str, prefix: str) -> None:
        self._client, self._bucket, self._prefix = client, bucket, prefix

    @classmethod
    def at(cls, address: str, endpoint: str = "") -> Self:
        """`address` is s3://bucket/prefix; `endpoint` the server's URL where it is not Amazon's."""
        bucket, _, prefix = address.removeprefix("s3://").partition("/")
        return cls(_client(endpoint, cls.patience), bucket, f"{prefix.strip('/')}/" if prefix.strip("/") else "")

    def _entries(self) -> Iterator[dict]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
        with self._answering():
            for page in pages:
                yield from page.get("Contents", ())

    @contextmanager
    def _downloaded(self, key: str, size: int) -> Iterator[Path]:
        packs.require_space(size)
        with tempfile.NamedTemporaryFile(dir=settings.DATA / "tmp", prefix="object-") as file:
            with self._answering(key):
                self._client.download_fileobj(self._bucket, key, file)
            file.flush()
            yield Path(file.name)

    @contextmanager
    def _answering(self, wanted: object = None) -> Iterator[None]:
        """Tell an object that is not there from a store that does not answer."""
        try:
            yield
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if wanted and code in GONE and self._has_bucket():
                raise FileNotFoundError(f"{wanted} is not in the bucket") from error
            if code == "InvalidRange":
                raise EOFError(f"{wanted} ends early") from error
            raise StoreDown(f"The blob store refuses: {error}") from error
        except (BotoCoreError, Boto3Error, urllib3.exceptions.HTTPError) as error:
            raise StoreDown(f"The blob store does not answer: {error}") from error

    def _has_bucket(self) -> bool:
        """Asked once an object is missing: the answer to a HEAD does not say which of the two is not there."""
        try:
            self._client.head_bucket(Bucket=self._bucket)
        except ClientError:
            return False
        return True


class Reader(_Prefix):
    """Other people's objects below a prefix. Nothing is written or removed. Raises SourceDown."""

    patience = HASTE

    def names(self) -> Iterator[tuple[str, int, str]]:
        """Yield name below the prefix, size in bytes and ETag of each object."""
        for entry in self._entries():
            yield entry["Key"][len(self._prefix) :], entry["Size"], entry["ETag"].strip('"')

    @contextmanager
    def fetched(self, name: str) -> Iterator[Path]:
        key = f"{self._prefix}{name}"
        with self._answering(key):
            size = self._client.head_object(Bucket=self._bucket, Key=key)["ContentLength"]
        with self._downloaded(key, size) as path:
            yield path

    @contextmanager
    def _answering(self, wanted: object = None) -> Iterator[None]:
        try:
            with super()._answering(wanted):
                yield
        except StoreDown as down:
            raise _source_down(self._bucket, down.__cause__) from down.__cause__


class Bucket(_Prefix):
    def seal(self, pack: UUID, draft: Path) -> None:
        size = draft.stat().st_size
        with self._answering(f"pack {pack}"):
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
        with self._answering(f"pack {pack}"):
            span = f"bytes={offset}-{offset + length - 1}"
            answer = self._client.get_object(**self._named(pack), Range=span)
            if answer["ContentLength"] != length:
                raise EOFError(f"pack {pack} ends early")
            yield from answer["Body"].iter_chunks(CHUNK)

    def size(self, pack: UUID) -> int:
        with self._answering(f"pack {pack}"):
            return self._client.head_object(**self._named(pack))["ContentLength"]

    def remove(self, pack: UUID) -> None:
        with self._answering(f"pack {pack}"):
            self._client.delete_object(**self._named(pack))

    def all(self) -> Iterator[Found]:
        for entry in self._entries():
            name = Path(entry["Key"])
            if name.suffix == ".pack":
                yield Found(UUID(name.stem), entry["Size"], entry["LastModified"].timestamp())

    @contextmanager
    def local(self, pack: UUID) -> Iterator[Path]:
        with self._downloaded(self._key(pack), self.size(pack)) as path:
            yield path

    def free(self) -> None:
        return None

    def _key(self, pack: UUID) -> str:
        return f"{self._prefix}{pack.hex[:2]}/{pack.hex}.pack"

    def _named(self, pack: UUID) -> dict:
        return {"Bucket": self._bucket, "Key": self._key(pack)}


def _source_down(bucket: str, cause: BaseException | None) -> SourceDown:
    code = cause.response["Error"]["Code"] if isinstance(cause, ClientError) else ""
    if code == "NoSuchBucket":
        return SourceDown("source_gone", f"There is no bucket {bucket}: {cause}")
    if code in CLOSED or isinstance(cause, NoCredentialsError):
        return SourceDown("source_closed", f"The bucket {bucket} may not be read: {cause}")
    return SourceDown("source_down", f"The bucket {bucket} does not answer as it should: {cause}")


@cache
def _client(endpoint: str, patience: Config):
    """One for all threads of a process: it keeps its connections. Keys come from where boto3 looks for them."""
    return boto3.client("s3", endpoint_url=endpoint or None, config=patience)
