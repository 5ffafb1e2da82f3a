package main

import (
	"encoding/binary"
	"strings"
	"sync"

	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
	"github.com/pion/webrtc/v3"
	"github.com/pion/webrtc/v3/pkg/media/samplebuilder"
)

// latestPackets is how many packets of a track are kept while one between them is missing.
const latestPackets = 64

// longestPacket is more than any network carries.
const longestPacket = 1600

// arrival counts what came in one media description of the subscription.
type arrival struct {
	mutex        sync.Mutex
	kind         string
	packets      int
	bytes        int
	lost         int
	frames       int
	strangers    int
	firstFrameAt *float64
	width        int
	height       int
}

type arrivalReport struct {
	Mid     string `json:"mid"`
	Kind    string `json:"kind"`
	Packets int    `json:"packets"`
	// Of whole RTP packets, by a program that only counts.
	Bytes int `json:"bytes"`
	// Numbers that were left out, by a program that only counts.
	Lost int `json:"lost"`
	// Frames that are whole.
	Frames int `json:"frames"`
	// Of these, the ones that are not, byte for byte, among those that this program sends.
	Strangers    int      `json:"strangers"`
	FirstFrameAt *float64 `json:"firstFrameAt"`
	// Of the last keyframe, where it says so itself.
	Width  int `json:"width"`
	Height int `json:"height"`
}

// read takes a track's packets until the connection is closed or the track is another's.
func (peer *client) read(track *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
	medium := peer.arrivalOf(receiver)
	sent := peer.recording.known[track.Kind()]
	builder := samplebuilder.New(latestPackets, depacketizer(track.Codec()), track.Codec().ClockRate)
	for {
		packet, _, err := track.ReadRTP()
		if err != nil {
			return
		}
		medium.countPacket()
		builder.Push(packet)
		for sample := builder.Pop(); sample != nil; sample = builder.Pop() {
			medium.countFrame(sample.Data, sent[string(sample.Data)])
		}
	}
}

// count takes a track's packets and looks at nothing but their numbers.
func (peer *client) count(track *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
	medium := peer.arrivalOf(receiver)
	buffer := make([]byte, longestPacket)
	isFirst, next := true, uint16(0)
	for {
		length, _, err := track.Read(buffer)
		if err != nil || length < 4 {
			return
		}
		number := binary.BigEndian.Uint16(buffer[2:])
		ahead := int(int16(number - next))
		medium.countNumber(ahead, isFirst, buffer[1]&0x80 != 0, length)
		if isFirst || ahead >= 0 {
			isFirst, next = false, number+1
		}
	}
}

// countNumber counts a packet that is so many numbers ahead of the one that was due.
func (medium *arrival) countNumber(ahead int, isFirst, endsFrame bool, length int) {
	medium.mutex.Lock()
	defer medium.mutex.Unlock()
	medium.packets++
	medium.bytes += length
	if endsFrame {
		medium.frames++
	}
	switch {
	case isFirst:
	case ahead >= 0:
		medium.lost += ahead
	default:
		medium.lost-- // it comes late, and was counted as lost before
	}
}

// arrivalOf is the count of the media description that a receiver belongs to.
func (peer *client) arrivalOf(receiver *webrtc.RTPReceiver) *arrival {
	peer.mutex.Lock()
	defer peer.mutex.Unlock()
	for _, transceiver := range peer.subscription.GetTransceivers() {
		if transceiver.Receiver() != receiver {
			continue
		}
		mid := transceiver.Mid()
		if peer.arrivals[mid] == nil {
			peer.arrivals[mid] = &arrival{kind: transceiver.Kind().String()}
		}
		return peer.arrivals[mid]
	}
	return &arrival{} // the connection was closed meanwhile
}

func depacketizer(codec webrtc.RTPCodecParameters) rtp.Depacketizer {
	switch strings.ToLower(codec.MimeType) {
	case strings.ToLower(webrtc.MimeTypeVP8):
		return &codecs.VP8Packet{}
	case strings.ToLower(webrtc.MimeTypeVP9):
		return &codecs.VP9Packet{}
	case strings.ToLower(webrtc.MimeTypeH264):
		return &codecs.H264Packet{}
	default:
		return &codecs.OpusPacket{}
	}
}

func (medium *arrival) countPacket() {
	medium.mutex.Lock()
	defer medium.mutex.Unlock()
	medium.packets++
}

func (medium *arrival) countFrame(data []byte, isKnown bool) {
	medium.mutex.Lock()
	defer medium.mutex.Unlock()
	medium.frames++
	if !isKnown {
		medium.strangers++
	}
	if medium.firstFrameAt == nil {
		medium.firstFrameAt = now()
	}
	if width, height, ok := sizeOfVP8(data); ok {
		medium.width, medium.height = width, height
	}
}

func (medium *arrival) report(mid string) arrivalReport {
	medium.mutex.Lock()
	defer medium.mutex.Unlock()
	return arrivalReport{
		Mid: mid, Kind: medium.kind, Packets: medium.packets, Bytes: medium.bytes, Lost: medium.lost, Frames: medium.frames,
		Strangers:    medium.strangers,
		FirstFrameAt: medium.firstFrameAt, Width: medium.width, Height: medium.height}
}

// sizeOfVP8 is the size that a keyframe of VP8 says it has (RFC 6386 §9.1).
func sizeOfVP8(frame []byte) (int, int, bool) {
	isKeyframe := len(frame) >= 10 && frame[0]&1 == 0 && frame[3] == 0x9d && frame[4] == 0x01 && frame[5] == 0x2a
	if !isKeyframe {
		return 0, 0, false
	}
	width, height := binary.LittleEndian.Uint16(frame[6:]), binary.LittleEndian.Uint16(frame[8:])
	return int(width & 0x3fff), int(height & 0x3fff), true
}
