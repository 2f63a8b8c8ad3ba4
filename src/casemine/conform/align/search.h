/* Search in the product of a trace and the net, markings made when they are met: see search.py,
   which does the same. */

#ifndef CASEMINE_SEARCH_H
#define CASEMINE_SEARCH_H

#include "markings.h"

#define KEPT_MARKINGS ((size_t)1 << 22) /* before all are forgotten */

/* A node is a position of the trace and a marking. */
typedef struct {
    int32_t position, marking, cost;
    uint8_t settled, good; /* good: on an optimal path */
} Node;

typedef struct {
    int32_t *items;
    size_t count, room;
} List;

typedef struct {
    const Net *net;
    Markings markings;
    int32_t *step_first, *step_count; /* by marking; first -1 until expanded */
    int32_t *transition, *target;     /* of steps */
    uint8_t *alive;                   /* by marking: 0 unknown, 1 ends well, 2 does not */
    size_t first_room, count_room, transition_room, target_room, alive_room, steps, known;
    Node *nodes;
    size_t node_count, node_room, slot_count;
    int32_t *slots;
    List now, later, list, entries, closure, through;
    uint8_t *scratch;
    int failed, cut; /* cut: a transition did not fire because a place was full */
    int (*stopped)(void *);
    void *context;
} Search;

static void push(Search *search, List *list, int32_t item)
{
    RESERVE(list->items, list->room, list->count + 1, search->failed);
    if (!search->failed)
        list->items[list->count++] = item;
}

static void search_clear(Search *search)
{
    markings_clear(&search->markings);
    free(search->step_first);
    free(search->step_count);
    free(search->transition);
    free(search->target);
    free(search->alive);
    free(search->nodes);
    free(search->slots);
    free(search->now.items);
    free(search->later.items);
    free(search->list.items);
    free(search->entries.items);
    free(search->closure.items);
    free(search->through.items);
    free(search->scratch);
}

static int search_start(Search *search, const Net *net)
{
    memset(search, 0, sizeof *search);
    search->net = net;
    search->slot_count = 1024;
    search->slots = zeros(search->slot_count, sizeof *search->slots);
    search->scratch = zeros((size_t)net->places, 1);
    if (!search->slots || !search->scratch || markings_start(&search->markings, net->places))
        return NO_MEMORY;
    return FINE;
}

/* Number of a marking, with room for what is known about it. */
static int32_t search_marking(Search *search, const uint8_t *marking)
{
    int32_t number = marking_number(&search->markings, marking);
    size_t count = search->markings.count;
    if (number < 0)
        search->failed = 1;
    RESERVE(search->step_first, search->first_room, count, search->failed);
    RESERVE(search->step_count, search->count_room, count, search->failed);
    RESERVE(search->alive, search->alive_room, count, search->failed);
    if (search->failed)
        return NO_MEMORY;
    for (; search->known < count; search->known++) {
        search->step_first[search->known] = -1;
        search->alive[search->known] = 0;
    }
    return number;
}

/* Make the steps out of a marking known. */
static void search_expand(Search *search, int32_t marking)
{
    int32_t t, target;
    size_t first = search->steps;
    if (search->step_first[marking] >= 0)
        return;
    for (t = 0; t < search->net->transitions; t++) {
        if (!fire(search->net, t, marking_at(&search->markings, marking), search->scratch,
                  &search->cut))
            continue;
        target = search_marking(search, search->scratch);
        RESERVE(search->transition, search->transition_room, search->steps + 1, search->failed);
        RESERVE(search->target, search->target_room, search->steps + 1, search->failed);
        if (search->failed)
            return;
        search->transition[search->steps] = t;
        search->target[search->steps++] = target;
    }
    search->step_first[marking] = (int32_t)first;
    search->step_count[marking] = (int32_t)(search->steps - first);
}

/* Forget all markings when too many are kept. */
static int search_make_room(Search *search)
{
    if (search->markings.count < KEPT_MARKINGS && search->steps < 8 * KEPT_MARKINGS)
        return FINE;
    markings_clear(&search->markings);
    search->steps = search->known = 0;
    return markings_start(&search->markings, search->net->places);
}

