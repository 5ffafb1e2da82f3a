package main

import (
	"sync"

	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v3"
	"github.com/pion/webrtc/v3/pkg/media"
)

// The header extensions that tell layers from each other (RFC 8852 §4).
const ridURI = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"

// layerMTU is the largest packet of a layer: with the extensions, SRTP and UDP it fits a link of 1500 bytes.
const layerMTU = 1200

const videoClock = 90000

// layers are the rids of a simulcast, from the smallest picture; each is a file of the recording.
var layers = []string{"q", "h", "f"}

// layer sends one encoding of a simulcast. This stack makes packets of it, but does not write into them whose they are.
type layer struct {
	track      *webrtc.TrackLocalStaticRTP
	packetizer rtp.Packetizer
	mutex      sync.Mutex
	// Zero until the answer is there.
	midExtension, ridExtension uint8
	mid                        string
}

func newLayer(rid, source string) (*layer, error) {
	track, err := webrtc.NewTrackLocalStaticRTP(
		pictures["VP8"].RTPCodecCapability, source, "pion", webrtc.WithRTPStreamID(rid))
	if err != nil {
		return nil, err
	}
	payloader := &codecs.VP8Payloader{EnablePictureID: true}
	return &layer{
		track: track, packetizer: rtp.NewPacketizer(layerMTU, 0, 0, payloader, rtp.NewRandomSequencer(), videoClock)}, nil
}

// name has the layer's packets say whose they are, by the numbers that were negotiated.
func (layer *layer) name(transceiver *webrtc.RTPTransceiver) {
	layer.mutex.Lock()
	defer layer.mutex.Unlock()
	layer.mid = transceiver.Mid()
	for _, extension := range transceiver.Sender().GetParameters().HeaderExtensions {
		switch extension.URI {
		case sdp.SDESMidURI:
			layer.midExtension = uint8(extension.ID)
		case ridURI:
			layer.ridExtension = uint8(extension.ID)
		}
	}
}

// WriteSample sends a frame.
func (layer *layer) WriteSample(sample media.Sample) error {
	layer.mutex.Lock()
	defer layer.mutex.Unlock()
	if layer.ridExtension == 0 {
		return nil
	}
	for _, packet := range layer.packetizer.Packetize(sample.Data, uint32(sample.Duration.Seconds()*videoClock)) {
		if err := packet.SetExtension(layer.midExtension, []byte(layer.mid)); err != nil {
			return err
		}
		if err := packet.SetExtension(layer.ridExtension, []byte(layer.track.RID())); err != nil {
			return err
		}
		if err := layer.track.WriteRTP(packet); err != nil {
			return err
		}
	}
	return nil
}

// addLayers begins to send a camera in layers.
func (peer *client) addLayers(medium medium) (*webrtc.RTPTransceiver, error) {
	var made []*layer
	for _, rid := range layers {
		one, err := newLayer(rid, medium.Source)
		if err != nil {
			return nil, err
		}
		made = append(made, one)
	}
	added, err := peer.publishing.AddTransceiverFromTrack(
		made[0].track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
	if err != nil {
		return nil, err
	}
	for _, one := range made[1:] {
		if err := added.Sender().AddEncoding(one.track); err != nil {
			return nil, err
		}
	}
	if err := added.SetCodecPreferences([]webrtc.RTPCodecParameters{pictures["VP8"]}); err != nil {
		return nil, err
	}
	for _, one := range made {
		one, rid := one, one.track.RID()
		player := newPlayer(peer.recording.layers[rid])
		go player.obey(func() ([]rtcp.Packet, interceptor.Attributes, error) {
			return added.Sender().ReadSimulcastRTCP(rid)
		})
		go player.play(one, peer.closed)
		peer.accepted = append(peer.accepted, func() { one.name(added) })
	}
	return added, nil
}

// registerLayerExtensions has descriptions negotiate what layers are told apart by.
func registerLayerExtensions(engine *webrtc.MediaEngine) error {
	for _, uri := range []string{sdp.SDESMidURI, ridURI} {
		extension := webrtc.RTPHeaderExtensionCapability{URI: uri}
		if err := engine.RegisterHeaderExtension(extension, webrtc.RTPCodecTypeVideo); err != nil {
			return err
		}
	}
	return nil
}
