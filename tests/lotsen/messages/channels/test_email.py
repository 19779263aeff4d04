"""E-mail against a mail server that really speaks SMTP."""

import email
import email.policy

import pytest
from django.core import mail

from lotsen.messages.channels import email as email_channel
from lotsen.messages.channels.base import CannotAsk, ChannelError
from lotsen.messages.channels.email import EmailChannel
from lotsen.messages.models import Message
from lotsen.messages.sending import PostOffice, send_message
from tests.lotsen.messages.channels.smtp_peer import smtp_peer
from tests.lotsen.messages.shared import AT, house


@pytest.fixture
def peer(monkeypatch, settings):
    with smtp_peer() as server:
        settings.EMAIL_TIMEOUT = 5

        def connect():
            port = server.server_address[1]
            return mail.get_connection("django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=port)

        monkeypatch.setattr(email_channel, "get_connection", connect)
        yield server


@pytest.fixture
def post(queue):
    channel = EmailChannel(sender="Lotsen <lotsen@example.org>", public_base_url="https://lotsen.example")

    def post(**changes):
        message = queue(channel="email", to="karin@example.org", **changes)
        send_message(message.pk, office=PostOffice({"email": channel}, house), at=AT)
        return Message.objects.get(pk=message.pk)

    post.channel = channel
    return post


def test_one_mail(peer, post):
    message = post()
    received = email.message_from_bytes(peer.mails[0], policy=email.policy.default)
    assert (message.state, message.provider_reference, len(peer.mails)) == (
        "sent",
        f"<{message.pk}@lotsen.example>",
        1,
    )
    headers = {name: received[name] for name in ("Subject", "From", "To", "Message-ID", "Auto-Submitted")}
    assert headers == {
        "Subject": "Lotsen: Ihr Termin",
        "From": "Lotsen <lotsen@example.org>",
        "To": "karin@example.org",
        "Message-ID": f"<{message.pk}@lotsen.example>",
        "Auto-Submitted": "auto-generated",
    }
    assert received.get_content().splitlines() == message.text.splitlines()


@pytest.mark.parametrize(
    ("answer", "state", "failure"),
    [("550 no such box", "failed", "smtp_550"), ("451 later", "queued", "smtp_451")],
)
def test_refused(peer, post, answer, state, failure):
    peer.refuse = answer
    message = post()
    assert (message.state, message.failure, peer.mails) == (state, failure, [])


def test_the_server_vanishes_after_the_text_so_nobody_knows(peer, post):
    peer.vanish = True
    assert (post().state, Message.objects.get().failure) == ("uncertain", "smtp_silent")


def test_nobody_there(peer, post):
    peer.shutdown()
    peer.server_close()
    message = post()
    assert (message.state, message.failure) == ("queued", "smtp_unreachable")


def test_a_mail_server_cannot_be_asked(post):
    with pytest.raises(CannotAsk):
        post.channel.find(Message())


def test_a_line_break_in_the_address_is_refused(peer, post, queue):
    message = queue("break", channel="email", to="a@example.org\nBcc: b@example.org")
    with pytest.raises(ChannelError) as failed:
        post.channel.send(message)
    assert (failed.value.reason, failed.value.permanent, peer.mails) == ("bad_address", True, [])
