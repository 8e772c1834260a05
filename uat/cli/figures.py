"""Pictures on the command line: `uat figures` draws the lecture, `uat animate` sets it in motion.

What is asked for is checked before anything is drawn, and each file is whole or not written.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer

from uat.cli.console import (
    PlotSize,
    Spoken,
    Theme,
    Workers,
    a_number,
    app,
    check_workers,
    progress,
    read_style,
)
from uat.cli.domain import read_domain
from uat.core.arguments import real_number
from uat.core.target import Target
from uat.errors import InputError, counted
from uat.expression.parse import parse
from uat.lecture.films.film import Film
from uat.lecture.registry import BUILT, LectureFigure, all_figures, find, of_all, own_function
from uat.plotting.language import LANGUAGES, Language, check_language
from uat.plotting.style import SLIDE, Style

__all__ = ["animate", "figures"]


@app.command(epilog="Example: uat figures rectangle --language en --format svg --out pictures")
def figures(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Figures; all without one.")
    ] = None,
    *,
    language: Annotated[
        str | None, typer.Option(metavar="ja|en|all", help="Words in figures; all without it.")
    ] = None,
    formats: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="png,svg,pdf", help="One or more; all without it, svg in slides."
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder to write into.")] = Path("lecture-figures"),
    theme: Theme = "light",
    size: PlotSize = "slide",
    gallery: Annotated[
        Path | None, typer.Option(help="Write all figures as PNG, with pages that show them.")
    ] = None,
    handout: Annotated[
        Path | None, typer.Option(help="Write one PDF, a figure a page, such as lecture-ja.pdf.")
    ] = None,
    slides: Annotated[
        str | None, typer.Option(metavar="ja|en|all", help="Write slides for Marp, with figures.")
    ] = None,
    builds: Annotated[
        bool, typer.Option("--builds", help=f"Write the steps of a figure: {', '.join(BUILT)}.")
    ] = False,
    f: Annotated[
        str | None, typer.Option("--f", metavar="F", help='Your own f in the figures: "exp(-x)".')
    ] = None,
    domain: Annotated[str | None, typer.Option(metavar="A B", help="Its interval.")] = None,
    eps: Annotated[float | None, a_number("ε of the figures.")] = None,
    listed: Annotated[
        bool,
        typer.Option("--list", help="Name the figures, with what they take of yours, and stop."),
    ] = False,
    anew: Annotated[
        bool, typer.Option("--recompute", help="First measure again what is drawn from data.")
    ] = False,
    workers: Workers = None,
) -> None:
    """Draw the figures of the lecture."""
    style, spoken = read_style(theme, size), _languages(language or "all")
    check_workers(workers, None)
    if workers is not None and (handout or builds or listed or anew):
        raise InputError("--workers is for figures in files, the gallery and slides; leave it out")
    chosen = tuple(find(name) for name in dict.fromkeys(names or ()))
    shown = chosen or all_figures()
    made = {"--gallery": gallery, "--handout": handout, "--slides": slides, "--list": listed}
    for option in _one_of(made | {"--builds": builds}):
        _check_option(option, chosen, formats, style)
    own = _own(f, domain, eps)
    if own != (None, None):
        for option in [name for name, given in made.items() if given]:
            raise InputError(
                f"{option} shows the lecture's own f; leave out --f, --domain and --eps"
            )
        if not chosen or anew:
            raise InputError(
                "--f and --eps are for figures drawn by their ids, such as rectangle-sum"
            )
        shown = chosen = of_all(chosen, *own)
    if anew:
        _measure(chosen)
    if listed:
        _list({figure.id: figure.takes for figure in shown}, spoken)
    elif gallery is not None:
        _draw_gallery(shown, gallery, style, workers)
    elif handout is not None:
        _draw_handout(shown, handout, language, style)
    elif slides is not None:
        _draw_slides(shown, _languages(slides), _formats(formats, "svg"), out, style, workers)
    elif builds:
        _draw_builds(shown, spoken, _formats(formats, "png,svg,pdf"), out, style)
    else:
        asked = _formats(formats, "png,svg,pdf")
        _draw(shown, spoken, asked, out, style, workers)


@app.command(
    epilog='Example: uat animate rectangle-sum --f "exp(-x)" --domain 0 2 --eps 0.01 --out exp.gif'
)
def animate(
    name: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="A film; without one they are named.")
    ] = None,
    *,
    out: Annotated[Path | None, typer.Option(help="File to write, .mp4 or .gif.")] = None,
    f: Annotated[
        str | None, typer.Option("--f", metavar="F", help='Your own f in rectangle-sum: "exp(-x)".')
    ] = None,
    domain: Annotated[str | None, typer.Option(metavar="A B", help="Its interval.")] = None,
    eps: Annotated[float | None, a_number("Last ε of rectangle-sum.")] = None,
    seconds: Annotated[float | None, a_number("Length of the film.")] = None,
    language: Spoken = "ja",
    theme: Theme = "light",
    size: PlotSize = "slide",
) -> None:
    """Write a step of the proof, or a training, as a film."""
    from uat.lecture.films.catalogue import all_films, find_film
    from uat.publish import film

    spoken, style = check_language(language), read_style(theme, size)
    if name is None:
        takes = {shown.figure: tuple(_OPTIONS) if shown.of else () for shown in all_films()}
        _list(takes, LANGUAGES)
        return
    shown = _film(find_film(name), f, domain, eps, seconds)
    if out is None:
        raise InputError(f"--out is missing; name the file to write, such as {name}.gif")
    with progress("film") as report:
        pictures = film.write_animation(shown, out, spoken, style.theme, report, style.size)
    typer.echo(f"{out}: {pictures} pictures")


def _own(
    f: str | None, domain: str | None, eps: float | None
) -> tuple[Target | None, float | None]:
    """Read a function of the user's own on its interval, and an ε."""
    if (f is None) != (domain is None):
        raise InputError("--f or --domain given alone; a function needs both")
    box = None if domain is None else read_domain(domain)
    return own_function(None if f is None else parse(f.strip()), box, eps)


