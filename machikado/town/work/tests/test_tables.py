"""Tables as clients send them: encodings, separators, quotation marks, and going on from the middle."""

from io import BytesIO

import pytest

from machikado.town.work.imports.problems import CannotRead
from machikado.town.work.imports.tables import LINE_BYTES, BrokenRow, Place, Table, find_encoding


def read(content: bytes) -> list[list[str]]:
    stream = BytesIO(content)
    table = Table(stream, find_encoding(stream))
    return [table.columns, *(row.cells for row in table.rows())]


@pytest.mark.parametrize(
    "content",
    [
        "name,店\n1,角田商店\n".encode(),
        "\ufeffname,店\n1,角田商店\n".encode(),
        "name,店\r\n1,角田商店\r\n".encode("cp932"),
        "name\t店\n1\t角田商店".encode(),
        '"name","店"\n"1","角田商店"\n'.encode(),
        "name,店\n\n1,角田商店\n,\n\n".encode(),
        "\ufeffname\t店\r\n1\t角田商店\r\n".encode("utf-16-le"),  # what Excel writes as “Unicode text”
        "\ufeffname,店\n1,角田商店".encode("utf-16-be"),
    ],
)
def test_one_table_in_many_spellings(content):
    assert read(content) == [["name", "店"], ["1", "角田商店"]]


def test_shift_jis_of_windows_with_characters_beyond_the_standard():
    assert read("name,人\n①,髙﨑\n".encode("cp932"))[1] == ["①", "髙﨑"]


def test_lines_inside_quotation_marks_and_how_a_spreadsheet_counts():
    stream = BytesIO(b'a,b\n1,"x\ny"\n\n2,z\n')
    rows = list(Table(stream, "utf-8-sig").rows())
    assert [(row.line, row.cells) for row in rows] == [(2, ["1", "x\ny"]), (4, ["2", "z"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16-le", "utf-16-be"])
def test_reading_goes_on_from_every_row(encoding):
    mark = "\ufeff" if encoding.startswith("utf-16") else ""
    content = (mark + 'name,店\r\n1,"角\r\n田"\r\n2,表示\r\n\r\n' + "3,ソ能\r\n4,十\r\n").encode(encoding)
    stream = BytesIO(content)
    found = find_encoding(stream)
    rows = list(Table(stream, found).rows())
    assert [row.line for row in rows] == [2, 3, 5, 6]
    for index, row in enumerate(rows):
        again = list(Table(BytesIO(content), found).rows(Place(row.line, row.end)))
        assert again == rows[index + 1 :]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_half_of_a_character_is_no_end_of_a_line(encoding):
    """U+300A, U+0A0A, U+010A and U+0A00 hold the byte 0A on one side or the other, with and without a zero."""
    text = "\ufeffname\t字\n1\t《\u0a0a\u010a\u0a00》\n2\t\u0a0a\n"
    stream = BytesIO(text.encode(encoding))
    rows = list(Table(stream, find_encoding(stream)).rows())
    assert [row.cells for row in rows] == [["1", "《\u0a0a\u010a\u0a00》"], ["2", "\u0a0a"]]
    assert rows[-1].end == len(text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_damaged_character_of_utf_16_names_its_line(encoding):
    alone = "\udc00".encode(encoding, "surrogatepass")
    with pytest.raises(CannotRead) as refused:
        find_encoding(BytesIO("\ufeffa\tb\n1\t《\n2\t".encode(encoding) + alone + "\n".encode(encoding)))
    assert (refused.value.code, refused.value.params) == ("utf16", {"line": 3})


def test_a_broken_quotation_mark_of_utf_16_names_its_line():
    table = Table(BytesIO('\ufeffa\tb\n1\tok\n2\t"x"y\n'.encode("utf-16-le")), "utf-16-le")
    rows = table.rows()
    assert next(rows).cells == ["1", "ok"]
    with pytest.raises(BrokenRow) as error:
        next(rows)
    assert error.value.line == 3


BAD = {
    "empty": (b"", "empty"),
    "only blanks": (b"   \n\n", "empty"),
    "neither encoding": (b"name,a\n1,\xff\xfe\x81\n", "encoding"),
    "half a character at the end": ("\ufeffname,a\n1,あ".encode()[:-1], "encoding"),
    "half a character at the end of utf-16": ("\ufeffname,a\n1,b\n".encode("utf-16-le")[:-1], "utf16"),
    "a nul in utf-16": ("\ufeffname,a\n1,x\0y\n".encode("utf-16-be"), "nul"),
    "only the mark of utf-16": ("\ufeff".encode("utf-16-le"), "empty"),
    "utf-32": ("name,a\n1,b\n".encode("utf-32"), "nul"),
    "utf-16 that does not say so": ("name,a\n1,b\n".encode("utf-16-le"), "nul"),
    "a nul byte": (b"name,a\n1,x\0y\n", "nul"),
    "a zip archive": (b"PK\x03\x04\x00\x00", "packed"),
    "a column twice": (b"a,a\n1,2\n", "header_twice"),
    "a column without a name": (b"a,,c\n1,2,3\n", "header_blank"),
    "too many columns": (",".join(f"c{i}" for i in range(101)).encode() + b"\n1\n", "header_long"),
    "a broken header": (b'a,"b"x\n1,2\n', "header_broken"),
    "a line without an end": (b"a,b\n" + b"x" * (LINE_BYTES + 10), "line_ends"),
    "a line of utf-16 without an end": ("\ufeffa\tb\n".encode("utf-16-le") + b"\n\x30" * LINE_BYTES, "line_ends"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_table_that_is_none(name):
    content, code = BAD[name]
    with pytest.raises(CannotRead) as refused:
        read(content)
    assert refused.value.code == code
    assert "%(" not in refused.value.sentence


def test_the_line_of_a_wrong_byte_is_named():
    with pytest.raises(CannotRead) as refused:
        find_encoding(BytesIO("a\nあ\n".encode() + b"\xff\xff\n"))
    assert refused.value.params == {"line": 3}


def test_what_is_too_big_is_refused_while_it_streams(monkeypatch):
    monkeypatch.setattr("machikado.town.work.imports.tables.BYTES", 10)
    with pytest.raises(CannotRead) as refused:
        find_encoding(BytesIO(b"a,b\n" * 3))
    assert refused.value.code == "too_big"


def test_too_many_rows(monkeypatch):
    monkeypatch.setattr("machikado.town.work.imports.tables.ROWS", 2)
    with pytest.raises(CannotRead) as refused:
        read(b"a\n1\n2\n3\n")
    assert refused.value.code == "too_many_rows"


@pytest.mark.parametrize("broken", ['2,"x"y\n3,z\n', '2,"never closed\n3,z\n'])
def test_a_broken_quotation_mark_names_its_line(broken):
    table = Table(BytesIO(b"a,b\n1,ok\n" + broken.encode()), "utf-8-sig")
    rows = table.rows()
    assert next(rows).cells == ["1", "ok"]
    with pytest.raises(BrokenRow) as error:
        next(rows)
    assert error.value.line == 3
