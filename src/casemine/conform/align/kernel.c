/* The compiled kernel: exact alignments of all traces, and the search for large nets.

   Two functions, `align` and `search`, take arrays that Python has laid out and give bytes that
   it reads as arrays. They hold no state between calls. The work is done without the lock of the
   interpreter, which is taken from time to time to look for Ctrl-C. Only the stable interface of
   Python 3.11 and later is used, so one build serves them all. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#include "call.h"
#include "order.h"
#include "searchwalk.h"
#include "trellis.h"

#define EVENTS_BETWEEN_LOOKS 1000000
#define BLOCKS_ON_STACK 64 /* with more, rows that are kept are faster */

typedef struct {
    PyThreadState *thread;
} Unlocked;

/* Whether the user wants to stop; the error is set then. */
static int stopped(void *context)
{
    Unlocked *unlocked = context;
    int found;
    PyEval_RestoreThread(unlocked->thread);
    found = PyErr_CheckSignals();
    unlocked->thread = PyEval_SaveThread();
    return found;
}

/* Columns of the answer. */
typedef struct {
    int32_t *costs, *lower;
    int64_t *offsets;
    Moves moves;
} Answer;

static int answer_start(Answer *answer, Py_ssize_t traces)
{
    memset(answer, 0, sizeof *answer);
    answer->costs = zeros((size_t)traces, sizeof(int32_t));
    answer->lower = zeros((size_t)traces, sizeof(int32_t));
    answer->offsets = zeros((size_t)traces + 1, sizeof(int64_t));
    return answer->costs && answer->lower && answer->offsets ? FINE : NO_MEMORY;
}

static void answer_clear(Answer *answer)
{
    free(answer->costs);
    free(answer->lower);
    free(answer->offsets);
    free(answer->moves.position);
    free(answer->moves.transition);
}

/* (shortest run, costs, lower bounds, offsets, positions, transitions), or the status alone. */
static PyObject *answer_give(const Answer *answer, Py_ssize_t traces, int status, int32_t shortest)
{
    Py_ssize_t moves = (Py_ssize_t)answer->moves.count;
    if (status == NO_MEMORY)
        return PyErr_NoMemory();
    if (status == INTERRUPTED)
        return NULL;
    if (status != FINE)
        return PyLong_FromLong(status);
    return Py_BuildValue("(iy#y#y#y#y#)", (int)shortest, (const char *)answer->costs, traces * 4,
                         (const char *)answer->lower, traces * 4, (const char *)answer->offsets,
                         (traces + 1) * 8,
                         moves ? (const char *)answer->moves.position : "", moves * 4,
                         moves ? (const char *)answer->moves.transition : "", moves * 4);
}

/* Look for Ctrl-C after so many events. */
static int look(Unlocked *unlocked, int64_t *waiting, int32_t length)
{
    *waiting += length;
    if (*waiting < EVENTS_BETWEEN_LOOKS)
        return FINE;
    *waiting = 0;
    return stopped(unlocked) ? INTERRUPTED : FINE;
}

/* With rows: what a label does to a vector is computed once. Pays where vectors are long. */
static int align_by_rows(Call *call, Answer *answer, Walk *walk, size_t kept, Unlocked *unlocked)
{
    Rows rows;
    Py_ssize_t i;
    int64_t waiting = 0;
    int status = rows_start(&rows, walk->automaton, kept);
    walk->rows = &rows;
    for (i = 0; status == FINE && i < call->traces; i++) {
        const int32_t *codes = call->codes + call->offsets[i];
        int32_t length = (int32_t)(call->offsets[i + 1] - call->offsets[i]);
        answer->costs[i] = backwards_by_rows(walk, codes, length, call->part[i]);
        if (answer->costs[i] < 0) {
            status = NO_MEMORY;
            break;
        }
        status = forwards(walk, codes, length, call->part[i]);
        answer->offsets[i + 1] = (int64_t)answer->moves.count;
        if (status == FINE && rows.count > rows.most)
            status = rows_forget(&rows);
        if (status == FINE)
            status = look(unlocked, &waiting, length);
    }
    walk->rows = NULL;
    rows_clear(&rows);
    return status;
}

/* How many events two traces have in common at their ends. */
static int32_t common_end(const Call *call, int32_t one, int32_t other)
{
    const int32_t *a = call->codes + call->offsets[one + 1];
    const int32_t *b = call->codes + call->offsets[other + 1];
    int64_t most = call->offsets[one + 1] - call->offsets[one], i = 0;
    if (most > call->offsets[other + 1] - call->offsets[other])
        most = call->offsets[other + 1] - call->offsets[other];
    while (i < most && a[-1 - i] == b[-1 - i])
        i++;
    return (int32_t)i;
}

