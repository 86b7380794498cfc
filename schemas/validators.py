"""Two validators of the very same files: `jsonschema` finds and words every fault, `jsonschema_rs` says a fast yes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from schemas.files import BERICHT, SCHEMA_NAMES, schema_document
from schemas.formats import FORMATS


def is_valid(name: str, bericht: object) -> bool:
    """Whether the compiled validator accepts."""
    return _compiled(name).is_valid(bericht)


def errors(name: str, bericht: dict[str, Any]) -> Iterator[ValidationError]:
    """Every error the reference finds."""
    return _reference(name).iter_errors(bericht)


@cache
def _compiled(name: str) -> jsonschema_rs.Draft202012Validator:
    resources = [(schema_document(BERICHT)["$id"], schema_document(BERICHT))]
    return jsonschema_rs.Draft202012Validator(
        schema_document(name),
        formats=FORMATS,
        validate_formats=True,
        registry=jsonschema_rs.Registry(resources),
        offline=True,
    )


@cache
def _reference(name: str) -> Validator:
    return reference_for(schema_document(name))


def reference_for(document: dict[str, Any]) -> Validator:
    """The validator that finds every fault, of a schema of ours."""
    reference: Validator = _Reference(_for_reference(document), registry=_registry(), format_checker=_format_checker())
    return reference


@cache
def _registry() -> Registry[Any]:
    documents = [schema_document(name) for name in SCHEMA_NAMES]
    resources = [(document["$id"], DRAFT202012.create_resource(_for_reference(document))) for document in documents]
    registry: Registry[Any] = Registry()
    return registry.with_resources(resources)


def _for_reference(document: dict[str, Any]) -> dict[str, Any]:
    """Without `$schema`, on which the library would leave our keywords for its own at the first `$ref`."""
    return {keyword: value for keyword, value in document.items() if keyword != "$schema"}


@cache
def _format_checker() -> FormatChecker:
    checker = FormatChecker(formats=())
    for name, function in FORMATS.items():
        checker.checks(name)(function)
    return checker


def _pattern(_: Validator, pattern: str, instance: object, schema: dict[str, Any]) -> Iterator[ValidationError]:
    """`$` as in ECMA-262, where it is the end; Python's also matches before a last line feed.

    A text that is too long is refused for that: Python's expressions may take the square of its length.
    """
    if not isinstance(instance, str) or len(instance) > schema.get("maxLength", len(instance)):
        return
    if not _compiled_pattern(pattern).search(instance):
        yield ValidationError("pattern")


def _unique(validator: Validator, wanted: bool, instance: Any, schema: dict[str, Any]) -> Iterator[ValidationError]:  # noqa: FBT001 - as the library calls it
    """Again not for what is too long: comparing each with each takes the square as well."""
    if isinstance(instance, list) and len(instance) <= schema["maxItems"]:
        yield from Draft202012Validator.VALIDATORS["uniqueItems"](validator, wanted, instance, schema)


@cache
def _compiled_pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern)


_Reference: Final = extend(Draft202012Validator, {"pattern": _pattern, "uniqueItems": _unique})  # type: ignore[no-untyped-call]
