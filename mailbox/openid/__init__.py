"""Logging in with OpenID Connect: at a broker of DigiD or eHerkenning, or at an organisation's own provider."""

from mailbox.openid.login import OpenIdLogin
from mailbox.openid.providers import Provider, ProvidersUnsound, read_providers

__all__ = ["OpenIdLogin", "Provider", "ProvidersUnsound", "read_providers"]
