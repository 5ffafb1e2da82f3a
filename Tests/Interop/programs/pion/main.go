// The program speaks to the echo with pion, WebRTC written in Go. It has no codecs: it sends frames from two files and
// knows what comes back by its bytes.
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
	Do  string `json:"do"`
	SDP string `json:"sdp"`
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
const longestLine = 1 << 18

func main() {
	audio := flag.String("audio", "", "an Ogg file with one Opus packet on each page")
	video := flag.String("video", "", "an IVF file with VP8")
	flag.Parse()
	pipe := os.Stdout
	os.Stdout = os.Stderr // what a library prints must not stand between the answers
	recording, err := load(*audio, *video)
	if err != nil {
		log.Fatal(err)
	}
	peer, err := newClient(recording)
	if err != nil {
		log.Fatal(err)
	}
	defer peer.close()
	serve(peer, pipe)
}

// serve answers requests until one was `close` or the driver has gone.
func serve(peer *client, pipe io.Writer) {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, longestLine)
	answers := json.NewEncoder(pipe)
	for lines.Scan() {
		var wanted request
		if err := json.Unmarshal(lines.Bytes(), &wanted); err != nil {
			log.Fatal(err)
		}
		result, err := peer.perform(wanted)
		line := answer{Result: result}
		if err != nil {
			line = answer{Error: err.Error()}
		}
		if err := answers.Encode(line); err != nil {
			log.Fatal(err)
		}
		if wanted.Do == "close" {
			return
		}
	}
}

func (peer *client) perform(wanted request) (interface{}, error) {
	switch wanted.Do {
	case "publish":
		return peer.publish()
	case "accept":
		return struct{}{}, peer.accept(wanted.SDP)
	case "restart":
		return peer.restart()
	case "subscribe":
		return peer.subscribe(wanted.SDP)
	case "report":
		return peer.report(), nil
	case "close":
		return struct{}{}, peer.close()
	default:
		return nil, fmt.Errorf("no such request: %s", wanted.Do)
	}
}
