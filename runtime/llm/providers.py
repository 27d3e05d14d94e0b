"""Model providers: profiles, where they come from, and which one is meant when none is named."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Literal, Self
from urllib.parse import urlsplit

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from ..errors import NotConfiguredError
from ..settings_file import read_settings
from .credentials import Credentials

OPENAI_URL: Final = "https://api.openai.com/v1"
LOCAL: Final = "local"
"""The name of the provider that needs no configuration: the model on this machine."""


class Limits(BaseModel):
    """The three limits of one attempt, in seconds; waiting in a queue or for a retry is not counted.

    `total_s` is the openai client's own default. Half of it for the first byte leaves reasoning models their time to
    think; a stream that is silent for a minute is dead (what others found: pitfall C13).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_byte_s: float = Field(default=300, gt=0, description="From sending to the first byte of the answer")
    idle_s: float = Field(default=60, gt=0, description="Between two pieces of the answer")
    total_s: float = Field(default=600, gt=0, description="From sending to the last byte")


class ProviderProfile(BaseModel):
    """How to reach one provider. Holds no key, only where the key comes from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, description="What the futures panel and error messages call it")
    kind: Literal["openai", "openai_compatible", "azure", "local"]
    base_url: str = Field(
        default="", description="Up to and without /chat/completions; for azure the resource's endpoint"
    )
    key_environment: str = Field(default="", description="Environment variable that holds the key")
    key_keyring: str = Field(default="", description="User name under service 'futureflow' in the system's keyring")
    ca_file: str = Field(default="", description="Certificates to trust besides the system's, in PEM form")
    organization: str = ""
    default_model: str = ""
    api_version: str = Field(default="", description="azure only, for example 2024-10-21")
    deployment: str = Field(default="", description="azure only; the model's name if empty")
    most_in_flight: int = Field(default=1000, ge=1, description="The openai client's own pool; 4 for the local model")
    requests_per_minute: float | None = Field(
        default=None, ge=1, description="More wait in the queue; unset is without limit. So many may start at once"
    )
    tokens_per_minute: float | None = Field(
        default=None, ge=1, description="The same for tokens, read and written (estimated until the server counts them)"
    )
    most_attempts: int = Field(default=3, ge=1, description="Including the first; the openai client's default")
    first_retry_s: float = Field(
        default=0.5, ge=0, description="The longest first pause; doubles with each, unless the server names one"
    )
    longest_retry_s: float = Field(
        default=60, ge=0, description="A server that asks to wait for longer is asked again after so many seconds"
    )
    limits: Limits = Limits()
    max_tokens_name: Literal["", "max_tokens", "max_completion_tokens"] = Field(
        default="", description="What the server calls its limit on tokens (newer OpenAI models: max_completion_tokens)"
    )
    stream_usage: bool = Field(default=True, description="Whether the server knows stream_options.include_usage")

    @model_validator(mode="before")
    @classmethod
    def _fill_by_kind(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        filled = {**_BY_KIND.get(str(given.get("kind")), {}), **given}
        if given.get("key_keyring") and "key_environment" not in given:
            filled["key_environment"] = ""
        return filled

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.key_environment and self.key_keyring:
            raise ValueError("the key comes from key_environment or from key_keyring, not from both")
        if self.kind != "local":
            _check_url(self.base_url)
        if self.kind == "azure" and not self.api_version:
            raise ValueError("azure needs api_version, for example 2024-10-21")
        return self


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if "@" in url or parts.query:  # shown in messages and saved; the text must not repeat it
        raise ValueError(
            "base_url must not hold a user name, password or query: keys go to key_environment or key_keyring"
        )
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"base_url {url!r} must be an address such as {OPENAI_URL}")


_BY_KIND: Mapping[str, Mapping[str, Any]] = {
    "openai": {"base_url": OPENAI_URL, "key_environment": "OPENAI_API_KEY", "max_tokens_name": "max_completion_tokens"},
    "openai_compatible": {"max_tokens_name": "max_tokens"},
    "azure": {"max_tokens_name": "max_tokens", "key_environment": "AZURE_OPENAI_API_KEY"},
    "local": {"max_tokens_name": "max_tokens", "most_in_flight": 4},
}


class _ProvidersFile(BaseModel):
    """The optional providers.json: more profiles, and which of all is the default."""

    model_config = ConfigDict(extra="forbid")

    default: str = ""
    providers: tuple[ProviderProfile, ...] = ()


class Providers:
    """The profiles of a session, and their keys, which live in memory only.

    With `profiles` these are all there are, the first being the default. Without: OpenAI if OPENAI_API_KEY is set
    (at OPENAI_BASE_URL if that is set), the local model, and what providers.json in the user's config folder adds.
    """

    def __init__(
        self,
        profiles: Iterable[ProviderProfile] | None = None,
        environment: Mapping[str, str] | None = None,
        config_folder: Path | None = None,
    ) -> None:
        self._environment = os.environ if environment is None else environment
        self._file = (config_folder or platformdirs.user_config_path("futureflow")) / "providers.json"
        self._credentials = Credentials(self._environment)
        self._known: dict[str, ProviderProfile] = {}
        self._default = ""
        self._has_seen_keys = False
        if profiles is not None:
            self._known = {profile.name: profile for profile in profiles}
            self._default = next(iter(self._known), "")

    def profiles(self) -> tuple[ProviderProfile, ...]:
        """All profiles. Raises NotConfiguredError, with file and place, for a broken providers.json."""
        return tuple(self._load().values())

    def default(self) -> ProviderProfile:
        """The profile that is meant when none is named. Raises NotConfiguredError."""
        self._load()
        return self.get(self._default)

    def get(self, name: str) -> ProviderProfile:
        """The profile of this name. Raises NotConfiguredError, naming those there are."""
        profiles = self._load()
        if name not in profiles:
            known = ", ".join(profiles) or "none"
            raise NotConfiguredError(f"there is no provider {name!r} (known: {known}): add it to {self._file}")
        return profiles[name]

    def check(self, profile: ProviderProfile) -> None:
        """Raise NotConfiguredError, saying how to configure one, if the key is known to be missing.

        A keyring is not asked here: it may show a dialog, and nothing that can wait runs on the window's loop.
        """
        if not profile.key_keyring:
            self._credentials.key_of(profile.name, profile.key_environment, "")

    def key_of(self, profile: ProviderProfile) -> SecretStr:
        """The key, empty for a provider without one; may block on the keyring. Raises NotConfiguredError."""
        return self._credentials.key_of(profile.name, profile.key_environment, profile.key_keyring)

    def hidden(self, text: str) -> str:
        """The text without any key of these providers; one in the keyring is known once it was used."""
        if not self._has_seen_keys:
            self._has_seen_keys = True
            with suppress(NotConfiguredError):
                for profile in self._load().values():
                    with suppress(NotConfiguredError):
                        self._credentials.key_of(profile.name, profile.key_environment, "")
        return self._credentials.hidden(text)

    def _load(self) -> dict[str, ProviderProfile]:
        if not self._known:
            extra = read_settings(self._file, _ProvidersFile) if self._file.exists() else _ProvidersFile()
            built_in = self._built_in()
            known = {profile.name: profile for profile in (*built_in, *extra.providers)}
            if extra.default and extra.default not in known:
                raise NotConfiguredError(f"{self._file}: $.default: there is no provider {extra.default!r} in it")
            self._known, self._default = known, extra.default or built_in[0].name
        return self._known

    def _built_in(self) -> list[ProviderProfile]:
        local = ProviderProfile(name=LOCAL, kind="local")
        if not self._environment.get("OPENAI_API_KEY"):
            return [local]
        organization = self._environment.get("OPENAI_ORG_ID", "")
        url = self._environment.get("OPENAI_BASE_URL", "")
        if not url:
            return [ProviderProfile(name="openai", kind="openai", organization=organization), local]
        try:
            openai = ProviderProfile(
                name="openai", kind="openai_compatible", base_url=url, key_environment="OPENAI_API_KEY",
                organization=organization,
            )  # fmt: skip
        except ValidationError as error:
            problem = error.errors(include_url=False, include_input=False)[0]["msg"]
            raise NotConfiguredError(f"the environment variable OPENAI_BASE_URL cannot be used: {problem}") from error
        return [openai, local]
