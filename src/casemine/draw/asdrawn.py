"""The layout that a flow's file holds, with room made for what we write into it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import hypot
from statistics import median
from typing import TYPE_CHECKING

from casemine.draw.attached import attached, side_of
from casemine.draw.curves import straight
from casemine.draw.docking import docked
from casemine.draw.extent import fitted
from casemine.draw.request import EdgeSpec, LayoutRequest
from casemine.draw.shapes import NOTE_SIZE
from casemine.draw.spots import Ground, Spot, Words, along, around, crossed, nearest
from casemine.draw.stretch import Axis, Span
from casemine.draw.textwidth import text_width, visible
from casemine.model.bpmn import NodeKind
from casemine.model.diagram import Box, Diagram, Route

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from casemine.draw.request import NodeSpec
    from casemine.model.diagram import Coordinates, Frame, Point

NAME = "the file's own coordinates"
_TASK = 84.0  # how wide a task of usual size becomes, before it is stretched
_SCALES = (0.3, 2.0)
_HEAD = 18.0  # room for an arrowhead, and a little line
_BAND = 24.0  # of a pool or lane, for its name
_TITLE = 20.0  # of a sub-process
_NEAR = 3.0  # lines closer than this run together
_CLOSE, _AFAR = 20.0, 0.15  # words may be so far from what they name; beyond that each point costs
_STEP = 6.0  # between points of a line that are looked at
Size = tuple[float, float]


def as_drawn(
    coordinates: Coordinates,
    specs: Mapping[str, NodeSpec],
    words: Mapping[str, Size],
    strokes: Callable[[str], float],
) -> Diagram:
    """Lay out a flow as its file does.

    Parameters
    ----------
    specs : mapping of str to NodeSpec
        The size that every node needs, and its shape.
    words : mapping of str to (width, height)
        What is written beside nodes and flows, by their ids.
    strokes : callable
        Width of the line of a flow.

    Returns
    -------
    Diagram
        Names of nodes have boxes under `name:` and their ids.

    Notes
    -----
    Rows and columns are stretched where something doesn't fit, and long empty ones shortened;
    whatever is above, beside or level with something else in the file stays so.
    """
    return _Layout(coordinates, specs, words, strokes).diagram()


class _Layout:
    def __init__(
        self,
        coordinates: Coordinates,
        specs: Mapping[str, NodeSpec],
        words: Mapping[str, Size],
        strokes: Callable[[str], float],
    ) -> None:
        self.given = coordinates
        self.specs = specs
        self.words = words
        self.strokes = strokes
        unplaced = (key for key in coordinates.lines if key in words)
        self.own = {
            key: own_pieces(key, coordinates.lines)
            for key in unplaced
            if key not in coordinates.names
        }
        self.scale = _scale(coordinates)
        self.x = Axis(*self._axis(0), self.scale)
        self.y = Axis(*self._axis(1), self.scale)

    def diagram(self) -> Diagram:
        """Move everything, then look for places for the words."""
        given = self.given
        boxes = {node.id: self._node(node.id) for node in given.model.nodes}
        parts = {key: self._moved(box) for key, box in given.parts.items()}
        for key, host in given.hosts.items():
            boxes[key] = attached(boxes[key], (boxes | parts)[host], side_of(given, key))
        ends = boxes | parts
        lines = {}
        for flow in given.model.flows:
            line = [self._point(corner) for corner in given.lines[flow.id]]
            source, target = (self._shape(key) for key in (flow.source, flow.target))
            line = docked(line, ends[flow.target], target)
            line = docked(line[::-1], ends[flow.source], source)[::-1]
            lines[flow.id] = line
        frames = tuple(replace(frame, box=self._moved(frame.box)) for frame in given.frames)
        places = self._places(boxes, lines, frames)
        routes = {key: Route(straight(*line), places.get(key)) for key, line in lines.items()}
        for node in given.model.nodes:
            if node.id in places:
                boxes[f"name:{node.id}"] = Box(*places[node.id], *self.words[node.id])
        request = LayoutRequest(
            (),
            tuple(
                EdgeSpec(flow.id, flow.source, flow.target, 1, *self.words.get(flow.id, (0.0, 0.0)))
                for flow in given.model.flows
            ),
        )
        return fitted(request, Diagram(0.0, 0.0, boxes, routes, NAME, frames=frames))

    def _axis(self, axis: int) -> tuple[list[float], list[Span]]:
        """Gather the places of one axis, and what needs room on it."""
        given = self.given
        places: list[float] = []
        spans: list[Span] = []
        for key, box in given.boxes.items():
            low, middle, high = _extent(box, axis)
            places += [low, middle, high]
            spans.append(Span(low, high, (self.specs[key].width, self.specs[key].height)[axis]))
            if key in self.words and key not in given.names:
                spans += self._under(box, self.words[key], axis)
        for key, box in given.names.items():
            if key in self.words:
                low, middle, high = _extent(box, axis)
                places += [low, middle, high]
                spans.append(Span(low, high, self.words[key][axis]))
        for frame in given.frames:
            low, _, high = _extent(frame.box, axis)
            places += [low, high]
            spans += self._bands(frame, axis)
        for key, line in given.lines.items():
            places += [corner[axis] for corner in line]
            spans += self._head(line, axis)
            if key in self.words:
                spans += self._run(key, axis)
        return places, spans

    def _bands(self, frame: Frame, axis: int) -> Iterator[Span]:
        """Make room for the name of a frame before what stands in it."""
        across = 1 if frame.part or not frame.flat else 0
        low, _, high = _extent(frame.box, axis)
        if axis != across:
            yield Span(low, high, 60.0)
            return
        inside = [box for box in self.given.boxes.values() if _within(box, frame.box)]
        inside += [one.box for one in self.given.frames if _within(one.box, frame.box)]
        starts = [start for box in inside if (start := _extent(box, axis)[0]) > low + 1]
        if starts:
            yield Span(low, min(starts), _TITLE if frame.part else _BAND)

    def _under(self, sign: Box, size: Size, axis: int) -> Iterator[Span]:
        """Make room for a name under its sign, if the file has no place for it."""
        bottom = sign.y + sign.height / 2
        if axis == 1:
            level = self._others(sign, 0, sign.x, size[0])
            below = [top for box in level if (top := _extent(box, 1)[0]) > bottom]
            if below:
                yield Span(bottom, min(below), size[1] + 8)
            return
        level = self._others(sign, 1, bottom + size[1] / self.scale / 2, size[1])
        left = [end for box in level if (end := _extent(box, 0)[2]) < sign.x]
        right = [start for box in level if (start := _extent(box, 0)[0]) > sign.x]
        if left:
            yield Span(max(left), sign.x, size[0] / 2 + 4)
        if right:
            yield Span(sign.x, min(right), size[0] / 2 + 4)

    def _others(self, sign: Box, axis: int, middle: float, room: float) -> list[Box]:
        """Find boxes that are partly level with words."""
        half = room / self.scale / 2
        return [
            box
            for box in self.given.boxes.values()
            if box is not sign
            and _extent(box, axis)[0] < middle + half
            and _extent(box, axis)[2] > middle - half
        ]

    def _head(self, line: Sequence[Point], axis: int) -> Iterator[Span]:
        a, b = line[-2], line[-1]
        if abs(a[1 - axis] - b[1 - axis]) < 1 <= abs(a[axis] - b[axis]):
            yield Span(min(a[axis], b[axis]), max(a[axis], b[axis]), _HEAD)

    def _run(self, key: str, axis: int) -> Iterator[Span]:
        """Make one piece of a line long enough for its words, if the file has no place for them."""
        if key in self.given.names:
            return
        width, height = self.words[key]
        best: tuple[float, int, Span] | None = None
        for a, b in self.own[key]:
            flat = abs(b[0] - a[0]) >= abs(b[1] - a[1])
            need = (width if flat else height) + 8
            low, high = sorted((a[1 - flat], b[1 - flat]))
            if high - low < 1:
                continue
            share = need / (high - low)
            if best is None or share < best[0]:
                best = (share, 1 - flat, Span(low, high, need))
        if best is not None and best[1] == axis:
            yield best[2]

    def _point(self, point: Point) -> Point:
        return self.x.at(point[0]), self.y.at(point[1])

    def _moved(self, box: Box) -> Box:
        left, right = self.x.at(box.x - box.width / 2), self.x.at(box.x + box.width / 2)
        top, bottom = self.y.at(box.y - box.height / 2), self.y.at(box.y + box.height / 2)
        return Box((left + right) / 2, (top + bottom) / 2, right - left, bottom - top)

    def _node(self, key: str) -> Box:
        """Let steps take the room that they have; signs keep their size, where their middle was."""
        spec = self.specs[key]
        if spec.shape == "box":
            return self._moved(self.given.boxes[key])
        given = self.given.boxes[key]
        return Box(self.x.at(given.x), self.y.at(given.y), spec.width, spec.height)

    def _shape(self, key: str) -> str:
        return self.specs[key].shape if key in self.specs else "box"

    def _places(
        self,
        boxes: Mapping[str, Box],
        lines: Mapping[str, Sequence[Point]],
        frames: Sequence[Frame],
    ) -> dict[str, Point]:
        """Find places for words: names of nodes first, then those that have the fewest choices."""
        ground = Ground({**boxes, **_name_boxes(frames)}, dict(lines))
        for number, frame in enumerate(frames):
            ground.lines[f"frame:{number}"] = _outline(frame.box)
        found: dict[str, Point] = {}
        for node in self.given.model.nodes:
            if node.id in self.words:
                box = boxes[node.id]
                spots = around(box, *self.words[node.id])
                spots += self._told(node.id, [((box.x, box.y), (box.x, box.y))], box.height / 2 + 2)
                found[node.id] = ground.place(Words(node.id, *self.words[node.id], spots))
        own = {key: own_pieces(key, lines) for key in lines if key in self.words}
        for key in sorted(own, key=lambda key: (sum(_length(*piece) for piece in own[key]), key)):
            pieces = own[key] or list(pairwise(lines[key]))
            stroke = self.strokes(key)
            spots = along(pieces, *self.words[key], stroke)
            spots += self._told(key, pieces, stroke / 2 + 1.5)
            found[key] = ground.place(Words(key, *self.words[key], spots))
        return found

    def _told(self, key: str, pieces: Sequence[tuple[Point, Point]], air: float) -> list[Spot]:
        """Offer the place that the file names, as close to what is named as its room allows."""
        if key not in self.given.names:
            return []
        room = self._moved(self.given.names[key])
        width, height = self.words[key]
        x, y = min(
            (nearest((room.x, room.y), *piece) for piece in pieces),
            key=lambda point: _length(point, (room.x, room.y)),
        )
        aside, down = max(0.0, room.width - width) / 2, max(0.0, room.height - height) / 2
        x = min(max(x, room.x - aside), room.x + aside)
        y = min(max(y, room.y - down), room.y + down)
        middle, gap = _beside((x, y), (width, height), pieces, air)
        return [Spot(_AFAR * max(0.0, gap - air - _CLOSE), middle)]


def _beside(
    middle: Point, size: Size, pieces: Sequence[tuple[Point, Point]], air: float
) -> tuple[Point, float]:
    """Move words off the line that they name, if they are closer than `air`; return their gap."""
    x, y = min((nearest(middle, *piece) for piece in pieces), key=lambda p: _length(p, middle))
    aside, down = middle[0] - x, middle[1] - y
    gaps = abs(aside) - size[0] / 2, abs(down) - size[1] / 2
    gap = max(gaps)
    push = max(0.0, air - gap)
    if gap == gaps[1]:
        return (middle[0], middle[1] + push * (1 if down > 0 else -1)), gap + push
    return (middle[0] + push * (1 if aside > 0 else -1), middle[1]), gap + push


def own_pieces(key: str, lines: Mapping[str, Sequence[Point]]) -> list[tuple[Point, Point]]:
    """Find the straight pieces of a line that it doesn't share with another one."""
    others = [piece for other, line in lines.items() if other != key for piece in pairwise(line)]
    found: list[tuple[Point, Point]] = []
    for a, b in pairwise(lines[key]):
        length = _length(a, b)
        wide, high = (abs(a[axis] - b[axis]) + 3 * _NEAR for axis in (0, 1))
        around_it = Box((a[0] + b[0]) / 2, (a[1] + b[1]) / 2, wide, high)
        near = [piece for piece in others if crossed(around_it, *piece)]
        count = max(1, int(length / _STEP))
        run: list[Point] = []
        for i in range(count + 1):
            point = (a[0] + (b[0] - a[0]) * i / count, a[1] + (b[1] - a[1]) * i / count)
            spot = Box(*point, 2 * _NEAR, 2 * _NEAR)
            if any(crossed(spot, *piece) for piece in near):
                if len(run) > 1:
                    found.append((run[0], run[-1]))
                run = []
            else:
                run.append(point)
        if len(run) > 1:
            found.append((run[0], run[-1]))
    return found


