// The program speaks to the server with pion, WebRTC written in Go. It has no codecs: it sends frames from two files and
// knows them by their bytes when they come back.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
)

// request is one line from the driver.
type request struct {
	Do    string   `json:"do"`
	Peer  int      `json:"peer"`
	SDP   string   `json:"sdp"`
	Media []medium `json:"media"`
	Codec string   `json:"codec"`
}

// answer is the line that goes back.
type answer struct {
	Result interface{} `json:"result,omitempty"`
	Error  string      `json:"error,omitempty"`
}

type description struct {
	SDP string `json:"sdp"`
}

// longestLine bounds a request: a description may be as long as a signalling message, and its escapes may double that.
const longestLine = 1 << 19

func main() {
	directory := flag.String("recording", "", "a directory with audio.ogg, one Opus packet on each page, and VP8.ivf and so on")
	isCrowd := flag.Bool("crowd", false, "be many peers, which count what arrives and do not look at it")
	flag.Parse()
	pipe := os.Stdout
	os.Stdout = os.Stderr // what a library prints must not stand between the answers
	recording, err := load(*directory)
	if err != nil {
		log.Fatal(err)
	}
	company := &company{recording: recording, isCrowd: *isCrowd, peers: map[int]*client{}}
	defer company.close()
	serve(company, pipe)
}

// company is the peers that this program is, by number. A request that names none is the first one's.
type company struct {
	recording *recording
	isCrowd   bool
	peers     map[int]*client
}

func (company *company) peer(number int) (*client, error) {
	if peer := company.peers[number]; peer != nil {
		return peer, nil
	}
	peer, err := newClient(company.recording, company.isCrowd)
	if err != nil {
		return nil, err
	}
	company.peers[number] = peer
	return peer, nil
}

func (company *company) perform(wanted request) (interface{}, error) {
	peer, err := company.peer(wanted.Peer)
	if err != nil {
		return nil, err
	}
	return peer.perform(wanted)
}

func (company *company) close() {
	for _, peer := range company.peers {
		peer.close()
	}
}

// serve answers requests until one was `close`, of one who is alone, or the driver has gone.
func serve(company *company, pipe io.Writer) {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, longestLine)
	answers := json.NewEncoder(pipe)
	for lines.Scan() {
		var wanted request
		if err := json.Unmarshal(lines.Bytes(), &wanted); err != nil {
			log.Fatal(err)
		}
		result, err := company.perform(wanted)
		line := answer{Result: result}
		if err != nil {
			line = answer{Error: err.Error()}
		}
		if err := answers.Encode(line); err != nil {
			log.Fatal(err)
		}
		if wanted.Do == "close" && !company.isCrowd {
			return
		}
	}
}

func (peer *client) perform(wanted request) (interface{}, error) {
	switch wanted.Do {
	case "publish":
		return peer.publish(wanted.Media)
	case "accept":
		return struct{}{}, peer.accept(wanted.SDP)
	case "restart":
		return peer.restart()
	case "subscribe":
		return peer.subscribe(wanted.SDP)
	case "watch":
		return peer.watch(wanted.Codec)
	case "see":
		return struct{}{}, peer.see(wanted.SDP)
	case "report":
		return peer.report(), nil
	case "close":
		return struct{}{}, peer.close()
	default:
		return nil, fmt.Errorf("no such request: %s", wanted.Do)
	}
}
