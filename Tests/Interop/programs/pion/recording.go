package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v3"
	"github.com/pion/webrtc/v3/pkg/media"
	"github.com/pion/webrtc/v3/pkg/media/ivfreader"
	"github.com/pion/webrtc/v3/pkg/media/oggreader"
)

// opusPacketDuration is how long each packet of the Ogg file sounds.
const opusPacketDuration = 20 * time.Millisecond

// frames is one medium: what is sent, one after the other and over again, and how long each lasts.
type frames struct {
	contents [][]byte
	duration time.Duration
}

type recording struct {
	audio frames
	// By the names of codecs.
	videos map[string]frames
	// Of one picture in VP8, by their rids; empty where the recording has none.
	layers map[string]frames
	// The contents of all.
	known map[webrtc.RTPCodecType]map[string]bool
}

// pictures are the codecs that are sent and received, in the form in which this stack offers them by itself.
var pictures = map[string]webrtc.RTPCodecParameters{
	"VP8": picture(webrtc.MimeTypeVP8, "", 96),
	"VP9": picture(webrtc.MimeTypeVP9, "profile-id=0", 98),
	"H264": picture(
		webrtc.MimeTypeH264, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f", 125),
}

func picture(mime, parameters string, number webrtc.PayloadType) webrtc.RTPCodecParameters {
	feedback := []webrtc.RTCPFeedback{{Type: "nack"}, {Type: "nack", Parameter: "pli"}}
	return webrtc.RTPCodecParameters{
		RTPCodecCapability: webrtc.RTPCodecCapability{
			MimeType: mime, ClockRate: 90000, SDPFmtpLine: parameters, RTCPFeedback: feedback},
		PayloadType: number}
}

func load(directory string) (*recording, error) {
	audio, err := loadAudio(filepath.Join(directory, "audio.ogg"))
	if err != nil {
		return nil, err
	}
	known := map[webrtc.RTPCodecType]map[string]bool{
		webrtc.RTPCodecTypeAudio: audio.set(), webrtc.RTPCodecTypeVideo: {}}
	videos := map[string]frames{}
	for codec := range pictures {
		if videos[codec], err = loadVideo(filepath.Join(directory, codec+".ivf")); err != nil {
			return nil, err
		}
		for frame := range videos[codec].set() {
			known[webrtc.RTPCodecTypeVideo][frame] = true
		}
	}
	layered := map[string]frames{}
	for _, rid := range layers {
		sent, err := loadVideo(filepath.Join(directory, "VP8-"+rid+".ivf"))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		layered[rid] = sent
	}
	return &recording{audio: audio, videos: videos, layers: layered, known: known}, nil
}

// of is the media type and the frames of a medium; a picture is VP8 unless it says otherwise.
func (recording *recording) of(medium medium) (webrtc.RTPCodecCapability, frames, error) {
	if medium.isAudio() {
		return webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus}, recording.audio, nil
	}
	codec := medium.Codec
	if codec == "" {
		codec = "VP8"
	}
	sent, isKnown := recording.videos[codec]
	if !isKnown {
		return webrtc.RTPCodecCapability{}, frames{}, fmt.Errorf("no such codec: %s", codec)
	}
	return pictures[codec].RTPCodecCapability, sent, nil
}

func (frames frames) set() map[string]bool {
	contents := map[string]bool{}
	for _, frame := range frames.contents {
		contents[string(frame)] = true
	}
	return contents
}

func loadAudio(path string) (frames, error) {
	file, err := os.Open(path)
	if err != nil {
		return frames{}, err
	}
	defer file.Close()
	reader, _, err := oggreader.NewWith(file)
	if err != nil {
		return frames{}, err
	}
	loaded := frames{duration: opusPacketDuration}
	for {
		page, header, err := reader.ParseNextPage()
		if errors.Is(err, io.EOF) {
			return loaded, nil
		}
		if err != nil {
			return frames{}, err
		}
		if header.GranulePosition != 0 { // the comment header has none
			loaded.contents = append(loaded.contents, page)
		}
	}
}

func loadVideo(path string) (frames, error) {
	file, err := os.Open(path)
	if err != nil {
		return frames{}, err
	}
	defer file.Close()
	reader, header, err := ivfreader.NewWith(file)
	if err != nil {
		return frames{}, err
	}
	second := time.Second * time.Duration(header.TimebaseNumerator)
	loaded := frames{duration: second / time.Duration(header.TimebaseDenominator)}
	for {
		frame, _, err := reader.ParseNextFrame()
		if errors.Is(err, io.EOF) {
			return loaded, nil
		}
		if err != nil {
			return frames{}, err
		}
		loaded.contents = append(loaded.contents, frame)
	}
}

// player sends one medium, from its beginning whenever a keyframe is asked for.
type player struct {
	frames frames
	rewind atomic.Value
}

func newPlayer(frames frames) *player {
	made := &player{frames: frames}
	made.rewind.Store(false)
	return made
}

// sampleWriter is a track, or a layer of one.
type sampleWriter interface {
	WriteSample(sample media.Sample) error
}

func (player *player) play(track sampleWriter, closed chan struct{}) {
	ticks := time.NewTicker(player.frames.duration)
	defer ticks.Stop()
	for next := 0; ; next++ {
		select {
		case <-closed:
			return
		case <-ticks.C:
		}
		if player.rewind.Swap(false).(bool) {
			next = 0
		}
		sample := media.Sample{
			Data: player.frames.contents[next%len(player.frames.contents)], Duration: player.frames.duration}
		if err := track.WriteSample(sample); err != nil && !errors.Is(err, io.ErrClosedPipe) {
			log.Println(err)
		}
	}
}

// obey reads what the receiver of the track sends back, until the connection is closed.
func (player *player) obey(read func() ([]rtcp.Packet, interceptor.Attributes, error)) {
	for {
		packets, _, err := read()
		if err != nil {
			return
		}
		for _, packet := range packets {
			switch packet.(type) {
			case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
				player.rewind.Store(true)
			}
		}
	}
}