def _scale(coordinates: Coordinates) -> float:
    """Bring tasks of any editor to one size."""
    tasks = [node.id for node in coordinates.model.nodes if node.kind is NodeKind.TASK]
    if not tasks:
        return 1.0
    usual = median(coordinates.boxes[key].width for key in tasks)
    return min(max(_TASK / usual, _SCALES[0]), _SCALES[1])


def _extent(box: Box, axis: int) -> tuple[float, float, float]:
    middle, size = (box.x, box.width) if axis == 0 else (box.y, box.height)
    return middle - size / 2, middle, middle + size / 2


def _within(box: Box, frame: Box) -> bool:
    return (
        box is not frame
        and abs(box.x - frame.x) <= frame.width / 2
        and abs(box.y - frame.y) <= frame.height / 2
        and box.width * box.height < frame.width * frame.height
    )


def _outline(box: Box) -> list[Point]:
    left, right = box.x - box.width / 2, box.x + box.width / 2
    top, bottom = box.y - box.height / 2, box.y + box.height / 2
    return [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]


def _name_boxes(frames: Sequence[Frame]) -> dict[str, Box]:
    """Keep the names of frames free."""
    return {f"frame:{number}": _name_box(frame) for number, frame in enumerate(frames)}


def _name_box(frame: Frame) -> Box:
    box = frame.box
    left, top = box.x - box.width / 2, box.y - box.height / 2
    if frame.part:
        wide = min(box.width, text_width(visible(frame.name), NOTE_SIZE, bold=True) + 12)
        return Box(left + wide / 2, top + _TITLE / 2, wide, _TITLE)
    if frame.flat:
        return Box(left + _BAND / 2, box.y, _BAND, box.height)
    return Box(box.x, top + _BAND / 2, box.width, _BAND)


def _length(a: Point, b: Point) -> float:
    return hypot(b[0] - a[0], b[1] - a[1])
