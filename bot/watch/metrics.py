"""Metrics for Prometheus: nobody in them, and no tip's time (docs/metrics.md).

What moves with every message (counts, latencies) does not tell asking from telling. What belongs
to tips moves once a day, or only once a delivery is late.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client import start_http_server as serve_in_a_thread
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.receive import Receive
from bot.chat.delivery_errors import Busy, DeliveryError, Gone, Unreachable, Unsure
from bot.chat.dispatcher import Send
from bot.chat.messages import Address, Incoming, Outgoing
from bot.errors import OperatorError
from bot.store.conversations import Conflict
from bot.watch.backlog import Late

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_LATER = (DeliveryError, SQLAlchemyError, OSError, Conflict)


class Metrics:
    """Everything that is counted. ``role`` is run, web or worker."""

    def __init__(self, role: str) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._messages = self._counter("messages", "Messages handled", "channel", "result")
        self._questions = self._counter("questions", "What the matcher decided", "outcome")
        self._platform = self._counter("platform_errors", "Refused calls", "channel", "kind")
        self._answer = self._histogram("answer_seconds", "From a message to its replies sent")
        self._sending = self._histogram("sending_seconds", "The platform's share of it")
        self._up = self._gauge("up", "Whether a part answers", "part")
        self._late = self._gauge("outbox_late", "Deliveries that are late", "desk")
        self._age = self._gauge("outbox_late_seconds", "Age of the latest of them", "desk")
        self._retried = self._gauge("outbox_retried", "Late ones tried more than once", "desk")
        self._dead = self._gauge("outbox_dead", "Deliveries no longer tried", "desk")
        self._tips = self._gauge("tips_yesterday", "Tips of the last day that is over")
        self._disk = self._gauge("disk_free_bytes", "Room where the data lie")
        self._gauge("info", "Which role this is", "role").labels(role).set(1)

    def watched(self, receive: Receive) -> Receive:
        """The dispatcher's entrance, counted and timed."""

        async def counted(
            address: Address,
            event: str,
            incoming: Incoming,
            send: Send,
            *,
            typed: bool = False,
            arrived: bool = False,
        ) -> None:
            begun, result = time.perf_counter(), "error"
            timed = self._timed(address.channel, send)
            try:
                await receive(address, event, incoming, timed, typed=typed, arrived=arrived)
                result = "ok"
            except Gone:
                result = "gone"
                raise
            except _LATER:
                result = "later"
                raise
            finally:
                self._messages.labels(address.channel, result).inc()
                self._answer.labels(address.channel).observe(time.perf_counter() - begun)

        return counted

    @contextmanager
    def refusals(self, channel: str) -> Iterator[None]:
        """Count what a platform refuses in here."""
        try:
            yield
        except DeliveryError as error:
            self._platform.labels(channel, _kind(error)).inc()
            raise

    def question(self, outcome: str) -> None:
        """The matcher's decision: answer, ask_back, menu, abstain or rule."""
        self._questions.labels(outcome).inc()

    def up(self, part: str, answers: bool) -> None:
        self._up.labels(part).set(answers)

    def disk(self, free: int) -> None:
        self._disk.set(free)

    def backlog(self, desks: Mapping[str, Late]) -> None:
        for gauge in (self._late, self._age, self._retried, self._dead):
            gauge.clear()
        for desk, late in desks.items():
            self._late.labels(desk).set(late.count)
            self._age.labels(desk).set(late.seconds)
            self._retried.labels(desk).set(late.retried)
            self._dead.labels(desk).set(late.dead)

    def tips_of_yesterday(self, count: int) -> None:
        self._tips.set(count)

    def _timed(self, channel: str, send: Send) -> Send:
        async def timed(replies: Sequence[Outgoing], known: Sequence[str]) -> list[str] | None:
            begun = time.perf_counter()
            try:
                with self.refusals(channel):
                    return await send(replies, known)
            finally:
                self._sending.labels(channel).observe(time.perf_counter() - begun)

        return timed

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(f"tanya_{name}", says, labels, registry=self.registry)

    def _gauge(self, name: str, says: str, *labels: str) -> Gauge:
        return Gauge(f"tanya_{name}", says, labels, registry=self.registry)

    def _histogram(self, name: str, says: str) -> Histogram:
        return Histogram(
            f"tanya_{name}", says, ("channel",), registry=self.registry, buckets=_SECONDS
        )


@contextmanager
def served(metrics: Metrics, bind: str) -> Iterator[tuple[str, int] | None]:
    """Serve ``/metrics`` at ``METRICS_BIND`` (nothing when it is empty). Raises OperatorError."""
    if not bind:
        yield None
        return
    host, port = address_of(bind)
    try:
        server, thread = serve_in_a_thread(port, host, metrics.registry)
    except OSError as error:
        raise OperatorError(
            f"METRICS_BIND {host}:{port} tidak dapat dipakai ({error.strerror})."
        ) from error
    try:
        yield host, server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def address_of(bind: str) -> tuple[str, int]:
    """``9464``, ``127.0.0.1:9464`` or ``[::1]:9464``; loopback unless another host is named."""
    host, _, port = bind.rpartition(":")
    if not port.isdecimal() or int(port) > 65_535:
        raise OperatorError("METRICS_BIND ditulis seperti 127.0.0.1:9464.")
    return host.strip("[]") or "127.0.0.1", int(port)


def _kind(error: DeliveryError) -> str:
    known = {Busy: "busy", Gone: "gone", Unreachable: "unreachable", Unsure: "unsure"}
    return next((name for kind, name in known.items() if isinstance(error, kind)), "refused")
