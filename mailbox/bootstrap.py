"""Where the parts are chosen and put together. The only place that names concrete stores and keys."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from mailbox.channels.console import ConsoleChannel
from mailbox.channels.notifynl import ApiKey, NotifyChannel, NotifyService
from mailbox.channels.outbox import Outbox
from mailbox.channels.smtp import SmtpChannel, SmtpServer
from mailbox.crypto import FileKek, Keyholder, Sealer, WorkerKeyFile
from mailbox.domain.ports import Channel, Clock, ObjectStore, Store
from mailbox.services.access_log import AccessLogBook
from mailbox.services.agencies import AgencyRegister
from mailbox.services.agenda import Agenda
from mailbox.services.alert_plans import AlertPlans
from mailbox.services.alert_proofs import AlertProofs
from mailbox.services.alerting import Alerting
from mailbox.services.app_access import AppAccess
from mailbox.services.appointing import Appointing
from mailbox.services.apps import AppRegister
from mailbox.services.asking import Asking
from mailbox.services.bounces import Bounces
from mailbox.services.caseworkers import Caseworkers
from mailbox.services.client_grant import ClientGrants
from mailbox.services.client_list import ClientList
from mailbox.services.climbing import Climbing
from mailbox.services.consent_receipts import ConsentReceipts
from mailbox.services.contacts import Contacts
from mailbox.services.desk import Desk
from mailbox.services.devices import Devices
from mailbox.services.directory import AddressBook
from mailbox.services.dossiers import Dossiers
from mailbox.services.drafts import Drafts
from mailbox.services.earlier_post import EarlierPost
from mailbox.services.grant_alerts import GrantAlerts
from mailbox.services.grant_endings import GrantEndings
from mailbox.services.granting import Granting
from mailbox.services.helper_marks import HelperMarks
from mailbox.services.helping import Helping
from mailbox.services.ladders import Ladders
from mailbox.services.letter_status import LetterStatuses
from mailbox.services.marking import Marking
from mailbox.services.opening_reasons import NOBODY_ASKS, ReasonPolicy
from mailbox.services.oversight import Oversight
from mailbox.services.paying import Paying
from mailbox.services.pending_logins import PendingLogins
from mailbox.services.post_questions import PostQuestions
from mailbox.services.previewing import Previewing
from mailbox.services.proposals import Proposals
from mailbox.services.reading import Reading
from mailbox.services.receiving import Receiving
from mailbox.services.sessions import Sessions
from mailbox.services.steady_clock import SteadyClock
from mailbox.services.taking_along import TakingAlong
from mailbox.services.watch_alerts import WatchAlerts
from mailbox.services.whole_post import WholePost
from mailbox.settings import Settings
from mailbox.store import Database, FolderObjects


class SystemClock:
    """The machine's clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Messages:
    """How messages go out, and the key to what they say."""

    channel: Channel
    key: WorkerKeyFile


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """Everything the rims (api, web, worker, command line) call.

    `door_clock`: for who comes in, and how long they stay; the same as `clock`, but in a demo that runs fast.
    """

    clock: Clock
    door_clock: Clock
    store: Store
    objects: ObjectStore
    agencies: AgencyRegister
    receiving: Receiving
    letter_statuses: LetterStatuses
    reading: Reading
    marking: Marking
    post_questions: PostQuestions
    paying: Paying
    dossiers: Dossiers
    agenda: Agenda
    taking_along: TakingAlong
    granting: Granting
    previewing: Previewing
    helping: Helping
    helper_marks: HelperMarks
    client_list: ClientList
    client_grants: ClientGrants
    grant_alerts: GrantAlerts
    grant_endings: GrantEndings
    oversight: Oversight
    drafts: Drafts
    proposals: Proposals
    asking: Asking
    caseworkers: Caseworkers
    desk: Desk
    appointing: Appointing
    consent_receipts: ConsentReceipts
    log_book: AccessLogBook
    sessions: Sessions
    devices: Devices
    pending_logins: PendingLogins
    apps: AppRegister
    app_access: AppAccess
    contacts: Contacts
    ladders: Ladders
    climbing: Climbing
    alert_proofs: AlertProofs
    earlier_post: EarlierPost
    bounces: Bounces
    outbox: Outbox | None
    alerting: Callable[[], Alerting] | None
    check_kek: Callable[[], None]


