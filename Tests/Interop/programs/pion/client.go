package main

import (
	"fmt"
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

// client publishes a recording and compares what arrives with it.
type client struct {
	publishing   *link
	subscription *link
	recording    *recording
	mutex        sync.Mutex
	arrivals     map[string]*arrival // by mid
	closed       chan struct{}
	// What to do when the server has answered what is published.
	accepted []func()
}

type report struct {
	Publishing   linkReport      `json:"publishing"`
	Subscription linkReport      `json:"subscription"`
	Received     []arrivalReport `json:"received"`
}

// publication is an offer to publish, and which of its media descriptions shows what.
type publication struct {
	SDP    string           `json:"sdp"`
	Tracks []publishedTrack `json:"tracks"`
}

type publishedTrack struct {
	Mid    string `json:"mid"`
	Source string `json:"source"`
}

// medium is one track to be published.
type medium struct {
	Source string `json:"source"`
	Codec  string `json:"codec"`
	// A camera of more than one is sent as simulcast of VP8, in all that the recording has.
	Layers int `json:"layers"`
}

func (medium medium) isAudio() bool {
	return medium.Source == "microphone" || medium.Source == "screenAudio"
}

func newClient(recording *recording, onlyCounts bool) (*client, error) {
	publishing, err := newLink(onlyCounts)
	if err != nil {
		return nil, err
	}
	subscription, err := newLink(onlyCounts)
	if err != nil {
		return nil, err
	}
	peer := &client{
		publishing: publishing, subscription: subscription, recording: recording,
		arrivals: map[string]*arrival{}, closed: make(chan struct{})}
	subscription.OnTrack(peer.read)
	if onlyCounts {
		subscription.OnTrack(peer.count)
	}
	return peer, nil
}

// newLink makes a connection; a plain one asks for nothing again and reports on nothing, which costs more than it receives.
func newLink(isPlain bool) (*link, error) {
	media := &webrtc.MediaEngine{}
	if err := media.RegisterDefaultCodecs(); err != nil {
		return nil, err
	}
	if isPlain { // what is one of many may have layers
		if err := registerLayerExtensions(media); err != nil {
			return nil, err
		}
	}
	interceptors := &interceptor.Registry{}
	if !isPlain {
		if err := webrtc.RegisterDefaultInterceptors(media, interceptors); err != nil {
			return nil, err
		}
	}
	settings, err := settings()
	if err != nil {
		return nil, err
	}
	made, err := webrtc.NewAPI(
		webrtc.WithMediaEngine(media), webrtc.WithInterceptorRegistry(interceptors),
		webrtc.WithSettingEngine(settings),
	).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return nil, err
	}
	opened := &link{PeerConnection: made}
	made.OnConnectionStateChange(opened.changed)
	return opened, nil
}

func settings() (webrtc.SettingEngine, error) {
	settings := webrtc.SettingEngine{}
	settings.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	network, err := newRoomyNet()
	settings.SetNet(network)
	return settings, err
}

func (peer *client) publish(media []medium) (*publication, error) {
	if media == nil {
		media = []medium{{Source: "microphone"}, {Source: "camera"}}
	}
	var senders []*webrtc.RTPTransceiver
	for _, medium := range media {
		added, err := peer.add(medium)
		if err != nil {
			return nil, err
		}
		senders = append(senders, added)
	}
	offered, err := peer.publishing.offer(nil)
	if err != nil {
		return nil, err
	}
	made := &publication{SDP: offered.SDP}
	for index, sender := range senders {
		made.Tracks = append(made.Tracks, publishedTrack{Mid: sender.Mid(), Source: media[index].Source})
	}
	return made, nil
}

// add begins to send a medium of the recording.
func (peer *client) add(medium medium) (*webrtc.RTPTransceiver, error) {
	if medium.Layers > 1 {
		return peer.addLayers(medium)
	}
	codec, sent, err := peer.recording.of(medium)
	if err != nil {
		return nil, err
	}
	track, err := webrtc.NewTrackLocalStaticSample(codec, medium.Source, "pion")
	if err != nil {
		return nil, err
	}
	added, err := peer.publishing.AddTransceiverFromTrack(
		track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
	if err != nil {
		return nil, err
	}
	if wanted, isPicture := pictures[medium.Codec]; isPicture {
		if err := added.SetCodecPreferences([]webrtc.RTPCodecParameters{wanted}); err != nil {
			return nil, err
		}
	}
	player := newPlayer(sent)
	go player.obey(added.Sender().ReadRTCP)
	go player.play(track, peer.closed)
	return added, nil
}

func (peer *client) restart() (*description, error) {
	return peer.publishing.offer(&webrtc.OfferOptions{ICERestart: true})
}

func (peer *client) accept(sdp string) error {
	answer := webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: sdp}
	if err := peer.publishing.SetRemoteDescription(answer); err != nil {
		return err
	}
	for _, begin := range peer.accepted {
		begin()
	}
	return nil
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

// watch offers to receive sound and a picture in one codec.
func (peer *client) watch(codec string) (*description, error) {
	known, isKnown := pictures[codec]
	if !isKnown {
		return nil, fmt.Errorf("no such codec: %s", codec)
	}
	receiving := webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}
	if _, err := peer.subscription.AddTransceiverFromKind(webrtc.RTPCodecTypeAudio, receiving); err != nil {
		return nil, err
	}
	video, err := peer.subscription.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, receiving)
	if err != nil {
		return nil, err
	}
	if err := video.SetCodecPreferences([]webrtc.RTPCodecParameters{known}); err != nil {
		return nil, err
	}
	return peer.subscription.offer(nil)
}

func (peer *client) see(sdp string) error {
	return peer.subscription.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: sdp})
}

func (peer *client) report() report {
	peer.mutex.Lock()
	defer peer.mutex.Unlock()
	received := []arrivalReport{}
	for mid, medium := range peer.arrivals {
		received = append(received, medium.report(mid))
	}
	return report{Publishing: peer.publishing.report(), Subscription: peer.subscription.report(), Received: received}
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
