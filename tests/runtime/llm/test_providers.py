"""Which provider is meant, where its key comes from, and what is said when there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest
from asking import asking, states
from pydantic import ValidationError

from runtime.errors import NotConfiguredError
from runtime.llm.providers import OPENAI_URL, ProviderProfile, Providers

KEY = "sk-test-0123456789"


def providers(folder: Path, **environment: str) -> Providers:
    return Providers(environment=environment, config_folder=folder)


def test_without_a_key_the_model_on_this_machine_is_meant(tmp_path: Path) -> None:
    found = providers(tmp_path)
    assert [profile.name for profile in found.profiles()] == ["local"]
    assert found.default().kind == "local"
    assert found.default().most_in_flight == 4
    assert found.key_of(found.default()).get_secret_value() == ""


def test_with_a_key_openai_is_meant(tmp_path: Path) -> None:
    found = providers(tmp_path, OPENAI_API_KEY=f" {KEY}\n", OPENAI_ORG_ID="org-1")
    profile = found.default()
    assert (profile.kind, profile.base_url, profile.organization) == ("openai", OPENAI_URL, "org-1")
    assert (profile.most_in_flight, profile.max_tokens_name) == (1000, "max_completion_tokens")
    assert found.key_of(profile).get_secret_value() == KEY
    assert KEY not in repr((found, profile, found.key_of(profile)))
    assert found.get("local").kind == "local"


def test_openai_base_url_makes_it_a_compatible_server(tmp_path: Path) -> None:
    profile = providers(tmp_path, OPENAI_API_KEY=KEY, OPENAI_BASE_URL="http://127.0.0.1:8000/v1").default()
    assert (profile.kind, profile.base_url) == ("openai_compatible", "http://127.0.0.1:8000/v1")
    assert profile.max_tokens_name == "max_tokens"


@pytest.mark.parametrize("url", ["localhost:8000", "127.0.0.1", "ftp://host/v1", "http://"])
def test_an_openai_base_url_that_is_none_is_named(tmp_path: Path, url: str) -> None:
    with pytest.raises(NotConfiguredError, match="OPENAI_BASE_URL cannot be used"):
        providers(tmp_path, OPENAI_API_KEY=KEY, OPENAI_BASE_URL=url).default()


@pytest.mark.parametrize("url", ["http://me:pass-word@host/v1", "https://host/v1?key=pass-word"])
def test_secrets_have_no_place_in_an_address(tmp_path: Path, url: str) -> None:
    with pytest.raises(NotConfiguredError, match="must not hold") as caught:
        providers(tmp_path, OPENAI_API_KEY=KEY, OPENAI_BASE_URL=url).default()
    assert "pass-word" not in str(caught.value)


def test_given_profiles_are_all_there_are(tmp_path: Path) -> None:
    first = ProviderProfile(name="a", kind="openai_compatible", base_url="http://a/v1")
    second = ProviderProfile(name="b", kind="openai_compatible", base_url="http://b/v1")
    found = Providers([first, second], environment={"OPENAI_API_KEY": KEY}, config_folder=tmp_path)
    assert found.profiles() == (first, second)
    assert found.default() == first


def test_a_missing_key_says_which_variable(tmp_path: Path) -> None:
    profile = ProviderProfile(name="a", kind="openai_compatible", base_url="http://a/v1", key_environment="A_KEY")
    for environment in ({}, {"A_KEY": ""}, {"A_KEY": "  "}):
        found = Providers([profile], environment=environment, config_folder=tmp_path)
        for ask in (found.check, found.key_of):
            with pytest.raises(NotConfiguredError, match="'a': set the environment variable A_KEY"):
                ask(profile)


@pytest.mark.parametrize("key", ["sk 1", "sk-\nBearer", "sk-ключ", "sk-\x00"])
def test_a_key_that_no_header_can_carry_is_refused_without_showing_it(tmp_path: Path, key: str) -> None:
    found = providers(tmp_path, OPENAI_API_KEY=key)
    profile = found.default()
    with pytest.raises(NotConfiguredError, match="variable OPENAI_API_KEY") as caught:
        found.key_of(profile)
    assert key not in str(caught.value)


def test_more_profiles_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "providers.json").write_text(
        """{
          "default": "lab",
          "providers": [
            {"name": "lab", "kind": "openai_compatible", "base_url": "http://lab:8000/v1", "most_in_flight": 8,
             "limits": {"first_byte_s": 30}},
            {"name": "azure", "kind": "azure", "base_url": "https://x.example", "api_version": "2024-10-21",
             "key_environment": "AZURE_KEY", "deployment": "d"}
          ]
        }"""
    )
    found = providers(tmp_path)
    assert [profile.name for profile in found.profiles()] == ["local", "lab", "azure"]
    lab = found.default()
    assert (lab.name, lab.most_in_flight, lab.limits.first_byte_s, lab.limits.idle_s) == ("lab", 8, 30, 60)


@pytest.mark.parametrize(("text", "words"), [
    ("{", "line 1, column 2"),
    ("[]", "line 1, column 1, at \\$"),
    ('{"providers": [\n{"name": "a", "kind": "aws"}]}', r"line 2, column 23, at \$.providers\[0\].kind"),
    ('{"providers": [\n{"kind": "openai"}]}', r"line 2, column 1, at \$.providers\[0\].name: Field required"),
    ('{"providers": [{"name": "a", "kind": "openai_compatible"}]}', r"at \$.providers\[0\]: .*base_url ''"),
    ('{"providers": [{"name": "a", "kind": "openai", "key": "x"}]}', r"at \$.providers\[0\].key"),
    ('{"providers": [{"name": "a", "kind": "azure", "base_url": "http://a"}]}', "azure needs api_version"),
    ('{"providers": [{"name": "a", "kind": "openai", "key_keyring": "u", "key_environment": "V"}]}', "not from both"),
    ('{"default": "b"}', r"\$.default: there is no provider 'b'"),
])  # fmt: skip
def test_a_broken_file_is_told_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "providers.json").write_text(text)
    with pytest.raises(NotConfiguredError, match=words) as caught:
        providers(tmp_path).default()
    assert str(tmp_path / "providers.json") in str(caught.value)


def test_a_secret_in_the_file_is_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "providers.json").write_text('{"providers": [{"name": "a", "kind": "openai", "key": "sk-secret"}]}')
    with pytest.raises(NotConfiguredError) as caught:
        providers(tmp_path).default()
    assert "sk-secret" not in str(caught.value)


def test_a_file_that_was_mended_is_read_again(tmp_path: Path) -> None:
    found = providers(tmp_path)
    (tmp_path / "providers.json").write_text("{")
    with pytest.raises(NotConfiguredError):
        found.default()
    (tmp_path / "providers.json").write_text("{}")
    assert found.default().name == "local"


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "providers.json").mkdir()
    with pytest.raises(NotConfiguredError, match="cannot be read"):
        providers(tmp_path).default()


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory that counts how often it is asked."""

    priority = 1  # type: ignore[assignment]  # a class property there

    def __init__(self, **passwords: str) -> None:
        super().__init__()
        self.passwords = passwords
        self.asked = 0
        self.is_locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        if self.is_locked:
            raise keyring.errors.KeyringLocked("locked")
        return self.passwords.get(username) if service == "futureflow" else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError


