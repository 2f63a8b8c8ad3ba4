/* The order of traces by their ends, so that traces with a common end stand together. */

#ifndef CASEMINE_ORDER_H
#define CASEMINE_ORDER_H

#include "memory.h"

typedef struct {
    uint64_t key;
    int32_t trace;
} Ranked;

typedef struct {
    const int32_t *codes;
    const int64_t *offsets;
    const uint8_t *part;
    Ranked *ranked, *spare;
    int bits; /* of a code in a key */
} Order;

/* As many codes as fit, from `depth` before the end on; 0 stands before the trace's begin. */
static uint64_t key_of(const Order *order, int32_t trace, int64_t depth)
{
    int64_t begin = order->offsets[trace], at = order->offsets[trace + 1] - 1 - depth;
    uint64_t key = 0;
    int shift = 64 - order->bits;
    for (; shift >= 0 && at >= begin; shift -= order->bits, at--)
        key |= (uint64_t)(order->codes[at] + 2) << shift;
    return key;
}

static int by_key(const void *one, const void *other)
{
    const Ranked *a = one, *b = other;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->trace > b->trace) - (a->trace < b->trace);
}

/* Sort many by key, byte after byte from the lowest; bytes that are all equal cost one look. */
static void by_bytes(Ranked *items, Ranked *spare, size_t count)
{
    size_t counts[256], at, sum, i;
    Ranked *from = items, *to = spare, *swapped;
    int shift;
    for (shift = 0; shift < 64; shift += 8) {
        memset(counts, 0, sizeof counts);
        for (i = 0; i < count; i++)
            counts[from[i].key >> shift & 255]++;
        if (counts[from[0].key >> shift & 255] == count)
            continue;
        for (sum = i = 0; i < 256; i++) {
            at = counts[i];
            counts[i] = sum;
            sum += at;
        }
        for (i = 0; i < count; i++)
            to[counts[from[i].key >> shift & 255]++] = from[i];
        swapped = from;
        from = to;
        to = swapped;
    }
    if (from != items)
        memcpy(items, from, count * sizeof *items);
}

/* Sort a group whose last `depth` codes are equal; groups wait on a stack, not in calls. */
static int order_groups(Order *order, size_t count)
{
    size_t *stack = NULL, stack_count = 0, stack_room = 0, begin, end, i, same;
    int64_t depth, codes = 64 / order->bits;
    int failed = 0;
    RESERVE(stack, stack_room, 3, failed);
    if (failed)
        return NO_MEMORY;
    stack[stack_count++] = 0;
    stack[stack_count++] = count;
    stack[stack_count++] = 0;
    while (stack_count) {
        depth = (int64_t)stack[--stack_count];
        end = stack[--stack_count];
        begin = stack[--stack_count];
        for (i = begin; i < end; i++)
            order->ranked[i].key = key_of(order, order->ranked[i].trace, depth);
        if (end - begin > 300)
            by_bytes(order->ranked + begin, order->spare + begin, end - begin);
        else
            qsort(order->ranked + begin, end - begin, sizeof(Ranked), by_key);
        for (i = begin; i < end; i = same) {
            uint64_t key = order->ranked[i].key;
            for (same = i + 1; same < end && order->ranked[same].key == key; same++)
                ;
            if (same - i < 2 || !(key & ((UINT64_C(1) << order->bits) - 1)))
                continue; /* one alone, or traces that are over */
            RESERVE(stack, stack_room, stack_count + 3, failed);
            if (failed) {
                free(stack);
                return NO_MEMORY;
            }
            stack[stack_count++] = i;
            stack[stack_count++] = same;
            stack[stack_count++] = (size_t)(depth + codes);
        }
    }
    free(stack);
    return FINE;
}

/* Fill `sorted` with the traces: whole ones, then beginnings, each by their reversed codes. */
static int order_traces(const int32_t *codes, const int64_t *offsets, const uint8_t *part,
                        int32_t traces, int32_t labels, int32_t *sorted)
{
    Order order = {codes, offsets, part, NULL, NULL, 8};
    int32_t i, count, next = 0;
    int kind, status = FINE;
    if (labels + 2 > 255)
        order.bits = labels + 2 > 65535 ? 32 : 16;
    order.ranked = zeros((size_t)traces, sizeof(Ranked));
    order.spare = zeros((size_t)traces, sizeof(Ranked));
    if (!order.ranked || !order.spare)
        status = NO_MEMORY;
    for (kind = 0; kind < 2 && status == FINE; kind++) {
        for (i = count = 0; i < traces; i++)
            if ((part[i] != 0) == kind)
                order.ranked[count++].trace = i;
        status = order_groups(&order, (size_t)count);
        for (i = 0; i < count; i++)
            sorted[next++] = order.ranked[i].trace;
    }
    free(order.ranked);
    free(order.spare);
    return status;
}

#endif
