"""mail.message, and what records that people can write about have and do."""

import base64
from typing import Any

from fakes.bizzcloud.declaring import Record, as_ids, on_records
from fakes.bizzcloud.fields import (
    Field,
    boolean,
    char,
    html,
    integer,
    many2many,
    many2one,
    moment,
    one2many,
    selection,
)
from fakes.bizzcloud.records import Model


def thread_fields() -> dict[str, Field]:
    """Return the fields of a record that people can write about."""
    return {
        "message_ids": one2many(
            "Messages",
            "mail.message",
            "res_id",
            compute="compute_messages",
            store=False,
            copy=False,
            help="Messages and communication history",
        ),
        "message_follower_ids": many2many(
            "Followers", "res.partner", compute="compute_followers", store=False, copy=False
        ),
        "message_is_follower": boolean("Is a Follower", compute="compute_is_follower", store=False),
        "message_unread": boolean(
            "Unread Messages",
            compute="compute_unread",
            store=False,
            help="If checked new messages require your attention.",
        ),
    }


class Message(Model):
    """A message about a record."""

    name = "mail.message"
    description = "Message"
    order = "id desc"
    rec_name = "record_name"
    fields = {
        "type": selection(
            "Type",
            [
                ("email", "Email"),
                ("comment", "Comment"),
                ("notification", "System notification"),
            ],
            default="email",
        ),
        "email_from": char("From"),
        "author_id": many2one("Author", "res.partner"),
        "partner_ids": many2many("Recipients", "res.partner"),
        "attachment_ids": many2many("Attachments", "ir.attachment"),
        "parent_id": many2one("Parent Message", "mail.message"),
        "child_ids": one2many("Child Messages", "mail.message", "parent_id"),
        "model": char("Related Document Model", size=128),
        "res_id": integer("Related Document ID"),
        "record_name": char("Message Record Name"),
        "subject": char("Subject"),
        "date": moment("Date", default=lambda model: model.env.now),
        "body": html("Contents", default=""),
    }


class Thread(Model):
    """What records can do that people write about."""

    def _messages(self, record: Record) -> list[int]:
        messages = self.env["mail.message"].table
        found = messages.having("res_id", (record.id,))
        return sorted((n for n in found if messages.rows[n]["model"] == self.name), reverse=True)

    def compute_messages(self, record: Record) -> list[int]:
        """Return the messages about a record, the newest first."""
        return self._messages(record)

    def compute_followers(self, record: Record) -> list[int]:
        """Return the partners that are told of messages: here who made the record."""
        maker = record.create_uid
        return [] if maker is None else [maker.partner_id.id]

    def compute_is_follower(self, record: Record) -> bool:
        """Return whether the caller is told of messages."""
        return record.create_uid is not None and record.create_uid.id == self.env.uid

    def compute_unread(self, record: Record) -> bool:
        """Return whether there are messages that the caller has not read: none are counted here."""
        return False

    @on_records
    def message_post(
        self,
        ids: Any,
        body: str = "",
        subject: str | None = None,
        type: str = "notification",  # noqa: A002 - Odoo's name, which callers may use
        subtype: str | None = None,
        parent_id: int | bool = False,
        attachments: Any = None,
        content_subtype: str = "html",
        **values: Any,
    ) -> int:
        """Write a message about one record, with files as pairs of name and content; its id."""
        record = self.one(as_ids(ids)[0])
        author = self.env.as_superuser()["res.users"].one(self.env.uid).partner_id
        files = [
            self.env["ir.attachment"].create(
                {
                    "name": name,
                    "datas_fname": name,
                    "datas": base64.b64encode(str(content).encode()).decode(),
                    "res_model": self.name,
                    "res_id": record.id,
                }
            )
            for name, content in attachments or []
        ]
        text = body if content_subtype == "html" else f"<pre>{body}</pre>"
        return self.env.as_superuser()["mail.message"].create(
            {
                "model": self.name,
                "res_id": record.id,
                "record_name": self.name_of(record),
                "body": text,
                "subject": subject or False,
                "type": type,
                "parent_id": parent_id or False,
                "author_id": author.id,
                "email_from": author.email or False,
                "attachment_ids": [(6, 0, [*files, *(values.get("attachment_ids") or [])])],
                "partner_ids": [(6, 0, _partners(values.get("partner_ids")))],
            }
        )


def _partners(given: Any) -> list[int]:
    """Return the ids of recipients, which come as ids or as commands."""
    found: list[int] = []
    for each in given or []:
        if isinstance(each, int):
            found.append(each)
        elif each and each[0] == 4:
            found.append(each[1])
        elif each and each[0] == 6:
            found += each[2]
    return found
