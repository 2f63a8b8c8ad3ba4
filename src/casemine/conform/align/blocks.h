/* Entries that behave alike as blocks, the pairs of blocks by label, and distances. */

#ifndef CASEMINE_BLOCKS_H
#define CASEMINE_BLOCKS_H

#include "automaton.h"

static int by_number(const void *one, const void *other)
{
    int32_t a = *(const int32_t *)one, b = *(const int32_t *)other;
    return (a > b) - (a < b);
}

/* What an entry looks like: its block, then for each label -1 - label and the blocks that its
   arcs lead to, rising, each once. Returns the length. */
static int32_t look_of(const Automaton *automaton, int32_t entry, int32_t *look)
{
    int32_t length = 0, begin, i, a, last;
    const int32_t *slot = automaton->slot + (size_t)entry * (size_t)automaton->labels;
    look[length++] = automaton->block[entry];
    for (a = 0; a < automaton->labels; a++) {
        if (slot[a] == slot[a + 1])
            continue;
        look[length++] = -1 - a;
        begin = length;
        for (i = slot[a]; i < slot[a + 1]; i++)
            look[length++] = automaton->block[automaton->target[i]];
        if (length - begin < 2)
            continue;
        qsort(look + begin, (size_t)(length - begin), sizeof *look, by_number);
        for (last = begin, i = begin + 1; i < length; i++)
            if (look[i] != look[last])
                look[++last] = look[i];
        length = last + 1;
    }
    return length;
}

/* One round of refinement: number the different looks in the order of the entries. */
static int32_t refine(const Automaton *automaton, int32_t *looks, int32_t *begins, int32_t *slots,
                      size_t slot_count, int32_t *finer)
{
    int32_t entry, blocks = 0, used = 0, length;
    size_t slot;
    memset(slots, 0xff, slot_count * sizeof *slots);
    for (entry = 0; entry < automaton->entries; entry++) {
        length = look_of(automaton, entry, looks + used);
        slot = (size_t)hash_bytes(looks + used, (size_t)length * sizeof *looks) & (slot_count - 1);
        while (slots[slot] >= 0) {
            int32_t other = slots[slot];
            if (begins[other + 1] - begins[other] == length &&
                !memcmp(looks + begins[other], looks + used, (size_t)length * sizeof *looks))
                break;
            slot = (slot + 1) & (slot_count - 1);
        }
        if (slots[slot] < 0) {
            begins[blocks] = used;
            used += length;
            begins[blocks + 1] = used;
            slots[slot] = blocks++;
        }
        finer[entry] = slots[slot];
    }
    return blocks;
}

static int blocks_find(Automaton *automaton, int32_t most_blocks)
{
    size_t entries = (size_t)automaton->entries, slot_count = 16;
    size_t arcs = (size_t)automaton->slot[entries * (size_t)automaton->labels];
    size_t most = 2 * arcs + 2 * entries + 2;
    int32_t *looks = NULL, *begins = NULL, *slots = NULL, *finer = NULL, blocks = 0, found, i;
    int status = FINE, ends = 0, others = 0;
    while (slot_count < 2 * entries)
        slot_count *= 2;
    automaton->block = zeros(entries, sizeof(int32_t));
    automaton->target_block = zeros(arcs, sizeof(int32_t));
    if (most <= (size_t)MOST) {
        looks = malloc(most * sizeof *looks);
        begins = malloc((entries + 1) * sizeof *begins);
        slots = malloc(slot_count * sizeof *slots);
        finer = malloc(entries * sizeof *finer);
    }
    if (!automaton->block || !automaton->target_block || !looks || !begins || !slots || !finer)
        status = NO_MEMORY;
    if (status == FINE) {
        for (i = 0; i < automaton->entries; i++) {
            automaton->block[i] = (automaton->end[i] > -2) != (automaton->end[0] > -2);
            ends |= automaton->block[i];
            others |= !automaton->block[i];
        }
        blocks = ends + others;
        while (blocks <= most_blocks &&
               (found = refine(automaton, looks, begins, slots, slot_count, finer)) > blocks) {
            blocks = found;
            memcpy(automaton->block, finer, entries * sizeof *finer);
        }
        automaton->blocks = blocks;
        for (i = 0; i < (int32_t)arcs; i++)
            automaton->target_block[i] = automaton->block[automaton->target[i]];
    }
    free(looks);
    free(begins);
    free(slots);
    free(finer);
    return status;
}

