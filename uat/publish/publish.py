"""Figures into a folder: only what has changed, two at a time, each file whole or not at all.

Workers draw, and this process alone writes into the folder asked for. A small file in it, the
manifest, remembers how each figure file was made, so that a figure is drawn again only where that
has changed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, as_completed
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uat.core.files import whole_file
from uat.errors import CannotProve, FileProblem, InputError, UatError
from uat.lecture.registry import together
from uat.plotting.style import Style
from uat.publish.manifest import Manifest, prepare
from uat.publish.render import render
from uat.publish.workers import workers

if TYPE_CHECKING:
    from uat.core.arguments import Progress
    from uat.lecture.registry import LectureFigure
    from uat.plotting.language import Language

__all__ = ["publish"]

WORKERS = 2
"""Processes that draw, unless said: more are faster only with as many cores, and take memory each."""


@dataclass(frozen=True)
class Published:
    """The files of a folder after `publish`, written or left, in the lecture's order."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]


@dataclass(frozen=True)
class _Job:
    figure: LectureFigure
    language: Language
    formats: tuple[str, ...]
    style: Style
    columns: int | None

    def file(self, form: str) -> str:
        return f"{self.language}/{self.figure.id}.{form}"


_Files = dict[str, bytes]
_Made = tuple[_Job, _Files | UatError]
"""The files of a job by their formats, or why there are none."""


def publish(
    chosen: tuple[LectureFigure, ...],
    languages: tuple[Language, ...],
    formats: tuple[str, ...],
    folder: Path,
    progress: Progress | None = None,
    style: Style | None = None,
    columns: int | None = None,
    processes: int = WORKERS,
) -> Published:
    """Write figures as ``folder/language/id.format``; what was written before an error is whole.

    Figures that cannot show a reader's own f are refused together, after all others are written.

    `progress` is called with (done, total, id) after each figure drawn. PNGs that are to be
    `columns` pixels wide have a palette of 256 colours, if these are enough. `processes` draw.
    """
    prepare(folder, languages)
    style = style or Style()
    # A figure of a reader's own f is another one under the same name.
    own = "".join(f" {figure.given}" for figure in chosen if figure.given)
    manifest = Manifest.read(folder, f"{style} {columns}{own}")
    jobs, unchanged, refused = [], [], dict[str, UatError]()
    for figure in chosen:
        for language in languages:
            job = _Job(figure, language, formats, style, columns)
            stale = tuple(form for form in formats if not manifest.is_current(job.file(form)))
            unchanged += [job.file(form) for form in formats if form not in stale]
            if stale:
                jobs.append(replace(job, formats=stale))
    try:
        with contextlib.closing(_drawn(jobs, processes)) as made:
            for job, drawn in _told(made, len(jobs), progress):
                if isinstance(drawn, UatError):
                    refused[job.figure.id] = drawn
                    continue
                for form, content in drawn.items():
                    with whole_file(folder / job.file(form)) as file:
                        file.write(content)
                    manifest.record(job.file(form), content)
    except BaseException:
        # What went wrong first is what the caller has to hear.
        with contextlib.suppress(FileProblem):
            manifest.write()
        raise
    if jobs:
        manifest.write()
    if refused:
        in_order = [figure.id for figure in chosen if figure.id in refused]
        told = {name: refused[name] for name in in_order}
        raise together(told, len(chosen), "all others are written")
    written = tuple(job.file(form) for job in jobs for form in job.formats)
    return Published(written, tuple(unchanged))


def _told(made: Iterator[_Made], total: int, progress: Progress | None) -> Iterator[_Made]:
    """Yield each job and its files, and then tell that it is done."""
    for done, (job, drawn) in enumerate(made, 1):
        yield job, drawn
        if progress is not None:
            progress(done, total, job.figure.id)


def _drawn(jobs: list[_Job], processes: int) -> Generator[_Made, None, None]:
    """Yield each job with its files or with why it is refused, in the order in which they are drawn."""
    # One process draws a figure in all languages, and computes once what they share.
    groups = [tuple(some) for _, some in groupby(jobs, key=lambda job: job.figure.id)]
    if min(len(groups), processes) < 2:
        for job in jobs:
            yield job, _tried(_render, job)
        return
    with workers(processes) as (submit, folder):
        waiting = {
            submit(_render_into, group, folder / str(number)): group
            for number, group in enumerate(groups)
        }
        for future in as_completed(waiting):
            for job in waiting[future]:
                yield job, _tried(_result, future, job.language)


def _tried(make: Callable[..., _Files], *given: Any) -> _Files | UatError:
    try:
        return make(*given)
    except (InputError, CannotProve) as problem:
        return problem


def _render(job: _Job) -> _Files:
    return render(job.figure, job.language, job.formats, job.style, job.columns)


def _render_into(jobs: tuple[_Job, ...], place: Path) -> Path:
    """Draw into a folder and return it: reading a long answer of a worker that dies would hang."""
    for job in jobs:
        (place / job.language).mkdir(parents=True)
        for form, content in _render(job).items():
            (place / job.language / form).write_bytes(content)
    return place


def _result(future: Future[Path], language: Language) -> _Files:
    try:
        drawn = sorted((future.result() / language).iterdir())
        return {file.name: file.read_bytes() for file in drawn}
    except OSError as problem:
        raise FileProblem(
            f"a figure cannot be written into the temporary folder: {problem.strerror or problem}"
        ) from problem
