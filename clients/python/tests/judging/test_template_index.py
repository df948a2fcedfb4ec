"""What a name is an instance of."""

from hypothesis import given
from hypothesis import strategies as st

from scope_registry.judging import ScopeTemplate, TemplateIndex, parameters_in, parse_template

from .few_templates import few_instances, few_templates, parameters_by_contract


def shape_of(template: ScopeTemplate) -> str:
    """What templates with the same instances have in common."""
    return "".join("{}" if part.startswith("{") else part for part in split(template.name))


def split(name: str) -> list[str]:
    return name.replace(":", "\0:\0").replace("/", "\0/\0").replace(".", "\0.\0").split("\0")


def order_of(template: ScopeTemplate) -> list[int]:
    """Where the parameters stand: the template whose first one comes first goes first, and so on."""
    return [at for at, part in enumerate(split(template.name)) if part.startswith("{")] + [1_000]


def index_of(*names: str) -> TemplateIndex[str]:
    index: TemplateIndex[str] = TemplateIndex()
    for name in names:
        template = parse_template(name)
        assert template is not None
        index.set(template, name)
    return index


@given(
    st.lists(st.tuples(st.sampled_from(["set", "set", "set", "delete"]), few_templates), max_size=20),
    st.lists(few_instances, min_size=1, max_size=10),
)
def test_it_answers_what_trying_each_template_does(changes: list[tuple[str, ScopeTemplate]], names: list[str]) -> None:
    index: TemplateIndex[str] = TemplateIndex()
    model: dict[str, ScopeTemplate] = {}
    for what, template in changes:
        if what == "set":
            index.set(template, template.name)
            model[shape_of(template)] = template
        else:
            index.delete(template)
            model.pop(shape_of(template), None)
    assert len(index) == len(model)
    for _, template in changes:
        known = model.get(shape_of(template))
        assert index.get(template) == (known and known.name)
    for name in names:
        matching = [one for one in model.values() if parameters_by_contract(one.name, name) is not None]
        match = index.match(name)
        assert (match and match.value) == (min(matching, key=order_of).name if matching else None)
        if match is not None:
            assert match.template.name == match.value
            assert match.parameters == parameters_by_contract(match.value, name)


@given(few_templates, few_instances)
def test_parameters_are_what_the_grammar_says(template: ScopeTemplate, name: str) -> None:
    assert parameters_in(template, name) == parameters_by_contract(template.name, name)


def test_it_matches_a_template_of_twelve_segments_and_nothing_longer() -> None:
    index = index_of("a:{p}:::::::::{q}:", "a:{p}:c:d:e/{q}.g:h:i:j:k:{r}", "a:{p}:c:d:e/{q}.g:h:i:j:k/l", "b:{p}")
    found = [index.match(name) for name in ["a:1:::::::::2:", "a:1:c:d:e/2.g:h:i:j:k:3", "a:1:c:d:e/2.g:h:i:j:k/l"]]
    assert [match and match.parameters for match in found] == [
        {"p": "1", "q": "2"},
        {"p": "1", "q": "2", "r": "3"},
        {"p": "1", "q": "2"},
    ]
    for name in ["a:1:::::::::2::", "a:1:c:d:e/2.g:h:i:j:k:3:l", f"b:1{':' * 200}", "c:1", f"b:{'v' * 129}"]:
        assert index.match(name) is None


def test_templates_that_came_and_went_leave_nothing() -> None:
    names = [f"a:b{at}:{{x}}:c:{{y}}" for at in range(100)]
    index = index_of(*names)
    for name in names:
        template = parse_template(name)
        assert template is not None
        index.delete(template)
    assert len(index) == 0
    assert index.match("a:b1:2:c:3") is None
    assert not index._beginnings
