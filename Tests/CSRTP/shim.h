// The system's libsrtp2, against which the tests compare our SRTP byte for byte.
#pragma once
#include <srtp2/srtp.h>
