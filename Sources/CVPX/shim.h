// Headers of the system's libvpx for the module CVPX: no logic, only what Swift cannot import by itself.
#pragma once
#include <vpx/vp8cx.h>
#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>
#include <vpx/vpx_encoder.h>

// Function-like macros, and a function with any number of arguments, each by the name of the macro.
static inline vpx_codec_err_t vpx_enc_init(
    vpx_codec_ctx_t *context, vpx_codec_iface_t *interface, const vpx_codec_enc_cfg_t *configuration) {
  return vpx_codec_enc_init(context, interface, configuration, 0);
}
static inline vpx_codec_err_t vpx_dec_init(vpx_codec_ctx_t *context, vpx_codec_iface_t *interface) {
  return vpx_codec_dec_init(context, interface, 0, 0);
}
static inline vpx_codec_err_t vp8e_set_cpuused(vpx_codec_ctx_t *context, int speed) {
  return vpx_codec_control(context, VP8E_SET_CPUUSED, speed);
}
