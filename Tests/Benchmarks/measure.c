// Measures in C what Python would disturb. Times are in nanoseconds, one line each.
//
//   measure start LINE PROGRAM...            launches it, sends the line: time to the first line of its answer, processor time
//   measure peak PROGRAM...                  runs it to its end with nothing to read: time, peak memory in kilobytes
//   measure round COUNT FIRST LINE PROGRAM... sends FIRST and then LINE COUNT times: time of each round trip
//   measure post COUNT URL BODY HEADER...    the bare POST by libcurl over one connection: time of each
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char buffer[1 << 20];

static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

struct program { pid_t id; int in, out; };

static struct program launch(char **arguments) {
  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC)) exit(3);
  struct program program = {.id = vfork(), .in = in[1], .out = out[0]};
  if (program.id == 0) {
    dup2(in[0], 0), dup2(out[1], 1);
    execvp(arguments[0], arguments);
    _exit(4);
  }
  close(in[0]), close(out[1]);
  return program;
}

static void ask(struct program *program, const char *line, size_t length) {
  if (write(program->in, line, length) < 0) exit(5);
  ssize_t count;
  do count = read(program->out, buffer, sizeof buffer);
  while ((count > 0 && !memchr(buffer, '\n', count)) || (count < 0 && errno == EINTR));
  if (count <= 0) exit(6);
}

static struct rusage end(struct program *program) {
  struct rusage usage;
  close(program->in);
  while (read(program->out, buffer, sizeof buffer) > 0) continue;
  if (wait4(program->id, NULL, 0, &usage) != program->id) exit(7);
  return usage;
}

static char *with_newline(const char *text) { return strcat(strcpy(malloc(strlen(text) + 2), text), "\n"); }

static size_t received;
static size_t receive(char *bytes, size_t size, size_t count, void *context) {
  (void)bytes, (void)context;
  return received += size * count, size * count;
}

// Opens libcurl like the program, so that its headers need not be installed. The numbers are those of curl/curl.h.
static void post(int rounds, char *url, char *body, char **fields) {
  void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) exit(3);
  void *(*start)(void) = (void *(*)(void))dlsym(library, "curl_easy_init");
  int (*set)(void *, int, ...) = (int (*)(void *, int, ...))dlsym(library, "curl_easy_setopt");
  int (*perform)(void *) = (int (*)(void *))dlsym(library, "curl_easy_perform");
  void *(*append)(void *, const char *) = (void *(*)(void *, const char *))dlsym(library, "curl_slist_append");
  void *handle = start(), *headers = NULL;
  while (*fields) headers = append(headers, *fields++);
  set(handle, 10002, url), set(handle, 10015, body), set(handle, 10023, headers), set(handle, 20011, receive);
  for (int index = -20; index < rounds; index++) {
    received = 0;
    long long before = now();
    if (perform(handle) || !received) exit(8);
    if (index >= 0) printf("%lld\n", now() - before);
  }
}

int main(int argc, char **argv) {
  const char *mode = argc > 2 ? argv[1] : "";
  if (!strcmp(mode, "start") && argc > 3) {
    char *line = with_newline(argv[2]);
    long long before = now();
    struct program program = launch(argv + 3);
    ask(&program, line, strlen(line));
    long long taken = now() - before;
    struct rusage usage = end(&program);
    struct timeval user = usage.ru_utime, system = usage.ru_stime;
    printf("%lld %lld\n", taken, (user.tv_sec + system.tv_sec) * 1000000000LL + (user.tv_usec + system.tv_usec) * 1000LL);
  } else if (!strcmp(mode, "peak")) {
    long long before = now();
    struct program program = launch(argv + 2);
    struct rusage usage = end(&program);
    printf("%lld %ld\n", now() - before, usage.ru_maxrss);
  } else if (!strcmp(mode, "round") && argc > 5) {
    struct program program = launch(argv + 5);
    char *first = with_newline(argv[3]), *line = with_newline(argv[4]);
    ask(&program, first, strlen(first));
    size_t length = strlen(line);
    for (int rounds = atoi(argv[2]); rounds > 0; rounds--) {
      long long before = now();
      ask(&program, line, length);
      printf("%lld\n", now() - before);
    }
    end(&program);
  } else if (!strcmp(mode, "post") && argc > 4) {
    post(atoi(argv[2]), argv[3], argv[4], argv + 5);
  } else {
    return 2;
  }
  return 0;
}
