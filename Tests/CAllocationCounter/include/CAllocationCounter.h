// Counts the heap allocations, locks and system calls of the calling thread, for tests that say "allocates nothing", "locks
// nothing" or "keeps less than".
#pragma once
#include <stdbool.h>
#include <stddef.h>

// Whether allocations are counted at all: not under AddressSanitizer, which brings its own allocator.
bool allocation_counter_is_active(void);

// How often the calling thread has allocated since it began.
size_t allocation_count(void);

// How many bytes more than it has given back the calling thread has allocated since it began.
long allocated_byte_count(void);

// How often the calling thread has taken a mutex or a reader-writer lock of POSIX threads.
size_t lock_count(void);

// How often it has called what a packet loop may call: epoll_pwait2, recvmmsg, sendmmsg, read, write.
size_t system_call_count(void);
