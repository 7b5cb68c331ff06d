// The fast loopback server for tool calls: it sends canned answers, as both of Sequence's APIs would. It uses one thread and
// one poll(2), so that it costs less than what is measured. It prints its port, and ends when its standard input ends.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RULE "6b881677-6b5a-4b73-a944-72d1a7d32946"
#define ACCOUNT(id, name) "{\"id\":\"" id "\",\"name\":\"" name "\",\"type\":\"Pod\",\"balance\":{\"amountInDollars\":120.5,\"error\":null}}"

enum { most = 256, room = 65536 };

static struct pollfd watched[most];
static struct client {
  size_t length;
  char bytes[room];
} *clients[most];
static char answer[4096];

static void prepare(int status, const char *body) {
  const char *form = "HTTP/1.1 %d OK\r\ncontent-type: application/json\r\ncontent-length: %zu\r\n\r\n%s";
  sprintf(answer, form, status, strlen(body), body);
}

// Each trigger of the Platform API gets a run of its own, whose id ends with 1 if it was simulated.
static void prepare_platform(const char *request) {
  static unsigned runs;
  char body[1024], *found = strstr(request, "/executions/");
  if (!found && !(found = strstr(request, "/transfers/"))) {
    int simulates = strstr(request, "\"simulation\":true") != NULL;
    sprintf(body, "{\"data\":{\"executionId\":\"%08x-0000-4000-8000-00000000000%d\"},\"requestId\":\"b\"}", ++runs, simulates);
    return prepare(202, body);
  }
  const char *id = strchr(found + 1, '/') + 1, *mode = id[35] == '1' ? "SIMULATION" : "LIVE";
  sprintf(body,
      found[1] == 'e'
          ? "{\"data\":{\"id\":\"%.36s\",\"executionMode\":\"%s\",\"ruleId\":\"" RULE "\",\"transferIds\":[\"%.36s\"],"
            "\"status\":\"EXECUTED\",\"stepIndexMatched\":0,\"conditionsNotMet\":false,\"transfersAttempted\":1,\"transfersCompleted\":1,"
            "\"transfersFailed\":0,\"transfersPending\":0,\"errorMessage\":null},\"requestId\":\"b\"}"
          : "{\"data\":{\"id\":\"%.36s\",\"executionMode\":\"%s\",\"ruleId\":\"" RULE "\",\"ruleExecutionId\":\"%.36s\","
            "\"amountInCents\":5000,\"direction\":\"INTERNAL\",\"origin\":\"RULE\",\"source\":{\"id\":\"a\",\"name\":\"Income\",\"type\":\"POD\"},"
            "\"destination\":{\"id\":\"b\",\"name\":\"Taxes\",\"type\":\"POD\"},\"status\":\"COMPLETE\",\"errorCode\":null},\"requestId\":\"b\"}",
      id, mode, id);
  prepare(200, body);
}

// Returns the length of the first complete request, or 0 if more must come.
static size_t whole(struct client *client) {
  client->bytes[client->length] = 0;
  char *end = strstr(client->bytes, "\r\n\r\n"), *field = strcasestr(client->bytes, "\r\ncontent-length:");
  if (!end) return 0;
  size_t length = end + 4 - client->bytes + (field && field < end ? strtoul(field + 17, NULL, 10) : 0);
  return length <= client->length ? length : 0;
}

static int serve(int socket, struct client *client) {
  ssize_t count = read(socket, client->bytes + client->length, room - 1 - client->length);
  if (count <= 0) return 0;
  client->length += count;
  for (size_t length; (length = whole(client)) > 0;) {
    if (strstr(client->bytes, " /platform/v1/"))
      prepare_platform(client->bytes);
    else if (!strncmp(client->bytes, "POST /accounts ", 15))
      prepare(200, "{\"message\":\"ok\",\"requestId\":\"b\",\"data\":{\"accounts\":[" ACCOUNT("1", "Bills") "," ACCOUNT("2", "Savings") ","
          ACCOUNT("3", "Taxes") "],\"errors\":[]}}");
    else
      prepare(200, "{\"code\":\"SUCCESS\",\"message\":\"ok\",\"data\":{\"requestId\":\"b\"}}");
    if (write(socket, answer, strlen(answer)) < 0) return 0;
    client->length -= length;
    memmove(client->bytes, client->bytes + length, client->length);
  }
  return 1;
}

int main(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int listening = socket(AF_INET, SOCK_STREAM, 0), one = 1, count = 2;
  if (bind(listening, (void *)&address, size) || listen(listening, 128)) return 1;
  getsockname(listening, (void *)&address, &size);
  printf("%d\n", ntohs(address.sin_port)), fflush(stdout);
  watched[0] = (struct pollfd){.fd = 0, .events = POLLIN};
  watched[1] = (struct pollfd){.fd = listening, .events = POLLIN};
  while (poll(watched, count, -1) >= 0) {
    if (watched[0].revents) return 0;
    if (watched[1].revents && count < most) {
      int socket = accept(listening, NULL, NULL);
      setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      watched[count] = (struct pollfd){.fd = socket, .events = POLLIN};
      clients[count++] = calloc(1, sizeof(struct client));
    }
    for (int index = 2; index < count; index++) {
      if (!watched[index].revents || serve(watched[index].fd, clients[index])) continue;
      close(watched[index].fd), free(clients[index]);
      watched[index] = watched[--count];
      clients[index] = clients[count];
    }
  }
  return 1;
}
