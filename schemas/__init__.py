"""The published contract of a letter, and the only place that checks it. Imports nothing of ours."""

from schemas.attachments import Limits, decode_attachments
from schemas.checking import check
from schemas.faults import Fault
from schemas.files import SCHEMA_NAMES, Berichtsoort, berichtsoorten, schema_document
from schemas.strict_json import MalformedJson, parse_json

__all__ = [
    "SCHEMA_NAMES",
    "Berichtsoort",
    "Fault",
    "Limits",
    "MalformedJson",
    "berichtsoorten",
    "check",
    "decode_attachments",
    "parse_json",
    "schema_document",
]