def _film(
    shown: Film, f: str | None, domain: str | None, eps: float | None, seconds: float | None
) -> Film:
    """Return a film changed to another f, a last ε and a length."""
    from uat.examples import slides

    if shown.of is None and (f is not None or domain is not None or eps is not None):
        raise InputError(f"{shown.figure} shows no f of yours and no ε; only rectangle-sum does")
    target, least = _own(f, domain, eps)
    if shown.of is not None and (target, least) != (None, None):
        shown = shown.of(target or slides, least)
    if seconds is None:
        return shown
    length = real_number(
        seconds, "seconds", "a number from 1 to 300", lambda many: 1 <= many <= 300
    )
    return replace(shown, seconds=length)


def _check_option(
    option: str, chosen: tuple[LectureFigure, ...], formats: str | None, style: Style
) -> None:
    """Refuse what an option that says what to make cannot have beside it."""
    if option == "--builds":
        if not chosen:
            raise InputError(f"--builds given without figures; name some of {', '.join(BUILT)}")
        return
    if chosen and option == "--gallery":
        raise InputError(f"{option} shows every figure; leave out the ids")
    if formats is not None and option in ("--gallery", "--handout"):
        raise InputError(f"{option} has a format of its own; leave out --format")
    if style.size != SLIDE:
        raise InputError(f"{option} has a size of its own; leave out --size")


def _draw_builds(
    shown: tuple[LectureFigure, ...],
    languages: tuple[Language, ...],
    formats: tuple[str, ...],
    folder: Path,
    style: Style,
) -> None:
    from uat.publish.builds import write_builds

    written = write_builds(shown, languages, formats, folder, style)
    typer.echo(f"{folder}: {counted(len(written), 'file')} written")


def _one_of(made: Mapping[str, object]) -> tuple[str, ...]:
    """Return the one option that says what to make, if it is given."""
    used = tuple(option for option, value in made.items() if value not in (None, False))
    if len(used) > 1:
        raise InputError(f"{' and '.join(used)} given; one of them at a time")
    return used


