// Measures in C what Python would disturb. Times are in nanoseconds, one line each.
//
//   measure start LINE PROGRAM...            launches it, sends the line: time to the first line of its answer, processor time
//   measure peak PROGRAM...                  runs it to its end with nothing to read: time, peak memory in kilobytes
//   measure round COUNT FIRST LINE PROGRAM... on one core, sends FIRST and then LINE COUNT times: time of each round trip
//   measure post COUNT URL BODY HEADER...    the bare POST by libcurl over one connection: time of each
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
static char buffer[1 << 20];

static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

struct program {
  pid_t id;
  int in, out;
};

static struct program launch(char **arguments) {
  int in[2], out[2];
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (pipe(in) || pipe(out)) exit(3);
  for (int i = 0; i < 2; i++) fcntl(in[i], F_SETFD, FD_CLOEXEC), fcntl(out[i], F_SETFD, FD_CLOEXEC);
  posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  struct program program = {.in = in[1], .out = out[0]};
  if (posix_spawnp(&program.id, arguments[0], &actions, NULL, arguments, environ)) exit(4);
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

static char *with_newline(const char *text) {
  char *line = malloc(strlen(text) + 2);
  return strcat(strcpy(line, text), "\n");
}

static size_t received;
static size_t receive(char *bytes, size_t size, size_t count, void *context) {
  (void)bytes, (void)context;
  received += size * count;
  return size * count;
}

// Opens libcurl like the program, so that its headers need not be installed. The numbers are those of curl/curl.h.
static void post(int rounds, char *url, char *body, char **fields) {
#ifdef __APPLE__
  void *library = dlopen("/usr/lib/libcurl.4.dylib", RTLD_NOW | RTLD_LOCAL);
#else
  void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
#endif
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
#ifdef __linux__
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    sched_setaffinity(0, sizeof one, &one);
#endif
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
