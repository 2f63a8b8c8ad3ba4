"""Text in any encoding as UTF-8 blocks."""

from __future__ import annotations

import io

import pytest

from casemine.errors import InputError, UsageError
from casemine.read.encoding import Utf8Blocks
from casemine.read.member import Member

TEXT = "case,activity\n1,Geöffnet\n2,Ÿes – “so”\n"


def blocks(data: bytes, encoding: str | None = None, size: int = 1 << 20) -> Utf8Blocks:
    return Utf8Blocks(Member("a.csv", lambda: io.BytesIO(data)), encoding, size)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
def test_unicode_comes_out_as_utf_8_whatever_the_block(encoding, size):
    text = blocks(TEXT.encode(encoding), size=size)

    assert b"".join(text).decode() == TEXT
    assert text.guessed is None


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_windows_1252_is_guessed_and_named_with_its_word(size):
    text = blocks(TEXT.encode("cp1252"), size=size)

    assert b"".join(text).decode() == TEXT
    assert text.guessed is not None
    assert text.guessed.code == "encoding-guessed"
    assert "cp1252" in text.guessed.text
    assert "line 2" in text.guessed.text
    assert size < 1000 or "'Geöffnet'" in text.guessed.text


def test_a_declared_encoding_is_no_guess():
    text = blocks("1,Привет\n".encode("cp1251"), "cp1251")

    assert b"".join(text).decode() == "1,Привет\n"
    assert text.guessed is None


@pytest.mark.parametrize("size", [4, 1000])
def test_a_file_that_mixes_encodings_is_refused_with_both_lines(size):
    data = "a\nGeöffnet\n".encode() + "b\nGeöffnet\n".encode("cp1252")

    with pytest.raises(InputError, match=r"a\.csv:4: mixes UTF-8 .* line 2") as caught:
        b"".join(blocks(data, size=size))

    assert "--encoding" in caught.value.mend


def test_utf_8_after_a_guess_is_refused_too():
    data = "Geöffnet\n".encode("cp1252") + b"x\n" * 9 + "Geöffnet\n".encode()

    with pytest.raises(InputError, match="UTF-8"):
        b"".join(blocks(data, size=10))


def test_invalid_bytes_under_a_declared_encoding_name_their_line():
    with pytest.raises(InputError, match=r"a\.csv:2: .* not valid utf-8"):
        b"".join(blocks(b"a\n\xff\n", "utf-8"))
    with pytest.raises(InputError, match=r"a\.csv:2: .* not valid ascii"):
        b"".join(blocks(b"a\n\xff\n", "ascii"))


def test_a_byte_of_no_encoding_is_refused():
    with pytest.raises(InputError, match=r"a\.csv:2: byte 0x81"):
        b"".join(blocks(b"a\n\x81\n"))


@pytest.mark.parametrize("data", [b"a\r\nb\0c\r\n", "a\r\nb\0c\r\n".encode("utf-16")])
def test_nul_bytes_are_refused_with_their_line(data):
    with pytest.raises(InputError, match=r"a\.csv:2: holds a NUL byte"):
        b"".join(blocks(data))


def test_text_cut_off_inside_a_character_is_refused():
    with pytest.raises(InputError, match="UTF-8"):
        b"".join(blocks("é é".encode()[:-1]))


def test_unknown_and_contradicting_encodings_are_refused():
    with pytest.raises(UsageError, match="not a known text encoding"):
        blocks(b"a", "utf-9")
    with pytest.raises(UsageError, match="not a known text encoding"):
        blocks(b"a", "base64")
    with pytest.raises(InputError, match="byte-order mark"):
        blocks(TEXT.encode("utf-16"), "cp1252")
