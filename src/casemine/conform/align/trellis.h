/* Least costs of suffixes and the walk along a trace: see portable.py and walk.py, which do the
   same in numpy. */

#ifndef CASEMINE_TRELLIS_H
#define CASEMINE_TRELLIS_H

#include "blocks.h"

typedef struct {
    int32_t after, rise; /* row after the label (-1: not known), and rise of the smallest number */
} Next;

typedef struct {
    const Automaton *automaton;
    int32_t *vectors, *slots, *scratch;
    Next *next;
    size_t count, vector_room, next_room, slot_count;
    size_t most; /* rows that are kept before all are forgotten */
    int32_t whole, whole_base, part, part_base; /* rows after the last event */
} Rows;

static void rows_clear(Rows *rows)
{
    free(rows->vectors);
    free(rows->slots);
    free(rows->scratch);
    free(rows->next);
}

static size_t row_slot(const Rows *rows, const int32_t *vector)
{
    size_t blocks = (size_t)rows->automaton->blocks, mask = rows->slot_count - 1;
    size_t slot = (size_t)hash_bytes(vector, blocks * sizeof *vector) & mask;
    while (rows->slots[slot] >= 0 &&
           memcmp(rows->vectors + (size_t)rows->slots[slot] * blocks, vector,
                  blocks * sizeof *vector))
        slot = (slot + 1) & mask;
    return slot;
}

/* Number of the row in scratch less its smallest number, which goes to `least`. */
static int32_t row_number(Rows *rows, int32_t *least)
{
    size_t blocks = (size_t)rows->automaton->blocks, labels = (size_t)rows->automaton->labels;
    size_t i, slot;
    int32_t *vector = rows->scratch, smallest = vector[0], *bigger;
    int failed = 0;
    for (i = 1; i < blocks; i++)
        smallest = vector[i] < smallest ? vector[i] : smallest;
    for (i = 0; i < blocks; i++)
        vector[i] -= smallest;
    *least = smallest;
    slot = row_slot(rows, vector);
    if (rows->slots[slot] >= 0)
        return rows->slots[slot];
    if ((rows->count + 1) * 2 > rows->slot_count) {
        bigger = malloc(rows->slot_count * 2 * sizeof *bigger);
        if (!bigger)
            return NO_MEMORY;
        free(rows->slots);
        rows->slots = bigger;
        rows->slot_count *= 2;
        memset(bigger, 0xff, rows->slot_count * sizeof *bigger);
        for (i = 0; i < rows->count; i++)
            bigger[row_slot(rows, rows->vectors + i * blocks)] = (int32_t)i;
        slot = row_slot(rows, vector);
    }
    RESERVE(rows->vectors, rows->vector_room, (rows->count + 1) * blocks, failed);
    RESERVE(rows->next, rows->next_room, (rows->count + 1) * labels, failed);
    if (failed)
        return NO_MEMORY;
    memcpy(rows->vectors + rows->count * blocks, vector, blocks * sizeof *vector);
    for (i = 0; i < labels; i++)
        rows->next[rows->count * labels + i].after = -1;
    rows->slots[slot] = (int32_t)rows->count;
    return (int32_t)rows->count++;
}

/* Forget all rows but the two that stand after a last event. */
static int rows_forget(Rows *rows)
{
    size_t blocks = (size_t)rows->automaton->blocks;
    memset(rows->slots, 0xff, rows->slot_count * sizeof *rows->slots);
    rows->count = 0;
    memcpy(rows->scratch, rows->automaton->finish, blocks * sizeof *rows->scratch);
    rows->whole = row_number(rows, &rows->whole_base);
    memset(rows->scratch, 0, blocks * sizeof *rows->scratch);
    rows->part = row_number(rows, &rows->part_base);
    return rows->whole < 0 || rows->part < 0 ? NO_MEMORY : FINE;
}

static int rows_start(Rows *rows, const Automaton *automaton, size_t kept)
{
    memset(rows, 0, sizeof *rows);
    rows->automaton = automaton;
    rows->most = kept / ((size_t)automaton->blocks + 2 * (size_t)automaton->labels);
    if (rows->most < 3)
        rows->most = 3; /* one more than stand after a last event */
    rows->slot_count = 1024;
    rows->slots = malloc(rows->slot_count * sizeof *rows->slots);
    rows->scratch = malloc((size_t)automaton->blocks * sizeof *rows->scratch);
    if (!rows->slots || !rows->scratch)
        return NO_MEMORY;
    return rows_forget(rows);
}

