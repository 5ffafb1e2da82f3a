// Headers of the system's libopus for the module COpus: no logic, only what Swift cannot import by itself.
#pragma once
#include <opus/opus.h>

// A function with any number of arguments.
static inline int opus_encoder_set_bitrate(OpusEncoder *encoder, opus_int32 bits_per_second) {
  return opus_encoder_ctl(encoder, OPUS_SET_BITRATE(bits_per_second));
}
static inline int opus_encoder_set_vbr(OpusEncoder *encoder, opus_int32 is_variable) {
  return opus_encoder_ctl(encoder, OPUS_SET_VBR(is_variable));
}
