"""JPEG-LS, slow and obvious: both directions of ITU-T T.87, for what the kernel is compared with.

Sample values are ints in ``planes[component][row][column]``. Coder and decoder share all modelling: the one is given
each sample and writes its code, the other reads the code and gives the sample. Symbols are those of T.87 3.2.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

Planes = list[list[list[int]]]

NONE, LINE, SAMPLE = range(3)
#: code segment A.15
J = (*(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7), *range(8, 16))


class Bad(Exception):
    """What is no JPEG-LS frame."""


def default_thresholds(maxval: int, near: int) -> tuple[int, int, int]:
    """C.2.4.1.1.1: the thresholds where no LSE segment names others."""

    def clamp(i: int, j: int) -> int:
        return j if i > maxval or i < j else i

    if maxval >= 128:
        factor = (min(maxval, 4095) + 128) // 256
        wanted = (factor + 2 + 3 * near, factor * 4 + 3 + 5 * near, factor * 17 + 4 + 7 * near)
    else:
        factor = 256 // (maxval + 1)
        wanted = (max(2, 3 // factor + 3 * near), max(3, 7 // factor + 5 * near), max(4, 21 // factor + 7 * near))
    t1 = clamp(wanted[0], near + 1)
    t2 = clamp(wanted[1], t1)
    return t1, t2, clamp(wanted[2], t2)


@dataclass
class Kind:
    """How an image is coded. ``preset``: MAXVAL, T1, T2, T3, RESET of an LSE segment, 0 for a default; None: no
    segment. ``restart``: lines of a restart interval, 0: none."""

    precision: int
    near: int = 0
    interleave: int = NONE
    restart: int = 0
    preset: tuple[int, int, int, int, int] | None = None
    sampling: tuple[tuple[int, int], ...] = ()
    before: bytes = b""
    ids: tuple[int, ...] = field(default=(1, 2, 3, 4))


class Writer:
    """Bits into bytes, with a 0 after each byte of eight ones (A.1)."""

    def __init__(self) -> None:
        self.bytes = bytearray()
        self.byte, self.room = 0, 8

    def bit(self, value: int) -> int:
        self.room -= 1
        self.byte |= value << self.room
        if self.room == 0:
            self.bytes.append(self.byte)
            self.room = 7 if self.byte == 0xFF else 8
            self.byte = 0
        return value

    def bits(self, count: int, value: int) -> int:
        for place in reversed(range(count)):
            self.bit(value >> place & 1)
        return value

    def done(self) -> bytes:
        """All bytes, the last one filled up; a last byte FF is followed by one more, as it would be a marker."""
        last_ff = bool(self.bytes) and self.bytes[-1] == 0xFF
        while self.room != 8 and (self.room != 7 or not last_ff):
            self.bit(0)
            last_ff = bool(self.bytes) and self.bytes[-1] == 0xFF
        return bytes(self.bytes) + (b"\0" if last_ff else b"")

    def golomb(self, k: int, limit: int, qbpp: int, value: int) -> int:
        """A.5.3: ``limit`` is the most bits of a code."""
        if value >> k < limit - qbpp - 1:
            self.bits((value >> k) + 1, 1)
            self.bits(k, value & ((1 << k) - 1))
        else:
            self.bits(limit - qbpp, 1)
            self.bits(qbpp, value - 1)
        return value


class Reader:
    """The bits of a scan, up to the marker behind it."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at
        self.queue: list[int] = []
        self.after_ff = False

    def bit(self, _value: int = 0) -> int:
        if not self.queue:
            byte = self.data[self.at] if self.at < len(self.data) else -1
            following = self.data[self.at + 1] if self.at + 1 < len(self.data) else 0xFF
            if byte < 0 or (byte == 0xFF and following >= 0x80):
                raise Bad("the bits end")
            self.queue = [byte >> place & 1 for place in range(6 if self.after_ff else 7, -1, -1)]
            self.after_ff = byte == 0xFF
            self.at += 1
        return self.queue.pop(0)

    def bits(self, count: int, _value: int = 0) -> int:
        value = 0
        for _ in range(count):
            value = value * 2 + self.bit()
        return value

    def golomb(self, k: int, limit: int, qbpp: int, _value: int = 0) -> int:
        zeros = 0
        while self.bit() == 0:
            zeros += 1
            if zeros > limit:
                raise Bad("there is no such code")
        if zeros < limit - qbpp - 1:
            return (zeros << k) + self.bits(k)
        return self.bits(qbpp) + 1


class Context:
    """A, B, C, N of A.2.1; B is Nn where it is one of a run interruption."""

    def __init__(self, a: int) -> None:
        self.a, self.b, self.c, self.n = a, 0, 0, 1


