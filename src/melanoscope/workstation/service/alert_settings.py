"""When an alert that nobody acknowledges escalates, and whom that tells."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address

from sqlalchemy import delete
from sqlalchemy.orm import Session

from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.service import accounts
from melanoscope.workstation.service.errors import Invalid
from melanoscope.workstation.store.operations import SMTP_PASSWORD, Setting
from melanoscope.workstation.store.sealing import seal, unseal
from melanoscope.workstation.store.words import Role

_SETTINGS = "alerts"
_LONGEST = timedelta(days=7)


@dataclass(frozen=True)
class AlertSettings:
    """An alert escalates once, `minutes` after it was raised, unless somebody has acknowledged it.

    `second_reader` is the name of an account, `recipients` are e-mail addresses. E-mail goes to `smtp_host`; with
    `starttls` never without encryption. Only with `private_addresses` webhooks may be in the hospital's own network.
    """

    minutes: int = 60
    second_reader: str = ""
    recipients: list[str] = field(default_factory=list)
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    sender: str = ""
    starttls: bool = True
    private_addresses: bool = False

    @property
    def patience(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    @property
    def mails(self) -> bool:
        """Whether anything is sent by e-mail."""
        return bool(self.smtp_host and self.sender)


def read(session: Session) -> AlertSettings:
    kept = session.get(Setting, _SETTINGS)
    return AlertSettings(**kept.value) if kept else AlertSettings()


def mailed(session: Session, settings: AlertSettings) -> list[str]:
    """Who gets e-mail: the recipients and the second reader, and nobody where there is no mail server."""
    second = accounts.find(session, settings.second_reader) if settings.second_reader else None
    also = [second.email] if second and second.email else []
    return [*settings.recipients, *also] if settings.mails else []


def smtp_password(session: Session) -> str:
    """Told to the mail server, and to nobody else."""
    kept = session.get(Setting, SMTP_PASSWORD)
    return unseal(session, kept.value["password"]) if kept else ""


def write(session: Session, actor: Actor, wanted: AlertSettings, password: str = "") -> None:
    """Keep the settings; an empty password leaves the one that is kept, unless it would be told to another server, or
    without encryption. Invalid where one of them makes no sense.
    """
    settings = replace(wanted, second_reader=_reader(session, wanted.second_reader))
    _refuse_senseless(settings)
    if _server(settings) != _server(read(session)):
        session.execute(delete(Setting).where(Setting.name == SMTP_PASSWORD))
    session.merge(Setting(name=_SETTINGS, value=asdict(settings)))
    if password:
        session.merge(Setting(name=SMTP_PASSWORD, value={"password": seal(session, password)}))
    audit_log.append(session, actor, "settings.alerts", detail=asdict(settings) | {"password": bool(password)})


def _server(settings: AlertSettings) -> tuple[str, int, bool]:
    """Who is told the password, and how."""
    return settings.smtp_host, settings.smtp_port, settings.starttls


def _reader(session: Session, name: str) -> str:
    """The account's name as it is kept; Invalid where nobody of that name may read cases."""
    if not name.strip():
        return ""
    account = accounts.find(session, name)
    if account is None or account.disabled or not account.role.may(Role.READER):
        raise Invalid(f"{name} is no account that reads cases.")
    return account.name


def _refuse_senseless(settings: AlertSettings) -> None:
    if not 1 <= settings.minutes <= _LONGEST // timedelta(minutes=1):
        raise Invalid(f"An alert escalates after 1 minute at least, and {_LONGEST.days} days at most.")
    if not 1 <= settings.smtp_port <= 65535:
        raise Invalid("The mail server's port is a number from 1 to 65535. It is usually 587.")
    for mail in [*settings.recipients, *([settings.sender] if settings.sender else [])]:
        _refuse_no_mail(mail)


def _refuse_no_mail(mail: str) -> None:
    try:
        address = Address(addr_spec=mail)
    except (HeaderParseError, ValueError, IndexError) as error:
        raise Invalid(f"“{mail[:80]}” is no e-mail address.") from error
    if not address.domain:
        raise Invalid(f"“{mail[:80]}” is no e-mail address.")
