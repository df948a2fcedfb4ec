"""Somebody who signs in and consents, in place of a browser."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import requests

_CALLBACK = "http://127.0.0.1/callback"


class Browser:
    """The session of a user, in one language."""

    def __init__(self, origin: str, language: str = "en") -> None:
        self._origin = origin
        self._session = requests.Session()
        self._session.headers["Accept-Language"] = language

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *error: object) -> None:
        self._session.close()

    def sign_in(self, user: str, password: str) -> None:
        """Sign in as the administrator that the tests have."""
        url = f"{self._origin}/admin/login/"
        self._session.get(url, timeout=20)
        form = {"username": user, "password": password, "csrfmiddlewaretoken": self._session.cookies["csrftoken"]}
        answer = self._session.post(url, data={**form, "next": "/admin/"}, headers={"Referer": url}, timeout=20)
        assert answer.status_code == 200, answer.text
        assert "sessionid" in self._session.cookies, "Nobody is signed in"

    def consent_page(self, client_id: str, scope: str) -> str:
        """Open the page that asks for consent, and read its text."""
        query = {"response_type": "code", "client_id": client_id, "redirect_uri": _CALLBACK, "scope": scope}
        answer = self._session.get(f"{self._origin}/o/authorize/", params=query, timeout=20, allow_redirects=False)
        if answer.status_code == 302:
            return answer.headers["Location"]
        return html.unescape(answer.text)

    def consent(self, page: str) -> str:
        """Allow what a page asks for, and take the code that the client is sent."""
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        url = f"{self._origin}/o/authorize/"
        form = {**fields, "allow": "Authorize", "csrfmiddlewaretoken": self._session.cookies["csrftoken"]}
        answer = self._session.post(url, data=form, headers={"Referer": url}, timeout=20, allow_redirects=False)
        assert answer.status_code == 302, answer.text
        return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
