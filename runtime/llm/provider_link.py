"""A provider as the network's loop sees it: its places, and its client, made on first use."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from pydantic import SecretStr

from ..errors import NotConfiguredError
from .admission import Admission
from .endpoint import Endpoint
from .providers import ProviderProfile

if TYPE_CHECKING:
    from .openai_client import OpenAIClient


class LocalEndpoint(Protocol):
    """What serves the model on this machine; both are run on the network's loop."""

    async def endpoint(self) -> Endpoint:
        """Where it answers, once it does. Raises LocalModelError."""

    async def close(self) -> None:
        """End it."""


class ProviderLink:
    """Shared by all requests to one provider on one loop.

    Attributes:
        admission: lets requests go; waiting for it is the state `queued`.
    """

    def __init__(self, profile: ProviderProfile, key: Callable[[], SecretStr], local: LocalEndpoint | None) -> None:
        self.admission = Admission(profile)
        self._profile = profile
        self._key = key
        self._local = local
        self._clients: dict[Endpoint, OpenAIClient] = {}

    async def endpoint(self) -> Endpoint:
        """Where requests go now; waits for the local model and for the keyring. Raises ProviderError."""
        if self._profile.kind != "local":
            key = await asyncio.to_thread(self._key) if self._profile.key_keyring else self._key()
            return Endpoint(self._profile.base_url, key.get_secret_value())
        if self._local is None:
            raise NotConfiguredError("this program was started without a local model: choose another provider")
        return await self._local.endpoint()

    def client(self, endpoint: Endpoint) -> OpenAIClient:
        """The client for an endpoint: one for all requests until the endpoint or the key changes."""
        if endpoint not in self._clients:
            from .openai_client import OpenAIClient  # noqa: PLC0415 (half a second, and only once it is needed)

            self._clients[endpoint] = OpenAIClient(self._profile, endpoint)
        return self._clients[endpoint]

    async def close(self) -> None:
        """Close all clients."""
        for client in self._clients.values():
            await client.close()
        self._clients.clear()
