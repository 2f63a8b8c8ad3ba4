/* The net as an automaton without silent steps, reduced to blocks: see automaton.py, which makes
   the same of the same net. */

#ifndef CASEMINE_AUTOMATON_H
#define CASEMINE_AUTOMATON_H

#include "graph.h"

#define FAR (1 << 28) /* more than any distance, and twice of it still fits */

/* Arcs of entry e with label a are `slot[e * labels + a]` to the next slot; `rank` is their place
   among all arcs of the entry. `step` is the last silent step before the arc (-1: none), whose
   way back to the entry `parent` tells. Pairs of label a come in groups of one source block:
   groups `label_group[a]` to `label_group[a + 1]`. */
typedef struct {
    int32_t entries, blocks, labels;
    int32_t *block, *end;                             /* by entry; end -2: not final */
    int32_t *slot, *target, *transition, *step, *rank; /* of arcs */
    int32_t *target_block;
    int32_t *parent, *through;                        /* of silent steps */
    int32_t *label_group, *group_source, *group_first, *pair_target;
    int32_t *distance, *towards; /* from a block to each block, and from each block to one */
    int32_t *finish;
    int32_t pairs;
} Automaton;

typedef struct {
    int32_t label, target, transition, step, rank;
} Arc;

static void automaton_clear(Automaton *automaton)
{
    int32_t *arrays[] = {automaton->block,      automaton->end,         automaton->slot,
                         automaton->target,     automaton->transition,  automaton->step,
                         automaton->rank,       automaton->parent,      automaton->through,
                         automaton->label_group, automaton->group_source, automaton->group_first,
                         automaton->pair_target, automaton->distance,   automaton->towards,
                         automaton->finish,     automaton->target_block};
    size_t i;
    for (i = 0; i < sizeof arrays / sizeof *arrays; i++)
        free(arrays[i]);
    memset(automaton, 0, sizeof *automaton);
}

/* What grows while entries are found. */
typedef struct {
    Arc *arcs;
    int32_t *arc_first, *marking, *previous; /* by entry, by entry, by arc */
    size_t arc_count, arc_room, first_room, marking_room, previous_room, end_room;
    size_t steps, parent_room, through_room;
    int32_t *entry_of;             /* by marking, -1 */
    int32_t *seen_in, *seen_step;  /* by marking: the entry whose closure met it, and the step */
    int32_t *arcs_in, *last_arc;   /* by entry: whose arcs met it, and the last of them */
    size_t arcs_in_room, last_arc_room;
    int32_t *closure;
} Growing;

static int32_t entry_number(Automaton *automaton, Growing *growing, int32_t marking)
{
    int failed = 0;
    size_t wanted = (size_t)automaton->entries + 1;
    if (growing->entry_of[marking] >= 0)
        return growing->entry_of[marking];
    RESERVE(growing->marking, growing->marking_room, wanted, failed);
    RESERVE(growing->arcs_in, growing->arcs_in_room, wanted, failed);
    RESERVE(growing->last_arc, growing->last_arc_room, wanted, failed);
    RESERVE(growing->arc_first, growing->first_room, wanted + 1, failed);
    RESERVE(automaton->end, growing->end_room, wanted, failed);
    if (failed)
        return NO_MEMORY;
    growing->marking[automaton->entries] = marking;
    growing->arcs_in[automaton->entries] = -1;
    return growing->entry_of[marking] = automaton->entries++;
}

/* Keep an arc unless this entry has one with the same label and target already. */
static int arc_keep(Automaton *automaton, Growing *growing, int32_t entry, Arc arc)
{
    int32_t before;
    int failed = 0;
    if (growing->arcs_in[arc.target] == entry)
        for (before = growing->last_arc[arc.target]; before >= 0;
             before = growing->previous[before])
            if (growing->arcs[before].label == arc.label)
                return FINE;
    RESERVE(growing->arcs, growing->arc_room, growing->arc_count + 1, failed);
    RESERVE(growing->previous, growing->previous_room, growing->arc_count + 1, failed);
    if (failed)
        return NO_MEMORY;
    growing->previous[growing->arc_count] =
        growing->arcs_in[arc.target] == entry ? growing->last_arc[arc.target] : -1;
    growing->arcs_in[arc.target] = entry;
    growing->last_arc[arc.target] = (int32_t)growing->arc_count;
    arc.rank = (int32_t)growing->arc_count - growing->arc_first[entry];
    growing->arcs[growing->arc_count++] = arc;
    (void)automaton;
    return FINE;
}

