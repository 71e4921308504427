// SPDX-License-Identifier: Apache-2.0
// Reads one command a line from standard input and answers each with one line: "ok" and numbers, or "error" and an errno.
#include "peer.h"
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ARGUMENTS = 4096, MAX_LINE = 1 << 20 };

static const struct {
	const char *name;
	command_fn *run;
} commands[] = {
	{ "load", load_command },
	{ "btf", btf_command },
	{ "relocate", relocate_command },
	{ "rates", rates_command },
};

int count_of(const char *text)
{
	long count = strtol(text, NULL, 10);

	return count > 0 && count <= 1000000 ? (int)count : 0;
}

static int silence(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

static int run(char *line)
{
	static char *argv[MAX_ARGUMENTS];
	int argc = 0;

	for (char *word = strtok(line, " \n"); word && argc < MAX_ARGUMENTS; word = strtok(NULL, " \n"))
		argv[argc++] = word;
	for (size_t i = 0; argc && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(argv[0], commands[i].name))
			return commands[i].run(argc - 1, argv + 1);
	return EINVAL;
}

int main(void)
{
	static char line[MAX_LINE];

	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	libbpf_set_print(silence);
	printf("libbpf %s\n", libbpf_version_string());
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		int problem = run(line);

		if (problem)
			printf("error %d\n", problem);
		else
			printf("\n");
		fflush(stdout);
	}
	return 0;
}