/* Pairs of blocks by label, from the first entry of each block, which stands for all. */
static int pairs_find(Automaton *automaton)
{
    size_t labels = (size_t)automaton->labels, arcs = 0, groups = 0, pairs = 0;
    int32_t *first = malloc(((size_t)automaton->blocks + 1) * sizeof *first);
    int32_t *met = malloc(((size_t)automaton->blocks + 1) * sizeof *met);
    int32_t block, entry, a, i, target, stamp = 0;
    if (!first || !met) {
        free(first);
        free(met);
        return NO_MEMORY;
    }
    memset(met, 0xff, (size_t)automaton->blocks * sizeof *met);
    for (entry = automaton->entries - 1; entry >= 0; entry--)
        first[automaton->block[entry]] = entry;
    for (block = 0; block < automaton->blocks; block++)
        arcs += (size_t)(automaton->slot[((size_t)first[block] + 1) * labels] -
                         automaton->slot[(size_t)first[block] * labels]);
    automaton->label_group = zeros(labels + 1, sizeof(int32_t));
    automaton->group_source = zeros(arcs, sizeof(int32_t));
    automaton->group_first = zeros(arcs + 1, sizeof(int32_t));
    automaton->pair_target = zeros(arcs, sizeof(int32_t));
    if (!automaton->label_group || !automaton->group_source || !automaton->group_first ||
        !automaton->pair_target) {
        free(first);
        free(met);
        return NO_MEMORY;
    }
    for (a = 0; a < automaton->labels; a++) {
        automaton->label_group[a] = (int32_t)groups;
        for (block = 0; block < automaton->blocks; block++) {
            const int32_t *slot = automaton->slot + (size_t)first[block] * labels + (size_t)a;
            if (slot[0] == slot[1])
                continue;
            automaton->group_source[groups] = block;
            automaton->group_first[groups++] = (int32_t)pairs;
            for (i = slot[0]; i < slot[1]; i++) {
                target = automaton->block[automaton->target[i]];
                if (met[target] != stamp)
                    automaton->pair_target[pairs++] = target;
                met[target] = stamp;
            }
            stamp++;
        }
    }
    automaton->label_group[labels] = (int32_t)groups;
    automaton->group_first[groups] = (int32_t)pairs;
    automaton->pairs = (int32_t)pairs;
    free(first);
    free(met);
    return FINE;
}

/* Fewest arcs between any two blocks, by a search from each. */
static int distances_find(Automaton *automaton)
{
    size_t blocks = (size_t)automaton->blocks, labels = (size_t)automaton->labels, i;
    size_t groups = (size_t)automaton->label_group[labels];
    int32_t *next_group = malloc((groups + 1) * sizeof *next_group);
    int32_t *head = malloc((blocks + 1) * sizeof *head), *queue = malloc((blocks + 1) * sizeof *queue);
    int32_t from, to, g, p;
    automaton->distance = zeros(blocks * blocks, sizeof(int32_t));
    automaton->towards = zeros(blocks * blocks, sizeof(int32_t));
    automaton->finish = zeros(blocks, sizeof(int32_t));
    if (!next_group || !head || !queue || !automaton->distance || !automaton->towards ||
        !automaton->finish) {
        free(next_group);
        free(head);
        free(queue);
        return NO_MEMORY;
    }
    memset(head, 0xff, blocks * sizeof *head);
    for (g = 0; g < (int32_t)groups; g++) {
        next_group[g] = head[automaton->group_source[g]];
        head[automaton->group_source[g]] = g;
    }
    for (i = 0; i < blocks * blocks; i++)
        automaton->distance[i] = FAR;
    for (from = 0; from < automaton->blocks; from++) {
        int32_t *distance = automaton->distance + (size_t)from * blocks, begin = 0, end = 1;
        queue[0] = from;
        distance[from] = 0;
        for (; begin < end; begin++)
            for (g = head[queue[begin]]; g >= 0; g = next_group[g])
                for (p = automaton->group_first[g]; p < automaton->group_first[g + 1]; p++) {
                    to = automaton->pair_target[p];
                    if (distance[to] == FAR) {
                        distance[to] = distance[queue[begin]] + 1;
                        queue[end++] = to;
                    }
                }
    }
    for (from = 0; from < automaton->blocks; from++)
        for (to = 0; to < automaton->blocks; to++)
            automaton->towards[(size_t)to * blocks + (size_t)from] =
                automaton->distance[(size_t)from * blocks + (size_t)to];
    for (i = 0; i < blocks; i++)
        automaton->finish[i] = FAR;
    for (p = 0; p < automaton->entries; p++)
        if (automaton->end[p] > -2)
            for (i = 0; i < blocks; i++) {
                int32_t away = automaton->towards[(size_t)automaton->block[p] * blocks + i];
                if (away < automaton->finish[i])
                    automaton->finish[i] = away;
            }
    free(next_group);
    free(head);
    free(queue);
    return FINE;
}

static int automaton_build(Automaton *automaton, const Net *net, int32_t markings, int32_t blocks,
                           int32_t steps)
{
    Graph graph;
    int status;
    memset(automaton, 0, sizeof *automaton);
    automaton->labels = net->labels;
    status = graph_build(&graph, net, markings);
    if (status == FINE)
        status = entries_find(automaton, &graph, net, steps);
    graph_clear(&graph);
    if (status == FINE)
        status = blocks_find(automaton, blocks);
    if (status == FINE && automaton->blocks > blocks)
        status = TOO_LARGE;
    if (status == FINE)
        status = pairs_find(automaton);
    if (status == FINE)
        status = distances_find(automaton);
    return status;
}

#endif
