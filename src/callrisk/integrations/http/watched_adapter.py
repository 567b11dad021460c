"""The adapter of HTTP requests whose connections a watchdog may cut."""

import ssl
from typing import Any

from requests.adapters import HTTPAdapter

from callrisk.background.request_watchdog import watch_pools


class WatchedAdapter(HTTPAdapter):
    """An adapter whose connections, also those by a proxy, are claimed by the watchdog at work.

    `tls` is the context of connections that show a client certificate.
    """

    def __init__(self, tls: ssl.SSLContext | None = None, **options: Any) -> None:
        self._tls: dict[str, Any] = {} if tls is None else {"ssl_context": tls}
        super().__init__(**options)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the pools with connections of our kind."""
        super().init_poolmanager(*args, **options | self._tls)
        watch_pools(self.poolmanager)

    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
        """Return the manager of a proxy, with connections of our kind."""
        is_made = proxy in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **options | self._tls)
        if not is_made:
            watch_pools(manager)
        return manager
