"""Sealing: what is sealed opens only with its key, in its place, and shows only a size class."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.keys import crypto

KEY = bytes(range(32))


@given(st.binary(max_size=70_000), st.text(max_size=40))
def test_what_is_sealed_opens_again(plaintext: bytes, context: str) -> None:
    sealed = crypto.seal(KEY, plaintext, context)
    assert crypto.unseal(KEY, sealed, context) == plaintext


@given(st.binary(max_size=1_000))
def test_texts_of_one_size_class_look_alike(plaintext: bytes) -> None:
    assert len(crypto.seal(KEY, plaintext, "")) == len(crypto.seal(KEY, b"", ""))


@given(st.binary(min_size=1, max_size=200), st.integers(min_value=0), st.integers(1, 255))
def test_any_changed_byte_is_noticed(plaintext: bytes, place: int, change: int) -> None:
    sealed = bytearray(crypto.seal(KEY, plaintext, "here"))
    sealed[place % len(sealed)] ^= change
    with pytest.raises(crypto.SealError):
        crypto.unseal(KEY, bytes(sealed), "here")


def test_another_place_or_key_does_not_open_it() -> None:
    sealed = crypto.seal(KEY, b"isi", "case:1")
    with pytest.raises(crypto.SealError):
        crypto.unseal(KEY, sealed, "case:2")
    with pytest.raises(crypto.SealError):
        crypto.unseal(crypto.new_key(), sealed, "case:1")
    with pytest.raises(crypto.SealError):
        crypto.unseal(KEY, b"", "case:1")


def test_a_wrapped_key_opens_for_its_holder_only() -> None:
    secret, public = crypto.new_key_pair()
    other, _ = crypto.new_key_pair()
    wrapped = crypto.wrap_for(public, KEY)
    assert crypto.unwrap_with(secret, wrapped) == KEY
    with pytest.raises(crypto.SealError):
        crypto.unwrap_with(other, wrapped)


def test_a_keyed_hash_depends_on_key_and_purpose() -> None:
    hashes = {
        crypto.keyed_hash(KEY, "telegram:1", "conversation"),
        crypto.keyed_hash(KEY, "telegram:1", "event"),
        crypto.keyed_hash(crypto.new_key(), "telegram:1", "conversation"),
        crypto.keyed_hash(KEY, "telegram:2", "conversation"),
    }
    assert len(hashes) == 4
