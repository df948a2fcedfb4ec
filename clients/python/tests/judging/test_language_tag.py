"""The canonical form of a language tag, beyond the vectors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scope_registry.judging import canonical_language_tag

SUBTAGS = [
    "en",
    "de",
    "zh",
    "sgn",
    "sr",
    "sh",
    "iw",
    "no",
    "tw",
    "cmn",
    "xyz",
    "yue",
    "min",
    "us",
    "uk",
    "dd",
    "419",
    "tw",
]
MORE = [
    "latn",
    "hant",
    "rozaj",
    "biske",
    "1996",
    "u",
    "t",
    "x",
    "a",
    "co",
    "nu",
    "phonebk",
    "true",
    "m0",
    "i",
    "Klingon",
]


@pytest.mark.parametrize(
    ("tag", "canonical"),
    [
        ("en-gb-oed", "en-GB-oxendict"),
        ("I-Default", "en-x-i-default"),
        ("zh-min", "nan-x-zh-min"),
        ("sgn-BE-FR", "sfb"),
        ("zh-cmn-Hans-CN", "zh-Hans-CN"),
        ("kok-knn", "knn"),
        ("sh", "sr-Latn"),
        ("sgn-us", "ase"),
        ("en-uk", "en-GB"),
        ("tw", "tw"),
        ("cmn", "zh"),
        ("deu", "de"),
        ("xyz", "xyz"),
        ("de-1996-x-Bonn", "de-1996-x-bonn"),
        ("en-u-nu-latn-co-phonebk-foo", "en-u-co-phonebk-foo-nu-latn"),
        ("en-u-foo-bar-nu-latn-co-phonebk-kn-true", "en-u-bar-foo-co-phonebk-kn-nu-latn"),
        ("en-t-de-latn-m0-und-k0-abc", "en-t-de-latn-k0-abc-m0-und"),
        ("en-b-bb-a-aa", "en-a-aa-b-bb"),
        ("en-a-aa-a-bb", None),
        ("en-u-0uz-kgf-5a", "en-u-0uz-kgf-5a"),
        ("en-t", None),
        ("de-1996-1996", None),
        ("de-yue", None),
        ("i-klingon-x", None),
        ("en-US\n", None),
        ("\u212aa", None),
        (f"en-x{'-abcd' * 12}", f"en-x{'-abcd' * 12}"),
        (f"en-x{'-abcd' * 12}e", None),
    ],
)
def test_of_a_tag(tag: str, canonical: str | None) -> None:
    assert canonical_language_tag(tag) == canonical


@given(
    st.one_of(st.lists(st.sampled_from([*SUBTAGS, *MORE]), min_size=1, max_size=7).map("-".join), st.text(max_size=70))
)
def test_is_its_own_canonical_form_and_does_not_depend_on_case(tag: str) -> None:
    canonical = canonical_language_tag(tag)
    if canonical is not None:
        assert canonical_language_tag(canonical) == canonical
        assert canonical_language_tag(tag.upper()) == canonical


def test_a_bounded_number_of_tags_is_remembered() -> None:
    tags = [f"en-x-{at}" for at in range(3_000)]
    assert [canonical_language_tag(tag) for tag in tags] == tags
