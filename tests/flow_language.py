"""Words of a net, for tests: all complete runs of visible steps up to a length."""

from __future__ import annotations


def language(net, longest, *, complete=True, most=20_000):
    """Give every sequence of labels of at most `longest` steps that leads to the final marking.

    Or to any marking, where runs need not be complete.
    """
    places = {place: number for number, place in enumerate(net.places)}
    steps = []
    for transition in net.transitions:
        takes = [0] * len(places)
        gives = [0] * len(places)
        for arc in net.arcs:
            if arc.target == transition.id:
                takes[places[arc.source]] += arc.weight
            elif arc.source == transition.id:
                gives[places[arc.target]] += arc.weight
        needs = [(n, k) for n, k in enumerate(takes) if k]
        change = [(n, g - t) for n, (t, g) in enumerate(zip(takes, gives, strict=True)) if g != t]
        steps.append((transition.label, needs, change))
    silent, visible = ([[] for _ in places] for _ in range(2))  # by the first place they need
    for step in steps:
        assert step[1], "a step that can always happen"
        (silent if step[0] is None else visible)[step[1][0][0]].append(step)

    def possible(marking, kind):
        return (step for n, tokens in enumerate(marking) if tokens for step in kind[n])

    def after(marking, needs, change):
        if any(marking[n] < k for n, k in needs):
            return None
        moved = list(marking)
        for n, difference in change:
            moved[n] += difference
        assert max(moved, default=0) < 30, "the net is unbounded"
        return tuple(moved)

    closures = {}

    def closure(markings):
        key = frozenset(markings)
        if key not in closures:
            found, waiting = set(key), list(key)
            while waiting:
                marking = waiting.pop()
                for _, needs, change in possible(marking, silent):
                    moved = after(marking, needs, change)
                    if moved is not None and moved not in found:
                        found.add(moved)
                        waiting.append(moved)
                if len(found) > most:
                    raise OverflowError("too many markings")
            closures[key] = frozenset(found)
        return closures[key]

    begin = tuple(net.initial.get(place, 0) for place in net.places)
    end = tuple((net.final or {}).get(place, 0) for place in net.places)
    words = set()
    level = {(): closure([begin])}
    for length in range(longest + 1):
        words |= {word for word, markings in level.items() if end in markings or not complete}
        if length == longest:
            break
        following = {}
        for word, markings in level.items():
            for marking in markings:
                for label, needs, change in possible(marking, visible):
                    moved = after(marking, needs, change)
                    if moved is not None:
                        following.setdefault((*word, label), set()).add(moved)
        level = {word: closure(markings) for word, markings in following.items()}
    return words


def spelled(net, longest=8):
    """Write the language with one-letter labels as sorted words."""
    return sorted("".join(word) for word in language(net, longest))
