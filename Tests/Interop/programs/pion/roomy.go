package main

import (
	"net"

	"github.com/pion/transport/v2"
	"github.com/pion/transport/v2/stdnet"
)

// receiveBuffer is what a socket keeps for a peer that is read late: half a second of thirty people, as far as the system lets.
const receiveBuffer = 1 << 20

// roomyNet is the system's network with sockets that hold more than they do by default: many peers in one program take turns.
type roomyNet struct {
	*stdnet.Net
}

func newRoomyNet() (*roomyNet, error) {
	standard, err := stdnet.NewNet()
	if err != nil {
		return nil, err
	}
	return &roomyNet{standard}, nil
}

// ListenUDP opens a socket as the system does, and makes room in it.
func (roomy *roomyNet) ListenUDP(network string, address *net.UDPAddr) (transport.UDPConn, error) {
	socket, err := roomy.Net.ListenUDP(network, address)
	if err != nil {
		return nil, err
	}
	return socket, socket.SetReadBuffer(receiveBuffer)
}