/* Least costs before a label, from those after it. */
static void consume(const Automaton *automaton, int32_t label, const int32_t *restrict y,
                    int32_t *restrict z)
{
    size_t blocks = (size_t)automaton->blocks, i;
    int32_t g, p;
    for (i = 0; i < blocks; i++)
        z[i] = y[i] + 1;
    if (label < 0)
        return;
    for (g = automaton->label_group[label]; g < automaton->label_group[label + 1]; g++) {
        int32_t source = automaton->group_source[g], best = FAR;
        for (p = automaton->group_first[g]; p < automaton->group_first[g + 1]; p++)
            if (y[automaton->pair_target[p]] < best)
                best = y[automaton->pair_target[p]];
        if (best < z[source]) {
            const int32_t *restrict away = automaton->towards + (size_t)source * blocks;
            for (i = 0; i < blocks; i++) {
                int32_t cost = away[i] + best;
                z[i] = cost < z[i] ? cost : z[i];
            }
        }
    }
}

/* The row that stands before a label when `row` stands after it. */
static int row_before(Rows *rows, int32_t row, int32_t label, Next *found)
{
    size_t at = (size_t)row * (size_t)rows->automaton->labels + (size_t)label;
    *found = rows->next[at];
    if (found->after >= 0)
        return FINE;
    consume(rows->automaton, label,
            rows->vectors + (size_t)row * (size_t)rows->automaton->blocks, rows->scratch);
    found->after = row_number(rows, &found->rise);
    if (found->after < 0)
        return NO_MEMORY;
    rows->next[at] = *found;
    return FINE;
}

/* One trace at a time. With rows, `row` and `rise` hold what stands before each event; without,
   `stack` holds the vectors themselves by their distance from the end. */
typedef struct {
    const Automaton *automaton;
    const Net *net;
    Moves *moves;
    Rows *rows; /* or NULL */
    int32_t *stack, *row, *rise, *goal, *path;
    size_t row_room, rise_room, path_room;
    int32_t *mark, *mark_vector; /* where rows were forgotten within a trace, and what stood there */
    size_t marks, mark_room, mark_vector_room;
} Walk;

static void walk_clear(Walk *walk)
{
    free(walk->stack);
    free(walk->row);
    free(walk->rise);
    free(walk->goal);
    free(walk->path);
    free(walk->mark);
    free(walk->mark_vector);
}

/* The silent steps up to `step`. */
static void walk_silent(Walk *walk, int32_t step)
{
    const Automaton *automaton = walk->automaton;
    size_t length = 0;
    for (; step >= 0; step = automaton->parent[step]) {
        RESERVE(walk->path, walk->path_room, length + 1, walk->moves->failed);
        if (walk->moves->failed)
            return;
        walk->path[length++] = automaton->through[step];
    }
    while (length)
        spell(walk->net, walk->moves, walk->path[--length], -1);
}

static int32_t walk_arc(Walk *walk, int32_t arc, int32_t position)
{
    const Automaton *automaton = walk->automaton;
    if (automaton->step[arc] >= 0)
        walk_silent(walk, automaton->step[arc]);
    spell(walk->net, walk->moves, automaton->transition[arc], position);
    return automaton->target[arc];
}

/* Take the first arc to an entry from which one of the goals is `away` steps away. */
static int32_t walk_towards(Walk *walk, int32_t entry, int32_t goals, int32_t away)
{
    const Automaton *automaton = walk->automaton;
    size_t labels = (size_t)automaton->labels, blocks = (size_t)automaton->blocks;
    int32_t arc, best = -1, i;
    for (arc = automaton->slot[(size_t)entry * labels];
         arc < automaton->slot[((size_t)entry + 1) * labels]; arc++) {
        const int32_t *distance =
            automaton->distance + (size_t)automaton->target_block[arc] * blocks;
        if (best >= 0 && automaton->rank[arc] > automaton->rank[best])
            continue;
        for (i = 0; i < goals; i++)
            if (distance[walk->goal[i]] == away) {
                best = arc;
                break;
            }
    }
    return best;
}

