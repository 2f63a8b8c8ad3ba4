/* Markings, each kept once and numbered in the order in which it was met, and the firing rule. */

#ifndef CASEMINE_MARKINGS_H
#define CASEMINE_MARKINGS_H

#include "memory.h"

typedef struct {
    uint8_t *data;      /* `places` bytes each */
    int32_t *slots;     /* hash table: number of a marking + 1, or 0 */
    size_t slot_count;  /* a power of 2 */
    size_t count, room; /* room in bytes */
    size_t places;
} Markings;

static uint64_t scatter(uint64_t number)
{
    number ^= number >> 32;
    number *= UINT64_C(0xd6e8feb86659fd93);
    number ^= number >> 32;
    number *= UINT64_C(0xd6e8feb86659fd93);
    return number ^ (number >> 32);
}

static uint64_t hash_bytes(const void *bytes, size_t size)
{
    const uint8_t *from = bytes;
    uint64_t found = UINT64_C(0x9e3779b97f4a7c15) ^ size, word;
    for (; size >= 8; from += 8, size -= 8) {
        memcpy(&word, from, 8);
        found = (found ^ word) * UINT64_C(0xff51afd7ed558ccd);
        found ^= found >> 32;
    }
    if (size) {
        word = 0;
        memcpy(&word, from, size);
        found = (found ^ word) * UINT64_C(0xff51afd7ed558ccd);
    }
    return scatter(found);
}

static void markings_clear(Markings *markings)
{
    free(markings->data);
    free(markings->slots);
    memset(markings, 0, sizeof *markings);
}

static int markings_start(Markings *markings, int32_t places)
{
    memset(markings, 0, sizeof *markings);
    markings->places = (size_t)places;
    markings->slot_count = 1024;
    markings->slots = zeros(markings->slot_count, sizeof *markings->slots);
    return markings->slots ? FINE : NO_MEMORY;
}

static const uint8_t *marking_at(const Markings *markings, int32_t number)
{
    return markings->data + (size_t)number * markings->places;
}

/* The slot that holds this marking, or the empty one where it would stand. */
static size_t marking_slot(const Markings *markings, const uint8_t *marking)
{
    size_t mask = markings->slot_count - 1;
    size_t slot = (size_t)hash_bytes(marking, markings->places) & mask;
    while (markings->slots[slot] &&
           memcmp(marking_at(markings, markings->slots[slot] - 1), marking, markings->places))
        slot = (slot + 1) & mask;
    return slot;
}

/* Number of a marking, -1 where it was never met. */
static int32_t marking_find(const Markings *markings, const uint8_t *marking)
{
    return markings->slots[marking_slot(markings, marking)] - 1;
}

/* Number of a marking, which is kept if it is new; NO_MEMORY where that fails. */
static int32_t marking_number(Markings *markings, const uint8_t *marking)
{
    size_t slot = marking_slot(markings, marking), i;
    size_t bytes = (markings->count + 1) * markings->places + 1; /* an array without places, too */
    int failed = 0;
    int32_t *bigger;
    if (markings->slots[slot])
        return markings->slots[slot] - 1;
    if (markings->count >= (size_t)MOST / 2)
        return NO_MEMORY;
    RESERVE(markings->data, markings->room, bytes, failed);
    if (failed)
        return NO_MEMORY;
    memcpy(markings->data + markings->count * markings->places, marking, markings->places);
    markings->slots[slot] = (int32_t)++markings->count;
    if (markings->count * 2 > markings->slot_count) {
        bigger = zeros(markings->slot_count * 2, sizeof *bigger);
        if (!bigger)
            return NO_MEMORY;
        free(markings->slots);
        markings->slots = bigger;
        markings->slot_count *= 2;
        for (i = 0; i < markings->count; i++)
            bigger[marking_slot(markings, marking_at(markings, (int32_t)i))] = (int32_t)i + 1;
    }
    return (int32_t)markings->count - 1;
}

/* Whether a transition can fire; where it can, the marking after it. A place holds up to 255
   tokens: `full` is set where a transition could fire but for that. */
static int fire(const Net *net, int32_t transition, const uint8_t *marking, uint8_t *after,
                int *full)
{
    int32_t i, tokens;
    for (i = net->take_first[transition]; i < net->take_first[transition + 1]; i++)
        if (marking[net->take_place[i]] < net->take_weight[i])
            return 0;
    memcpy(after, marking, (size_t)net->places);
    for (i = net->change_first[transition]; i < net->change_first[transition + 1]; i++) {
        tokens = marking[net->change_place[i]] + net->change_by[i];
        if (tokens > UINT8_MAX) {
            *full = 1;
            return 0;
        }
        after[net->change_place[i]] = (uint8_t)tokens;
    }
    return 1;
}

#endif
