"""The published contracts of letters, grants and receipts of consent, and the only place that checks them.

Imports nothing of ours.
"""

from schemas.appointments import appointment_faults, appointment_schema, ending_faults, person_faults
from schemas.attachments import Limits, decode_attachments
from schemas.bodies import BodySchema, grant_schema
from schemas.checking import check
from schemas.faults import Fault
from schemas.files import SCHEMA_NAMES, Berichtsoort, berichtsoorten, schema_document
from schemas.logins import login_faults
from schemas.receipts import receipt_fault, receipt_schema
from schemas.strict_json import MalformedJson, parse_json

__all__ = [
    "SCHEMA_NAMES",
    "Berichtsoort",
    "BodySchema",
    "Fault",
    "Limits",
    "MalformedJson",
    "appointment_faults",
    "appointment_schema",
    "berichtsoorten",
    "check",
    "decode_attachments",
    "ending_faults",
    "grant_schema",
    "login_faults",
    "parse_json",
    "person_faults",
    "receipt_fault",
    "receipt_schema",
    "schema_document",
]