/* Model moves up to a block where the event is in its place; else the event alone. */
static int32_t walk_detour(Walk *walk, int32_t entry, int32_t position, int32_t label,
                           const int32_t *left, int32_t cost)
{
    const Automaton *automaton = walk->automaton;
    size_t blocks = (size_t)automaton->blocks, labels = (size_t)automaton->labels;
    const int32_t *distance = automaton->distance + (size_t)automaton->block[entry] * blocks;
    int32_t g, p, arc, i, kept, goals = 0, away = FAR;
    for (g = automaton->label_group[label]; g < automaton->label_group[label + 1]; g++) {
        int32_t source = automaton->group_source[g], hops = distance[source];
        if (hops > away || hops > cost)
            continue;
        for (p = automaton->group_first[g]; p < automaton->group_first[g + 1]; p++)
            if (hops + left[automaton->pair_target[p]] == cost) {
                if (hops < away)
                    goals = 0;
                away = hops;
                walk->goal[goals++] = source;
                break;
            }
    }
    if (!goals) {
        move(walk->moves, position, -1);
        return entry;
    }
    cost -= away;
    while (away) {
        arc = walk_towards(walk, entry, goals, --away);
        entry = walk_arc(walk, arc, -1);
        distance = automaton->distance + (size_t)automaton->block[entry] * blocks;
        for (i = kept = 0; i < goals; i++)
            if (distance[walk->goal[i]] == away)
                walk->goal[kept++] = walk->goal[i];
        goals = kept;
    }
    arc = automaton->slot[(size_t)entry * labels + (size_t)label];
    while (left[automaton->target_block[arc]] != cost)
        arc++; /* the block has such an arc, so this entry of it has one too */
    return walk_arc(walk, arc, position);
}

/* The way to the final marking. */
static void walk_end(Walk *walk, int32_t entry)
{
    const Automaton *automaton = walk->automaton;
    int32_t away = automaton->finish[automaton->block[entry]], goals = 0, b;
    if (away)
        for (b = 0; b < automaton->blocks; b++)
            if (!automaton->finish[b])
                walk->goal[goals++] = b;
    while (away)
        entry = walk_arc(walk, walk_towards(walk, entry, goals, --away), -1);
    walk_silent(walk, automaton->end[entry]);
}

/* Forget all rows but the one that stands before event `at`. */
static int rows_restart(Walk *walk, int32_t at, const int32_t *vector)
{
    Rows *rows = walk->rows;
    int32_t least;
    if (rows_forget(rows))
        return NO_MEMORY;
    memcpy(rows->scratch, vector, (size_t)walk->automaton->blocks * sizeof *vector);
    walk->row[at] = row_number(rows, &least);
    return walk->row[at] < 0 ? NO_MEMORY : FINE;
}

/* Rows before the events from `end - 1` down to `begin`; where they become too many, a mark is
   set, and rows after it are forgotten. */
static int rows_along(Walk *walk, const int32_t *codes, int32_t begin, int32_t end)
{
    Rows *rows = walk->rows;
    size_t blocks = (size_t)walk->automaton->blocks, size;
    int32_t at;
    Next next;
    for (at = end - 1; at >= begin; at--) {
        next.after = walk->row[at + 1];
        next.rise = 1;
        if (codes[at] >= 0 && row_before(rows, next.after, codes[at], &next))
            return NO_MEMORY;
        walk->row[at] = next.after;
        walk->rise[at] = next.rise;
        if (at == begin || rows->count <= rows->most)
            continue;
        size = walk->marks * blocks;
        RESERVE(walk->mark, walk->mark_room, walk->marks + 1, walk->moves->failed);
        RESERVE(walk->mark_vector, walk->mark_vector_room, size + blocks, walk->moves->failed);
        if (walk->moves->failed)
            return NO_MEMORY;
        walk->mark[walk->marks++] = at;
        memcpy(walk->mark_vector + size, rows->vectors + (size_t)next.after * blocks,
               blocks * sizeof *walk->mark_vector);
        if (rows_restart(walk, at, walk->mark_vector + size))
            return NO_MEMORY;
    }
    return FINE;
}

