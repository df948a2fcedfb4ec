"""The README shows what tests run."""

import re
from pathlib import Path

PYTHON = Path(__file__).parents[2]
README = (PYTHON / "README.md").read_text()


def test_shows_the_code_of_the_examples() -> None:
    shown = re.findall(r"<!-- example: ([\w/.]+)[^>]*-->\n```python\n(.*?)```", README, re.DOTALL)
    assert README.count("```python") == len(shown)
    for path, code in shown:
        assert (PYTHON / path).read_text() == code, path
    assert {path for path, _ in shown} == {f"examples/{file.name}" for file in (PYTHON / "examples").glob("*.py")}


def test_names_files_that_are_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        # The guide of Django is written beside it.
        assert target == "../../docs/django.md" or (PYTHON / target).exists(), target
