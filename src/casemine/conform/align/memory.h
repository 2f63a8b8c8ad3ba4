/* Growing arrays, and the net as the kernel sees it; every size is checked before it is used. */

#ifndef CASEMINE_MEMORY_H
#define CASEMINE_MEMORY_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What a function of the kernel answers. */
enum { FINE = 0, NO_MEMORY = -1, INTERRUPTED = -2, TOO_LARGE = 1, NO_RUN = 2 };

#define MOST INT32_MAX /* of anything that is numbered */

/* Make room for so many items; the array stays as it was where that fails. */
static void *more_room(void *array, size_t *room, size_t wanted, size_t item, int *failed)
{
    size_t bigger = *room ? *room : 64;
    void *moved;
    if (wanted <= *room)
        return array;
    if (wanted > (size_t)MOST) {
        *failed = 1;
        return array;
    }
    while (bigger < wanted)
        bigger *= 2;
    if (bigger > SIZE_MAX / item || !(moved = realloc(array, bigger * item))) {
        *failed = 1;
        return array;
    }
    *room = bigger;
    return moved;
}

#define RESERVE(array, room, wanted, failed) \
    ((array) = more_room((array), &(room), (wanted), sizeof *(array), &(failed)))

/* An array of so many zeros; NULL where the product does not fit. */
static void *zeros(size_t count, size_t item)
{
    return calloc(count ? count : 1, item);
}

/* The moves of all variants, growing. */
typedef struct {
    int32_t *position, *transition;
    size_t count, position_room, transition_room;
    int failed;
} Moves;

static void move(Moves *moves, int32_t position, int32_t transition)
{
    size_t wanted = moves->count + 1;
    if (wanted > moves->position_room)
        RESERVE(moves->position, moves->position_room, wanted, moves->failed);
    if (wanted > moves->transition_room)
        RESERVE(moves->transition, moves->transition_room, wanted, moves->failed);
    if (moves->failed)
        return;
    moves->position[moves->count] = position;
    moves->transition[moves->count++] = transition;
}

/* A net after reduction. Transition t takes `take_weight` from each `take_place` and changes each
   `change_place` by `change_by`; it stands for the transitions `sequence` of the original net, of
   which the one at `visible` bears its label (-1: it is silent). */
typedef struct {
    int32_t places, transitions, labels;
    const int32_t *label;              /* by transition, -1 for silent */
    const uint8_t *initial, *final;    /* by place */
    const int32_t *sequence_first, *sequence, *visible;
    const uint8_t *silent;             /* by transition of the original net */
    int32_t *take_first, *take_place, *take_weight;
    int32_t *change_first, *change_place, *change_by;
} Net;

static void net_clear(Net *net)
{
    free(net->take_first);
    free(net->take_place);
    free(net->take_weight);
    free(net->change_first);
    free(net->change_place);
    free(net->change_by);
}

/* Keep only the entries of the two matrices (transitions x places) that are not 0. */
static int net_fill(Net *net, const int32_t *takes, const int32_t *gives)
{
    size_t places = (size_t)net->places, all = places * (size_t)net->transitions, i;
    int32_t t, p, taken = 0, changed = 0;
    for (i = 0; i < all; i++) {
        taken += takes[i] != 0;
        changed += takes[i] != gives[i];
    }
    net->take_first = zeros((size_t)net->transitions + 1, sizeof(int32_t));
    net->change_first = zeros((size_t)net->transitions + 1, sizeof(int32_t));
    net->take_place = zeros((size_t)taken, sizeof(int32_t));
    net->take_weight = zeros((size_t)taken, sizeof(int32_t));
    net->change_place = zeros((size_t)changed, sizeof(int32_t));
    net->change_by = zeros((size_t)changed, sizeof(int32_t));
    if (!net->take_first || !net->change_first || !net->take_place || !net->take_weight ||
        !net->change_place || !net->change_by)
        return NO_MEMORY;
    taken = changed = 0;
    for (t = 0; t < net->transitions; t++) {
        for (p = 0; p < net->places; p++) {
            i = (size_t)t * places + (size_t)p;
            if (takes[i]) {
                net->take_place[taken] = p;
                net->take_weight[taken++] = takes[i];
            }
            if (takes[i] != gives[i]) {
                net->change_place[changed] = p;
                net->change_by[changed++] = gives[i] - takes[i];
            }
        }
        net->take_first[t + 1] = taken;
        net->change_first[t + 1] = changed;
    }
    return FINE;
}

/* Spell out one transition of the reduced net; its visible one is move `position` (-1: of the
   model alone). */
static void spell(const Net *net, Moves *moves, int32_t transition, int32_t position)
{
    int32_t first = net->sequence_first[transition], i;
    for (i = first; i < net->sequence_first[transition + 1]; i++)
        move(moves, i - first == net->visible[transition] ? position : -1, net->sequence[i]);
}

/* A beginning of a run ends with its last event: silent moves after it say nothing. */
static void trim_end(const Net *net, Moves *moves, size_t first)
{
    while (moves->count > first && moves->position[moves->count - 1] < 0 &&
           net->silent[moves->transition[moves->count - 1]])
        moves->count--;
}

#endif
