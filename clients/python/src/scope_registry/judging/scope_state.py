"""What follows from a scope's state."""

from scope_registry.judging.scope_record import ScopeRecord


def is_in_force(scope: ScopeRecord) -> bool:
    """Whether a scope can be granted: it is valid, or it was before the change of it that waits for a review."""
    return scope.state in {"ACTIVE", "DEPRECATED"} or (scope.state == "PENDING" and scope.proposal is not None)


def aliases_in_force(scope: ScopeRecord) -> tuple[str, ...]:
    """Return the other names that a scope answers to. Those of one that was never approved are not its own yet."""
    return () if scope.state == "PENDING" and scope.proposal is None else scope.aliases


def is_deprecated(scope: ScopeRecord) -> bool:
    """Whether a scope in force is granted with a warning. One with a change of it under review is as it was before."""
    return scope.deprecated if scope.state == "PENDING" else scope.state == "DEPRECATED"
