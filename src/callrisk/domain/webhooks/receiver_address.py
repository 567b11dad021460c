"""The addresses that a webhook may lead to: https to the public internet, and networks allowed.

Theory of operation
-------------------
A server that sends to an address that somebody typed can be made to ask the machines around it
(server-side request forgery). So an address is looked at twice. `receiver_of` reads it when it is
typed and again before each request: its form is strict, and a host that is a number must be one in
its only usual form. Which machine a name means is known when the connection is opened alone, and a
name may mean another one a second later: `may_connect` judges the very address that is then
connected to.

What is allowed is what is left when every network with a purpose of its own is taken away (the
registries of IANA for special addresses, RFC 6890 and after). Of IPv6 only global unicast is left,
without the ranges within it that carry an IPv4 address or have another purpose.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import SplitResult, urlsplit

from callrisk.domain.wording import Text

Network = IPv4Network | IPv6Network

_LONGEST = 1_000
_HTTPS_PORT, _HTTP_PORT, _FIRST_FREE_PORT = 443, 80, 1024
# A label of a name; a host whose last label is a number is an address in an odd form.
_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
_LONGEST_NAME = 253
_BRACKETS = re.compile(r"\[[0-9A-Fa-f:.]+\](:[0-9]+)?")
_NUMBER = re.compile(r"\d+|0[xX][0-9a-fA-F]*")

_REFUSED_V4 = tuple(
    IPv4Network(one)
    for one in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        # Public by its number, and the inside of Azure: what every machine there can ask.
        "168.63.129.16/32",
    )
)  # fmt: skip
_GLOBAL_V6 = IPv6Network("2000::/3")
_REFUSED_V6 = tuple(
    IPv6Network(one)
    for one in (
        # Teredo and others for protocols; documentation; 6to4; AS112; documentation.
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
    )
)  # fmt: skip

UNFIT_URL = Text(
    "https:// で始まる公開のアドレスだけを登録できます（ユーザー名と # は不可、ポートは 443 か"
    " 1024 以上、日本語のドメインは xn-- の形で）。",
    "Only a public address that begins with https:// can be told: without a user, without #, at "
    "port 443 or from 1024 on, a name of other letters in its xn-- form.",
)


class UnfitAddressError(ValueError):
    """An address may not be sent to; `text` says why, in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class AllowedPlaces:
    """The places that may be reached beside the public internet.

    `networks` are private ones that somebody named. With `own_machine`, in development alone, this
    machine may be, over http too.
    """

    networks: tuple[Network, ...] = ()
    own_machine: bool = False


@dataclass(frozen=True, slots=True)
class Receiver:
    """The address of a receiver, read."""

    url: str
    host: str
    port: int
    is_https: bool


def networks_of(names: Iterable[str]) -> tuple[Network, ...]:
    """Return networks of their text, such as 10.20.0.0/16; ValueError for one that is none."""
    return tuple(ip_network(name) for name in names)


def receiver_of(url: str, allowed: AllowedPlaces) -> Receiver:
    """Return an address that may be sent to as far as its form tells; UnfitAddressError."""
    parts = _parts(url)
    host = (parts.hostname or "").removesuffix(".")
    literal = _literal(host)
    is_https = parts.scheme == "https"
    usual_port = _HTTPS_PORT if is_https else _HTTP_PORT
    port = parts.port or usual_port
    is_here = host == "localhost" or (literal is not None and literal.is_loopback)
    is_fit = _is_name(host) if literal is None else may_connect(literal, allowed)
    is_fit &= is_https or is_here
    is_fit &= allowed.own_machine or host.rpartition(".")[2] != "localhost"
    if not is_fit or (port != usual_port and port < _FIRST_FREE_PORT):
        raise UnfitAddressError(UNFIT_URL)
    return Receiver(url, host, port, is_https)


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address that was taken; its path may hold a token."""
    parts = urlsplit(url)
    usual_port = _HTTPS_PORT if parts.scheme == "https" else _HTTP_PORT
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}:{parts.port or usual_port}"


def may_connect(address: IPv4Address | IPv6Address, allowed: AllowedPlaces) -> bool:
    """Return True if a connection may be opened to an address."""
    if any(address in network for network in allowed.networks):
        return True
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        # The system connects to the IPv4 address within it: never meant by anybody honest.
        return False
    if address.is_loopback:
        return allowed.own_machine
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _REFUSED_V4)
    if address.scope_id is not None or address not in _GLOBAL_V6:
        return False
    return not any(address in network for network in _REFUSED_V6)


def _parts(url: str) -> SplitResult:
    # urlsplit drops blanks and control characters without a word.
    is_plain = url.isascii() and url.isprintable() and not {" ", "\\"} & set(url)
    if not is_plain or len(url) > _LONGEST or "#" in url:
        raise UnfitAddressError(UNFIT_URL)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UnfitAddressError(UNFIT_URL) from error
    # urlsplit of some versions reads an address out of brackets and drops what is around them.
    has_brackets = bool({"[", "]"} & set(parts.netloc))
    is_bare = not (parts.username or parts.password or {"@", "%"} & set(parts.netloc))
    is_bare &= not has_brackets or _BRACKETS.fullmatch(parts.netloc) is not None
    if parts.scheme not in ("https", "http") or not is_bare or port == 0:
        raise UnfitAddressError(UNFIT_URL)
    return parts


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    """Return the address that a host is by itself; None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def _is_name(host: str) -> bool:
    labels = host.split(".")
    is_formed = all(_LABEL.fullmatch(label) for label in labels) and len(host) <= _LONGEST_NAME
    return is_formed and _NUMBER.fullmatch(labels[-1]) is None
