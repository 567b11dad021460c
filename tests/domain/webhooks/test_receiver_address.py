"""Addresses that a webhook may lead to: a corpus of those that would reach the inside."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callrisk.domain.webhooks.receiver_address import (
    AllowedPlaces,
    UnfitAddressError,
    may_connect,
    networks_of,
    receiver_of,
)

NOWHERE_ELSE = AllowedPlaces()
DEVELOPMENT = AllowedPlaces(own_machine=True)

# By number: what lies behind each must never be asked.
_INSIDE = """
0.0.0.0 0.255.255.255 10.0.0.1 10.255.255.254 100.64.0.1 100.100.100.200 100.127.255.254 127.0.0.1
127.1.2.3 127.255.255.254 168.63.129.16 169.254.0.1 169.254.169.254 169.254.170.2 172.16.0.1
172.31.255.254 192.0.0.8 192.0.0.192 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.168.0.1
192.168.255.254 192.175.48.1 198.18.0.1 198.19.255.254 198.51.100.1 203.0.113.9 224.0.0.1
239.255.255.250 240.0.0.1 255.255.255.255 :: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1
::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:8.8.8.8 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe
64:ff9b::808:808 64:ff9b:1::1 100::1 100:0:0:1::1 2001::1 2001:0:53aa:64c:0:fbff:f5ff:fffe
2001:10::1 2001:20::1 2001:2::1 2001:db8::1 2002:7f00:1::1 2002:a00:1::1 2002:808:808::1
2620:4f:8000::1 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fd20:ce::254 fd12:3456:789a::1 fe80::1
fe80::a9fe:a9fe fec0::1 ff02::1 ff05::2
"""
INSIDE = _INSIDE.split()
_PUBLIC = """
8.8.8.8 1.1.1.1 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.255.255.255 128.0.0.1
172.15.255.255 172.32.0.1 192.167.255.255 192.169.0.1 223.255.255.255 13.230.1.2
2001:4860:4860::8888 2606:4700:4700::1111 2400:cb00::1 2003::1
"""
PUBLIC = _PUBLIC.split()
# By what somebody may type: other spellings of the same, other schemes, other tricks.
_UNFIT = """
http://hooks.example.com/ ftp://hooks.example.com/ file:///etc/passwd
gopher://hooks.example.com/ https:// https:///path hooks.example.com //hooks.example.com/
https:hooks.example.com https://localhost/ https://LOCALHOST/ https://localhost./
https://api.localhost/ https://2130706433/ https://0x7f000001/ https://017700000001/
https://0x7f.1/ https://0177.0.0.1/ https://127.1/ https://127.0.1/ https://127.0.0.0x1/
https://010.0.0.1/ https://0/ https://1.1/ https://3232235521/ https://0xa9fea9fe/
https://169.254.43518/ https://[::]/ https://[::1]/ https://[0:0:0:0:0:0:0:1]/
https://[::ffff:7f00:1]/ https://[::ffff:127.0.0.1]/ https://[fe80::1%25eth0]/
https://[fe80::1%eth0]/ https://[64:ff9b::7f00:1]/ https://127.0.0.1./
https://user@hooks.example.com/ https://user:word@hooks.example.com/ https://@hooks.example.com/
https://127.0.0.1#@hooks.example.com/ https://hooks.example.com#@127.0.0.1/
https://hooks.example.com\\@127.0.0.1/ https://127.0.0.1\\.example.com/
https://127.0.0.1%2f.example.com/ https://hooks%2eexample.com/ https://%31%32%37.0.0.1/
https://hooks.example.com:22/ https://hooks.example.com:25/ https://hooks.example.com:80/
https://hooks.example.com:0/ https://hooks.example.com:1023/ https://hooks.example.com:99999/
https://hooks.example.com:x/ https://hooks.example.com/a#b https://１２７.０.０.１/
https://①②⑦.⓪.⓪.①/ https://127。0。0。1/ https://ＬＯＣＡＬＨＯＳＴ/ https://例え.jp/
https://-hooks.example.com/ https://hooks-.example.com/ https://hooks..example.com/ https://./
https://.example.com/ https://hooks!.example.com/ https://hooks.example.123/ https://a.0x1/
https://[2606:4700::1].example.com/ https://x[2606:4700::1]/ https://[2606:4700::1]x:8443/
https://[2606:4700::1 https://2606:4700::1]/ https://[[2606:4700::1]]/ https://[v1.a]/
"""
UNFIT = _UNFIT.split()
_FIT = """
https://hooks.example.com https://hooks.example.com/ https://hooks.example.com/a/b?token=1
https://hooks.example.com:443/ https://hooks.example.com:8443/ https://HOOKS.example.COM/
https://xn--r8jz45g.jp/ https://hooks_1.example.com/ https://8.8.8.8/ https://8.8.8.8:8443/x
https://[2606:4700:4700::1111]/ https://intranet/ https://hooks.example.com./
"""
FIT = _FIT.split()


@pytest.mark.parametrize("text", INSIDE)
def test_the_inside_is_refused(text: str) -> None:
    """As the address of a connection, and typed."""
    assert not may_connect(ip_address(text), NOWHERE_ELSE)
    shown = f"[{text}]" if ":" in text else text
    with pytest.raises(UnfitAddressError):
        receiver_of(f"https://{shown}/hook", NOWHERE_ELSE)


@pytest.mark.parametrize("text", PUBLIC)
def test_the_outside_is_open(text: str) -> None:
    """Also right beside what is refused."""
    assert may_connect(ip_address(text), NOWHERE_ELSE)


def test_the_corpus_is_large() -> None:
    """What is refused by number, and what is refused by its form."""
    assert len(set(INSIDE)) >= 60
    assert len(set(UNFIT)) >= 60


@pytest.mark.parametrize(
    "url", [*UNFIT, "https://a b.com/", "https://a.com/\t", "", "https://a\n.com"]
)
@pytest.mark.parametrize("allowed", [NOWHERE_ELSE, AllowedPlaces(networks_of(["10.1.0.0/16"]))])
def test_an_odd_address_is_refused(url: str, allowed: AllowedPlaces) -> None:
    """In both languages, whatever network is allowed."""
    with pytest.raises(UnfitAddressError) as told:
        receiver_of(url, allowed)

    assert "https://" in told.value.text.ja
    assert "https://" in told.value.text.en


@pytest.mark.parametrize("url", FIT)
def test_a_usual_address_is_taken(url: str) -> None:
    """With a path, a query, a port."""
    assert receiver_of(url, NOWHERE_ELSE).is_https


def test_the_own_machine_is_open_in_development_alone() -> None:
    """Over http too, which nothing else is."""
    for url in ("http://127.0.0.1:9000/x", "http://localhost/", "https://[::1]:9000/"):
        assert receiver_of(url, DEVELOPMENT).url == url
        with pytest.raises(UnfitAddressError):
            receiver_of(url, NOWHERE_ELSE)
    for url in ("http://hooks.example.com/", "https://10.0.0.1/", "http://127.0.0.1:22/"):
        with pytest.raises(UnfitAddressError):
            receiver_of(url, DEVELOPMENT)


def test_a_network_that_somebody_named_is_open() -> None:
    """It alone, and over https."""
    allowed = AllowedPlaces(networks_of(["10.20.0.0/16", "fd12::/16"]))
    assert may_connect(ip_address("10.20.255.1"), allowed)
    assert may_connect(ip_address("fd12::1"), allowed)
    assert receiver_of("https://10.20.0.5/x", allowed).port == 443
    for outside in ("10.21.0.1", "fd13::1", "127.0.0.1", "::ffff:10.20.0.1"):
        assert not may_connect(ip_address(outside), allowed)
    with pytest.raises(UnfitAddressError):
        receiver_of("http://10.20.0.5/x", allowed)


@given(st.ip_addresses())
def test_what_python_calls_private_is_never_open(address: object) -> None:
    """The two tables were made by different people."""
    found = ip_address(str(address))
    if not found.is_global or found.is_multicast or found.is_reserved:
        assert not may_connect(found, NOWHERE_ELSE)


@given(st.text(max_size=60), st.sampled_from(["https://", "http://", ""]))
def test_any_text_is_taken_or_refused(text: str, start: str) -> None:
    """And what is taken leads to a name, or to an open address."""
    try:
        receiver = receiver_of(start + text, NOWHERE_ELSE)
    except UnfitAddressError:
        return
    assert receiver.is_https
    assert receiver.host.isascii()
    assert "@" not in receiver.host
