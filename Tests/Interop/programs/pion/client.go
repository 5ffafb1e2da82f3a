package main

import (
	"sync"
	"time"

	"github.com/pion/ice/v2"
	"github.com/pion/interceptor"
	"github.com/pion/webrtc/v3"
)

// link is one peer connection, and when it was up.
type link struct {
	*webrtc.PeerConnection
	mutex       sync.Mutex
	connectedAt *float64
}

type linkReport struct {
	State       string   `json:"state"`
	ConnectedAt *float64 `json:"connectedAt"`
}

// client publishes a recording and compares what comes back with it.
type client struct {
	publishing   *link
	subscription *link
	recording    *recording
	audio        arrival
	video        arrival
	closed       chan struct{}
}

type report struct {
	Publishing   linkReport    `json:"publishing"`
	Subscription linkReport    `json:"subscription"`
	Audio        arrivalReport `json:"audio"`
	Video        arrivalReport `json:"video"`
}

func newClient(recording *recording) (*client, error) {
	publishing, err := newLink()
	if err != nil {
		return nil, err
	}
	subscription, err := newLink()
	if err != nil {
		return nil, err
	}
	peer := &client{
		publishing: publishing, subscription: subscription, recording: recording, closed: make(chan struct{})}
	subscription.OnTrack(peer.read)
	return peer, nil
}

func newLink() (*link, error) {
	media := &webrtc.MediaEngine{}
	if err := media.RegisterDefaultCodecs(); err != nil {
		return nil, err
	}
	interceptors := &interceptor.Registry{}
	if err := webrtc.RegisterDefaultInterceptors(media, interceptors); err != nil {
		return nil, err
	}
	made, err := webrtc.NewAPI(
		webrtc.WithMediaEngine(media), webrtc.WithInterceptorRegistry(interceptors),
		webrtc.WithSettingEngine(settings()),
	).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return nil, err
	}
	opened := &link{PeerConnection: made}
	made.OnConnectionStateChange(opened.changed)
	return opened, nil
}

func settings() webrtc.SettingEngine {
	settings := webrtc.SettingEngine{}
	settings.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	return settings
}

func (peer *client) publish() (*description, error) {
	audio, err := webrtc.NewTrackLocalStaticSample(
		webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus}, "audio", "pion")
	if err != nil {
		return nil, err
	}
	video, err := webrtc.NewTrackLocalStaticSample(
		webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8}, "video", "pion")
	if err != nil {
		return nil, err
	}
	for track, player := range map[*webrtc.TrackLocalStaticSample]*player{
		audio: newPlayer(peer.recording.audio), video: newPlayer(peer.recording.video),
	} {
		added, err := peer.publishing.AddTransceiverFromTrack(
			track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
		if err != nil {
			return nil, err
		}
		go player.obey(added.Sender())
		go player.play(track, peer.closed)
	}
	return peer.publishing.offer(nil)
}

func (peer *client) restart() (*description, error) {
	return peer.publishing.offer(&webrtc.OfferOptions{ICERestart: true})
}

func (peer *client) accept(sdp string) error {
	return peer.publishing.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: sdp})
}

func (peer *client) subscribe(sdp string) (*description, error) {
	offered := webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: sdp}
	if err := peer.subscription.SetRemoteDescription(offered); err != nil {
		return nil, err
	}
	answered, err := peer.subscription.CreateAnswer(nil)
	if err != nil {
		return nil, err
	}
	return peer.subscription.describe(answered)
}

func (peer *client) report() report {
	return report{
		Publishing: peer.publishing.report(), Subscription: peer.subscription.report(),
		Audio: peer.audio.report(), Video: peer.video.report(),
	}
}

func (peer *client) close() error {
	select {
	case <-peer.closed:
		return nil
	default:
		close(peer.closed)
	}
	if err := peer.publishing.Close(); err != nil {
		return err
	}
	return peer.subscription.Close()
}

func (opened *link) offer(options *webrtc.OfferOptions) (*description, error) {
	offered, err := opened.CreateOffer(options)
	if err != nil {
		return nil, err
	}
	return opened.describe(offered)
}

// describe sets a local description and returns it with all candidates.
func (opened *link) describe(made webrtc.SessionDescription) (*description, error) {
	gathered := webrtc.GatheringCompletePromise(opened.PeerConnection)
	if err := opened.SetLocalDescription(made); err != nil {
		return nil, err
	}
	<-gathered
	return &description{SDP: opened.LocalDescription().SDP}, nil
}

func (opened *link) changed(state webrtc.PeerConnectionState) {
	opened.mutex.Lock()
	defer opened.mutex.Unlock()
	if state == webrtc.PeerConnectionStateConnected && opened.connectedAt == nil {
		opened.connectedAt = now()
	}
}

func (opened *link) report() linkReport {
	opened.mutex.Lock()
	defer opened.mutex.Unlock()
	return linkReport{State: opened.ConnectionState().String(), ConnectedAt: opened.connectedAt}
}

// now is the time in seconds, as the driver counts it.
func now() *float64 {
	seconds := float64(time.Now().UnixNano()) / 1e9
	return &seconds
}
