"""The settings of Kintone in the environment: the name of its host, and what goes together."""

import re
from collections.abc import Mapping, Sequence

_DOMAINS = ("cybozu.com", "kintone.com", "cybozu.cn", "cybozu-dev.com")
# example, or example.s for secure access with a client certificate.
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.s)?")
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
_APP_IN_ADDRESS = re.compile(r"/k/(?:guest/(\d+)/)?(\d+)")


def host_of(written: str) -> str:
    """Return the host of a subdomain as people write it, empty for none.

    ValueError, which says the right form, for anything else.
    """
    text = written.strip().lower()
    host = text.removeprefix("https://").rstrip("/")
    if not host or _NAME.fullmatch(host):
        return f"{host}.cybozu.com" if host else ""
    if _HOST.fullmatch(host):
        return host
    # A password in it is shown to nobody.
    shown = "no name of a subdomain" if "@" in written else repr(written)
    raise ValueError(
        f"KINTONE_SUBDOMAIN is {shown}: write the name alone, as "
        f"KINTONE_SUBDOMAIN={_name_in(host)}{_numbers_in(text)}"
    )


def lacking(values: Mapping[str, object], wanted: Sequence[str], *, present: bool) -> list[str]:
    """Return the names among those wanted that are set, or that are not."""
    return [name for name in wanted if bool(values[name]) is present]


def _name_in(host: str) -> str:
    """Return the subdomain that a wrong address seems to mean."""
    if "@" in host:
        return "example"
    name = host.removeprefix("http://").partition("/")[0].partition(":")[0]
    for domain in _DOMAINS:
        name = name.removesuffix(f".{domain}")
    return name if _NAME.fullmatch(name) else "example"


def _numbers_in(text: str) -> str:
    """Return the settings that stand in the address of an app, too."""
    found = _APP_IN_ADDRESS.search(text)
    if found is None:
        return ""
    space = f" and KINTONE_GUEST_SPACE_ID={found[1]}" if found[1] else ""
    return f" (with KINTONE_APP_ID={found[2]}{space})"
