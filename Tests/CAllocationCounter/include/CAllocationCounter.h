// Counts the heap allocations of the calling thread, for tests that say "allocates nothing" or "keeps less than".
#pragma once
#include <stdbool.h>
#include <stddef.h>

// Whether allocations are counted at all: not under AddressSanitizer, which brings its own allocator.
bool allocation_counter_is_active(void);

// How often the calling thread has allocated since it began.
size_t allocation_count(void);

// How many bytes more than it has given back the calling thread has allocated since it began.
long allocated_byte_count(void);
