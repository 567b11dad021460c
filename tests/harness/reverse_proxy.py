"""A real nginx before several web servers, which keeps a client at one while that is there."""

import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import requests

from harness.ports import free_port

# A client is known by its user agent, as all come from this machine; who cannot be answered by its
# server, as it is dead, is answered by the next.
_CONFIGURATION = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  map $http_upgrade $connection_of {{ default upgrade; '' ''; }}
  upstream web {{ hash $http_user_agent consistent; {servers} keepalive 16; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://web; proxy_http_version 1.1; proxy_set_header Host 127.0.0.1:{port};
      proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_of;
      proxy_read_timeout 75s; proxy_connect_timeout 2s;
      proxy_next_upstream error timeout non_idempotent;
    }}
  }}
}}
"""


def program() -> str | None:
    """The nginx of this machine."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


class ReverseProxy:
    """One nginx until it is stopped."""

    def __init__(self, folder: Path, ports: Sequence[int]) -> None:
        folder.mkdir()
        self.port = free_port()
        servers = " ".join(f"server 127.0.0.1:{port} fail_timeout=1s;" for port in ports)
        configuration = folder / "nginx.conf"
        text = _CONFIGURATION.format(folder=folder, port=self.port, servers=servers)
        configuration.write_text(text, encoding="utf-8")
        command = [program() or "nginx", "-c", str(configuration), "-p", str(folder)]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        self._wait()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def _wait(self) -> None:
        for _ in range(100):
            try:
                requests.get(f"{self.url}/livez", timeout=5).close()
            except requests.RequestException:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError("nginx did not answer within 10 s")

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait()
