"""Client certificates: the file that an administrator of Kintone hands out, as a TLS context."""

import secrets
import ssl
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

_CONTAINERS = frozenset({".pfx", ".p12"})


def with_certificate(path: Path, password: str) -> ssl.SSLContext:
    """Return a context that shows the certificate of a PFX or PEM file.

    ValueError, which says what is wrong with the file, and never quotes the password.
    """
    if not path.is_file():
        raise ValueError(f"KINTONE_CLIENT_CERT: there is no file {path}")
    # Which certificate authorities are trusted is decided for each request.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        if path.suffix.lower() in _CONTAINERS:
            _load_container(context, path.read_bytes(), password)
        else:
            # Without a password in hand nobody is asked for one at a terminal.
            context.load_cert_chain(path, password=lambda: password)
    except (ssl.SSLError, OSError, ValueError):
        raise ValueError(
            f"KINTONE_CLIENT_CERT: {path} cannot be read; it must be the .pfx that Kintone's "
            "administrator hands out, or a PEM file with certificate and key, and "
            "KINTONE_CLIENT_CERT_PASSWORD its password"
        ) from None
    return context


def _load_container(context: ssl.SSLContext, content: bytes, password: str) -> None:
    container = load_pkcs12(content, password.encode() or None)
    if container.key is None or container.cert is None:
        raise ValueError("without a key or a certificate")
    # The library below reads files alone, so the key lies there sealed, for a moment.
    seal = secrets.token_hex(32)
    key = container.key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(seal.encode())
    )
    chain = [container.cert, *container.additional_certs]
    pem = b"".join(one.certificate.public_bytes(Encoding.PEM) for one in chain)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chain.pem"
        path.write_bytes(key + pem)
        context.load_cert_chain(path, password=seal)
