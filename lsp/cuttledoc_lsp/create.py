"""Puts a server and its features together."""

from collections.abc import Mapping

from cuttledoc.settings import user_file
from cuttledoc_lsp.features import FEATURES
from cuttledoc_lsp.server import Server


def create_server(environment: Mapping[str, str]) -> Server:
    """A server with all its features; to be called where an event loop runs.

    Args:
        environment: The process's environment.
    """
    server = Server(environment, user_file())
    for register in FEATURES:
        register(server)
    return server
