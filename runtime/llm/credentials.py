"""Keys: found in the environment or the system's keyring, held in memory, never shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from pydantic import SecretStr

from ..errors import NotConfiguredError

KEYRING_SERVICE: Final = "futureflow"
MASK: Final = "[key]"
_LEAST_HIDDEN: Final = 8
"""Shorter keys are what servers without keys are given, as `none`; every other text would have them in it."""


class Credentials:
    """Finds the keys of providers. A key from the keyring is asked for once and then remembered."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._remembered: dict[str, SecretStr] = {}
        self._hidden: tuple[str, ...] = ()

    def key_of(self, provider: str, variable: str, keyring_user: str) -> SecretStr:
        """The key, empty if the provider wants none; may block while the keyring asks its owner.

        Raises NotConfiguredError saying where the key was looked for and how to put it there.
        """
        key = self._find(provider, variable, keyring_user)
        self._hide(key.get_secret_value())
        return key

    def hidden(self, text: str) -> str:
        """The text, JSON for example, without the keys that were found so far. May be called on any thread."""
        for form in self._hidden:
            text = text.replace(form, MASK)
        return text

    def _hide(self, key: str) -> None:
        if len(key) >= _LEAST_HIDDEN and key not in self._hidden:
            self._hidden = (*self._hidden, *dict.fromkeys((key, json.dumps(key)[1:-1])))

    def _find(self, provider: str, variable: str, keyring_user: str) -> SecretStr:
        if keyring_user:
            return self._from_keyring(provider, keyring_user)
        if not variable:
            return SecretStr("")
        key = self._environment.get(variable, "")
        if not key.strip():
            raise NotConfiguredError(
                f"no key for the provider {provider!r}: set the environment variable {variable} and start again, "
                "or choose another provider"
            )
        return _sound(key, f"the environment variable {variable}")

    def _from_keyring(self, provider: str, user: str) -> SecretStr:
        if user not in self._remembered:
            import keyring  # noqa: PLC0415 (a tenth of a second, and only few profiles need it)
            import keyring.errors  # noqa: PLC0415

            command = f"keyring set {KEYRING_SERVICE} {user}"
            try:
                key = keyring.get_password(KEYRING_SERVICE, user)
            except keyring.errors.KeyringError as error:
                raise NotConfiguredError(
                    f"the system's keyring gave no key for the provider {provider!r} ({error}): unlock it, or store "
                    f"the key with `{command}`, or name an environment variable in key_environment"
                ) from error
            if not key:
                raise NotConfiguredError(
                    f"no key for the provider {provider!r} in the system's keyring: store it with `{command}`"
                )
            self._remembered[user] = _sound(key, "the system's keyring")
        return self._remembered[user]


def _sound(key: str, source: str) -> SecretStr:
    """The key without spaces around it. What an HTTP header cannot carry would show up in error messages."""
    key = key.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise NotConfiguredError(
            f"the key in {source} has spaces, line breaks or letters that no key has: copy it there once more"
        )
    return SecretStr(key)


def masked(text: str, key: str) -> str:
    """The text without the key: servers repeat keys in their error messages."""
    return text.replace(key, MASK) if key else text
