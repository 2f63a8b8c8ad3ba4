/* What a search knows: markings with the steps out of them and into them, which stay from trace to
   trace, and the nodes of one trace. */

#ifndef CASEMINE_NODES_H
#define CASEMINE_NODES_H

#include "components.h"
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
    int32_t *transition, *source, *target; /* of steps */
    int32_t *into, *also_into;        /* by marking: a step into it, -1; by step: the next such */
    uint8_t *alive;                   /* by marking: 0 unknown, 1 ends well, 2 does not */
    size_t first_room, count_room, transition_room, source_room, target_room, into_room;
    size_t also_room, alive_room, steps, known;
    Components components;
    int32_t *states; /* by marking, then component */
    size_t states_room;
    Node *nodes;
    size_t node_count, node_room, slot_count;
    int32_t *slots;
    List *levels;        /* nodes by cost so far and bound ahead, less that of the start */
    size_t level_count, level_room;
    int32_t start, most; /* bound at the start; levels above `most` can't be optimal */
    List list, entries, closure, through;
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
    size_t i;
    markings_clear(&search->markings);
    free(search->step_first);
    free(search->step_count);
    free(search->transition);
    free(search->source);
    free(search->target);
    free(search->into);
    free(search->also_into);
    free(search->alive);
    free(search->nodes);
    free(search->slots);
    for (i = 0; i < search->level_count; i++)
        free(search->levels[i].items);
    free(search->levels);
    free(search->states);
    free(search->components.bounds);
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
    size_t count = search->markings.count, components = (size_t)search->components.count;
    if (number < 0)
        search->failed = 1;
    RESERVE(search->step_first, search->first_room, count, search->failed);
    RESERVE(search->step_count, search->count_room, count, search->failed);
    RESERVE(search->into, search->into_room, count, search->failed);
    RESERVE(search->alive, search->alive_room, count, search->failed);
    RESERVE(search->states, search->states_room, count * components + 1, search->failed);
    if (search->failed)
        return NO_MEMORY;
    for (; search->known < count; search->known++) {
        components_states(&search->components, marking_at(&search->markings, (int32_t)search->known),
                          search->states + search->known * components);
        search->step_first[search->known] = search->into[search->known] = -1;
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
        RESERVE(search->source, search->source_room, search->steps + 1, search->failed);
        RESERVE(search->target, search->target_room, search->steps + 1, search->failed);
        RESERVE(search->also_into, search->also_room, search->steps + 1, search->failed);
        if (search->failed)
            return;
        search->transition[search->steps] = t;
        search->source[search->steps] = marking;
        search->target[search->steps] = target;
        search->also_into[search->steps] = search->into[target];
        search->into[target] = (int32_t)search->steps++;
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

#endif