class Model:
    """What coder and decoder share in one scan, or restart interval."""

    def __init__(self, kind: Kind, io: Writer | Reader) -> None:
        preset = kind.preset or (0, 0, 0, 0, 0)
        self.io = io
        self.coding = isinstance(io, Writer)
        self.near = kind.near
        self.maxval = preset[0] or (1 << kind.precision) - 1
        defaults = default_thresholds(self.maxval, self.near)
        self.thresholds = [preset[i + 1] or defaults[i] for i in range(3)]
        self.reset = preset[4] or 64
        self.step = 2 * self.near + 1
        self.range = (self.maxval + 2 * self.near) // self.step + 1
        self.qbpp = (self.range - 1).bit_length()
        bpp = max(2, self.maxval.bit_length())
        self.limit = 2 * (bpp + max(8, bpp))
        initial = max(2, (self.range + 32) // 64)
        self.contexts: dict[tuple[int, int, int], Context] = {}
        self.initial = initial
        self.runs = [Context(initial), Context(initial)]

    def region(self, d: int) -> int:
        """A.3.3"""
        size = abs(d)
        t1, t2, t3 = self.thresholds
        number = 0 if size <= self.near else 1 if size < t1 else 2 if size < t2 else 3 if size < t3 else 4
        return -number if d < 0 else number

    def regions(self, ra: int, rb: int, rc: int, rd: int) -> tuple[int, int, int]:
        return self.region(rd - rb), self.region(rb - rc), self.region(rc - ra)

    def reduced(self, difference: int) -> int:
        """A.4.4, A.4.5: quantised, and modulo RANGE."""
        size = (abs(difference) + self.near) // self.step
        error = (size if difference > 0 else -size) % self.range
        return error - self.range if error >= (self.range + 1) // 2 else error

    def rebuilt(self, px: int, error: int) -> int:
        """A.4.4: the sample from its prediction and (signed) error."""
        rx = px + error * self.step
        if rx < -self.near:
            rx += self.range * self.step
        elif rx > self.maxval + self.near:
            rx -= self.range * self.step
        return min(max(rx, 0), self.maxval)

    def regular(self, x: int, ra: int, rb: int, rc: int, rd: int) -> int:
        """A.4 to A.6: what the sample is after decoding; ``x`` is what it is before, where this codes."""
        q = self.regions(ra, rb, rc, rd)
        sign = -1 if next((part for part in q if part), 0) < 0 else 1
        q = (sign * q[0], sign * q[1], sign * q[2])
        context = self.contexts.setdefault(q, Context(self.initial))
        if rc >= max(ra, rb):
            px = min(ra, rb)
        elif rc <= min(ra, rb):
            px = max(ra, rb)
        else:
            px = ra + rb - rc
        px = min(max(px + sign * context.c, 0), self.maxval)
        k = 0
        while context.n << k < context.a:
            k += 1
        turned = self.near == 0 and k == 0 and 2 * context.b <= -context.n
        mapped = 0
        if self.coding:
            error = self.reduced(sign * (x - px))
            if turned:
                mapped = 2 * error + 1 if error >= 0 else -2 * (error + 1)
            else:
                mapped = 2 * error if error >= 0 else -2 * error - 1
        mapped = self.io.golomb(k, self.limit, self.qbpp, mapped)
        if turned:
            error = (mapped - 1) // 2 if mapped % 2 else -mapped // 2 - 1
        else:
            error = -(mapped + 1) // 2 if mapped % 2 else mapped // 2
        self.learn(context, error)
        return self.rebuilt(px, sign * error)

    def learn(self, context: Context, error: int) -> None:
        """A.6"""
        context.b += error * self.step
        context.a += abs(error)
        if context.n == self.reset:
            context.a >>= 1
            context.b = context.b >> 1 if context.b >= 0 else -((1 - context.b) >> 1)
            context.n >>= 1
        context.n += 1
        if context.b <= -context.n:
            context.b += context.n
            context.c = max(context.c - 1, -128)
            context.b = max(context.b, 1 - context.n)
        elif context.b > 0:
            context.b -= context.n
            context.c = min(context.c + 1, 127)
            context.b = min(context.b, 0)

    def run(self, run_index: list[int], length: int, most: int) -> int:
        """A.7.1: how many of the ``most`` samples left in the line the run has: ``length``, where this codes."""
        done = 0
        while done < most:
            whole = 1 << J[run_index[0]]
            if self.io.bit(int(length - done >= whole or length == most)) == 0:
                done += self.io.bits(J[run_index[0]], length - done)
                if done > most:
                    raise Bad("a run is longer than its line")
                return done
            if most - done < whole:
                return most
            done += whole
            run_index[0] = min(run_index[0] + 1, 31)
        return most

    def interruption(self, x: int, ra: int, rb: int, alike: bool, run_index: int) -> int:
        """A.7.2: the sample that ends a run."""
        context = self.runs[alike]
        px = ra if alike else rb
        sign = -1 if not alike and ra > rb else 1
        total = context.a + (context.n >> 1) if alike else context.a
        k = 0
        while context.n << k < total:
            k += 1

        def mapped_bit(error: int) -> int:
            few = 2 * context.b < context.n
            return int((k == 0 and error > 0 and few) or (error < 0 and not few) or (error < 0 and k != 0))

        mapped = 0
        if self.coding:
            error = self.reduced(sign * (x - px))
            mapped = 2 * abs(error) - alike - mapped_bit(error)
        mapped = self.io.golomb(k, self.limit - J[run_index] - 1, self.qbpp, mapped)
        size = (mapped + alike + 1) // 2
        error = next((e for e in (size, -size) if 2 * size - alike - mapped_bit(e) == mapped), None)
        if error is None:
            raise Bad("no error is mapped so")
        if error < 0:
            context.b += 1
        context.a += (mapped + 1 - alike) >> 1
        if context.n == self.reset:
            context.a >>= 1
            context.n >>= 1
            context.b >>= 1
        context.n += 1
        return self.rebuilt(px, sign * error)

    def line(
        self, given: list[list[int]], before: list[list[int]], edge: list[int], run_index: list[int]
    ) -> list[list[int]]:
        """One line of one component, or of several sample by sample (B.3). ``before``: the lines above; ``edge``: Rc of
        the first sample. ``given``: the samples, where this codes."""
        columns, several = len(before[0]), len(before) > 1
        now: list[list[int]] = [[] for _ in before]
        x = 0
        while x < columns:
            around = []
            for i, above in enumerate(before):
                rb = above[x]
                rc = above[x - 1] if x else edge[i]
                rd = above[min(x + 1, columns - 1)]
                ra = now[i][x - 1] if x else rb
                around.append((ra, rb, rc, rd))
            if any(any(self.regions(*four)) for four in around):
                for i, four in enumerate(around):
                    now[i].append(self.regular(given[i][x] if self.coding else 0, *four))
                x += 1
                continue
            length = 0
            while self.coding and x + length < columns:
                if any(abs(line[x + length] - four[0]) > self.near for line, four in zip(given, around, strict=True)):
                    break
                length += 1
            length = self.run(run_index, length, columns - x)
            for i, four in enumerate(around):
                now[i] += [four[0]] * length
            x += length
            if x == columns:
                break
            for i, four in enumerate(around):
                ra, rb = four[0], before[i][x]
                alike = not several and abs(ra - rb) <= self.near
                sample = given[i][x] if self.coding else 0
                now[i].append(self.interruption(sample, ra, rb, alike, run_index[0]))
            run_index[0] = max(run_index[0] - 1, 0)
            x += 1
        return now


class Lanes:
    """The components of a scan from line to line: what is above, Rc of the first sample, RUNindex."""

    def __init__(self, widths: list[int]) -> None:
        self.before = [[0] * width for width in widths]
        self.edge = [0] * len(widths)
        self.run_index = [[0] for _ in widths]

    def step(self, model: Model, which: list[int], given: list[list[int]]) -> list[list[int]]:
        """The next line of components ``which``."""
        before = [self.before[i] for i in which]
        now = model.line(given, before, [self.edge[i] for i in which], self.run_index[which[0]])
        for i, line in zip(which, now, strict=True):
            self.edge[i] = self.before[i][0]
            self.before[i] = line
        return now


def sizes(columns: int, rows: int, sampling: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    """T.81 A.1.1: columns and rows of each component."""
    across, down = max(h for h, _ in sampling), max(v for _, v in sampling)
    return [(-(-columns * h // across), -(-rows * v // down)) for h, v in sampling]


def steps(kind: Kind, which: list[int], sampling: tuple[tuple[int, int], ...]) -> list[list[int]]:
    """The components of each line of an MCU, in order."""
    if kind.interleave == SAMPLE:
        return [which]
    plain = len(which) == 1 or len(set(sampling)) == 1
    return [[i] for i in range(len(which)) for _ in range(1 if plain else sampling[which[i]][1])]


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def encoded(planes: Planes, kind: Kind) -> bytes:
    """A whole frame; the first component is as large as the image."""
    sampling = kind.sampling or ((1, 1),) * len(planes)
    columns = max(len(plane[0]) for plane in planes)
    rows = max(len(plane) for plane in planes)
    components = b"".join(bytes((kind.ids[i], h << 4 | v, 0)) for i, (h, v) in enumerate(sampling))
    out = b"\xff\xd8" + kind.before
    out += segment(0xF7, struct.pack(">BHHB", kind.precision, rows, columns, len(planes)) + components)
    if kind.preset is not None:
        out += segment(0xF8, struct.pack(">B5H", 1, *kind.preset))
    if kind.restart:
        out += segment(0xDD, struct.pack(">H", kind.restart))
    scans = [[i] for i in range(len(planes))] if kind.interleave == NONE else [list(range(len(planes)))]
    for which in scans:
        body = bytes((len(which),)) + b"".join(bytes((kind.ids[i], 0)) for i in which)
        out += segment(0xDA, body + bytes((kind.near, kind.interleave, 0)))
        out += scan(planes, kind, which, sampling)
    return out + b"\xff\xd9"


def scan(planes: Planes, kind: Kind, which: list[int], sampling: tuple[tuple[int, int], ...]) -> bytes:
    out, mcu, io = b"", 0, Writer()
    at = [0] * len(which)
    while any(at[i] < len(planes[c]) for i, c in enumerate(which)):
        if mcu == 0 or (kind.restart and mcu % kind.restart == 0):
            if mcu:
                out += io.done() + bytes((0xFF, 0xD0 + (mcu // kind.restart - 1) % 8))
            io = Writer()
            model, lanes = Model(kind, io), Lanes([len(planes[c][0]) for c in which])
        for step in steps(kind, which, sampling):
            local = list(range(len(which))) if kind.interleave == SAMPLE else step
            if all(at[i] < len(planes[which[i]]) for i in local):
                lanes.step(model, local, [planes[which[i]][at[i]] for i in local])
                for i in local:
                    at[i] += 1
        mcu += 1
    return out + io.done()


def decoded(data: bytes) -> Planes:
    """The samples of a frame as ``encoded`` makes it, or of one with other marker segments. Raises Bad, IndexError or
    struct.error for what is none."""
    at, precision, restart, columns, rows = 2, 0, 0, 0, 0
    preset: tuple[int, int, int, int, int] | None = None
    ids: list[int] = []
    sampling: tuple[tuple[int, int], ...] = ()
    planes: Planes = []
    seen = 0
    while seen == 0 or seen < len(ids):
        while data[at + 1] == 0xFF:
            at += 1
        mark, marker, length = struct.unpack_from(">BBH", data, at)
        if mark != 0xFF or marker < 0xC0:
            raise Bad("a marker is expected")
        body = data[at + 4 : at + 2 + length]
        at += 2 + length
        if marker == 0xF7:
            precision, rows, columns, count = struct.unpack_from(">BHHB", body)
            ids = [body[6 + 3 * i] for i in range(count)]
            sampling = tuple((body[7 + 3 * i] >> 4, body[7 + 3 * i] & 15) for i in range(count))
            planes = [[] for _ in ids]
        elif marker == 0xF8 and body[0] == 1:
            preset = struct.unpack_from(">5H", body, 1)
        elif marker == 0xDD:
            restart = int.from_bytes(body, "big")
        elif marker == 0xDA:
            which = [ids.index(body[1 + 2 * i]) for i in range(body[0])]
            near, interleave = body[1 + 2 * body[0]], body[2 + 2 * body[0]]
            kind = Kind(precision, near, interleave if len(which) > 1 else NONE, restart, preset)
            at = scanned(data, at, kind, which, sampling, sizes(columns, rows, sampling), planes)
            seen += len(which)
    return planes


def scanned(
    data: bytes,
    at: int,
    kind: Kind,
    which: list[int],
    sampling: tuple[tuple[int, int], ...],
    size: list[tuple[int, int]],
    planes: Planes,
) -> int:
    """Decodes one scan into ``planes``; the place of the marker behind it."""
    mcu = 0
    io = Reader(data, at)
    while any(len(planes[c]) < size[c][1] for c in which):
        if mcu == 0 or (kind.restart and mcu % kind.restart == 0):
            if mcu:
                while data[io.at + 1] == 0xFF:
                    io.at += 1
                if data[io.at] != 0xFF or data[io.at + 1] != 0xD0 + (mcu // kind.restart - 1) % 8:
                    raise Bad("a restart marker is expected")
                io = Reader(data, io.at + 2)
            model, lanes = Model(kind, io), Lanes([size[c][0] for c in which])
        for step in steps(kind, which, sampling):
            local = list(range(len(which))) if kind.interleave == SAMPLE else step
            if all(len(planes[which[i]]) < size[which[i]][1] for i in local):
                for i, line in zip(local, lanes.step(model, local, []), strict=True):
                    planes[which[i]].append(line)
        mcu += 1
    if io.after_ff and io.at < len(data) and data[io.at] == 0:
        io.at += 1
    return io.at


def native(planes: Planes, container: int, planar: bool) -> bytes:
    """All samples as DICOM has them without compression (PS3.5 8.1.1, PS3.3 C.7.6.3.1.3)."""
    flat = [[value for line in plane for value in line] for plane in planes]
    values = [v for plane in flat for v in plane] if planar else [v for pixel in zip(*flat, strict=True) for v in pixel]
    return struct.pack(f"<{len(values)}{'BH'[container - 1]}", *values)
