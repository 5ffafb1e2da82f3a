// Socket calls of Linux that Swift's Glibc module does not import: thin functions, no logic.
#pragma once

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

/// One message of a batch (`struct mmsghdr`, recvmmsg(2)).
struct csockets_message {
  struct msghdr header;
  unsigned int length;
};

/// Receives at most `count` datagrams without blocking; -1 with errno set when there are none.
int csockets_receive(int fd, struct csockets_message *messages, unsigned int count);

/// Sends at most `count` datagrams without blocking; the number sent, or -1 with errno set when the first one failed.
int csockets_send(int fd, struct csockets_message *messages, unsigned int count);

/// The room that the control data of a received message may need.
size_t csockets_receive_control_size(void);
/// The room that the control data of a sent message may need.
size_t csockets_send_control_size(void);

/// What the kernel says about a received datagram beside its bytes.
struct csockets_receive_info {
  /// Arrival in nanoseconds of the realtime clock, or 0 when the kernel gave none.
  int64_t arrival;
  /// The local address it came to: AF_INET, AF_INET6 or 0 when unknown.
  int family;
  struct in_addr local4;
  struct in6_addr local6;
};
void csockets_read_control(const struct msghdr *header, struct csockets_receive_info *info);

/// Writes control data that names the local address to send from and the segment size (0 for none); returns its length.
size_t csockets_write_control4(void *control, const struct in_addr *source, uint16_t segment_size);
size_t csockets_write_control6(void *control, const struct in6_addr *source, uint16_t segment_size);

/// Asks for arrival times and local addresses on a datagram socket; 0 or -1 with errno set.
int csockets_ask_for_control(int fd, int family);

/// How many datagrams the kernel has dropped because `fd` was not read in time; 0 where it does not tell.
uint32_t csockets_dropped_count(int fd);

/// Accepts a connection, non-blocking and closed on exec (accept4(2)); its descriptor or -1 with errno set.
int csockets_accept(int fd, void *address, socklen_t *length);

int csockets_epoll_create(void);
/// Watches `fd` for input (and output if `output`), level-triggered, reporting `token`; 0 or -1 with errno set.
int csockets_epoll_add(int epoll, int fd, uint64_t token, int output);
int csockets_epoll_change(int epoll, int fd, uint64_t token, int output);
int csockets_epoll_remove(int epoll, int fd);

/// What happened on a watched descriptor.
struct csockets_event {
  uint64_t token;
  uint8_t readable;
  uint8_t writable;
  uint8_t hung_up;
};
/// Waits for at most `timeout` nanoseconds (negative: for ever); the number of events, 0 after the time or an interruption.
int csockets_epoll_wait(int epoll, struct csockets_event *events, int count, int64_t timeout);

/// A counter that wakes an epoll set (eventfd(2)), non-blocking.
int csockets_eventfd(void);

/// A number that is different for each living thread and cheap to read; 0 before `csockets_thread_set`.
///
/// Behind a function, because the compiler may keep `pthread_self()` across a suspension point.
uint64_t csockets_thread_get(void);
void csockets_thread_set(uint64_t value);
/// Names the calling thread for those who look from outside; at most 15 characters.
void csockets_thread_name(const char *name);

/// Asks for large pages for a stretch of memory, which is a wish: fewer entries of the page table are to be found then.
void csockets_prefer_large_pages(void *memory, size_t length);

/// Nanoseconds of the monotonic and of the realtime clock.
int64_t csockets_monotonic(void);
int64_t csockets_realtime(void);
/// Binds the calling thread to one core; 0 or -1 with errno set.
int csockets_pin_thread(int core);
/// Writes the numbers of the cores that the calling thread may use, at most `count`; how many, or -1 with errno set.
int csockets_usable_cores(int *cores, int count);
/// Nanoseconds of processor time that the calling thread has used.
int64_t csockets_thread_processor_time(void);
