/* The arrays of one call from Python: every number that is used as an index or a size is looked at
   here, once, before any work. */

#ifndef CASEMINE_CALL_H
#define CASEMINE_CALL_H

#include <Python.h>

#include "components.h"

enum { TAKES, GIVES, INITIAL, FINAL, LABEL, FIRST, SEQUENCE, VISIBLE, SILENT, CODES, OFFSETS, PART,
       GROUP_FIRST, GROUP_PLACE, GROUP_FINAL, OWNER, PAIR_FIRST, PAIR, DISTANCE, BUFFERS };

typedef struct {
    Py_buffer buffer[BUFFERS];
    Net net;
    const int32_t *codes;
    const int64_t *offsets;
    const uint8_t *part;
    Py_ssize_t traces;
} Call;

static void call_clear(Call *call)
{
    int i;
    for (i = 0; i < BUFFERS; i++)
        if (call->buffer[i].obj)
            PyBuffer_Release(&call->buffer[i]);
    net_clear(&call->net);
}

static Py_ssize_t items(const Call *call, int which, size_t size)
{
    return call->buffer[which].len / (Py_ssize_t)size;
}

static int within(const int32_t *numbers, Py_ssize_t count, int32_t low, int32_t high)
{
    Py_ssize_t i;
    for (i = 0; i < count; i++)
        if (numbers[i] < low || numbers[i] >= high)
            return 0;
    return 1;
}

/* Whether the net and the traces fit together. */
static int call_check(Call *call)
{
    Net *net = &call->net;
    Py_ssize_t transitions = items(call, LABEL, 4), places = items(call, INITIAL, 1), i;
    Py_ssize_t sequence = items(call, SEQUENCE, 4), codes = items(call, CODES, 4);
    Py_ssize_t originals = items(call, SILENT, 1);
    for (i = 0; i < BUFFERS; i++)
        if ((uintptr_t)call->buffer[i].buf % (i == OFFSETS ? 8 : 4) && i != INITIAL &&
            i != FINAL && i != SILENT && i != PART)
            return 0;
    call->traces = items(call, PART, 1);
    if (call->traces > MOST / 2 || transitions > 1 << 20 || places > 1 << 20 || codes > MOST / 2 || originals > 1 << 20)
        return 0;
    if (places && transitions > MOST / places)
        return 0;
    if (items(call, TAKES, 4) != transitions * places || items(call, FINAL, 1) != places ||
        items(call, GIVES, 4) != transitions * places || items(call, VISIBLE, 4) != transitions ||
        items(call, FIRST, 4) != transitions + 1 || items(call, OFFSETS, 8) != call->traces + 1)
        return 0;
    net->places = (int32_t)places;
    net->transitions = (int32_t)transitions;
    net->label = call->buffer[LABEL].buf;
    net->initial = call->buffer[INITIAL].buf;
    net->final = call->buffer[FINAL].buf;
    net->sequence_first = call->buffer[FIRST].buf;
    net->sequence = call->buffer[SEQUENCE].buf;
    net->visible = call->buffer[VISIBLE].buf;
    net->silent = call->buffer[SILENT].buf;
    call->codes = call->buffer[CODES].buf;
    call->offsets = call->buffer[OFFSETS].buf;
    call->part = call->buffer[PART].buf;
    if (net->labels < 0 || net->labels > 1 << 20 || !within(net->label, transitions, -1, net->labels) ||
        !within(call->codes, codes, -1, net->labels) ||
        !within(net->sequence, sequence, 0, (int32_t)originals) ||
        !within(call->buffer[TAKES].buf, transitions * places, 0, 1 << 20) ||
        !within(call->buffer[GIVES].buf, transitions * places, 0, 1 << 20))
        return 0;
    if (net->sequence_first[0] != 0 || net->sequence_first[transitions] != sequence)
        return 0;
    for (i = 0; i < transitions; i++)
        if (net->sequence_first[i + 1] < net->sequence_first[i] || net->visible[i] < -1 ||
            net->visible[i] >= net->sequence_first[i + 1] - net->sequence_first[i])
            return 0;
    if (call->offsets[0] != 0 || call->offsets[call->traces] != codes)
        return 0;
    for (i = 0; i < call->traces; i++)
        if (call->offsets[i + 1] < call->offsets[i])
            return 0;
    return 1;
}

/* The same for the components, which only the search looks at. */
static int components_check(const Call *call, Components *components)
{
    Py_ssize_t count = items(call, GROUP_FINAL, 4), pairs = items(call, PAIR, 4) / 2, c, a, i;
    size_t sum = 0, size;
    components->first = call->buffer[GROUP_FIRST].buf;
    components->place = call->buffer[GROUP_PLACE].buf;
    components->final = call->buffer[GROUP_FINAL].buf;
    components->owner = call->buffer[OWNER].buf;
    components->pair_first = call->buffer[PAIR_FIRST].buf;
    components->pair = call->buffer[PAIR].buf;
    components->distance = call->buffer[DISTANCE].buf;
    components->count = (int32_t)count;
    if (count > 1 << 20 || items(call, GROUP_FIRST, 4) != count + 1 ||
        items(call, OWNER, 4) != call->net.labels || components->first[0] != 0 ||
        items(call, PAIR_FIRST, 4) != call->net.labels + 1 || components->pair_first[0] != 0 ||
        components->first[count] != items(call, GROUP_PLACE, 4) ||
        components->pair_first[call->net.labels] != pairs || items(call, PAIR, 4) != 2 * pairs ||
        !within(components->place, items(call, GROUP_PLACE, 4), 0, call->net.places) ||
        !within(components->owner, call->net.labels, -1, (int32_t)count) ||
        !within(components->distance, items(call, DISTANCE, 4), 0, OUT_OF_REACH + 1))
        return 0;
    components->matrix = zeros((size_t)count, sizeof *components->matrix);
    if (!components->matrix)
        return 0;
    for (c = 0; c < count; c++) {
        if (components->first[c + 1] <= components->first[c])
            return 0;
        size = (size_t)(components->first[c + 1] - components->first[c]);
        if (size > 4096 || components->final[c] < 0 || (size_t)components->final[c] >= size)
            return 0;
        components->matrix[c] = sum;
        sum += size * size;
    }
    if (sum != (size_t)items(call, DISTANCE, 4))
        return 0;
    for (a = 0; a < call->net.labels; a++) {
        if (components->pair_first[a + 1] < components->pair_first[a])
            return 0;
        c = components->owner[a];
        if (c < 0 && components->pair_first[a + 1] != components->pair_first[a])
            return 0;
        for (i = components->pair_first[a]; i < components->pair_first[a + 1]; i++)
            if (!within(components->pair + 2 * i, 2, 0,
                        components->first[c + 1] - components->first[c]))
                return 0;
    }
    return 1;
}

#endif
