"""Keys and seals: the only user of `cryptography`. SPEC.md gives every byte.

`Sealer` is the door's side: it seals, tags and looks up, and opens nothing that a citizen reads.
`Keyholder` is the reading side. What is opened lives for one request and masks its repr. `WorkerOpener` opens what
waits for the worker, and no letter.
"""

from mailbox.crypto.grant_secret import GrantSecret
from mailbox.crypto.kek import KekProvider, KekWriter
from mailbox.crypto.kek_file import FileKek, KekFileRefused
from mailbox.crypto.keyholder import Keyholder, LogPayload, NewGrant, OpenGrant, OpenMailbox
from mailbox.crypto.letter_key import GrantRecipient, KeyLevel, LetterKey, Recipient
from mailbox.crypto.paper import PAPER, from_paper, to_paper
from mailbox.crypto.receipts import (
    NotAReceipt,
    OtherAlgorithm,
    ReceiptChanged,
    ReceiptRefused,
    VerifiedReceipt,
    verify_receipt,
)
from mailbox.crypto.sealer import SealedParts, Sealer
from mailbox.crypto.signing import RECEIPT
from mailbox.crypto.worker_key import WorkerKeyFile, WorkerOpener, WorkerSealer

__all__ = [
    "PAPER",
    "RECEIPT",
    "FileKek",
    "GrantRecipient",
    "GrantSecret",
    "KekFileRefused",
    "KekProvider",
    "KekWriter",
    "KeyLevel",
    "Keyholder",
    "LetterKey",
    "LogPayload",
    "NewGrant",
    "NotAReceipt",
    "OpenGrant",
    "OpenMailbox",
    "OtherAlgorithm",
    "ReceiptChanged",
    "ReceiptRefused",
    "Recipient",
    "SealedParts",
    "Sealer",
    "VerifiedReceipt",
    "WorkerKeyFile",
    "WorkerOpener",
    "WorkerSealer",
    "from_paper",
    "to_paper",
    "verify_receipt",
]