/* Put the moves of all traces, written in the order `sorted`, into the order of the traces. */
static int moves_reorder(Call *call, Answer *answer, const int32_t *sorted)
{
    Moves moves = {0};
    size_t count = answer->moves.count, from = 0, size;
    Py_ssize_t i;
    int32_t trace;
    int64_t *offsets = answer->offsets;
    moves.position = zeros(count, sizeof(int32_t));
    moves.transition = zeros(count, sizeof(int32_t));
    if (!moves.position || !moves.transition) {
        free(moves.position);
        free(moves.transition);
        return NO_MEMORY;
    }
    for (i = 0; i < call->traces; i++)
        offsets[i + 1] += offsets[i];
    for (i = 0; i < call->traces; i++, from += size) {
        trace = sorted[i];
        size = (size_t)(offsets[trace + 1] - offsets[trace]);
        if (!size)
            continue; /* of no moves at all there is no array */
        memcpy(moves.position + offsets[trace], answer->moves.position + from, size * 4);
        memcpy(moves.transition + offsets[trace], answer->moves.transition + from, size * 4);
    }
    free(answer->moves.position);
    free(answer->moves.transition);
    moves.count = count;
    answer->moves = moves;
    return FINE;
}

/* With a stack: traces in the order of their ends, so that each common end is computed once. */
static int align_by_stack(Call *call, Answer *answer, Walk *walk, int32_t longest,
                          Unlocked *unlocked)
{
    const Automaton *automaton = walk->automaton;
    size_t blocks = (size_t)automaton->blocks, before;
    int32_t *sorted = zeros((size_t)call->traces, sizeof *sorted);
    int32_t i, trace, length, shared, previous = -1;
    int64_t waiting = 0;
    int status = sorted ? FINE : NO_MEMORY;
    walk->stack = zeros(((size_t)longest + 1) * blocks, sizeof *walk->stack);
    if (!walk->stack)
        status = NO_MEMORY;
    if (status == FINE)
        status = order_traces(call->codes, call->offsets, call->part, (int32_t)call->traces,
                              automaton->labels, sorted);
    if (status == FINE)
        memcpy(walk->stack, automaton->finish, blocks * sizeof *walk->stack);
    for (i = 0; status == FINE && i < (int32_t)call->traces; i++) {
        const int32_t *codes;
        trace = sorted[i];
        codes = call->codes + call->offsets[trace];
        length = (int32_t)(call->offsets[trace + 1] - call->offsets[trace]);
        shared = previous < 0 ? 0 : common_end(call, previous, trace);
        if (call->part[trace] && (previous < 0 || !call->part[previous])) {
            memset(walk->stack, 0, blocks * sizeof *walk->stack); /* any end is good */
            shared = 0;
        }
        before = answer->moves.count;
        answer->costs[trace] = backwards_by_stack(walk, codes, length, shared);
        status = forwards(walk, codes, length, call->part[trace]);
        answer->offsets[trace + 1] = (int64_t)(answer->moves.count - before);
        if (status == FINE)
            status = look(unlocked, &waiting, length);
        previous = trace;
    }
    if (status == FINE)
        status = moves_reorder(call, answer, sorted);
    free(sorted);
    return status;
}

static int align_all(Call *call, Answer *answer, int32_t markings, int32_t blocks, int32_t steps,
                     size_t kept, int32_t *shortest, Unlocked *unlocked)
{
    Automaton automaton;
    Walk walk = {0};
    Py_ssize_t i;
    int64_t longest = 0;
    int status = automaton_build(&automaton, &call->net, markings, blocks, steps);
    if (status == FINE) {
        *shortest = automaton.finish[automaton.block[0]];
        walk.automaton = &automaton;
        walk.net = &call->net;
        walk.moves = &answer->moves;
        walk.goal = zeros((size_t)automaton.pairs + (size_t)automaton.blocks, sizeof *walk.goal);
        if (!walk.goal)
            status = NO_MEMORY;
    }
    for (i = 0; i < call->traces; i++)
        if (longest < call->offsets[i + 1] - call->offsets[i])
            longest = call->offsets[i + 1] - call->offsets[i];
    if (status == FINE && (automaton.blocks > BLOCKS_ON_STACK ||
                           (size_t)longest >= kept / (size_t)automaton.blocks))
        status = align_by_rows(call, answer, &walk, kept, unlocked);
    else if (status == FINE)
        status = align_by_stack(call, answer, &walk, (int32_t)longest, unlocked);
    if (status == FINE)
        memcpy(answer->lower, answer->costs, (size_t)call->traces * sizeof *answer->costs);
    walk_clear(&walk);
    automaton_clear(&automaton);
    return status;
}

/* The length of the shortest run: the empty trace, aligned. */
static int search_shortest(Search *search, int64_t states, int32_t *shortest)
{
    int64_t settled;
    int status =
        search_costs(search, NULL, 0, 0, OUT_OF_REACH - 1, states, 0, &settled, shortest);
    if (status == FINE)
        search_good(search, NULL);
    if (status == NO_RUN && search->cut)
        status = TOO_LARGE; /* there may be one with more tokens than a place holds */
    return status == FINE && search->failed ? NO_MEMORY : status;
}