@asynccontextmanager
async def services(
    settings: Settings, *, clock: Clock | None = None, door_clock: Clock | None = None
) -> AsyncIterator[Services]:
    """The services on the settings' database and keys; takes letters in until the context ends."""
    clock = clock or SystemClock()
    kek = FileKek(settings.kek_file)
    database = Database(settings.database_url)
    reasons = ReasonPolicy(settings.organisations_that_ask)
    objects = FolderObjects(settings.objects_dir)
    messages = _messages(settings)
    built = assemble(
        store=database,
        objects=objects,
        kek=kek,
        clock=clock,
        door_clock=door_clock,
        reasons=reasons,
        messages=messages,
    )
    await built.receiving.start()
    try:
        yield built
    finally:
        await built.receiving.stop()
        await database.close()


def _messages(settings: Settings) -> Messages | None:
    channel = _channel(settings)
    return Messages(channel=channel, key=WorkerKeyFile(settings.worker_key)) if channel else None


@asynccontextmanager
async def bounces(settings: Settings) -> AsyncIterator[Bounces]:
    """For mail that came back: on the settings' database, without any key."""
    database = Database(settings.database_url)
    try:
        yield Bounces(store=database, clock=SystemClock())
    finally:
        await database.close()


def _channel(settings: Settings) -> Channel | None:
    """Over what the settings name; a demo keeps messages to show. None: nothing is sent."""
    if settings.smtp_host:
        return SmtpChannel(_mail_server(settings))
    if settings.notify_url and settings.notify_key_file:
        key = ApiKey.parse(settings.notify_key_file.read_text())
        service = NotifyService(
            url=settings.notify_url,
            key=key,
            email_template=settings.notify_email_template,
            sms_template=settings.notify_sms_template,
        )
        return NotifyChannel(service)
    if settings.console_messages:
        return ConsoleChannel()
    return Outbox() if settings.demo else None


def _mail_server(settings: Settings) -> SmtpServer:
    password = settings.smtp_password_file.read_text().strip() if settings.smtp_password_file else ""
    return SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        tls=settings.smtp_tls,
        sender=settings.smtp_from,
        user=settings.smtp_user,
        password=password,
        ca_file=str(settings.smtp_ca_file) if settings.smtp_ca_file else None,
    )


