"""The command `uat`."""

from uat.cli.app import main as main
