/// The first packets of three simulcast VP8 streams and their RTX, as Chromium 156 sent them.
///
/// Payloads are left out; `length` is that of the SRTP packet as it came.
enum ChromiumVP8Capture {
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
    b0614d24  # V=2 P X, PT 97, sequence number 19748
    00000000  # timestamp
    ea543ad8  # SSRC
    bede0003  # one-byte form, 3 words
    90 30  # mid "0"
    b0 6c  # repaired rid "l"
    41 0001  # transport sequence number
    22 72556c  # abs-send-time
    00  # padding
    packet length=689
    90e01e89  # V=2 X M, PT 96, sequence number 7817
    a1f25025  # timestamp
    0d8151c6  # SSRC
    10000014  # two-byte form, 20 words
    0203 7258e4  # abs-send-time
    0402 0002  # transport sequence number
    0901 30  # mid "0"
    0a01 6c  # rid "l"
    0804 06060610  # colour space
    0301 00  # video orientation
    070d 01001400150015001900000000  # video timing
    0d17 c000018002044eaaaf2860414d34538a0940404fc02cc0  # dependency descriptor
    0e0d a00010803c5a9601013f00b33c  # video layers allocation
    00  # padding
    packet length=691
    90e14d25  # V=2 X M, PT 97, sequence number 19749
    a1f25025  # timestamp
    ea543ad8  # SSRC
    10000014  # two-byte form, 20 words
    0203 725f2f  # abs-send-time
    0301 00  # video orientation
    0402 0003  # transport sequence number
    0e0d a00010803c5a9601013f00b33c  # video layers allocation
    070d 01001400150015001f00000000  # video timing
    0d17 c000018002044eaaaf2860414d34538a0940404fc02cc0  # dependency descriptor
    0804 06060610  # colour space
    0901 30  # mid "0"
    0b01 6c  # repaired rid "l"
    00  # padding
    packet length=212
    90e01e8a  # V=2 X M, PT 96, sequence number 7818
    a1f25bbf  # timestamp
    0d8151c6  # SSRC
    bede0004  # one-byte form, 4 words
    22 726575  # abs-send-time
    41 0004  # transport sequence number
    90 30  # mid "0"
    a0 6c  # rid "l"
    d2 c50002  # dependency descriptor
    00  # padding
    packet length=691
    90e14d26  # V=2 X M, PT 97, sequence number 19750
    a1f25025  # timestamp
    ea543ad8  # SSRC
    10000014  # two-byte form, 20 words
    0203 7267a1  # abs-send-time
    0301 00  # video orientation
    0402 0005  # transport sequence number
    0e0d a00010803c5a9601013f00b33c  # video layers allocation
    070d 01001400150015002700000000  # video timing
    0d17 c000018002044eaaaf2860414d34538a0940404fc02cc0  # dependency descriptor
    0804 06060610  # colour space
    0901 30  # mid "0"
    0b01 6c  # repaired rid "l"
    00  # padding
    packet length=293
    b0614d27  # V=2 P X, PT 97, sequence number 19751
    a1f25ee9  # timestamp
    ea543ad8  # SSRC
    bede0003  # one-byte form, 3 words
    90 30  # mid "0"
    b0 6c  # repaired rid "l"
    41 0006  # transport sequence number
    22 726f0f  # abs-send-time
    00  # padding
    packet length=293
    b0614d28  # V=2 P X, PT 97, sequence number 19752
    a1f25f43  # timestamp
    ea543ad8  # SSRC
    bede0003  # one-byte form, 3 words
    90 30  # mid "0"
    b0 6c  # repaired rid "l"
    41 0007  # transport sequence number
    22 726f3c  # abs-send-time
    00  # padding
    packet length=691
    90e14d29  # V=2 X M, PT 97, sequence number 19753
    a1f25025  # timestamp
    ea543ad8  # SSRC
    10000014  # two-byte form, 20 words
    0203 727268  # abs-send-time
    0301 00  # video orientation
    0402 0008  # transport sequence number
    0e0d a00010803c5a9601013f00b33c  # video layers allocation
    070d 01001400150015003100000000  # video timing
    0d17 c000018002044eaaaf2860414d34538a0940404fc02cc0  # dependency descriptor
    0804 06060610  # colour space
    0901 30  # mid "0"
    0b01 6c  # repaired rid "l"
    00  # padding
    packet length=289
    90e01e8b  # V=2 X M, PT 96, sequence number 7819
    a1f26759  # timestamp
    0d8151c6  # SSRC
    bede0004  # one-byte form, 4 words
    22 7299b0  # abs-send-time
    41 000c  # transport sequence number
    90 30  # mid "0"
    a0 6c  # rid "l"
    d2 c30003  # dependency descriptor
    00  # padding
    packet length=293
    b0613711  # V=2 P X, PT 97, sequence number 14097
    00000000  # timestamp
    78a13663  # SSRC
    bede0003  # one-byte form, 3 words
    90 30  # mid "0"
    b0 6d  # repaired rid "m"
    41 000d  # transport sequence number
    22 729ef4  # abs-send-time
    00  # padding
    packet length=293
    b0613712  # V=2 P X, PT 97, sequence number 14098
    00000000  # timestamp
    78a13663  # SSRC
    bede0003  # one-byte form, 3 words
    90 30  # mid "0"
    b0 6d  # repaired rid "m"
    41 000e  # transport sequence number
    22 729efd  # abs-send-time
    00  # padding
    packet length=293
    b0613713  # V=2 P X, PT 97, sequence number 14099
    00000000  # timestamp
    78a13663  # SSRC
    bede0003  # one-byte form, 3 words
    90 30  # mid "0"
    b0 6d  # repaired rid "m"
    41 000f  # transport sequence number
    22 729efe  # abs-send-time
    00  # padding
    packet length=293
    b0613714  # V=2 P X, PT 97, sequence number 14100
    00000000  # timestamp
    78a13663  # SSRC
    bede0003  # one-byte form, 3 words
    90 30  # mid "0"
    b0 6d  # repaired rid "m"
    41 0010  # transport sequence number
    22 729eff  # abs-send-time
    00  # padding
    packet length=293
    b0613715  # V=2 P X, PT 97, sequence number 14101
    00000000  # timestamp
    78a13663  # SSRC
    bede0003  # one-byte form, 3 words
    90 30  # mid "0"
    b0 6d  # repaired rid "m"
    41 0011  # transport sequence number
    22 72a118  # abs-send-time
    00  # padding
    packet length=293
    b0613716  # V=2 P X, PT 97, sequence number 14102
    00000000  # timestamp
    78a13663  # SSRC
    bede0003  # one-byte form, 3 words
    90 30  # mid "0"
    b0 6d  # repaired rid "m"
    41 0012  # transport sequence number
    22 72a11f  # abs-send-time
    00  # padding
    packet length=1080
    906032fc  # V=2 X, PT 96, sequence number 13052
    6c44f30e  # timestamp
    dd24d8b4  # SSRC
    10000013  # two-byte form, 19 words
    0203 72b27d  # abs-send-time
    0402 0027  # transport sequence number
    0901 30  # mid "0"
    0a01 68  # rid "h"
    0d17 8000048002044eaaaf2860414d34538a0940413fc0b3c0  # dependency descriptor
    0e21 21a8b0038805b808c801ac02f4033c5a960104ff02cf1e027f01671e013f00b31e  # video layers allocation
    00  # padding
    packet length=1080
    906032fd  # V=2 X, PT 96, sequence number 13053
    6c44f30e  # timestamp
    dd24d8b4  # SSRC
    bede0004  # one-byte form, 4 words
    22 72b282  # abs-send-time
    41 0028  # transport sequence number
    90 30  # mid "0"
    a0 68  # rid "h"
    d2 000004  # dependency descriptor
    00  # padding
    packet length=1081
    906032fe  # V=2 X, PT 96, sequence number 13054
    6c44f30e  # timestamp
    dd24d8b4  # SSRC
    bede0004  # one-byte form, 4 words
    22 72b284  # abs-send-time
    41 0029  # transport sequence number
    90 30  # mid "0"
    a0 68  # rid "h"
    d2 000004  # dependency descriptor
    00  # padding
    packet length=1081
    90e032ff  # V=2 X M, PT 96, sequence number 13055
    6c44f30e  # timestamp
    dd24d8b4  # SSRC
    bede0006  # one-byte form, 6 words
    22 72b285  # abs-send-time
    41 002a  # transport sequence number
    90 30  # mid "0"
    a0 68  # rid "h"
    83 06060610  # colour space
    30 00  # video orientation
    d2 400004  # dependency descriptor
    0000  # padding
    packet length=825
    906010b0  # V=2 X, PT 96, sequence number 4272
    3d18b913  # timestamp
    5f9f143d  # SSRC
    10000013  # two-byte form, 19 words
    0203 72b571  # abs-send-time
    0402 002b  # transport sequence number
    0901 30  # mid "0"
    0a01 6d  # rid "m"
    0d17 8000058002044eaaaf2860414d34538a0940409fc059c0  # dependency descriptor
    0e21 61a8b0038805b808c801ac02f4033c5a960104ff02cf1e027f01671e013f00b31e  # video layers allocation
    00  # padding
    packet length=825
    90e010b1  # V=2 X M, PT 96, sequence number 4273
    3d18b913  # timestamp
    5f9f143d  # SSRC
    bede0006  # one-byte form, 6 words
    22 72b59e  # abs-send-time
    41 002c  # transport sequence number
    90 30  # mid "0"
    a0 6d  # rid "m"
    83 06060610  # colour space
    30 00  # video orientation
    d2 400005  # dependency descriptor
    0000  # padding
    packet length=743
    90e01e8c  # V=2 X M, PT 96, sequence number 7820
    a1f2734d  # timestamp
    0d8151c6  # SSRC
    10000015  # two-byte form, 21 words
    0203 72b691  # abs-send-time
    0402 002d  # transport sequence number
    0901 30  # mid "0"
    0a01 6c  # rid "l"
    0804 06060610  # colour space
    0301 00  # video orientation
    0d17 c000068002044eaaaf2860414d34538a0940404fc02cc0  # dependency descriptor
    0e21 a1a8b0038805b808c801ac02f4033c5a960104ff02cf1e027f01671e013f00b31e  # video layers allocation
    packet length=591
    90e010b2  # V=2 X M, PT 96, sequence number 4274
    3d18c4ad  # timestamp
    5f9f143d  # SSRC
    bede0005  # one-byte form, 5 words
    22 72cb4c  # abs-send-time
    41 002e  # transport sequence number
    90 30  # mid "0"
    a0 6d  # rid "m"
    d4 c500071220  # dependency descriptor
    000000  # padding
    packet length=275
    90e01e8d  # V=2 X M, PT 96, sequence number 7821
    a1f27ee7  # timestamp
    0d8151c6  # SSRC
    bede0005  # one-byte form, 5 words
    22 72cb5e  # abs-send-time
    41 002f  # transport sequence number
    90 30  # mid "0"
    a0 6c  # rid "l"
    d4 c500081220  # dependency descriptor
    000000  # padding
    packet length=972
    90603300  # V=2 X, PT 96, sequence number 13056
    6c450a42  # timestamp
    dd24d8b4  # SSRC
    bede0005  # one-byte form, 5 words
    22 72f1f2  # abs-send-time
    41 003c  # transport sequence number
    90 30  # mid "0"
    a0 68  # rid "h"
    d4 8300091280  # dependency descriptor
    000000  # padding
    packet length=973
    90e03301  # V=2 X M, PT 96, sequence number 13057
    6c450a42  # timestamp
    dd24d8b4  # SSRC
    bede0005  # one-byte form, 5 words
    22 72f1fa  # abs-send-time
    41 003d  # transport sequence number
    90 30  # mid "0"
    a0 68  # rid "h"
    d4 4300091280  # dependency descriptor
    000000  # padding
    packet length=699
    90e010b3  # V=2 X M, PT 96, sequence number 4275
    3d18d047  # timestamp
    5f9f143d  # SSRC
    bede0005  # one-byte form, 5 words
    22 72f1fd  # abs-send-time
    41 003e  # transport sequence number
    90 30  # mid "0"
    a0 6d  # rid "m"
    d4 c3000a1280  # dependency descriptor
    000000  # padding
    packet length=261
    90e01e8e  # V=2 X M, PT 96, sequence number 7822
    a1f28a81  # timestamp
    0d8151c6  # SSRC
    bede0005  # one-byte form, 5 words
    22 72f200  # abs-send-time
    41 003f  # transport sequence number
    90 30  # mid "0"
    a0 6c  # rid "l"
    d4 c3000b1280  # dependency descriptor
    000000  # padding
    packet length=532
    90e010b4  # V=2 X M, PT 96, sequence number 4276
    3d18dc3b  # timestamp
    5f9f143d  # SSRC
    bede0008  # one-byte form, 8 words
    22 730eb9  # abs-send-time
    41 0040  # transport sequence number
    90 30  # mid "0"
    a0 6d  # rid "m"
    7c 01000100020002000200000000  # video timing
    d4 c5000c1220  # dependency descriptor
    00  # padding
    packet length=769
    906010b5  # V=2 X, PT 96, sequence number 4277
    3d18e7d5  # timestamp
    5f9f143d  # SSRC
    1000000b  # two-byte form, 11 words
    0203 73300f  # abs-send-time
    0402 004e  # transport sequence number
    0901 30  # mid "0"
    0a01 6d  # rid "m"
    0d05 82000e1300  # dependency descriptor
    0e12 61a8a805fc07a40dc801ac02f4033c5a9601  # video layers allocation
    0000  # padding
    """)
}
