"""A real S3 server over HTTP on this machine; its objects outlive a stop, as those of a server that is restarted."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from moto.server import ThreadedMotoServer

from tests.services.ports import free_port

BUCKET = "koutu-tests"
KEYS = {
    "AWS_ACCESS_KEY_ID": "tests",
    "AWS_SECRET_ACCESS_KEY": "tests",
    "AWS_DEFAULT_REGION": "us-east-1",
    # Nobody's own profile changes what a test sees.
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


class S3:
    def __init__(self) -> None:
        self.port = free_port()
        self._server: ThreadedMotoServer | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        # One line a request, on stderr, whoever asked.
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=self.port, verbose=False)
        self._server.start()

    def stop(self) -> None:
        if self._server:
            self._server.stop()
            self._server = None

    def client(self):
        return boto3.client("s3", endpoint_url=self.endpoint)

    def names(self) -> list[str]:
        found = self.client().list_objects_v2(Bucket=BUCKET)
        return [entry["Key"] for entry in found.get("Contents", ())]


@contextmanager
def s3() -> Iterator[S3]:
    """A server with one empty bucket, and the keys to it in the environment."""
    before = {name: os.environ.get(name) for name in KEYS}
    os.environ |= KEYS
    server = S3()
    server.start()
    client = server.client()
    client.create_bucket(Bucket=BUCKET)
    try:
        yield server
    finally:
        server.stop()
        server.start()
        for name in server.names():
            client.delete_object(Bucket=BUCKET, Key=name)
        client.delete_bucket(Bucket=BUCKET)
        server.stop()
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