def _languages(given: str) -> tuple[Language, ...]:
    if given == "all":
        return LANGUAGES
    if given not in LANGUAGES:
        raise InputError(f"language {given!r} is not known; give 'ja', 'en' or 'all'")
    return (check_language(given),)


def _formats(given: str | None, default: str) -> tuple[str, ...]:
    from uat.publish.render import check_format

    words = [word.strip().lower() for word in (default if given is None else given).split(",")]
    return tuple(dict.fromkeys(check_format(word) for word in words))


def _measure(chosen: tuple[LectureFigure, ...]) -> None:
    """Make the data of the chosen figures again; without a choice, the data of all."""
    from uat.lecture.study import check_study

    every = tuple(figure for figure in all_figures() if figure.study is not None)
    studies = [check_study(figure) for figure in chosen or every]
    with progress("measuring") as report:
        for done, study in enumerate(studies):
            report(done, len(studies), study.name)
            typer.echo(f"{study.recompute()}: measured again")


def _list(takes: Mapping[str, tuple[str, ...]], languages: tuple[Language, ...]) -> None:
    """Print a line for each id: what of a user's own it takes, and its titles."""
    width = max(map(len, takes))
    for name, own in takes.items():
        titles = [find(name).texts(language)[0] for language in languages]
        options = "".join(f" {_OPTIONS[what]}" for what in own)
        typer.echo(f"{name:{width}} {options:22} {' / '.join(titles)}")


_OPTIONS: Final = {"f": "--f --domain", "eps": "--eps"}
"""The options that say what a figure takes of a user's own."""


def _draw(
    shown: tuple[LectureFigure, ...],
    languages: tuple[Language, ...],
    formats: tuple[str, ...],
    folder: Path,
    style: Style,
    workers: int | None,
    columns: int | None = None,
) -> None:
    from uat.publish.publish import WORKERS, publish

    with progress("figures") as report:
        published = publish(
            shown, languages, formats, folder, report, style, columns, workers or WORKERS
        )
    written, unchanged = len(published.written), len(published.unchanged)
    typer.echo(f"{folder}: {counted(written, 'file')} written, {unchanged} up to date")


def _draw_gallery(
    shown: tuple[LectureFigure, ...], folder: Path, style: Style, workers: int | None
) -> None:
    from uat.publish.gallery import COLUMNS, write_pages
    from uat.publish.stills import write_stills

    _draw(shown, LANGUAGES, ("png",), folder, style, workers, COLUMNS)
    with progress("films") as report:
        write_stills(folder, style, COLUMNS, report)
    write_pages(folder)


def _draw_handout(
    shown: tuple[LectureFigure, ...], file: Path, given: str | None, style: Style
) -> None:
    from uat.publish.handout import write_handout

    if file.suffix.lower() != ".pdf":
        raise InputError(
            f"--handout {file} given; the name of a PDF, such as {file.stem}.pdf, is needed"
        )
    spoken = given or file.stem.rpartition("-")[2]
    if given is None and spoken not in LANGUAGES:
        raise InputError(
            f"--handout {file} names no language; give --language ja or en, or end it in -ja.pdf"
        )
    language = check_language(spoken)
    with progress("handout") as report:
        pages = write_handout(file, shown, language, style.theme, report)
    typer.echo(f"{file}: {pages} pages")


def _draw_slides(
    shown: tuple[LectureFigure, ...],
    languages: tuple[Language, ...],
    formats: tuple[str, ...],
    folder: Path,
    style: Style,
    workers: int | None,
) -> None:
    from uat.publish.builds import write_builds
    from uat.publish.slides import deck_file, write_deck

    form = next((form for form in ("svg", "png") if form in formats), None)
    if form is None:
        raise InputError("--slides shows svg or png; give one of them as --format")
    _draw(shown, languages, formats, folder, style, workers)
    built = tuple(figure for figure in shown if figure.id in BUILT)
    write_builds(built, languages, (form,), folder, style, whole=False)
    for language in languages:
        write_deck(folder, language, style.theme, shown, form)
        typer.echo(f"{folder / deck_file(language)}: {len(shown)} figures")
