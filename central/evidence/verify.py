"""The check of an auditor's file, member by member, in one pass. Pure but for reading the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import cbor2

from central.evidence import archive, chapters
from central.evidence.archive import Broken, Member
from central.evidence.chains import Chain, change_step, entry_step
from central.evidence.findings import Checked, Wrong
from central.evidence.trail import ACT, TRAIL, Entry, act_hash, checkpoint_said
from crypto.chain import GENESIS, digest
from crypto.identity import replica_id
from sync.cose import verify1
from sync.errors import SyncError

CHECKPOINT_EACH = 1_000
"""The centre signs at least each so many entries."""
_REFUSAL_COUNT = 3


@dataclass(frozen=True, slots=True)
class Older:
    """What an older file vouches for."""

    made_ms: int
    publics: tuple[bytes, ...]
    ends: Mapping[str, tuple[int, bytes]]
    acts: frozenset[bytes]
    nodes: Mapping[bytes, list[Any]]
    refusals: Mapping[tuple[Any, ...], int]


def verify_file(
    file: BinaryIO, *, older: Older | None = None, fingerprint: str = ""
) -> tuple[Checked, Older]:
    """Check a whole file; what it vouches for, to hold a newer one against.

    :param fingerprint: of the key that must have signed; empty: whatever key the file names.
    """
    run = _Run(older, fingerprint)
    try:
        for member in archive.members(file):
            run.take(member)
    except Broken as broken:
        run.checked.add(Wrong.UNREADABLE, broken.after, broken.at)
    run.finish()
    return run.checked, run.vouches()


@dataclass(slots=True)
class _Run:
    """One pass over one file."""

    older: Older | None
    fingerprint: str
    checked: Checked = field(default_factory=Checked)
    seen: list[tuple[str, int, bytes]] = field(default_factory=list)
    times: set[int] = field(default_factory=set)
    head: Mapping[str, Any] = field(default_factory=dict)
    publics: tuple[bytes, ...] = ()
    nodes: dict[bytes, list[Any]] = field(default_factory=dict)
    writers: set[bytes] = field(default_factory=set)
    acts: set[bytes] = field(default_factory=set)
    unused_acts: set[bytes] = field(default_factory=set)
    refusals: dict[tuple[Any, ...], int] = field(default_factory=dict)
    signed: dict[int, bytes] = field(default_factory=dict)
    log: Chain | None = None
    trail: Chain | None = None
    part: int = 0
    table: tuple[str, bytes] | None = None
    """Name and hash of the table that must come next."""
    ends: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    closed: bool = False

    def take(self, member: Member) -> None:
        """One member, in the order of the file."""
        self.times.add(member.time_s)
        name = member.name
        if self.table is not None and name != self.table[0]:
            self._table_missing()
        if self.closed:
            self.checked.add(Wrong.MEMBER, name)
        elif name == chapters.SIGNED:
            self._close_log()
            self._take_signed(member)
        else:
            self.seen.append((name, len(member.data), member.sha))
            self._read(member)

    def _read(self, member: Member) -> None:
        readers: dict[str, Callable[[Member], None]] = {
            chapters.README: lambda _: None,
            chapters.HEAD: self._take_head,
            chapters.ACTS: self._take_acts,
            chapters.REFUSALS: self._take_refusals,
            chapters.CHECKPOINTS: self._take_checkpoints,
        }
        try:
            if member.name in readers:
                readers[member.name](member)
            elif member.name.startswith(chapters.LOG):
                self._take_log(member)
            elif member.name.endswith(".csv"):
                self._take_table(member)
            elif member.name.startswith(TRAIL):
                self._take_trail(member)
            else:
                self.checked.add(Wrong.MEMBER, member.name)
        except (ValueError, TypeError, KeyError, AttributeError, IndexError):
            self.checked.add(Wrong.MALFORMED, member.name)

    def _take_head(self, member: Member) -> None:
        head = _loaded(member.data)
        if head["format"] != chapters.FORMAT:
            raise ValueError("another format")
        first, last, prev, end = head["trail"]
        self.head = head
        self.publics = tuple(head["centre"])
        self.checked.made_ms = head["made"]
        self.checked.fingerprint = digest(self.publics[0]).hex()
        self.checked.span = (first, last, end)
        for node in head["nodes"]:
            replica, public = node[0], node[2]
            self.nodes[replica] = node
            if replica_id(public) != replica:
                self.checked.add(Wrong.KEY, replica.hex())
        self.writers = set(head["writers"])
        self.trail = Chain(TRAIL, self.checked, first - 1, prev, self._vouched(TRAIL))
        if first == 1 and prev != GENESIS:
            self.checked.add(Wrong.ALTERED, TRAIL, 1)

    def _vouched(self, name: str) -> dict[int, bytes]:
        found = self.older.ends.get(name) if self.older else None
        return {found[0]: found[1]} if found else {}

    def _take_acts(self, member: Member) -> None:
        for number, row in enumerate(chapters.unsequenced(member.data), 1):
            act_id, at_ms, act, subject, sealed_sha = row
            about = act_hash(act_id, at_ms, act, subject, sealed_sha)
            if about in self.acts:
                self.checked.add(Wrong.ACT, chapters.ACTS, number)
            self.acts.add(about)
        self.unused_acts = set(self.acts)
        self.checked.acts = len(self.acts)

    def _take_refusals(self, member: Member) -> None:
        for row in chapters.unsequenced(member.data):
            self.refusals[tuple(row[:_REFUSAL_COUNT])] = row[_REFUSAL_COUNT]

    def _take_checkpoints(self, member: Member) -> None:
        last = 0
        for number, message in enumerate(chapters.unsequenced(member.data), 1):
            try:
                _, payload = verify1(message, self._public_of)
                seq, end, _ = checkpoint_said(payload)
            except (SyncError, ValueError, TypeError):
                self.checked.add(Wrong.SIGNATURE, chapters.CHECKPOINTS, number)
                continue
            if seq <= last:
                self.checked.add(Wrong.ORDER, chapters.CHECKPOINTS, number)
            last = seq
            self.signed[seq] = end
            self.checked.checkpoints += 1

    def _public_of(self, replica: bytes) -> bytes:
        for public in self.publics:
            if replica_id(public) == replica:
                return public
        raise SyncError("signed by nobody known here")

    def _take_log(self, member: Member) -> None:
        name, _, part = member.name.rpartition("/")
        _, stream, replica_hex = name.split("/")
        replica = bytes.fromhex(replica_hex)
        if self.log is None or self.log.name != name:
            self._close_log()
            self._open_log(name, stream, replica)
        self.part += 1
        if part != f"{self.part:06}.cbor":
            self.checked.add(Wrong.MEMBER, member.name)
        if self.log is None:
            return
        for row in chapters.unsequenced(member.data):
            change_step(self.log, stream, replica, row)
            self.checked.changes += 1

    def _open_log(self, name: str, stream: str, replica: bytes) -> None:
        if name in self.ends:
            self.checked.add(Wrong.MEMBER, name)
        node = self.nodes.get(replica)
        if (node is None or node[1] != stream) and replica not in self.writers:
            self.checked.add(Wrong.OWNER, name)
        self.log = Chain(name, self.checked, vouched=self._vouched(name))
        self.checked.logs += 1

    def _close_log(self) -> None:
        if self.log is None:
            return
        self.ends[self.log.name] = (self.log.seq, self.log.hash)
        for seq in self.log.missing:
            self.checked.add(Wrong.GONE, self.log.name, seq)
        self.log, self.part = None, 0

    def _take_trail(self, member: Member) -> None:
        self._close_log()
        self.part += 1
        if self.trail is None or member.name != chapters.TRAIL_PART.format(self.part):
            self.checked.add(Wrong.MEMBER, member.name)
            return
        entries: list[Entry] = []
        table = chapters.TABLE_PART.format(self.part)
        # Where rows cannot be read, the table is wrong as well; that it comes next stands anyhow.
        self.table = (table, b"")
        for row in chapters.unsequenced(member.data):
            entry = chapters.entry_of(row)
            entry_step(self.trail, entry)
            entries.append(entry)
            self._look_at(entry)
        self.table = (table, digest(chapters.table_of(entries)))
        self.ends[TRAIL] = (self.trail.seq, self.trail.hash)

    def _look_at(self, entry: Entry) -> None:
        self.checked.entries += 1
        signed = self.signed.pop(entry.seq, None)
        if signed is None and entry.seq % CHECKPOINT_EACH == 0:
            self.checked.add(Wrong.NO_CHECKPOINT, TRAIL, entry.seq)
        elif signed is not None and signed != entry.hash:
            self.checked.add(Wrong.CHECKPOINT, TRAIL, entry.seq)
        if entry.kind == ACT:
            if entry.about not in self.unused_acts:
                self.checked.add(Wrong.ACT, TRAIL, entry.seq)
            self.unused_acts.discard(entry.about)

    def _take_table(self, member: Member) -> None:
        if self.table is None:
            self.checked.add(Wrong.MEMBER, member.name)
        elif member.sha != self.table[1]:
            self.checked.add(Wrong.TABLE, member.name)
        self.table = None

    def _table_missing(self) -> None:
        if self.table is not None:
            self.checked.add(Wrong.MEMBER, self.table[0])
        self.table = None

    def _take_signed(self, member: Member) -> None:
        self.closed = True
        try:
            messages = _loaded(member.data)
            if cbor2.dumps(messages, canonical=True) != member.data or not messages:
                raise ValueError("not as we write it")
            signers, said = self._verified(messages)
            listed = [(name, size, sha) for name, size, sha in said["members"]]
            ends = {name: (seq, end) for name, (seq, end) in said["ends"].items()}
            made = said["made"]
        except (ValueError, TypeError, KeyError, AttributeError):
            self.checked.add(Wrong.MALFORMED, member.name)
            return
        except SyncError:
            self.checked.add(Wrong.SIGNATURE, member.name)
            return
        self._expect_key(signers)
        self._compare_members(listed)
        if made != self.checked.made_ms or self.times != {made // 1000}:
            self.checked.add(Wrong.CONTENT, chapters.HEAD)
        for name in sorted(ends.keys() | self.ends.keys()):
            if ends.get(name) != self.ends.get(name):
                self.checked.add(Wrong.ORDER, name, ends.get(name, (None, b""))[0])

    def _verified(self, messages: list[bytes]) -> tuple[set[bytes], Mapping[str, Any]]:
        """(public keys that signed, what they signed): all of them the same."""
        signers, payloads = set(), set()
        for message in messages:
            signer, payload = verify1(message, self._public_of)
            signers.add(self._public_of(signer))
            payloads.add(payload)
        if self.publics[0] not in signers or len(payloads) != 1:
            raise SyncError("the present key must have signed, and all the same")
        said: Mapping[str, Any] = _loaded(payloads.pop())
        return signers, said

    def _expect_key(self, signers: set[bytes]) -> None:
        prints = {digest(public).hex() for public in signers}
        wanted = self.fingerprint.lower().replace(":", "").replace(" ", "")
        if wanted:
            expected = any(one.startswith(wanted) for one in prints)
        else:
            expected = self.older is None or bool(signers & set(self.older.publics))
        if not expected:
            self.checked.add(Wrong.OTHER_KEY, self.checked.fingerprint[:16])

    def _compare_members(self, listed: list[tuple[str, int, bytes]]) -> None:
        theirs, ours = {one[0]: one for one in listed}, {one[0]: one for one in self.seen}
        for name in sorted(theirs.keys() | ours.keys()):
            if name not in theirs or name not in ours:
                self.checked.add(Wrong.MEMBER, name)
            elif theirs[name] != ours[name]:
                self.checked.add(Wrong.CONTENT, name)
        names = [[one[0] for one in those] for those in (listed, self.seen)]
        if theirs.keys() == ours.keys() and names[0] != names[1]:
            self.checked.add(Wrong.ORDER, chapters.SIGNED)

    def finish(self) -> None:
        """What can be said only at the end."""
        self._table_missing()
        if not self.closed:
            self.checked.add(Wrong.SIGNATURE, chapters.SIGNED)
        if not self.head:
            self.checked.add(Wrong.MEMBER, chapters.HEAD)
            return
        first, last, end = self.checked.span
        if self.trail is not None and self.trail.seq != last:
            self.checked.add(Wrong.ORDER, TRAIL, last)
        for seq in self.signed:
            self.checked.add(Wrong.CHECKPOINT, TRAIL, seq)
        if (first, last) == (1, end):
            for _ in self.unused_acts:
                self.checked.add(Wrong.ACT, chapters.ACTS)
        if self.older is not None:
            self._compare_with(self.older)

    def _compare_with(self, older: Older) -> None:
        if older.made_ms > self.checked.made_ms:
            self.checked.add(Wrong.NOT_OLDER, "")
        for name, (seq, _) in older.ends.items():
            if name == TRAIL:
                self._compare_trail(seq)
            elif name not in self.ends:
                self.checked.add(Wrong.GONE, name, seq)
        for _ in older.acts - self.acts:
            self.checked.add(Wrong.ACT, chapters.ACTS)
        for replica, node in older.nodes.items():
            if not _goes_on(node, self.nodes.get(replica)):
                self.checked.add(Wrong.REWRITTEN, replica.hex())
        for key, count in older.refusals.items():
            if self.refusals.get(key, 0) < count:
                self.checked.add(Wrong.GONE, chapters.REFUSALS, key[0])
        for public in older.publics:
            if public not in self.publics:
                self.checked.add(Wrong.GONE, digest(public).hex()[:16])

    def _compare_trail(self, seq: int) -> None:
        if self.trail is None or seq not in self.trail.missing:
            return
        if seq > self.checked.span[2]:
            self.checked.add(Wrong.GONE, TRAIL, seq)
        else:
            self.checked.uncompared.append(TRAIL)

    def vouches(self) -> Older:
        return Older(
            self.checked.made_ms,
            self.publics,
            dict(self.ends),
            frozenset(self.acts),
            dict(self.nodes),
            dict(self.refusals),
        )


def _goes_on(before: list[Any], now: list[Any] | None) -> bool:
    """Whether a node is still the one that it was; a permission that was withdrawn stays so."""
    if now is None or before[:5] != now[:5] or before[7] != now[7]:
        return False
    return all(later or not earlier for earlier, later in zip(before[5:7], now[5:7], strict=True))


def _loaded(data: bytes) -> Any:
    """:raises ValueError: not CBOR, or more than one item."""
    items = list(chapters.unsequenced(data))
    if len(items) != 1:
        raise ValueError("one item was expected")
    return items[0]
