"""Ports that nobody uses."""

import socket


def free_port() -> int:
    """Tell a port of the loopback that was free just now."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        assert isinstance(port, int)
        return port
