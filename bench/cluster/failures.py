"""What people notice while parts of the cluster fail."""

import time
from typing import NamedTuple

from .people import KINDS

# Seconds before each failure, and that things may take to work again.
QUIET = 0.5
RECOVERY_LIMIT = 90


class Phase(NamedTuple):
    """What happened, and when; ``failed`` is when the failure began."""

    name: str
    begin: float
    failed: float
    done: float  # when the operator was done
    end: float


class Story(NamedTuple):
    """What people noticed in one phase, by what they did; times in seconds."""

    name: str
    operator: float  # how long the operator took
    good: dict  # numbers
    gaps: dict  # the longest time without a success
    failing: dict  # from the failure to the last of the errors
    errors: dict  # numbers by kind and status


def play(name, fail, people, seconds):
    """Have something fail while people read and write; go on until they can again."""
    begin = time.monotonic()
    time.sleep(QUIET)
    failed = time.monotonic()
    fail()
    done = time.monotonic()

    while (now := time.monotonic()) < begin + seconds or not is_well(people, done):
        if now > done + RECOVERY_LIMIT:
            print(f"{name}: nothing works, {RECOVERY_LIMIT} seconds later")
            break

        time.sleep(0.05)

    return Phase(name, begin, failed, done, time.monotonic())


def is_well(people, since):
    """Whether each kind of request was answered well since then."""
    kinds = {
        answer.kind
        for person in people
        for answer in person.answers[-1:]
        if answer.is_good and answer.begin > since
    }
    return kinds == set(KINDS)


def tell(phase, people):
    """What people noticed."""
    answers = [
        answer
        for person in people
        for answer in person.answers
        if phase.begin < answer.end <= phase.end
    ]
    errors = {}

    for answer in answers:
        if not answer.is_good:
            key = f"{answer.kind} {answer.status}"
            errors[key] = errors.get(key, 0) + 1

    ends = {
        kind: sorted(a.end for a in answers if a.is_good and a.kind == kind)
        for kind in KINDS
    }
    return Story(
        phase.name,
        phase.done - phase.failed,
        {kind: len(ends[kind]) for kind in KINDS},
        {kind: find_gap(ends[kind], phase) for kind in KINDS},
        {kind: find_last_error(answers, kind, phase) for kind in KINDS},
        errors,
    )


def find_gap(ends, phase):
    """The longest time without a success."""
    times = [phase.begin, *ends, phase.end]
    return max(b - a for a, b in zip(times, times[1:], strict=False))


def find_last_error(answers, kind, phase):
    bad = [a.end for a in answers if a.kind == kind and not a.is_good]
    return max([phase.failed, *bad]) - phase.failed


def show(stories):
    """The table: of each kind, how many were good, the longest time without one, and
    when the last one failed."""
    rows = [["", "until repaired", *KINDS, "errors"]]

    for story in stories:
        cells = [
            f"{story.good[k]:,}, {story.gaps[k]:.2f} s, {story.failing[k]:.2f} s"
            for k in KINDS
        ]
        errors = ", ".join(f"{n} {what}" for what, n in sorted(story.errors.items()))
        rows.append([story.name, f"{story.operator:.2f} s", *cells, errors or "none"])

    return rows


class Cluster(NamedTuple):
    """What can fail."""

    flaskrs: list
    primary: object
    replica: object

    def stay(self):
        """Nothing fails."""

    def kill_flaskr(self):
        self.flaskrs[0].kill()
        time.sleep(2)
        self.flaskrs[0].start()

    def restart_primary(self):
        self.primary.restart()

    def freeze_primary(self):
        """As a machine that swaps, or a network that is gone for some seconds."""
        self.primary.freeze(8)

    def lose_replica(self):
        """Its operator needs three seconds to let the primary go on alone."""
        self.replica.kill()
        time.sleep(3)
        self.primary.set_synchronous("")

    def restore_replica(self):
        """It comes back by itself, and is waited for again."""
        self.replica.start()
        self.primary.wait_for(self.replica)

    def pause_replay(self):
        """The replica has what is written, and shows it late."""
        self.replica.execute("SELECT pg_wal_replay_pause()")
        time.sleep(6)
        self.replica.execute("SELECT pg_wal_replay_resume()")

    def fail_over(self):
        """The operator, or a program, needs a second to notice."""
        self.primary.kill()
        time.sleep(1)
        self.replica.promote()

    def list_phases(self, is_quick):
        slow = [
            ("PostgreSQL frozen for 8 s", self.freeze_primary),
            ("replica lost, given up 3 s later", self.lose_replica),
            ("replica back", self.restore_replica),
            ("replica shows nothing new for 6 s", self.pause_replay),
        ]
        return [
            ("nothing fails", self.stay),
            ("a Flaskr killed, started 2 s later", self.kill_flaskr),
            ("PostgreSQL restarted, immediate", self.restart_primary),
            *([] if is_quick else slow),
            ("primary lost, replica promoted 1 s later", self.fail_over),
        ]


def play_all(cluster, people, seconds, is_quick):
    """Play all phases; return what people noticed, and how many of them still wait."""
    for person in people:
        person.start()

    phases = []

    for name, fail in cluster.list_phases(is_quick):
        print(f"{name} …", flush=True)
        phases.append(play(name, fail, people, seconds))

    for person in people:
        person.stopped.set()

    for person in people:
        person.join(RECOVERY_LIMIT)

    hanging = [person for person in people if person.is_alive()]
    return [tell(phase, people) for phase in phases], len(hanging)
