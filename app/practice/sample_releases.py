"""The demo company's procedures, its releases, and the run that made build 39."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from app.domain.entity import Entity
from app.domain.procedure import EvidenceKind, Procedure, ProcedureVersion, Step
from app.domain.release import Artefact, Release, Rollout, RolloutState, digest_of
from app.domain.run import Run, SignOff, StepEvent, StepEventKind
from app.practice.sample_company import Clock, demo_id, person

_NONE, _TEXT, _NUMBER, _OUTPUT, _SUM = (
    EvidenceKind.NONE,
    EvidenceKind.TEXT,
    EvidenceKind.NUMBER,
    EvidenceKind.OUTPUT,
    EvidenceKind.CHECKSUM,
)

# title, body, evidence, critical, minutes, role that signs
_RELEASE_STEPS: tuple[tuple[str, str, EvidenceKind, bool, int, str], ...] = (
    ("Freeze the build, record its digest", "Nobody pushes to the branch any more.", _NONE, False, 2, ""),
    (
        "Compare row counts between the old and the new database",
        "Done needs equal counts. Why: in build 37 two customers lost a day's orders; the counts said so, unread.",
        _OUTPUT,
        True,
        5,
        "",
    ),
    ("Build the installer package", "", _NONE, False, 14, ""),
    ("Record the checksum of the package", "sha256sum of the file that customers get.", _SUM, True, 2, ""),
    (
        "Run the database scripts on a copy",
        "Minutes that the scripts took; over 30 is not a release.",
        _NUMBER,
        True,
        9,
        "",
    ),
    ("Open the page list as a customer", "Log in as the test customer and open every page once.", _TEXT, False, 6, ""),
    ("Import last night's files", "The importer must finish.", _TEXT, False, 10, ""),
    ("Sign: quality", "The person who tested signs what was tested.", _NONE, False, 1, "QA"),
    ("Sign: operations", "A second person compares the digests and signs.", _NONE, False, 3, "Operations"),
    ("Put on the download area", "", _TEXT, False, 4, ""),
    ("Tell stage 1 customers", "The draft is in the release folder; a person sends it.", _TEXT, False, 6, ""),
    ("Write what went wrong", "One line is enough.", _TEXT, False, 3, ""),
)

_OTHERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "Convert a customer database",
        "database",
        (
            "Copy the database",
            "Convert the copy",
            "Compare counts",
            "Agree the window",
            "Switch over",
            "Keep the old one",
        ),
    ),
    ("Rotate certificates", "hosting", ("List what expires", "Request", "Install", "Restart", "Check from outside")),
    (
        "Weekly restore test",
        "backup",
        ("Take last night's backup", "Restore it", "Log in", "Write the minutes it took"),
    ),
)


def _procedure(key: str, name: str, topic: str, number: int, t: Clock) -> Iterator[Entity]:
    yield Procedure(id=demo_id("procedure", key), name=name, topic=topic)
    yield ProcedureVersion(
        id=demo_id("version", key),
        procedure_id=demo_id("procedure", key),
        number=number,
        published_at=t.ago(days=30),
        published_by=person("mara"),
    )


def _step(key: str, place: int, title: str, **more: Any) -> Step:
    return Step(
        id=demo_id("step", f"{key}/{place}"),
        version_id=demo_id("version", key),
        stable_id=f"{key}-{place:02}",
        position=place,
        title=title,
        **more,
    )


def _release_steps() -> list[Step]:
    return [
        _step(
            "release",
            place,
            title,
            body=body,
            evidence=evidence,
            is_critical=critical,
            minutes=minutes,
            sign_off_role=role,
            low=Decimal(0) if evidence is _NUMBER else None,
            high=Decimal(30) if evidence is _NUMBER else None,
        )
        for place, (title, body, evidence, critical, minutes, role) in enumerate(_RELEASE_STEPS, 1)
    ]


def _procedures(t: Clock) -> Iterator[Entity]:
    yield from _procedure("release", "Release a build", "release", 7, t)
    yield from _release_steps()
    for name, topic, titles in _OTHERS:
        yield from _procedure(topic, name, topic, 2, t)
        for place, title in enumerate(titles, 1):
            yield _step(topic, place, title, minutes=5)


def _artefacts(build: str) -> list[Artefact]:
    return [
        Artefact(
            id=demo_id("artefact", name),
            release_id=demo_id("release", build),
            name=name,
            size_bytes=size,
            sha256=hashlib.sha256(name.encode()).hexdigest(),
        )
        for name, size in ((f"app-{build}.tar.gz", 222_298_112), (f"db-{build}.sql", 1_468_006))
    ]


def _releases(t: Clock) -> Iterator[Entity]:
    for build in ("39", "40"):
        yield Release(id=demo_id("release", build), name=f"Build {build}", product="Device Manager", build=build)
        yield from _artefacts(build)
    for customer, state in (
        ("northgate", RolloutState.DEPLOYED),
        ("halden", RolloutState.VERIFIED),
        ("brightwater", RolloutState.DEPLOYED),
        ("corvus", RolloutState.TOLD),
    ):
        yield Rollout(
            id=demo_id("rollout", f"39/{customer}"),
            release_id=demo_id("release", "39"),
            customer_id=demo_id("customer", customer),
            state=state,
            window_from=t.ago(hours=10),
            window_until=t.ago(hours=8),
        )


def _run_of_39(t: Clock) -> Iterator[Entity]:
    run_id, began = demo_id("run", "39"), t.ago(days=9)
    yield Run(
        id=run_id,
        version_id=demo_id("version", "release"),
        release_id=demo_id("release", "39"),
        title="Build 39 is the release",
        started_by=person("mara"),
        started_at=began,
        finished_at=began + timedelta(hours=3),
    )
    evidence = {
        _OUTPUT: "orders 184,220 = 184,220",
        _NUMBER: "12",
        _SUM: _artefacts("39")[0].sha256,
        _TEXT: "done",
        _NONE: "",
    }
    for step in _release_steps():
        who = "chloe" if step.position in {1, 3, 6} else "mara"
        yield StepEvent(
            id=demo_id("event", str(step.position)),
            run_id=run_id,
            step_id=step.id,
            kind=StepEventKind.DONE,
            at=began + timedelta(minutes=12 * step.position),
            person_id=person(who),
            evidence=evidence[step.evidence],
        )
    for role, who in (("QA", "chloe"), ("Operations", "mara")):
        yield SignOff(
            id=demo_id("sign_off", role),
            run_id=run_id,
            release_id=demo_id("release", "39"),
            role=role,
            person_id=person(who),
            at=began + timedelta(hours=2),
            digest=digest_of(_artefacts("39")),
        )


def releases(t: Clock) -> Iterator[Entity]:
    """Give procedures, releases and the run of the last one."""
    yield from _procedures(t)
    yield from _releases(t)
    yield from _run_of_39(t)