static int search_all(Call *call, Answer *answer, const Components *components, int64_t states,
                      int64_t total, int64_t first, int32_t *shortest, Unlocked *unlocked)
{
    Search search;
    SearchWalk walk = {0};
    int32_t *known = NULL;
    Py_ssize_t i;
    size_t known_room = 0, width = (size_t)components->first[components->count];
    int64_t settled;
    int failed = 0, status = search_start(&search, &call->net);
    width += !width;
    search.components = *components;
    search.stopped = stopped;
    search.context = unlocked;
    walk.search = &search;
    walk.moves = &answer->moves;
    if (status == FINE)
        status = search_shortest(&search, first, shortest);
    for (i = 0; status == FINE && i < call->traces; i++) {
        const int32_t *codes = call->codes + call->offsets[i];
        int32_t length = (int32_t)(call->offsets[i + 1] - call->offsets[i]), kept = 0, at, cost = 0;
        RESERVE(known, known_room, (size_t)length + 1, failed);
        if (failed) {
            status = NO_MEMORY;
            break;
        }
        for (at = 0; at < length; at++)
            if (codes[at] >= 0)
                known[kept++] = codes[at];
        settled = 0;
        status = TOO_LARGE; /* too long for its budget, or for the table of bounds */
        if (kept < states && (size_t)kept + 1 <= BOUNDS / width)
            status = search_costs(&search, known, kept, call->part[i],
                                  call->part[i] ? kept : kept + *shortest,
                                  total < states ? total : states, TIES, &settled, &cost);
        total -= settled;
        answer->lower[i] = cost + length - kept;
        answer->costs[i] = status == FINE ? answer->lower[i] : -1;
        if (status == FINE) {
            search_good(&search, known);
            status = searchwalk_trace(&walk, codes, length, call->part[i]);
        } else if (status == TOO_LARGE)
            status = FINE;
        answer->offsets[i + 1] = (int64_t)answer->moves.count;
        if (status == FINE)
            status = search.failed ? NO_MEMORY : search_make_room(&search);
        if (status == FINE && stopped(unlocked))
            status = INTERRUPTED;
    }
    free(known);
    searchwalk_clear(&walk);
    search_clear(&search);
    return status;
}

static PyObject *run(PyObject *arguments, int searching)
{
    Call call;
    Answer answer = {0};
    Components components = {0};
    Unlocked unlocked;
    Py_buffer *b = call.buffer;
    PyObject *found = NULL;
    int labels, one = 0, two = 0, three = 0, status;
    int32_t shortest = 0;
    long long states = 0, total = 0, first = 0, kept = 0;
    memset(&call, 0, sizeof call);
    if (searching
            ? !PyArg_ParseTuple(arguments, "iy*y*y*y*y*y*y*y*y*y*y*y*LLLy*y*y*y*y*y*y*", &labels,
                                &b[0], &b[1], &b[2], &b[3], &b[4], &b[5], &b[6], &b[7], &b[8],
                                &b[9], &b[10], &b[11], &states, &total, &first, &b[12], &b[13], &b[14],
                                &b[15], &b[16], &b[17], &b[18])
            : !PyArg_ParseTuple(arguments, "iy*y*y*y*y*y*y*y*y*y*y*y*iiiL", &labels, &b[0], &b[1],
                                &b[2], &b[3], &b[4], &b[5], &b[6], &b[7], &b[8], &b[9], &b[10],
                                &b[11], &one, &two, &three, &kept))
        goto done;
    call.net.labels = labels;
    if (kept < 0 || !call_check(&call) || (searching && !components_check(&call, &components))) {
        PyErr_SetString(PyExc_ValueError, "the arrays do not fit together");
        goto done;
    }
    unlocked.thread = PyEval_SaveThread();
    status = net_fill(&call.net, b[TAKES].buf, b[GIVES].buf);
    if (status == FINE)
        status = answer_start(&answer, call.traces);
    if (status == FINE && searching)
        status = search_all(&call, &answer, &components, states, total, first, &shortest,
                            &unlocked);
    else if (status == FINE)
        status = align_all(&call, &answer, one, two, three, (size_t)kept, &shortest,
                           &unlocked);
    PyEval_RestoreThread(unlocked.thread);
    found = answer_give(&answer, call.traces, status, shortest);
done:
    free(components.matrix);
    answer_clear(&answer);
    call_clear(&call);
    return found;
}

static PyObject *kernel_align(PyObject *self, PyObject *arguments)
{
    (void)self;
    return run(arguments, 0);
}

static PyObject *kernel_search(PyObject *self, PyObject *arguments)
{
    (void)self;
    return run(arguments, 1);
}

static PyMethodDef methods[] = {
    {"align", kernel_align, METH_VARARGS, "Align all traces over the reduced automaton."},
    {"search", kernel_search, METH_VARARGS, "Align all traces by search."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_kernel", "Exact alignments, compiled.", 0, methods, NULL, NULL, NULL,
    NULL,
};

PyMODINIT_FUNC PyInit__kernel(void)
{
    return PyModule_Create(&definition);
}