/* Silent steps out of one entry, breadth first, and the arcs behind them. */
static int entry_expand(Automaton *automaton, Growing *growing, const Graph *graph, const Net *net,
                        int32_t entry)
{
    int32_t reached = 1, next, marking, s, target;
    int failed = 0;
    Arc arc;
    growing->closure[0] = growing->marking[entry];
    growing->seen_in[growing->closure[0]] = entry;
    growing->seen_step[growing->closure[0]] = -1;
    growing->arc_first[entry] = (int32_t)growing->arc_count;
    automaton->end[entry] = -2;
    for (next = 0; next < reached; next++) {
        marking = growing->closure[next];
        if (marking == graph->final)
            automaton->end[entry] = growing->seen_step[marking];
        for (s = graph->first[marking]; s < graph->first[marking + 1]; s++) {
            target = graph->target[s];
            arc.label = net->label[graph->transition[s]];
            if (arc.label < 0) {
                if (growing->seen_in[target] == entry)
                    continue;
                RESERVE(automaton->parent, growing->parent_room, growing->steps + 1, failed);
                RESERVE(automaton->through, growing->through_room, growing->steps + 1, failed);
                if (failed)
                    return NO_MEMORY;
                automaton->parent[growing->steps] = growing->seen_step[marking];
                automaton->through[growing->steps] = graph->transition[s];
                growing->seen_in[target] = entry;
                growing->seen_step[target] = (int32_t)growing->steps++;
                growing->closure[reached++] = target;
            } else {
                arc.target = entry_number(automaton, growing, target);
                arc.transition = graph->transition[s];
                arc.step = growing->seen_step[marking];
                if (arc.target < 0 || arc_keep(automaton, growing, entry, arc))
                    return NO_MEMORY;
            }
        }
    }
    growing->arc_first[entry + 1] = (int32_t)growing->arc_count;
    return FINE;
}

/* Lay the arcs out by entry, label and rank. */
static int arcs_sort(Automaton *automaton, const Growing *growing)
{
    size_t labels = (size_t)automaton->labels, slots = (size_t)automaton->entries * labels;
    size_t count = growing->arc_count, i;
    int32_t entry, a;
    int32_t *place;
    if (slots > (size_t)MOST)
        return TOO_LARGE;
    automaton->slot = zeros(slots + 1, sizeof(int32_t));
    automaton->target = zeros(count, sizeof(int32_t));
    automaton->transition = zeros(count, sizeof(int32_t));
    automaton->step = zeros(count, sizeof(int32_t));
    automaton->rank = zeros(count, sizeof(int32_t));
    place = zeros(slots + 1, sizeof(int32_t));
    if (!automaton->slot || !automaton->target || !automaton->transition || !automaton->step ||
        !automaton->rank || !place) {
        free(place);
        return NO_MEMORY;
    }
    for (entry = 0; entry < automaton->entries; entry++)
        for (a = growing->arc_first[entry]; a < growing->arc_first[entry + 1]; a++)
            automaton->slot[(size_t)entry * labels + (size_t)growing->arcs[a].label + 1]++;
    for (i = 0; i < slots; i++)
        automaton->slot[i + 1] += automaton->slot[i];
    memcpy(place, automaton->slot, (slots + 1) * sizeof *place);
    for (entry = 0; entry < automaton->entries; entry++)
        for (a = growing->arc_first[entry]; a < growing->arc_first[entry + 1]; a++) {
            const Arc *arc = growing->arcs + a;
            int32_t at = place[(size_t)entry * labels + (size_t)arc->label]++;
            automaton->target[at] = arc->target;
            automaton->transition[at] = arc->transition;
            automaton->step[at] = arc->step;
            automaton->rank[at] = arc->rank;
        }
    free(place);
    return FINE;
}

static void growing_clear(Growing *growing)
{
    free(growing->arcs);
    free(growing->arc_first);
    free(growing->marking);
    free(growing->previous);
    free(growing->entry_of);
    free(growing->seen_in);
    free(growing->seen_step);
    free(growing->arcs_in);
    free(growing->last_arc);
    free(growing->closure);
}

static int entries_find(Automaton *automaton, const Graph *graph, const Net *net, int32_t steps)
{
    Growing growing = {0};
    size_t count = graph->markings.count;
    int32_t entry;
    int status = FINE;
    growing.entry_of = malloc((count + 1) * sizeof(int32_t));
    growing.seen_in = malloc((count + 1) * sizeof(int32_t));
    growing.seen_step = malloc((count + 1) * sizeof(int32_t));
    growing.closure = malloc((count + 1) * sizeof(int32_t));
    if (!growing.entry_of || !growing.seen_in || !growing.seen_step || !growing.closure)
        status = NO_MEMORY;
    else {
        memset(growing.entry_of, 0xff, count * sizeof(int32_t));
        memset(growing.seen_in, 0xff, count * sizeof(int32_t));
        if (entry_number(automaton, &growing, 0) < 0)
            status = NO_MEMORY;
    }
    for (entry = 0; status == FINE && entry < automaton->entries; entry++) {
        status = entry_expand(automaton, &growing, graph, net, entry);
        if (status == FINE && growing.steps > (size_t)steps)
            status = TOO_LARGE;
    }
    if (status == FINE)
        status = arcs_sort(automaton, &growing);
    growing_clear(&growing);
    return status;
}

#endif