/* Vectors of a trace from its end to its begin, by rows; returns the cost or NO_MEMORY. */
static int32_t backwards_by_rows(Walk *walk, const int32_t *codes, int32_t length, int part)
{
    const Rows *rows = walk->rows;
    int32_t at, base = part ? rows->part_base : rows->whole_base;
    RESERVE(walk->row, walk->row_room, (size_t)length + 1, walk->moves->failed);
    RESERVE(walk->rise, walk->rise_room, (size_t)length + 1, walk->moves->failed);
    if (walk->moves->failed)
        return NO_MEMORY;
    walk->marks = 0;
    walk->row[length] = part ? rows->part : rows->whole;
    if (rows_along(walk, codes, 0, length))
        return NO_MEMORY;
    for (at = 0; at < length; at++)
        base += walk->rise[at];
    return base + rows->vectors[(size_t)walk->row[0] * (size_t)walk->automaton->blocks +
                                (size_t)walk->automaton->block[0]];
}

/* The same on the stack, on which the last `shared` events stand already. */
static int32_t backwards_by_stack(Walk *walk, const int32_t *codes, int32_t length, int32_t shared)
{
    size_t blocks = (size_t)walk->automaton->blocks;
    int32_t *top = walk->stack + (size_t)shared * blocks;
    int32_t at;
    for (at = length - shared - 1; at >= 0; at--, top += blocks)
        consume(walk->automaton, codes[at], top, top + blocks);
    return top[walk->automaton->block[0]];
}

/* From event `at` to `end`, by the rule of walk.py; returns the entry reached. */
static int32_t forwards_part(Walk *walk, const int32_t *codes, int32_t at, int32_t end,
                             int32_t length, int32_t entry)
{
    const Automaton *automaton = walk->automaton;
    size_t blocks = (size_t)automaton->blocks, labels = (size_t)automaton->labels;
    int32_t cost, arc;
    for (; at < end; at++) {
        const int32_t *left, *slot;
        if (codes[at] < 0) {
            move(walk->moves, at, -1);
            continue;
        }
        if (walk->rows) {
            left = walk->rows->vectors + (size_t)walk->row[at + 1] * blocks;
            cost = walk->rows->vectors[(size_t)walk->row[at] * blocks +
                                       (size_t)automaton->block[entry]] +
                   walk->rise[at];
        } else {
            left = walk->stack + (size_t)(length - at - 1) * blocks;
            cost = left[blocks + (size_t)automaton->block[entry]];
        }
        slot = automaton->slot + (size_t)entry * labels + (size_t)codes[at];
        for (arc = slot[0]; arc < slot[1]; arc++)
            if (left[automaton->target_block[arc]] == cost)
                break;
        entry = arc < slot[1] ? walk_arc(walk, arc, at)
                              : walk_detour(walk, entry, at, codes[at], left, cost);
    }
    return entry;
}

/* From the begin of the trace to its end; after each mark, rows are made once more. */
static int forwards(Walk *walk, const int32_t *codes, int32_t length, int part)
{
    size_t first = walk->moves->count, blocks = (size_t)walk->automaton->blocks;
    int32_t at = 0, entry = 0, end;
    for (;;) {
        end = walk->marks ? walk->mark[--walk->marks] : length;
        entry = forwards_part(walk, codes, at, end, length, entry);
        if (end == length)
            break;
        at = end;
        end = walk->marks ? walk->mark[walk->marks - 1] : length;
        if (walk->marks) {
            if (rows_restart(walk, end, walk->mark_vector + (walk->marks - 1) * blocks))
                return NO_MEMORY;
        } else {
            if (rows_forget(walk->rows))
                return NO_MEMORY;
            walk->row[length] = part ? walk->rows->part : walk->rows->whole;
        }
        if (rows_along(walk, codes, at, end))
            return NO_MEMORY;
    }
    if (part)
        trim_end(walk->net, walk->moves, first);
    else
        walk_end(walk, entry);
    return walk->moves->failed ? NO_MEMORY : FINE;
}

#endif
