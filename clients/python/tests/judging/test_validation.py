"""Requests to validate scopes, as they come in."""

import pytest

from scope_registry.judging import InvalidRequestError, Validation, read_validation


def test_one_text_is_no_list_of_names() -> None:
    for validation in [Validation(scopes="openid"), Validation(resources="urn:a"), Validation(locales="en")]:
        with pytest.raises(TypeError, match="as lists"):
            read_validation(validation)


def test_characters_are_utf16_code_units() -> None:
    assert read_validation(Validation(client_id="\U0001f600" * 256)).client_id == "\U0001f600" * 256
    with pytest.raises(InvalidRequestError, match="client_id: 514 characters are too many"):
        read_validation(Validation(client_id="\U0001f600" * 257))


def test_locales_are_read_where_consent_texts_are_wanted() -> None:
    assert read_validation(Validation(locales=["EN-us"])).consent_locales is None
    assert read_validation(Validation(locales=["EN-us", "iw"], view="CONSENT")).consent_locales == ["en-US", "he"]


def test_every_violation_is_in_the_message() -> None:
    with pytest.raises(InvalidRequestError) as caught:
        read_validation(Validation(scopes=["a"] * 1_001, resources=["a"], locales=["english"]))
    assert [violation.field for violation in caught.value.violations] == ["scopes", "resources[0]", "locales[0]"]
    assert str(caught.value).count("; ") == 2
