"""The command `uat page`."""

from contextlib import suppress
from typing import Annotated, Final

import typer

from uat.cli import console
from uat.cli.console import a_whole_number
from uat.errors import InputError
from uat.plotting.language import check_language

_LAST_PORT: Final = 65535


@console.app.command(epilog="Example: uat page --language en")
def page(
    *,
    port: Annotated[int, a_whole_number("Port of the page; 0: any free one.")] = 0,
    language: Annotated[
        str, typer.Option(metavar="ja|en", envvar="UAT_LANGUAGE", help="Words of the page.")
    ] = "ja",
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Without: only print the address.")
    ] = True,
) -> None:
    """Draw a curve in the browser, and see its network and the proof; Ctrl-C ends it.

    Only this machine can open the address, which holds a token of its own.
    """
    spoken = check_language(language)
    if not 0 <= port <= _LAST_PORT:
        raise InputError(f"--port {port} given; a port is from 0 to {_LAST_PORT}")

    def opened(address: str) -> None:
        address = f"{address}&language={spoken}"
        typer.echo(address)
        if browser:
            import webbrowser

            webbrowser.open(address)

    from uat.page.serve import serve

    try:
        with suppress(KeyboardInterrupt):  # the usual end
            serve(port, opened)
    except ImportError as missing:
        raise InputError(
            f"uat page needs {missing.name}: pip install starlette uvicorn websockets"
        ) from missing
