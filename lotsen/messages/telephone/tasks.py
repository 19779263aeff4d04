"""The worker's side of the telephone. Job arguments are numbers of rows, nothing else."""

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from lotsen.messages.house import phone_network
from lotsen.messages.models import Voicemail
from lotsen.messages.tasks import living_connection
from lotsen.messages.telephone import calls, ringing, voicemails
from lotsen.messages.telephone.work import KEEP_VOICEMAIL, QUEUE, RING_AGENTS


@app.task(name=RING_AGENTS, queue=QUEUE, retry=RetryStrategy(max_attempts=3, wait=2))
def ring_agents() -> None:
    """Ring free telephones for those who wait."""
    with living_connection():
        if (network := phone_network()) is not None:
            ringing.ring_agents(network=network, at=timezone.now())


@app.task(name=KEEP_VOICEMAIL, queue=QUEUE, retry=RetryStrategy(max_attempts=5, exponential_wait=3))
def keep_voicemail(voicemail_id: str) -> None:
    """Fetch one recording and erase it at the provider."""
    with living_connection():
        voicemail = Voicemail.objects.filter(pk=voicemail_id).first()
        if voicemail is not None and (network := phone_network()) is not None:
            voicemails.keep_voicemail(voicemail, network=network, at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="sweep_telephone", queue=QUEUE, queueing_lock="sweep_telephone")
def sweep_telephone(timestamp: int) -> None:
    """Free telephones that a crash left ringing; erase and forget what has had its time."""
    now = timezone.now()
    with living_connection():
        ringing.sweep_rings(at=now)
        calls.forget_calls(at=now)
        if (network := phone_network()) is not None:
            voicemails.sweep_voicemails(network=network, at=now)
            ringing.ring_agents(network=network, at=now)
