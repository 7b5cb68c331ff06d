// Pins itself and the program that it launches to one core, sends it the lines of its standard input and reads as many answers,
// then sends a last line again and again, and prints the nanoseconds of each round trip. In C, so that what is measured is the
// program and not the measuring.
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

static char buffer[1 << 20];

static int ask(int in, int out, const char *line) {
  if (write(in, line, strlen(line)) < 0 || write(in, "\n", 1) < 0) return 0;
  for (;;) {
    ssize_t count = read(out, buffer, sizeof buffer);
    if (count <= 0) return 0;
    if (buffer[count - 1] == '\n') return 1;
  }
}

// roundtrip ROUNDS INITIALIZE LINE PROGRAM ARGUMENT...
int main(int argc, char **argv) {
  if (argc < 5) return 2;
#ifdef __linux__
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  sched_setaffinity(0, sizeof one, &one);
#endif
  int in[2], out[2];
  if (pipe(in) || pipe(out)) return 3;
  pid_t child = fork();
  if (child == 0) {
    dup2(in[0], 0);
    dup2(out[1], 1);
    close(in[0]), close(in[1]), close(out[0]), close(out[1]);
    execvp(argv[4], argv + 4);
    _exit(4);
  }
  close(in[0]), close(out[1]);
  if (!ask(in[1], out[0], argv[2])) return 5;
  size_t length = strlen(argv[3]);
  char *line = malloc(length + 2);
  memcpy(line, argv[3], length);
  line[length] = '\n';
  for (int rounds = atoi(argv[1]); rounds > 0; rounds--) {
    long long start = now();
    if (write(in[1], line, length + 1) < 0) return 6;
    ssize_t count;
    do count = read(out[0], buffer, sizeof buffer);
    while (count > 0 && buffer[count - 1] != '\n');
    if (count <= 0) return 7;
    printf("%lld\n", now() - start);
  }
  close(in[1]);
  return waitpid(child, NULL, 0) == child ? 0 : 8;
}
