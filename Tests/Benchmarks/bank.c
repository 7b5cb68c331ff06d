// The fast loopback server for tool calls: it sends a canned answer to every POST, as the Sequence API would. It uses one
// thread and one poll(2), so that it costs less than what is measured. It prints its port, and ends when its standard input
// ends.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { most = 256, room = 65536 };

static struct pollfd watched[most];
static struct client {
  size_t length;
  char bytes[room];
} *clients[most];
static char accounts[1024], accepted[1024];

static void prepare(char *answer, const char *body) {
  sprintf(answer, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %zu\r\n\r\n%s", strlen(body), body);
}

// Returns the length of the first complete request, or 0 if more must come.
static size_t whole(struct client *client) {
  client->bytes[client->length] = 0;
  char *end = strstr(client->bytes, "\r\n\r\n");
  if (!end) return 0;
  size_t length = end + 4 - client->bytes;
  char *field = strcasestr(client->bytes, "\r\ncontent-length:");
  if (field && field < end) length += strtoul(field + 17, NULL, 10);
  return length <= client->length ? length : 0;
}

static int serve(int socket, struct client *client) {
  ssize_t count = read(socket, client->bytes + client->length, room - 1 - client->length);
  if (count <= 0) return 0;
  client->length += count;
  for (size_t length; (length = whole(client)) > 0;) {
    const char *answer = strncmp(client->bytes, "POST /accounts ", 15) ? accepted : accounts;
    if (write(socket, answer, strlen(answer)) < 0) return 0;
    client->length -= length;
    memmove(client->bytes, client->bytes + length, client->length);
  }
  return 1;
}

int main(void) {
  prepare(
      accounts,
      "{\"message\":\"ok\",\"requestId\":\"bench\",\"data\":{\"accounts\":["
      "{\"id\":\"1\",\"name\":\"Bills\",\"type\":\"Pod\",\"balance\":{\"amountInDollars\":120.5,\"error\":null}},"
      "{\"id\":\"2\",\"name\":\"Savings\",\"type\":\"Pod\",\"balance\":{\"amountInDollars\":4000,\"error\":null}},"
      "{\"id\":\"3\",\"name\":\"Checking\",\"type\":\"Account\",\"balance\":{\"amountInDollars\":25342.77,\"error\":null}}"
      "],\"errors\":[]}}");
  prepare(accepted, "{\"code\":\"SUCCESS\",\"message\":\"ok\",\"data\":{\"requestId\":\"bench\"}}");
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
