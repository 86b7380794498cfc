"""The published descriptions, as tests read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import httpx
from jsonschema import Draft202012Validator, FormatChecker

from mailbox.api import openapi
from mailbox.api.headers import API_VERSION, READERS, READERS_VERSION, SENDERS
from mailbox.api.readers import openapi as reader_openapi

METHODS: Final = frozenset({"get", "post", "put", "patch", "delete"})
_JSON: Final = re.compile(r"application/(?:[a-z-]+\+)?json")


@dataclass(frozen=True, eq=False)
class Description:
    """One of them. `prefix`: where its API is."""

    document: dict[str, Any]
    prefix: str
    version: str
    changelog: str

    def operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        for path, item in self.document["paths"].items():
            for method in METHODS & set(item):
                yield path, method, item[method]

    def resolved(self, node: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in node:
            found: Any = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            node = found
        return node

    @cached_property
    def strict_components(self) -> dict[str, Any]:
        """The same, in which an answer may have no field that is not described."""
        components: dict[str, Any] = strict(deepcopy(self.document["components"]))
        return components

    def validator(self, schema: dict[str, Any]) -> Draft202012Validator:
        whole = {**strict(deepcopy(schema)), "components": self.strict_components}
        return Draft202012Validator(whole, format_checker=FormatChecker())


def strict(node: Any) -> Any:
    """Closes every object that has properties."""
    if isinstance(node, dict):
        if node.get("type") == "object" and "properties" in node:
            node.setdefault("additionalProperties", False)
        for child in node.values():
            strict(child)
    elif isinstance(node, list):
        for child in node:
            strict(child)
    return node


SENDERS_API: Final = Description(
    document=openapi.document("https://post.example.nl"),
    prefix=SENDERS,
    version=API_VERSION,
    changelog="CHANGELOG.md",
)
READERS_API: Final = Description(
    document=reader_openapi.document("https://post.example.nl"),
    prefix=READERS,
    version=READERS_VERSION,
    changelog="CHANGELOG-inzage.md",
)


@dataclass
class Answers:
    """Checks each answer of an API against its description, as it comes. `seen`: operations, and how they answered."""

    of: Description
    seen: set[tuple[str, str, int]] = field(default_factory=set)

    async def check(self, answer: httpx.Response) -> None:
        """A hook of the client. Raises AssertionError."""
        await answer.aread()
        path = answer.request.url.path.removeprefix(self.of.prefix)
        method = answer.request.method.lower()
        found = self._operation(path, method)
        if not answer.request.url.path.startswith(f"{self.of.prefix}/") or found is None:
            return
        template, operation = found
        self.seen.add((template, method, int(answer.status_code)))
        assert str(answer.status_code) in operation["responses"], (template, method, answer.status_code)
        described = self.of.resolved(operation["responses"][str(answer.status_code)])
        assert [name for name in described["headers"] if name.lower() not in answer.headers] == []
        self._check_content(answer, described.get("content", {}))

    def _operation(self, path: str, method: str) -> tuple[str, dict[str, Any]] | None:
        """The first template that the path fits, literal ones first."""
        for template, known, operation in sorted(self.of.operations(), key=lambda one: one[0].count("{")):
            pattern = re.sub(r"\{\w+\}", "[^/]+", template)
            if known == method and re.fullmatch(pattern, path):
                return template, operation
        return None

    def _check_content(self, answer: httpx.Response, content: dict[str, Any]) -> None:
        kind = answer.headers.get("content-type", "").partition(";")[0]
        if not content:
            assert answer.content == b""
            return
        assert kind in content, (kind, list(content))
        if _JSON.fullmatch(kind):
            faults = list(self.of.validator(content[kind]["schema"]).iter_errors(answer.json()))
            assert [(list(fault.absolute_path), fault.message) for fault in faults] == []
