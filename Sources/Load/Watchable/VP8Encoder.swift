internal import CVPX

/// An encoder of VP8 (libvpx) as live video has it: one pass, a constant rate, nothing held back.
struct VP8Encoder: ~Copyable {
  /// One encoded picture.
  struct Frame {
    let bytes: [UInt8]
    let isKeyframe: Bool
  }

  private static let framesPerSecond: Int32 = 30
  /// The fastest of the settings for live video, from -16 to 16.
  private static let speed: Int32 = 8

  private let context: UnsafeMutablePointer<vpx_codec_ctx_t>
  private let width: UInt32
  private let height: UInt32
  private var count: vpx_codec_pts_t = 0

  /// Nil if libvpx takes no such size and rate.
  init?(width: Int, height: Int, bitsPerSecond: Int) {
    guard let context = Self.open(UInt32(width), UInt32(height), bitsPerSecond) else { return nil }
    self.context = context
    (self.width, self.height) = (UInt32(width), UInt32(height))
  }

  private static func open(
    _ width: UInt32, _ height: UInt32, _ bitsPerSecond: Int
  ) -> UnsafeMutablePointer<vpx_codec_ctx_t>? {
    var configuration = vpx_codec_enc_cfg_t()
    guard vpx_codec_enc_config_default(vpx_codec_vp8_cx(), &configuration, 0) == VPX_CODEC_OK else { return nil }
    (configuration.g_w, configuration.g_h) = (width, height)
    configuration.g_timebase = vpx_rational(num: 1, den: framesPerSecond)
    configuration.g_lag_in_frames = 0
    configuration.g_threads = 1
    configuration.rc_end_usage = VPX_CBR
    configuration.rc_target_bitrate = UInt32(max(1, bitsPerSecond / 1000))
    configuration.rc_dropframe_thresh = 0
    configuration.rc_resize_allowed = 0
    configuration.kf_mode = VPX_KF_DISABLED
    let context = UnsafeMutablePointer<vpx_codec_ctx_t>.allocate(capacity: 1)
    context.initialize(to: vpx_codec_ctx_t())
    guard vpx_enc_init(context, vpx_codec_vp8_cx(), &configuration) == VPX_CODEC_OK else {
      context.deallocate()
      return nil
    }
    _ = vp8e_set_cpuused(context, speed)
    return context
  }

  deinit {
    vpx_codec_destroy(context)
    context.deallocate()
  }

  /// Encodes the next picture; nil if libvpx fails.
  mutating func encode(_ picture: borrowing TestPicture, asKeyframe: Bool) -> Frame? {
    let offsets = picture.offsets
    let isEncoded = picture.planes.withUnsafeBufferPointer { planes in
      var image = vpx_image_t()
      // libvpx reads the planes and changes nothing; they are there for the length of the call.
      let data = UnsafeMutablePointer(mutating: planes.baseAddress)
      guard let base = data, vpx_img_wrap(&image, VPX_IMG_FMT_I420, width, height, 1, base) != nil else { return false }
      image.planes = (base + offsets.y, base + offsets.cb, base + offsets.cr, nil)
      let flags = asKeyframe ? vpx_enc_frame_flags_t(VPX_EFLAG_FORCE_KF) : 0
      return vpx_codec_encode(context, &image, count, 1, flags, UInt(VPX_DL_REALTIME)) == VPX_CODEC_OK
    }
    count += 1
    guard isEncoded else { return nil }
    return takeFrame()
  }

  private func takeFrame() -> Frame? {
    var iterator: vpx_codec_iter_t?
    while let packet = vpx_codec_get_cx_data(context, &iterator) {
      guard packet.pointee.kind == VPX_CODEC_CX_FRAME_PKT else { continue }
      let frame = packet.pointee.data.frame
      let bytes = [UInt8](UnsafeRawBufferPointer(start: frame.buf, count: frame.sz))
      return Frame(bytes: bytes, isKeyframe: frame.flags & vpx_codec_frame_flags_t(VPX_FRAME_IS_KEY) != 0)
    }
    return nil
  }
}
