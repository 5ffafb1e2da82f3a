/// The first packets of three simulcast VP8 streams and their RTX, as Firefox 153 sent them.
///
/// Payloads are left out; `length` is that of the SRTP packet as it came.
enum FirefoxVP8Capture {
  static let extensions: [UInt8: String] = [
    3: "urn:ietf:params:rtp-hdrext:sdes:mid",
    4: "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    5: "urn:ietf:params:rtp-hdrext:toffset",
    6: "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
    7: "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    8: "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension",
    9: "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
    10: "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
  ]

  static let packets = CapturedHeader.list(
    """
    packet length=303
    b07c3566  # V=2 P X, PT 124, sequence number 13670
    00000000  # timestamp
    55c3c08e  # SSRC
    bede0004  # one-byte form, 4 words
    30 30  # mid "0"
    a0 6c  # repaired rid "l"
    71 0001  # transport sequence number
    52 000000  # toffset
    42 942b81  # abs-send-time
    00  # padding
    packet length=273
    90fa327d  # V=2 X M, PT 122, sequence number 12925
    2b0bbb42  # timestamp
    266273b0  # SSRC
    1000000a  # two-byte form, 10 words
    0403 942db0  # abs-send-time
    0503 00097e  # toffset
    0702 0002  # transport sequence number
    0301 30  # mid "0"
    0901 6c  # rid "l"
    0811 c00001800104eaac851450460404fc02cc  # dependency descriptor
    00  # padding
    packet length=275
    90f73567  # V=2 X M, PT 119, sequence number 13671
    2b0bbb42  # timestamp
    55c3c08e  # SSRC
    1000000a  # two-byte form, 10 words
    0503 000a32  # toffset
    0403 942feb  # abs-send-time
    0702 0003  # transport sequence number
    0811 c00001800104eaac851450460404fc02cc  # dependency descriptor
    0301 30  # mid "0"
    0a01 6c  # repaired rid "l"
    00  # padding
    packet length=303
    b07c3568  # V=2 P X, PT 124, sequence number 13672
    2b0bbcaa  # timestamp
    55c3c08e  # SSRC
    bede0004  # one-byte form, 4 words
    30 30  # mid "0"
    a0 6c  # repaired rid "l"
    71 0004  # transport sequence number
    52 00097e  # toffset
    42 943217  # abs-send-time
    00  # padding
    packet length=275
    90f73569  # V=2 X M, PT 119, sequence number 13673
    2b0bbb42  # timestamp
    55c3c08e  # SSRC
    1000000a  # two-byte form, 10 words
    0503 000bf4  # toffset
    0403 94354d  # abs-send-time
    0702 0005  # transport sequence number
    0811 c00001800104eaac851450460404fc02cc  # dependency descriptor
    0301 30  # mid "0"
    0a01 6c  # repaired rid "l"
    00  # padding
    packet length=303
    b07c356a  # V=2 P X, PT 124, sequence number 13674
    2b0bbec6  # timestamp
    55c3c08e  # SSRC
    bede0004  # one-byte form, 4 words
    30 30  # mid "0"
    a0 6c  # repaired rid "l"
    71 0006  # transport sequence number
    52 00097e  # toffset
    42 943776  # abs-send-time
    00  # padding
    packet length=275
    90f7356b  # V=2 X M, PT 119, sequence number 13675
    2b0bbb42  # timestamp
    55c3c08e  # SSRC
    1000000a  # two-byte form, 10 words
    0503 000db6  # toffset
    0403 943a04  # abs-send-time
    0702 0007  # transport sequence number
    0811 c00001800104eaac851450460404fc02cc  # dependency descriptor
    0301 30  # mid "0"
    0a01 6c  # repaired rid "l"
    00  # padding
    packet length=623
    90fa7e0d  # V=2 X M, PT 122, sequence number 32269
    ea72b23a  # timestamp
    e21865d5  # SSRC
    1000000a  # two-byte form, 10 words
    0403 9440bb  # abs-send-time
    0503 0001c2  # toffset
    0702 000c  # transport sequence number
    0301 30  # mid "0"
    0901 6d  # rid "m"
    0811 c00002800104eaac851450460409fc059c  # dependency descriptor
    00  # padding
    packet length=269
    90fa327e  # V=2 X M, PT 122, sequence number 12926
    2b0bc952  # timestamp
    266273b0  # SSRC
    1000000a  # two-byte form, 10 words
    0403 9443e7  # abs-send-time
    0503 00032a  # toffset
    0702 000d  # transport sequence number
    0301 30  # mid "0"
    0901 6c  # rid "l"
    0811 c00003800104eaac851450460404fc02cc  # dependency descriptor
    00  # padding
    packet length=179
    90fa7e0e  # V=2 X M, PT 122, sequence number 32270
    ea72bdd4  # timestamp
    e21865d5  # SSRC
    bede0006  # one-byte form, 6 words
    42 945f46  # abs-send-time
    52 0000b4  # toffset
    71 001a  # transport sequence number
    30 30  # mid "0"
    90 6d  # rid "m"
    84 c300041220  # dependency descriptor
    000000  # padding
    packet length=117
    90fa327f  # V=2 X M, PT 122, sequence number 12927
    2b0bd4ec  # timestamp
    266273b0  # SSRC
    bede0006  # one-byte form, 6 words
    42 945fc3  # abs-send-time
    52 00010e  # toffset
    71 001b  # transport sequence number
    30 30  # mid "0"
    90 6c  # rid "l"
    84 c300051220  # dependency descriptor
    000000  # padding
    packet length=431
    90fa7e0f  # V=2 X M, PT 122, sequence number 32271
    ea72c96e  # timestamp
    e21865d5  # SSRC
    bede0006  # one-byte form, 6 words
    42 9481a0  # abs-send-time
    52 00010e  # toffset
    71 003e  # transport sequence number
    30 30  # mid "0"
    90 6d  # rid "m"
    84 c200061260  # dependency descriptor
    000000  # padding
    packet length=229
    90fa3280  # V=2 X M, PT 122, sequence number 12928
    2b0be086  # timestamp
    266273b0  # SSRC
    bede0006  # one-byte form, 6 words
    42 948275  # abs-send-time
    52 000168  # toffset
    71 003f  # transport sequence number
    30 30  # mid "0"
    90 6c  # rid "l"
    84 c200071260  # dependency descriptor
    000000  # padding
    packet length=177
    90fa7e10  # V=2 X M, PT 122, sequence number 32272
    ea72d5bc  # timestamp
    e21865d5  # SSRC
    bede0006  # one-byte form, 6 words
    42 94a485  # abs-send-time
    52 0000b4  # toffset
    71 005c  # transport sequence number
    30 30  # mid "0"
    90 6d  # rid "m"
    85 c40008126880  # dependency descriptor
    0000  # padding
    packet length=122
    90fa3281  # V=2 X M, PT 122, sequence number 12929
    2b0becd4  # timestamp
    266273b0  # SSRC
    bede0006  # one-byte form, 6 words
    42 94a516  # abs-send-time
    52 0000b4  # toffset
    71 005d  # transport sequence number
    30 30  # mid "0"
    90 6c  # rid "l"
    85 c40009126880  # dependency descriptor
    0000  # padding
    packet length=929
    907a0051  # V=2 X, PT 122, sequence number 81
    2734ca62  # timestamp
    fc76ff6d  # SSRC
    1000000a  # two-byte form, 10 words
    0403 94d11c  # abs-send-time
    0503 000492  # toffset
    0702 008a  # transport sequence number
    0301 30  # mid "0"
    0901 68  # rid "h"
    0811 80000a800104eaac851450460413fc0b3c  # dependency descriptor
    00  # padding
    packet length=930
    90fa0052  # V=2 X M, PT 122, sequence number 82
    2734ca62  # timestamp
    fc76ff6d  # SSRC
    bede0005  # one-byte form, 5 words
    42 94d120  # abs-send-time
    52 000492  # toffset
    71 008b  # transport sequence number
    30 30  # mid "0"
    90 68  # rid "h"
    82 40000a  # dependency descriptor
    00  # padding
    packet length=644
    90fa7e11  # V=2 X M, PT 122, sequence number 32273
    ea72e0fc  # timestamp
    e21865d5  # SSRC
    1000000a  # two-byte form, 10 words
    0403 94d122  # abs-send-time
    0503 000492  # toffset
    0702 008c  # transport sequence number
    0301 30  # mid "0"
    0901 6d  # rid "m"
    0811 c0000b800104eaac851450460409fc059c  # dependency descriptor
    00  # padding
    packet length=303
    90fa3282  # V=2 X M, PT 122, sequence number 12930
    2b0bf814  # timestamp
    266273b0  # SSRC
    1000000a  # two-byte form, 10 words
    0403 94d124  # abs-send-time
    0503 000492  # toffset
    0702 008d  # transport sequence number
    0301 30  # mid "0"
    0901 6c  # rid "l"
    0811 c0000c800104eaac851450460404fc02cc  # dependency descriptor
    00  # padding
    packet length=310
    90fa0053  # V=2 X M, PT 122, sequence number 83
    2734d764  # timestamp
    fc76ff6d  # SSRC
    bede0006  # one-byte form, 6 words
    42 94eedd  # abs-send-time
    52 0001c2  # toffset
    71 00a0  # transport sequence number
    30 30  # mid "0"
    90 68  # rid "h"
    84 c3000d1240  # dependency descriptor
    000000  # padding
    packet length=242
    90fa7e12  # V=2 X M, PT 122, sequence number 32274
    ea72edfe  # timestamp
    e21865d5  # SSRC
    bede0006  # one-byte form, 6 words
    42 94f076  # abs-send-time
    52 000276  # toffset
    71 00a1  # transport sequence number
    30 30  # mid "0"
    90 6d  # rid "m"
    84 c3000e1240  # dependency descriptor
    000000  # padding
    packet length=1007
    90fa0054  # V=2 X M, PT 122, sequence number 84
    2734e24a  # timestamp
    fc76ff6d  # SSRC
    bede0006  # one-byte form, 6 words
    42 950ef5  # abs-send-time
    52 00021c  # toffset
    71 00cb  # transport sequence number
    30 30  # mid "0"
    90 68  # rid "h"
    84 c2001012a0  # dependency descriptor
    000000  # padding
    packet length=287
    90fa0055  # V=2 X M, PT 122, sequence number 85
    2734ede4  # timestamp
    fc76ff6d  # SSRC
    bede0006  # one-byte form, 6 words
    42 95309a  # abs-send-time
    52 00021c  # toffset
    71 00ea  # transport sequence number
    30 30  # mid "0"
    90 68  # rid "h"
    85 c4001312a900  # dependency descriptor
    0000  # padding
    packet length=751
    90fa0056  # V=2 X M, PT 122, sequence number 86
    2734f97e  # timestamp
    fc76ff6d  # SSRC
    bede0006  # one-byte form, 6 words
    42 95528d  # abs-send-time
    52 00021c  # toffset
    71 0110  # transport sequence number
    30 30  # mid "0"
    90 68  # rid "h"
    84 c0001612a0  # dependency descriptor
    000000  # padding
    packet length=1009
    90f757e8  # V=2 X M, PT 119, sequence number 22504
    2734e24a  # timestamp
    66a575bb  # SSRC
    bede0006  # one-byte form, 6 words
    52 003c1e  # toffset
    42 95b848  # abs-send-time
    71 0170  # transport sequence number
    84 c2001012a0  # dependency descriptor
    30 30  # mid "0"
    a0 68  # repaired rid "h"
    000000  # padding
    packet length=1009
    90f757e9  # V=2 X M, PT 119, sequence number 22505
    2734e24a  # timestamp
    66a575bb  # SSRC
    bede0006  # one-byte form, 6 words
    52 003c1e  # toffset
    42 95b849  # abs-send-time
    71 0171  # transport sequence number
    84 c2001012a0  # dependency descriptor
    30 30  # mid "0"
    a0 68  # repaired rid "h"
    000000  # padding
    """)
}
