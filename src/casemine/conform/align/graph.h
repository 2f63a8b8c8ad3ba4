/* All markings that a net reaches, up to a limit, and the steps between those that can end well. */

#ifndef CASEMINE_GRAPH_H
#define CASEMINE_GRAPH_H

#include "markings.h"

/* Steps out of marking m are `first[m]` to `first[m + 1]`, by transition; only between markings
   from which the final marking can be reached. */
typedef struct {
    Markings markings;
    int32_t *first, *transition, *target;
    size_t steps;
    int32_t final;
} Graph;

static void graph_clear(Graph *graph)
{
    markings_clear(&graph->markings);
    free(graph->first);
    free(graph->transition);
    free(graph->target);
}

/* Mark the markings from which `final` can be reached, over the steps turned round. */
static int graph_good(const Graph *graph, uint8_t *good)
{
    size_t count = graph->markings.count, i;
    int32_t *first = zeros(count + 2, sizeof *first);
    int32_t *source = zeros(graph->steps, sizeof *source);
    int32_t *waiting = zeros(count, sizeof *waiting);
    size_t left = 0;
    int32_t m, s;
    int status = first && source && waiting ? FINE : NO_MEMORY;
    if (status == FINE) {
        for (i = 0; i < graph->steps; i++)
            first[graph->target[i] + 2]++;
        for (i = 2; i < count + 2; i++)
            first[i] += first[i - 1];
        for (m = 0; m < (int32_t)count; m++)
            for (s = graph->first[m]; s < graph->first[m + 1]; s++)
                source[first[graph->target[s] + 1]++] = m;
        good[graph->final] = 1;
        waiting[left++] = graph->final;
        while (left) {
            m = waiting[--left];
            for (s = first[m]; s < first[m + 1]; s++)
                if (!good[source[s]]) {
                    good[source[s]] = 1;
                    waiting[left++] = source[s];
                }
        }
    }
    free(first);
    free(source);
    free(waiting);
    return status;
}

/* Drop the steps that touch a marking without a way to the final one. */
static void graph_prune(Graph *graph, const uint8_t *good)
{
    size_t count = graph->markings.count, m, kept = 0;
    int32_t s, last, next = 0;
    for (m = 0; m < count; m++) {
        s = next;
        last = graph->first[m + 1];
        next = last;
        graph->first[m] = (int32_t)kept;
        for (; s < last; s++)
            if (good[m] && good[graph->target[s]]) {
                graph->transition[kept] = graph->transition[s];
                graph->target[kept++] = graph->target[s];
            }
    }
    graph->first[count] = (int32_t)kept;
    graph->steps = kept;
}

/* Explore breadth first. TOO_LARGE: more markings than `limit`, or a place that is too full;
   NO_RUN: the final marking is not among them. */
static int graph_build(Graph *graph, const Net *net, int32_t limit)
{
    size_t first_room = 0, transition_room = 0, target_room = 0;
    int32_t m, t, target;
    int status = FINE, failed = 0, full = 0;
    uint8_t *after = zeros((size_t)net->places, 1), *good = NULL;
    memset(graph, 0, sizeof *graph);
    if (!after || markings_start(&graph->markings, net->places) ||
        marking_number(&graph->markings, net->initial) < 0)
        status = NO_MEMORY;
    for (m = 0; status == FINE && m < (int32_t)graph->markings.count; m++) {
        RESERVE(graph->first, first_room, (size_t)m + 2, failed);
        if (failed) {
            status = NO_MEMORY;
            break;
        }
        graph->first[m] = (int32_t)graph->steps;
        for (t = 0; t < net->transitions; t++) {
            if (!fire(net, t, marking_at(&graph->markings, m), after, &full)) {
                if (full)
                    status = TOO_LARGE;
                continue;
            }
            target = marking_number(&graph->markings, after);
            RESERVE(graph->transition, transition_room, graph->steps + 1, failed);
            RESERVE(graph->target, target_room, graph->steps + 1, failed);
            if (target < 0 || failed) {
                status = NO_MEMORY;
                break;
            }
            graph->transition[graph->steps] = t;
            graph->target[graph->steps++] = target;
        }
        graph->first[m + 1] = (int32_t)graph->steps;
        if (graph->markings.count > (size_t)limit)
            status = TOO_LARGE;
    }
    if (status == FINE) {
        graph->final = marking_find(&graph->markings, net->final);
        good = zeros(graph->markings.count, 1);
        status = graph->final < 0 ? NO_RUN : good ? graph_good(graph, good) : NO_MEMORY;
        if (status == FINE && !good[0])
            status = NO_RUN;
        if (status == FINE)
            graph_prune(graph, good);
    }
    free(after);
    free(good);
    return status;
}

#endif
