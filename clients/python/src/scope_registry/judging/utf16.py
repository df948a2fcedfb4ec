"""Lengths as the contract counts them."""


def utf16_length(text: str) -> int:
    """Return the length of a text in UTF-16 code units, which the registry counts characters by."""
    return len(text) if text.isascii() else sum(2 if character > "\uffff" else 1 for character in text)
