#!/bin/sh
# Runs a command in a network namespace with an address and a default route that lead nowhere. The namespace and its
# links end with the command.
exec unshare --net sh -ec '
  ip link set lo up
  ip link add here type veth peer name nowhere
  ip addr add 198.51.100.1/24 dev here
  ip link set here up
  ip link set nowhere up
  ip route add default via 198.51.100.2
  exec "$@"
' sh "$@"