@pytest.fixture
def ring() -> Iterator[Ring]:
    before, ring = keyring.get_keyring(), Ring(mine=KEY)
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def profile_with(user: str) -> ProviderProfile:
    return ProviderProfile(name="a", kind="openai_compatible", base_url="http://a/v1", key_keyring=user)


def test_a_key_from_the_keyring_is_asked_for_once_and_not_by_check(tmp_path: Path, ring: Ring) -> None:
    profile = profile_with("mine")
    found = Providers([profile], environment={}, config_folder=tmp_path)
    found.check(profile)
    assert ring.asked == 0
    for _ in range(2):
        assert found.key_of(profile).get_secret_value() == KEY
    assert ring.asked == 1
    assert KEY not in repr(vars(found))


@pytest.mark.parametrize(("is_locked", "words"), [(True, r"gave no key .*\(locked\)"), (False, "no key for")])
def test_a_keyring_without_the_key_says_how_to_store_it(
    tmp_path: Path, ring: Ring, is_locked: bool, words: str
) -> None:
    ring.is_locked = is_locked
    profile = profile_with("theirs")
    with pytest.raises(NotConfiguredError, match=f"{words}.*`keyring set futureflow theirs`"):
        Providers([profile], environment={}, config_folder=tmp_path).key_of(profile)


def test_a_keyring_takes_the_place_of_the_usual_variable() -> None:
    profile = ProviderProfile(name="a", kind="openai", key_keyring="mine")
    assert (profile.key_keyring, profile.key_environment) == ("mine", "")


@pytest.mark.anyio
@pytest.mark.parametrize("user", ["mine", "theirs"])
async def test_the_keyring_is_asked_while_the_future_is_queued(ring: Ring, user: str) -> None:
    async with asking(key_environment="", key_keyring=user) as asks:
        future = await asks.ask()
        assert future.result is not None
        if user == "mine":
            assert asks.server.requests[0].headers["Authorization"] == f"Bearer {KEY}"
        else:
            assert states(future) == ["queued", "failed"]
            assert "keyring set futureflow theirs" in future.result.error


@pytest.mark.parametrize(
    "change", [{"most_in_flight": 0}, {"most_attempts": 0}, {"limits": {"idle_s": 0}}, {"name": ""}]
)
def test_numbers_that_make_no_sense_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ProviderProfile.model_validate({"name": "a", "kind": "openai", **change})
