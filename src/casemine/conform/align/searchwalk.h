/* The walk along a trace within the nodes that the search found good: the choice of walk.py. */

#ifndef CASEMINE_SEARCHWALK_H
#define CASEMINE_SEARCHWALK_H

#include "search.h"

/* How a marking was come by at one position: from `parent` (index, -1: none) by a transition. */
typedef struct {
    int32_t marking, parent, transition, cost;
    uint8_t entry; /* the transition is visible, or this is where the walk stands */
} Trail;

typedef struct {
    Search *search;
    Moves *moves;
    Trail *trail;
    size_t trail_count, trail_room;
    int32_t *met_at, *entry_at; /* by marking: the stamp of its closure, and of its entry */
    size_t met_room, entry_room, stamped;
    int32_t stamp;
    List path;
} SearchWalk;

static void searchwalk_clear(SearchWalk *walk)
{
    free(walk->trail);
    free(walk->met_at);
    free(walk->entry_at);
    free(walk->path.items);
}

static const Node *good_node(const SearchWalk *walk, int32_t position, int32_t marking,
                             int32_t cost)
{
    const Node *node = node_find(walk->search, position, marking);
    return node && node->good && node->cost == cost ? node : NULL;
}

static void trail_add(SearchWalk *walk, Trail one)
{
    RESERVE(walk->trail, walk->trail_room, walk->trail_count + 1, walk->search->failed);
    if (!walk->search->failed)
        walk->trail[walk->trail_count++] = one;
}

/* Write down the transitions that lead to a place of the trail. */
static void trail_spell(SearchWalk *walk, int32_t at)
{
    walk->path.count = 0;
    for (; at >= 0 && !walk->search->failed; at = walk->trail[at].parent)
        if (walk->trail[at].transition >= 0)
            push(walk->search, &walk->path, walk->trail[at].transition);
    while (walk->path.count)
        spell(walk->search->net, walk->moves, walk->path.items[--walk->path.count], -1);
}

/* Silent steps from the trail's item `first` on, breadth first. */
static void trail_close(SearchWalk *walk, size_t first, int32_t position)
{
    Search *search = walk->search;
    size_t at;
    int32_t i;
    walk->stamp++;
    walk->met_at[walk->trail[first].marking] = walk->stamp;
    for (at = first; at < walk->trail_count && !search->failed; at++) {
        Trail from = walk->trail[at];
        for (i = 0; i < search->step_count[from.marking]; i++) {
            int32_t step = search->step_first[from.marking] + i, to = search->target[step];
            Trail one = {to, (int32_t)at, search->transition[step], from.cost, 0};
            if (search->net->label[one.transition] >= 0 || walk->met_at[to] == walk->stamp ||
                !good_node(walk, position, to, from.cost))
                continue;
            walk->met_at[to] = walk->stamp;
            trail_add(walk, one);
        }
    }
}

/* Model moves, layer by layer, until the event `code`, the one at `place` of its trace, is in its
   place; or, after the last event, until the marking is `final`. `position` counts the events
   that the net knows. Returns the marking after it, or -1 where the event stands alone. */
static int32_t walk_position(SearchWalk *walk, int32_t marking, int32_t position, int32_t place,
                             int32_t code, int32_t final, int32_t *cost)
{
    Search *search = walk->search;
    List *layer = &search->entries, *next = &search->closure, swapped;
    size_t e, at, first;
    int32_t i, begun = walk->stamp;
    Trail start = {marking, -1, -1, *cost, 1};
    walk->trail_count = layer->count = 0;
    walk->entry_at[marking] = ++walk->stamp;
    trail_add(walk, start);
    push(search, layer, 0);
    while (layer->count && !search->failed) {
        next->count = 0;
        search->through.count = 0;
        for (e = 0; e < layer->count && !search->failed; e++) {
            Trail entry = walk->trail[layer->items[e]];
            entry.parent = layer->items[e];
            entry.transition = -1; /* spelled by its parent */
            first = walk->trail_count;
            trail_add(walk, entry);
            trail_close(walk, first, position);
            push(search, &search->through, (int32_t)first);
            push(search, &search->through, (int32_t)walk->trail_count);
            for (at = first; at < walk->trail_count && !search->failed; at++) {
                Trail from = walk->trail[at];
                if (final >= 0 && from.marking == final) {
                    trail_spell(walk, (int32_t)at);
                    return final;
                }
                for (i = 0; code >= 0 && i < search->step_count[from.marking]; i++) {
                    int32_t step = search->step_first[from.marking] + i;
                    if (search->net->label[search->transition[step]] == code &&
                        good_node(walk, position + 1, search->target[step], from.cost)) {
                        trail_spell(walk, (int32_t)at);
                        spell(search->net, walk->moves, search->transition[step], place);
                        *cost = from.cost;
                        return search->target[step];
                    }
                }
            }
        }
        for (e = 0; e + 1 < search->through.count && !search->failed; e += 2)
            for (at = (size_t)search->through.items[e];
                 at < (size_t)search->through.items[e + 1] && !search->failed; at++) {
                Trail from = walk->trail[at];
                for (i = 0; i < search->step_count[from.marking]; i++) {
                    int32_t step = search->step_first[from.marking] + i;
                    int32_t to = search->target[step];
                    Trail one = {to, (int32_t)at, search->transition[step], from.cost + 1, 1};
                    if (search->net->label[one.transition] < 0 || walk->entry_at[to] > begun ||
                        !good_node(walk, position, to, one.cost))
                        continue;
                    walk->entry_at[to] = walk->stamp;
                    trail_add(walk, one);
                    push(search, next, (int32_t)walk->trail_count - 1);
                }
            }
        swapped = *layer;
        *layer = *next;
        *next = swapped;
    }
    return -1;
}

static int searchwalk_trace(SearchWalk *walk, const int32_t *codes, int32_t length, int part)
{
    Search *search = walk->search;
    size_t first = walk->moves->count, count = search->markings.count;
    int32_t place, position = 0, cost = 0, reached;
    int32_t final = marking_find(&search->markings, search->net->final);
    int32_t marking = marking_find(&search->markings, search->net->initial);
    RESERVE(walk->met_at, walk->met_room, count, search->failed);
    RESERVE(walk->entry_at, walk->entry_room, count, search->failed);
    if (search->failed)
        return NO_MEMORY;
    if (walk->stamp > MOST / 2) {
        walk->stamp = 0;
        walk->stamped = 0;
    }
    for (; walk->stamped < count; walk->stamped++)
        walk->met_at[walk->stamped] = walk->entry_at[walk->stamped] = 0;
    for (place = 0; place < length && !search->failed; place++) {
        if (codes[place] < 0) {
            move(walk->moves, place, -1);
            continue;
        }
        reached = walk_position(walk, marking, position++, place, codes[place], -1, &cost);
        if (reached >= 0) {
            marking = reached;
        } else {
            move(walk->moves, place, -1);
            cost++;
        }
    }
    if (part)
        trim_end(search->net, walk->moves, first);
    else
        walk_position(walk, marking, position, -1, -1, final, &cost);
    return search->failed || walk->moves->failed ? NO_MEMORY : FINE;
}

#endif
