/// The first packets of three simulcast AV1 streams and their RTX, as Chromium 156 sent them.
///
/// Payloads are left out; `length` is that of the SRTP packet as it came.
enum ChromiumAV1Capture {
  static let extensions: [UInt8: String] = [
    1: "urn:ietf:params:rtp-hdrext:toffset",
    2: "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    3: "urn:3gpp:video-orientation",
    4: "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    5: "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
    6: "http://www.webrtc.org/experiments/rtp-hdrext/video-content-type",
    7: "http://www.webrtc.org/experiments/rtp-hdrext/video-timing",
    8: "http://www.webrtc.org/experiments/rtp-hdrext/color-space",
    9: "urn:ietf:params:rtp-hdrext:sdes:mid",
    10: "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
    11: "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
    13: "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension",
    14: "http://www.webrtc.org/experiments/rtp-hdrext/video-layers-allocation00",
  ]

  static let packets = CapturedHeader.list(
    """
    packet length=293
    b02e50ec  # V=2 P X, PT 46, sequence number 20716
    00000000  # timestamp
    a134fa41  # SSRC
    bede0003  # one-byte form, 3 words
    90 30  # mid "0"
    b0 6c  # repaired rid "l"
    41 0001  # transport sequence number
    22 8320df  # abs-send-time
    00  # padding
    packet length=755
    90ad1d69  # V=2 X M, PT 45, sequence number 7529
    66d17d7e  # timestamp
    f41d6a96  # SSRC
    10000013  # two-byte form, 19 words
    0203 83241c  # abs-send-time
    0402 0002  # transport sequence number
    0901 30  # mid "0"
    0a01 6c  # rid "l"
    0804 06060610  # colour space
    0301 00  # video orientation
    070d 010007000a000a000d00000000  # video timing
    0d14 c00001800214eaa860414d1410208427013f00b3  # dependency descriptor
    0e0d a00010803c5a9601013f00b33c  # video layers allocation
    packet length=757
    90ae50ed  # V=2 X M, PT 46, sequence number 20717
    66d17d7e  # timestamp
    a134fa41  # SSRC
    10000013  # two-byte form, 19 words
    0203 832a7e  # abs-send-time
    0301 00  # video orientation
    0402 0003  # transport sequence number
    0e0d a00010803c5a9601013f00b33c  # video layers allocation
    070d 010007000a000a001300000000  # video timing
    0d14 c00001800214eaa860414d1410208427013f00b3  # dependency descriptor
    0804 06060610  # colour space
    0901 30  # mid "0"
    0b01 6c  # repaired rid "l"
    packet length=757
    90ae50ee  # V=2 X M, PT 46, sequence number 20718
    66d17d7e  # timestamp
    a134fa41  # SSRC
    10000013  # two-byte form, 19 words
    0203 8331d3  # abs-send-time
    0301 00  # video orientation
    0402 0004  # transport sequence number
    0e0d a00010803c5a9601013f00b33c  # video layers allocation
    070d 010007000a000a001a00000000  # video timing
    0d14 c00001800214eaa860414d1410208427013f00b3  # dependency descriptor
    0804 06060610  # colour space
    0901 30  # mid "0"
    0b01 6c  # repaired rid "l"
    packet length=757
    90ae50ef  # V=2 X M, PT 46, sequence number 20719
    66d17d7e  # timestamp
    a134fa41  # SSRC
    10000013  # two-byte form, 19 words
    0203 833922  # abs-send-time
    0301 00  # video orientation
    0402 0005  # transport sequence number
    0e0d a00010803c5a9601013f00b33c  # video layers allocation
    070d 010007000a000a002200000000  # video timing
    0d14 c00001800214eaa860414d1410208427013f00b3  # dependency descriptor
    0804 06060610  # colour space
    0901 30  # mid "0"
    0b01 6c  # repaired rid "l"
    packet length=293
    b02e50f0  # V=2 P X, PT 46, sequence number 20720
    66d18756  # timestamp
    a134fa41  # SSRC
    bede0003  # one-byte form, 3 words
    90 30  # mid "0"
    b0 6c  # repaired rid "l"
    41 0006  # transport sequence number
    22 834070  # abs-send-time
    00  # padding
    packet length=286
    90ad1d6a  # V=2 X M, PT 45, sequence number 7530
    66d18972  # timestamp
    f41d6a96  # SSRC
    bede0004  # one-byte form, 4 words
    22 834079  # abs-send-time
    41 0007  # transport sequence number
    90 30  # mid "0"
    a0 6c  # rid "l"
    d2 c30002  # dependency descriptor
    00  # padding
    packet length=757
    90ae50f1  # V=2 X M, PT 46, sequence number 20721
    66d17d7e  # timestamp
    a134fa41  # SSRC
    10000013  # two-byte form, 19 words
    0203 8342a1  # abs-send-time
    0301 00  # video orientation
    0402 0008  # transport sequence number
    0e0d a00010803c5a9601013f00b33c  # video layers allocation
    070d 010007000a000a002b00000000  # video timing
    0d14 c00001800214eaa860414d1410208427013f00b3  # dependency descriptor
    0804 06060610  # colour space
    0901 30  # mid "0"
    0b01 6c  # repaired rid "l"
    packet length=293
    b02e1263  # V=2 P X, PT 46, sequence number 4707
    00000000  # timestamp
    7fa4e398  # SSRC
    bede0003  # one-byte form, 3 words
    90 30  # mid "0"
    b0 6d  # repaired rid "m"
    41 000c  # transport sequence number
    22 836947  # abs-send-time
    00  # padding
    packet length=293
    b02e1264  # V=2 P X, PT 46, sequence number 4708
    00000000  # timestamp
    7fa4e398  # SSRC
    bede0003  # one-byte form, 3 words
    90 30  # mid "0"
    b0 6d  # repaired rid "m"
    41 000d  # transport sequence number
    22 836962  # abs-send-time
    00  # padding
    packet length=293
    b02e1265  # V=2 P X, PT 46, sequence number 4709
    00000000  # timestamp
    7fa4e398  # SSRC
    bede0003  # one-byte form, 3 words
    90 30  # mid "0"
    b0 6d  # repaired rid "m"
    41 000e  # transport sequence number
    22 836964  # abs-send-time
    00  # padding
    packet length=293
    b02e1266  # V=2 P X, PT 46, sequence number 4710
    00000000  # timestamp
    7fa4e398  # SSRC
    bede0003  # one-byte form, 3 words
    90 30  # mid "0"
    b0 6d  # repaired rid "m"
    41 000f  # transport sequence number
    22 836966  # abs-send-time
    00  # padding
    packet length=838
    902d3448  # V=2 X, PT 45, sequence number 13384
    469bff2f  # timestamp
    0424cc4c  # SSRC
    10000012  # two-byte form, 18 words
    0203 836df7  # abs-send-time
    0402 0010  # transport sequence number
    0901 30  # mid "0"
    0a01 68  # rid "h"
    0d14 800003800214eaa860414d141020842704ff02cf  # dependency descriptor
    0e21 21a89903e504fe07a801fc01a40339558e0104ff02cf3c027f01673c013f00b33c  # video layers allocation
    packet length=838
    902d3449  # V=2 X, PT 45, sequence number 13385
    469bff2f  # timestamp
    0424cc4c  # SSRC
    bede0004  # one-byte form, 4 words
    22 836e09  # abs-send-time
    41 0011  # transport sequence number
    90 30  # mid "0"
    a0 68  # rid "h"
    d2 000003  # dependency descriptor
    00  # padding
    packet length=834
    90ad344a  # V=2 X M, PT 45, sequence number 13386
    469bff2f  # timestamp
    0424cc4c  # SSRC
    bede0006  # one-byte form, 6 words
    22 836f32  # abs-send-time
    41 0012  # transport sequence number
    90 30  # mid "0"
    a0 68  # rid "h"
    83 06060610  # colour space
    30 00  # video orientation
    d2 400003  # dependency descriptor
    0000  # padding
    packet length=293
    b02e1267  # V=2 P X, PT 46, sequence number 4711
    00000000  # timestamp
    7fa4e398  # SSRC
    bede0003  # one-byte form, 3 words
    90 30  # mid "0"
    b0 6d  # repaired rid "m"
    41 0013  # transport sequence number
    22 837167  # abs-send-time
    00  # padding
    packet length=293
    b02e1268  # V=2 P X, PT 46, sequence number 4712
    00000000  # timestamp
    7fa4e398  # SSRC
    bede0003  # one-byte form, 3 words
    90 30  # mid "0"
    b0 6d  # repaired rid "m"
    41 0014  # transport sequence number
    22 837170  # abs-send-time
    00  # padding
    packet length=697
    902d208c  # V=2 X, PT 45, sequence number 8332
    d0d78941  # timestamp
    98b782fd  # SSRC
    10000012  # two-byte form, 18 words
    0203 837558  # abs-send-time
    0402 0016  # transport sequence number
    0901 30  # mid "0"
    0a01 6d  # rid "m"
    0d14 800004800214eaa860414d1410208427027f0167  # dependency descriptor
    0e21 61a89903e504fe07a801fc01a40339558e0104ff02cf3c027f01673c013f00b33c  # video layers allocation
    packet length=695
    90ad208d  # V=2 X M, PT 45, sequence number 8333
    d0d78941  # timestamp
    98b782fd  # SSRC
    bede0006  # one-byte form, 6 words
    22 83756a  # abs-send-time
    41 0017  # transport sequence number
    90 30  # mid "0"
    a0 6d  # rid "m"
    83 06060610  # colour space
    30 00  # video orientation
    d2 400004  # dependency descriptor
    0000  # padding
    packet length=634
    90ad1d6b  # V=2 X M, PT 45, sequence number 7531
    66d1950c  # timestamp
    f41d6a96  # SSRC
    10000015  # two-byte form, 21 words
    0203 837796  # abs-send-time
    0402 0018  # transport sequence number
    0901 30  # mid "0"
    0a01 6c  # rid "l"
    0804 06060610  # colour space
    0301 00  # video orientation
    0d14 c00005800214eaa860414d1410208427013f00b3  # dependency descriptor
    0e21 a1a89903e504fe07a801fc01a40339558e0104ff02cf3c027f01673c013f00b33c  # video layers allocation
    000000  # padding
    packet length=685
    902d344b  # V=2 X, PT 45, sequence number 13387
    469c0b23  # timestamp
    0424cc4c  # SSRC
    bede0005  # one-byte form, 5 words
    22 8382e3  # abs-send-time
    41 001a  # transport sequence number
    90 30  # mid "0"
    a0 68  # rid "h"
    d4 8400061240  # dependency descriptor
    000000  # padding
    packet length=682
    90ad344c  # V=2 X M, PT 45, sequence number 13388
    469c0b23  # timestamp
    0424cc4c  # SSRC
    bede0005  # one-byte form, 5 words
    22 838305  # abs-send-time
    41 001b  # transport sequence number
    90 30  # mid "0"
    a0 68  # rid "h"
    d4 4400061240  # dependency descriptor
    000000  # padding
    packet length=550
    90ad208e  # V=2 X M, PT 45, sequence number 8334
    d0d79535  # timestamp
    98b782fd  # SSRC
    bede0005  # one-byte form, 5 words
    22 8384b7  # abs-send-time
    41 001c  # transport sequence number
    90 30  # mid "0"
    a0 6d  # rid "m"
    d4 c400071240  # dependency descriptor
    000000  # padding
    packet length=259
    90ad1d6c  # V=2 X M, PT 45, sequence number 7532
    66d1a100  # timestamp
    f41d6a96  # SSRC
    bede0005  # one-byte form, 5 words
    22 838580  # abs-send-time
    41 001d  # transport sequence number
    90 30  # mid "0"
    a0 6c  # rid "l"
    d4 c400081240  # dependency descriptor
    000000  # padding
    packet length=695
    902d344d  # V=2 X, PT 45, sequence number 13389
    469c16bd  # timestamp
    0424cc4c  # SSRC
    bede0005  # one-byte form, 5 words
    22 83a5a1  # abs-send-time
    41 0026  # transport sequence number
    90 30  # mid "0"
    a0 68  # rid "h"
    d5 8200091aa030  # dependency descriptor
    0000  # padding
    packet length=646
    90ad208f  # V=2 X M, PT 45, sequence number 8335
    d0d7a0cf  # timestamp
    98b782fd  # SSRC
    bede0005  # one-byte form, 5 words
    22 83a5ae  # abs-send-time
    41 0028  # transport sequence number
    90 30  # mid "0"
    a0 6d  # rid "m"
    d5 c2000a1aa030  # dependency descriptor
    0000  # padding
    packet length=262
    90ad1d6d  # V=2 X M, PT 45, sequence number 7533
    66d1ac9a  # timestamp
    f41d6a96  # SSRC
    bede0005  # one-byte form, 5 words
    22 83a8e1  # abs-send-time
    41 002a  # transport sequence number
    90 30  # mid "0"
    a0 6c  # rid "l"
    d5 c2000b1aa030  # dependency descriptor
    0000  # padding
    packet length=719
    90ad2090  # V=2 X M, PT 45, sequence number 8336
    d0d7acc3  # timestamp
    98b782fd  # SSRC
    bede0005  # one-byte form, 5 words
    22 83c819  # abs-send-time
    41 0031  # transport sequence number
    90 30  # mid "0"
    a0 6d  # rid "m"
    d5 c3000d1a4048  # dependency descriptor
    0000  # padding
    packet length=403
    90ad1d6e  # V=2 X M, PT 45, sequence number 7534
    66d1b88e  # timestamp
    f41d6a96  # SSRC
    bede0005  # one-byte form, 5 words
    22 83c8b0  # abs-send-time
    41 0032  # transport sequence number
    90 30  # mid "0"
    a0 6c  # rid "l"
    d5 c3000e1a4048  # dependency descriptor
    0000  # padding
    packet length=666
    902d2091  # V=2 X, PT 45, sequence number 8337
    d0d7b85d  # timestamp
    98b782fd  # SSRC
    1000000f  # two-byte form, 15 words
    0203 83ed06  # abs-send-time
    0402 003c  # transport sequence number
    0901 30  # mid "0"
    0a01 6d  # rid "m"
    0d06 8000101b6060  # dependency descriptor
    0e21 61a8a805fc07a40da801fc01a40339558e0104ff02cf1e027f01671e013f00b31e  # video layers allocation
    0000  # padding
    """)
}
