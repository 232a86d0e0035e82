"""Sealing and keyed hashing; every primitive comes from libsodium through PyNaCl."""

from hashlib import blake2b

from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.utils import random as random_bytes

KEY_SIZE = 32
_NONCE_SIZE = bindings.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
_SIZE_CLASSES = (1_024, 4_096, 16_384, 65_536)


class SealError(Exception):
    """A sealed text does not open: wrong key, wrong context, or damaged."""


def new_key() -> bytes:
    """32 random bytes."""
    return random_bytes(KEY_SIZE)


def keyed_hash(key: bytes, data: str, purpose: str, size: int = 16) -> bytes:
    """Keyed BLAKE2b of ``data``; without the key it cannot be guessed, even for a phone number."""
    return blake2b(data.encode(), key=key, digest_size=size, person=purpose.encode()[:16]).digest()


def subkey(key: bytes, purpose: str) -> bytes:
    """A key for one purpose, derived so that knowing it does not reveal ``key``."""
    return keyed_hash(key, "", purpose, KEY_SIZE)


def seal(key: bytes, plaintext: bytes, context: str) -> bytes:
    """Encrypt and authenticate, bound to ``context``, padded so that only a size class shows."""
    padded = bindings.sodium_pad(plaintext, _block_for(len(plaintext)))
    nonce = random_bytes(_NONCE_SIZE)
    return nonce + bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
        padded, context.encode(), nonce, key
    )


def unseal(key: bytes, sealed: bytes, context: str) -> bytes:
    """Open what `seal` made with the same key and context, or raise `SealError`."""
    nonce, body = sealed[:_NONCE_SIZE], sealed[_NONCE_SIZE:]
    try:
        padded = bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
            body, context.encode(), nonce, key
        )
    except (CryptoError, ValueError, TypeError) as error:
        raise SealError from error
    return bindings.sodium_unpad(padded, _block_of(len(padded)))


def wrap(key: bytes, inner: bytes, context: str) -> bytes:
    """Seal a key under another key, without padding."""
    nonce = random_bytes(_NONCE_SIZE)
    return nonce + bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
        inner, context.encode(), nonce, key
    )


def unwrap(key: bytes, wrapped: bytes, context: str) -> bytes:
    """Open what `wrap` made, or raise `SealError`."""
    try:
        return bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
            wrapped[_NONCE_SIZE:], context.encode(), wrapped[:_NONCE_SIZE], key
        )
    except (CryptoError, ValueError, TypeError) as error:
        raise SealError from error


def new_key_pair() -> tuple[bytes, bytes]:
    """A secret key and its public key (Curve25519)."""
    secret = PrivateKey.generate()
    return bytes(secret), bytes(secret.public_key)


def wrap_for(public_key: bytes, inner: bytes) -> bytes:
    """Wrap a key for the holder of the secret half."""
    return SealedBox(PublicKey(public_key)).encrypt(inner)


def unwrap_with(secret_key: bytes, wrapped: bytes) -> bytes:
    """Open what `wrap_for` made, or raise `SealError`."""
    try:
        return SealedBox(PrivateKey(secret_key)).decrypt(wrapped)
    except CryptoError as error:
        raise SealError from error


def _block_for(length: int) -> int:
    """The size class that a plaintext of this length is padded to (padding is never empty)."""
    return next((size for size in _SIZE_CLASSES if length < size), _SIZE_CLASSES[-1])


def _block_of(padded_length: int) -> int:
    return padded_length if padded_length in _SIZE_CLASSES else _SIZE_CLASSES[-1]
