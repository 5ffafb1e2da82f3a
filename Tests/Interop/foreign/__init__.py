"""WebRTC stacks that nobody made for Parley, each in a program of its own, and what drives them through the echo."""
