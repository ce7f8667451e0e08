"""Encryption at rest: files are sealed with AES-256-GCM under a key that lies elsewhere (NIST SP 800-38D)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from melanoscope.errors import InputError

MARK = b"MELANOSCOPE-AES-GCM-1\n"
"""What a sealed file begins with."""

_NONCE = 12


class WrongKey(Exception):
    """The content was sealed with another key or under another name, or has been changed."""


class Key:
    """A secret of 32 bytes. What it seals under a name is opened under that name only."""

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESGCM(secret)

    def seal(self, content: bytes, name: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return MARK + nonce + self._cipher.encrypt(nonce, content, name.encode())

    def open(self, sealed: bytes, name: str) -> bytes:
        body = sealed.removeprefix(MARK)
        try:
            return self._cipher.decrypt(body[:_NONCE], body[_NONCE:], name.encode())
        except (InvalidTag, ValueError) as error:
            raise WrongKey from error


def is_sealed(content: bytes) -> bool:
    return content.startswith(MARK)


def load(path: Path) -> Key:
    """The key in a file; InputError where it holds none, or others may read it."""
    try:
        text = path.read_text("ascii").strip()
        others = path.stat().st_mode & 0o077
        secret = bytes.fromhex(text)
    except OSError as error:
        raise InputError(f"{path}: the key file cannot be read ({error.strerror}). Check --key-file.") from error
    except ValueError as error:
        raise InputError(f"{path} is no key file: it does not hold 64 hexadecimal digits. Check --key-file.") from error
    if len(secret) != 32:
        raise InputError(f"{path} is no key file: it does not hold 64 hexadecimal digits. Check --key-file.")
    if others:
        raise InputError(f"{path}: others than you may use the key file. Run chmod 600 on it.")
    return Key(secret)


def make(path: Path) -> None:
    """A new key file, which only its owner may read; InputError where there is a file already."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise InputError(f"{path}: the key file cannot be made ({error.strerror}). Give another path.") from error
    with os.fdopen(number, "w") as file:
        file.write(f"{secrets.token_hex(32)}\n")
        file.flush()
        os.fsync(number)
