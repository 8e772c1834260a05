"""Coq itself accepts the theorem and exported certificates, and refuses a bound that is too low."""

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import uat
from tests.oracles.coq import read
from uat.interchange.coq.export import theorem
from uat.interchange.coq.formula import literal

COQC = shutil.which("coqc")
THEOREM = Path(__file__).parents[3] / "docs" / "formal" / "universal.v"
SLIDES = ("x**2 + sin(x)", (-1, 3.141592653589793))
NIELSEN = ("0.2 + 0.4*x**2 + 0.3*x*sin(15*x) + 0.05*cos(50*x)", (0, 1))
CASES: dict[str, tuple[Any, ...]] = {
    "steps": (*SLIDES, 0.5, "logistic", "staircase"),
    "jumps": (*SLIDES, 1.0, "heaviside", "staircase"),
    "ramps": (*SLIDES, 1.0, "ramp", "staircase"),
    "gompertz": ("where(x < 0.3, x, 0.6 - x)", (0, 1), 0.1, "gompertz", "staircase"),
    "rises": (*SLIDES, 1.0, "softplus", "staircase"),
    "polygon": (*SLIDES, 1e-2, "relu", "polygon"),
    "soft": (*SLIDES, 1e-6, "logistic", "auto"),
    "tanh": ("log(1 + x) / (2 - x) + sqrt(x)**3", (0, 1), 1e-3, "tanh", "auto"),
    "kink": ("abs(x) - min(x, 0.5)", (-1, 1), 1e-2, "logistic", "auto"),
    "root": ("sqrt(abs(x))", (-1, 1), 0.1, "logistic", "free"),
    "end of a root": ("x**1.5 + x", (0, 2), 1e-4, "logistic", "free"),
}


@cache
def has_interval() -> bool:
    """Return whether Coq and its package coq-interval are installed."""
    if COQC is None:
        return False
    found = subprocess.run([COQC, "-where"], capture_output=True, text=True, check=True).stdout
    return Path(found.strip(), "user-contrib", "Interval", "Tactic.vo").exists()


pytestmark = [
    pytest.mark.coq,
    pytest.mark.slow,
    pytest.mark.skipif(COQC is None, reason="there is no coqc here"),
]
with_interval = pytest.mark.skipif(not has_interval(), reason="coq-interval is not installed")


def coqc(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    assert COQC is not None
    (folder / "proof.v").write_text(text, "utf-8")
    command = [COQC, "-q", "proof.v"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_coq_accepts_the_theorem_and_its_axioms_are_those_of_real_numbers(tmp_path: Path) -> None:
    said = coqc(tmp_path, THEOREM.read_text("utf-8"))
    assert said.returncode == 0, said.stderr
    assert {*re.findall(r"^([\w.]+) ?:", said.stdout, re.MULTILINE)} - {"Axioms"} == {
        "ClassicalDedekindReals.sig_not_dec",
        "ClassicalDedekindReals.sig_forall_dec",
        "FunctionalExtensionality.functional_extensionality_dep",
        "Classical_Prop.classic",
    }


def text_of(name: str) -> str:
    f, box, eps, sigma, method = CASES[name]
    proof = uat.approximate(f, box, eps, sigma, method, effort="quick").certificate
    assert proof is not None
    return theorem(proof)


@with_interval
def test_coq_accepts_a_certificate_as_it_is_written(tmp_path: Path) -> None:
    said = coqc(tmp_path, text_of("tanh"))
    assert said.returncode == 0, said.stderr


@with_interval
def test_coq_accepts_certificates_of_every_kind(tmp_path: Path) -> None:
    """All in one file, each as a module, since Coq takes seconds to load coq-interval."""
    heads, modules = set(), []
    for i, name in enumerate(CASES):
        head, title, theorems = text_of(name).partition("(** * What is proved *)")
        heads.add(head[head.index("From Coq ") :])
        modules.append(f"Module M{i}. (* {name} *)\n{title}{theorems}End M{i}.\n")
    (required,) = heads
    said = coqc(tmp_path, required + "".join(modules))
    assert said.returncode == 0, said.stderr


@with_interval
def test_coq_refuses_a_bound_below_the_witness(tmp_path: Path) -> None:
    step = uat.Network.from_units([1.0], [4.0], [-2.0], uat.logistic)
    proof = uat.certify("x", step, (0, 1))
    text = theorem(proof)
    assert float(read(text).lower) > 0.1
    # a witness proves that nothing below it holds, so no other proof could be found either
    low, right = "<= 0x1.0000000000000p-4.", f"<= {literal(proof.upper)}."
    lowered = text.replace(f"Rabs (f x - g x) {right}", f"Rabs (f x - g x) {low}")
    assert lowered != text
    lowered = lowered.replace(", i_depth 30", ", i_depth 6")  # it would halve for long
    said = coqc(tmp_path, lowered)
    assert said.returncode != 0
    assert "No applicable tactic" in said.stderr or "failed to conclude" in said.stderr
