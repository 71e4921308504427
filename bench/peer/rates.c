// SPDX-License-Identifier: Apache-2.0
// rates open OBJECT                loads the object and fills its table; elements.
// rates lookup|update COUNT        element by element; nanoseconds.
// rates read|write ROUNDS          the whole table in batches, so many times; nanoseconds.
// rates drain ROUNDS               a full ring buffer, so many times; nanoseconds, records.
// rates consume|poll MILLIS        while another thread writes, without and with waiting; nanoseconds, records.
#include "peer.h"
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { ELEMENTS = 10000, STRIDE = 7919, BATCH = 1000, FILL = 40000, PRODUCER_BATCH = 5000, POLL_MILLIS = 100 };

struct record {
	uint64_t number;
	uint64_t rest[15];
};

struct settings {
	uint64_t batch, flags, written, lost;
};

static int table, settings, program;
static struct ring_buffer *ring;
static uint64_t seen;
/* What was read is used, so that reading cannot be left out. */
static volatile uint64_t used;
static atomic_bool ended;

static int on_record(void *context, void *data, size_t size)
{
	(void)context;
	(void)size;
	seen++;
	used = ((const struct record *)data)->number;
	return 0;
}

static int set(uint64_t batch, uint64_t flags)
{
	uint32_t key = 0;
	struct settings value = { .batch = batch, .flags = flags };

	return bpf_map_update_elem(settings, &key, &value, BPF_ANY);
}

static int produce(void)
{
	static char packet[64];
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = packet, .data_size_in = sizeof(packet), .repeat = 1);

	return bpf_prog_test_run_opts(program, &options);
}

static void *produce_on(void *unused)
{
	while (!atomic_load_explicit(&ended, memory_order_relaxed) && !produce())
		;
	return unused;
}

static int open_object(const char *path)
{
	struct bpf_object *object = bpf_object__open_file(path, NULL);
	struct record value = { 0 };
	int problem = object ? bpf_object__load(object) : -errno;

	if (problem)
		return -problem;
	table = bpf_object__find_map_fd_by_name(object, "table");
	settings = bpf_object__find_map_fd_by_name(object, "all_settings");
	program = bpf_program__fd(bpf_object__find_program_by_name(object, "produce"));
	ring = ring_buffer__new(bpf_object__find_map_fd_by_name(object, "records"), on_record, NULL, NULL);
	for (uint32_t key = 0; key < ELEMENTS; key++) {
		value.number = key;
		if (bpf_map_update_elem(table, &key, &value, BPF_ANY))
			return errno;
	}
	printf("%d ", ELEMENTS);
	return ring ? 0 : errno;
}

static int elements(int count, bool update)
{
	struct record value = { 0 };
	uint64_t start = now_nanos();
	uint32_t key = 0;

	for (int i = 0; i < count; i++) {
		key = (key + STRIDE) % ELEMENTS;
		if (update)
			value.number = key;
		if (update ? bpf_map_update_elem(table, &key, &value, BPF_ANY) : bpf_map_lookup_elem(table, &key, &value))
			return errno;
		used = value.number;
	}
	printf("%llu ", (unsigned long long)(now_nanos() - start));
	return 0;
}

static int batches(int rounds, bool write)
{
	static uint32_t keys[BATCH];
	static struct record values[BATCH];
	uint64_t start = now_nanos();

	for (int round = 0; round < rounds; round++) {
		uint32_t position, done = 0;
		bool last = false;

		for (uint32_t first = 0; write && first < ELEMENTS; first += BATCH) {
			uint32_t count = BATCH;

			for (uint32_t i = 0; i < BATCH; i++) {
				keys[i] = first + i;
				values[i].number = first + i;
			}
			if (bpf_map_update_batch(table, keys, values, &count, NULL))
				return errno;
		}
		while (!write && !last) {
			uint32_t count = BATCH;

			if (bpf_map_lookup_batch(table, done ? &position : NULL, &position, keys, values, &count, NULL)) {
				if (errno != ENOENT)
					return errno;
				last = true;
			}
			for (uint32_t i = 0; i < count; i++)
				used = values[i].number;
			done += count;
		}
		if (!write && done != ELEMENTS)
			return ENODATA;
	}
	printf("%llu ", (unsigned long long)(now_nanos() - start));
	return 0;
}

static int drain(int rounds)
{
	uint64_t nanos = 0;

	seen = 0;
	if (set(FILL, BPF_RB_NO_WAKEUP))
		return errno;
	for (int round = 0; round < rounds; round++) {
		if (produce())
			return errno;
		uint64_t start = now_nanos();

		ring_buffer__consume(ring);
		nanos += now_nanos() - start;
	}
	printf("%llu %llu ", (unsigned long long)nanos, (unsigned long long)seen);
	return 0;
}

static int concurrent(int millis, bool wait)
{
	pthread_t producer;
	int problem = set(PRODUCER_BATCH, wait ? 0 : BPF_RB_NO_WAKEUP);

	ring_buffer__consume(ring);
	seen = 0;
	atomic_store(&ended, false);
	if (problem || pthread_create(&producer, NULL, produce_on, NULL))
		return EAGAIN;
	uint64_t start = now_nanos(), nanos;

	do {
		if (wait)
			ring_buffer__poll(ring, POLL_MILLIS);
		else
			ring_buffer__consume(ring);
		nanos = now_nanos() - start;
	} while (nanos < millis * 1000000ull);
	uint64_t records = seen;

	atomic_store(&ended, true);
	pthread_join(producer, NULL);
	ring_buffer__consume(ring);
	printf("%llu %llu ", (unsigned long long)nanos, (unsigned long long)records);
	return 0;
}

int rates_command(int argc, char **argv)
{
	int count = argc == 2 ? count_of(argv[1]) : 0;

	bpf_is_timed = false;
	if (argc == 2 && !strcmp(argv[0], "open"))
		return open_object(argv[1]);
	if (!count || !ring)
		return EINVAL;
	if (!strcmp(argv[0], "lookup") || !strcmp(argv[0], "update"))
		return elements(count, argv[0][0] == 'u');
	if (!strcmp(argv[0], "read") || !strcmp(argv[0], "write"))
		return batches(count, argv[0][0] == 'w');
	if (!strcmp(argv[0], "drain"))
		return drain(count);
	if (!strcmp(argv[0], "consume") || !strcmp(argv[0], "poll"))
		return concurrent(count, argv[0][0] == 'p');
	return EINVAL;
}
