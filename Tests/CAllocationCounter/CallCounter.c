#define _GNU_SOURCE
#include "CAllocationCounter.h"

#include <dlfcn.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static __thread size_t locks;
static __thread size_t system_calls;

size_t lock_count(void) { return locks; }
size_t system_call_count(void) { return system_calls; }

#if defined(__GLIBC__)

// As in the allocation counter these come first; the C library's own are found by name, once, before anything runs.
static int (*mutex_lock)(pthread_mutex_t *);
static int (*read_lock)(pthread_rwlock_t *);
static int (*write_lock)(pthread_rwlock_t *);
static int (*receive_many)(int, struct mmsghdr *, unsigned int, int, struct timespec *);
static int (*send_many)(int, struct mmsghdr *, unsigned int, int);
static int (*wait_precisely)(int, struct epoll_event *, int, const struct timespec *, const sigset_t *);
static ssize_t (*read_some)(int, void *, size_t);
static ssize_t (*write_some)(int, const void *, size_t);

__attribute__((constructor)) static void find(void) {
  mutex_lock = dlsym(RTLD_NEXT, "pthread_mutex_lock");
  read_lock = dlsym(RTLD_NEXT, "pthread_rwlock_rdlock");
  write_lock = dlsym(RTLD_NEXT, "pthread_rwlock_wrlock");
  receive_many = dlsym(RTLD_NEXT, "recvmmsg");
  send_many = dlsym(RTLD_NEXT, "sendmmsg");
  wait_precisely = dlsym(RTLD_NEXT, "epoll_pwait2");
  read_some = dlsym(RTLD_NEXT, "read");
  write_some = dlsym(RTLD_NEXT, "write");
}

// Libraries lock before constructors run.
#define FOUND(function) \
  if (function == NULL) find();

int pthread_mutex_lock(pthread_mutex_t *mutex) {
  FOUND(mutex_lock)
  locks++;
  return mutex_lock(mutex);
}

int pthread_rwlock_rdlock(pthread_rwlock_t *lock) {
  FOUND(read_lock)
  locks++;
  return read_lock(lock);
}

int pthread_rwlock_wrlock(pthread_rwlock_t *lock) {
  FOUND(write_lock)
  locks++;
  return write_lock(lock);
}

int recvmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags, struct timespec *timeout) {
  FOUND(receive_many)
  system_calls++;
  return receive_many(fd, messages, count, flags, timeout);
}

int sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags) {
  FOUND(send_many)
  system_calls++;
  return send_many(fd, messages, count, flags);
}

int epoll_pwait2(int epoll, struct epoll_event *events, int count, const struct timespec *timeout, const sigset_t *mask) {
  FOUND(wait_precisely)
  system_calls++;
  return wait_precisely(epoll, events, count, timeout, mask);
}

ssize_t read(int fd, void *bytes, size_t count) {
  FOUND(read_some)
  system_calls++;
  return read_some(fd, bytes, count);
}

ssize_t write(int fd, const void *bytes, size_t count) {
  FOUND(write_some)
  system_calls++;
  return write_some(fd, bytes, count);
}

#endif
