/* What the state machines within the net say about the cost that is still to come: see
   components.py, which finds them and lays out these tables. */

#ifndef CASEMINE_COMPONENTS_H
#define CASEMINE_COMPONENTS_H

#include "memory.h"

#define OUT_OF_REACH (1 << 28)

/* States of component c are the places `place[first[c]]` to `place[first[c + 1]]`. Label a is
   charged in component `owner[a]` (-1: in none), where it leads from state `pair[2 * i]` to
   `pair[2 * i + 1]` for i from `pair_first[a]`. `distance` holds their matrices one after another,
   from `matrix[c]` on. */
typedef struct {
    int32_t count;
    const int32_t *first, *place, *final, *owner, *pair_first, *pair, *distance;
    size_t *matrix;
    int32_t *bounds; /* by position, then over the states of all components */
    size_t bounds_room;
} Components;

/* Least costs of what is left, by position and state. */
static int components_bounds(Components *components, const int32_t *codes, int32_t length, int part)
{
    size_t states = (size_t)components->first[components->count], row;
    int32_t c, s, p, at, position;
    int failed = 0;
    RESERVE(components->bounds, components->bounds_room, ((size_t)length + 1) * states + 1, failed);
    if (failed)
        return NO_MEMORY;
    row = (size_t)length * states;
    for (c = 0; c < components->count; c++) {
        int32_t first = components->first[c], size = components->first[c + 1] - first;
        const int32_t *distance = components->distance + components->matrix[c];
        for (s = 0; s < size; s++)
            components->bounds[row + (size_t)(first + s)] =
                part ? 0 : distance[s * size + components->final[c]];
    }
    for (position = length - 1; position >= 0; position--) {
        int32_t *before = components->bounds + (size_t)position * states;
        const int32_t *after = before + states;
        memcpy(before, after, states * sizeof *before);
        c = components->owner[codes[position]];
        if (c < 0)
            continue;
        int32_t first = components->first[c], size = components->first[c + 1] - first;
        const int32_t *distance = components->distance + components->matrix[c];
        for (s = first; s < first + size; s++)
            before[s] += before[s] < OUT_OF_REACH;
        for (p = components->pair_first[codes[position]];
             p < components->pair_first[codes[position] + 1]; p++) {
            int32_t source = components->pair[2 * p], cost = after[first + components->pair[2 * p + 1]];
            for (s = 0; s < size; s++) {
                at = distance[s * size + source] + cost;
                if (at < before[first + s])
                    before[first + s] = at;
            }
        }
    }
    return FINE;
}

/* Where the token of each component stands. */
static void components_states(const Components *components, const uint8_t *marking, int32_t *states)
{
    int32_t c, s;
    for (c = 0; c < components->count; c++) {
        s = components->first[c];
        while (s + 1 < components->first[c + 1] && !marking[components->place[s]])
            s++;
        states[c] = s;
    }
}

#endif
