"""Which resource URIs a URL parser takes, beyond the vectors."""

import pytest

from scope_registry.judging import resource_problem


@pytest.mark.parametrize(
    "uri",
    [
        "https://a.example:65535/",
        "https://a.example:/",
        "https://user:secret@a.example/",
        "https:a.example",
        "https:///a.example",
        "http://0x7f.1/",
        "http://a%41/",
        "file:///c:/x",
        "file://C:/x",
        "foo://",
        "foo://a.256.256/",
        "urn:a[b]",
    ],
)
def test_is_taken(uri: str) -> None:
    assert resource_problem(uri) is None


@pytest.mark.parametrize(
    "uri",
    [
        "https://",
        "https://:80/",
        "https://a.example:65536/",
        "https://a.example:80:80/",
        "https://a.example:x/",
        "https://u@/",
        "http://256.1.1.1/",
        "http://1.2.3.4.5/",
        "http://08/",
        "http://a%20b/",
        "http://%ff/",
        "http://[::1/",
        "http://[::1%251]/",
        "http://[1.2.3.4]/",
        "http://a[b]/",
        "file://a:80/",
        "foo://:80/",
        "foo://u@/",
        "foo://a[b/",
        "https://a.example/\n",
    ],
)
def test_is_refused(uri: str) -> None:
    assert resource_problem(uri) is not None


def test_characters_are_utf16_code_units() -> None:
    assert resource_problem("😀" * 1_025) == "Resource has 2050 characters: at most 2048 are allowed"