static size_t node_slot(const Search *search, int32_t position, int32_t marking)
{
    size_t mask = search->slot_count - 1;
    uint64_t key = ((uint64_t)(uint32_t)position << 32) | (uint32_t)marking;
    size_t slot = (size_t)scatter(key + UINT64_C(0x9e3779b97f4a7c15)) & mask;
    const Node *node;
    for (; search->slots[slot]; slot = (slot + 1) & mask) {
        node = search->nodes + (search->slots[slot] - 1);
        if (node->position == position && node->marking == marking)
            break;
    }
    return slot;
}

static Node *node_find(const Search *search, int32_t position, int32_t marking)
{
    int32_t number = search->slots[node_slot(search, position, marking)];
    return number ? search->nodes + (number - 1) : NULL;
}

/* Start anew; a table that one hard trace has made large becomes small again. */
static void nodes_forget(Search *search)
{
    int32_t *smaller = NULL;
    search->node_count = 0;
    if (search->slot_count > 1 << 16)
        smaller = zeros(1024, sizeof *smaller);
    if (smaller) {
        free(search->slots);
        search->slots = smaller;
        search->slot_count = 1024;
    } else
        memset(search->slots, 0, search->slot_count * sizeof *search->slots);
}

static int nodes_grow(Search *search)
{
    size_t i;
    int32_t *bigger = zeros(search->slot_count * 2, sizeof *bigger);
    if (!bigger)
        return NO_MEMORY;
    free(search->slots);
    search->slots = bigger;
    search->slot_count *= 2;
    for (i = 0; i < search->node_count; i++)
        bigger[node_slot(search, search->nodes[i].position, search->nodes[i].marking)] =
            (int32_t)i + 1;
    return FINE;
}

/* A node can be reached at this cost. */
static void reach(Search *search, List *list, int32_t position, int32_t marking, int32_t cost)
{
    size_t slot = node_slot(search, position, marking);
    Node *node;
    if (search->failed)
        return;
    if (!search->slots[slot]) {
        RESERVE(search->nodes, search->node_room, search->node_count + 1, search->failed);
        if (search->failed)
            return;
        node = search->nodes + search->node_count++;
        memset(node, 0, sizeof *node);
        node->position = position;
        node->marking = marking;
        node->cost = cost;
        search->slots[slot] = (int32_t)search->node_count;
        push(search, list, (int32_t)search->node_count - 1);
        if (search->node_count * 2 > search->slot_count && nodes_grow(search))
            search->failed = 1;
        return;
    }
    node = search->nodes + (search->slots[slot] - 1);
    if (cost < node->cost) {
        node->cost = cost;
        push(search, list, search->slots[slot] - 1);
    }
}

/* Whether the final marking can be reached: 1 yes, 0 no, TOO_LARGE after so many markings.
   Depth first, until a marking is met that is known to end well. */
static int search_alive(Search *search, int32_t marking, int32_t final, int64_t limit)
{
    List *path = &search->entries, *next = &search->closure, *met = &search->through;
    int found = 0;
    size_t i;
    path->count = next->count = met->count = 0;
    if (search->alive[marking])
        return search->alive[marking] == 1;
    push(search, path, marking);
    push(search, next, 0);
    push(search, met, marking);
    search->alive[marking] = 3; /* being looked at */
    while (!search->failed && path->count && !found) {
        int32_t at = path->items[path->count - 1], step = next->items[path->count - 1]++, to;
        search_expand(search, at);
        if (search->failed)
            break;
        if (at == final || (step < search->step_count[at] &&
                            search->alive[search->target[search->step_first[at] + step]] == 1)) {
            found = 1;
            break;
        }
        if (step >= search->step_count[at]) {
            path->count--;
            next->count--;
            continue;
        }
        to = search->target[search->step_first[at] + step];
        if (search->alive[to])
            continue;
        if ((int64_t)met->count >= limit) {
            found = TOO_LARGE + 1;
            break;
        }
        search->alive[to] = 3;
        push(search, path, to);
        push(search, next, 0);
        push(search, met, to);
    }
    for (i = 0; i < met->count; i++)
        search->alive[met->items[i]] = found ? 0 : 2;
    if (found == 1)
        for (i = 0; i < path->count; i++)
            search->alive[path->items[i]] = 1;
    return found > 1 ? TOO_LARGE + 1 : found;
}

