"""Templates and names out of segments so few that they meet all the time, and what the contract says of them."""

import re

from hypothesis import strategies as st

from scope_registry.judging import ScopeTemplate, parse_template


def joined(first: st.SearchStrategy[str], others: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    rest = st.lists(st.tuples(st.sampled_from(":/."), others).map("".join), min_size=1, max_size=4)
    return st.tuples(first, rest.map("".join)).map("".join)


few_templates: st.SearchStrategy[ScopeTemplate] = joined(
    st.sampled_from(["a", "b", ""]), st.sampled_from(["a", "b", "{x}", "{y}", "{z}", "{x}", "{y}", "", "*"])
).flatmap(lambda name: st.nothing() if (template := parse_template(name)) is None else st.just(template))

few_instances = joined(
    st.sampled_from(["a", "b", ""]), st.sampled_from(["a", "b", "c~1", "", "*", "a b", "{x}", "{}", "é", "a\n"])
)
"""Names, of which many are instances of those templates."""


def parameters_by_contract(template: str, name: str) -> dict[str, str] | None:
    """The values by which a name is an instance of a template, read off the grammar of the contract."""
    pattern = re.sub(r"\\\{([a-z][a-z0-9_]*)\\\}", r"(?P<\1>[A-Za-z0-9_~@%+=-]{1,128})", re.escape(template))
    match = re.fullmatch(pattern, name)
    return match.groupdict() if match and len(name) <= 255 else None
