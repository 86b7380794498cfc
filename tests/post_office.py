"""A way to people that does what a test says, and remembers what it was given."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field

from mailbox.domain.alerts import Address, Delivery, EmailAddress, Message, PhoneNumber, Way
from mailbox.domain.people import Person
from tests.world import World

ADDRESS = "iemand@voorbeeld.example"
NUMBER = PhoneNumber("+31612345678")


@dataclass
class PostOffice:
    """Implements `ports.Channel`. `answers`: what becomes of the next messages; then all arrive. `ways`: what it sends.

    `open`: a message waits until it is set. `calls`: each message as it comes, for who waits for one.
    """

    arrived: list[Message] = field(default_factory=list)
    tried: list[Message] = field(default_factory=list)
    answers: list[Delivery] = field(default_factory=list)
    ways: frozenset[Way] = frozenset(Way)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    calls: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)

    def __post_init__(self) -> None:
        self.open.set()

    async def send(self, message: Message) -> Delivery:
        self.tried.append(message)
        self.calls.put_nowait(message)
        await self.open.wait()
        answer = self.answers.pop(0) if self.answers else Delivery.SENT
        if answer in {Delivery.SENT, Delivery.UNKNOWN}:
            self.arrived.append(message)
        return answer

    @property
    def code(self) -> str:
        """In the last message that arrived."""
        found = re.search(r"code is: ([0-9]{6})", self.arrived[-1].text)
        assert found is not None
        return found[1]

    def forget(self) -> None:
        self.arrived.clear()
        self.tried.clear()
        self.calls = asyncio.Queue()


async def reached(world: World, office: PostOffice, person: Person, address: str | Address = ADDRESS) -> None:
    """This person confirms an address; the office forgets what that took."""
    asked = EmailAddress(address) if isinstance(address, str) else address
    await world.services.contacts.ask(person, asked)
    await world.services.contacts.confirm(person, office.code)
    office.forget()


async def work(world: World) -> int:
    """A round of the worker."""
    assert world.services.alerting is not None
    return await world.services.alerting().send_due()
