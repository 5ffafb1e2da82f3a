package main

import (
	"sync"

	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
	"github.com/pion/webrtc/v3"
	"github.com/pion/webrtc/v3/pkg/media/samplebuilder"
)

// latestPackets is how many packets of a track are kept while one between them is missing.
const latestPackets = 64

// arrival counts what came back of one medium.
type arrival struct {
	mutex        sync.Mutex
	packets      int
	frames       int
	strangers    int
	firstFrameAt *float64
}

type arrivalReport struct {
	Packets int `json:"packets"`
	// Frames that are, byte for byte, among those that were sent.
	Frames int `json:"frames"`
	// Frames that are not.
	Strangers    int      `json:"strangers"`
	FirstFrameAt *float64 `json:"firstFrameAt"`
}

// read takes a track's packets until the connection is closed.
func (peer *client) read(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
	medium, sent := &peer.audio, peer.recording.audio
	var depacketizer rtp.Depacketizer = &codecs.OpusPacket{}
	if track.Kind() == webrtc.RTPCodecTypeVideo {
		medium, sent = &peer.video, peer.recording.video
		depacketizer = &codecs.VP8Packet{}
	}
	known := map[string]bool{}
	for _, frame := range sent.contents {
		known[string(frame)] = true
	}
	builder := samplebuilder.New(latestPackets, depacketizer, track.Codec().ClockRate)
	for {
		packet, _, err := track.ReadRTP()
		if err != nil {
			return
		}
		medium.countPacket()
		builder.Push(packet)
		for sample := builder.Pop(); sample != nil; sample = builder.Pop() {
			medium.countFrame(known[string(sample.Data)])
		}
	}
}

func (medium *arrival) countPacket() {
	medium.mutex.Lock()
	defer medium.mutex.Unlock()
	medium.packets++
}

func (medium *arrival) countFrame(isKnown bool) {
	medium.mutex.Lock()
	defer medium.mutex.Unlock()
	if !isKnown {
		medium.strangers++
		return
	}
	medium.frames++
	if medium.firstFrameAt == nil {
		medium.firstFrameAt = now()
	}
}

func (medium *arrival) report() arrivalReport {
	medium.mutex.Lock()
	defer medium.mutex.Unlock()
	return arrivalReport{
		Packets: medium.packets, Frames: medium.frames, Strangers: medium.strangers, FirstFrameAt: medium.firstFrameAt}
}