def assemble(  # noqa: PLR0913 - wiring by constructor
    *,
    store: Store,
    objects: ObjectStore,
    kek: FileKek,
    clock: Clock,
    door_clock: Clock | None = None,
    reasons: ReasonPolicy = NOBODY_ASKS,
    messages: Messages | None = None,
) -> Services:
    """Wires the services over given parts. The door gets the sealing half of the keys only.

    `reasons`: whose helpers must say why they open somebody's post. `messages`: how they go out; None: none do.
    """
    sealer, keyholder, steady = Sealer(kek), Keyholder(kek), SteadyClock(clock)
    worker = messages.key.sealer(kek) if messages else None
    plans = AlertPlans(worker=worker) if worker else None
    channel = messages.channel if messages else None
    agencies = AgencyRegister(store=store, clock=clock)
    granting = Granting(store=store, sealer=sealer, keyholder=keyholder, clock=steady)
    addresses = AddressBook(store=store, sealer=sealer, clock=clock)
    whole_post = WholePost(store=store, sealer=sealer, keyholder=keyholder, clock=steady, reasons=reasons)
    at_door = SteadyClock(door_clock) if door_clock else steady
    sessions = Sessions(store=store, sealer=sealer, clock=at_door, post_clock=steady, addresses=addresses)
    return Services(
        clock=clock,
        door_clock=door_clock or clock,
        store=store,
        objects=objects,
        agencies=agencies,
        receiving=Receiving(
            store=store,
            objects=objects,
            sealer=sealer,
            clock=clock,
            addresses=addresses,
            plans=plans,
        ),
        letter_statuses=LetterStatuses(store=store, sealer=sealer, clock=clock),
        reading=Reading(
            store=store,
            objects=objects,
            sealer=sealer,
            keyholder=keyholder,
            agencies=agencies,
            clock=steady,
            reasons=reasons,
            alerts=WatchAlerts(sealer=sealer, plans=plans) if plans else None,
        ),
        marking=Marking(store=store, clock=steady),
        post_questions=PostQuestions(store=store, sealer=sealer, keyholder=keyholder, clock=steady, reasons=reasons),
        paying=Paying(store=store, sealer=sealer, keyholder=keyholder, clock=steady, reasons=reasons),
        dossiers=Dossiers(whole_post),
        taking_along=TakingAlong(
            store=store, objects=objects, sealer=sealer, keyholder=keyholder, whole_post=whole_post
        ),
        agenda=Agenda(whole_post=whole_post, clock=steady),
        granting=granting,
        previewing=Previewing(store=store, sealer=sealer, keyholder=keyholder, clock=steady),
        helping=Helping(store=store, sealer=sealer, keyholder=keyholder, clock=steady),
        helper_marks=HelperMarks(store=store, sealer=sealer, keyholder=keyholder, clock=steady, reasons=reasons),
        client_list=ClientList(store=store, sealer=sealer, keyholder=keyholder, clock=steady),
        client_grants=ClientGrants(
            store=store, sealer=sealer, keyholder=keyholder, clock=steady, sessions=sessions, reasons=reasons
        ),
        grant_alerts=GrantAlerts(store=store, sealer=sealer, worker=worker, clock=steady),
        grant_endings=GrantEndings(store=store, sealer=sealer, clock=steady),
        oversight=Oversight(store=store, sealer=sealer, keyholder=keyholder, clock=steady),
        drafts=Drafts(store=store, sealer=sealer, keyholder=keyholder, clock=steady),
        proposals=Proposals(store=store, sealer=sealer, keyholder=keyholder, clock=steady),
        asking=Asking(store=store, sealer=sealer, keyholder=keyholder, clock=steady),
        caseworkers=Caseworkers(store=store, sealer=sealer, keyholder=keyholder, addresses=addresses, clock=steady),
        desk=Desk(granting=granting, addresses=addresses, store=store, sealer=sealer, clock=steady),
        appointing=Appointing(store=store, sealer=sealer, keyholder=keyholder, addresses=addresses, clock=steady),
        consent_receipts=ConsentReceipts(store=store, sealer=sealer, keyholder=keyholder, clock=steady),
        log_book=AccessLogBook(store=store, sealer=sealer, keyholder=keyholder, clock=steady),
        apps=AppRegister(store=store),
        app_access=AppAccess(store=store, sealer=sealer, keyholder=keyholder, clock=steady),
        sessions=sessions,
        devices=Devices(store=store, sealer=sealer, clock=at_door),
        pending_logins=PendingLogins(sealer, at_door),
        contacts=Contacts(
            store=store,
            sealer=sealer,
            keyholder=keyholder,
            clock=steady,
            code_clock=at_door,
            worker=worker,
            channel=channel,
        ),
        ladders=Ladders(store=store, sealer=sealer, keyholder=keyholder, clock=steady, whole_post=whole_post),
        climbing=Climbing(store=store, sealer=sealer, worker=worker, clock=clock),
        earlier_post=EarlierPost(store=store, sealer=sealer, worker=worker, clock=steady, whole_post=whole_post),
        alert_proofs=AlertProofs(store=store, sealer=sealer, keyholder=keyholder, clock=steady),
        bounces=Bounces(store=store, clock=clock),
        outbox=channel if isinstance(channel, Outbox) else None,
        alerting=_alerting(messages, kek=kek, store=store, agencies=agencies, clock=clock),
        check_kek=kek.check,
    )


def _alerting(
    messages: Messages | None, *, kek: FileKek, store: Store, agencies: AgencyRegister, clock: Clock
) -> Callable[[], Alerting] | None:
    """For the worker: made when it asks, because only there its key is needed."""
    if messages is None:
        return None
    return lambda: Alerting(
        store=store,
        sealer=Sealer(kek),
        opener=messages.key.opener(kek),
        channel=messages.channel,
        agencies=agencies,
        clock=clock,
    )
