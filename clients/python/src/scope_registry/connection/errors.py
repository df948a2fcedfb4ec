"""What goes wrong before a call reaches the registry."""


class ConnectionOptionsError(ValueError):
    """The options of a connection cannot be used. The message has every problem, without secrets."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("The connection's options cannot be used: " + "; ".join(problems))
        self.problems = problems


class TokenError(Exception):
    """There is no token to call the registry with. The message holds neither tokens nor secrets."""

    passing: bool
    """Whether it is worth trying again: the authorization server is away, or answers what it should not."""

    def __init__(self, message: str, *, passing: bool) -> None:
        super().__init__(message)
        self.passing = passing
