#define _GNU_SOURCE
#include "CSockets.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <netinet/udp.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <time.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

_Static_assert(sizeof(struct csockets_message) == sizeof(struct mmsghdr), "the layout of struct mmsghdr");
_Static_assert(offsetof(struct csockets_message, length) == offsetof(struct mmsghdr, msg_len), "the layout of struct mmsghdr");

int csockets_receive(int fd, struct csockets_message *messages, unsigned int count) {
  return recvmmsg(fd, (struct mmsghdr *)messages, count, MSG_DONTWAIT, NULL);
}

int csockets_send(int fd, struct csockets_message *messages, unsigned int count) {
  return sendmmsg(fd, (struct mmsghdr *)messages, count, MSG_DONTWAIT | MSG_NOSIGNAL);
}

size_t csockets_receive_control_size(void) {
  return CMSG_SPACE(sizeof(struct timespec)) + CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(struct in_pktinfo));
}

size_t csockets_send_control_size(void) {
  return CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(uint16_t));
}

void csockets_read_control(const struct msghdr *header, struct csockets_receive_info *info) {
  info->arrival = 0;
  info->family = 0;
  for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c != NULL; c = CMSG_NXTHDR((struct msghdr *)header, c)) {
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
      struct timespec t;
      memcpy(&t, CMSG_DATA(c), sizeof t);
      info->arrival = (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
    } else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      struct in_pktinfo p;
      memcpy(&p, CMSG_DATA(c), sizeof p);
      info->family = AF_INET;
      info->local4 = p.ipi_addr;
    } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      struct in6_pktinfo p;
      memcpy(&p, CMSG_DATA(c), sizeof p);
      info->family = AF_INET6;
      info->local6 = p.ipi6_addr;
    }
  }
}

static size_t put(void *control, size_t at, int level, int type, const void *data, size_t length) {
  struct cmsghdr *c = (struct cmsghdr *)((char *)control + at);
  c->cmsg_level = level;
  c->cmsg_type = type;
  c->cmsg_len = CMSG_LEN(length);
  memcpy(CMSG_DATA(c), data, length);
  return at + CMSG_SPACE(length);
}

size_t csockets_write_control4(void *control, const struct in_addr *source, uint16_t segment_size) {
  size_t at = 0;
  if (source != NULL) {
    struct in_pktinfo p = {.ipi_spec_dst = *source};
    at = put(control, at, IPPROTO_IP, IP_PKTINFO, &p, sizeof p);
  }
  if (segment_size > 0) at = put(control, at, IPPROTO_UDP, UDP_SEGMENT, &segment_size, sizeof segment_size);
  return at;
}

size_t csockets_write_control6(void *control, const struct in6_addr *source, uint16_t segment_size) {
  size_t at = 0;
  if (source != NULL) {
    struct in6_pktinfo p = {.ipi6_addr = *source};
    at = put(control, at, IPPROTO_IPV6, IPV6_PKTINFO, &p, sizeof p);
  }
  if (segment_size > 0) at = put(control, at, IPPROTO_UDP, UDP_SEGMENT, &segment_size, sizeof segment_size);
  return at;
}

int csockets_ask_for_control(int fd, int family) {
  int on = 1;
  if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0) return -1;
  if (family == AF_INET6) return setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
  return setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
}

uint32_t csockets_dropped_count(int fd) {
  uint32_t values[SK_MEMINFO_VARS] = {0};
  socklen_t length = sizeof values;
  if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, values, &length) != 0) return 0;
  return length > SK_MEMINFO_DROPS * sizeof values[0] ? values[SK_MEMINFO_DROPS] : 0;
}

int csockets_accept(int fd, void *address, socklen_t *length) {
  return accept4(fd, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int csockets_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static int control(int epoll, int operation, int fd, uint64_t token, int output) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | (output ? EPOLLOUT : 0), .data.u64 = token};
  return epoll_ctl(epoll, operation, fd, &event);
}

int csockets_epoll_add(int epoll, int fd, uint64_t token, int output) {
  return control(epoll, EPOLL_CTL_ADD, fd, token, output);
}

int csockets_epoll_change(int epoll, int fd, uint64_t token, int output) {
  return control(epoll, EPOLL_CTL_MOD, fd, token, output);
}

int csockets_epoll_remove(int epoll, int fd) { return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL); }

int csockets_epoll_wait(int epoll, struct csockets_event *events, int count, int64_t timeout) {
  enum { most = 64 };
  struct epoll_event found[most];
  struct timespec limit = {.tv_sec = timeout / 1000000000, .tv_nsec = timeout % 1000000000};
  int n = epoll_pwait2(epoll, found, count < most ? count : most, timeout < 0 ? NULL : &limit, NULL);
  if (n < 0 && (errno == ENOSYS || errno == EPERM)) {
    // Before Linux 5.11, or behind an old filter of system calls: in whole milliseconds, rounded up.
    int milliseconds = timeout < 0 ? -1 : timeout > 60000000000 ? 60000 : (int)((timeout + 999999) / 1000000);
    n = epoll_wait(epoll, found, count < most ? count : most, milliseconds);
  }
  if (n < 0) return errno == EINTR ? 0 : -1;
  for (int i = 0; i < n; i++) {
    events[i].token = found[i].data.u64;
    events[i].readable = (found[i].events & EPOLLIN) != 0;
    events[i].writable = (found[i].events & EPOLLOUT) != 0;
    events[i].hung_up = (found[i].events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP)) != 0;
  }
  return n;
}

int csockets_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

static _Thread_local uint64_t thread_value;
uint64_t csockets_thread_get(void) { return thread_value; }
void csockets_thread_set(uint64_t value) { thread_value = value; }
void csockets_thread_name(const char *name) { pthread_setname_np(pthread_self(), name); }

void csockets_prefer_large_pages(void *memory, size_t length) { madvise(memory, length, MADV_HUGEPAGE); }

static int64_t now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t csockets_monotonic(void) { return now(CLOCK_MONOTONIC); }
int64_t csockets_realtime(void) { return now(CLOCK_REALTIME); }
int csockets_pin_thread(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  return sched_setaffinity(0, sizeof cores, &cores);
}

int csockets_usable_cores(int *cores, int count) {
  cpu_set_t usable;
  if (sched_getaffinity(0, sizeof usable, &usable) != 0) return -1;
  int found = 0;
  for (int core = 0; core < CPU_SETSIZE && found < count; core++) {
    if (CPU_ISSET(core, &usable)) cores[found++] = core;
  }
  return found;
}

int64_t csockets_thread_processor_time(void) { return now(CLOCK_THREAD_CPUTIME_ID); }
