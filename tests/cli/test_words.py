"""The words of a command line reach the command that they are meant for."""

import pytest

from uat.cli.words import click_words


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("f --domain 0 1 --json", ["f", "--domain", "0 1", "--json"]),
        ("f --domain 0:1 0:2 g", ["f", "--domain", "0:1 0:2", "g"]),
        ("f --domain -1 1", ["f", "--domain", "-1 1"]),
        ("f --domain 0 1 0 2*pi", ["f", "--domain", "0 1 0 2*pi"]),
        ("f --domain=-1 1 g", ["f", "--domain=-1 1", "g"]),
        ("f --domain [-1, 1] g", ["f", "--domain", "[-1, 1]", "g"]),
        ("f --domain 0 nan", ["f", "--domain", "0 nan"]),
        ("f --domain 0 1 x net.npz", ["f", "--domain", "0 1", "x", "net.npz"]),
        ("regions --box 0,1 2 8 8", ["regions", "--box", "0,1", "2", "8", "8"]),
        ("f --domain 0 one --json", ["f", "--domain", "0 one", "--json"]),
        ("f --domain one 1 g", ["f", "--domain", "one 1", "g"]),
        ("f --domain 0 1 0 two g", ["f", "--domain", "0 1 0 two", "g"]),
        ("f --domain 0 --json", ["f", "--domain", "0", "--json"]),
        ("f --domain", ["f", "--domain"]),
        ("f --domain -- 0 1", ["f", "--domain", "--", "0", "1"]),
    ],
)
def test_the_numbers_after_domain_or_box_are_one_word(given: str, taken: list[str]) -> None:
    assert click_words(given.split()) == taken


def test_a_formula_may_begin_with_a_minus() -> None:
    assert click_words(["approximate", "-x**2"]) == ["approximate", " -x**2"]
    assert click_words(["train", "x", "--rng", "-1"]) == ["train", "x", "--rng", "-1"]
    assert click_words(["certify", "-h"]) == ["certify", "-h"]


def test_what_follows_two_dashes_is_as_it_was() -> None:
    rest = ["--", "-x", "--domain", "0", "1"]
    assert click_words(["f", *rest]) == ["f", *rest]
