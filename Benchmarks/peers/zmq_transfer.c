/* The frames of `apus bench weights` from one process to another over tcp, by libzmq alone: what a transfer of weights is
 * measured against. The receiver has one buffer for all of them, which nobody looks at.
 *
 *   cc -O2 -o zmq_transfer zmq_transfer.c -lzmq
 *   zmq_transfer BYTES CHUNK
 *
 * Sends BYTES in frames of CHUNK bytes (the last one shorter), once to warm up and once timed, from the receiver's word to the
 * last frame. Prints one JSON object. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

static void fail(const char *what) {
  fprintf(stderr, "zmq_transfer: %s: %s\n", what, zmq_strerror(errno));
  _exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void keep(void *data, void *hint) {
  (void)data;
  (void)hint;
}

static void *open_socket(void *context, int type) {
  void *made = zmq_socket(context, type);
  /* As Apus has it, so that as much can be under way. */
  int waiting = 64, linger = 1000, silence = 60000;
  if (!made || zmq_setsockopt(made, ZMQ_SNDHWM, &waiting, sizeof waiting) ||
      zmq_setsockopt(made, ZMQ_RCVHWM, &waiting, sizeof waiting) ||
      zmq_setsockopt(made, ZMQ_LINGER, &linger, sizeof linger) ||
      zmq_setsockopt(made, ZMQ_RCVTIMEO, &silence, sizeof silence) ||
      zmq_setsockopt(made, ZMQ_SNDTIMEO, &silence, sizeof silence))
    fail("socket");
  return made;
}

static void send_all(void *socket, char *data, size_t bytes, size_t chunk) {
  for (size_t start = 0; start < bytes; start += chunk) {
    zmq_msg_t message;
    size_t size = bytes - start < chunk ? bytes - start : chunk;
    if (zmq_msg_init_data(&message, data + start, size, keep, NULL) || zmq_msg_send(&message, socket, 0) < 0)
      fail("send");
  }
}

/* Seconds. */
static double receive_all(void *socket, char *buffer, size_t bytes) {
  double start = now();
  size_t seen = 0;
  if (zmq_send(socket, "go", 2, 0) < 0) fail("send");
  while (seen < bytes) {
    int size = zmq_recv(socket, buffer + seen, bytes - seen, 0);
    if (size < 0) fail("receive");
    seen += (size_t)size;
  }
  return now() - start;
}

int main(int count, char **words) {
  size_t bytes = count > 1 ? strtoull(words[1], NULL, 10) : 0, chunk = count > 2 ? strtoull(words[2], NULL, 10) : 0;
  if (bytes == 0 || chunk == 0) {
    fprintf(stderr, "usage: zmq_transfer BYTES CHUNK\n");
    return 2;
  }
  int words_to_child[2];
  if (pipe(words_to_child)) fail("pipe");
  /* Before any context is made: libzmq's threads do not survive a fork. */
  pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    char address[256] = {0};
    if (read(words_to_child[0], address, sizeof address - 1) <= 0) fail("address");
    void *context = zmq_ctx_new(), *socket = open_socket(context, ZMQ_PAIR);
    char *buffer = malloc(bytes);
    if (!buffer || zmq_connect(socket, address)) fail("connect");
    receive_all(socket, buffer, bytes);
    double seconds = receive_all(socket, buffer, bytes);
    printf("{\"bytes\": %zu, \"seconds\": %.9f}\n", bytes, seconds);
    free(buffer);
    zmq_close(socket);
    zmq_ctx_term(context);
    return 0;
  }
  void *context = zmq_ctx_new(), *socket = open_socket(context, ZMQ_PAIR);
  char *data = malloc(bytes), address[256], word[8];
  size_t length = sizeof address;
  if (!data) fail("memory");
  memset(data, 7, bytes);
  if (zmq_bind(socket, "tcp://127.0.0.1:*") || zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, address, &length)) fail("bind");
  if (write(words_to_child[1], address, length) < 0) fail("address");
  for (int round = 0; round < 2; round++) {
    if (zmq_recv(socket, word, sizeof word, 0) < 0) fail("receive");
    send_all(socket, data, bytes, chunk);
  }
  int status = 1;
  waitpid(child, &status, 0);
  zmq_close(socket);
  zmq_ctx_term(context);
  free(data);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