/* Settle all nodes up to the cost at which an end is met. FINE: `cost` is optimal; TOO_LARGE:
   more than `limit` nodes, and `cost` is a lower bound; NO_RUN: no end at all. */
static int search_costs(Search *search, const int32_t *codes, int32_t length, int part,
                        int64_t limit, int64_t *settled, int32_t *cost)
{
    int32_t level, initial, final, i;
    int status, ended = 0;
    List swapped;
    nodes_forget(search);
    search->now.count = search->later.count = 0;
    *settled = 0;
    initial = search_marking(search, search->net->initial);
    final = search_marking(search, search->net->final);
    if (search->failed)
        return NO_MEMORY;
    reach(search, &search->now, 0, initial, 0);
    for (level = 0;; level++) {
        *cost = level;
        search->list.count = 0;
        while (search->now.count && !search->failed) {
            int32_t number = search->now.items[--search->now.count];
            Node node = search->nodes[number];
            if (node.settled)
                continue;
            search->nodes[number].settled = 1;
            if (++*settled > limit)
                return TOO_LARGE;
            if (!(*settled & 0xffff) && search->stopped(search->context))
                return INTERRUPTED;
            if (node.position == length)
                push(search, &search->list, node.marking);
            search_expand(search, node.marking);
            if (search->failed)
                break;
            for (i = 0; i < search->step_count[node.marking]; i++) {
                int32_t step = search->step_first[node.marking] + i;
                int32_t label = search->net->label[search->transition[step]];
                int32_t target = search->target[step];
                if (label < 0) {
                    reach(search, &search->now, node.position, target, level);
                    continue;
                }
                if (node.position < length && label == codes[node.position])
                    reach(search, &search->now, node.position + 1, target, level);
                reach(search, &search->later, node.position, target, level + 1);
            }
            if (node.position < length)
                reach(search, &search->later, node.position + 1, node.marking, level + 1);
        }
        if (search->failed)
            return NO_MEMORY;
        for (i = 0; i < (int32_t)search->list.count; i++) {
            int32_t marking = search->list.items[i];
            Node *node;
            status = part ? search_alive(search, marking, final, limit) : marking == final;
            if (search->failed)
                return NO_MEMORY;
            if (status > TOO_LARGE)
                return TOO_LARGE;
            node = node_find(search, length, marking);
            if (status && node) {
                node->good = 1;
                ended = 1;
            }
        }
        if (ended)
            return FINE;
        if (!search->later.count)
            return NO_RUN;
        swapped = search->now;
        search->now = search->later;
        search->later = swapped;
    }
}

/* From a good node back to one that leads to it at this cost. */
static void good_before(Search *search, int32_t position, int32_t marking, int32_t cost)
{
    Node *node = node_find(search, position, marking);
    if (node && node->settled && !node->good && node->cost == cost) {
        node->good = 1;
        push(search, &search->list, (int32_t)(node - search->nodes));
    }
}

/* Mark all nodes on optimal paths, from the ends backwards. */
static void search_good(Search *search, const int32_t *codes)
{
    const Net *net = search->net;
    size_t i;
    int32_t t, before;
    search->list.count = 0;
    for (i = 0; i < search->node_count; i++)
        if (search->nodes[i].good)
            push(search, &search->list, (int32_t)i);
    while (search->list.count && !search->failed) {
        Node node = search->nodes[search->list.items[--search->list.count]];
        search->alive[node.marking] = 1;
        if (node.position)
            good_before(search, node.position - 1, node.marking, node.cost - 1);
        for (t = 0; t < net->transitions; t++) {
            if (!unfire(net, t, marking_at(&search->markings, node.marking), search->scratch))
                continue;
            before = marking_find(&search->markings, search->scratch);
            if (before < 0)
                continue;
            if (net->label[t] < 0) {
                good_before(search, node.position, before, node.cost);
                continue;
            }
            good_before(search, node.position, before, node.cost - 1);
            if (node.position && net->label[t] == codes[node.position - 1])
                good_before(search, node.position - 1, before, node.cost);
        }
    }
}

#endif
