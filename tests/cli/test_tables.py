"""Data in text files: read as they are, or refused with the number of the line."""

from pathlib import Path

import numpy as np
import pytest

from uat.cli.tables import read_table
from uat.errors import FileProblem, UatError


@pytest.mark.parametrize(
    "text",
    [
        "0,1\n0.5,2\n",
        "x,y\n0,1\n0.5,2",
        "x;y\n0;1\n0.5;2\n",
        "0\t1\n\n0.5\t2\n\n",
        "\ufeffx, y\n0, 1\n.5, 2",
    ],
    ids=["plain", "header", "semicolons", "tabs", "mark"],
)
def test_what_a_spreadsheet_writes_is_read(text: str, tmp_path: Path) -> None:
    file = tmp_path / "data.csv"
    file.write_text(text, "utf-8")
    x, y = read_table(file)
    assert x.tolist() == [[0.0], [0.5]]
    assert y.tolist() == [[1.0], [2.0]]


def test_the_last_columns_are_values(tmp_path: Path) -> None:
    table = np.random.default_rng(0).normal(size=(20, 5))
    file = tmp_path / "data.csv"
    np.savetxt(file, table, delimiter=",", fmt="%.17g", header="a,b,c,d,e", comments="")
    x, y = read_table(file, 2)
    assert np.array_equal(np.hstack([x, y]), table)
    assert x.shape == (20, 3)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0,1\n0.5,2,3\n", r"line 2: 3 columns; line 1 has 2"),
        ("x,y\n0,1\n0.5,abc\n", "line 3, column 2: 'abc'"),
        ("0,1\n\nnan,2\n", "line 3, column 1: 'nan'"),
        ("0,1\n2,inf\n", "line 2, column 2: 'inf'"),
        ("", "no line of numbers"),
        ("x,y\n", "no line of numbers"),
        ("1\n2\n", r"1 column "),
        ("0 1\n1 2\n", "separated by commas, semicolons or tabs"),
        ("0,1\n2,1_000\n", "line 2, column 2: '1_000'"),
        (f"0,1\n{'2' * 200_000},1\n", "cannot read .*field larger than"),
    ],
    ids=[
        "ragged",
        "word",
        "nan",
        "inf",
        "empty",
        "header alone",
        "one column",
        "spaces",
        "underscore",
        "long",
    ],
)
def test_what_is_no_table_is_refused_by_its_line(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "data.csv"
    file.write_text(text)
    with pytest.raises(UatError, match=words) as error:
        read_table(file)
    assert "\n" not in str(error.value)


def test_what_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "bytes.csv").write_bytes("時刻,値\n0,1\n1,2\n".encode("cp932"))
    for name, reason in (("missing.csv", "no such file"), ("bytes.csv", "no text in utf-8")):
        with pytest.raises(FileProblem, match=f"cannot read .*{name}: .*{reason}"):
            read_table(tmp_path / name)
