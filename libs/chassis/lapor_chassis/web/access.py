"""Who may: staff by bearer token, or by the session cookie with protection against forged requests."""

import functools
import hmac
import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from flask import current_app, g, redirect, request
from markupsafe import Markup
from werkzeug import Response

from lapor_chassis.clock import Clock
from lapor_chassis.sign_in import InvalidTokenError, Session, Staff, VerifyKey
from lapor_chassis.web.problems import Problem, wants_page
from lapor_contracts.vocabulary import Role

COOKIE = "lapor_session"
CSRF_FIELD = "csrf_token"
CSRF_HEADER = "X-CSRF-Token"
SIGN_IN_PAGE = "/masuk"

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: A path on this very host: browsers read ``//host`` and ``/\host`` as another one.
_LOCAL_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")

View = TypeVar("View", bound=Callable[..., Any])


class Doorkeeper:
    """Reads the token of a request. Without a key nobody is let in."""

    def __init__(self, key: VerifyKey | None, clock: Clock) -> None:
        self._key, self._clock = key, clock

    def session(self, token: str | None) -> Session | None:
        """The session of a genuine token that has not expired."""
        if not token or self._key is None:
            return None
        try:
            return self._key.read(token, now=self._clock.now())
        except InvalidTokenError:
            return None

    def admits(self, given: str, to: str) -> bool:
        """Whether this is a pass to what is called so."""
        return self._key is not None and self._key.admits(given, to, now=self._clock.now())


def requires(*roles: Role) -> Callable[[View], View]:
    """Only for staff with one of ``roles``; with none given, for any who are signed in."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            session = _session()
            if session is None:
                return _ask_to_sign_in()
            if not _has_bearer() and request.method not in _SAFE_METHODS:
                _check_csrf(session)
            if roles and not session.staff.has(*roles):
                raise Problem(403)
            g.staff = session.staff
            return view(*args, **kwargs)

        _document(guarded)
        return cast(View, guarded)

    return decorate


def current_staff() -> Staff:
    """Who asks, in a view that `requires` somebody (and there only: elsewhere nothing was checked)."""
    return cast(Staff, g.staff)


def csrf_field() -> Markup:
    """The hidden field that every form of a signed-in member of staff carries; nothing for the public."""
    session = _session()
    if session is None:
        return Markup()
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, session.csrf)


def open_session(response: Response, token: str) -> Response:
    """Sign in on pages: the token goes into a cookie that scripts cannot read."""
    session = _doorkeeper().session(token)
    if session is None:
        raise ValueError("the token is not ours")
    # Lax, not Strict: the link in a notice must open for whoever is signed in. What changes anything is
    # protected by the form's own token.
    response.set_cookie(
        COOKIE, token, expires=session.expires_at, secure=request.is_secure, httponly=True, samesite="Lax"
    )
    return response


def close_session(response: Response) -> Response:
    """Sign out on pages."""
    response.delete_cookie(COOKIE, secure=request.is_secure, httponly=True, samesite="Lax")
    return response


def local_path(text: str | None, otherwise: str = "/") -> str:
    """``text`` if it is a path on this host, so that ``?next=`` leads nowhere else."""
    return text if text and _LOCAL_PATH.fullmatch(text) else otherwise


def signed_in() -> Staff | None:
    """Who is signed in, for what shows a little more to staff."""
    session = _session()
    return session.staff if session else None


def has_pass(given: str, to: str) -> bool:
    """Whether whoever asks was given a pass to what is called so; nobody has to be signed in for it."""
    return _doorkeeper().admits(given, to)


def refuse_cross_site() -> None:
    """Refuse forms of the public that another site sends (browsers say so): nobody is signed in by a stranger."""
    if request.method not in _SAFE_METHODS and wants_page() and request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Problem(403, detail="Formulir ini dikirim dari situs lain. (This form was sent from another site.)")


def _session() -> Session | None:
    if "session" not in g:
        g.session = _doorkeeper().session(_token())
    return cast(Session | None, g.session)


def _doorkeeper() -> Doorkeeper:
    return cast(Doorkeeper, current_app.extensions["lapor-doorkeeper"])


def _token() -> str | None:
    """A bearer token counts alone: a wrong one is not made good by a cookie."""
    if _has_bearer():
        return request.authorization.token if request.authorization else None
    return request.cookies.get(COOKIE)


def _has_bearer() -> bool:
    return request.authorization is not None and request.authorization.type == "bearer"


def _check_csrf(session: Session) -> None:
    given = request.form.get(CSRF_FIELD, "") if wants_page() else request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(given.encode(), session.csrf.encode()):
        raise Problem(
            403, code="csrf", detail="Formulir sudah kedaluwarsa, muat ulang halaman. (Reload the page and try again.)"
        )


def _ask_to_sign_in() -> Any:
    if not wants_page():
        error = ', error="invalid_token"' if _has_bearer() else ""
        raise Problem(401, headers={"WWW-Authenticate": f'Bearer realm="lapor"{error}'})
    # Back to where they were; but not to what a form was sent to, which has nothing to show.
    query = urlencode({"next": request.full_path.rstrip("?")}) if request.method in _SAFE_METHODS else ""
    return redirect(f"{SIGN_IN_PAGE}?{query}".rstrip("?"), 303)


def _document(view: Any) -> None:
    """Say in the OpenAPI document that the operation is not for everyone (flask-smorest reads ``_apidoc``)."""
    view._apidoc = deepcopy(getattr(view, "_apidoc", {}))
    view._apidoc.setdefault("manual_doc", {})["security"] = [{"bearer": []}, {"session": []}]
