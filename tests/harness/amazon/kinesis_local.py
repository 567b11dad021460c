"""A real Kinesis endpoint on this machine: kinesis-local, installed with npm on first use."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any, Self

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from harness import ROOT
from harness.ports import free_port

HERE = Path(__file__).parent
INSTALLED = ROOT / ".venv" / "kinesis-local"
REGION = "ap-northeast-1"
CREDENTIALS = {
    "aws_access_key_id": "000000000000",
    "aws_secret_access_key": "none",
    "region_name": REGION,
}


def missing() -> str:
    """Why there is no endpoint on this machine; empty where there may be one."""
    return "" if shutil.which("node") and shutil.which("npm") else "Node.js is not installed"


def install() -> Path:
    """Install what package-lock.json says, once; the program to run."""
    program = INSTALLED / "node_modules" / "kinesis-local" / "main.js"
    if not program.is_file():
        INSTALLED.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, INSTALLED)
        npm = shutil.which("npm") or "npm"
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=INSTALLED, check=True, capture_output=True, timeout=300)
    return program


class KinesisLocal:
    """One endpoint; it may be stopped and started again, but it keeps nothing then."""

    def __init__(self) -> None:
        self.port, self._tls_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        """Start it and wait until it answers."""
        program = install()
        environment = os.environ | {
            "KINESIS_MOCK_PLAIN_PORT": str(self.port),
            "KINESIS_MOCK_TLS_PORT": str(self._tls_port),
            "KINESIS_MOCK_CERT_PATH": str(program.parent / "server.json"),
            "CREATE_STREAM_DURATION": "20ms",
            "SPLIT_SHARD_DURATION": "20ms",
            "MERGE_SHARDS_DURATION": "20ms",
            "LOG_LEVEL": "ERROR",
            "SHARD_LIMIT": "5000",
        }
        self._process = subprocess.Popen(
            ["node", str(program)], env=environment, cwd=program.parent,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._wait()
        return self

    def _wait(self) -> None:
        for _ in range(300):
            try:
                self.client().list_streams()
            except (BotoCoreError, ClientError):
                time.sleep(0.1)
            else:
                return
        raise TimeoutError("kinesis-local did not answer within 30 s")

    def stop(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def pause(self, resume: bool = False) -> None:
        """Freeze it with all it holds, or let it go on: the endpoint that does not answer."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT if resume else signal.SIGSTOP)

    def client(self, patience_s: float = 5, tries: int = 1) -> Any:
        """A client of this endpoint, which grows slower the more a shard holds."""
        config = Config(
            connect_timeout=2, read_timeout=patience_s, retries={"total_max_attempts": tries}
        )
        return boto3.client("kinesis", endpoint_url=self.url, config=config, **CREDENTIALS)

    def create_stream(self, name: str, shards: int = 1) -> None:
        """Create a stream and wait for it."""
        client = self.client()
        client.create_stream(StreamName=name, ShardCount=shards)
        self.wait_active(name)

    def split(self, stream: str) -> None:
        """Split the first open shard in the middle."""
        client, shard = self.client(), self._open_shards(stream)[0]
        keys = shard["HashKeyRange"]
        middle = (int(keys["StartingHashKey"]) + int(keys["EndingHashKey"])) // 2
        client.split_shard(
            StreamName=stream, ShardToSplit=shard["ShardId"], NewStartingHashKey=str(middle)
        )
        self.wait_active(stream)

    def merge(self, stream: str) -> None:
        """Merge the first two open shards."""
        one, other, *_ = (shard["ShardId"] for shard in self._open_shards(stream))
        self.client().merge_shards(StreamName=stream, ShardToMerge=one, AdjacentShardToMerge=other)
        self.wait_active(stream)

    def renew(self, stream: str) -> None:
        """Split the oldest open shard and merge it again, into one that holds nothing yet.

        A put costs this endpoint time for every record that the shard holds, as Kinesis does not.
        """
        client, oldest = self.client(), min(self._open_shards(stream), key=_number)
        keys = oldest["HashKeyRange"]
        middle = (int(keys["StartingHashKey"]) + int(keys["EndingHashKey"])) // 2
        client.split_shard(
            StreamName=stream, ShardToSplit=oldest["ShardId"], NewStartingHashKey=str(middle)
        )
        self.wait_active(stream)
        one, other = (
            shard["ShardId"]
            for shard in self._open_shards(stream)
            if shard.get("ParentShardId") == oldest["ShardId"]
        )
        client.merge_shards(StreamName=stream, ShardToMerge=one, AdjacentShardToMerge=other)
        self.wait_active(stream)

    def shards(self, stream: str) -> list[dict[str, Any]]:
        """All shards, those that are closed too."""
        # A further page names no stream, which boto3's own paginator does.
        client, wanted, found = self.client(), {"StreamName": stream}, list[dict[str, Any]]()
        while wanted:
            page = client.list_shards(**wanted)
            found += page["Shards"]
            wanted = {"NextToken": page["NextToken"]} if page.get("NextToken") else {}
        return found

    def _open_shards(self, stream: str) -> list[dict[str, Any]]:
        """Open shards in the order of their keys, so that neighbours stand side by side."""
        found = self.shards(stream)
        return sorted(
            (one for one in found if "EndingSequenceNumber" not in one["SequenceNumberRange"]),
            key=lambda one: int(one["HashKeyRange"]["StartingHashKey"]),
        )

    def wait_active(self, name: str) -> None:
        """Wait until a stream may be used again."""
        client = self.client()
        for _ in range(200):
            found = client.describe_stream_summary(StreamName=name)
            if found["StreamDescriptionSummary"]["StreamStatus"] == "ACTIVE":
                return
            time.sleep(0.05)
        raise TimeoutError(f"stream {name} did not become active")


def _number(shard: dict[str, Any]) -> int:
    return int(shard["ShardId"].rpartition("-")[2])
