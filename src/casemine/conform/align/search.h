/* Search in the product of a trace and the net, markings made when they are met: see search.py,
   which does the same. */

#ifndef CASEMINE_SEARCH_H
#define CASEMINE_SEARCH_H

#include "nodes.h"

#define BOUNDS ((size_t)1 << 27) /* numbers in the bounds of one trace; longer are not searched */
#define TIES 10000 /* nodes that are settled for the choice among optima, after an end is met */

/* A bound of what is still to come, from below. */
static int32_t ahead(const Search *search, int32_t position, int32_t marking)
{
    const Components *components = &search->components;
    size_t count = (size_t)components->count, c;
    const int32_t *states = search->states + (size_t)marking * count;
    const int32_t *bounds =
        components->bounds + (size_t)position * (size_t)components->first[count];
    int32_t sum = 0;
    for (c = 0; c < count && sum < OUT_OF_REACH; c++)
        sum += bounds[states[c]];
    return sum < OUT_OF_REACH ? sum : OUT_OF_REACH;
}

static void level_add(Search *search, int32_t level, int32_t number)
{
    size_t wanted = (size_t)(level - search->start) + 1;
    if (wanted > search->level_count) {
        RESERVE(search->levels, search->level_room, wanted, search->failed);
        if (search->failed)
            return;
        memset(search->levels + search->level_count, 0,
               (wanted - search->level_count) * sizeof *search->levels);
        search->level_count = wanted;
    }
    push(search, search->levels + (wanted - 1), number);
}

/* A node can be reached at this cost. */
static void reach(Search *search, int32_t position, int32_t marking, int32_t cost)
{
    size_t slot = node_slot(search, position, marking);
    int32_t level;
    Node *node;
    if (search->failed)
        return;
    if (search->slots[slot]) {
        node = search->nodes + (search->slots[slot] - 1);
        if (cost < node->cost) {
            node->cost = cost;
            level_add(search, cost + ahead(search, position, marking), search->slots[slot] - 1);
        }
        return;
    }
    level = cost + ahead(search, position, marking);
    if (level > search->most)
        return;
    RESERVE(search->nodes, search->node_room, search->node_count + 1, search->failed);
    if (search->failed)
        return;
    node = search->nodes + search->node_count++;
    memset(node, 0, sizeof *node);
    node->position = position;
    node->marking = marking;
    node->cost = cost;
    search->slots[slot] = (int32_t)search->node_count;
    level_add(search, level, (int32_t)search->node_count - 1);
    if (search->node_count * 2 > search->slot_count && nodes_grow(search))
        search->failed = 1;
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

/* Settle one node: note all nodes that a move leads to. */
static void settle(Search *search, Node node, const int32_t *codes, int32_t length)
{
    int32_t i;
    search_expand(search, node.marking);
    if (search->failed)
        return;
    for (i = 0; i < search->step_count[node.marking]; i++) {
        int32_t step = search->step_first[node.marking] + i;
        int32_t label = search->net->label[search->transition[step]];
        int32_t target = search->target[step];
        if (label < 0) {
            reach(search, node.position, target, node.cost);
            continue;
        }
        if (node.position < length && label == codes[node.position])
            reach(search, node.position + 1, target, node.cost);
        reach(search, node.position, target, node.cost + 1);
    }
    if (node.position < length)
        reach(search, node.position + 1, node.marking, node.cost + 1);
}

/* Settle nodes level by level until an end is met, then what else there is at that level, up to
   `ties` nodes more. FINE: `cost` is optimal; TOO_LARGE: more than `limit` nodes without an end,
   and `cost` is a lower bound; NO_RUN: no end at all. `upper` is the cost of some alignment. */
static int search_costs(Search *search, const int32_t *codes, int32_t length, int part,
                        int32_t upper, int64_t limit, int64_t ties, int64_t *settled,
                        int32_t *cost)
{
    int32_t initial, final, number;
    size_t level, i;
    int status, ended = 0;
    nodes_forget(search);
    for (i = 0; i < search->level_count; i++)
        search->levels[i].count = 0;
    *settled = 0;
    if (components_bounds(&search->components, codes, length, part))
        return NO_MEMORY;
    initial = search_marking(search, search->net->initial);
    final = search_marking(search, search->net->final);
    if (search->failed)
        return NO_MEMORY;
    search->most = upper;
    search->start = ahead(search, 0, initial);
    reach(search, 0, initial, 0);
    for (level = 0; level < search->level_count && !ended; level++) {
        *cost = search->start + (int32_t)level;
        while (search->levels[level].count && !search->failed) {
            List *now = search->levels + level;
            Node node;
            number = now->items[--now->count];
            if (search->nodes[number].settled)
                continue;
            if (ended ? ++ended > ties + 1 : ++*settled > limit)
                break;
            search->nodes[number].settled = 1;
            node = search->nodes[number];
            if (!((*settled + ended) & 0xffff) && search->stopped(search->context))
                return INTERRUPTED;
            if (node.position == length) {
                status = part ? search_alive(search, node.marking, final, limit)
                              : node.marking == final;
                if (status > TOO_LARGE)
                    return TOO_LARGE;
                if (status)
                    ended += !ended;
                search->nodes[number].good = (uint8_t)status;
            }
            settle(search, node, codes, length);
        }
        if (search->failed)
            return NO_MEMORY;
        if (!ended && *settled > limit)
            return TOO_LARGE;
    }
    return ended ? FINE : NO_RUN;
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
    size_t i;
    int32_t step, label, before;
    search->list.count = 0;
    for (i = 0; i < search->node_count; i++)
        if (search->nodes[i].good)
            push(search, &search->list, (int32_t)i);
    while (search->list.count && !search->failed) {
        Node node = search->nodes[search->list.items[--search->list.count]];
        search->alive[node.marking] = 1;
        if (node.position)
            good_before(search, node.position - 1, node.marking, node.cost - 1);
        for (step = search->into[node.marking]; step >= 0; step = search->also_into[step]) {
            before = search->source[step];
            label = search->net->label[search->transition[step]];
            if (label < 0) {
                good_before(search, node.position, before, node.cost);
                continue;
            }
            good_before(search, node.position, before, node.cost - 1);
            if (node.position && label == codes[node.position - 1])
                good_before(search, node.position - 1, before, node.cost);
        }
    }
}

#endif
