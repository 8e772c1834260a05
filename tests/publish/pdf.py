"""What a reader can copy out of a PDF, and the fonts that it brings along."""

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\n(.*)\nendstream", re.DOTALL)
_SHOWN = re.compile(rb"/(F\d+) [\d.]+ Tf|\(((?:[^()\\]|\\.)*)\)", re.DOTALL)
_RANGE = re.compile(rb"<([0-9a-f]{4})> <[0-9a-f]{4}> \[([^]]*)\]")


def objects_of(pdf: bytes) -> dict[int, bytes]:
    """Return the objects of a PDF as Matplotlib writes it, by their numbers."""
    return {int(number): body for number, body in _OBJECT.findall(pdf)}


def pages_of(pdf: bytes) -> list[bytes]:
    """Return the objects that are pages."""
    return [body for body in objects_of(pdf).values() if re.match(rb"<< /Type /Page\b", body)]


def texts_of(pdf: bytes) -> list[str]:
    """Return what can be copied out of each page of a PDF, without spaces."""
    objects = objects_of(pdf)
    letters = {
        name: _letters(objects, int(number))
        for body in objects.values()
        for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", body)
    }
    texts = []
    for page in pages_of(pdf):
        contents = re.search(rb"/Contents (\d+) 0 R", page)
        assert contents is not None
        copied, font = "", b""
        for chosen, string in _SHOWN.findall(_content(objects[int(contents[1])])):
            if chosen:
                font = chosen
                continue
            codes = re.sub(rb"\\(.)", _unescaped, string, flags=re.DOTALL)
            pairs = zip(codes[::2], codes[1::2], strict=True)
            copied += "".join(letters[font][256 * high + low] for high, low in pairs)
        texts.append(copied.replace(" ", ""))
    return texts


def text_of(pdf: bytes) -> str:
    """Return what can be copied out of a PDF, without spaces."""
    return "".join(texts_of(pdf))


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """Return the fonts of a PDF by name, and whether each is inside it with its letters."""
    objects = objects_of(pdf)
    found = {}
    for body in objects.values():
        if re.search(rb"/Type /Font\b", body) and b"/ToUnicode" not in body:
            kind = re.search(rb"/Subtype /(\w+)", body)
            assert kind is not None
            assert kind[1] == b"CIDFontType2", kind[1]
        if name := re.search(rb"/FontName /(?:[A-Z]{6}\+)?(\S+)", body):
            found[name[1].decode()] = b"/FontFile2" in body
    return found


def _letters(objects: dict[int, bytes], font: int) -> dict[int, str]:
    """Return the letter of each code of a font."""
    table = re.search(rb"/ToUnicode (\d+) 0 R", objects[font])
    assert table is not None, "a font whose text cannot be copied"
    letters = {}
    for first, targets in _RANGE.findall(_content(objects[int(table[1])])):
        for offset, target in enumerate(re.findall(rb"<([0-9a-f]+)>", targets)):
            letters[int(first, 16) + offset] = bytes.fromhex(target.decode()).decode("utf-16-be")
    return letters


def _content(body: bytes) -> bytes:
    stream = _STREAM.search(body)
    if stream is None:
        return b""
    return zlib.decompress(stream[1]) if b"/FlateDecode" in body else stream[1]


def _unescaped(escape: re.Match[bytes]) -> bytes:
    return {b"n": b"\n", b"r": b"\r"}.get(escape[1], escape[1])
